"""The exceptions of gamemeta; the tree is drawn in `gamemeta_levels.errors`."""

from gamemeta_levels.errors import (
    AgentFileError,
    ConfigError,
    DemonstrationError,
    EngineError,
    ExportError,
    GameCheckError,
    GamemetaError,
    LevelError,
    MemoryMismatch,
    MissingPackage,
    PluginError,
    SpecError,
    TrainingError,
    UnknownName,
    UnsolvableLevel,
)

__all__ = [
    "AgentFileError",
    "ConfigError",
    "DemonstrationError",
    "EngineError",
    "ExportError",
    "GameCheckError",
    "GamemetaError",
    "LevelError",
    "MemoryMismatch",
    "MissingPackage",
    "PluginError",
    "SpecError",
    "TrainingError",
    "UnknownName",
    "UnsolvableLevel",
]
