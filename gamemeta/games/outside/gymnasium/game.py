"""Any Gymnasium environment as a game: `gymnasium/<id>`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError
from gamemeta.games.adapters import GYMNASIUM
from gamemeta.games.blame import defined_at
from gamemeta.games.outside.gymnasium.env import EnvKind, EnvWorld, kind_of
from gamemeta.games.outside.one_level.game import ScalarGame
from gamemeta.games.outside.one_level.worlds import LocalWorlds, Processes, Worlds
from gamemeta.games.outside.seed_levels.family import SeedLevels, SeedParameters, family_name
from gamemeta.games.outside.seed_levels.fingerprint import Prober
from gamemeta.games.outside.seed_levels.variation import ACTION, Varied, parse_varied, value_of
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.mask import with_mask_space
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.named_values import named_values
from gamemeta.spec import Buffer, Spec, quantities, symbols
from gamemeta_levels.level import Level

HIDDEN_NUMBERS, HIDDEN_ACTIONS = "hidden", "hidden_actions"
"""Buffers of a game that reveals what is hidden."""
OF_LEVEL, OF_EPISODE = "level", "episode"


@dataclass(frozen=True, kw_only=True)
class GymnasiumConfig:
    """Settings of a Gymnasium environment."""

    vary: str = ""
    """What differs between levels besides the seed, such as `gravity=5..15,action=remap`: a constructor
    argument or attribute with a range (whole numbers where both ends are whole), or `action=remap`, a
    hidden permutation of actions (mirroring of continuous ones)."""
    chance: str = "level"
    """What the reset seed depends on: `level`, every episode of a level begins alike; `episode`, every
    episode has its own, and only what `vary` names differs between levels."""
    arguments: str = ""
    """Further constructor arguments, such as `is_slippery=false,desc=["SF", "FG"]`; in a TOML file also as
    a table `[game.arguments]`."""
    symbols: str = ""
    """Number of symbols of an observation, where its space does not say: `image=11`."""
    parts: str = ""
    """What parts of an observation are taken as, where the notes say that the rule errs: `obs=image`,
    `board=symbols`, `ram=numbers`."""
    step_limit: int = 0
    """Steps after which an episode is truncated; 0: the environment's own limit, else 1000."""
    processes: int = 0
    """Processes that play the environments, for slow ones; 0: this process. It does not change results."""
    par: float | None = None
    """Return that counts as score 1. Without it: the environment's reward threshold."""
    revealed: bool = False
    """Show what is varied (upper-bound baseline)."""
    info_mask: bool = False
    """Read from `info["action_mask"]` which actions are legal, as in Taxi: the agent sees the mask and
    never takes another. A mask within the observation needs no setting."""

    def __post_init__(self) -> None:
        check_ranges(self, step_limit=(0, 10**6), processes=(0, 256))
        if self.chance not in (OF_LEVEL, OF_EPISODE):
            raise ConfigError(f"chance = {self.chance!r}: give '{OF_LEVEL}' or '{OF_EPISODE}'.")
        if parse_varied(self.vary).nothing:
            if self.chance == OF_EPISODE:
                raise ConfigError(
                    "chance = 'episode': then nothing makes one level differ from another. Vary something, "
                    "such as --vary gravity=5.0..15.0, or take chance=level."
                )
            if self.revealed:
                raise ConfigError(
                    "revealed = True: nothing is hidden. Vary something, such as --vary action=remap."
                )
        for name, count in named_values("symbols", self.symbols).items():
            if not (isinstance(count, int) and 1 <= count <= 256):
                raise ConfigError(f"symbols = {self.symbols!r}: give {name} a number from 1 to 256.")
        named_values("arguments", self.arguments)
        named_values("parts", self.parts)


