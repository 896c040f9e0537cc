"""Our games of several seats as environments of PettingZoo::

    import pettingzoo
    import gamemeta.envs

    env = pettingzoo.make("parallel", "gamemeta/tag-v0")    # PettingZoo 1.27
    env = gamemeta.envs.parallel_env("tag")                 # any

The arguments are those of `GameParallelEnv`.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pettingzoo
from gymnasium.error import ResetNeeded
from gymnasium.utils import seeding
from numpy.typing import NDArray
from pettingzoo.utils.conversions import parallel_to_aec

from gamemeta.envs.lanes import Lanes, LevelWord, Settings, level_seed
from gamemeta.envs.pictures import MODES, Pictures
from gamemeta.envs.single import KEEP_LEVEL, RENDER_FPS, checked_mode
from gamemeta.envs.spaces import action_space, game_actions, observation_space, shown
from gamemeta.errors import ConfigError, SpecError
from gamemeta.games.builtin.arena.seats import OUTSIDE
from gamemeta.games.registry import included_names
from gamemeta.games.setup import GameSetup
from gamemeta_levels.split import MAX_SEED

OTHERS = "others"
"""The setting of games whose other seats may be played from outside."""
Obs = dict[str, NDArray[Any]]
_ALL = np.ones(1, np.bool_)


class GameParallelEnv(pettingzoo.ParallelEnv[str, Obs, Any]):  # type: ignore[misc]  # it has no types
    """One game of several seats, all of which act at once; an agent for each seat.

    `reset(seed=s)` plays level s of the split, and every `reset()` after it the next of a sequence of levels
    that s names. `reset(options=...)` takes `{"keep_level": True}` for another episode on the same level,
    with other luck, and `{"level": ...}` for a given one; it does not mind options that it does not know,
    for the library's tests give some. `infos` name the level at a reset, and say in every step whether the
    episode has ended as the agent hopes (`success`).

    Args:
        game: name of the game. Where it has the setting `others`, that is `outside` unless it is given.
        split: where levels come from: `train`, `validation`, `test`, `far` or `any`.
        level: the one level to play: a `Level`, a seed, `test:17`, or the path of a level file.
        config: settings of the game, by name, or its config dataclass.
        parameters: ranges of its levels, by name, or its parameters dataclass.
        max_cycles: steps after which all agents are truncated; the game's own limit if None.
        render_mode: `rgb_array`, the project's tiles, or `ansi`, the glyphs of level files.
    Raises:
        UnknownName, PluginError: there is no such game or split.
        ConfigError: unknown settings, a game of one seat, or fewer than one cycle.
        LevelError, UnsolvableLevel: the level cannot be played, or a seed is too large.
        SpecError: an action that the game does not have, or none for an agent that plays.
        gymnasium.error.ResetNeeded: a step before the first reset.
    """

    def __init__(
        self,
        game: str,
        *,
        split: str = "train",
        level: LevelWord | None = None,
        config: Settings = None,
        parameters: Settings = None,
        max_cycles: int | None = None,
        render_mode: str | None = None,
    ) -> None:
        config = _from_outside(game, config)
        self._lanes = Lanes(
            game, 1, split=split, level=level, config=config, parameters=parameters, several=True
        )
        self.game = self._lanes.game
        if max_cycles is not None and max_cycles < 1:
            raise ConfigError(f"max_cycles = {max_cycles}: give at least 1, or None.")
        self.max_cycles, self.render_mode = max_cycles, checked_mode(render_mode, self.game)
        self.metadata = {
            "name": f"{game}_v0",
            "render_modes": [*MODES],
            "render_fps": RENDER_FPS,
            "is_parallelizable": True,
            KEEP_LEVEL: True,
        }
        self.possible_agents = list(self.game.seat_names())
        self.agents: list[str] = []
        self._seat = {agent: k for k, agent in enumerate(self.possible_agents)}
        self._sees = {agent: observation_space(self.game.spec) for agent in self.possible_agents}
        self._does = {agent: action_space(self.game.spec.action) for agent in self.possible_agents}
        self._pictures = Pictures(self.game, render_mode)
        self._begun, self._cycle = False, 0

    def observation_space(self, agent: str) -> Any:
        """The same space object for an agent, always."""
        return self._sees[agent]

    def action_space(self, agent: str) -> Any:
        """The same space object for an agent, always."""
        return self._does[agent]

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Obs], dict[str, dict[str, Any]]]:
        """Begin an episode; see the class for seed and options."""
        wanted = options or {}
        if seed is not None or not self._begun:
            named = int(seeding.np_random(None)[0].integers(MAX_SEED)) if seed is None else level_seed(seed)
            self._lanes.seed(np.zeros(1, np.int64), np.array([named]))
        if "level" in wanted:
            self._lanes.borrow(wanted["level"])
            self._lanes.again(_ALL)
        elif wanted.get(KEEP_LEVEL) and self._begun:
            self._lanes.again(_ALL)
        else:
            self._lanes.next(_ALL)
        self._begun, self._cycle = True, 0
        self.agents = [agent for agent, k in self._seat.items() if self._lanes.out.alive[0, k]]
        self._pictures.began(_ALL)
        return self._obs(), {agent: self._lanes.about(0) for agent in self.agents}

    def step(self, actions: dict[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
        """Play one step with an action of every agent that plays.

        Returns: observations, rewards, terminated, truncated and infos of those that played it.
        """
        if not self._begun:
            raise ResetNeeded("no episode has begun: call `reset` before `step`.")
        if not self.agents:
            return {}, {}, {}, {}, {}
        out = self._lanes.out
        self.game.step(self._rows(actions), out)
        self._pictures.stepped()
        self._cycle += 1
        late = self.max_cycles is not None and self._cycle >= self.max_cycles
        seats = {agent: self._seat[agent] for agent in self.agents}
        terminated = {agent: bool(out.terminated[0, k]) for agent, k in seats.items()}
        truncated = {
            agent: not terminated[agent] and (late or bool(out.truncated[0, k])) for agent, k in seats.items()
        }
        rewards = {agent: float(out.reward[0, k]) for agent, k in seats.items()}
        infos = {agent: {"success": bool(out.success[0, k])} for agent, k in seats.items()}
        obs = self._obs()
        self.agents = [a for a in self.agents if not (terminated[a] or truncated[a])]
        return obs, rewards, terminated, truncated, infos

    def render(self) -> Any:
        """The game as it stands: uint8 [height, width, 3], a string, or None without a mode."""
        if self.render_mode is not None and not self._begun:
            raise ResetNeeded("there is nothing to draw yet: call `reset` before `render`.")
        return self._pictures.draw(0)

    def close(self) -> None:
        """Nothing is held open."""

    def _rows(self, actions: Mapping[str, Any]) -> NDArray[Any]:
        """[1, A, heads + numbers]: what the game is given; seats that do not play any more are idle."""
        lacking = [agent for agent in self.agents if agent not in actions]
        if lacking:
            raise SpecError(
                f"no action for {', '.join(lacking)}. Give one for every agent in `agents`: "
                f"{', '.join(self.agents)}."
            )
        does = self.game.spec.action
        rows = does.idle(1, len(self.possible_agents))
        for agent in self.agents:
            rows[:, self._seat[agent]] = game_actions(does, actions[agent], 1)[:, 0]
        return rows

    def _obs(self) -> dict[str, Obs]:
        buffers, out = self.game.spec.obs, self._lanes.out
        return {
            a: {b.name: shown(b, out.obs[b.name][0, self._seat[a]]) for b in buffers} for a in self.agents
        }


def parallel_env(game: str, **arguments: Any) -> GameParallelEnv:
    """One of our games of several seats as a parallel environment; arguments as `GameParallelEnv`."""
    return GameParallelEnv(game, **arguments)


def aec_env(game: str, **arguments: Any) -> pettingzoo.AECEnv[str, Obs, Any]:
    """The same with agents that act one after the other, through the library's own conversion."""
    converted: pettingzoo.AECEnv[str, Obs, Any] = parallel_to_aec(GameParallelEnv(game, **arguments))
    return converted


def arenas() -> tuple[str, ...]:
    """Those of our own games whose other seats may be played from outside."""
    return tuple(sorted(name for name in included_names() if GameSetup(name).has_setting(OTHERS)))


def register_arena(game: str) -> str:
    """Put a game into PettingZoo's lists, parallel and by turns, as `gamemeta/NAME-v0`; again is no error.

    A release without lists, before 1.27, is left alone.
    """
    env_id, add = f"gamemeta/{game}-v0", getattr(pettingzoo, "register", None)
    if add is not None and env_id not in pettingzoo.parallel_registry:
        add("parallel", env_id, entry_point="gamemeta.envs.parallel:parallel_env", kwargs={"game": game})
        add("aec", env_id, entry_point="gamemeta.envs.parallel:aec_env", kwargs={"game": game})
    return env_id


def _from_outside(game: str, config: Settings) -> Settings:
    """The settings, with every seat played from outside unless they say who plays the others."""
    setup = GameSetup(game)
    if not setup.has_setting(OTHERS):
        return config
    if config is None:
        return setup.with_settings(**{OTHERS: OUTSIDE}).config
    return {OTHERS: OUTSIDE, **config} if isinstance(config, Mapping) else config
