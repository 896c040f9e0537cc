"""The game `forage`: loads that need two, and a partner whose habits nobody has told.

The rules are those of `gamemeta.games.forage_rules`. A load is lifted when two players stand on its tile and
lift at once. The scripted partner walks too fast to be followed and gives up soon, so one must be at the load
before it: which one it goes for is decided by its hidden style, which stays for all days of a trial. Every
load lifted pays all seats alike, and a return is the share of those that could be.

With `others="scripted"` the game has one seat and plays the partner itself. With `"outside"` it has a seat
for each player, all alike, and four loads to lift before the day is over.

A seat sees the tiles around itself, how far away in rows and columns the four loads and the other players
are, the step of the day, and what came of the last load.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games import forage_kernels as kernels
from gamemeta.games import forage_rules as r
from gamemeta.games import forage_words as words
from gamemeta.games.arena_worlds import ArenaWorlds
from gamemeta.games.forage_par import expected_returns
from gamemeta.games.game import StepBuffers
from gamemeta.games.recipes import Recipe
from gamemeta.games.scene import Scene
from gamemeta.games.seats import SCRIPTED, check_seats, seats_of
from gamemeta.spec import ActionSpec, Buffer, Spec
from gamemeta_levels.arena import Arena, ArenaParameters
from gamemeta_levels.arena_parameters import MOST_SIDE
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.styles import NUMBERS, THOUSAND
from gamemeta_levels.tiles import FLOOR, GOAL, LOAD, PLAYER_1, POTION_1, WALL

RECIPE: Recipe = {
    "trial": {"episodes": 6, "long_share": 0.0},
    "ppo": {"discount": 0.97, "guide_weight": 0.5, "guide_until": 0.15},
    "run": {"steps": 8_000_000},
}
PAIRS = r.COLOURS // 2
_TILE_OF_VIEW = np.array([FLOOR, WALL, *range(POTION_1, POTION_1 + r.COLOURS), GOAL, PLAYER_1], np.uint8)


@dataclass(frozen=True, kw_only=True)
class ForageConfig:
    """Settings of the game forage."""

    players: int = 2
    """How many there are: 2 to 4; a scripted partner is one."""
    others: str = SCRIPTED
    """Who plays the others: `scripted`, the game, which then has one seat; or `outside`, whoever steps the
    game, which then has a seat for each player."""
    outings: int = 2
    """How many loads a scripted partner goes for in a day, 1 to 4."""
    fresh_maps: bool = True
    """Whether every day is spent on the level's map arranged anew, with the same partner."""
    view: int = 5
    """Side of the square that a seat sees, tiles; odd, 3 to 31."""
    revealed: bool = False
    """Whether the observation tells the partner's style: the revealed agent's view of the game."""
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


