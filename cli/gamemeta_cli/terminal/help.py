"""The help of commands: usage, what the command does, then arguments, options and commands as listings."""

import inspect
import re
from collections.abc import Callable
from typing import Any, TypeVar

import typer
from rich.console import RenderableType
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup

from gamemeta_cli.ending import one_line
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.listing import HEADING, Listing, indented

F = TypeVar("F", bound=Callable[..., Any])
NO_BOUND = re.compile(r"(\d+)<=x<=\d{7,}")
"""A range whose upper end does not matter."""
CHOICES = re.compile(r"<(.+)>$")


class Command(TyperCommand):
    """A command whose help fits any width."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        show_help(self, ctx)


class Group(TyperGroup):
    """A group of commands whose help fits any width."""

    command_class = Command

    def invoke(self, ctx: Any) -> Any:
        """Run the command; Ctrl-C and a closed pipe end it in order."""
        with one_line():
            return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [
            (name, first_sentence(command)) for name, command in commands if command and not command.hidden
        ]
        show_help(self, ctx, Listing("Commands", rows))


class Application(typer.Typer):
    """A group of commands of this program."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=Group, rich_markup_mode=None, no_args_is_help=True, **settings)

    def command(
        self, name: str | None = None, *, cls: type[TyperCommand] | None = Command, **settings: Any
    ) -> Callable[[F], F]:
        """A decorator that makes a command of a function."""
        return super().command(name, cls=cls, **settings)


def show_help(command: Any, ctx: Any, *more: RenderableType) -> None:
    """Print usage, text, arguments and options of a command, then what else there is to show."""
    console = PlainConsole()
    usage = Text.assemble(("Usage: ", HEADING), " ".join([ctx.command_path, *pieces(command, ctx)]))
    console.print(*indented(usage, console, 0), sep="\n")
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        console.print()
        console.print(*indented(" ".join(paragraph.split()), console), sep="\n")
    for part in (*parameter_listings(command, ctx), *more):
        console.print()
        console.print(part)


def parameter_listings(command: Any, ctx: Any) -> list[Listing]:
    """Arguments and options, each under the heading it names, those without one first."""
    rows: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
    for parameter in command.get_params(ctx):
        usual = "Arguments" if isinstance(parameter, TyperArgument) else "Options"
        if row := described(parameter, ctx):
            rows.setdefault(getattr(parameter, "rich_help_panel", None) or usual, []).append(row)
    return [Listing(heading, group) for heading, group in rows.items() if group]


def pieces(command: Any, ctx: Any) -> list[str]:
    """The words after the command in the line of usage."""
    return [str(piece) for piece in command.collect_usage_pieces(ctx)]


def first_sentence(command: Any) -> str:
    """What a command does, in the list of its group."""
    paragraph = inspect.cleandoc(command.help or "").split("\n\n")[0]
    return " ".join(paragraph.split())


def described(parameter: Any, ctx: Any) -> tuple[str, str] | None:
    """Name and text of an argument or option; None where it is hidden."""
    record: tuple[str, str] | None = parameter.get_help_record(ctx)
    if record is None:
        return None
    name = record[0].partition(" <")[0] if isinstance(parameter, TyperArgument) else record[0]
    return CHOICES.sub(r"\1", name).strip(), NO_BOUND.sub(r"x>=\1", " ".join(record[1].split()))