class GymnasiumGame(ScalarGame):
    """A Gymnasium environment; `gymnasium_game` makes the class for an id.

    A level is a reset seed, and beside it what the setting `vary` names. Its environment is made anew when a
    constructor's argument changes; attributes are set, and what follows from them is computed again.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    Raises:
        PluginError: there is no such environment, or making it fails.
        SpecError: it shows or takes something that an agent cannot.
        ConfigError: something cannot be varied.
    """

    Config = GymnasiumConfig
    Parameters = SeedParameters
    env_id: ClassVar[str]
    entry: ClassVar[Any] = None
    """The class of the environment, or the function that makes it, where it is one in a file."""
    about = replace(
        ScalarGame.about,
        recipe={
            "trial": {"credit": "episode"},
            "network": {"width": 64, "layers": 1},
            "ppo": {
                "learning_rate": 1e-3,
                "discount": 0.99,
                "epochs": 4,
                "minibatches": 4,
                "entropy": 0.005,
                "label_weight": 0.0,
                "scale_returns": True,
                "scale_by_step": False,
            },
            "run": {
                "steps": 1_000_000,
                "lanes": 32,
                "rollout_steps": 128,
                "shards": 1,
                "validation_levels": 64,
            },
        },
    )

    def __init__(self, n: int, config: GymnasiumConfig | None = None) -> None:
        super().__init__(n, config)
        config = self.config
        self.kind, self.varied, self._observations, self._actions = _prepared(self.env_id, config, self.entry)
        self.about = replace(self.about, stochastic=config.chance == OF_EPISODE)
        self._revealed = _revealed(self.varied, self._actions) if config.revealed else ()
        self.spec = Spec(obs=(*self._observations.buffers, *self._revealed), action=self._actions.spec)

    def notes(self) -> tuple[str, ...]:
        return self._observations.notes

    def family(self, parameters: Any = None) -> SeedLevels:
        return SeedLevels(
            family_name(self.name),
            parameters,
            varied=self.varied,
            action=self._actions.spec,
            seeded=not self.about.stochastic,
            prober=_prober(self.env_id, self.config, self.entry),
        )

    def make_worlds(self) -> Worlds:
        make, processes = _world_maker(self.env_id, self.config, self.entry), self.config.processes
        return Processes(make, min(processes, self.n)) if processes else LocalWorlds(make)

    def observations(self) -> ObservationMap:
        return self._observations

    def action_map(self) -> ActionMap:
        return self._actions

    def defined_at(self, method: str) -> str:
        return defined_at(self.kind.cls, method)

    def limit(self) -> int:
        return self.config.step_limit or self.kind.limit

    def known_par(self) -> float | None:
        return self.kind.threshold if self.config.par is None else self.config.par

    def hidden_obs(self, level: Level) -> Mapping[str, NDArray[Any]]:
        obs: dict[str, NDArray[Any]] = {}
        mapping = np.array(level.hidden.get(ACTION, ()), np.int64)
        codes = sum(self._actions.spec.heads)
        values = [one.scaled(value_of(level.hidden[one.name])) for one in self.varied.numbers]
        for buffer in self._revealed:
            if buffer.name == HIDDEN_NUMBERS:
                obs[HIDDEN_NUMBERS] = np.array([*values, *mapping[codes:]], np.float32)
            else:
                obs[HIDDEN_ACTIONS] = mapping[:codes]
        return obs


def gymnasium_game(name: str) -> type[GymnasiumGame]:
    """The game class of `gymnasium/<id>`. It is made without a look at the environment."""
    return _game_class(name)


def gymnasium_class_game(cls: Any, name: str) -> type[GymnasiumGame]:
    """The game class of a class of environments that has no id, or of a function that makes one.

    Args:
        cls: of environments; or the function.
        name: of the game.
    """
    about = cls.__doc__ or f"The Gymnasium environment {name}."
    entry = cls if isinstance(cls, type) else staticmethod(cls)  # a function is no method of the game
    facts = {"name": name, "env_id": name, "entry": entry, "__doc__": about}
    return type("GymnasiumGame", (GymnasiumGame,), facts)


@cache
def _game_class(name: str) -> type[GymnasiumGame]:
    env_id = GYMNASIUM.short(name)
    about = f"The Gymnasium environment {env_id}."
    return type("GymnasiumGame", (GymnasiumGame,), {"name": name, "env_id": env_id, "__doc__": about})


@cache
def _prepared(
    env_id: str, config: GymnasiumConfig, entry: Any
) -> tuple[EnvKind, Varied, ObservationMap, ActionMap]:
    """Everything known before a level is played; computed once."""
    kind = kind_of(env_id, config.arguments, entry)
    varied = parse_varied(config.vary)
    kind.check(varied)
    actions, space = ActionMap.of_space(kind.actions), kind.observations
    if config.info_mask:
        space = with_mask_space(space, actions.spec)
    counts, ways = named_values("symbols", config.symbols), named_values("parts", config.parts)
    observations = ObservationMap.of_space(space, counts, ways, actions.spec)
    return kind, varied, observations, actions


def _world_maker(env_id: str, config: GymnasiumConfig, entry: Any) -> Callable[[], EnvWorld]:
    kind, varied, _, actions = _prepared(env_id, config, entry)
    return partial(EnvWorld, kind, varied, actions, info_mask=config.info_mask)


@cache
def _prober(env_id: str, config: GymnasiumConfig, entry: Any) -> Prober:
    kind, _, observations, actions = _prepared(env_id, config, entry)
    limit = config.step_limit or kind.limit
    return Prober(_world_maker(env_id, config, entry), observations.seen, actions.spec, limit)


def _revealed(varied: Varied, actions: ActionMap) -> tuple[Buffer, ...]:
    """Buffers for what is hidden: numbers with their range at -1..1 and signs, and permutations."""
    spec, buffers = actions.spec, []
    numbers = len(varied.numbers) + (len(spec.low) if varied.actions else 0)
    if numbers:
        buffers.append(quantities(HIDDEN_NUMBERS, (numbers,)))
    if varied.actions and spec.heads:
        codes = max(spec.heads)
        buffers.append(symbols(HIDDEN_ACTIONS, (sum(spec.heads),), codes))
    return tuple(buffers)
