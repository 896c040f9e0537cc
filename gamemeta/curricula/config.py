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
    """Which levels are trained on: `uniform`, new ones; `plr`, also replayed ones (prioritised level
    replay); `accel`, also edited ones."""
    buffer: int = 4000
    """Most levels kept for replay."""
    warmup_trials: int = 1000
    """Trials before the first level is replayed."""
    replay_share: float = 0.5
    """Share of trials on replayed levels."""
    temperature: float = 0.1
    """How evenly levels of high and low score are replayed: the chance of a level is proportional to (1 /
    rank) ** (1 / temperature)."""
    staleness: float = 0.1
    """Share of replays chosen by how long ago a level was played."""
    score: str = POSITIVE
    """Score of a level, a mean over the steps of its trial: `positive`, advantages above 0 (positive
    value loss); `magnitude`, absolute advantages (L1 value loss)."""
    edit_share: float = 0.25
    """Share of trials on edited levels, for `accel`."""
    edits: int = 3
    """Mutations that make an edited level."""

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
