"""The target `lua`: one module for LOVE, Defold and everything else that runs Lua 5.1 to 5.5 or LuaJIT."""

import sys
from collections.abc import Sequence
from pathlib import Path

from gamemeta.export.binary import AGENT_BIN
from gamemeta.export.target import PACKAGE, Command, Target, first_of
from gamemeta.export.trace_file import TRACE_BIN

INTERPRETERS = "luajit|lua|lua5.4|lua5.3|lua5.1|python:lupa"
OF_LUPA = "luajit21"
"""The runtime of lupa that the checker takes: the one that LOVE and Defold have."""


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """Run check.lua, by lupa where there is no interpreter."""
    files = [str(folder / AGENT_BIN), str(folder / TRACE_BIN)]
    program = first_of(INTERPRETERS)
    if program.startswith(PACKAGE):
        return [[sys.executable, str(folder / "check.py"), OF_LUPA, *files]]
    return [[program, str(folder / "check.lua"), *files]]


TARGET = Target(
    name="lua",
    about="one module without dependencies, for LOVE, Defold, LuaJIT and Lua 5.1 to 5.5",
    tools=(INTERPRETERS,),
    commands=commands,
    attention=True,
)
