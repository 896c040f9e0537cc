"""The settings of a training below the help of `gamemeta train`, made from their dataclasses."""

from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from typer.core import TyperCommand


class CommandWithSettings(TyperCommand):
    """A command whose help ends with every setting that --set takes."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help of typer, then the tables of settings."""
        super().format_help(ctx, formatter)
        console = Console(highlight=False)
        for table in settings_tables("maze"):
            console.print(table)


def settings_tables(game: str) -> list[Table]:
    """One table a section: name, kind, default and help of each setting."""
    from gamemeta.config import settings
    from gamemeta.training.config import sections

    tables = []
    for section, cls in sections(game).items():
        table = Table(box=box.ROUNDED, title=f"--set {section}.NAME=VALUE", title_justify="left", expand=True)
        for heading, ratio in (("setting", 3), ("kind", 2), ("default", 2), ("", 7)):
            table.add_column(heading, ratio=ratio, overflow="fold")
        for s in settings(cls):
            table.add_row(f"{section}.{s.name}", s.kind, show_value(s.default), s.help.replace("`", ""))
        tables.append(table)
    return tables


def show_value(value: Any) -> str:
    """A value as --set takes it."""
    if isinstance(value, (tuple, list)):
        return "..".join(show_value(v) for v in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
