"""The game `tag`: guards, and a runner who waits, chooses an exit and sprints too fast to be followed.

The rules are those of `gamemeta.games.tag_rules`. A guard wins by standing in the way, so it must know where
the runner will go: that is decided by the runner's hidden style, which stays for all matches of a trial. The
winners of a match are paid 1 in its last step, so that returns are win rates; there are no draws.

With `others="scripted"` the game has one seat, a guard, and plays everyone else itself. With `"outside"` it
has a seat for each player, guards first and the runner last, and all of them see and move alike.

A seat sees the tiles around itself, how far away in rows and columns the four exits and the runner are, the
step of the match and, once it is decided, which exit the runner had made for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games import tag_kernels as kernels
from gamemeta.games import tag_rules as r
from gamemeta.games import tag_words as words
from gamemeta.games.arena_worlds import ArenaWorlds
from gamemeta.games.game import StepBuffers
from gamemeta.games.recipes import Recipe
from gamemeta.games.scene import Scene
from gamemeta.games.seats import SCRIPTED, check_seats, seats_of
from gamemeta.spec import ActionSpec, Buffer, Spec
from gamemeta_levels.arena import Arena, ArenaParameters
from gamemeta_levels.arena_kernels import SPOTS
from gamemeta_levels.arena_parameters import MOST_SIDE
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.styles import NUMBERS, THOUSAND
from gamemeta_levels.tiles import EXIT_1, FLOOR, GOAL, PLAYER_1, PLAYER_2, WALL

RECIPE: Recipe = {
    "trial": {"episodes": 6},
    "ppo": {"discount": 0.97, "guide_weight": 0.5, "guide_until": 0.15},
    "run": {"steps": 24_000_000},
}
_TILE_OF_VIEW = np.array(
    [FLOOR, WALL, *range(EXIT_1, EXIT_1 + r.COLOURS), GOAL, PLAYER_2, PLAYER_1], np.uint8
)


@dataclass(frozen=True, kw_only=True)
class TagConfig:
    """Settings of the game tag."""

    players: int = 2
    """One runner, and guards: 2 to 4 in all."""
    others: str = SCRIPTED
    """Who plays the others: `scripted`, the game, which then has one seat, a guard; or `outside`, whoever
    steps the game, which then has a seat for each player."""
    fresh_maps: bool = True
    """Whether every match is played on the level's map arranged anew, against the same others."""
    view: int = 5
    """Side of the square that a seat sees, tiles; odd, 3 to 31."""
    revealed: bool = False
    """Whether the observation tells the others' style: the revealed agent's view of the game."""
    limit: int = 30
    """Steps after which the guards win; at least 12."""

    def __post_init__(self) -> None:
        check_seats(self.players, self.others, self.view)
        if not 12 <= self.limit <= 1000:
            raise ConfigError(f"limit = {self.limit}: give 12 to 1000.")


