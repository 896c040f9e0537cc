"""Meta-World's meta-learning benchmarks as games: `metaworld/ml1-reach`, `metaworld/ml10` ...

A robot arm moves by four numbers: three for the hand, one for the gripper. Where the goal is stays hidden;
the reward tells how near it is (Yu et al. 2019; version 3 of the tasks, McLean et al. 2025).
"""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.config import check_ranges
from gamemeta.games.adapters import METAWORLD
from gamemeta.games.outside.metaworld.levels import (
    MetaWorldLevels,
    MetaWorldParameters,
    benchmark_maker,
    metaworld_package,
    skills,
    task_of,
)
from gamemeta.games.outside.one_level.game import ScalarGame
from gamemeta.games.outside.one_level.success import success_in
from gamemeta.games.outside.one_level.world import Stepped
from gamemeta.games.outside.one_level.worlds import LocalWorlds, Processes, Worlds
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.spec import ActionSpec, Buffer, Spec, quantities, symbols
from gamemeta_levels.level import Level

LIMIT = 500
"""Steps after which Meta-World ends an episode (`SawyerXYZEnv.max_path_length`)."""
SEEN = quantities("obs", (39,), normalised=True)
"""Hand, gripper and objects, now and a step before; where the goal would stand are zeros."""
MOVES = ActionSpec(heads=(), low=(-1.0,) * 4, high=(1.0,) * 4)
HIDDEN_SKILL, HIDDEN_GOAL, MOST_GOAL = "hidden_skill", "hidden_goal", 6
REWARDS = "v2"
"""Version of the rewards, which Meta-World's own evaluation takes by default: 0 to 10 a step."""


@dataclass(frozen=True, kw_only=True)
class MetaWorldConfig:
    """Settings of a Meta-World benchmark."""

    steps: int = LIMIT
    """Steps of an episode; Meta-World's own number is 500."""
    tasks_seed: int = 0
    """Seed of the goals that Meta-World draws."""
    reward_scale: float = 0.1
    """Factor on rewards; Meta-World's are 0 to 10 per step."""
    processes: int = 0
    """Processes that run the simulators; 0: this process. It does not change results."""
    revealed: bool = False
    """Show the skill and the goal (upper-bound baseline)."""

    def __post_init__(self) -> None:
        check_ranges(
            self, steps=(1, LIMIT), tasks_seed=(0, 2**31), reward_scale=(1e-6, 1e3), processes=(0, 256)
        )


class MetaWorldGame(ScalarGame):
    """A benchmark of Meta-World; `metaworld_game` makes the class for a name.

    An episode goes on after success, as in Meta-World's training, and counts as a success when any of its
    steps was one. Each simulator takes about 22 MB.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    Config = MetaWorldConfig
    Parameters = MetaWorldParameters
    about = replace(
        ScalarGame.about,
        recipe={
            "trial": {"episodes": 3, "long_share": 0.0},
            "network": {"width": 128, "layers": 1},
            "ppo": {
                "learning_rate": 1e-3,
                "discount": 0.99,
                "epochs": 4,
                "minibatches": 8,
                "entropy": 0.002,
                "label_weight": 0.0,
                "scale_returns": True,
            },
            "run": {
                "steps": 2_000_000,
                "lanes": 32,
                "rollout_steps": 500,
                "shards": 1,
                "validations": 5,
                "validation_levels": 32,
            },
        },
    )

    def __init__(self, n: int, config: MetaWorldConfig | None = None) -> None:
        super().__init__(n, config)
        revealed: tuple[Buffer, ...] = ()
        if self.config.revealed:
            revealed = (
                symbols(HIDDEN_SKILL, (1,), len(skills())),
                quantities(HIDDEN_GOAL, (MOST_GOAL,), normalised=True),
            )
        self.spec = Spec(obs=(SEEN, *revealed), action=MOVES)
        self._observations = ObservationMap.of_spec(Spec(obs=(SEEN,), action=MOVES))

    def family(self, parameters: Any = None) -> MetaWorldLevels:
        return MetaWorldLevels(self.name, self.config.tasks_seed, parameters)

    def make_worlds(self) -> Worlds:
        make, processes = partial(ArmWorld, self.config.reward_scale), self.config.processes
        return Processes(make, min(processes, self.n)) if processes else LocalWorlds(make)

    def observations(self) -> ObservationMap:
        return self._observations

    def limit(self) -> int:
        return int(self.config.steps)

    def hidden_obs(self, level: Level) -> Mapping[str, NDArray[Any]]:
        if not self.config.revealed:
            return {}
        task, goal = task_of(level), np.zeros(MOST_GOAL, np.float32)
        goal[: len(task.goal)] = task.goal
        return {HIDDEN_SKILL: np.array([skills().index(task.skill)], np.uint8), HIDDEN_GOAL: goal}


_IDLE: dict[str, list[Any]] = {}
"""Simulators that nobody plays now, by skill: making one takes 0.1 s, and a reset leaves nothing behind."""


class ArmWorld:
    """One robot arm that plays level after level.

    Args:
        reward_scale: what rewards are multiplied by.
    """

    def __init__(self, reward_scale: float) -> None:
        self._scale = reward_scale
        self._skill = ""
        self._env: Any = None
        self._succeeded = False

    def __del__(self) -> None:
        self._rest()

    def _rest(self) -> None:
        """Leave the simulator to others."""
        if self._env is not None:
            _IDLE.setdefault(self._skill, []).append(self._env)
            self._env = None

    def reset(self, level: Level, chance: int) -> Any:
        task, package = task_of(level), metaworld_package()
        cls = package.ALL_V3_ENVIRONMENTS[task.skill]
        if task.skill != self._skill:
            self._rest()
            self._skill, self._env = task.skill, _simulator(task.skill)
        # Meta-World passes tasks pickled, in memory.
        data = {"rand_vec": np.array(task.goal), "env_cls": cls, "partially_observable": True}
        self._env.set_task(package.Task(task.skill, pickle.dumps(data)))
        self._succeeded = False
        obs, _ = self._env.reset()
        return obs

    def step(self, action: NDArray[Any]) -> Stepped:
        obs, reward, _, _, info = self._env.step(action)
        self._succeeded |= bool(success_in(info))
        return Stepped(obs, float(reward) * self._scale, False, False, self._succeeded)

    def text(self) -> str:
        return ""

    def picture(self) -> None:
        """It is not drawn."""
        return

    def save(self) -> None:
        """Simulators are not saved: they play again."""
        return

    def load(self, level: Level, data: bytes) -> None:
        raise AssertionError("nothing was saved")

    def close(self) -> None:
        self._rest()
        self._skill = ""
        while _IDLE:
            for env in _IDLE.popitem()[1]:
                env.close()


def _simulator(skill: str) -> Any:
    """An idle simulator, or a new one."""
    try:
        return _IDLE[skill].pop()
    except (KeyError, IndexError):
        return metaworld_package().ALL_V3_ENVIRONMENTS[skill](reward_function_version=REWARDS)


def metaworld_game(name: str) -> type[MetaWorldGame]:
    """The game class of `metaworld/<benchmark>`.

    Raises:
        UnknownName: with the names that exist.
        PluginError: Meta-World cannot be imported.
    """
    benchmark_maker(METAWORLD.short(name))
    return _game_class(name)


@cache
def _game_class(name: str) -> type[MetaWorldGame]:
    about = f"Meta-World's benchmark {METAWORLD.short(name)}: a robot arm with hidden goals."
    return type("MetaWorldGame", (MetaWorldGame,), {"name": name, "__doc__": about})
