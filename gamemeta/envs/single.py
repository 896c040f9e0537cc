"""One of our games as an environment of Gymnasium."""

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from numpy.typing import NDArray

from gamemeta.envs.lanes import Lanes, LevelWord, Settings, level_seed
from gamemeta.envs.own_form import OwnForm
from gamemeta.envs.pictures import MODES, Pictures
from gamemeta.errors import ConfigError
from gamemeta.games.game import Game
from gamemeta_levels.split import MAX_SEED

KEEP_LEVEL = "keep_level"
"""Option of `reset`, and the entry of `metadata` that says an environment knows it."""
RENDER_FPS = 12
METADATA = {"render_modes": [*MODES], "render_fps": RENDER_FPS, KEEP_LEVEL: True}

Obs = dict[str, NDArray[Any]]
_ALL = np.ones(1, np.bool_)


class GameEnv(gymnasium.Env[Any, Any]):
    """One game, one level at a time.

    `reset(seed=s)` plays level s of the split, and every `reset()` after it the next of a sequence of levels
    that s names. `reset(options=...)` takes `{"keep_level": True}` for another episode on the same level,
    with other luck, and `{"level": ...}` for a given one. `info` names the level at a reset, and says in
    every step whether the episode has ended as the player hopes (`success`).

    Args:
        game: name of the game.
        split: where levels come from: `train`, `validation`, `test`, `far` or `any`.
        level: the one level to play: a `Level`, a seed, `test:17`, or the path of a level file.
        config: settings of the game, by name, or its config dataclass.
        parameters: ranges of its levels, by name, or its parameters dataclass.
        render_mode: `rgb_array`, the project's tiles, or `ansi`, the glyphs of level files.
    Raises:
        UnknownName, PluginError: there is no such game or split.
        ConfigError: unknown settings or options, or a game of several seats.
        LevelError, UnsolvableLevel: the level cannot be played, or a seed is too large.
        SpecError: an action that the game does not have.
        gymnasium.error.ResetNeeded: a step after the end of an episode.
    """

    metadata = METADATA

    def __init__(
        self,
        game: str,
        *,
        split: str = "train",
        level: LevelWord | None = None,
        config: Settings = None,
        parameters: Settings = None,
        render_mode: str | None = None,
    ) -> None:
        self._lanes = Lanes(game, 1, split=split, level=level, config=config, parameters=parameters)
        self.game = self._lanes.game
        self.render_mode = checked_mode(render_mode, self.game)
        self._form = OwnForm(self.game)
        self.observation_space = self._spaces = self._form.observation_space()
        self.action_space = self._form.action_space()
        self._pictures = Pictures(self.game, render_mode)
        self._begun, self._over = False, True

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[Obs, dict[str, Any]]:
        """Begin an episode; see the class for seed and options."""
        super().reset(seed=seed)
        wanted = checked_options(options, KEEP_LEVEL, "level")
        if seed is not None or not self._begun:
            named = int(self.np_random.integers(MAX_SEED)) if seed is None else level_seed(seed)
            self._lanes.seed(np.zeros(1, np.int64), np.array([named]))
        if "level" in wanted:
            self._lanes.borrow(wanted["level"])
            self._lanes.again(_ALL)
        elif wanted.get(KEEP_LEVEL) and self._begun:
            self._lanes.again(_ALL)
        else:
            self._lanes.next(_ALL)
        self._begun, self._over = True, False
        self._pictures.began(_ALL)
        return self._obs(), self._lanes.about(0)

    def step(self, action: Any) -> tuple[Obs, float, bool, bool, dict[str, Any]]:
        """Play one step: what it led to, its reward, terminated, truncated and info."""
        if self._over:
            raise ResetNeeded("the episode has ended, or none has begun: call `reset` before `step`.")
        out = self._lanes.out
        self.game.step(self._form.rows(action, 1), out)
        self._pictures.stepped()
        terminated, truncated = bool(out.terminated[0, 0]), bool(out.truncated[0, 0])
        self._over = terminated or truncated
        info = {"success": bool(out.success[0, 0])}
        return self._obs(), float(out.reward[0, 0]), terminated, truncated, info

    def render(self) -> Any:
        """The game as it stands: uint8 [height, width, 3], a string, or None without a mode."""
        if self.render_mode is not None and not self._begun:
            raise ResetNeeded("there is nothing to draw yet: call `reset` before `render`.")
        return self._pictures.draw(0)

    def _obs(self) -> Obs:
        arrays = {name: array[:1, 0] for name, array in self._lanes.out.obs.items()}
        named = self._form.obs(arrays)
        return {name: _one(array, self._spaces[name]) for name, array in named.items()}


def checked_mode(render_mode: str | None, game: Game) -> str | None:
    """The render mode.

    Raises:
        ConfigError: there is no such mode, or the game has no map to draw.
    """
    if render_mode == "rgb_array" and not game.about.has_map:
        raise ConfigError(f"the game {game.name!r} has no map to draw: give render_mode='ansi', or None.")
    if render_mode is not None and render_mode not in MODES:
        raise ConfigError(f"render_mode = {render_mode!r}: give {' or '.join(map(repr, MODES))}, or None.")
    return render_mode


def checked_options(options: Mapping[str, Any] | None, *known: str) -> dict[str, Any]:
    """The options of a reset.

    Raises:
        ConfigError: one that is not known.
    """
    wanted = dict(options or {})
    for name in wanted:
        if name not in known:
            raise ConfigError(f"reset has no option {name!r}. It has: {', '.join(known)}.")
    return wanted


def _one(array: NDArray[Any], space: spaces.Space[Any]) -> Any:
    """What stands first in an array: a number where the space is Discrete, else an array, if only of one."""
    return array[0] if isinstance(space, spaces.Discrete) else np.asarray(array[0])
