"""The levels of Meta-World's meta-learning benchmarks: its tasks, each a goal of one robot skill."""

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from itertools import count
from types import ModuleType
from typing import Any

import numpy as np

from gamemeta.errors import LevelError, UnknownName
from gamemeta.games.adapters import METAWORLD
from gamemeta_levels.families.drawn_family import DrawnFamily
from gamemeta_levels.families.draws import Draws
from gamemeta_levels.level import Level
from gamemeta_levels.split import ANY, SPLITS, split_code, split_of
from gamemeta_levels.tiles import FLOOR

ALONE, VERSION = "ml1-", "-v3"
"""`ml1-reach` is the benchmark of the skill `reach-v3` alone."""
SKILL, GOAL, LOT = "skill", "goal", "lot"
"""Hidden numbers of a level: which skill, where its objects and its goal are, and what the hash needs."""
CARVED = 10
"""One in so many of the train tasks of each skill is kept for validation."""
_NO_MAP = np.full((1, 1), FLOOR, np.uint8)


@dataclass(frozen=True, kw_only=True)
class MetaWorldParameters:
    """Nothing: the benchmark draws its tasks itself."""


@dataclass(frozen=True)
class BenchmarkTask:
    """A task of Meta-World.

    Args:
        skill: such as `reach-v3`.
        goal: what Meta-World calls `rand_vec`: where objects begin and where the goal is, metres.
    """

    skill: str
    goal: tuple[float, ...]


def metaworld_package() -> ModuleType:
    """The package.

    Raises:
        PluginError: it cannot be imported.
    """
    try:
        return import_module("metaworld")
    except ImportError as error:
        raise METAWORLD.missing(error) from error


@cache
def skills() -> tuple[str, ...]:
    """Names of all skills, in the order of their numbers in levels."""
    return tuple(sorted(metaworld_package().ALL_V3_ENVIRONMENTS))


def benchmark_maker(name: str) -> Callable[..., Any]:
    """What makes Meta-World's benchmark of this name, called with `seed=`.

    Args:
        name: `ml1-SKILL`, `ml10`, `ml25` or `ml45`.
    Raises:
        UnknownName: with the names that exist.
        PluginError: as `metaworld_package`.
    """
    package = metaworld_package()
    many = {f"ml{n}": f"ML{n}" for n in (10, 25, 45)}
    if name in many:
        made: Callable[..., Any] = getattr(package, many[name])
        return made
    alone = name.removeprefix(ALONE) + VERSION
    if name.startswith(ALONE) and alone in skills():
        return partial(package.ML1, alone)
    ones = ", ".join(ALONE + skill.removesuffix(VERSION) for skill in skills())
    raise UnknownName(
        f"Meta-World has no benchmark called {name!r} for us. Choose {METAWORLD.prefix} and one of: "
        f"{', '.join(many)}, {ones}."
    )


@cache
def benchmark_tasks(name: str, seed: int) -> Mapping[str, tuple[BenchmarkTask, ...]]:
    """The train and the test tasks of a benchmark, the first goal of every skill before the second of any.

    Meta-World finds goals by resetting its simulator: some 1 s for `ml1-`, 6 s for `ml10`.
    """
    made = benchmark_maker(name)(seed=seed)
    return {"train": _in_turn(made.train_tasks), "test": _in_turn(made.test_tasks)}


