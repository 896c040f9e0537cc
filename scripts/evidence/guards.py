"""How often the guards of examples/ win against a player who always makes for exit 4, match by match.

A round is a new game, three matches, an end of the program, a start that goes on from the save game, and
three more matches. The player presses keys: in a window without a screen, through a pipe, in LOVE on a
virtual screen.

    python scripts/evidence/guards.py [pygame c love godot] [--rounds 40] [--seed 7]
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from gamemeta.agent.runtime import load
from gamemeta.assets import find_asset
from gamemeta.export.binary import agent_bin
from gamemeta.export.description import describe
from gamemeta.export.target import first_of
from gamemeta.export.targets.godot import PROGRAMS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
GODOT_KEYS = Path(__file__).with_name("exports") / "godot_keys.gd"
"""Presses keys in Godot."""
HALF = 3
MOVES = ("wait",) * 6 + ("right",) * 2 + ("down",) * 2
"""A match of the player; keys after its end do nothing."""
Half = Callable[[bool], Sequence[bool]]
"""Starts the program, begins a new game if asked to, plays three matches, ends it; whether the guard won."""


def played(half: Half, rounds: int) -> list[int]:
    """Matches that the guard won, of `rounds` each, for the first to the sixth after a new game."""
    won = [0] * 2 * HALF
    for _ in range(rounds):
        for first, new in ((0, True), (HALF, False)):
            results = half(new)
            assert len(results) == HALF, results
            for k, guard_won in enumerate(results):
                won[first + k] += guard_won
    return won


@cache
def weights() -> bytes:
    """The file `agent.bin` of `tag`."""
    return agent_bin(describe(load("tag", backend="numpy")))


def pygame_module(name: str) -> Any:
    """A file of examples/pygame."""
    folder = str(EXAMPLES / "pygame")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return import_module(name)


def presses(new: bool) -> list[str]:
    """The names of the keys of three matches, in windows."""
    return ["n"] * new + [*(move.replace("wait", "space") for move in MOVES), "return"] * HALF


def recorded(game: type, results: list[bool]) -> type:
    """The game of examples/pygame; who won each match is put into `results`."""

    class Recorded(game):  # type: ignore[misc]
        def turn(self, move: str) -> None:
            super().turn(move)
            if self.winner:
                results.append(self.winner == "guard")

    return Recorded


def rules(folder: Path, seed: int) -> Half:
    """The game of examples/pygame without its window: what all others have to do, match by match."""

    def half(new: bool) -> Sequence[bool]:
        results: list[bool] = []
        game = recorded(pygame_module("guard").Game, results)(folder / "rules.save", seed)
        if new:
            game.new_game()
        for _ in range(HALF):
            for move in MOVES:
                if not game.winner:
                    game.turn(move)
            game.begin_match()
        return results

    return half


def pygame(folder: Path, seed: int) -> Half:
    """Key presses in the window of examples/pygame."""
    os.environ |= {"SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1"}
    main, library = pygame_module("main"), import_module("pygame")
    event = library.event.Event

    def half(new: bool) -> Sequence[bool]:
        results: list[bool] = []
        library.display.init()
        for name in presses(new):
            library.event.post(event(library.KEYDOWN, key=library.key.key_code(name)))
        library.event.post(event(library.QUIT))
        game, main.Game = main.Game, recorded(pygame_module("guard").Game, results)
        try:
            main.play(folder / "pygame.save", seed)
        finally:
            main.Game = game
        return results

    return half


def compiled(folder: Path) -> list[str]:
    """The command of examples/c, compiled into a folder, beside the agent."""
    (folder / "agent.bin").write_bytes(weights())
    header = find_asset("runtimes/c/gamemeta.h")
    assert header
    sources = ["-I", str(header.parent), str(EXAMPLES / "c/guard.c")]
    strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]
    subprocess.run(["cc", *strict, *sources, "-o", str(folder / "guard"), "-lm"], check=True)
    return [str(folder / "guard"), str(folder / "agent.bin")]


def c(folder: Path, seed: int) -> Half:
    """Keys through a pipe into examples/c, compiled here."""
    command = [*compiled(folder), str(folder / "c.save"), str(seed)]
    keys = {"wait": " ", "right": "\x1b[C", "down": "s"}
    match = "".join(keys[move] for move in MOVES) + "\n"

    def half(new: bool) -> Sequence[bool]:
        keys_pressed = "n" * new + match * HALF
        done = subprocess.run(command, input=keys_pressed, capture_output=True, text=True, check=True)
        assert not done.stderr, done.stderr
        return [line.endswith("the guard wins") for line in done.stdout.splitlines()]

    return half


LOVE_DRIVER = """
local main = assert(love.filesystem.load("game.lua"))
main()
local load, write = love.load, love.filesystem.write
function love.filesystem.write(name, data)
  if name == "guard.save" then
    print(data:match("^%d+ %d+ ([01])"))
  end
  return write(name, data)
