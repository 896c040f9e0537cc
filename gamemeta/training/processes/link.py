"""Values from process to process: gathered from all, sent to all, or given to process 0.

What arrives is what was sent, bit for bit, and in the order of the processes. Every call is made by all
processes, in the same order.
"""

import ctypes
import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor

from gamemeta.errors import GameCheckError, TrainingError
from gamemeta.training.processes.messages import packed, unpacked
from gamemeta.training.processes.pulse import ENDED, Pulse
from gamemeta.training.processes.store import HERE, Address, Gone, Store

LOOK = timedelta(seconds=0.25)
"""How often a process that waits looks whether the others are well, and hears of Ctrl-C."""
MEETING_S = 300.0
"""Seconds that processes may take to begin."""
LEAVING_S = 4.0
"""Seconds that process 0 waits for the others to end."""
SIZE, SHORT = 8, 1024
"""Bytes of a number, and of the part of a value that is sent with its size, in one go."""
FOREVER = timedelta(days=30)
FAILED = "failed"
"""Name of the text in which a process tells why it ends."""
GAME, TRAINING = "game", "training"
"""Whose failure it is."""


class ProcessLost(TrainingError):
    """A process of a training has ended, or is silent, and nobody told it to."""


class Dismissed(Exception):
    """Process 0 has ended the training, or is gone."""


