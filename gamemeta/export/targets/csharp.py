"""The target `csharp`: one file of C# 7 without packages, which Unity, Godot .NET and MonoGame compile."""

from collections.abc import Sequence
from pathlib import Path

from gamemeta.export.binary import AGENT_BIN
from gamemeta.export.target import Command, Target
from gamemeta.export.trace_file import TRACE_BIN

COMPILER, RUNNER = "mcs", "mono"
STRICT = ("-langversion:7.2", "-warn:4", "-warnaserror+", "-optimize+")
"""The newest C# that Mono's compiler knows; Unity's 7.3 and later hold it whole."""


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """Compile Check.cs with Gamemeta.cs, and run it."""
    program = str(build / "Check.exe")
    sources = [str(folder / name) for name in ("Check.cs", "Gamemeta.cs")]
    compiled = [COMPILER, *STRICT, *sources, f"-out:{program}"]
    return [compiled, [RUNNER, program, str(folder / AGENT_BIN), str(folder / TRACE_BIN)]]


TARGET = Target(
    name="csharp",
    about="one file of C# 7 without packages, for Unity without Sentis, Godot .NET, MonoGame and plain .NET",
    tools=(COMPILER, RUNNER),
    commands=commands,
)
