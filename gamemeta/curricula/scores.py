"""What a trial says about its level: how far the value estimates still were from what happened.

The mean over the steps of a whole trial of `max(A_t, 0)`, the positive value loss (Jiang et al. 2021,
"Replay-guided adversarial environment design", eq. 4), or of `|A_t|`, the L1 value loss (Jiang et al. 2021,
"Prioritized level replay", eq. 3), where `A_t` is the generalised advantage estimate of the rollout that
step t lies in. A trial may last several rollouts.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.config import MAGNITUDE
from gamemeta.tensor_file import alike
from gamemeta_levels.kernel import kernel


@kernel
def _tally(advantage: Any, ended: Any, magnitude: Any, total: Any, steps: Any, out: Any) -> None:
    k = 0
    for t in range(advantage.shape[0]):
        for i in range(advantage.shape[1]):
            gain = advantage[t, i]
            if gain > 0:
                total[i] += gain
            elif magnitude:
                total[i] -= gain
            steps[i] += 1
            if ended[t, i]:
                out[k] = total[i] / steps[i]
                total[i], steps[i] = 0.0, 0
                k += 1


class TrialScores:
    """Running scores of the trials of n lanes.

    Args:
        n: lanes.
        kind: a name of `gamemeta.curricula.config.SCORES`.
    """

    def __init__(self, n: int, kind: str) -> None:
        self._magnitude = kind == MAGNITUDE
        self._total, self._steps = np.zeros(n), np.zeros(n, np.int64)

    def add(self, advantage: NDArray[np.float32], ended: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Take in a rollout.

        Args:
            advantage: [T, n], in units of reward.
            ended: [T, n], whether a trial ended with this step.

        Returns: the score of every trial that ended, by step, then by lane.
        """
        out = np.empty(int(ended.sum()))
        _tally(advantage, ended, self._magnitude, self._total, self._steps, out)
        return out

    def state(self) -> dict[str, NDArray[Any]]:
        """Sums of the trials that go on."""
        return {"total": self._total.copy(), "steps": self._steps.copy()}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` gave. Raises KeyError or ValueError where that does not fit."""
        for name, array in (("total", self._total), ("steps", self._steps)):
            array[:] = alike(state, name, array)
        if (self._steps < 0).any():
            raise ValueError("scores of trials with less than no steps")
