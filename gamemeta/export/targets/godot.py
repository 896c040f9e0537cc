"""The target `godot`: GDScript for Godot 4, without .NET or extensions, so that web exports have it, too."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from gamemeta.export.target import Command, Export, Target, first_of

PROGRAMS = "godot4|godot"
VARIABLE = "GAMEMETA_GODOT"
"""Names another command that starts Godot 4."""


def godot_command() -> list[str]:
    """What starts Godot 4: the command in GAMEMETA_GODOT, else a program of the path."""
    return shlex.split(os.environ.get(VARIABLE, "")) or [first_of(PROGRAMS)]


def tools() -> tuple[str, ...]:
    """What the checker needs."""
    return (godot_command()[0] if os.environ.get(VARIABLE) else PROGRAMS,)


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """Run check.gd without a window."""
    return [[*godot_command(), "--headless", "--path", str(folder), "-s", "check.gd", "--"]]


def refuses(export: Export) -> str:
    """GDScript is too slow for images."""
    if not export.description.images:
        return ""
    return "the agent sees images, which GDScript is too slow for. Take --to c or --to onnx."


TARGET = Target(
    name="godot",
    about="one GDScript file for Godot 4.3 or newer, without .NET or extensions, in web exports, too",
    tools=tools(),
    commands=commands,
    refuses=refuses,
)
