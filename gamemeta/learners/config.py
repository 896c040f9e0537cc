"""Settings that every learner has."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from gamemeta.errors import ConfigError


@dataclass(frozen=True, kw_only=True)
class LearnerConfig:
    """Settings of a meta-learner: a section of the settings of a training."""

    section: ClassVar[str]
    """Name of that section, for messages."""

    def check_lanes(self, lanes: int, shards: int) -> None:
        """Check that the lanes of a training can be split as this learner needs them.

        Raises:
            ConfigError: they cannot, by name.
        """
        if lanes % shards:
            raise ConfigError(f"run.lanes = {lanes} must be a multiple of run.shards = {shards}.")

    def to_json(self) -> dict[str, Any]:
        """The settings as plain values by name."""
        return asdict(self)

    def work(self) -> dict[str, int]:
        """Passes over the rollouts, for a report on speed: `epochs` and `minibatches`, say."""
        return {}
