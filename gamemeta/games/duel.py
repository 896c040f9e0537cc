"""The game `duel`: two players in an arena, each with a gun and a trap, and habits that can be learned.

The rules are those of `gamemeta.games.duel_rules`. Who is shot at has one step to be elsewhere, and does
not see where the shot goes, so one must know where the other will go, and where it shoots: that is decided
by a scripted player's hidden style, which stays for all matches of a trial. A match pays 1 to who wins it
and a half to each for a draw, in its last step: a return is a win rate.

With `others="scripted"` the game has one seat and plays the second player itself. With `"outside"` it has
two seats, which see and move alike.

A seat sees the tiles around itself with its own trap, how far away in rows and columns the other is, what
both have and where they look to, whether they are in each other's line of fire or a shot of the other is
under way, what the other did last, where its shot landed, the step of the match and, once it is decided,
who won: 1 it, 2 the other, 3 nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games import duel_kernels as kernels
from gamemeta.games import duel_rules as r
from gamemeta.games import duel_words as words
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
from gamemeta_levels.tiles import AMMUNITION, COVER, FLOOR, HAZARD, PLAYER_1, WALL

RECIPE: Recipe = {
    "levels": {"cover": (0, 2), "ammunition": (0, 1), "spawn_distance": (3, 5)},
    "trial": {"episodes": 6},
    "ppo": {"discount": 0.97, "guide_weight": 0.5, "guide_until": 0.15},
    "run": {"steps": 24_000_000},
}
_TILE_OF_VIEW = np.array([FLOOR, WALL, COVER, AMMUNITION, HAZARD, PLAYER_1], np.uint8)


@dataclass(frozen=True, kw_only=True)
class DuelConfig:
    """Settings of the game duel."""

    others: str = SCRIPTED
    """Who plays the second player: `scripted`, the game, which then has one seat; or `outside`, whoever steps
    the game, which then has two."""
    fresh_maps: bool = True
    """Whether every match is played on the level's map arranged anew, against the same player."""
    view: int = 5
    """Side of the square that a seat sees, tiles; odd, 3 to 31."""
    revealed: bool = False
    """Whether the observation tells the other's style: the revealed agent's view of the game."""
    limit: int = 40
    """Steps after which a match is a draw; at least 4."""

    def __post_init__(self) -> None:
        check_seats(r.PLAYERS, self.others, self.view)
        if not 4 <= self.limit <= 1000:
            raise ConfigError(f"limit = {self.limit}: give 4 to 1000.")


