"""Rollouts of whole trials, cut into episodes: first ones of all lanes side by side, then second ones ..."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.task_learner import Inputs


@dataclass
class Played:
    """The k-th episode of n lanes, [n, T, ...]; behind the end of shorter ones stands what does not count."""

    inputs: Inputs
    """By name, as they were observed."""
    codes: NDArray[np.int64]
    raw: NDArray[np.float32]
    log_prob: NDArray[np.float32]
    """When it was played."""
    reward: NDArray[np.float32]
    mask: NDArray[np.float32]
    """[n, T], 1 for the steps of the episode."""
    step: NDArray[np.int64]
    """[n, T], number of the step in the rollout."""
    advantage: NDArray[np.float32]
    """[n, T], of the inner loop."""
    weight: NDArray[np.float32]
    """[n, T], of the outer loop: advantage normalised over the lanes of all shards."""
    target: NDArray[np.float32]
    """[n, T], of the critic."""

    def lanes(self, some: slice) -> "Played":
        """The same of some lanes."""
        arrays = {name: array[some] for name, array in vars(self).items() if name != "inputs"}
        return replace(self, inputs={k: x[some] for k, x in self.inputs.items()}, **arrays)


def played_in(rollout: Rollout) -> list[Played]:
    """The episodes of a rollout of whole trials, those of the same number together.

    Where it learns from nothing, such as steps after the end of a trial, stands no episode.
    """
    lanes, steps = rollout.lanes, rollout.steps
    learned = np.ones((steps, lanes.count), np.bool_) if rollout.learned is None else rollout.learned
    over = (rollout.terminated | rollout.truncated).reshape(steps, lanes.n, lanes.seats).all(axis=2)
    number = np.cumsum(over, axis=0) - over
    number = np.where(learned, np.repeat(number, lanes.seats, axis=1), steps)
    order = np.argsort(number, axis=0, kind="stable")
    count = int(np.where(learned, number, -1).max()) + 1
    length = np.stack([(number == k).sum(axis=0) for k in range(count)])
    first = np.cumsum(length, axis=0) - length
    return [_episode(rollout, order, first[k], length[k]) for k in range(count)]


def _episode(
    rollout: Rollout, order: NDArray[np.int64], first: NDArray[np.int64], length: NDArray[np.int64]
) -> Played:
    """The episodes that begin at these places [L] of the order of steps [T, L], and are so long [L]."""
    places = np.arange(max(1, int(length.max())))[:, None]
    lane = np.arange(len(first))
    step = order[np.minimum(first + places, len(order) - 1), lane]

    def taken(array: NDArray) -> NDArray:  # type: ignore[type-arg]
        return np.ascontiguousarray(array[step, lane].swapaxes(0, 1))

    spec = rollout.trials.game.spec
    mask = np.ascontiguousarray((places < length).T.astype(np.float32))
    nothing = np.zeros_like(mask)
    return Played(
        inputs={b.name: taken(rollout.inputs[b.name]) for b in spec.obs},
        codes=taken(rollout.action),
        raw=taken(rollout.raw),
        log_prob=taken(rollout.log_prob),
        reward=taken(rollout.reward),
        mask=mask,
        step=np.ascontiguousarray(step.T),
        advantage=nothing,
        weight=nothing,
        target=nothing,
    )
