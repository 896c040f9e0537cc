"""The target `c`: one C99 header, which C++ and Unreal may include, too."""

from collections.abc import Sequence
from pathlib import Path

from gamemeta.export.binary import AGENT_BIN
from gamemeta.export.target import Command, Target, first_of
from gamemeta.export.trace_file import TRACE_BIN

COMPILERS = "cc|gcc|clang"
STRICT = ("-std=c99", "-O3", "-Wall", "-Wextra", "-Werror")


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """Compile check.c, and run it."""
    program = str(build / "check")
    compiled = [first_of(COMPILERS), *STRICT, str(folder / "check.c"), "-o", program, "-lm"]
    return [compiled, [program, str(folder / AGENT_BIN), str(folder / TRACE_BIN)]]


TARGET = Target(
    name="c",
    about="one C99 header without dependencies, for C, C++, Unreal, raylib and WebAssembly",
    tools=(COMPILERS,),
    commands=commands,
    attention=True,
)
