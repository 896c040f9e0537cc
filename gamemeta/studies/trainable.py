"""Which variants can be trained on a game at all: told before the first training."""

from collections.abc import Mapping

from gamemeta.errors import ConfigError
from gamemeta.studies.record import NONE, Plan
from gamemeta.training.config import TrainConfig
from gamemeta.training.loop import Training
from gamemeta_levels.families.level_set import LevelSet


def refusals(
    configs: Mapping[str, TrainConfig], level_set: LevelSet | None, known: Mapping[str, str]
) -> dict[str, str]:
    """Why some variants cannot be trained, by name.

    Args:
        configs: settings of a training of each variant.
        level_set: the levels, where they are not generated.
        known: refusals of before.
    Raises:
        ConfigError: none of them can be trained, or one failed before for another reason.
    """
    refused = {}
    for name, config in configs.items():
        try:
            with Training(config, level_set):
                pass
        except ConfigError as error:
            refused[name] = str(error)
    if len(refused) == len(configs) and configs:
        raise ConfigError(next(iter(refused.values())))
    return {name: reason for name, reason in known.items() if name not in configs} | refused


def check_baselines(plan: Plan, config: TrainConfig) -> None:
    """Raises ConfigError where a game can have no baselines, and some are to be trained."""
    seats = config.setup.game().seats
    if plan.baselines != NONE and seats > 1:
        raise ConfigError(
            f"the game {plan.game!r} has {seats} seats, and baselines are for games with one. Leave them "
            "out: --baselines none."
        )
