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
    """Which earlier self is met: `none`, the agent plays every seat itself; `uniform`, any of the pool;
    `recent`, rather a young one; `hardest`, rather one that wins against the agent."""
    share: float = 0.5
    """Share of trials against an earlier self; in the others the agent plays every seat."""
    every: int = 20
    """Iterations after which the agent as it is then joins the pool, again and again."""
    size: int = 8
    """Most earlier selves to draw from; a new one takes the place of the least likely to be drawn."""

    def __post_init__(self) -> None:
        if self.pool not in POOLS:
            raise ConfigError(f"pool = {self.pool!r}: give {', '.join(POOLS[:-1])} or {POOLS[-1]}.")
        check_ranges(self, share=(0.0, 1.0), every=(1, 10**6), size=(1, 1000))
