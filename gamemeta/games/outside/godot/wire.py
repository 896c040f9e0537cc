"""Messages to and from an engine: UTF-8 JSON objects, each after its length as four bytes.

Source: `put_string` of Godot's StreamPeer, and sync.gd of the Godot RL Agents plugin.
"""

import json
import re
import socket
import struct
import time
from typing import Any

from gamemeta.errors import EngineError
from gamemeta.files import whole_number

MOST_BYTES = 64 * 2**20
"""Longest message that is read: a hostile length must not fill the memory."""
_LENGTH = struct.Struct("<I")
_PIECE = 1 << 16
_BARE = re.compile(rb'"(?:[^"\\]|\\.)*"|\b(?:nan|inf)\b', re.DOTALL)
"""A text, whatever it holds, or a number that JSON does not have."""
_PYTHON = {b"nan": b"NaN", b"inf": b"Infinity"}

Message = dict[str, Any]


class EngineLost(EngineError):
    """The connection has ended, or no answer came in time: a new connection may go on."""


class Wire:
    """One connection.

    Args:
        connection: a connected socket; it is closed with the wire.
        answer_s: how long to wait for a whole message.
    """

    def __init__(self, connection: socket.socket, answer_s: float) -> None:
        self._socket, self._answer_s = connection, answer_s
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, message: Message) -> None:
        """Send a message.

        Raises:
            EngineLost: the connection has ended, or nothing is taken.
        """
        data = json.dumps(message).encode()
        try:
            self._socket.settimeout(self._answer_s)
            self._socket.sendall(_LENGTH.pack(len(data)) + data)
        except OSError as error:
            raise EngineLost(f"the engine's connection has ended: {error}.") from error

    def receive(self, *kinds: str) -> Message:
        """The next message.

        Args:
            kinds: types that it may have.
        Raises:
            EngineLost: the connection has ended, or no whole message comes in time.
            EngineError: what comes is no message, or one of another type.
        """
        deadline = time.monotonic() + self._answer_s
        length = _length(self._read(_LENGTH.size, deadline))
        return parsed(self._read(length, deadline), kinds)

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _read(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            try:
                self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
                piece = self._socket.recv(min(size - len(data), _PIECE))
            except TimeoutError:
                raise EngineLost(
                    f"the engine gave no whole answer within {self._answer_s:g} s (game.answer_s)."
                ) from None
            except OSError as error:
                raise EngineLost(f"the engine's connection has ended: {error}.") from error
            if not piece:
                raise EngineLost("the engine has ended the connection.")
            data += piece
        return bytes(data)


class MessageBuffer:
    """One message that comes in pieces, from a connection that may say anything."""

    def __init__(self) -> None:
        self._data = bytearray()

    def add(self, piece: bytes) -> bytes | None:
        """Take in a piece; gives the message once it is whole.

        Raises:
            EngineError: it announces a length that cannot be, or goes on after its end.
        """
        self._data += piece
        if len(self._data) < _LENGTH.size:
            return None
        end = _LENGTH.size + _length(bytes(self._data[: _LENGTH.size]))
        if len(self._data) > end:
            raise EngineError("the engine says more than it was asked.")
        return bytes(self._data[_LENGTH.size :]) if len(self._data) == end else None


def _length(head: bytes) -> int:
    """Length of the message that follows."""
    (length,) = _LENGTH.unpack(head)
    if not 2 <= length <= MOST_BYTES:
        raise EngineError(
            f"the engine announces a message of {length:,} bytes; 2 to {MOST_BYTES:,} can be read. Is "
            "something else than Godot RL Agents connected to this port?"
        )
    return int(length)


def parsed(data: bytes, kinds: tuple[str, ...]) -> Message:
    """The message that these bytes are.

    Raises:
        EngineError: they are none, or one of a type that is not due.
    """
    try:
        message = json.loads(_in_python_words(data), parse_int=whole_number)
    except (ValueError, RecursionError) as error:
        raise EngineError(
            f"the engine sent what is no JSON: {error!s}; it begins with {data[:60]!r}."
        ) from None
    if not isinstance(message, dict) or message.get("type") not in kinds:
        raise EngineError(
            f"the engine sent {_shortened(message)} where a message of the type {' or '.join(kinds)} was "
            "due. This needs the Godot RL Agents plugin 0.7."
        )
    return message


def _in_python_words(data: bytes) -> bytes:
    """The message with `nan` and `inf`, which Godot writes and JSON does not have, as Python reads them."""
    if b"nan" not in data and b"inf" not in data:
        return data
    return _BARE.sub(lambda match: _PYTHON.get(match[0], match[0]), data)


def _shortened(message: Any) -> str:
    if isinstance(message, dict):
        return f"a message of the type {str(message.get('type'))[:40]!r}"
    return repr(message)[:60]
