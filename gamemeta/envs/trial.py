"""Trials for any library that knows Gymnasium: K episodes on one level look like one long episode."""

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from gamemeta.envs.single import KEEP_LEVEL
from gamemeta.envs.spaces import LARGEST
from gamemeta.errors import ConfigError

EPISODES, OBS = "episodes", "obs"
"""Option of `reset`; the name of an observation that had none."""
MOST_EPISODES = 1000
SEEDS = 2**31
"""Seeds of trials are drawn below this: some environments take no larger ones."""
_COUNTS = ("episode_number", "episode_return")
_BEFORE = ("previous_action", "previous_reward", "previous_done")


class TrialEnv(gymnasium.Wrapper[dict[str, Any], Any, Any, Any], RecordConstructorArgs):
    """K episodes on the same level as one outer episode, for agents with memory.

    The observation is a dictionary: that of the environment, or its only value as `obs`, and what an agent
    needs to learn from what it tried (Duan et al. 2016): `previous_action`, flattened as
    `gymnasium.spaces.flatten` does, `previous_reward` and `previous_done`; all zero when a trial starts.
    When an inner episode ends, the next one begins at once: its first observation comes with the last reward
    and done of the episode before. The trial ends with its K-th episode, terminated or truncated as that is.
    `info["episode_number"]` counts episodes from 1; where one has just ended, `info["episode_return"]` is
    its sum of rewards. Where the next episode of the trial has begun, the rest of `info`, a mask of legal
    actions say, belongs to its first observation; `info["episode_info"]` is that of the last step before.

    Another episode on the same level is `reset(options={"keep_level": True})` for environments whose
    metadata say that they know it, as ours do: their luck differs between episodes. All others are reset
    with the seed of the trial, which also repeats whatever else the seed decides.

    Args:
        env: any environment.
        episodes: K; `reset(options={"episodes": K})` gives one trial another number.
    Raises:
        ConfigError: fewer than one episode, or the environment's own observation has a buffer of these names.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], episodes: int = 4) -> None:
        RecordConstructorArgs.__init__(self, episodes=episodes)
        gymnasium.Wrapper.__init__(self, env)
        self.episodes = _checked(episodes)
        flat = _flat_actions(env)
        self.observation_space = _observation_space(env, flat)
        self._nothing = np.zeros(flat.shape, flat.dtype)
        self._keeps_level = bool(env.metadata.get(KEEP_LEVEL))
        self._draws: np.random.Generator | None = None
        self._seed = 0
        self._options: dict[str, Any] = {}
        self._length, self._episode, self._return = self.episodes, 1, 0.0

    def reset(
        self, *, seed: int | None = None, options: Mapping[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begin a trial on a new level, that of the seed if one is given."""
        self._options = dict(options or {})
        self._length = _checked(self._options.pop(EPISODES, self.episodes))
        first = seed is not None or self._draws is None
        if first:
            self._draws = np.random.default_rng(seed)
        assert self._draws is not None
        self._seed = int(self._draws.integers(SEEDS)) if seed is None else seed
        level_seed = seed if self._keeps_level and not (first and seed is None) else self._seed
        obs, info = self.env.reset(seed=level_seed, options=self._options)
        self._episode, self._return = 1, 0.0
        return self._augmented(obs, self._nothing.copy(), 0.0, False), {**info, "episode_number": 1}

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Play one step, and begin the next episode of the trial where one has ended."""
        obs, reward, terminated, truncated, info = self.env.step(action)
        reward, done, info = float(reward), bool(terminated or truncated), dict(info)
        info["episode_number"] = self._episode
        self._return += reward
        if done:
            info["episode_return"] = self._return
            self._return = 0.0
        over = done and self._episode >= self._length
        if done and not over:
            self._episode += 1
            obs, first = self._again()
            counts = {key: info.pop(key) for key in _COUNTS}
            info = {**first, **counts, "episode_info": info}
        previous = spaces.utils.flatten(self.env.action_space, action)
        seen = self._augmented(obs, previous, reward, done)
        return seen, reward, bool(over and terminated), bool(over and truncated), info

    def _again(self) -> tuple[Any, dict[str, Any]]:
        """The first observation and info of another episode on the same level."""
        if self._keeps_level:
            return self.env.reset(options={KEEP_LEVEL: True})
        return self.env.reset(seed=self._seed, options=self._options)

    def _augmented(self, obs: Any, action: Any, reward: float, done: bool) -> dict[str, Any]:
        parts = dict(obs) if isinstance(self.env.observation_space, spaces.Dict) else {OBS: obs}
        return parts | {
            "previous_action": np.asarray(action, self._nothing.dtype),
            "previous_reward": np.array([reward], np.float32),
            "previous_done": np.array([done], np.int8),
        }


def _observation_space(env: gymnasium.Env[Any, Any], flat: spaces.Box) -> spaces.Dict:
    seen = env.observation_space
    parts = dict(seen.spaces) if isinstance(seen, spaces.Dict) else {OBS: seen}
    for name in _BEFORE:
        if name in parts:
            raise ConfigError(
                f"the environment's own observation has a {name!r}, which trials add: rename it."
            )
    low, high = np.minimum(flat.low, 0), np.maximum(flat.high, 0)
    return spaces.Dict(
        {
            **parts,
            "previous_action": spaces.Box(low, high, flat.shape, flat.dtype.type),
            "previous_reward": spaces.Box(-LARGEST, LARGEST, (1,), np.float32),
            "previous_done": spaces.MultiBinary(1),
        }
    )


def _flat_actions(env: gymnasium.Env[Any, Any]) -> spaces.Box:
    flat = spaces.utils.flatten_space(env.action_space)
    if not isinstance(flat, spaces.Box):
        raise ConfigError(f"the action space {env.action_space} has no fixed size; trials need one.")
    return flat


def _checked(episodes: Any) -> int:
    if not isinstance(episodes, int) or not 1 <= episodes <= MOST_EPISODES:
        raise ConfigError(f"episodes = {episodes!r}: give 1 to {MOST_EPISODES}.")
    return episodes
