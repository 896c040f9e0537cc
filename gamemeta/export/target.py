"""A target: one language or engine that agents are exported to."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from gamemeta.export.description import Description
from gamemeta.export.trace import Trace

Command = list[str]
PACKAGE = "python:"
"""What stands before the name of a Python package among tools."""


@dataclass(frozen=True)
class Export:
    """What is exported.

    Args:
        name: of the agent, for people.
        description: of the agent.
        trace: its golden trace.
    """

    name: str
    description: Description
    trace: Trace


def _nothing_more(export: Export) -> Mapping[str, bytes]:
    """No further files."""
    return {}


def _no_reason(export: Export) -> str:
    """No reason to refuse it."""
    return ""


def _no_commands(folder: Path, build: Path) -> Sequence[Command]:
    """No checker."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Target:
    """One target. The files of assets/runtimes/NAME are copied into every export of it.

    Args:
        name: as `--to` takes it.
        about: what it is for, in one line.
        tools: programs that its checker needs, and Python packages as `python:NAME`; of alternatives in one
            string, `luajit|python:lupa`, one is enough.
        commands: the commands that build and run its checker, in order, given the folder of the export and an
            empty folder for what they build. The last one prints what docs/exporting.md says, and takes
            `--time`.
        unchecked: why there is no checker that runs here; empty where there is one.
        files: further files by name, given the export.
        refuses: why it cannot hold this agent; empty where it can.
        binary: whether agent.bin and trace.bin are written.
        attention: whether its runtime knows memory cells with attention; else an agent with one is refused.
    """

    name: str
    about: str
    tools: tuple[str, ...] = ()
    commands: Callable[[Path, Path], Sequence[Command]] = _no_commands
    unchecked: str = ""
    files: Callable[[Export], Mapping[str, bytes]] = _nothing_more
    refuses: Callable[[Export], str] = _no_reason
    binary: bool = True
    attention: bool = False

    def reason_against(self, export: Export) -> str:
        """Why it cannot hold this agent; empty where it can."""
        if export.description.attention and not self.attention:
            return (
                "its runtime does not know the memory cell `attention`. Export to another target, or train "
                "with network.cell=mingru, gru or table."
            )
        return self.refuses(export)

    def missing(self) -> list[str]:
        """Programs and packages that are not installed here and that its checker needs, in words."""
        needed = (tool.split("|") for tool in self.tools)
        return [
            " or ".join(one.removeprefix(PACKAGE) for one in some)
            for some in needed
            if not any(map(_installed, some))
        ]


def first_of(tools: str) -> str:
    """The first of these programs and packages, `luajit|python:lupa`, that is installed; else the first."""
    names = tools.split("|")
    return next((name for name in names if _installed(name)), names[0])


def _installed(tool: str) -> bool:
    if tool.startswith(PACKAGE):
        return find_spec(tool.removeprefix(PACKAGE)) is not None
    return shutil.which(tool) is not None
