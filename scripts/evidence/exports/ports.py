"""Agents that play by the runtimes of other languages: the game in Python, the decisions by a program.

Each program (play.c, play.mjs, play.lua, Play.cs, play.gd) stands beside the runtime that an export has,
and is asked in lines on its standard input: `load PATH` of an agent.bin, `begin SEED`, `act REWARD DONE
SYMBOLS...`, `save PATH` and `resume PATH` of a memory. It answers each with a line that begins with "> ":
`ok`, a code, or what is wrong. One mind, whose observation is symbols alone, and whose action is one
choice.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.agent.runtime import Agent
from gamemeta.assets import asset_files
from gamemeta.export.binary import agent_bin
from gamemeta.export.description import describe
from gamemeta.export.target import PACKAGE, Target, first_of
from gamemeta.export.targets.c import COMPILERS
from gamemeta.export.targets.c import STRICT as STRICT_C
from gamemeta.export.targets.csharp import STRICT as STRICT_CSHARP
from gamemeta.export.targets.godot import PROGRAMS
from gamemeta.export.targets.lua import INTERPRETERS

HERE = Path(__file__).resolve().parent
MARK = "> "
BY_LUPA = """import sys; from lupa.luajit21 import LuaRuntime; from pathlib import Path
LuaRuntime(encoding='latin-1').execute(Path('play.lua').read_text('utf-8'))"""


def _c(folder: Path) -> list[str]:
    subprocess.run([first_of(COMPILERS), *STRICT_C, "play.c", "-o", "play", "-lm"], cwd=folder, check=True)
    return ["./play"]


def _csharp(folder: Path) -> list[str]:
    subprocess.run(["mcs", *STRICT_CSHARP, "Play.cs", "Gamemeta.cs", "-out:Play.exe"], cwd=folder, check=True)
    return ["mono", "Play.exe"]


def _lua(folder: Path) -> list[str]:
    program = first_of(INTERPRETERS)
    return [sys.executable, "-c", BY_LUPA] if program.startswith(PACKAGE) else [program, "play.lua"]


def _godot(folder: Path) -> list[str]:
    return [first_of(PROGRAMS), "--headless", "--path", ".", "-s", "play.gd"]


PORTS: Mapping[str, Callable[[Path], list[str]]] = {
    "c": _c,
    "js": lambda folder: ["node", "play.mjs"],
    "lua": _lua,
    "csharp": _csharp,
    "godot": _godot,
}
"""What builds the program of a target in a folder, and the command that runs it."""


class Port:
    """A program that plays.

    Args:
        target: its target.
        folder: an empty folder to build it in.
    """

    def __init__(self, target: Target, folder: Path) -> None:
        self.folder = folder
        for path in [*asset_files(f"runtimes/{target.name}"), *HERE.glob("[pP]lay.*")]:
            shutil.copy(path, folder)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        command = PORTS[target.name](folder)
        self._program = subprocess.Popen(command, cwd=folder, text=True, bufsize=1, **pipes)  # type: ignore[call-overload]

    def ask(self, *words: object) -> str:
        """The answer to a line.

        Raises:
            RuntimeError: the program has ended.
        """
        self._program.stdin.write(f"{' '.join(map(str, words))}\n")
        for line in self._program.stdout:
            if line.startswith(MARK):
                return str(line[len(MARK) :].strip())
        raise RuntimeError(f"{self._program.args} has ended after {words[:2]}.")

    def do(self, *words: object) -> None:
        """Ask for what is answered with `ok`.

        Raises:
            RuntimeError: the answer is what is wrong.
        """
        answer = self.ask(*words)
        if answer != "ok":
            raise RuntimeError(f"{self._program.args}: {words[0]}: {answer}")

    def close(self) -> None:
        """End the program."""
        self._program.stdin.close()
        self._program.wait(timeout=60)


class PortAgent:
    """An agent whose minds decide in a program; one mind at a time.

    Args:
        agent: what is exported.
        port: the program, which loads it.
    """

    def __init__(self, agent: Agent, port: Port) -> None:
        self.spec, self.game, self.episodes = agent.spec, agent.game, agent.episodes
        self.game_config, self.level_parameters = agent.game_config, agent.level_parameters
        self.port = port
        file = port.folder / "playing.bin"
        file.write_bytes(agent_bin(describe(agent)))
        port.do("load", file)

    def begin(self, n: int = 1, seed: int = 0) -> "PortMind":
        """A mind that knows nothing yet."""
        self.port.do("begin", seed)
        return PortMind(self)

    def resume(self, memory: bytes) -> "PortMind":
        """The mind whose memory was saved."""
        file = self.port.folder / "memory.bin"
        file.write_bytes(memory)
        self.port.do("resume", file)
        return PortMind(self)


class PortMind:
    """The mind of a program."""

    def __init__(self, agent: PortAgent) -> None:
        self.agent = agent

    def decide(self, buffers: Mapping[str, Any], reward: float, done: bool) -> int:
        """The code of the choice."""
        symbols = np.concatenate([np.ravel(buffers[part.name]) for part in self.agent.spec.obs])
        return int(self.agent.port.ask("act", repr(float(reward)), int(done), *symbols.tolist()))

    @property
    def memory(self) -> bytes:
        """What was learned so far."""
        file = self.agent.port.folder / "saved.bin"
        self.agent.port.do("save", file)
        return file.read_bytes()