class Link:
    """What one process of a training has to do with all others.

    Args:
        store: where they meet.
        address: who this process is.
        gone: names processes that have ended, where that is known.
    Raises:
        TrainingError: some did not come.
    """

    def __init__(self, store: Store, address: Address, gone: Callable[[], str] = str) -> None:
        self.rank, self.count = address.rank, address.count
        self._store, self._gone = store, gone
        try:
            self._meet()
            self._processes = _gloo(store, address)
        except Gone:
            raise ProcessLost("process 0 of this training was gone before it began.") from None
        watched = range(1, self.count) if self.rank == 0 else [0]
        self._pulse = Pulse(store, self.rank, watched, leaves=self.rank > 0)

    def _meet(self) -> None:
        """Wait until every process is there."""
        self._store.set(f"here/{self.rank}", "")
        until, missing = time.monotonic() + MEETING_S, list(range(self.count))
        while missing := [k for k in missing if self._store.get(f"here/{k}") is None]:
            if (gone := self._gone()) or self._store.get(ENDED) is not None:
                raise ProcessLost(f"{gone or 'process 0'} ended before the training began.")
            if time.monotonic() > until:
                names = ", ".join(map(str, missing))
                raise ProcessLost(f"process {names} of this training did not begin within {MEETING_S:.0f} s.")
            time.sleep(0.05)

    def gather(self, value: Any) -> list[Any]:
        """The values of all processes, in their order."""
        data = packed(value)
        letter = len(data).to_bytes(SIZE, "little") + data[:SHORT]
        first = self.gather_rows(_tensor(letter.ljust(SIZE + SHORT, b"\0")))
        sizes = [int.from_bytes(_bytes(row[:SIZE]), "little") for row in first]
        begun = [_bytes(row[SIZE : SIZE + size]) for row, size in zip(first, sizes, strict=True)]
        more = max(sizes) - SHORT
        if more <= 0:
            return [unpacked(one) for one in begun]
        rest = self.gather_rows(_tensor(data[SHORT:].ljust(more, b"\0")))
        ends = [_bytes(row[: max(size - SHORT, 0)]) for row, size in zip(rest, sizes, strict=True)]
        return [unpacked(start + end) for start, end in zip(begun, ends, strict=True)]

    def gather_rows(self, rows: Tensor) -> Tensor:
        """Tensors [n, ...] of all processes, which have equal shapes, as one [processes, n, ...]."""
        every = torch.empty((self.count, *rows.shape), dtype=rows.dtype)
        self._all_gather(every, rows)
        return every

    def send_all(self, value: Any) -> Any:
        """The value of process 0; what the others give does not count."""
        data = _tensor(packed(value)) if self.rank == 0 else torch.empty(0, dtype=torch.uint8)
        size = torch.tensor([len(data)])
        self._wait(self._processes.broadcast([size], _from_first()))
        if self.rank:
            data = torch.empty(int(size), dtype=torch.uint8)
        self._wait(self._processes.broadcast([data], _from_first()))
        return unpacked(_bytes(data))

    def give_first(self, value: Any) -> list[Any]:
        """The values of all processes, in process 0; nothing in the others."""
        data = _tensor(packed(value))
        sizes = torch.empty((self.count, 1), dtype=torch.int64)
        self._all_gather(sizes, torch.tensor([len(data)]))
        if self.rank:
            self._wait(self._processes.send([data], 0, 0))
            return []
        values = [value]
        for k in range(1, self.count):
            data = torch.empty(int(sizes[k]), dtype=torch.uint8)
            self._wait(self._processes.recv([data], k, 0))
            values.append(unpacked(_bytes(data)))
        return values

    def fail(self, whose: str, message: str) -> None:
        """Let process 0 know why this one ends."""
        with suppress(Gone):
            self._store.set(FAILED, json.dumps({"whose": whose, "message": message, "rank": self.rank}))

    @property
    def lost(self) -> bool:
        """Whether another process is silent."""
        return self._pulse.lost is not None

    def close(self) -> None:
        """End the training in all processes, as process 0; the others leave."""
        if self.rank == 0:
            with suppress(Gone):
                self._store.set(ENDED, "")
                if not self._have_left(range(1, self.count)):
                    _keep_for_ever(self._processes)
        else:
            with suppress(Gone):
                self._store.set(f"left/{self.rank}", "")
        self._pulse.stop()

    def _have_left(self, others: Iterable[int]) -> bool:
        """Wait until the others have left; False where some do not answer."""
        until, left = time.monotonic() + LEAVING_S, list(others)
        while left and time.monotonic() < until and not self._gone() and not self.lost:
            left = [k for k in left if self._store.get(f"left/{k}") is None]
            time.sleep(0.05)
        return not left

    def _all_gather(self, every: Tensor, tensor: Tensor) -> None:
        self._wait(self._processes.allgather([list(every.unbind())], [tensor.contiguous()]))

    def _wait(self, work: Any) -> None:
        """Until this is done.

        Raises:
            Dismissed, ProcessLost, GameCheckError, TrainingError: as `_look`.
        """
        while True:
            over = work.is_completed()
            try:
                work.wait(LOOK)
            except RuntimeError:
                self._look(broken=over)
            else:
                return

    def _look(self, *, broken: bool) -> None:
        """Look whether the others are well.

        Args:
            broken: whether a connection is.
        Raises:
            Dismissed: process 0 has ended the training, or is gone.
            GameCheckError, TrainingError: another process has failed, and told why.
            ProcessLost: it is gone, or silent.
        """
        try:
            if self.rank:
                pulse = self._pulse
                if broken or pulse.ended or pulse.lost is not None or self._store.get(ENDED) is not None:
                    raise Dismissed
                return
            message = self._store.get(FAILED)
        except Gone:
            raise (Dismissed() if self.rank else ProcessLost("the store of this training is gone.")) from None
        if message is not None:
            failure = json.loads(message)
            kind = GameCheckError if failure["whose"] == GAME else TrainingError
            raise kind(failure["message"])
        if self._pulse.lost is not None:
            raise ProcessLost(f"process {self._pulse.lost} of this training has been silent for too long.")
        if broken:
            time.sleep(0.2)  # a process that is killed closes its connections before it is seen to end
        if (gone := self._gone()) or broken:
            raise ProcessLost(f"{gone or 'another process of this training'} is gone.")


def _from_first() -> Any:
    options = dist.BroadcastOptions()
    options.rootRank, options.rootTensor = 0, 0
    return options


def _gloo(store: Store, address: Address) -> Any:
    """The connections; through the machine itself where all processes are on it."""
    gloo: Any = dist.ProcessGroupGloo
    options = gloo._Options()
    device = gloo.create_device(hostname=HERE) if address.local else gloo.create_default_device()
    options._timeout, options._devices = FOREVER, [device]
    return gloo(store.shared, address.rank, address.count, options)


def _keep_for_ever(processes: Any) -> None:
    """Let connections never be closed in order, which would wait for an answer of every other process."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(processes))


def _tensor(data: bytes) -> Tensor:
    return torch.from_numpy(np.frombuffer(data, np.uint8).copy())


def _bytes(data: Tensor) -> bytes:
    return data.numpy().tobytes()
