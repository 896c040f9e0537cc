"""A running engine: all copies of a scene, their agents counted through."""

import atexit
import os
import socket
from typing import Any

from gamemeta.errors import EngineError
from gamemeta.games.outside.godot.agent_group import AgentGroup
from gamemeta.games.outside.godot.copy import Address, Copy, Reply
from gamemeta.games.outside.godot.wire import EngineLost


class Engine:
    """All copies of a scene, their agents counted through.

    Args:
        address: where it is and how it runs.
    Raises:
        EngineError: the port is taken, or the scene does not come.
    """

    def __init__(self, address: Address) -> None:
        self.address = address
        self.owner: object | None = None
        """The game that plays now. Another that begins takes its place, and its episodes are lost."""
        self._listener = _listen(address)
        self._copies: list[Copy] = []
        self.obs: list[dict[str, Any]] = []
        """What each agent sees now."""
        atexit.register(self.close)
        try:
            self.group = self._add()
        except EngineError:
            self.close()
            raise

    @property
    def port(self) -> int:
        """Where engines connect."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def agents(self) -> int:
        """Agents of all copies."""
        return self.group.agents * len(self._copies)

    def grow(self) -> bool:
        """Start another copy; False where that is not ours to do, or there are enough.

        Raises:
            EngineError: it does not come, or is another scene.
        """
        if self.address.path is None or len(self._copies) >= self.address.copies:
            return False
        self._add(self.group)
        return True

    def step(self, actions: list[dict[str, Any]]) -> list[Reply | None]:
        """Let all agents act; None for those of a copy that was lost, which is back then.

        Raises:
            EngineError: an answer is malformed, or a lost copy does not come back.
        """
        count, failed = self.group.agents, {}
        for k, copy in enumerate(self._copies):
            try:
                copy.send(actions[k * count : (k + 1) * count])
            except EngineLost as error:
                failed[k] = error
        replies: list[Reply | None] = []
        for k, copy in enumerate(self._copies):
            replies += self._received(copy, failed.get(k), k * count)
        return replies

    def _add(self, group: AgentGroup | None = None) -> AgentGroup:
        copy = Copy(self.address, self._listener, len(self._copies), group)
        self._copies.append(copy)
        self.obs += copy.connect()
        assert copy.group is not None
        return copy.group

    def _received(self, copy: Copy, failed: EngineLost | None, first: int) -> list[Reply | None]:
        rows = slice(first, first + self.group.agents)
        try:
            if failed is not None:
                raise failed
            replies = copy.receive()
        except EngineLost as error:
            copy.lost(error)
            self.obs[rows] = copy.connect()
            return [None] * self.group.agents
        self.obs[rows] = [reply.obs for reply in replies]
        return list(replies)

    def close(self) -> None:
        """End all copies and give the port back."""
        atexit.unregister(self.close)
        for copy in self._copies:
            copy.stop()
        self._listener.close()


def _listen(address: Address) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere this would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address.host, address.port))
        listener.listen(address.copies)
    except (OSError, OverflowError) as error:
        listener.close()
        raise EngineError(
            f"cannot listen for the engine on {address.host}:{address.port}: {error}. Give both sides "
            "another port: godot:attach@11009 here, --port=11009 to the scene."
        ) from error
    return listener
