"""The place where the processes of a training find each other: a small server that keeps texts by name."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch.distributed as dist

from gamemeta.errors import ConfigError, TrainingError

HERE = "127.0.0.1"
CONNECT_S, ANSWER_S = 120, 20
"""Seconds that the server may take to appear, and to answer."""


class Gone(Exception):
    """The server does not answer any more: the process, or the machine, that had it is gone."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the server is, and who this process is.

    Args:
        rank: number of this process, from 0.
        count: of processes.
        host, port: of the server.
        served: whether another program has the server, such as torchrun; else process 0 has it.
        attempt: how often that program has started all processes anew.
    """

    rank: int
    count: int
    host: str = HERE
    port: int = 0
    served: bool = False
    attempt: int = 0

    @property
    def local(self) -> bool:
        """Whether all processes are on this machine for sure."""
        return self.host in (HERE, "localhost")


class Store:
    """Texts by name, which all processes of a training see.

    Args:
        address: of the server, which is started here where this is process 0 and nobody else has it.
    Raises:
        ConfigError: this machine cannot have several processes, or the port is in use.
        TrainingError: there is no server.
    """

    def __init__(self, address: Address) -> None:
        check_available()
        serves = address.rank == 0 and not address.served
        parts: Any = dist  # which does not export them by name
        try:
            self._tcp = parts.TCPStore(
                address.host,
                address.port,
                is_master=serves,
                timeout=timedelta(seconds=CONNECT_S),
                wait_for_workers=False,
            )
        except (RuntimeError, ValueError) as error:
            raise _not_met(address, serves, error) from None
        self._tcp.set_timeout(timedelta(seconds=ANSWER_S))
        self.port = int(self._tcp.port)
        self.shared = parts.PrefixStore(f"gamemeta/{address.attempt}", self._tcp)
        """What torch's groups of processes take."""

    def set(self, name: str, text: str) -> None:
        """Keep a text. Raises Gone."""
        self._asked(lambda: self.shared.set(name, text))

    def get(self, name: str) -> str | None:
        """The text of this name; None where there is none. Raises Gone."""
        if not self._asked(lambda: self.shared.check([name])):
            return None
        text: bytes = self._asked(lambda: self.shared.get(name))
        return text.decode()

    def _asked(self, ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except RuntimeError as error:
            raise Gone from error


def check_available() -> None:
    """Check that a training can have several processes here.

    Raises:
        ConfigError: it cannot, with what to do instead.
    """
    instead = "Leave --processes out: the shards of a training have a thread each in one process."
    if sys.platform == "win32":
        raise ConfigError(f"trainings in several processes are not made for Windows. {instead}")
    if not dist.is_available() or not dist.is_gloo_available():
        raise ConfigError(
            "this build of PyTorch has no torch.distributed with gloo, which several processes need. "
            f"Install one that has, such as that of `pip install torch`. {instead}"
        )


def _not_met(address: Address, serves: bool, error: Exception) -> Exception:
    """Why there is no server."""
    place = f"{address.host}:{address.port}"
    if serves and "EADDRINUSE" in str(error):
        return ConfigError(
            f"port {address.port} is in use, and the processes of this training want to meet there. Give "
            "another one: MASTER_PORT, or `torchrun --master-port`."
        )
    if serves:
        return ConfigError(
            f"{place}: the processes of this training cannot meet there. Give this machine's "
            "own address: MASTER_ADDR, or `torchrun --master-addr`."
        )
    return TrainingError(
        f"process {address.rank} found nobody at {place} within {CONNECT_S} s. Start process 0 of this "
        "training, or give its address."
    )
