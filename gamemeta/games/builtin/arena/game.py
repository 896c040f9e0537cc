"""The base of all games on arenas: N matches side by side, with scripted players of hidden styles."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError, SpecError
from gamemeta.games.about import About
from gamemeta.games.builtin.arena.seats import SCRIPTED, seats_of
from gamemeta.games.builtin.arena.world import ArenaLevels, ArenaWorld
from gamemeta.games.builtin.arena.worlds import ArenaWorlds, Layers, Range
from gamemeta.games.builtin.fit import check_arenas, check_fit
from gamemeta.games.checks import check_actions, check_levels
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Buffer, Spec, quantities, symbols
from gamemeta_levels.families.arena.family import Arena, ArenaParameters
from gamemeta_levels.families.arena.parameters import MOST_SIDE
from gamemeta_levels.families.arena.styles import STYLE_SIZE, THOUSAND
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import PLAYER_1

Flags = NDArray[np.bool_]
Arrays = tuple[NDArray[Any], ...]
STYLE = quantities("style", (STYLE_SIZE + 1,))
"""Observation of the revealed game: the others' style and skill, each from -1 to 1."""


class ArenaConfig(Protocol):
    """The settings that every game on an arena has."""

    @property
    def others(self) -> str:
        """Players of the other seats: `scripted` or `outside`."""

    @property
    def fresh_maps(self) -> bool:
        """Whether every match is played on the level's map arranged anew."""

    @property
    def view(self) -> int:
        """Side of the square that a seat sees, tiles."""

    @property
    def revealed(self) -> bool:
        """Whether the others' style is in the observation."""

    @property
    def limit(self) -> int:
        """Steps after which a match is over."""


class ArenaRules(Protocol):
    """The module of a game's rules, as far as all are alike."""

    STEP: int
    LIMIT: int
    STATE: int
    OVER: int
    VIEW_CODES: int


Settings = TypeVar("Settings", bound=ArenaConfig)


