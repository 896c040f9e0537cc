"""Settings of a curriculum."""

from dataclasses import dataclass

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError

UNIFORM, PLR, ACCEL = "uniform", "plr", "accel"
KINDS = (UNIFORM, PLR, ACCEL)
POSITIVE, MAGNITUDE = "positive", "magnitude"
SCORES = (POSITIVE, MAGNITUDE)


@dataclass(frozen=True, kw_only=True)
class CurriculumConfig:
    """Which levels are trained on. All but `kind` counts for `plr` and `accel` alone."""

    kind: str = UNIFORM
    """Where the level of a trial comes from: `uniform`, always new; `plr`, prioritised level replay;
    `accel`, the same with edited levels."""
    buffer: int = 4000
    """Most levels that are kept to be replayed."""
    warmup_trials: int = 1000
    """Trials that must have been scored before any level is replayed."""
    replay_share: float = 0.5
    """Share of trials on a level of the buffer."""
    temperature: float = 0.1
    """How evenly high and low scores are replayed: the chance of a level is (1 / rank) ** (1 / temperature),
    up to a factor."""
    staleness: float = 0.1
    """Weight, in the chance of a level, of how long ago it was played."""
    score: str = POSITIVE
    """What a level is scored by, a mean over the steps of its trial: `positive`, advantages above 0
    (positive value loss); `magnitude`, their absolute values (L1 value loss)."""
    edit_share: float = 0.25
    """Share of trials on an edited level, for `accel`; the rest beside the replayed ones are new levels."""
    edits: int = 3
    """Changes by the family's mutation that make an edited level."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ConfigError(f"kind = {self.kind!r}: give {', '.join(KINDS)}.")
        if self.score not in SCORES:
            raise ConfigError(f"score = {self.score!r}: give {' or '.join(SCORES)}.")
        check_ranges(
            self,
            buffer=(1, 10**6),
            warmup_trials=(1, 10**9),
            replay_share=(0.0, 1.0),
            temperature=(0.01, 100.0),
            staleness=(0.0, 1.0),
            edit_share=(0.0, 1.0),
            edits=(1, 1000),
        )
        if self.kind == ACCEL and self.replay_share + self.edit_share > 1.0:
            raise ConfigError(
                f"edit_share = {self.edit_share}: with replay_share = {self.replay_share} this is more than "
                "all trials. Lower one of them."
            )
