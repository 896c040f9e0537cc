"""Jobs in processes of their own, a few at a time, which all stop cleanly on Ctrl-C or when time is up."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from gamemeta.errors import GamemetaError, TrainingError
from gamemeta.reproduction.jobs import GO_ON, INTERRUPTED, TIME_UP, Job, Status, Stopped

POLL_S = 0.2
REPORTED, DONE, STOPPED, FAILED = "reported", "done", "stopped", "failed"


class Watcher(Protocol):
    """Observer of jobs, such as a screen."""

    def begun(self, names: Sequence[str]) -> None:
        """All jobs are about to begin, by name."""
        ...

    def progressed(self, name: str, status: Status) -> None:
        """Progress of a job."""
        ...

    def ended(self, name: str, finished: bool) -> None:
        """A job ended, finished or stopped."""
        ...


Runner = Callable[[Sequence[Job], int, float | None, Watcher], int]
"""Function that does jobs: which, how many at a time, until when by `time.monotonic`, and the observer."""


def in_turn(jobs: Sequence[Job], count: int, until: float | None, watcher: Watcher) -> int:
    """Do one job after the other in this process; see `in_processes`."""
    late = GO_ON

    def ask() -> int:
        nonlocal late
        if until is not None and time.monotonic() > until:
            late = TIME_UP
        return late

    watcher.begun([job.name for job in jobs])
    for job in jobs:
        if ask() != GO_ON:
            break
        ended = True
        try:
            job.run(lambda status, name=job.name: watcher.progressed(name, status), ask)  # type: ignore[misc]
        except Stopped:
            ended = False
        watcher.ended(job.name, ended and ask() == GO_ON)
    return ask()


def in_processes(jobs: Sequence[Job], count: int, until: float | None, watcher: Watcher) -> int:
    """Do jobs, `count` at a time.

    Args:
        jobs: what to do, begun in this order.
        count: processes.
        until: on `time.monotonic`; after it none begins, and those that run stop cleanly.
        watcher: observes them.

    It must be called in the main thread, which hears of Ctrl-C.

    Returns: `GO_ON` when all were done, else `TIME_UP` or `INTERRUPTED`.
    Raises:
        GamemetaError: a job failed; the others were stopped cleanly.
    """
    if not jobs:
        return GO_ON
    watcher.begun([job.name for job in jobs])
    with_flag = multiprocessing.get_context("spawn")
    flag = with_flag.Value("i", GO_ON)
    with _interrupts(flag):
        workers = _started(with_flag, flag, min(count, len(jobs)))
        pool = _Pool(workers, list(jobs), flag, until, watcher)
        try:
            pool.run()
        finally:
            for worker in workers:
                worker.close()
    if pool.failure is not None:
        raise pool.failure
    return int(flag.value)


@contextmanager
def _interrupts(flag: Any) -> Iterator[None]:
    """Ctrl-C sets the flag; a second one ends the program at once."""

    def note(signum: int, frame: Any) -> None:
        flag.value = INTERRUPTED
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _started(context: Any, flag: Any, count: int) -> "list[_Worker]":
    """Worker processes that do not hear of Ctrl-C from their first moment on."""
    note = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        return [_Worker(context, flag) for _ in range(count)]
    finally:
        signal.signal(signal.SIGINT, note)


class _Worker:
    """A process that does one job after the other."""

    def __init__(self, context: Any, flag: Any) -> None:
        self.pipe, there = context.Pipe()
        self.process: BaseProcess = context.Process(target=_work, args=(there, flag), daemon=True)
        self.process.start()
        there.close()
        self.job: Job | None = None

    def give(self, job: Job) -> None:
        self.job = job
        self.pipe.send(job)

    def close(self) -> None:
        """End the process; it has no job, or none that matters any more."""
        with suppress(OSError):
            self.pipe.close()
        self.process.join(timeout=5 if self.job is None else 0)
        if self.process.is_alive():
            self.process.terminate()


@dataclass
class _Pool:
    """Pool of workers, their jobs and their reports."""

    workers: list[_Worker]
    waiting: list[Job]
    flag: Any
    until: float | None
    watcher: Watcher
    failure: GamemetaError | None = None

    def run(self) -> None:
        """Until all jobs are done or stopped."""
        while True:
            self._give()
            busy = [worker for worker in self.workers if worker.job is not None]
            if not busy:
                return
            self._listen(busy)

    def _give(self) -> None:
        late = self.until is not None and time.monotonic() > self.until
        if late and self.flag.value == GO_ON:
            self.flag.value = TIME_UP
        for worker in self.workers:
            if worker.job is None and self.waiting and self.flag.value == GO_ON:
                worker.give(self.waiting.pop(0))

    def _listen(self, busy: list[_Worker]) -> None:
        ready = wait([worker.pipe for worker in busy], POLL_S)
        for worker in busy:
            if worker.pipe not in ready:
                continue
            try:
                kind, content = worker.pipe.recv()
            except (EOFError, OSError):
                worker.process.join()
                kind, content = FAILED, f"its process ended with exit code {worker.process.exitcode}."
            self._heard(worker, kind, content)

    def _heard(self, worker: _Worker, kind: str, content: Any) -> None:
        assert worker.job is not None
        name = worker.job.name
        if kind == REPORTED:
            self.watcher.progressed(name, content)
            return
        worker.job = None
        self.watcher.ended(name, kind == DONE)
        if kind == FAILED:
            self.failure = self.failure or TrainingError(f"{name}: {content}")
            self.flag.value = max(self.flag.value, TIME_UP)
            self.waiting.clear()


def _work(pipe: Connection, flag: Any) -> None:
    """Body of a worker process: take jobs until the pipe is closed. Ctrl-C is handled by the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def ask() -> int:
        gone = parent is not None and not parent.is_alive()
        return INTERRUPTED if gone else int(flag.value)

    def report(status: Status) -> None:
        with suppress(OSError):
            pipe.send((REPORTED, status))

    while True:
        try:
            job: Job = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            job.run(report, ask)
            answer = (DONE if ask() == GO_ON else STOPPED, "")
        except Stopped:
            answer = (STOPPED, "")
        except GamemetaError as error:
            answer = (FAILED, str(error))
        except (OSError, MemoryError) as error:
            answer = (FAILED, f"{error or 'there is not enough memory for these sizes'}.")
        with suppress(OSError):
            pipe.send(answer)
