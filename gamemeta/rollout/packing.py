"""Steps that count before those that do not, where some seats wait while others go on."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.rollout.batch import Batch


def packed(batch: Batch, acting: NDArray[np.bool_]) -> Batch:
    """The batch with each lane's steps of waiting moved behind all others, whose order stays.

    A memory that is scanned over the lane then takes in what the seat took in, and what it makes of the rest
    comes too late to matter. The batch becomes as short as its busiest lane allows.

    Args:
        batch: [T, n].
        acting: [T, n], False where the seat of the lane waited.
    """
    order = np.argsort(~acting, axis=0, kind="stable")[: max(1, int(acting.sum(axis=0).max()))]

    def moved(array: NDArray[Any]) -> NDArray[Any]:
        return np.take_along_axis(array, order.reshape(*order.shape, *(1,) * (array.ndim - 2)), axis=0)

    return replace(
        batch,
        inputs={name: moved(array) for name, array in batch.inputs.items()},
        reset=moved(batch.reset),
        action=moved(batch.action),
        log_prob=moved(batch.log_prob),
        advantage=moved(batch.advantage),
        returns=moved(batch.returns),
        reward=moved(batch.reward),
        labels={name: moved(array) for name, array in batch.labels.items()},
        facts={name: moved(array) for name, array in batch.facts.items()},
        raw=None if batch.raw is None else moved(batch.raw),
        advice=None if batch.advice is None else moved(batch.advice),
        acting=moved(acting),
        rows=int(acting.sum()),
    )
