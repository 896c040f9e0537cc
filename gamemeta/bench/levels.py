"""How fast levels are generated."""

import numpy as np

from gamemeta.bench.figure import Effort, Progress, Work, rate, rate_figures, repeated, silent
from gamemeta.bench.machine import machine
from gamemeta.bench.report import Report
from gamemeta.training.config import TrainConfig
from gamemeta_levels.family import LevelFamily

BATCH = 256
"""Levels that are generated at a time, into the same place."""


def levels(config: TrainConfig, effort: Effort, *, progress: Progress = silent) -> Report:
    """Levels a second of the training split, from seeds in a row, complete with distances and content hash.

    Args:
        config: the game, whose family is measured, and its levels; see `gamemeta.bench.subject`.
        effort: how long, how often, and in how many threads.
        progress: takes a line on what is being done.
    """
    family = config.setup.family()
    makers = [_maker(family, k, effort.threads) for k in range(effort.threads)]
    timed = repeated(lambda: rate(makers, effort.seconds), effort, progress)
    return Report(
        bench="levels",
        subject=family.name,
        figures=rate_figures(timed.repeats, "levels"),
        sizes={"batch": BATCH, "threads": effort.threads, "split": "train", "levels": vars(config.levels)},
        machine=machine(),
        processor_share=timed.processor_share,
        dtype="uint8",
    )


def _maker(family: LevelFamily, number: int, threads: int) -> Work:
    """Generates the levels of the next seeds of this thread."""
    arrays, rows = family.arrays(BATCH), np.arange(BATCH, dtype=np.int64)
    seeds = rows + number * BATCH

    def make() -> int:
        nonlocal seeds
        family.fill(arrays, rows, seeds, "train")
        seeds = seeds + threads * BATCH
        return BATCH

    return make