class MetaWorldLevels(DrawnFamily):
    """The tasks of a benchmark as levels.

    Test levels are its test tasks. Of the train tasks of every skill, the tenth with the lowest hashes are
    for validation. A level carries a number, `lot`, that makes its own hash fall into its split. Level k of
    a split is task k, counted round.

    Args:
        game: name of the game, such as `metaworld/ml1-reach`.
        seed: what Meta-World draws its goals from.
    """

    Parameters = MetaWorldParameters
    sides = (1, 1)

    def __init__(self, game: str, seed: int, parameters: MetaWorldParameters | None = None) -> None:
        super().__init__(parameters)
        self.name, self.seed = game, seed
        self._levels = _levels_of(game, seed)
        self._known = frozenset(level for levels in self._levels.values() for level in levels)
        self.hidden = {SKILL: 1, GOAL: longest_goal(self._known), LOT: 1}

    def count(self, split: str) -> int:
        """How many levels there are in a split."""
        return len(self._of(split))

    def draw(self, draws: Draws) -> Level:
        levels = self._of("any")
        return levels[draws.below(len(levels))]

    def changed(self, level: Level, draws: Draws) -> Level:
        """Another level of the same split."""
        levels = self._of(split_of(level.content_hash))
        return levels[draws.below(len(levels))]

    def solve(self, level: Level) -> list[int]:
        """An empty plan: good ones are unknown."""
        self.validate(level)
        return []

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is one of Meta-World's own tasks."""
        super().validate(level)
        if level not in self._known:
            raise LevelError(
                f"this level is none of the {len(self._known)} tasks that {self.name!r} has with "
                f"game.tasks_seed={self.seed}: its levels are Meta-World's own tasks."
            )

    def rules(self, level: Level) -> list[str]:
        """What is hidden in a level, in words."""
        task = task_of(level)
        return [f"skill {task.skill}", f"goal {' '.join(f'{x:.3f}' for x in task.goal)}"]

    def _of(self, split: str) -> tuple[Level, ...]:
        if split_code(split) == ANY:
            return sum(self._levels.values(), ())
        return self._levels[split]

    def _drawn(self, seed: int, split: str) -> Level:
        levels = self._of(split)
        return levels[seed % len(levels)].with_seed(seed)


def task_of(level: Level) -> BenchmarkTask:
    """The task that a level stands for."""
    goal = np.array(level.hidden[GOAL], np.int64).view(np.float64)
    return BenchmarkTask(skills()[level.hidden[SKILL][0]], tuple(goal.tolist()))


def longest_goal(levels: Any) -> int:
    """Numbers of the longest goal among levels."""
    return max(len(level.hidden[GOAL]) for level in levels)


@cache
def _levels_of(game: str, seed: int) -> Mapping[str, tuple[Level, ...]]:
    tasks = benchmark_tasks(METAWORLD.short(game), seed)
    held = _held_back(game, tasks["train"])
    return {
        "train": tuple(_level(game, task, "train") for task in tasks["train"] if task not in held),
        "validation": tuple(_level(game, task, "validation") for task in tasks["train"] if task in held),
        "test": tuple(_level(game, task, "test") for task in tasks["test"]),
    }


def _held_back(game: str, tasks: tuple[BenchmarkTask, ...]) -> set[BenchmarkTask]:
    """Those of the train tasks that are for validation."""
    held: set[BenchmarkTask] = set()
    for skill in {task.skill for task in tasks}:
        of_skill = [task for task in tasks if task.skill == skill]
        of_skill.sort(key=lambda task: _level(game, task, "any").content_hash)
        held |= set(of_skill[: len(of_skill) // CARVED])
    return held


def _level(game: str, task: BenchmarkTask, split: str) -> Level:
    """The level of a task, with the first lot that puts it into the split."""
    bits = np.array(task.goal, np.float64).view(np.int64)
    hidden = {SKILL: (skills().index(task.skill),), GOAL: tuple(bits.tolist())}
    for lot in count():
        level = Level(family=game, tiles=_NO_MAP, hidden={**hidden, LOT: (lot,)})
        if SPLITS[split] == ANY or split_of(level.content_hash) == split:
            return level
    raise AssertionError("count() never ends")


def _in_turn(tasks: Any) -> tuple[BenchmarkTask, ...]:
    """Meta-World's list, skill after skill, as goal after goal."""
    by_skill: dict[str, list[BenchmarkTask]] = {}
    for task in tasks:
        goal = pickle.loads(task.data)["rand_vec"]  # made by Meta-World in this process
        by_skill.setdefault(task.env_name, []).append(BenchmarkTask(task.env_name, tuple(goal.tolist())))
    return tuple(task for goals in zip(*by_skill.values(), strict=True) for task in goals)
