"""The game `forage`: loads that need two, and a partner with hidden habits.

The rules are those of `gamemeta.games.builtin.forage.rules`. A load is lifted when two players stand on its
tile and lift at once. The scripted partner walks too fast to be followed and gives up soon, so one must be
at the load before it: which one it goes for is decided by its hidden style, which stays for all days of a
trial. Every load lifted pays all seats alike, and a return is the share of those that could be.

With `others="scripted"` the game has one seat and plays the partner itself. With `"outside"` it has a seat
for each player, all alike, and four loads to lift before the day is over.

A seat sees the tiles around itself, how far away in rows and columns the four loads and the other players
are, the step of the day, and what came of the last load.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError
from gamemeta.facts import UNKNOWN, Fact, Habit
from gamemeta.games.about import Recipe
from gamemeta.games.builtin.arena.game import ArenaGame, Arrays, Flags
from gamemeta.games.builtin.arena.seats import SCRIPTED, check_seats
from gamemeta.games.builtin.forage import kernels, words
from gamemeta.games.builtin.forage import rules as r
from gamemeta.games.builtin.forage.par import expected_returns
from gamemeta.spec import ActionSpec, symbols
from gamemeta_levels.families.arena.family import Arena, ArenaParameters
from gamemeta_levels.families.arena.styles import THOUSAND
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import FLOOR, GOAL, LOAD, PLAYER_1, POTION_1, WALL

RECIPE: Recipe = {
    "trial": {"episodes": 6, "long_share": 0.0},
    "ppo": {"discount": 0.97, "guide_weight": 0.5, "guide_until": 0.15},
    "run": {"steps": 8_000_000},
}
PAIRS = r.COLOURS // 2


@dataclass(frozen=True, kw_only=True)
class ForageConfig:
    """Settings of the game forage."""

    players: int = 2
    """Number of players, 2 to 4."""
    others: str = SCRIPTED
    """Who plays the other seats: `scripted`, the game itself; `outside`, every player is a seat of its
    own."""
    outings: int = 2
    """Loads that a scripted partner sets out for in a day, 1 to 4."""
    fresh_maps: bool = True
    """Rearrange the level's map for every day, with the same partner."""
    view: int = 5
    """Side of the square that a seat sees, in tiles; odd, 3 to 31."""
    revealed: bool = False
    """Show the habits of the partner (upper-bound baseline)."""
    limit: int = 60
    """Steps after which the day is over; at least 30."""

    def __post_init__(self) -> None:
        check_seats(self.players, self.others, self.view)
        if self.others == SCRIPTED and self.players != r.HANDS:
            raise ConfigError(
                f"players = {self.players}: there is one scripted partner. Give 2, or others = 'outside'."
            )
        if not 1 <= self.outings <= r.COLOURS:
            raise ConfigError(f"outings = {self.outings}: there are four loads; give 1 to 4.")
        if not 30 <= self.limit <= 1000:
            raise ConfigError(f"limit = {self.limit}: give 30 to 1000.")


