"""An agent file as `metaworld.evaluation.MetaLearningAgent`, for the evaluation that comes with Meta-World::

    agent = MetaWorldAgent(gamemeta.load("agent.safetensors"), envs.num_envs)
    success, returns, by_skill = metalearning_evaluation(agent, envs, adaptation_episodes=2)

Meta-World passes rewards to an agent while it adapts, but not in the episodes that are evaluated. Make the
environments with `recurrent_info_in_obs=True`, as for any recurrent agent: the observations then hold them.
"""

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.runtime import Agent
from gamemeta.errors import SpecError

REWARD_SCALE = 10.0
"""`RNNBasedMetaRLWrapper` divides the rewards in its observations by this."""


class Timestep(Protocol):
    """Rewards and ends of a step, [n, ...] each: a `metaworld.evaluation.Timestep`."""

    @property
    def reward(self) -> NDArray[Any]:
        """Rewards of Meta-World, not scaled."""
        ...

    @property
    def terminated(self) -> NDArray[Any]:
        """Whether the episode ended by the rules."""
        ...

    @property
    def truncated(self) -> NDArray[Any]:
        """Whether it ended by its step limit."""
        ...


class _Adapted(NamedTuple):
    """Memory, reward and done of an agent at the end of its adaptation."""

    memory: dict[str, NDArray[Any]]
    reward: NDArray[np.float32]
    done: NDArray[np.bool_]


class MetaWorldAgent:
    """n minds of an agent, one in each environment.

    Every evaluated episode begins with the memory of the call of `adapt`, so that none learns from another.

    Args:
        agent: trained on a game called `metaworld/...`, without the goal in its observation.
        n: environments.
        seed: what actions are drawn from.
        greedy: whether to take the middle of the distribution instead of drawing.
    Raises:
        SpecError: the agent sees or does something else.
    """

    def __init__(self, agent: Agent, n: int, *, seed: int = 0, greedy: bool = False) -> None:
        spec = agent.spec
        if len(spec.obs) != 1 or len(spec.obs[0].shape) != 1 or spec.action.heads:
            raise SpecError(
                f"this agent, of {agent.game!r}, does not see one vector and have continuous actions, as "
                "agents of Meta-World do. Train one: `gamemeta train metaworld/ml1-reach`."
            )
        self._mind = agent.begin(n=n, seed=seed)
        self._n, self._seen, self._moves = n, spec.obs[0], spec.action.continuous
        self._scale = float(agent.game_config.get("reward_scale", 1.0))
        self._greedy = greedy
        self.init()

    def init(self) -> None:
        """Begin a new task with a cleared memory."""
        self._mind.forget()
        self._reward = np.zeros(self._n, np.float32)
        self._done = np.zeros(self._n, np.bool_)
        self._begins = np.zeros(self._n, np.bool_)
        self._adapted = self._snapshot()

    def adapt_action(
        self, observations: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], dict[str, NDArray[Any]]]:
        """Actions [n, 4] while adapting, and an empty record for Meta-World to keep."""
        return self._act(observations), {}

    def step(self, timestep: Timestep) -> None:
        """Take in the result of the last actions."""
        self._reward = (np.asarray(timestep.reward, np.float64) * self._scale).astype(np.float32)
        self._done = np.asarray(timestep.terminated, np.bool_) | np.asarray(timestep.truncated, np.bool_)

    def adapt(self) -> None:
        """Keep the memory, now that the episodes for adapting are over; evaluated episodes begin with it."""
        self._adapted = self._snapshot()

    def reset(self, env_mask: NDArray[np.bool_]) -> None:
        """Begin an evaluated episode where the mask [n] holds."""
        memory = self._mind.arrays()
        for name, adapted in self._adapted.memory.items():
            memory[name][env_mask] = adapted[env_mask]
        self._reward[env_mask] = self._adapted.reward[env_mask]
        self._done[env_mask] = self._adapted.done[env_mask]
        self._begins = np.array(env_mask, np.bool_)

    def eval_action(self, observations: NDArray[np.float64]) -> NDArray[np.float64]:
        """Actions [n, 4] in an evaluated episode."""
        size = self._seen.size
        if observations.shape[1] > size:
            rewards = (observations[:, -2] * REWARD_SCALE * self._scale).astype(np.float32)
            self._reward = np.where(self._begins, self._reward, rewards)
        actions = self._act(observations)
        self._begins = np.zeros(self._n, np.bool_)
        return actions

    def _act(self, observations: NDArray[np.float64]) -> NDArray[np.float64]:
        size = self._seen.size
        if observations.shape not in ((self._n, size), (self._n, size + self._moves + 2)):
            raise SpecError(
                f"observations have shape {observations.shape}; {self._n} environments show "
                f"({self._n}, {size}), or ({self._n}, {size + self._moves + 2}) with "
                "recurrent_info_in_obs=True."
            )
        obs = {self._seen.name: observations[:, :size].astype(np.float32)}
        if self._n == 1:
            obs = {name: array[0] for name, array in obs.items()}
        action = self._mind.decide(obs, self._reward, self._done, greedy=self._greedy)
        self._done = np.zeros(self._n, np.bool_)
        return np.asarray(action, np.float64).reshape(self._n, self._moves)

    def _snapshot(self) -> _Adapted:
        memory = {name: array.copy() for name, array in self._mind.arrays().items() if name != "steps"}
        return _Adapted(memory, self._reward.copy(), self._done.copy())
