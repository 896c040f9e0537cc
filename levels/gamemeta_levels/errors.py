"""The exceptions of gamemeta, drawn as a tree::

    GamemetaError            anything a user can put right; the command line shows it and exits with 2
    ├── MissingPackage       a package that training needs is not installed; an ImportError, too
    ├── PluginError          a package that offers a game or a family cannot be imported
    ├── UnknownName          a name that is not registered (family, game, split, memory cell ...)
    ├── LevelError           a level that cannot be read, written or played
    │   └── UnsolvableLevel  no plan leads from the spawn to the goal
    ├── ConfigError          a setting that is unknown or out of range
    ├── SpecError            an observation or action that does not fit its spec
    ├── GameCheckError       a game that does not keep the contract of `gamemeta.games.game.Game`
    ├── AgentFileError       an agent file that cannot be read or written
    ├── DemonstrationError   demonstrations that cannot be read, written or learned from
    ├── EngineError          a running game engine that does not answer, or not as agreed
    ├── ExportError          an agent that a target cannot hold, or an export that is damaged or fails
    ├── MemoryMismatch       memory bytes that belong to another agent
    └── TrainingError        training cannot start or go on

Catch `gamemeta.GamemetaError` to catch them all. Their messages may quote files and other people's code, so
they are escaped and bounded in length here, for every place that shows them.
"""

from gamemeta_levels.text import MESSAGE, in_one_line


class GamemetaError(Exception):
    """Base of everything that a user can put right."""

    def __init__(self, message: object = "") -> None:
        super().__init__(in_one_line(message, MESSAGE))


class MissingPackage(GamemetaError, ImportError):
    """A package that training needs, and the runtime does not, is not installed.

    Args:
        message: what to do about it.
        name: of the module that is missing.
    """

    def __init__(self, message: object = "", *, name: str | None = None) -> None:
        super().__init__(message)
        self.name = name


class PluginError(GamemetaError):
    """A package that offers a game or a family cannot be imported."""


class UnknownName(GamemetaError):
    """A name that is not registered."""


class LevelError(GamemetaError):
    """A level that cannot be read, written or played."""


class UnsolvableLevel(LevelError):
    """No plan leads from the spawn to the goal."""


class ConfigError(GamemetaError):
    """A setting that is unknown or out of range."""


class SpecError(GamemetaError):
    """An observation or action that does not fit its spec."""


class GameCheckError(GamemetaError):
    """A game that does not keep the contract of `gamemeta.games.game.Game`."""


class AgentFileError(GamemetaError):
    """An agent file that cannot be read or written."""


class DemonstrationError(GamemetaError):
    """Demonstrations that cannot be read, written or learned from."""


class MemoryMismatch(GamemetaError):
    """Memory bytes that belong to another agent."""


class ExportError(GamemetaError):
    """An agent that cannot leave Python as asked, or an export that is not as it should be."""


class TrainingError(GamemetaError):
    """Training cannot start or go on."""


class EngineError(GamemetaError):
    """A running game engine that does not answer, or not as agreed."""


def shortened(value: object, most: int = 60) -> str:
    """What was given, as Python writes it in ASCII, in at most so many letters: for messages."""
    try:
        return cut(ascii(value), most)
    except RecursionError:
        return "something nested too deeply"
    except ValueError:  # Python writes no number of over 4,300 digits
        return "a number with too many digits"


def cut(text: str, most: int) -> str:
    """A text in at most so many letters."""
    return text if len(text) <= most else f"{text[: most - 3]}..."
