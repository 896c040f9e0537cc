"""Scenes without an engine, see stub.py, and free ports for them."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gamemeta.games.outside.godot.game import close_engines
from gamemeta.games.registry import use_game

STUB = Path(__file__).with_name("stub.py")
Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        free: int = server.getsockname()[1]
    return free


@pytest.fixture
def start(port: int) -> Iterator[Start]:
    """Starts a stub with these options, and takes care that it ends."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*options: str) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen([sys.executable, str(STUB), f"--port={port}", *options])
        started.append(process)
        return process

    use_game(f"godot:attach@{port}")
    yield begin
    close_engines()
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def exported(tmp_path: Path) -> Iterator[Path]:
    """A stub that can be run by its path alone, as an exported game is. It has one agent."""
    path = tmp_path / "game.x86_64"
    path.write_text(f'#!/bin/sh\nexec {sys.executable} {STUB} --agents=1 "$@"\n')
    path.chmod(0o755)
    yield path
    close_engines()