class DuelGame:
    """N matches side by side.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "duel"
    compiled = True
    stochastic = True
    plans: ClassVar[bool] = False  # those of arenas lead to the middle
    alike = True
    """Whether a player may sit in any of the seats: all see and do the same."""
    labels: Mapping[str, int] = {"shoots": r.AIMS, "escapes": r.AIMS, "good": r.ACTIONS}
    """`shoots`: where the other shoots if no wall bars a side; `escapes`: where it goes when shot at;
    `good`: what somebody would do who sees where shots go."""
    guide = "good"
    recipe = RECIPE
    Config = DuelConfig
    Parameters = ArenaParameters

    def __init__(self, n: int, config: DuelConfig | None = None) -> None:
        self.n = n
        self.config = config or DuelConfig()
        self.seats = seats_of(r.PLAYERS, self.config.others)
        self.teams = tuple(range(self.seats))
        self.spec = _spec(self.config)
        self._worlds = ArenaWorlds(
            n,
            {
                "others": (NUMBERS + 1, (0, THOUSAND)),
                "spots": (2 * SPOTS, (0, MOST_SIDE)),
                "at": (2 * r.PLAYERS, (0, MOST_SIDE)),
                "gear": (r.GEAR * r.PLAYERS, (0, r.MOST_SHOTS)),
                "traps": (2 * r.PLAYERS, (r.NOWHERE, MOST_SIDE)),
                "did": (r.DID * r.PLAYERS, (0, r.NOTHING_YET)),
                "flight": (r.FLIGHT * r.PLAYERS, (0, MOST_SIDE)),
                "clock": (r.CLOCK, (0, 1000)),
            },
            {"board": (1, r.PICK_UP, r.BLOCKED), "ways": (1, r.FAR_WAY, r.FAR_WAY)},
            (self.config.view - 1) // 2,
        )
        self._worlds.numbers["clock"][:, r.STATE] = r.OVER  # nothing runs before the first reset
        self._gear_before = np.zeros((n, r.GEAR * r.PLAYERS), np.int64)
        self._ran_before = np.zeros(n, np.bool_)
        self._queue = np.zeros(0, np.int32)
        self._everyone = np.ones(n, np.bool_)
        self._no_style = np.zeros((0, 1, 1), np.float32)

    def family(self, parameters: ArenaParameters | None = None) -> Arena:
        return Arena(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The limit of a match, at which it terminates: none is ever truncated."""
        return np.full(len(levels), self.config.limit, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """1, a match won; a return is a share of matches won, draws counting half."""
        return np.ones(len(levels), np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        if len(levels) != self.n or mask.shape != (self.n,):
            raise LevelError(
                f"{self.n} games need {self.n} levels and a mask of {self.n}; got {len(levels)} "
                f"levels and a mask of shape {mask.shape}."
            )
        if not {"spots", "others"} <= levels.more.keys():
            raise LevelError("these levels have nobody to play with: they are not of the family 'arena'.")
        worlds = self._worlds
        worlds.make_room(*levels.tiles.shape[1:])
        self._make_queue()
        kernels.reset(
            mask,
            self.config.fresh_maps,
            _arrays_of(levels),
            self.step_limit(levels),
            worlds.size,
            worlds.chance,
            worlds.numbers["others"],
            worlds.numbers["spots"],
            self._world,
            worlds.pad,
            worlds.maps["board"],
            worlds.maps["ways"],
            out.alive,
        )
        self._gear_before[mask], self._ran_before[mask] = worlds.numbers["gear"][mask], False
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        wanted = (self.n, self.seats, 2)
        if actions.shape != wanted or actions.dtype.kind not in "iu":
            raise SpecError(
                f"actions are {actions.dtype} of shape {actions.shape}; {self.n} games of duel need "
                f"integers of shape {wanted}."
            )
        worlds = self._worlds
        np.copyto(self._gear_before, worlds.numbers["gear"])
        np.equal(worlds.numbers["clock"][:, r.STATE], r.RUNNING, out=self._ran_before)
        wrong = kernels.step(
            actions,
            self.config.others == SCRIPTED,
            worlds.numbers["others"],
            worlds.chance,
            self._world,
            worlds.pad,
            worlds.maps["board"],
            worlds.maps["ways"],
            self._queue,
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        if wrong >= 0:
            raise SpecError(
                f"game {wrong}: an action of {actions[wrong].tolist()} is not in 0..{r.ACTIONS - 1} and "
                f"0..{r.AIMS - 1}."
            )
        self._observe(self._everyone, out)

    def scene(self, i: int) -> Scene:
        """The arena of the match, as the first player sees it: its own trap is the hazard."""
        worlds, reach = self._worlds, self._worlds.pad
        x = {name: tuple(map(int, array[i])) for name, array in worlds.numbers.items()}
        tiles = _TILE_OF_VIEW[worlds.inner("board", i)[0]]
        if x["traps"][0] != r.NOWHERE:
            tiles[x["traps"][:2]] = HAZARD
        tiles[x["at"][2:]] = PLAYER_1
        row, column = x["at"][:2]
        padded = np.pad(tiles, reach, constant_values=WALL)
        return Scene(
            tiles=tiles,
            agent=(row, column),
            seen=(row - reach, column - reach, row + reach + 1, column + reach + 1),
            view=padded[row : row + self.config.view, column : column + self.config.view].copy(),
            step=x["clock"][r.STEP],
            limit=x["clock"][r.LIMIT],
            status=words.status(x["clock"], x["gear"]),
        )

    def events(self, i: int) -> tuple[str, ...]:
        """What happened in the last step of game i, in words; nothing after a reset."""
        x = {name: tuple(map(int, self._worlds.numbers[name][i])) for name in ("clock", "did", "gear")}
        before = self._gear_before[i].reshape(r.PLAYERS, r.GEAR).tolist()
        ran, players = bool(self._ran_before[i]), range(r.PLAYERS)
        fired = tuple(
            ran and before[k][r.AMMUNITION_LEFT] > 0 and x["did"][r.DID * k] == r.SHOOT for k in players
        )
        laid = tuple(before[k][r.TRAPS_LEFT] > x["gear"][r.GEAR * k + r.TRAPS_LEFT] for k in players)
        landed = tuple(x["did"][r.DID * k + r.LANDED] if ran else 0 for k in players)
        return words.events(x["clock"], fired, landed, laid)

    def save(self, i: int) -> bytes:
        return self._worlds.save(i)

    def load(self, i: int, data: bytes) -> None:
        self._worlds.load(i, data)
        self._make_queue()
        self._gear_before[i], self._ran_before[i] = self._worlds.numbers["gear"][i], False

    @property
    def _world(self) -> tuple[NDArray[np.int64], ...]:
        """Places, gear, traps, last actions, shots under way and clocks, as the kernels take them."""
        x = self._worlds.numbers
        return x["at"], x["gear"], x["traps"], x["did"], x["flight"], x["clock"]

    def _make_queue(self) -> None:
        """Room for a search over the largest map, so that steps need none."""
        room = self._worlds.maps["board"][0, 0].size
        if len(self._queue) < room:
            self._queue = np.zeros(room, np.int32)

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        """Write observations and, where they are asked for, labels."""
        worlds, x = self._worlds, self._worlds.numbers
        shown = [out.obs[b.name] for b in self.spec.obs if b.name != "style"]
        style = out.obs.get("style", self._no_style)
        kernels.observe(mask, x["others"], self._world, worlds.pad, worlds.maps["board"], *shown, style)
        if out.labels:
            scripted = self.config.others == SCRIPTED
            told = [out.labels[name] for name in self.labels]
            maps = worlds.maps["board"], worlds.maps["ways"]
            kernels.label(mask, scripted, x["others"], self._world, worlds.pad, *maps, *told)


def _arrays_of(levels: LevelArrays) -> tuple[NDArray[Any], ...]:
    """What `duel_kernels.reset` takes of levels."""
    spots, others = levels.more["spots"], levels.more["others"]
    return levels.tiles, levels.size, spots, levels.distance, others, levels.chance


def _spec(config: DuelConfig) -> Spec:
    def symbols(name: str, shape: tuple[int, ...], codes: int) -> Buffer:
        return Buffer(name=name, shape=shape, dtype="uint8", codes=codes)

    obs = [
        symbols("view", (config.view, config.view), r.VIEW_CODES),
        symbols("other", (2,), r.OFFSET_CODES),
        symbols("status", (r.STATUS,), r.STATUS_CODES),
        symbols("in_line", (1,), r.IN_LINE_CODES),
        symbols("did", (1,), r.ACTIONS + 1),
        symbols("landed", (1,), r.LANDED_CODES),
        symbols("time", (1,), r.CLOCK_CODES),
        symbols("outcome", (1,), r.DRAW + 1),
    ]
    if config.revealed:
        obs.append(Buffer(name="style", shape=(NUMBERS + 1,), dtype="float32"))
    action = ActionSpec(heads=(r.ACTIONS, r.AIMS), names=(r.ACTION_NAMES, r.AIM_NAMES))
    return Spec(obs=tuple(obs), action=action)
