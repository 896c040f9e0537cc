"""A game of Procgen as a game of ours."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError, LevelError, UnknownName
from gamemeta.games.game import StepBuffers
from gamemeta.games.given import check_levels
from gamemeta.games.procgen.engine import Engine
from gamemeta.games.procgen.facts import (
    ACTIONS,
    EASY,
    EXPLORATION,
    FRAME,
    GAMES,
    HARD,
    MODES,
    NOTHING,
    PREFIX,
)
from gamemeta.games.procgen.levels import ProcgenLevels, ProcgenParameters
from gamemeta.games.procgen.states import read
from gamemeta.games.scene import Scene
from gamemeta.games.seed_levels import SEED
from gamemeta.spec import ActionSpec, Buffer, Spec
from gamemeta_levels.family import LevelArrays

VERSION = 1
OBS = "frame"
ACTION_NAMES = (
    *("left down", "left", "left up", "down", "nothing", "up", "right down", "right", "right up"),
    *("D", "A", "W", "S", "Q", "E"),
)
DIGEST_BYTES = 16
_NOBODY = -1
"""The level of a game that was never reset."""


@dataclass(frozen=True, kw_only=True)
class ProcgenConfig:
    """Settings of a game of Procgen."""

    mode: str = EASY
    """Its distribution of levels: easy, hard, extreme, memory or exploration (one hard level alone), as far
    as the game has it."""
    par: float | None = None
    """Return that counts as score 1; without it, the highest that was published for easy and hard modes."""
    threads: int = 0
    """Threads that play steps side by side; 0 plays in the training's own. They do not change the result."""

    def __post_init__(self) -> None:
        check_ranges(self, threads=(0, 256))
        if self.mode not in MODES:
            raise ConfigError(f"mode = {self.mode!r}: choose one of {', '.join(MODES)}.")


