"""Settings of a Godot scene. Where it is stands in no file: see `gamemeta.games.outside.godot.place`."""

from dataclasses import dataclass

from gamemeta.config import check_ranges


@dataclass(frozen=True, kw_only=True)
class GodotConfig:
    """Settings of a Godot scene."""

    copies: int = 16
    """Most copies of a scene that are started from here, as more games play at a time than it has agents."""
    speedup: int = 8
    """How many times faster than for people a scene runs that is started from here."""
    action_repeat: int = 8
    """Physics frames that an action lasts in a scene that is started from here."""
    show: bool = False
    """Whether a scene that is started from here has a window."""
    step_limit: int = 1000
    """Steps after which an episode is truncated."""
    par: float | None = None
    """Return that counts as score 1."""
    connect_s: float = 60.0
    """Seconds to wait for a scene to connect, at first and after it was lost."""
    answer_s: float = 60.0
    """Seconds to wait for its answer to a step."""

    def __post_init__(self) -> None:
        check_ranges(
            self,
            copies=(1, 256),
            speedup=(1, 1000),
            action_repeat=(1, 1000),
            step_limit=(1, 10**6),
            connect_s=(0.1, 86400.0),
            answer_s=(0.1, 86400.0),
        )
