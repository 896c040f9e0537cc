"""A game with its settings and the ranges of its levels, as one value."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Protocol

from gamemeta.config import make
from gamemeta.errors import AgentFileError
from gamemeta.games.about import About
from gamemeta.games.game import Game
from gamemeta.games.registry import game_class
from gamemeta.spec import Buffer, Choices, Image, Quantities, Spec, Symbols
from gamemeta_levels.family import LevelFamily


class StatesSetup(Protocol):
    """What states its game in plain values: an agent file, an agent."""

    @property
    def game(self) -> str:
        """Name of the game."""
        ...

    @property
    def game_config(self) -> Mapping[str, Any]:
        """Settings of the game, by field."""
        ...

    @property
    def level_parameters(self) -> Mapping[str, Any]:
        """Ranges of its levels, by field."""
        ...


@dataclass(frozen=True)
class GameSetup:
    """A game with its settings and the ranges of its levels.

    Args:
        name: of the game.
        config: settings, the `Config` of the game; its defaults if None.
        parameters: ranges of its levels, the `Parameters` of the game; their defaults if None.
    Raises:
        UnknownName, PluginError: no such game is installed, or it cannot be imported.
        ConfigError: the defaults of the game's own settings are refused.
    """

    name: str
    config: Any = None
    parameters: Any = None

    def __post_init__(self) -> None:
        if self.config is None:
            object.__setattr__(self, "config", make(self.cls.Config, {}, "game"))
        if self.parameters is None:
            object.__setattr__(self, "parameters", make(self.cls.Parameters, {}, "levels"))

    @classmethod
    def from_values(
        cls, name: str, config: Mapping[str, Any] | None = None, parameters: Mapping[str, Any] | None = None
    ) -> "GameSetup":
        """A setup out of plain values by field; what is missing takes its default.

        Raises:
            UnknownName, PluginError: no such game is installed, or it cannot be imported.
            ConfigError: a setting that the game or its levels do not have, or a value out of range.
        """
        game = game_class(name)
        return cls(
            name, make(game.Config, config or {}, "game"), make(game.Parameters, parameters or {}, "levels")
        )

    @classmethod
    def of(cls, agent: StatesSetup) -> "GameSetup":
        """The setup that an agent or an agent file states. Raises: as `from_values`."""
        return cls.from_values(agent.game, agent.game_config, agent.level_parameters)

    @property
    def cls(self) -> Any:
        """The class of the game."""
        return game_class(self.name)

    @property
    def about(self) -> About:
        """Facts about the game, whatever its settings."""
        about: About = self.cls.about
        return about

    def game(self, n: int = 1) -> Game:
        """N games side by side."""
        made: Game = self.cls(n, self.config)
        return made

    def family(self) -> LevelFamily:
        """The level family that the game plays, with these ranges."""
        return self.game().family(self.parameters)

    def fits(self, spec: Spec) -> bool:
        """Whether an agent of this spec sees and does what the game shows and takes."""
        return _form(spec) == _form(self.game().spec)

    def check_fits(self, spec: Spec) -> None:
        """Raises AgentFileError, naming both forms, unless an agent of this spec fits the game."""
        if not self.fits(spec):
            raise AgentFileError(
                f"this agent was made for another form of the game {self.name!r}: it sees and does "
                f"{_words(spec)}, the game has {_words(self.game().spec)}. Use the release it was trained "
                "with, or train it again."
            )

    def has_setting(self, name: str) -> bool:
        """Whether the game has a setting of this name."""
        return any(setting.name == name for setting in fields(self.config))

    def with_settings(self, **settings: Any) -> "GameSetup":
        """The same game and levels with some settings of the game replaced."""
        return replace(self, config=replace(self.config, **settings))

    def config_values(self) -> dict[str, Any]:
        """Settings of the game as plain values, by field."""
        return asdict(self.config)

    def parameter_values(self) -> dict[str, Any]:
        """Ranges of its levels as plain values, by field."""
        return asdict(self.parameters)


def _form(spec: Spec) -> tuple[object, ...]:
    """All of a spec that an agent depends on."""
    return spec.obs, spec.action.heads, spec.action.low, spec.action.high


def _words(spec: Spec) -> str:
    seen = ", ".join(f"{b.name} {'x'.join(map(str, b.shape))} of {_kind(b)}" for b in spec.obs)
    return f"{seen}; {spec.action.words()}"


def _kind(buffer: Buffer) -> str:
    match buffer:
        case Image():
            return "pixels"
        case Symbols():
            return str(buffer.codes)
        case Choices():
            return "choices"
        case Quantities(normalised=True):
            return f"{buffer.dtype} normalised"
        case _:
            return buffer.dtype
