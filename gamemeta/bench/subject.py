"""What is measured: a game with its levels and settings."""

from collections.abc import Sequence

from gamemeta.errors import ConfigError
from gamemeta.games.setup import GameSetup
from gamemeta.training.config import TrainConfig, load_config


def subject(game: str, view: int | None = None, settings: Sequence[str] = ()) -> TrainConfig:
    """The settings of a game as a training has them, with another view, and with some overridden.

    Args:
        game: its name.
        view: side of the square that the agent sees, tiles; as the game has it if None.
        settings: texts such as `levels.height=31`.
    Raises:
        UnknownName, ConfigError: no such game, no such setting, or the game has no view.
    """
    seen = []
    if view is not None:
        if not GameSetup(game).has_setting("view"):
            raise ConfigError(f"--view {view}: the game {game!r} has no view to choose. Leave it out.")
        seen = [f"game.view={view}"]
    return load_config(game, overrides=[*seen, *settings])
