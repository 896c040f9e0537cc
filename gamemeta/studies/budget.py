"""How long each variant is trained: as many steps as the others, or as much of the processor's time.

Time is that of the processor, of all its cores together: other work on the machine takes none of it.
"""

import time
from collections.abc import Mapping
from contextlib import ExitStack

from gamemeta.training.config import TrainConfig
from gamemeta.training.loop import Training
from gamemeta_levels.families.level_set import LevelSet

ROUNDS = 3
"""Each speed is the best of so many iterations, which the variants make in turns."""


def speeds(configs: Mapping[str, TrainConfig], level_set: LevelSet | None = None) -> dict[str, float]:
    """Steps a second of processor time of some trainings, without validations; measured in turns.

    Args:
        configs: their settings, by name.
        level_set: the levels, where they are not generated.
    """
    best = dict.fromkeys(configs, float("inf"))
    with ExitStack() as open_trainings:
        trainings = {
            name: open_trainings.enter_context(Training(one, level_set)) for name, one in configs.items()
        }
        runs = {name: training.run() for name, training in trainings.items()}
        for run in runs.values():
            next(run)  # compiles
        for _ in range(ROUNDS):
            for name, run in runs.items():
                began = time.process_time()
                next(run)
                best[name] = min(best[name], time.process_time() - began)
    return {name: training.steps_per_iteration / best[name] for name, training in trainings.items()}
