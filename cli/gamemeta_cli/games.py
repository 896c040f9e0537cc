"""`gamemeta games`: what can be played, and one game in detail."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType

from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.listing import Listing, indented

if TYPE_CHECKING:
    from gamemeta.config import Setting
    from gamemeta.games.catalogue import GameRow, Group
    from gamemeta.games.description import Description, Part, Seats

Name = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="A game or a group: maze, gymnasium/CartPole-v1, procgen, path/to/my_game.py:MyGame. "
        "Without it, all are listed.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def games(name: Name = None, as_json: Json = False) -> None:
    """List the games that agents can be trained on, or show one: observations, actions, settings."""
    from gamemeta.games.catalogue import group_named

    if name is None:
        show_list(as_json)
    elif group := group_named(name):
        show_group(group, as_json)
    else:
        show_game(name, as_json)


def show_list(as_json: bool) -> None:
    """All games and groups."""
    from gamemeta.games.catalogue import GROUPS, included_games, plugin_games

    included, plugins = included_games(), plugin_games()
    if as_json:
        data = {
            "games": [asdict(row) for row in (*included, *plugins)],
            "groups": [group_json(group) for group in GROUPS],
        }
        typer.echo(json.dumps(data, indent=1))
        return
    show(
        Listing("Games", map(game_line, included)),
        *([Listing("Games of other installed packages", map(game_line, plugins))] if plugins else []),
        Listing("Games of other libraries", map(group_line, GROUPS)),
        "gamemeta games maze shows one game in detail, gamemeta games procgen a group.",
    )


def show_group(group: "Group", as_json: bool) -> None:
    """A group: how its games are named, what it needs, and its games where there is a list."""
    from gamemeta.games.catalogue import games_of

    members = games_of(group)
    if as_json:
        typer.echo(json.dumps(group_json(group) | {"games": [asdict(row) for row in members]}, indent=1))
        return
    rows = [("name", " or ".join(group.patterns)), ("hidden", group.hidden), ("library", library(group))]
    show(
        f"{group.key}: {group.summary}",
        Listing("", rows),
        *([Listing("Games", [(row.name, row.summary) for row in members])] if members else []),
        Listing("Commands", [(f"gamemeta {verb} {group.example}", "") for verb in ("games", "train")]),
    )


def show_game(name: str, as_json: bool) -> None:
    """One game in detail."""
    from gamemeta.games.description import describe

    game = describe(name)
    if as_json:
        typer.echo(json.dumps(game.to_json(), indent=1, default=str))
        return
    parts = [
        Listing("Observations", map(part_line, game.observations)),
        Listing("Actions", map(part_line, game.actions)),
        Listing("Settings: --set game.NAME=VALUE", setting_lines(game.settings)),
        Listing("Levels: --set levels.NAME=LOW..HIGH", setting_lines(game.levels)),
        Listing("Recipe: settings of a training that suit this game", recipe_lines(game)),
        Listing("Commands", [(command, "") for command in game.commands]),
    ]
    parts = [part for part in (Listing("", facts(game)), *parts) if part.rows]
    show(f"{game.name}: {game.summary}", *parts)


def show(*parts: RenderableType) -> None:
    """Print parts with an empty line between them; texts are wrapped."""
    console = PlainConsole()
    for k, part in enumerate(parts):
        if k:
            console.print()
        console.print(*indented(part, console, 0), sep="\n") if isinstance(part, str) else console.print(part)


def game_line(row: "GameRow") -> tuple[str, str]:
    """A row of the list of games."""
    from gamemeta.games.catalogue import INCLUDED

    if row.broken:
        return row.name, f"Broken: {row.broken}"
    package = "" if row.package == INCLUDED else f"\nPackage: {row.package}"
    return row.name, f"{row.summary}{hidden_words(row.hidden)}{package}"


def group_line(group: "Group") -> tuple[str, str]:
    """A row of the list of groups."""
    needs = f"\n{library(group)}" if group.extra else ""
    return group.patterns[0], f"{group.summary}{hidden_words(group.hidden)}\nExample: {group.example}{needs}"


def hidden_words(hidden: str) -> str:
    """A line about what is hidden; empty where nothing is known of it."""
    return f"\nHidden: {hidden[0].lower()}{hidden[1:]}" if hidden else ""


def library(group: "Group") -> str:
    """What a group needs, and whether that is installed."""
    if not group.extra:
        return "Nothing to install."
    return f"{group.install} ({'installed' if group.installed else 'not installed'})"


def group_json(group: "Group") -> dict[str, Any]:
    """A group as JSON data."""
    return asdict(group) | {"install": group.install, "installed": group.installed}


def facts(game: "Description") -> list[tuple[str, str]]:
    """What is hidden, who plays, and what the game itself notes."""
    rows = [("hidden", game.hidden), ("seats", "\n".join(map(seats_words, game.seats)))]
    rows += [("note", note) for note in game.notes]
    return [row for row in rows if row[1]]


def seats_words(row: "Seats") -> str:
    """`2 in 2 teams with game.others=outside: guard, runner`."""
    words = f"{row.seats}" + (f" in {row.teams} teams" if row.teams > 1 else "")
    words += f" with {row.setting}" if row.setting else ""
    return words + (f": {', '.join(row.names)}" if row.names else "")


def part_line(part: "Part") -> tuple[str, str]:
    """A part of an observation or of an action."""
    return part.name, part.words


def setting_lines(settings: Iterable["Setting"]) -> list[tuple[str, str]]:
    """`name=default` and help of each setting."""
    from gamemeta.config import show_value

    return [(f"{s.name}={show_value(s.default)}", s.help.replace("`", "")) for s in settings]


def recipe_lines(game: "Description") -> list[tuple[str, str]]:
    """A row a section, without those that the settings above show."""
    from gamemeta.config import show_value

    shown = {name: values for name, values in game.recipe.items() if name not in ("game", "levels")}
    return [
        (name, ", ".join(f"{k}={show_value(v)}" for k, v in values.items())) for name, values in shown.items()
    ]