end
function love.load(words)
  load(words)
  for key in words[2]:gmatch("%a+") do
    love.event.push("keypressed", key, key, false)
  end
  love.event.push("quit")
end
"""
"""In place of main.lua, which is named game.lua then: key presses in the queue of events of LOVE."""
LOVE_STUB = """
local nothing = function() end
return function(read, write, remove)
  local graphics = setmetatable({}, { __index = function() return nothing end })
  love = { graphics = graphics, event = { quit = nothing } }
  love.filesystem = { read = read, write = write, remove = remove }
end
"""
"""What main.lua of examples/love needs of LOVE, without pictures."""


def lua_runtime() -> str:
    """gamemeta.lua."""
    source = find_asset("runtimes/lua/gamemeta.lua")
    assert source
    return source.read_text("utf-8")


def love(folder: Path, seed: int) -> Half:
    """Key presses in LOVE itself, on the screen of DISPLAY or a virtual one."""
    game, home = folder / "game", folder / "home"
    shutil.copytree(EXAMPLES / "love", game)
    (game / "main.lua").rename(game / "game.lua")
    (game / "main.lua").write_text(LOVE_DRIVER, "utf-8")
    (game / "gamemeta.lua").write_text(lua_runtime(), "utf-8")
    (game / "agent.bin").write_bytes(weights())
    home.mkdir()
    screen = [] if os.environ.get("DISPLAY") else ["xvfb-run", "-a"]
    environment = {**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home), "ALSOFT_DRIVERS": "null"}

    def half(new: bool) -> Sequence[bool]:
        command = [*screen, "love", str(game), str(seed), " ".join(presses(new))]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        return [line == "1" for line in done.stdout.split()]

    return half


def lua(files: dict[bytes, bytes], seed: int) -> Half:
    """Key presses in main.lua of examples/love, in LuaJIT without LOVE; files are those of the game."""
    from lupa.luajit21 import LuaRuntime

    files[b"agent.bin"] = weights()

    def half(new: bool) -> Sequence[bool]:
        results = []

        def write(name: bytes, data: bytes) -> bool:
            files[name] = data
            if name == b"guard.save":
                results.append(data.split(b"\n")[0].endswith(b"1"))
            return True

        machine = LuaRuntime(encoding=None)
        machine.execute(LOVE_STUB.encode())(files.get, write, lambda name: files.pop(name, None))
        machine.globals()[b"package"][b"loaded"][b"gamemeta"] = machine.execute(lua_runtime().encode())
        machine.execute((EXAMPLES / "love/main.lua").read_bytes())
        screen = machine.globals()[b"love"]
        screen[b"load"](machine.table(seed))
        for key in presses(new):
            screen[b"keypressed"](key.encode())
            screen[b"draw"]()
        return results

    return half


def godot(folder: Path, seed: int) -> Half:
    """Key presses in examples/godot, without a screen."""
    project = folder / "godot"
    shutil.copytree(EXAMPLES / "godot", project, ignore=shutil.ignore_patterns(".godot", "guard"))
    (project / "guard").mkdir()
    (project / "guard/agent.bin").write_bytes(weights())
    for file in (find_asset("runtimes/godot/gamemeta.gd"), GODOT_KEYS):
        assert file
        shutil.copy(file, project / "guard")
    engine = [first_of(PROGRAMS), "--headless", "--path", str(project)]
    subprocess.run([*engine, "--import"], capture_output=True, check=True)
    letters = {"space": "_", "right": "d", "down": "s", "return": "/", "n": "n"}
    environment = {**os.environ, "XDG_DATA_HOME": str(folder)}

    def half(new: bool) -> Sequence[bool]:
        keys = "".join(letters[key] for key in presses(new))
        command = [*engine, "-s", f"guard/{GODOT_KEYS.name}", "--", str(seed), keys]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        assert "SCRIPT ERROR" not in done.stderr, done.stderr
        (line,) = (line for line in done.stdout.splitlines() if line.startswith("@"))
        return [winner == "guard" for winner in line[1:].split()]

    return half


PLAYERS: dict[str, Callable[[Path, int], Half]] = {"pygame": pygame, "c": c, "love": love, "godot": godot}
TOOLS = {"c": ("cc",), "love": ("love", "xvfb-run"), "godot": (first_of(PROGRAMS),)}


def main() -> None:
    """Play and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", default=list(PLAYERS))
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    for name in options.names:
        missing = [tool for tool in TOOLS.get(name, ()) if not shutil.which(tool)]
        if missing:
            print(f"{name}: not here: {', '.join(missing)}")
            continue
        with tempfile.TemporaryDirectory() as folder:
            won = played(PLAYERS[name](Path(folder), options.seed), options.rounds)
        print(f"{name}: {' '.join(map(str, won))} of {options.rounds}", flush=True)


if __name__ == "__main__":
    main()
