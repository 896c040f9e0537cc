"""The curriculum that the settings name."""

from gamemeta.curricula.config import ACCEL, PLR, CurriculumConfig
from gamemeta.curricula.editing import Accel
from gamemeta.curricula.protocol import Curriculum
from gamemeta.curricula.replay import PrioritisedReplay
from gamemeta.curricula.uniform import Uniform
from gamemeta_levels.family import LevelFamily


def make_curriculum(config: CurriculumConfig, family: LevelFamily) -> Curriculum:
    """A curriculum at its beginning.

    Args:
        config: settings.
        family: where levels come from.
    """
    if config.kind == PLR:
        return PrioritisedReplay(family, config)
    if config.kind == ACCEL:
        return Accel(family, config)
    return Uniform(family)
