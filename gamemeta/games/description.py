"""One game in detail, in words: what it shows and takes, its settings, and commands to begin with."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from gamemeta.command_line import command_word
from gamemeta.config import Setting, make, settings_with
from gamemeta.games.catalogue import about
from gamemeta.games.game import Game
from gamemeta.games.registry import game_class, make_game, use_game
from gamemeta.spec import ActionSpec, Buffer, Choices, Image, Quantities, Symbols

OTHERS, OUTSIDE = "others", "outside"
"""The setting of a game that plays the other seats itself, and its value where it does not."""


@dataclass(frozen=True)
class Seats:
    """Who can play.

    Args:
        setting: that it holds for; empty for the defaults.
        seats: how many.
        teams: how many they form.
        names: of the seats, where they have any.
    """

    setting: str
    seats: int
    teams: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part of an observation or of an action.

    Args:
        name: of the part.
        shape: of its array, for one seat.
        words: shape and content for people.
    """

    name: str
    shape: tuple[int, ...]
    words: str


@dataclass(frozen=True)
class Description:
    """A game in detail; `observations`, `actions` and `seats` are empty where only a running game knows."""

    name: str
    summary: str
    hidden: str
    seats: tuple[Seats, ...]
    observations: tuple[Part, ...]
    actions: tuple[Part, ...]
    settings: tuple[Setting, ...]
    levels: tuple[Setting, ...]
    recipe: Mapping[str, Mapping[str, Any]]
    notes: tuple[str, ...]
    commands: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)


def describe(word: str) -> Description:
    """A game as it is with its recipe's settings.

    Args:
        word: a name, also of an outside game, or `path/to/my_game.py:MyGame`, whose file is run.
    Raises:
        UnknownName: no such game.
        PluginError: its library is not installed, or it cannot be imported.
    """
    name = use_game(word)
    cls = game_class(name)
    summary, hidden = about(name, cls)
    game = None if cls.about.live else make_game(name, 1)
    recipe = {k: dict(v) for k, v in cls.about.recipe.items()}
    return Description(
        name=name,
        summary=summary,
        hidden=hidden,
        seats=_seats(cls, game) if game else (),
        observations=tuple(map(observation_part, game.spec.obs)) if game else (),
        actions=action_parts(game.spec.action) if game else (),
        settings=settings_with(cls.Config, recipe.get("game", {})),
        levels=settings_with(cls.Parameters, recipe.get("levels", {})),
        recipe=recipe,
        notes=game.notes() if game else (),
        commands=_commands(word),
    )


def _seats(cls: Any, game: Game) -> tuple[Seats, ...]:
    """With default settings, then with every seat played from outside, where that is another number."""
    rows = [_seats_of("", game)]
    if OTHERS in getattr(cls.Config, "__dataclass_fields__", {}):
        all_seats = cls(1, make(cls.Config, {OTHERS: OUTSIDE}, "game"))
        rows.append(_seats_of(f"game.{OTHERS}={OUTSIDE}", all_seats))
    return tuple(rows)


def _seats_of(setting: str, game: Game) -> Seats:
    names = game.seat_names() if game.seats > 1 else ()
    return Seats(setting, game.seats, len(set(game.teams())), names)


def observation_part(buffer: Buffer) -> Part:
    """A part of an observation in words: `5 x 5 symbols, each one of 3`."""
    size = " x ".join(map(str, buffer.shape)) or "1"
    plural = "" if buffer.size == 1 else "s"
    match buffer:
        case Image():
            words = f"picture of {size}: height, width, colours"
        case Symbols():
            words = f"{size} symbol{plural}, each one of {buffer.codes}"
        case Choices(shape=(choices, features)):
            words = f"{features} real numbers for each of up to {choices} choices"
        case Quantities(normalised=True):
            words = f"{size} real number{plural}, normalised by the agent"
        case _:
            words = f"{size} real number{plural}"
    return Part(buffer.name, buffer.shape, words)


def action_parts(spec: ActionSpec) -> tuple[Part, ...]:
    """A row for each choice, then one for each continuous number."""
    parts = []
    for k, count in enumerate(spec.heads):
        names = f": {', '.join(spec.names[k])}" if k < len(spec.names) else ""
        parts.append(Part(f"choice {k + 1}", (), f"one of {count}{names}"))
    for k, (low, high) in enumerate(zip(spec.low, spec.high, strict=True)):
        parts.append(Part(f"number {k + 1}", (), f"from {low:g} to {high:g}"))
    return tuple(parts)


def _commands(word: str) -> tuple[str, ...]:
    """Commands to begin with."""
    game = command_word(word)
    return f"gamemeta train {game}", f"gamemeta train {game} --help", f"gamemeta play {game}"
