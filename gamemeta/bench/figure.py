"""One measured figure: the repeats of a measurement, reported as median, least and most."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Any

from gamemeta.config import check_ranges

FEWEST_REPEATS = 5
NEVER_S = 1e-9
"""Stands for no processor time at all, where the clock is too coarse to tell."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """Length and number of measurements.

    Args:
        repeats: measurements; at least 5.
        seconds: least length of each.
        threads: threads that work at once.
    """

    repeats: int = FEWEST_REPEATS
    seconds: float = 1.0
    threads: int = 1

    def __post_init__(self) -> None:
        check_ranges(self, repeats=(FEWEST_REPEATS, 1000), seconds=(0.001, 3600), threads=(1, 256))


@dataclass(frozen=True)
class Figure:
    """The repeats of one measurement, in the order in which they were made."""

    repeats: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle of the repeats."""
        return median(self.repeats)

    def to_json(self) -> dict[str, Any]:
        """Median, least and most."""
        return {"median": self.median, "min": min(self.repeats), "max": max(self.repeats)}


@dataclass(frozen=True)
class Timed:
    """Rates of repeats, and the share of the wanted cores' time that this process got."""

    repeats: tuple[Any, ...]
    processor_share: float


Work = Callable[[], int]
"""Does some work and gives how many units it did."""
Progress = Callable[[str], None]
"""Function that takes a line on what is being done."""


def silent(_: str) -> None:
    """No progress is shown."""


def repeated(measure: Callable[[], Any], effort: Effort, progress: Progress) -> Timed:
    """Warm up, then measure again and again.

    Args:
        measure: makes one measurement; it is called once more than there are repeats, and what it gives first
            is thrown away.
        effort: how often.
        progress: takes the repeat that is running.
    """
    progress("warming up; the first time, this compiles")
    measure()
    rates = []
    began, used = time.perf_counter(), time.process_time()
    for k in range(effort.repeats):
        progress(f"repeat {k + 1} of {effort.repeats}")
        rates.append(measure())
    wall = time.perf_counter() - began
    share = (time.process_time() - used) / (wall * effort.threads)
    return Timed(tuple(rates), min(share, 1.0))


@dataclass(frozen=True)
class Rate:
    """Units a second of the clock, and units a second of processor time.

    The second is what one core would do with nothing else running; it says nothing of waiting.
    """

    per_s: float
    per_cpu_s: float


def rate(workers: Sequence[Work], seconds: float) -> Rate:
    """Rate of these workers together, one thread each, over at least so many seconds."""

    def work(worker: Work) -> int:
        return sum(_until(worker, began + seconds))

    began, used = time.perf_counter(), time.process_time()
    if len(workers) == 1:
        done = work(workers[0])
    else:
        with ThreadPoolExecutor(len(workers)) as pool:
            done = sum(pool.map(work, workers))
    return Rate(done / (time.perf_counter() - began), done / (time.process_time() - used or NEVER_S))


def rate_figures(rates: Sequence[Rate], unit: str) -> dict[str, "Figure"]:
    """Both rates of all repeats, as figures by name."""
    return {
        f"{unit}_per_s": Figure(tuple(each.per_s for each in rates)),
        f"{unit}_per_cpu_s": Figure(tuple(each.per_cpu_s for each in rates)),
    }


def _until(worker: Work, end: float) -> Iterator[int]:
    """Work at least once, and until this moment of `time.perf_counter`."""
    yield worker()
    while time.perf_counter() < end:
        yield worker()
