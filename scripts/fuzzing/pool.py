"""Inputs played in processes of their own, each within limits, so that what ends a process is found, too."""

import faulthandler
import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts.fuzzing.target import Target

MOST_S = 2.0
"""Most seconds of computing for an input."""
HANGS_S = 60.0
"""Seconds after which a process that says nothing is ended: it waits for something."""
MOST_BYTES = 1024**3
"""Most memory that an input may take."""
LONGEST_MESSAGE = 1000
"""Most letters of a refusal."""
ROOT = Path(__file__).parents[2]


@dataclass
class Findings:
    """Outcomes of all inputs: how many were good, refused or a finding; and the findings by their kind."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """Kind of finding -> number of the input and a report, for each."""
    slowest_s: float = 0.0

    def add(self, number: int, kind: str, report: str) -> None:
        """Count a finding."""
        self.counts["found"] += 1
        self.kinds.setdefault(kind, []).append((number, report))


@dataclass
class _Worker:
    """A process that plays every `stride`-th input from `number` on."""

    pid: int
    pipe: int
    errors: Path
    number: int
    """The input that it plays now."""
    spoke: float
    """When it was last heard, seconds of the monotonic clock."""
    unread: bytes = b""


def run(
    target: Target, seeds: Sequence[bytes], seed: int, *, inputs: int, until: float, workers: int
) -> Findings:
    """Play inputs 0, 1, 2 ... of a target.

    Args:
        target, seeds, seed: what inputs are made from.
        inputs: how many at most.
        until: when to stop, seconds of the monotonic clock.
        workers: processes at a time.
    """
    findings = Findings()
    with tempfile.TemporaryDirectory() as folder:

        def start(k: int, number: int) -> _Worker:
            home = Path(folder, str(k))
            home.mkdir(exist_ok=True)
            return _start(target, seeds, seed, home, range(number, inputs, workers), until)

        alive = {k: start(k, k) for k in range(min(workers, inputs))}
        while alive:
            ready, _, _ = select.select([worker.pipe for worker in alive.values()], [], [], 0.5)
            for k, worker in list(alive.items()):
                ended = worker.pipe in ready and _listen(worker, findings, workers)
                if not ended and time.monotonic() - worker.spoke > HANGS_S:
                    os.kill(worker.pid, signal.SIGKILL)
                    findings.add(worker.number, "hangs", f"no answer after {HANGS_S:g} s")
                    _end(worker)
                    alive[k] = start(k, worker.number + workers)
                elif ended:
                    cause = _end(worker)
                    del alive[k]
                    if cause:
                        findings.add(worker.number, *cause)
                        alive[k] = start(k, worker.number + workers)
    return findings


def _start(
    target: Target, seeds: Sequence[bytes], seed: int, home: Path, numbers: range, until: float
) -> _Worker:
    receive, send = os.pipe()
    errors = home.with_suffix(".errors")
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(receive)
            _speak_into(errors)
            _play_all(target, seeds, seed, home, numbers, until, send)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(send)
    return _Worker(pid, receive, errors, numbers.start, time.monotonic())


def _speak_into(errors: Path) -> None:
    """What the process and its libraries write goes into a file."""
    file = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    faulthandler.enable(all_threads=False)


def _play_all(
    target: Target, seeds: Sequence[bytes], seed: int, home: Path, numbers: range, until: float, send: int
) -> None:
    most = _data_bytes() + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("error")
    for number in numbers:
        if time.monotonic() > until:
            return
        data, begun = target.input(seeds, seed, number), time.process_time()
        kind, report = outcome(target, data, home)
        took_s = time.process_time() - begun
        if took_s > MOST_S:
            kind, report = "slow", f"{took_s:.1f} s of computing; {kind}: {report}"
        os.write(send, json.dumps((kind, report[:8000], took_s)).encode() + b"\n")


def outcome(target: Target, data: bytes, home: Path) -> tuple[str, str]:
    """What came of an input: `good`, `refused`, or a kind of finding; and a report."""
    try:
        target.play(data, home)
    except target.refusals as error:
        message = str(error)
        if len(message) > LONGEST_MESSAGE:
            return f"message of {type(error).__name__} is too long", f"{len(message)} letters: {message}"
        if not message.strip():
            return f"{type(error).__name__} says nothing", traceback.format_exc()
        return "refused", message
    except BaseException as error:
        return f"{type(error).__name__} at {_place(error)}", traceback.format_exc()
    return "good", ""


def _place(error: BaseException) -> str:
    """The last line of our own code that an error came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT)]
    last = (ours or frames)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def _listen(worker: _Worker, findings: Findings, stride: int) -> bool:
    """Take in what a process says; whether it has ended."""
    data = os.read(worker.pipe, 1 << 16)
    worker.spoke = time.monotonic()
    *lines, worker.unread = (worker.unread + data).split(b"\n")
    for line in lines:
        kind, report, took_s = json.loads(line)
        findings.slowest_s = max(findings.slowest_s, took_s)
        if kind in ("good", "refused"):
            findings.counts[kind] += 1
        else:
            findings.add(worker.number, kind, report)
        worker.number += stride
    return not data


def _end(worker: _Worker) -> tuple[str, str] | None:
    """Wait for a process; kind and report of what ended it, None where it was done."""
    os.close(worker.pipe)
    _, status = os.waitpid(worker.pid, 0)
    code: Any = os.waitstatus_to_exitcode(status)
    if code == 0:
        return None
    said = worker.errors.read_text(errors="replace")[-4000:]
    name = signal.Signals(-code).name if code < 0 else f"exit {code}"
    return f"process ended by {name}", said


def _data_bytes() -> int:
    """Memory that this process has made for itself."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    return 0
