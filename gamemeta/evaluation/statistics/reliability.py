"""Log loss and reliability of stated probabilities."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 10
"""Of the probability of the likeliest value: 0 to 0.1, 0.1 to 0.2 ..."""
LEAST = 1e-12
"""No probability counts as less: a single one of 0 would make any mean infinite."""

Values = NDArray[np.float64]


class Reliability:
    """Sums over stated probabilities, by episode.

    Args:
        episodes: K.
    """

    def __init__(self, episodes: int) -> None:
        self._count, self._loss, self._right, self._sure = (np.zeros((episodes, BINS)) for _ in range(4))

    def add(self, episode: int, stated: NDArray[Any], truth: NDArray[np.int64]) -> None:
        """Take in probabilities [n, classes] stated in an episode, and the class that is true [n]."""
        rows = np.arange(len(truth))
        likeliest = stated.argmax(axis=1)
        sure = stated[rows, likeliest].astype(np.float64)
        place = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
        loss = -np.log(np.maximum(stated[rows, truth].astype(np.float64), LEAST))
        for total, more in (
            (self._count, np.ones(len(rows))),
            (self._loss, loss),
            (self._right, likeliest == truth),
            (self._sure, sure),
        ):
            total[episode] += np.bincount(place, more, BINS)

    @property
    def steps(self) -> Values:
        """[K], how many were stated."""
        return np.asarray(self._count.sum(1))

    @property
    def log_loss(self) -> Values:
        """[K], minus the log of what was stated for the truth, in the mean over steps."""
        return self._mean(self._loss)

    @property
    def right(self) -> Values:
        """[K], share of steps in which the likeliest value is the true one."""
        return self._mean(self._right)

    @property
    def sure(self) -> Values:
        """[K], mean probability of the likeliest value."""
        return self._mean(self._sure)

    @property
    def error(self) -> Values:
        """[K], expected calibration error (Naeini et al. 2015): mean distance of right from sure in bins."""
        return np.asarray(np.abs(self._right - self._sure).sum(1) / self.steps)

    def to_json(self) -> dict[str, Any]:
        """Figures by episode, and the bins over all episodes: steps, stated and right in each."""
        names = ("log_loss", "right", "sure", "error")
        figures = {name: [round(float(x), 5) for x in getattr(self, name)] for name in names}
        count, sure, right = (x.sum(0) for x in (self._count, self._sure, self._right))
        bins = [
            {"steps": int(n), "stated": round(float(s / n), 4), "right": round(float(r / n), 4)}
            for n, s, r in zip(count, sure, right, strict=True)
            if n
        ]
        return {"steps": [int(n) for n in self.steps], **figures, "bins": bins}

    def _mean(self, total: Values) -> Values:
        return np.asarray(total.sum(1) / self.steps)