class TagGame:
    """N matches side by side.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "tag"
    compiled = True
    stochastic = True
    plans: ClassVar[bool] = False  # those of arenas lead to the middle
    labels: Mapping[str, int] = {"exit": r.COLOURS, "towards": r.ACTIONS}
    """`exit`: where the runner goes, or would go if it left now. `towards`: moves that lead nearer to it."""
    guide = "towards"
    recipe = RECIPE
    Config = TagConfig
    Parameters = ArenaParameters

    def __init__(self, n: int, config: TagConfig | None = None) -> None:
        self.n = n
        self.config = config or TagConfig()
        self.seats = seats_of(self.config.players, self.config.others)
        self.teams = (*(0,) * max(1, self.seats - 1), 1)[: self.seats]
        self.seat_names = (*(f"guard_{k}" for k in range(max(1, self.seats - 1))), "runner_0")[: self.seats]
        self.spec = _spec(self.config)
        self._worlds = ArenaWorlds(
            n,
            {
                "others": (NUMBERS + 1, (0, THOUSAND)),
                "spots": (2 * SPOTS, (0, MOST_SIDE)),
                "at": (2 * self.config.players, (0, MOST_SIDE)),
                "clock": (r.CLOCK, (r.NO_EXIT, 1000)),
            },
            {"board": (1, r.DEN, r.BLOCKED), "ways": (r.COLOURS, r.FAR_WAY, r.FAR_WAY)},
            (self.config.view - 1) // 2,
        )
        self._worlds.numbers["clock"][:, r.STATE] = r.OVER  # nothing runs before the first reset
        self._left_before = np.zeros(n, np.int64)
        self._everyone = np.ones(n, np.bool_)
        self._no_role = np.zeros((0, 1, 1), np.uint8)
        self._no_style = np.zeros((0, 1, 1), np.float32)

    def family(self, parameters: ArenaParameters | None = None) -> Arena:
        return Arena(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The limit of a match, at which it terminates: none is ever truncated."""
        return np.full(len(levels), self.config.limit, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """1, a match won; a return is a share of matches won."""
        return np.ones(len(levels), np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        if len(levels) != self.n or mask.shape != (self.n,):
            raise LevelError(
                f"{self.n} games need {self.n} levels and a mask of {self.n}; got {len(levels)} "
                f"levels and a mask of shape {mask.shape}."
            )
        if not {"spots", "others"} <= levels.more.keys():
            raise LevelError("these levels have no others to play with: they are not of the family 'arena'.")
        world = self._worlds
        world.make_room(*levels.tiles.shape[1:])
        x = world.numbers
        kernels.reset(
            mask,
            self.config.fresh_maps,
            _arrays_of(levels),
            self.step_limit(levels),
            world.size,
            world.chance,
            x["others"],
            x["spots"],
            x["at"],
            x["clock"],
            world.pad,
            world.maps["board"],
            world.maps["ways"],
            out.alive,
        )
        self._left_before[mask] = 0
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        wanted = (self.n, self.seats, 1)
        if actions.shape != wanted or actions.dtype.kind not in "iu":
            raise SpecError(
                f"actions are {actions.dtype} of shape {actions.shape}; {self.n} games of tag need "
                f"integers of shape {wanted}."
            )
        world, x = self._worlds, self._worlds.numbers
        self._left_before = x["clock"][:, r.LEFT].copy()
        wrong = kernels.step(
            actions,
            self.config.others == SCRIPTED,
            x["others"],
            world.chance,
            x["at"],
            x["clock"],
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
        """The arena of the match, as the first seat sees it."""
        world, reach = self._worlds, self._worlds.pad
        tiles = _TILE_OF_VIEW[world.inner("board", i)[0]]
        places = [(int(row), int(column)) for row, column in world.numbers["at"][i].reshape(-1, 2)]
        for place in places[1:-1]:
            tiles[place] = PLAYER_2
        tiles[places[-1]] = PLAYER_1
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
        clock = tuple(map(int, self._worlds.numbers["clock"][i]))
        return words.events(clock, clock[r.LEFT] > self._left_before[i])

    def save(self, i: int) -> bytes:
        return self._worlds.save(i)

    def load(self, i: int, data: bytes) -> None:
        self._worlds.load(i, data)
        self._left_before[i] = self._worlds.numbers["clock"][i, r.LEFT]

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        """Write observations and, where they are asked for, labels."""
        world, x = self._worlds, self._worlds.numbers
        shown = [out.obs[name] for name in ("view", "exits", "runner", "time", "outcome")]
        told = [out.obs.get("role", self._no_role), out.obs.get("style", self._no_style)]
        board, ways = world.maps["board"], world.maps["ways"]
        kernels.observe(mask, x["others"], x["spots"], x["at"], x["clock"], world.pad, board, *shown, *told)
        if out.labels:
            kernels.label(
                mask,
                self.config.others == SCRIPTED,
                x["others"],
                x["at"],
                x["clock"],
                world.pad,
                ways,
                out.labels["exit"],
                out.labels["towards"],
            )


def _arrays_of(levels: LevelArrays) -> tuple[NDArray[Any], ...]:
    """What `tag_kernels.reset` takes of levels."""
    spots, others = levels.more["spots"], levels.more["others"]
    return levels.tiles, levels.size, spots, levels.distance, others, levels.chance


def _spec(config: TagConfig) -> Spec:
    def symbols(name: str, shape: tuple[int, ...], codes: int) -> Buffer:
        return Buffer(name=name, shape=shape, dtype="uint8", codes=codes)

    obs = [
        symbols("view", (config.view, config.view), r.VIEW_CODES),
        symbols("exits", (2 * r.COLOURS,), r.OFFSET_CODES),
        symbols("runner", (2,), r.OFFSET_CODES),
        symbols("time", (1,), r.CLOCK_CODES),
        symbols("outcome", (1,), r.OUTCOME_CODES),
    ]
    if config.others != SCRIPTED:
        obs.append(symbols("role", (1,), 2))
    if config.revealed:
        obs.append(Buffer(name="style", shape=(NUMBERS + 1,), dtype="float32"))
    return Spec(obs=tuple(obs), action=ActionSpec(heads=(r.ACTIONS,), names=(r.ACTION_NAMES,)))
