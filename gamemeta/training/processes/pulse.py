"""Who is still alive: every process says so every few seconds, and looks whether the others do.

A process that is killed closes its connections, which is seen at once. One that is stopped, hangs, or is on
a machine that lost its network does not: its silence is seen here.
"""

import os
import sys
import threading
from collections.abc import Sequence

from gamemeta.training.processes.store import Gone, Store

EVERY_S = 2.0
SILENT_LOOKS = 8
"""So many looks in a row that see nothing new of a process: it is lost."""
GRACE_S = 5.0
"""What a process other than 0 may take to end after process 0 has, before it is ended where it stands."""
ENDED = "ended"
"""Name of the text that process 0 leaves when the training ends."""


class Pulse:
    """A thread that says that this process is alive, and watches others.

    Args:
        store: where that is said.
        rank: of this process.
        watched: ranks of the others that matter to it.
        leaves: whether this process is to end soon after the training has.
    """

    def __init__(self, store: Store, rank: int, watched: Sequence[int], *, leaves: bool) -> None:
        self._store, self._rank, self._leaves = store, rank, leaves
        self._silent = dict.fromkeys(watched, 0)
        self._heard: dict[int, str | None] = {}
        self.lost: int | None = None
        """Rank of a process that is silent."""
        self.ended = False
        """Whether process 0 has ended the training, or is gone with the server."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="pulse")
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()

    def _run(self) -> None:
        beats = 0
        while not self._stop.wait(EVERY_S if beats else 0.0):
            beats += 1
            try:
                self._store.set(f"alive/{self._rank}", str(beats))
                self._look()
            except Gone:
                self.ended = True
            if self._leaves and (self.ended or self.lost is not None):
                break
        if self._leaves and not self._stop.wait(GRACE_S):
            sys.stderr.flush()
            os._exit(1)  # a game that never comes back must not outlive its training

    def _look(self) -> None:
        self.ended = self.ended or self._store.get(ENDED) is not None
        for rank, silent in self._silent.items():
            newest = self._store.get(f"alive/{rank}")
            same = newest is None or newest == self._heard.get(rank)
            self._heard[rank] = newest
            self._silent[rank] = silent + 1 if same else 0
            if self._silent[rank] >= SILENT_LOOKS:
                self.lost = rank
