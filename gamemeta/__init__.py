"""Meta-reinforcement learning for procedural games.

`gamemeta.load(path)` gives an agent to embed in a game loop; it needs NumPy and safetensors alone.
Everything else is imported when it is first asked for, and may need the extra `train`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gamemeta.agent.runtime import Agent, Mind, load
    from gamemeta.authoring.python_training import Trained, train
    from gamemeta.errors import GamemetaError
    from gamemeta.games.check.check import check_game
    from gamemeta.games.registry import make_game

__version__ = "0.1.0"

_HOME = {
    "Agent": "gamemeta.agent.runtime",
    "GamemetaError": "gamemeta.errors",
    "Mind": "gamemeta.agent.runtime",
    "Trained": "gamemeta.authoring.python_training",
    "check_game": "gamemeta.games.check.check",
    "load": "gamemeta.agent.runtime",
    "make_game": "gamemeta.games.registry",
    "train": "gamemeta.authoring.python_training",
}

__all__ = [
    "Agent",
    "GamemetaError",
    "Mind",
    "Trained",
    "__version__",
    "check_game",
    "load",
    "make_game",
    "train",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'gamemeta' has no attribute {name!r}")
    return import_module("gamemeta_levels.packages").attribute(_HOME[name], name)


def __dir__() -> list[str]:
    return sorted(__all__)
