"""Returns on one scale: mean and spread of what is still to come, for each step of a trial.

Without discounting, the return of a trial of a hundred steps falls from large to small as it goes on, and
differs between steps far more than between actions. The value head predicts (return - mean) / deviation
of its step, or of all steps together where trials differ in length; both are running averages over rollouts.
What lies enormously far from what is usual counts as less far: a single reward
of a million would hide all others for as long as it is remembered.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.tensor_file import alike

SLOWEST = 0.05
"""Least weight of a new rollout in the running averages; the k-th has 1 / k as long as that is more."""
LEAST_SHARE = 1e-3
"""Of the largest deviation of any step: no step counts as varying less."""
LEAST_DEVIATION = 2.0**-22
"""Of the mean: float32 holds 24 binary digits, so what varies less than this is rounding."""


FARTHEST = 100.0
"""Deviations from the mean at which returns count, and targets lie, at most."""


class ReturnScale:
    """Mean and deviation of returns for steps 0, 1, ... of a trial; both 0 where no return is known yet.

    Args:
        by_step: whether each step has its own; else all count as step 0.
    """

    def __init__(self, *, by_step: bool = True) -> None:
        self.by_step = by_step
        self.mean = np.zeros(0, np.float32)
        self.deviation = np.zeros(0, np.float32)
        self.seen = np.zeros(0, np.int64)

    def to_returns(self, value: NDArray[np.float32], step: NDArray[np.int64]) -> NDArray[np.float32]:
        """Outputs of the value head at these steps of a trial, in units of reward."""
        step = self._known(step)
        returns: NDArray[np.float32] = value * self.deviation[step] + self.mean[step]
        return returns

    def to_targets(self, returns: NDArray[np.float32], step: NDArray[np.int64]) -> NDArray[np.float32]:
        """Targets of the value head; the inverse of `to_returns`, and 0 where returns never differed."""
        step = self._known(step)
        varies = self.deviation > LEAST_DEVIATION * np.abs(self.mean)
        factor = np.divide(1.0, self.deviation, where=varies, out=np.zeros(len(varies)))
        targets: NDArray[np.float32] = ((returns - self.mean[step]) * factor[step]).astype(np.float32)
        return targets.clip(-FARTHEST, FARTHEST)

    def update(self, returns: NDArray[np.float32], step: NDArray[np.int64]) -> None:
        """Take in a rollout: returns and steps of the trial, both [T, N]."""
        step = self._known(step)
        flat, values = step.ravel(), self._limited(returns.ravel().astype(np.float64), step.ravel())
        count = np.bincount(flat, minlength=len(self.mean))
        several = count > 1
        safe = np.maximum(count, 1)
        mean = np.bincount(flat, values, len(count)) / safe
        variance = np.bincount(flat, np.square(values - mean[flat]), len(count)) / safe
        self.seen += several
        weight = np.where(several, np.maximum(SLOWEST, 1.0 / np.maximum(self.seen, 1)), 0.0)
        self.mean = (self.mean + weight * (mean - self.mean)).astype(np.float32)
        moved = self.deviation + weight * (np.sqrt(variance) - self.deviation)
        floor = LEAST_SHARE * moved.max(initial=0.0) * (self.seen > 0)
        self.deviation = np.maximum(moved, floor).astype(np.float32)

    def _limited(self, values: NDArray[np.float64], step: NDArray[np.int64]) -> NDArray[np.float64]:
        """Returns [M] of these steps, none farther from the mean than `FARTHEST` deviations; from the median
        where no mean is known yet, in median deviations."""
        if not len(values):
            return values
        centre = np.median(values)
        known = self.deviation > 0
        middle = np.where(known, self.mean, centre)[step]
        usual = np.where(known, self.deviation, np.median(np.abs(values - centre)))[step]
        room = np.where(usual > 0, FARTHEST * usual, np.inf)
        limited: NDArray[np.float64] = middle + np.clip(values - middle, -room, room)
        return limited

    def _known(self, step: NDArray[np.int64]) -> NDArray[np.int64]:
        """The steps as they are counted here, with room for all of them."""
        if not self.by_step:
            step = np.zeros_like(step)
        self.make_room(int(step.max(initial=-1)) + 1)
        return step

    @property
    def room(self) -> int:
        """Steps of a trial that there is room for."""
        return len(self.mean)

    def make_room(self, steps: int) -> None:
        """Have room for so many steps of a trial."""
        more = steps - len(self.mean)
        if more > 0:
            self.mean = np.concatenate([self.mean, np.zeros(more, np.float32)])
            self.deviation = np.concatenate([self.deviation, np.zeros(more, np.float32)])
            self.seen = np.concatenate([self.seen, np.zeros(more, np.int64)])

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """The scale as arrays."""
        return {"mean": self.mean.copy(), "deviation": self.deviation.copy(), "seen": self.seen.copy()}

    def load_state_dict(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state_dict` returned. Raises KeyError or ValueError where that does not fit."""
        length = np.shape(state["mean"])[:1] or (0,)
        like = {"mean": np.float32, "deviation": np.float32, "seen": np.int64}
        arrays = [alike(state, name, np.zeros(length, kind)).copy() for name, kind in like.items()]
        if not (arrays[1] >= 0).all() or (arrays[2] < 0).any():
            raise ValueError("returns.deviation holds no deviations, or returns.seen no numbers")
        self.mean, self.deviation, self.seen = arrays