@dataclass(frozen=True, kw_only=True)
class ForageParameters(ArenaParameters):
    """Ranges that an arena with four loads, and the others in it, are drawn from, both ends included."""

    loads: tuple[int, int] = (PAIRS, PAIRS)
    """Range of the number of pairs of loads; it is 2..2."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.loads != (PAIRS, PAIRS):
            low, high = self.loads
            raise ConfigError(
                f"loads = {low}..{high}: forage has one load of each colour, two pairs. Give 2..2."
            )


class ForageGame(ArenaGame[ForageConfig]):
    """Days of lifting loads with a partner, N side by side.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "forage"
    about = replace(
        ArenaGame.about,
        summary="Lift loads that need two: be at the load your partner goes for, and lift when it does.",
        hidden="The partner's habits: which loads it likes, how long it rests, how often it tries.",
        guide="towards",
        recipe=RECIPE,
    )
    labels: Mapping[str, int] = {"load": r.COLOURS, "towards": r.ACTIONS}
    """`load`: the one that the partner goes for, or would if it set out now. `towards`: moves that lead
    nearer to it, or to lift it. Players from outside are led to the load that all reach soonest."""
    facts: Mapping[str, Fact] = words.FACTS
    """The load of the label, and habits of the partner, all days long: how often it tries to lift a load, and
    how long it rests."""
    guesses: Mapping[str, Habit] = words.GUESSES
    Config = ForageConfig
    Parameters = ForageParameters
    _rules = r
    _tile_of_view = np.array([FLOOR, WALL, *range(POTION_1, POTION_1 + r.COLOURS), GOAL, PLAYER_1], np.uint8)

    def __init__(self, n: int, config: ForageConfig | None = None) -> None:
        config = config or ForageConfig()
        super().__init__(
            n,
            config,
            players=config.players,
            obs=(
                symbols("loads", (2 * r.COLOURS,), r.PLACE_CODES),
                symbols("players", (2 * (config.players - 1),), r.PLACE_CODES),
                symbols("time", (1,), r.CLOCK_CODES),
                symbols("outcome", (1,), r.OUTCOME_CODES),
            ),
            action=ActionSpec(heads=(r.ACTIONS,), names=(r.ACTION_NAMES,)),
            spots=r.COLOURS,
            state={"clock": (r.CLOCK, r.CLOCK_RANGE)},
            maps={"board": (1, r.HOME, r.BLOCKED), "ways": (r.WAYS, r.FAR_WAY, r.FAR_WAY)},
        )
        self._outings = config.outings if self._scripted else 0

    def family(self, parameters: ArenaParameters | None = None) -> Arena:
        """Arenas that have a load of each colour."""
        return Arena(parameters or self.Parameters(), loads=r.COLOURS)

    def goal(self, seat: int) -> str:
        return words.GOAL

    def tile_words(self) -> Mapping[int, str]:
        loads = {POTION_1 + k: f"the {colour} load" for k, colour in enumerate(words.COLOURS)}
        return loads | {GOAL: "home", PLAYER_1: "the partner"}

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """Mean return of going ahead to the load that the partner will go for next: the best known."""
        return expected_returns(ForageGame(len(levels), self.config), levels)

    def _check_arenas(self, levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
        """Raises LevelError also where an arena to be started lacks its loads."""
        super()._check_arenas(levels, mask)
        loads = (levels.tiles[mask] == LOAD).sum((1, 2))
        if (loads != r.COLOURS).any():
            drawn = int(loads[loads != r.COLOURS][0])
            raise LevelError(f"an arena for forage has {r.COLOURS} loads 'L'; this one has {drawn}.")

    def _fits(self, saved: Mapping[str, NDArray[np.int64]], size: tuple[int, int]) -> bool:
        """A partner has an aim while it goes for one, and there are partners where the game plays them."""
        state, aim = int(saved["clock"][r.STATE]), int(saved["clock"][r.AIM])
        played = state == r.OVER or (state != r.ALONE) == self._scripted
        return played and (state in (r.GOING, r.LIFTING)) == (aim != r.NO_LOAD)

    def _start(self, mask: Flags, levels: Arrays, limit: NDArray[np.int32], alive: Flags) -> None:
        worlds, fresh = self._worlds, self.config.fresh_maps
        kernels.reset(mask, fresh, self._scripted, levels, limit, worlds.arrays, worlds.pad, alive)

    def _play(self, actions: NDArray[np.integer[Any]], results: Arrays) -> int:
        worlds = self._worlds
        wrong: int = kernels.step(actions, self._outings, worlds.arrays, worlds.pad, *results)
        return wrong

    def _show(self, mask: Flags, obs: Mapping[str, NDArray[Any]]) -> None:
        shown = [obs[name] for name in ("view", "loads", "players", "time", "outcome")]
        kernels.observe(mask, self._worlds.arrays, self._worlds.pad, *shown)

    def _label(self, mask: Flags, labels: Mapping[str, NDArray[np.uint8]]) -> None:
        worlds, written = self._worlds, (labels["load"], labels["towards"])
        kernels.label(mask, self._outings, worlds.arrays, worlds.pad, *written)

    def hidden_facts(self) -> dict[str, NDArray[np.int64]]:
        """What the partner makes for and how it does; nothing is known of a partner that is a seat."""
        if not self._scripted:
            return {name: np.full(self.n, UNKNOWN) for name in self.facts}
        labels = {name: np.zeros((self.n, self.seats), np.uint8) for name in self.labels}
        self._label(self._everyone, labels)
        bits, style = labels["load"][:, :1] >> np.arange(r.COLOURS) & 1, self._worlds.state["others"]
        return {
            words.LOAD: np.where(bits.any(1), bits.argmax(1), UNKNOWN),
            words.TRIES: style[:, r.PATIENCE] * r.MOST_TRIES // THOUSAND,
            words.RESTS: style[:, r.REST] * r.RESTS // THOUSAND,
        }

    def _events(self, i: int) -> tuple[str, ...]:
        return words.events(self._now("clock", i), tuple(map(int, self._before["clock"][i])))

    def _status(self, i: int) -> str:
        return words.status(self._now("clock", i))
