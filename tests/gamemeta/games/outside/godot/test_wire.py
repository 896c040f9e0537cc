"""`gamemeta.games.outside.godot.wire`: what is sent, and what is made of anything that comes."""

import json
import socket
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.errors import EngineError
from gamemeta.games.outside.godot.wire import MOST_BYTES, EngineLost, Wire


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of one connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = socket.create_connection(server.getsockname())
        return server.accept()[0], there


def heard(data: bytes, *, close: bool = True, answer_s: float = 5.0) -> dict:
    """What a wire makes of these bytes when a step is due."""
    here, there = pair()
    wire = Wire(here, answer_s)
    try:
        there.sendall(data)
        if close:
            there.close()
        return wire.receive("step")
    finally:
        wire.close()
        there.close()


def framed(text: str) -> bytes:
    data = text.encode()
    return struct.pack("<I", len(data)) + data


def test_a_message_is_json_after_its_length():
    here, there = pair()
    wire = Wire(here, 5.0)
    wire.send({"type": "handshake", "name": "größer"})
    length = struct.unpack("<I", there.recv(4))[0]
    assert json.loads(there.recv(length)) == {"type": "handshake", "name": "größer"}
    wire.close()
    there.close()


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.lists(st.floats(allow_nan=False))))
def test_what_is_sent_is_heard(message):
    message["type"] = "step"
    assert heard(framed(json.dumps(message))) == message


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_one_clear_error(data):
    with pytest.raises(EngineError):
        heard(data)


@given(st.text(max_size=100))
def test_any_text_is_a_message_or_one_clear_error(text):
    with pytest.raises(EngineError):
        heard(framed(text))


@pytest.mark.parametrize("length", [0, 1, MOST_BYTES + 1, 2**31, 2**32 - 1])
def test_a_hostile_length_is_refused_before_anything_is_read(length):
    with pytest.raises(EngineError, match=f"{length:,} bytes"):
        heard(struct.pack("<I", length), close=False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"type": "step"', "no JSON"),
        ("[1, 2]", r"sent \[1, 2\] where"),
        ('{"type": "reset"}', "'reset' .*step"),
        ("{}", "type 'None'"),
        ("[" * 100_000, "no JSON"),
        ('{"type": "step", "reward": [' + "9" * 400 + "]}", "number of 400 digits"),
    ],
)
def test_what_is_no_message_of_the_type_that_is_due_is_told(text, told):
    with pytest.raises(EngineError, match=told):
        heard(framed(text))


@pytest.mark.parametrize("data", [b"", b"\x05", framed('{"type": "step"}')[:-1]])
def test_a_connection_that_ends_is_lost(data):
    with pytest.raises(EngineLost, match="ended"):
        heard(data)


@pytest.mark.parametrize("data", [b"", b"\x05\x00", framed('{"type": "step"}')[:-1]])
def test_an_answer_that_does_not_come_in_time_is_lost(data):
    began = time.monotonic()
    with pytest.raises(EngineLost, match=r"within 0\.1 s"):
        heard(data, close=False, answer_s=0.1)
    assert time.monotonic() - began < 2


def test_sending_to_nobody_is_lost():
    here, there = pair()
    wire = Wire(here, 0.5)
    there.close()
    with pytest.raises(EngineLost):
        for _ in range(100):
            wire.send({"type": "action", "action": [0] * 10_000})
    wire.close()
