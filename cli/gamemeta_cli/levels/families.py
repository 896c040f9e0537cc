"""`gamemeta levels list`."""

import json
from typing import Any

import typer

from gamemeta.config import settings
from gamemeta_cli.levels.options import JsonOption, console
from gamemeta_cli.terminal.whole_table import WholeTable
from gamemeta_levels.errors import ConfigError, PluginError, cut
from gamemeta_levels.family import LevelFamily
from gamemeta_levels.registry import INCLUDED, family_class, plugin_names


def list_families(as_json: JsonOption = False) -> None:
    """List the level generators with their parameters."""
    rows: dict[str, list[dict[str, Any]]] = {}
    broken: dict[str, str] = {}
    for name in sorted({*INCLUDED, *plugin_names()}):
        try:
            rows[name] = parameters_of(family_class(name)())
        except Exception as error:  # any error of another package
            broken[name] = (
                str(error) if isinstance(error, PluginError) else f"{type(error).__name__}: {error}"
            )
    if as_json:
        errors = {name: [{"error": why}] for name, why in broken.items()}
        typer.echo(json.dumps(rows | errors, indent=1))
        return
    table = WholeTable(
        ["family", "parameter", "range", "far", "meaning"],
        keys=2,
        prose=["meaning"],
        box=None,
        header_style="bold",
    )
    for name, parameters in rows.items():
        for p in parameters:
            table.add_row(name, p["name"], _words(p["range"]), _words(p["far"]), p["help"])
        if not parameters:
            table.add_row(name, "none", "", "", "There is nothing to set.")
    screen = console()
    screen.print(table)
    for name, why in broken.items():
        screen.print(f"broken: {name}: {cut(why, 500)}", style="red")


def parameters_of(family: LevelFamily) -> list[dict[str, Any]]:
    """Name, ranges and help of each parameter of a family."""
    near = family.parameters
    section: Any = type(near)
    try:
        far = family.far().parameters
    except ConfigError:  # nothing lies outside
        far = None
    return [
        {
            "name": setting.name,
            "range": getattr(near, setting.name),
            "far": getattr(far, setting.name, None),
            "help": setting.help,
        }
        for setting in settings(section)
    ]


def _words(value: Any) -> str:
    if value is None:
        return "none"
    return "..".join(map(str, value)) if isinstance(value, tuple) else str(value)
