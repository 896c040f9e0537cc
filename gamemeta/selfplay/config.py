"""Settings of self-play."""

from dataclasses import dataclass

from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError

NONE, UNIFORM, RECENT, HARDEST = "none", "uniform", "recent", "hardest"
POOLS = (NONE, UNIFORM, RECENT, HARDEST)


@dataclass(frozen=True, kw_only=True)
class SelfPlayConfig:
    """Whom the agent meets in games of several seats. All but `pool` counts only where there is one."""

    pool: str = NONE
    """Opponents and partners: `none`, the agent plays every seat; or earlier versions of itself:
    `uniform`, any of them; `recent`, mostly new ones; `hardest`, mostly those that win."""
    share: float = 0.5
    """Share of trials with an earlier version in the other seats."""
    every: int = 20
    """Iterations between two versions that join the pool."""
    size: int = 8
    """Most versions in the pool; a new one replaces the one least likely to be drawn."""

    def __post_init__(self) -> None:
        if self.pool not in POOLS:
            raise ConfigError(f"pool = {self.pool!r}: give {', '.join(POOLS[:-1])} or {POOLS[-1]}.")
        check_ranges(self, share=(0.0, 1.0), every=(1, 10**6), size=(1, 1000))