class ForageGame:
    """Days of lifting loads with a partner, N side by side.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "forage"
    compiled = True
    stochastic = True
    plans: ClassVar[bool] = False  # those of arenas lead to the middle
    labels: Mapping[str, int] = {"load": r.COLOURS, "towards": r.ACTIONS}
    """`load`: the one that the partner goes for, or would if it set out now. `towards`: moves that lead
    nearer to it, or to lift it. Players from outside are led to the load that all reach soonest."""
    guide = "towards"
    recipe = RECIPE
    Config = ForageConfig
    Parameters = ForageParameters

    def __init__(self, n: int, config: ForageConfig | None = None) -> None:
        self.n = n
        self.config = config or ForageConfig()
        self.seats = seats_of(self.config.players, self.config.others)
        self.spec = _spec(self.config)
        self._outings = self.config.outings if self.config.others == SCRIPTED else 0
        self._worlds = ArenaWorlds(
            n,
            {
                "others": (NUMBERS + 1, (0, THOUSAND)),
                "spots": (2 * r.COLOURS, (0, MOST_SIDE)),
                "at": (2 * self.config.players, (0, MOST_SIDE)),
                "clock": (r.CLOCK, (r.NO_LOAD, 1000)),
            },
            {"board": (1, r.HOME, r.BLOCKED), "ways": (r.WAYS, r.FAR_WAY, r.FAR_WAY)},
            (self.config.view - 1) // 2,
        )
        self._worlds.numbers["clock"][:, r.STATE] = r.OVER  # nothing runs before the first reset
        self._clock_before = self._worlds.numbers["clock"].copy()
        self._everyone = np.ones(n, np.bool_)
        self._no_style = np.zeros((0, 1, 1), np.float32)

    def family(self, parameters: ForageParameters | None = None) -> Arena:
        return Arena(parameters or ForageParameters())

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The limit of a day, at which it terminates: none is ever truncated."""
        return np.full(len(levels), self.config.limit, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """Mean return of going ahead to the load that the partner will go for next: the best known."""
        return expected_returns(ForageGame(len(levels), self.config), levels)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        if len(levels) != self.n or mask.shape != (self.n,):
            raise LevelError(
                f"{self.n} games need {self.n} levels and a mask of {self.n}; got {len(levels)} "
                f"levels and a mask of shape {mask.shape}."
            )
        _check_levels(levels, mask)
        world, x = self._worlds, self._worlds.numbers
        world.make_room(*levels.tiles.shape[1:])
        spots, others = levels.more["spots"], levels.more["others"]
        kernels.reset(
            mask,
            self.config.fresh_maps,
            self._outings > 0,
            (levels.tiles, levels.size, spots, levels.distance, others, levels.chance),
            self.step_limit(levels),
            world.size,
            world.chance,
            x["others"],
            x["spots"],
            x["at"],
            x["clock"],
            world.pad,
            (world.maps["board"], world.maps["ways"]),
            out.alive,
        )
        self._clock_before[mask] = x["clock"][mask]
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        wanted = (self.n, self.seats, 1)
        if actions.shape != wanted or actions.dtype.kind not in "iu":
            raise SpecError(
                f"actions are {actions.dtype} of shape {actions.shape}; {self.n} games of forage need "
                f"integers of shape {wanted}."
            )
        world, x = self._worlds, self._worlds.numbers
        self._clock_before[:] = x["clock"]
        wrong = kernels.step(
            actions,
            self._outings,
            world.size,
            x["others"],
            world.chance,
            x["at"],
            x["clock"],
            x["spots"],
            world.pad,
            world.maps["board"],
            world.maps["ways"],
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        if wrong >= 0:
            raise SpecError(
                f"game {wrong}: an action of {actions[wrong].tolist()} is not in 0..{r.ACTIONS - 1}."
            )
        self._observe(self._everyone, out)

    def scene(self, i: int) -> Scene:
        """The arena of the day, as the first seat sees it."""
        world, reach = self._worlds, self._worlds.pad
        tiles = _TILE_OF_VIEW[world.inner("board", i)[0]]
        places = [(int(row), int(column)) for row, column in world.numbers["at"][i].reshape(-1, 2)]
        for place in places[1:]:
            tiles[place] = PLAYER_1
        row, column = places[0]
        padded = np.pad(tiles, reach, constant_values=WALL)
        clock = tuple(map(int, world.numbers["clock"][i]))
        return Scene(
            tiles=tiles,
            agent=(row, column),
            seen=(row - reach, column - reach, row + reach + 1, column + reach + 1),
            view=padded[row : row + self.config.view, column : column + self.config.view].copy(),
            step=clock[r.STEP],
            limit=clock[r.LIMIT],
            status=words.status(clock),
        )

    def events(self, i: int) -> tuple[str, ...]:
        """What happened in the last step of game i, in words; nothing after a reset."""
        now, before = self._worlds.numbers["clock"][i], self._clock_before[i]
        return words.events(tuple(map(int, now)), tuple(map(int, before)))

    def save(self, i: int) -> bytes:
        return self._worlds.save(i)

    def load(self, i: int, data: bytes) -> None:
        self._worlds.load(i, data)
        self._clock_before[i] = self._worlds.numbers["clock"][i]

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        """Write observations and, where they are asked for, labels."""
        world, x = self._worlds, self._worlds.numbers
        shown = [out.obs[name] for name in ("view", "loads", "players", "time", "outcome")]
        told = out.obs.get("style", self._no_style)
        board, ways = world.maps["board"], world.maps["ways"]
        kernels.observe(mask, x["others"], x["at"], x["clock"], x["spots"], world.pad, board, *shown, told)
        if out.labels:
            kernels.label(
                mask,
                self._outings,
                world.size,
                x["others"],
                x["at"],
                x["clock"],
                world.pad,
                ways,
                out.labels["load"],
                out.labels["towards"],
            )


def _check_levels(levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
    """Raises LevelError where levels are no arenas, or one to be started lacks its loads."""
    if not {"spots", "others"} <= levels.more.keys():
        raise LevelError("these levels have no others to play with: they are not of the family 'arena'.")
    loads = (levels.tiles[mask] == LOAD).sum((1, 2))
    if (loads != r.COLOURS).any():
        found = int(loads[loads != r.COLOURS][0])
        raise LevelError(f"an arena for forage has {r.COLOURS} loads 'L'; this one has {found}.")


def _spec(config: ForageConfig) -> Spec:
    def symbols(name: str, shape: tuple[int, ...], codes: int) -> Buffer:
        return Buffer(name=name, shape=shape, dtype="uint8", codes=codes)

    obs = [
        symbols("view", (config.view, config.view), r.VIEW_CODES),
        symbols("loads", (2 * r.COLOURS,), r.OFFSET_CODES),
        symbols("players", (2 * (config.players - 1),), r.OFFSET_CODES),
        symbols("time", (1,), r.CLOCK_CODES),
        symbols("outcome", (1,), r.OUTCOME_CODES),
    ]
    if config.revealed:
        obs.append(Buffer(name="style", shape=(NUMBERS + 1,), dtype="float32"))
    return Spec(obs=tuple(obs), action=ActionSpec(heads=(r.ACTIONS,), names=(r.ACTION_NAMES,)))