class ArenaGame(Game, Generic[Settings]):
    """N matches side by side; subclasses define how one begins, is played and is shown.

    Args:
        n: number of games.
        config: settings.
        players: how many there are in each arena.
        obs: what a seat sees besides its view and, where that is revealed, the others' style.
        action: what it can do.
        spots: how many places of a map the game knows by number.
        state: small arrays of the game as `ArenaWorlds` takes them, besides `others`, `spots` and `at`.
        maps: its maps as `ArenaWorlds` takes them, of which `board` is what views show.
    """

    about = About(compiled=True, stochastic=True, has_plans=False)  # plans of arenas lead to the middle
    Parameters: ClassVar[type[ArenaParameters]] = ArenaParameters
    _rules: ArenaRules
    _tile_of_view: NDArray[np.uint8]
    """Tile codes [VIEW_CODES] that views are drawn with for people."""
    _fields: tuple[str, ...] = ArenaWorld._fields
    """Names of the arrays that the game's kernels take."""
    _remembered: tuple[str, ...] = ("clock",)
    """Names of the arrays that `_before` holds as they were before the last step."""

    def __init__(
        self,
        n: int,
        config: Settings,
        *,
        players: int,
        obs: Sequence[Buffer],
        action: ActionSpec,
        spots: int,
        state: Mapping[str, tuple[int, Range]],
        maps: Mapping[str, Layers],
    ) -> None:
        self.n = n
        self.config = config
        self.seats = seats_of(players, config.others)
        view = symbols("view", (config.view, config.view), self._rules.VIEW_CODES)
        self.spec = Spec(obs=(view, *obs, *([STYLE] if config.revealed else [])), action=action)
        self._scripted = config.others == SCRIPTED
        places: dict[str, tuple[int, Range]] = {
            "others": (STYLE_SIZE + 1, (0, THOUSAND)),
            "spots": (2 * spots, (0, MOST_SIDE)),
            "at": (2 * players, (0, MOST_SIDE)),
        }
        self._worlds = ArenaWorlds(
            n, {**places, **state}, maps, (config.view - 1) // 2, self._fields, self._fits
        )
        self._worlds.state["clock"][:, self._rules.STATE] = self._rules.OVER  # until the first reset
        self._before = {name: self._worlds.state[name].copy() for name in self._remembered}
        self._everyone = np.ones(n, np.bool_)

    def family(self, parameters: ArenaParameters | None = None) -> Arena:
        return Arena(parameters or self.Parameters())

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """The limit of a match, at which it terminates: none is ever truncated."""
        return np.full(len(levels), self.config.limit, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """1, a match won; a return is a share of matches won."""
        return np.ones(len(levels), np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_levels(self.n, levels, mask)
        self._check_arenas(levels, mask)
        self._worlds.make_room(*levels.tiles.shape[1:])
        spots, others = levels.more["spots"], levels.more["others"]
        arenas = ArenaLevels(levels.tiles, levels.size, spots, levels.distance, others, levels.chance)
        self._start(mask, tuple(arenas), self.step_limit(levels), out.alive)
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        heads = self.spec.action.heads
        check_actions(actions, self.n, f"games of {self.name}", seats=self.seats, heads=len(heads))
        for name, before in self._before.items():
            np.copyto(before, self._worlds.state[name])
        wrong = self._play(actions, (out.reward, out.terminated, out.truncated, out.success, out.alive))
        if wrong >= 0:
            codes = " and ".join(f"0..{k - 1}" for k in heads)
            raise SpecError(f"game {wrong}: an action of {actions[wrong].tolist()} is not in {codes}.")
        self._observe(self._everyone, out)

    def scene(self, i: int) -> Scene:
        """The arena as the first seat sees it."""
        clock = self._now("clock", i)
        tiles = self._tile_of_view[self._worlds.inner("board", i)[0]]
        agent, *others = [(int(y), int(x)) for y, x in self._worlds.state["at"][i].reshape(-1, 2)]
        self._draw(i, tiles, others)
        return Scene.around(
            tiles,
            agent,
            self._worlds.pad,
            step=clock[self._rules.STEP],
            limit=clock[self._rules.LIMIT],
            status=self._status(i),
        )

    def events(self, i: int) -> tuple[str, ...]:
        """Events of the last step of game i, in words; none after a reset."""
        return self._events(i) if self._worlds.state["clock"][i, self._rules.STEP] else ()

    def save(self, i: int) -> bytes:
        return self._worlds.save(i)

    def load(self, i: int, data: bytes) -> None:
        self._worlds.load(i, data)
        for name, before in self._before.items():
            before[i] = self._worlds.state[name][i]

    @abstractmethod
    def _fits(self, saved: Mapping[str, NDArray[np.int64]], size: tuple[int, int]) -> bool:
        """Whether the values of a saved game, each within its range, can all be so at once."""

    @abstractmethod
    def _start(self, mask: Flags, levels: Arrays, limit: NDArray[np.int32], alive: Flags) -> None:
        """Start a match of level i in game i where the mask holds; `levels` are the fields of
        `ArenaLevels`."""

    @abstractmethod
    def _play(self, actions: NDArray[np.integer[Any]], results: Arrays) -> int:
        """Play a step of every match; the first game with a bad action, or -1. `results` are reward,
        terminated, truncated, success and alive."""

    @abstractmethod
    def _show(self, mask: Flags, obs: Mapping[str, NDArray[Any]]) -> None:
        """Write what every seat sees where the mask holds, all but the style."""

    @abstractmethod
    def _label(self, mask: Flags, labels: Mapping[str, NDArray[np.uint8]]) -> None:
        """Write the labels where the mask holds."""

    @abstractmethod
    def _events(self, i: int) -> tuple[str, ...]:
        """Events of the last step of game i, by comparison with `_before`, in words."""

    @abstractmethod
    def _status(self, i: int) -> str:
        """Game i in words."""

    def _draw(self, i: int, tiles: NDArray[np.uint8], others: Sequence[tuple[int, int]]) -> None:
        """Draw what the board of game i does not show: the other players, who stand at these places."""
        for place in others:
            tiles[place] = PLAYER_1

    def _check_arenas(self, levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
        """Raises LevelError where levels are no arenas."""
        if not {"spots", "others"} <= levels.more.keys():
            raise LevelError("these levels have no others to play with: they are not of the family 'arena'.")
        check_fit(self.n, levels, mask)
        check_arenas(levels, mask)

    def _observe(self, mask: Flags, out: StepBuffers) -> None:
        """Write observations and, where they are asked for, labels."""
        self._show(mask, out.obs)
        if self.config.revealed:
            style = self._worlds.state["others"][mask] / (THOUSAND / 2) - 1.0
            out.obs[STYLE.name][mask] = style[:, None]
        if out.labels:
            self._label(mask, out.labels)

    def _now(self, name: str, i: int) -> tuple[int, ...]:
        """Values of an array of game i."""
        return tuple(map(int, self._worlds.state[name][i]))
