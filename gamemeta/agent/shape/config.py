"""The shape of the network, and what a table of memories is addressed by. No torch in here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gamemeta.config import check_ranges, make
from gamemeta.errors import ConfigError

TABLE, ATTENTION, THINGS = "table", "attention", "things"
POSTERIOR = "posterior"
"""Cell that `latent` puts behind all others."""
CHOICES = "choices"
"""Cell that stands before all others where an observation describes the choices."""
OF_TABLES = ("keys", "slots", "values", "choice_width")
"""Settings that only tables have."""
OF_THINGS = ("keys", "values")
"""Settings that `things` share with tables."""
OF_ATTENTION = ("window", "attention_heads")
"""Settings that only attention has."""
LEARNED, ACTION_ALONE = "learned", "action"
SMALL, IMPALA = "small", "impala"
NORMALISED, RAW = "normalised", "raw"
CHOICE_WIDTH = 32
ENORMOUS = 1e12
"""No number of a memory comes near this, and none below it overflows on the way through a network."""


@dataclass(frozen=True, kw_only=True)
class NetworkConfig:
    """Shape of the network."""

    cell: str = "mingru"
    """Memory of each layer, joined by `+`: `mingru` (fast, trained in parallel over time), `gru`, `table`
    (stores what each action led to and reads it for every action), `things` (stores what each kind of thing
    had to do with, and reads it wherever that kind is in view), or `attention` (remembers every one of the
    last `window` steps)."""
    width: int = 128
    """Units of each layer."""
    layers: int = 2
    """Number of layers."""
    keys: str = "learned"
    """How `table` looks up its rows, besides by the action: `learned`, by keys that the network learns;
    the name of an observation, by its symbols; or `action`, by the action alone. `things` need the name of
    the observation that shows them, or names joined by `+`: of symbols [height, width, parts], a thing is the
    parts at a place."""
    slots: int = 64
    """Rows of a `table` with learned keys."""
    latent: int = 0
    """Numbers of the latent of a posterior between memory and policy, which then sees the observation and
    the posterior alone; 0 for none. The learner `belief` has one."""
    values: int = 8
    """Numbers that each row of a `table` or of `things` stores, besides its count of writes."""
    choice_width: int = CHOICE_WIDTH
    """Units for each action that a `table`, or an observation of `choices`, tells of."""
    window: int = 128
    """Steps that `attention` looks back on, the present one among them. The memory of an agent takes
    8 x window x width / attention_heads bytes a layer."""
    attention_heads: int = 4
    """Heads of `attention`, each of which looks for something of its own; all share what is remembered."""
    reward_input: str = NORMALISED
    """How the memory gets the last reward: `normalised`, whatever its unit, by a running scale, or `raw`, in
    the game's own unit."""
    image_encoder: str = SMALL
    """Network for pictures: `small` (two stages of 8 and 16 channels, fast on a CPU) or `impala`
    (Espeholt et al. 2018: three stages of 16, 32 and 32 channels)."""

    def __post_init__(self) -> None:
        if self.image_encoder not in (SMALL, IMPALA):
            raise ConfigError(f"image_encoder = {self.image_encoder!r}: choose {SMALL} or {IMPALA}.")
        if self.reward_input not in (NORMALISED, RAW):
            raise ConfigError(f"reward_input = {self.reward_input!r}: choose {NORMALISED} or {RAW}.")
        check_ranges(
            self,
            width=(8, 4096),
            layers=(1, 16),
            slots=(1, 4096),
            latent=(0, 1024),
            values=(1, 256),
            choice_width=(1, 1024),
            window=(1, 2**30),
            attention_heads=(1, 64),
        )

    @classmethod
    def saved(cls, values: Mapping[str, Any]) -> "NetworkConfig":
        """The shape that an agent file states.

        Raises:
            ConfigError: as `make`.
        """
        config: NetworkConfig = make(cls, {"reward_input": RAW, **values}, "network")
        return config

    @property
    def cells(self) -> tuple[str, ...]:
        """Names of all cells, from the first to the last."""
        return tuple(self.cell.split("+")) * self.layers + ((POSTERIOR,) if self.latent else ())

    @property
    def known(self) -> int:
        """How many numbers beliefs about hidden facts are read from."""
        return 2 * self.latent or self.width

    @property
    def built_in(self) -> str:
        """Prior knowledge that a table or things have built in, for people; empty without either."""
        return ", and ".join([*self._built_into_table(), *self._built_into_things()])

    def _built_into_things(self) -> Iterator[str]:
        if THINGS in self.cells:
            yield (
                f"a row for each kind of thing that {self.keys} shows, read at every place, with weights "
                "shared over the kinds and a prior count of one"
            )

    def _built_into_table(self) -> Iterator[str]:
        if TABLE not in self.cells:
            return
        addresses = {LEARNED: "a learned address", ACTION_ALONE: "the action as the address"}
        address = addresses.get(self.keys, f"{self.keys} and the action as the address")
        yield (
            f"a table with {address}, read for every action, with weights shared over the actions and a "
            "prior count of one"
        )

    def shape(self) -> dict[str, Any]:
        """Plain values by field; what only tables or attention have is left out where there is none, and so
        are the small image encoder and raw rewards: they are what a file means that names none."""
        without: tuple[str, ...] = () if TABLE in self.cells else OF_TABLES
        if THINGS in self.cells:
            without = tuple(name for name in without if name not in OF_THINGS)
        if self.choice_width != CHOICE_WIDTH:  # choices that an observation describes have this width, too
            without = tuple(name for name in without if name != "choice_width")
        without += () if ATTENTION in self.cells else OF_ATTENTION
        without += () if self.latent else ("latent",)
        without += ("image_encoder",) if self.image_encoder == SMALL else ()
        without += ("reward_input",) if self.reward_input == RAW else ()
        return {name: value for name, value in vars(self).items() if name not in without}


def check_latent(config: NetworkConfig, *, later: bool) -> None:
    """Check that a network may have a posterior.

    Args:
        config: shape.
        later: whether a table comes before it.
    Raises:
        ConfigError: it has no latent, or a table would tell of each action past the posterior.
    """
    if not config.latent:
        raise ConfigError("network.cell: a posterior comes last of itself. Give network.latent=16 instead.")
    if later:
        raise ConfigError(
            f"network.cell = {config.cell!r}: a table tells the policy of each action past the posterior. "
            "Give network.cell=mingru, or network.latent=0."
        )
