"""A game of Procgen as a game of ours."""

import hashlib
import json
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError, LevelError, SpecError, UnknownName
from gamemeta.games.about import About
from gamemeta.games.checks import check_actions, check_levels
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.outside.procgen.engine import Engine
from gamemeta.games.outside.procgen.facts import (
    ACTIONS,
    EASY,
    EXPLORATION,
    FRAME,
    GAMES,
    HARD,
    MODES,
    PREFIX,
    SUMMARIES,
)
from gamemeta.games.outside.procgen.levels import ProcgenLevels, ProcgenParameters
from gamemeta.games.outside.procgen.states import read
from gamemeta.games.outside.procgen.step_kernels import EPISODE, KEPT, begin_episode, begin_step, end_step
from gamemeta.games.outside.seed_levels.family import SEED
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, image
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
    """Kind of levels: `easy`, `hard`, `extreme`, `memory` or `exploration` (a single hard level); not
    every game has all."""
    par: float | None = None
    """Return that counts as score 1. Without it: the highest published one, for easy and hard."""
    threads: int = 0
    """Threads that play games side by side; 0 uses those of the training. It does not change results."""

    def __post_init__(self) -> None:
        check_ranges(self, threads=(0, 256))
        if self.mode not in MODES:
            raise ConfigError(f"mode = {self.mode!r}: choose one of {', '.join(MODES)}.")


class ProcgenGame(Game):
    """N games of Procgen with one seat each; `procgen_game` makes the class for a name.

    Trials are episodes on one level, which Procgen by itself cannot play again: see
    `gamemeta.games.outside.procgen.engine`. Observations are its frames, copied once, and not at all into
    buffers that share its arrays. Procgen draws no frame at the end of an episode: where the rules ended it,
    the first frame of the next one stands there, as in Procgen itself; where it was truncated, and a value is
    made of it, the last frame before. Truncated is an episode that lasts as long as Procgen's own limit and
    did not complete its level in that step.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    Raises:
        ConfigError: a mode that the game does not have.
        PluginError: Procgen is not installed; when first reset, or asked for its arrays.
    """

    Config = ProcgenConfig
    Parameters = ProcgenParameters
    game: ClassVar[str]
    about = About(
        has_plans=False,
        has_map=False,
        has_picture=True,
        compiled=True,
        test_levels=64,
        recipe={
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
        },
    )
    spec = Spec(
        obs=(image(OBS, FRAME),),
        action=ActionSpec(heads=(ACTIONS,), names=(ACTION_NAMES,)),
    )

    def __init__(self, n: int, config: ProcgenConfig | None = None) -> None:
        self.n, self.config = n, config or ProcgenConfig()
        facts = GAMES[self.game]
        if self.config.mode not in facts.modes:
            raise ConfigError(
                f"mode = {self.config.mode!r}: {self.name} has {', '.join(facts.modes)}. Choose one of these."
            )
        self._only = facts.exploration if self.config.mode == EXPLORATION else None
        self._now = np.zeros(n, EPISODE)
        self._now["level"], self._now["over"], self._now["held"] = _NOBODY, True, True
        self._last = np.zeros((n, *FRAME), np.uint8)
        """The frames that are held."""
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

    def obs_arrays(self) -> dict[str, NDArray[Any]]:
        """The array that Procgen writes its frames into."""
        return {OBS: self._shared}

    @cached_property
    def _shared(self) -> NDArray[np.uint8]:
        """uint8 [N, 1, 64, 64, 3]."""
        return self.engine.frames[:, None]

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_levels(self.n, levels, mask)
        engine, rows, wanted = self.engine, mask.nonzero()[0], levels.more[SEED]
        for i in rows.tolist():
            engine.begin(i, int(wanted[i, 0]))
        begin_episode(rows, wanted, self._now, out.alive)
        if out.obs[OBS] is not self._shared:
            out.obs[OBS][rows, 0] = engine.frames[rows]

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        engine, now = self.engine, self._now
        check_actions(actions, self.n, "games")
        wrong, some_kept = begin_step(actions, now, engine.limit, engine.actions)
        if wrong >= 0:
            raise SpecError(f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..{ACTIONS - 1}.")
        if some_kept:
            keep = now["keep"]
            self._last[keep] = engine.frames[keep]
        if self.n == 1 and not now["over"][0]:
            self._watched[:] = engine.frames[0]
        engine.step()
        reached = engine.reward, engine.ended, engine.completed
        results = out.reward, out.terminated, out.truncated, out.success, out.alive
        some_held = end_step(now, engine.limit, *reached, *results)
        if out.obs[OBS] is not self._shared:
            np.copyto(out.obs[OBS][:, 0], engine.frames)
        if some_held:
            self._show_held(out)

    def _show_held(self, out: StepBuffers) -> None:
        """Let games whose last frame is held show it, rather than what Procgen shows."""
        rows = self._now["held"].nonzero()[0]
        if out.obs[OBS] is self._shared:
            self.engine.cover(rows, self._last[rows])
        else:
            out.obs[OBS][rows, 0] = self._last[rows]

    def _frame(self, i: int) -> NDArray[np.uint8]:
        """What game i shows, uint8 [64, 64, 3]."""
        frame: NDArray[np.uint8] = self._last[i] if self._now["held"][i] else self.engine.frames[i]
        return frame

    def scene(self, i: int) -> Scene:
        """Game i as its frame; of one game alone, also the last frame before the end."""
        now = self._now[i]
        return Scene.without_map(
            step=int(now["steps"]),
            limit=GAMES[self.game].limit(self.config.mode),
            image=(self._watched if self.n == 1 and now["over"] else self._frame(i)).copy(),
            text=f"step {now['steps']}: return {now['returns']:.2f}",
        )

    def save(self, i: int) -> bytes:
        """A line of JSON, the state of Procgen, and the frame of an ended episode.

        Raises:
            LevelError: game i was never reset.
        """
        now = self._now[i]
        if now["level"] == _NOBODY:
            raise LevelError(f"game {i} of {self.name!r} was never reset: there is nothing to save.")
        body = self._frame(i).tobytes() if now["over"] else self.engine.state(i)
        head = {
            "version": VERSION,
            "game": self.name,
            "mode": self.config.mode,
            **{name: now[name].item() for name in KEPT},
            "digest": hashlib.blake2b(body, digest_size=DIGEST_BYTES).hexdigest(),
        }
        return json.dumps(head).encode() + b"\n" + body

    def load(self, i: int, data: bytes) -> None:
        """Take game i back to what `save` saw.

        Raises:
            LevelError: the bytes are damaged, or of another game, mode or version.
        """
        head, body = self._opened(data)
        for name in KEPT:
            self._now[name][i] = head[name]
        self._now["held"][i] = head["over"]
        if head["over"]:
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
            if not sound or {*KEPT} - {*head}:
                raise ValueError("they are damaged")
            if not head["over"] and read(body).game != self.game:
                raise ValueError("its state is of another game")
        except (ValueError, KeyError, TypeError) as error:
            raise LevelError(
                f"these bytes are not a saved game of {self.name!r} in {self.config.mode} mode: {error}."
            ) from None
        return head, body


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
    about = replace(ProcgenGame.about, summary=SUMMARIES[game])
    parts = {"name": name, "game": game, "about": about, "__doc__": f"Procgen's {game}."}
    return type("ProcgenGame", (ProcgenGame,), parts)
