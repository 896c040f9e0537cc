"""Anybody on this machine may connect to the port of a scene: training waits for the scene all the same."""

import json
import socket
import struct
import threading
import time

import pytest

from gamemeta.errors import EngineError
from gamemeta.games.outside.godot.config import GodotConfig
from gamemeta.games.outside.godot.game import close_engines
from gamemeta.games.registry import make_game
from tests.gamemeta.games.outside.godot.test_game import Play


def framed(message: object) -> bytes:
    data = json.dumps(message).encode()
    return struct.pack("<I", len(data)) + data


STRAYS = {
    "says nothing": b"",
    "says a byte": b"\x05",
    "asks for a page": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "says zeros": bytes(1000),
    "announces gigabytes": b"\xff\xff\xff\xff",
    "sends another message": framed({"type": "step", "obs": []}),
    "sends no object": framed([1, 2]),
    "sends deep brackets": struct.pack("<I", 100_000) + b"[" * 100_000,
    "sends a number of 400 digits": framed({"type": "env_info", "n_agents": 10**400}),
    "goes on after its message": framed({"type": "env_info"}) * 2,
}


def connect(port: int, data: bytes = b"") -> socket.socket:
    """A client that says this, as soon as somebody listens."""
    for _ in range(200):
        try:
            client = socket.create_connection(("127.0.0.1", port))
            client.sendall(data)
        except OSError:
            time.sleep(0.02)
        else:
            return client
    raise AssertionError("nobody listens")


@pytest.mark.parametrize("end", ["stays", "ends"])
def test_what_is_no_scene_is_sent_away_and_the_scene_is_waited_for(start, port, end):
    clients: list[socket.socket] = []

    def come() -> None:
        for data in STRAYS.values():
            clients.append(connect(port, data))
            if end == "ends":
                clients[-1].close()
        start("--agents=1")

    visitors = threading.Thread(target=come)
    visitors.start()
    play = Play([1])
    visitors.join()
    play.reset()
    assert [play.step(1) for _ in range(3)] == [[1.0]] * 3
    for client in clients:
        client.close()


def test_strays_that_come_while_the_scene_is_lost_do_not_end_the_training(start, port):
    start("--agents=1", "--lose=1")
    play = Play([1])
    clients = [connect(port, data) for data in STRAYS.values()]
    start("--agents=1")
    play.reset()
    assert play.step(1) == [1.0]
    for client in clients:
        client.close()


@pytest.mark.parametrize("words", [b"GET / HTTP/1.1\r\n\r\n", b"\x1b]0;owned\x07" * 1000])
def test_where_no_scene_comes_the_error_tells_what_came(start, port, words):
    clients: list[socket.socket] = []
    visitor = threading.Thread(target=lambda: clients.append(connect(port, words)))
    visitor.start()
    with pytest.raises(EngineError, match=r"did not connect.*Something else has connected") as error:
        make_game("godot", 1, GodotConfig(connect_s=1.0))
    visitor.join()
    clients.pop().close()
    close_engines()
    assert str(error.value).isprintable() and len(str(error.value)) < 600


def test_a_crowd_of_silent_clients_does_not_keep_the_scene_out(start, port):
    clients: list[socket.socket] = []

    def come() -> None:
        clients.extend(connect(port) for _ in range(40))
        start("--agents=1")

    crowd = threading.Thread(target=come)
    crowd.start()
    play = Play([1])
    crowd.join()
    play.reset()
    assert play.step(1) == [1.0]
    for client in clients:
        client.close()
