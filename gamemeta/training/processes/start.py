"""How the processes of a training are started, or found where another program has started them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from typing import Protocol

from gamemeta.errors import ConfigError
from gamemeta.interrupts import held_back
from gamemeta.training.processes.link import Link
from gamemeta.training.processes.store import Address, Store, check_available

MOST = 1024
"""Processes of a training."""
ENDING_S = 5.0
"""Seconds that a process may take to end before it is killed."""


def address_in(environment: Mapping[str, str]) -> Address | None:
    """Who this process is among those that torchrun, or a cluster's own launcher, has started.

    Args:
        environment: with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, as PyTorch has them.
    Returns: None where there are no others.
    Raises:
        ConfigError: they are not what they should be.
    """
    if not all(name in environment for name in ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")):
        return None
    try:
        address = Address(
            rank=int(environment["RANK"]),
            count=int(environment["WORLD_SIZE"]),
            host=environment["MASTER_ADDR"],
            port=int(environment["MASTER_PORT"]),
            served=environment.get("TORCHELASTIC_USE_AGENT_STORE") == "True",
            attempt=int(environment.get("TORCHELASTIC_RESTART_COUNT", "0")),
        )
    except ValueError as error:
        raise ConfigError(f"RANK, WORLD_SIZE and MASTER_PORT must be whole numbers: {error}.") from None
    if not 0 <= address.rank < address.count <= MOST or not 0 < address.port < 2**16:
        raise ConfigError(
            f"RANK={address.rank}, WORLD_SIZE={address.count}, MASTER_PORT={address.port}: RANK counts from "
            f"0 to WORLD_SIZE - 1, of at most {MOST} processes, and a port lies below 65536."
        )
    return address if address.count > 1 else None


class Processes(Protocol):
    """The processes of a training, before it begins."""

    count: int

    def linked(self) -> AbstractContextManager[Link | None]:
        """A block with the link to the others, when all are there; None where there are none."""
        ...


class Alone:
    """A training in one process."""

    count = 1

    def linked(self) -> AbstractContextManager[Link | None]:
        return nullcontext()


class Launched:
    """Processes that another program has started.

    Args:
        address: who this one is.
    """

    def __init__(self, address: Address) -> None:
        self.count, self._address = address.count, address

    @contextmanager
    def linked(self) -> Iterator[Link]:
        link = Link(Store(self._address), self._address)
        try:
            yield link
        finally:
            link.close()


class Children:
    """Processes that this one starts on its own machine, and ends.

    Args:
        count: of all processes, this one among them.
    Raises:
        ConfigError: this machine cannot have several.
    """

    def __init__(self, count: int) -> None:
        check_available()
        self.count = count
        self._started: dict[int, subprocess.Popen[bytes]] = {}
        self._store: Store | None = None

    def start(self) -> None:
        """Start them; they wait to be met."""
        address = Address(rank=0, count=self.count)
        self._store = Store(address)
        with held_back():
            for rank in range(1, self.count):
                self._started[rank] = _started(replace(address, rank=rank, port=self._store.port))

    @contextmanager
    def linked(self) -> Iterator[Link]:
        if self._store is None:
            self.start()
        assert self._store is not None
        link = Link(self._store, Address(rank=0, count=self.count), self._gone)
        try:
            yield link
        finally:
            link.close()
            self.end(0.0 if link.lost else ENDING_S)

    def end(self, patience_s: float = 0.0) -> None:
        """End them: those that do not end by themselves in so many seconds are killed."""
        until = time.monotonic() + patience_s
        for process in self._started.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(until - time.monotonic(), 0.0))
            process.kill()
            process.wait()
        self._started, self._store = {}, None

    def _gone(self) -> str:
        """Names the process that ended, by a signal before others; empty where all are well."""
        codes = {rank: process.poll() for rank, process in self._started.items()}
        ended = {rank: code for rank, code in codes.items() if code is not None}
        for rank, code in sorted(ended.items(), key=lambda one: one[1]):
            how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
            return f"process {rank} of this training ({how})"
        return ""


def _started(address: Address) -> "subprocess.Popen[bytes]":
    """A process that takes part in a training, with the packages of this one."""
    words = {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "RANK": address.rank,
        "WORLD_SIZE": address.count,
        "MASTER_ADDR": address.host,
        "MASTER_PORT": address.port,
        "TORCH_CPP_LOG_LEVEL": os.environ.get("TORCH_CPP_LOG_LEVEL", "ERROR"),
    }
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "gamemeta", "train"],
        env={**os.environ, **{name: str(value) for name, value in words.items()}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


@contextmanager
def processes(count: int | None, address: Address | None) -> Iterator[Processes]:
    """A block with the processes of a training.

    Args:
        count: that are wanted on this machine; None where nobody asked.
        address: who this process is, where another program has started all.
    Raises:
        ConfigError: both are given, or this machine cannot have several.
    """
    if address is not None:
        if count is not None:
            raise ConfigError("--processes starts processes, and these were started already. Leave it out.")
        yield Launched(address)
        return
    if count in (None, 1):
        yield Alone()
        return
    children = Children(count)
    children.start()
    try:
        yield children
    finally:
        children.end()
