"""A game and its level family with the settings that an agent file or a checkpoint states."""

from collections.abc import Mapping
from typing import Any

from gamemeta.config import make
from gamemeta.errors import AgentFileError
from gamemeta.games.game import Game
from gamemeta.games.registry import game_class
from gamemeta.spec import Buffer, Spec
from gamemeta_levels.family import LevelFamily


def restored_game(name: str, config: Mapping[str, Any], n: int, spec: Spec | None = None) -> Game:
    """N games.

    Args:
        name: of the game.
        config: plain values, by field of its config.
        n: how many side by side.
        spec: what an agent sees and does, which must be the game's.
    Raises:
        UnknownName, PluginError: no such game is installed, or it cannot be imported.
        ConfigError: the settings are not those of this game.
        AgentFileError: the agent was made for another form of the game.
    """
    cls = game_class(name)
    game: Game = cls(n, make(cls.Config, config, "game"))
    if spec is not None and _form(spec) != _form(game.spec):
        raise AgentFileError(
            f"this agent was made for another form of the game {name!r}: it sees and does {_words(spec)}, "
            f"the game has {_words(game.spec)}. Use the release it was trained with, or train it again."
        )
    return game


def restored_family(name: str, config: Mapping[str, Any], parameters: Mapping[str, Any]) -> LevelFamily:
    """The level family that the game plays, with plain values by field of its parameters.

    Raises: as `restored_game`.
    """
    cls = game_class(name)
    return restored_game(name, config, 1).family(make(cls.Parameters, parameters, "levels"))


def _form(spec: Spec) -> tuple[object, ...]:
    """All of a spec that an agent depends on."""
    return spec.obs, spec.action.heads, spec.action.low, spec.action.high


def _words(spec: Spec) -> str:
    seen = ", ".join(f"{b.name} {'x'.join(map(str, b.shape))} of {_kind(b)}" for b in spec.obs)
    return f"{seen}; {spec.action.words()}"


def _kind(buffer: Buffer) -> str:
    if buffer.image:
        return "pixels"
    return f"{buffer.codes or buffer.dtype}{' normalised' if buffer.normalised else ''}"