class ProcgenGame:
    """N games of Procgen with one seat each; `procgen_game` makes the class for a name.

    Trials are episodes on one level, which Procgen by itself cannot play again: see
    `gamemeta.games.procgen.engine`. Observations are its frames, copied once. Procgen draws no frame at the
    end of an episode: where the rules ended it, the first frame of the next one stands there, as in Procgen
    itself; where it was truncated, and a value is made of it, the last frame before. Truncated is an episode
    that lasts as long as Procgen's own limit and did not complete its level in that step.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    Raises:
        ConfigError: a mode that the game does not have.
        PluginError: Procgen is not installed; when first reset.
    """

    Config = ProcgenConfig
    Parameters = ProcgenParameters
    name: ClassVar[str]
    game: ClassVar[str]
    seats: ClassVar[int] = 1
    plans: ClassVar[bool] = False
    has_map: ClassVar[bool] = False
    has_picture: ClassVar[bool] = True
    compiled: ClassVar[bool] = True
    test_levels: ClassVar[int] = 64
    labels: Mapping[str, int] = {}
    spec = Spec(
        obs=(Buffer(name=OBS, shape=FRAME, dtype="uint8", image=True),),
        action=ActionSpec(heads=(ACTIONS,), names=(ACTION_NAMES,)),
    )
    recipe: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "trial": {"episodes": 2, "long_share": 0.0},
        "network": {"cell": "mingru", "width": 256, "layers": 1, "image_encoder": "impala"},
        "ppo": {
            "learning_rate": 5e-4,
            "final_learning_rate": 1.0,
            "epochs": 3,
            "minibatches": 8,
            "discount": 0.999,
            "entropy": 0.01,
            "final_entropy": 1.0,
            "label_weight": 0.0,
            "scale_returns": True,
            "scale_by_step": False,
        },
        "run": {
            "steps": 25_000_000,
            "lanes": 64,
            "rollout_steps": 256,
            "shards": 4,
            "validation_levels": 32,
            "validations": 10,
        },
    }

    def __init__(self, n: int, config: ProcgenConfig | None = None) -> None:
        self.n, self.config = n, config or ProcgenConfig()
        facts = GAMES[self.game]
        if self.config.mode not in facts.modes:
            raise ConfigError(
                f"mode = {self.config.mode!r}: {self.name} has {', '.join(facts.modes)}. Choose one of these."
            )
        self._only = facts.exploration if self.config.mode == EXPLORATION else None
        self._level = np.full(n, _NOBODY, np.int64)
        self._steps = np.zeros(n, np.int32)
        self._returns = np.zeros(n, np.float64)
        self._truncated, self._success = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
        self._over = np.ones(n, np.bool_)
        self._last = np.zeros((n, *FRAME), np.uint8)
        """What ended games show."""
        self._watched = np.zeros(FRAME, np.uint8)

    @cached_property
    def engine(self) -> Engine:
        """Procgen itself, started when it is first needed."""
        mode = HARD if self.config.mode == EXPLORATION else self.config.mode
        return Engine(self.game, mode, self.n, self.config.threads)

    def family(self, parameters: ProcgenParameters | None = None) -> ProcgenLevels:
        return ProcgenLevels(self.name, parameters, only=self._only)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        return np.full(len(levels), GAMES[self.game].limit(self.config.mode), np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The return [N] that counts as score 1, by default the highest published; NaN where none was."""
        bounds = GAMES[self.game].bounds(self.config.mode)
        known = bounds[1] if bounds and self.config.par is None else self.config.par
        return np.full(len(levels), np.nan if known is None else known, np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_levels(self.n, levels, mask)
        wanted = levels.more[SEED][:, 0]
        for i in np.flatnonzero(mask):
            self.engine.begin(int(i), int(wanted[i]))
        self._level[mask] = wanted[mask]
        for array in (self._steps, self._returns, self._over, self._truncated, self._success):
            array[mask] = 0
        out.obs[OBS][mask, 0] = self.engine.frames[mask]
        out.alive[mask] = True

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        codes = self.spec.action.checked(actions, self.n, 1)[:, 0, 0].astype(np.int32)
        plays = ~self._over
        codes[self._over] = NOTHING
        self._steps += plays
        self._keep_last(plays)
        reward, ended, completed = self.engine.step(codes)
        reward *= plays
        self._returns += reward
        ends = plays & ended
        if ends.any():
            self._end(ends, completed != 0)
        out.reward[:, 0] = reward
        np.copyto(out.obs[OBS][:, 0], self.engine.frames)
        if self._over.any():
            out.obs[OBS][self._over, 0] = self._last[self._over]
        out.truncated[:, 0] = self._truncated
        out.terminated[:, 0] = self._over & ~self._truncated
        out.success[:, 0] = self._success
        np.logical_not(self._over, out=out.alive[:, 0])

    def _keep_last(self, plays: NDArray[np.bool_]) -> None:
        """Keep the frame before a step that may end an episode by its limit, or that a viewer watches."""
        if self._steps.max() >= self.engine.limit:
            cut = plays & (self._steps >= self.engine.limit)
            self._last[cut] = self.engine.frames[cut]
        if self.n == 1 and not self._over[0]:
            self._watched[:] = self.engine.frames[0]

    def _end(self, ends: NDArray[np.bool_], completed: NDArray[np.bool_]) -> None:
        """Note how the episodes of these games ended."""
        self._over |= ends
        self._success[ends] = completed[ends]
        self._truncated[ends] = (self._steps[ends] >= self.engine.limit) & ~completed[ends]
        rest = ends & ~self._truncated
        self._last[rest] = self.engine.frames[rest]

    def scene(self, i: int) -> Scene:
        """Game i as its frame; of one game alone, also the last frame before the end."""
        ended = self._watched if self.n == 1 else self._last[i]
        return Scene.without_map(
            step=int(self._steps[i]),
            limit=GAMES[self.game].limit(self.config.mode),
            image=(ended if self._over[i] else self.engine.frames[i]).copy(),
            text=f"step {self._steps[i]}: return {self._returns[i]:.2f}",
        )

    def save(self, i: int) -> bytes:
        """A line of JSON, Procgen's own state, and the frame of an ended episode.

        Raises:
            LevelError: game i was never reset.
        """
        if self._level[i] == _NOBODY:
            raise LevelError(f"game {i} of {self.name!r} was never reset: there is nothing to save.")
        state = b"" if self._over[i] else self.engine.state(i)
        body = state or self._last[i].tobytes()
        head = {
            "version": VERSION,
            "game": self.name,
            "mode": self.config.mode,
            **{name: array[i].item() for name, array in self._kept().items()},
            "digest": hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest(),
        }
        return json.dumps(head).encode() + b"\n" + body

    def load(self, i: int, data: bytes) -> None:
        """Take game i back to what `save` saw.

        Raises:
            LevelError: the bytes are damaged, or of another game, mode or version.
        """
        head, body = self._opened(data)
        for name, array in self._kept().items():
            array[i] = head[name]
        if self._over[i]:
            self._last[i] = self._watched[:] = np.frombuffer(body, np.uint8).reshape(FRAME)
        else:
            self.engine.put(i, body)

    def _opened(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        """Head and body of what `save` gave, looked at closely: Procgen ends the process over a bad state."""
        line, _, body = data.partition(b"\n")
        try:
            head = json.loads(line)
            of = head["version"], head["game"], head["mode"]
            sound = head["digest"] == hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest()
            if of != (VERSION, self.name, self.config.mode):
                raise ValueError(f"they are of version {of[0]} of {of[1]} in {of[2]} mode")
            if not sound or {*self._kept()} - {*head}:
                raise ValueError("they are damaged")
            if not head["over"] and read(body).game != self.game:
                raise ValueError("its state is of another game")
        except (ValueError, KeyError, TypeError) as error:
            raise LevelError(
                f"these bytes are not a saved game of {self.name!r} in {self.config.mode} mode: {error}."
            ) from None
        return head, body

    def _kept(self) -> dict[str, NDArray[Any]]:
        """What a saved game holds beside Procgen's state, [N] by name."""
        return {
            "level": self._level,
            "steps": self._steps,
            "returns": self._returns,
            "over": self._over,
            "truncated": self._truncated,
            "success": self._success,
        }


def procgen_game(name: str) -> type[ProcgenGame]:
    """The game class of `procgen/coinrun` and so on; made without a look at the package.

    Raises:
        UnknownName: with the games that exist.
    """
    if name.removeprefix(PREFIX) not in GAMES:
        raise UnknownName(
            f"no game called {name!r}. Procgen has: {', '.join(PREFIX + game for game in GAMES)}."
        )
    return _game_class(name)


@cache
def _game_class(name: str) -> type[ProcgenGame]:
    game = name.removeprefix(PREFIX)
    return type("ProcgenGame", (ProcgenGame,), {"name": name, "game": game, "__doc__": f"Procgen's {game}."})


def procgen_games() -> dict[str, Callable[..., Any]]:
    """All sixteen, by name."""
    return {PREFIX + game: procgen_game(PREFIX + game) for game in GAMES}
