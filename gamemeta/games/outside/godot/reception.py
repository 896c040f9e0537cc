"""Waiting for a scene: anybody on this machine may connect to the port, and the first to answer is the scene.

Every connection is greeted. One that says anything else than a scene does, or ends, is closed and forgotten;
one that says nothing is kept until another has answered.
"""

import contextlib
import selectors
import socket
import time
from collections.abc import Callable

from gamemeta.errors import EngineError
from gamemeta.games.outside.godot.wire import EngineLost, Message, MessageBuffer, Wire, parsed

VERSION = {"major_version": "0", "minor_version": "7"}
"""Of the Godot RL Agents protocol."""
MOST_WAITING = 16
"""Connections that are kept at a time while none has answered; of more, the oldest is closed."""
_POLL_S = 0.2
_GREETING_S = 1.0


class NoScene(EngineError):
    """No scene has connected in time."""


class _Visitor:
    """A connection that may be the scene's."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._buffer = MessageBuffer()

    def greet(self) -> None:
        """Ask what there is to be seen and done. Raises EngineLost or OSError where nobody takes it."""
        wire = Wire(self.connection, _GREETING_S)
        wire.send({"type": "handshake", **VERSION})
        wire.send({"type": "env_info"})
        self.connection.setblocking(False)

    def hear(self) -> Message | None:
        """The answer, once it has come whole.

        Raises:
            EngineError: this is no answer, or the connection has ended.
        """
        try:
            piece = self.connection.recv(1 << 16)
        except BlockingIOError:
            return None
        except OSError as error:
            raise EngineLost(f"the connection has ended: {error}.") from error
        if not piece:
            raise EngineLost("it has ended the connection.")
        data = self._buffer.add(piece)
        return None if data is None else parsed(data, ("env_info",))


def receive_scene(
    listener: socket.socket, connect_s: float, answer_s: float, check: Callable[[], None]
) -> tuple[Wire, Message]:
    """The connection of a scene, greeted, and its answer to `env_info`.

    Args:
        listener: where it connects.
        connect_s: how long to wait, s.
        answer_s: how long its wire waits for answers, s.
        check: called again and again; raises where waiting is in vain.
    Raises:
        NoScene: none has come in time; it names what came instead, if anything.
        EngineError: what `check` raises.
    """
    deadline, visitors, refused = time.monotonic() + connect_s, list[_Visitor](), ""
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        try:
            while (left := deadline - time.monotonic()) > 0:
                for key, _ in selector.select(min(_POLL_S, left)):
                    visitor = key.data
                    try:
                        if visitor is None:
                            _let_in(listener, selector, visitors)
                            continue
                        message = visitor.hear()
                    except (EngineError, OSError) as error:
                        refused = f" Something else has connected: {error}"
                        message = None
                        if visitor is not None:
                            _send_away(visitor, selector, visitors)
                    if message is not None:
                        visitors.remove(visitor)
                        return Wire(visitor.connection, answer_s), message
                check()
        finally:
            for visitor in visitors:
                visitor.connection.close()
    raise NoScene(refused)


def _let_in(listener: socket.socket, selector: selectors.BaseSelector, visitors: list[_Visitor]) -> None:
    """Greet the next who connects."""
    listener.settimeout(_POLL_S)
    with contextlib.suppress(TimeoutError):
        visitor = _Visitor(listener.accept()[0])
        try:
            visitor.greet()
        except (EngineError, OSError):
            visitor.connection.close()
            raise
        if len(visitors) >= MOST_WAITING:
            _send_away(visitors[0], selector, visitors)
        visitors.append(visitor)
        selector.register(visitor.connection, selectors.EVENT_READ, visitor)


def _send_away(visitor: _Visitor, selector: selectors.BaseSelector, visitors: list[_Visitor]) -> None:
    selector.unregister(visitor.connection)
    visitor.connection.close()
    visitors.remove(visitor)
