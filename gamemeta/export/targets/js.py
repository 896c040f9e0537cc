"""The target `js`: one ES module without dependencies, for browsers and node."""

from collections.abc import Sequence
from pathlib import Path

from gamemeta.export.binary import AGENT_BIN
from gamemeta.export.target import Command, Target
from gamemeta.export.trace_file import TRACE_BIN

NODE = "node"


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """Run check.mjs."""
    return [[NODE, str(folder / "check.mjs"), str(folder / AGENT_BIN), str(folder / TRACE_BIN)]]


TARGET = Target(
    name="js",
    about="one ES module without dependencies, for browsers and node 18 or newer",
    tools=(NODE,),
    commands=commands,
    attention=True,
)
