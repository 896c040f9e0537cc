"""Settings of a Godot scene. Where it is stands in no file: see `gamemeta.games.outside.godot.place`."""

from dataclasses import dataclass

from gamemeta.config import check_ranges


@dataclass(frozen=True, kw_only=True)
class GodotConfig:
    """Settings of a Godot scene."""

    copies: int = 16
    """Most copies of an exported scene that are started at a time."""
    speedup: int = 8
    """How many times faster than real time started scenes run that show a window; the others do not wait."""
    action_repeat: int = 8
    """Physics frames that each action lasts in started scenes."""
    show: bool = False
    """Show the windows of started scenes."""
    step_limit: int = 1000
    """Steps after which an episode is truncated."""
    par: float | None = None
    """Return that counts as score 1."""
    can_wait: bool = False
    """Whether agents do nothing where their action has `level_wait`: none then misses a step as it begins."""
    connect_s: float = 60.0
    """Seconds to wait for a scene to connect, also after its connection was lost."""
    answer_s: float = 60.0
    """Seconds to wait for a scene's answer to a step."""

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
