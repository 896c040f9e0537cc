"""The target `godot`: GDScript for Godot 4, without .NET or extensions, so that web exports have it, too."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from gamemeta.assets import asset
from gamemeta.export.target import Command, Export, Target, first_of

PROGRAMS = "godot4|godot"
WRAPPER = "plugin/ONNX_wrapper.gd"
"""What takes the place of a class of Godot RL Agents, in a folder that Godot passes by."""


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """Run check.gd without a window."""
    return [[first_of(PROGRAMS), "--headless", "--path", str(folder), "-s", "check.gd", "--"]]


def refuses(export: Export) -> str:
    """GDScript is too slow for images."""
    if not export.description.images:
        return ""
    return "the agent sees images, which GDScript is too slow for. Take --to c or --to onnx."


def files(export: Export) -> Mapping[str, bytes]:
    """The class for the plugin of Godot RL Agents, in a folder that Godot passes by."""
    return {WRAPPER: asset(f"runtimes/godot/{WRAPPER}").read_bytes(), "plugin/.gdignore": b""}


TARGET = Target(
    name="godot",
    about="one GDScript file for Godot 4.3 or newer, without .NET or extensions, in web exports, too",
    tools=(PROGRAMS,),
    commands=commands,
    files=files,
    refuses=refuses,
)
