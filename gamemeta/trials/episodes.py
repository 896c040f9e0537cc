"""The running episodes of some lanes, for learners that adapt when an episode ends."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.trials.task_learner import Episode, Inputs, TaskState

Adapt = Callable[[TaskState, Episode], TaskState]
"""What `TaskLearner.adapt` does."""
Rows = NDArray[np.int64]


@dataclass
class _Step:
    """One step of those lanes that acted in it, which are in ascending order."""

    lanes: Rows
    inputs: Inputs
    action: NDArray[Any]
    reward: NDArray[np.float32]


class EpisodeRecord:
    """Every lane's steps since its episode began.

    Args:
        n: lanes.
    """

    def __init__(self, n: int) -> None:
        self._steps: list[_Step] = []
        self._begun = np.zeros(n, np.int64)
        """[n], how many of the steps were before the lane's episode."""

    def add(self, lanes: Rows, inputs: Inputs, action: NDArray[Any]) -> None:
        """Note a step of these lanes, [len(lanes), ...] each, before its reward is known."""
        copies = {name: array.copy() for name, array in inputs.items()}
        self._steps.append(_Step(lanes.copy(), copies, action.copy(), np.zeros(len(lanes), np.float32)))

    def pay(self, reward: NDArray[np.float32], action: NDArray[Any] | None = None) -> None:
        """Note what the newest step earned in its lanes, and what was done instead, where that is known."""
        if self._steps:
            newest = self._steps[-1]
            newest.reward = reward.astype(np.float32)
            newest.action = newest.action if action is None else action.copy()

    def adapted(self, state: TaskState, lanes: Rows, adapt: Adapt) -> TaskState:
        """The state [len(lanes), ...] of these lanes after their episodes, which end here.

        Lanes whose episodes lie at the same steps adapt together.
        """
        after = {name: array.copy() for name, array in state.items()}
        for alike, episode in self._ended(lanes):
            newest = adapt({name: array[alike] for name, array in state.items()}, episode)
            for name, array in newest.items():
                after[name][alike] = array
        self.forget(lanes)
        return after

    def forget(self, lanes: Rows) -> None:
        """Begin new episodes in these lanes."""
        self._begun[lanes] = len(self._steps)
        over = int(self._begun.min(initial=len(self._steps)))
        self._steps, self._begun = self._steps[over:], self._begun - over

    def _ended(self, lanes: Rows) -> Iterator[tuple[Rows, Episode]]:
        """Positions in `lanes` and their episode, for all that acted at the same steps, if they ever did."""
        acted = np.zeros((len(self._steps), len(lanes)), np.bool_)
        for t, step in enumerate(self._steps):
            acted[t] = np.isin(lanes, step.lanes) & (self._begun[lanes] <= t)
        for pattern in np.unique(acted, axis=1).T:
            if pattern.any():
                alike = np.flatnonzero((acted == pattern[:, None]).all(axis=0))
                yield alike, self._episode(lanes[alike], np.flatnonzero(pattern))

    def _episode(self, lanes: Rows, at: Rows) -> Episode:
        steps = [(step, np.searchsorted(step.lanes, lanes)) for step in (self._steps[t] for t in at)]
        names = steps[0][0].inputs
        return Episode(
            inputs={name: np.stack([step.inputs[name][rows] for step, rows in steps]) for name in names},
            action=np.stack([step.action[rows] for step, rows in steps]),
            reward=np.stack([step.reward[rows] for step, rows in steps]),
        )

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on, as arrays."""
        if not self._steps:
            return {"begun": self._begun.copy()}
        names = self._steps[0].inputs
        return {
            "begun": self._begun.copy(),
            "size": np.array([len(step.lanes) for step in self._steps], np.int64),
            "lanes": np.concatenate([step.lanes for step in self._steps]),
            "action": np.concatenate([step.action for step in self._steps]),
            "reward": np.concatenate([step.reward for step in self._steps]),
            **{f"inputs.{k}": np.concatenate([step.inputs[k] for step in self._steps]) for k in names},
        }

    def load_state(self, state: dict[str, NDArray[Any]], like: Inputs, action: NDArray[Any]) -> None:
        """Go on from what `state` returned; inputs and actions of a step have the shapes and types of `like`,
        [...] by name, and of `action` [width].

        Raises:
            KeyError, ValueError: these arrays do not fit.
        """
        begun, size = state["begun"], state.get("size", np.zeros(0, np.int64))
        if begun.shape != self._begun.shape or (begun < 0).any() or (begun > len(size)).any():
            raise ValueError("the episodes are of other lanes")
        self._begun, self._steps = begun.astype(np.int64), []
        if not len(size):
            return
        names = [f"inputs.{name}" for name in like]
        rows = {name: state[name] for name in ("lanes", "action", "reward", *names)}
        if (size < 0).any() or any(len(array) != size.sum() for array in rows.values()):
            raise ValueError("the episodes have arrays of several lengths")
        named = {f"inputs.{name}": one for name, one in like.items()}
        named |= {"action": action, "reward": np.zeros((), np.float32), "lanes": np.zeros((), np.int64)}
        for name, one in named.items():
            array = rows[name]
            if array.shape[1:] != one.shape or array.dtype != one.dtype:
                raise ValueError(f"the episodes hold another {name}")
        if not ((rows["lanes"] >= 0) & (rows["lanes"] < len(begun))).all():
            raise ValueError("the episodes are of lanes that do not exist")
        ends = np.cumsum(size)
        for a, b in zip(ends - size, ends, strict=True):
            inputs = {name.removeprefix("inputs."): rows[name][a:b] for name in names}
            self._steps.append(_Step(rows["lanes"][a:b], inputs, rows["action"][a:b], rows["reward"][a:b]))
