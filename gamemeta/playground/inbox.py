"""Messages that wait for their turn: few, and of those about a drawing only the newest."""

from collections import deque

import anyio

from gamemeta.playground.messages import Message

MOST_WAITING = 64
SUPERSEDED = ("inspect", "rate")
"""Messages that a newer one of the same kind replaces."""


class Inbox:
    """Messages of one tab, from the one that reads them to the one that answers."""

    def __init__(self) -> None:
        self._waiting: deque[Message] = deque()
        self._is_closed = False
        self._arrived = anyio.Event()

    def put(self, message: Message) -> bool:
        """Add a message; False where too many wait already."""
        if message.get("do") in SUPERSEDED:
            for old in [one for one in self._waiting if one.get("do") == message["do"]]:
                self._waiting.remove(old)
        if len(self._waiting) >= MOST_WAITING:
            return False
        self._waiting.append(message)
        self._arrived.set()
        return True

    def is_empty(self) -> bool:
        """Whether no message waits, and more may come; threads may ask."""
        return not self._waiting and not self._is_closed

    def close(self) -> None:
        """Nothing that is still worked at is wanted any more."""
        self._is_closed = True

    async def get(self) -> Message:
        """The oldest message; waits for one."""
        while not self._waiting:
            self._arrived = anyio.Event()
            await self._arrived.wait()
        return self._waiting.popleft()
