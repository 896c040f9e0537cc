"""How fast a training runs from end to end: rollouts, gradients, weight updates, all of it."""

from collections.abc import Iterator

from gamemeta.bench.figure import Effort, Progress, rate, rate_figures, repeated, silent
from gamemeta.bench.limit import Limit, products_per_row, torch_products
from gamemeta.bench.machine import machine
from gamemeta.bench.report import Report
from gamemeta.learners.device import CPU
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.training.config import TrainConfig
from gamemeta.training.loop import Iteration, Training

STATISTICS = "normaliser."
"""How names begin of what is in an agent file beside the parameters."""
PASSES = 3
"""An update multiplies by each matrix forwards, and backwards for what came in and for the weights."""


def train(config: TrainConfig, effort: Effort, *, progress: Progress = silent) -> Report:
    """Environment steps a second of a training with these settings; nothing but files is left out.

    Args:
        config: all settings, `run.threads` among them; see `gamemeta.bench.subject`.
        effort: how long and how often; its threads must be those of the settings.
        progress: takes a line on what is being done.
    """
    progress("building the network")
    training = Training(config)
    iterations = training.run()
    with single_threaded_torch():
        timed = repeated(
            lambda: rate([lambda: _iterate(training, iterations)], effort.seconds), effort, progress
        )
        words, limit = torch_products(config.network.width, config.run.precision)
    figures, learner = rate_figures(timed.repeats, "steps"), training.learner
    weights = {k: w for k, w in learner.weights().items() if not k.startswith(STATISTICS)}
    work = config.learner.work()
    rows = products_per_row(weights) if config.run.device == CPU else None
    passes = 1 + PASSES * work.get("epochs", 1)
    return Report(
        bench="train",
        subject=config.game_name,
        figures=figures,
        sizes={
            "lanes": config.run.lanes,
            "rollout_steps": config.run.rollout_steps,
            **work,
            "shards": config.run.shards,
            "threads": effort.threads,
            "device": learner.device,
            "network": config.network.shape(),
            "game": vars(config.game),
            "levels": vars(config.levels),
        },
        machine=machine(),
        processor_share=timed.processor_share,
        dtype=config.run.precision,
        parameters=sum(w.size for w in weights.values()),
        limit=None
        if rows is None
        else Limit(
            f"{words}, each thread",
            limit * effort.threads,
            2.0 * rows * passes * figures["steps_per_s"].median,
        ),
    )


def _iterate(training: Training, iterations: Iterator[Iteration]) -> int:
    """One iteration; gives its steps."""
    next(iterations)
    return training.steps_per_iteration
