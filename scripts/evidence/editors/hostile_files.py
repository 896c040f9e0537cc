"""Give files that mean harm to the commands that read level files: each is read or refused, quickly.

Every command runs in a process of its own with little memory. It must refuse a file in one sentence with exit
code 2, within 2 s of CPU and 1 GiB, or read it and end with 0; never a traceback, a signal or a wait. What
loading the program takes (some 2 s of CPU) is not counted.

    python scripts/evidence/editors/hostile_files.py [--only tmx] [--commands check,play] [--show]
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path

COMMANDS = {
    "check": ["levels", "check", "{}"],
    "words": ["levels", "words", "{}"],
    "mutate": ["levels", "mutate", "{}", "--count", "1"],
    "play": ["play", "--no-animation", "--episodes", "1", "--level", "{}"],
    "rate": ["levels", "rate", "--repeats", "1", "--episodes", "1", "{}"],
    "playtest": ["levels", "playtest", "--repeats", "1", "--episodes", "1", "{}"],
}
MOST_S, MOST_MIB = 2.0, 1024
ADDRESSES = 8 << 30
"""Bytes that a process may reserve; numba and torch reserve some that they never use."""
WAIT_S = 60
LONGEST = 1000
"""Letters of a refusal, with the path of the file."""
REFUSED = 2


@dataclass(frozen=True)
class Ending:
    """How a command ended."""

    code: int
    """Exit code; negative for a signal."""
    cpu_s: float
    peak_mib: float
    text: str

    @property
    def fault(self) -> str:
        """What is wrong with it; empty for nothing."""
        if "Traceback" in self.text:
            return "a traceback"
        if self.code not in (0, REFUSED):
            return f"exit code {self.code}"
        if self.peak_mib > MOST_MIB:
            return f"{self.peak_mib:.0f} MiB"
        if self.code == REFUSED and self.cpu_s > MOST_S:
            return f"{self.cpu_s:.1f} s"
        if self.code == REFUSED and (len(self.text) > LONGEST or not self.text.strip()):
            return f"a refusal of {len(self.text)} letters"
        return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", default="", help="cases whose names hold this")
    parser.add_argument("--begin", default="", help="with the first case whose name holds this")
    parser.add_argument("--commands", default=",".join(COMMANDS), help="separated by commas")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--show", action="store_true", help="also what each command prints")
    arguments = parser.parse_args()
    commands = {name: COMMANDS[name] for name in arguments.commands.split(",")}
    if arguments.serve:
        serve()
        return
    from hostile_cases import cases

    server = Server()
    counts, faults, worst = Counter[str](), 0, Counter[str]()
    print(f"{'file':44}", *(f"{name:>12}" for name in commands))
    for name, write in dropwhile(lambda case: arguments.begin not in case[0], cases()):
        if arguments.only not in name:
            continue
        with tempfile.TemporaryDirectory(prefix="hostile") as folder:
            path = write(Path(folder))
            endings = {key: server.ended([w.format(path) for w in words]) for key, words in commands.items()}
        print(f"{name:44}", *(f"{shown(one):>12}" for one in endings.values()), flush=True)
        for key, one in endings.items():
            counts["read" if one.code == 0 else "refused" if one.code == REFUSED else "broken"] += 1
            worst["ms"] = max(worst["ms"], round(1000 * one.cpu_s) if one.code == REFUSED else 0)
            worst["MiB"] = max(worst["MiB"], round(one.peak_mib))
            faults += bool(one.fault)
            if one.fault or arguments.show:
                print(f"    {key}: {one.fault or 'well'}: {one.text[-600:].strip()}")
    print(
        f"{sum(counts.values())} commands: {counts['refused']} refused, {counts['read']} read, {faults} at "
        f"fault; a refusal took at most {worst['ms'] / 1000:.2f} s of CPU, a process {worst['MiB']} MiB"
    )
    sys.exit(bool(faults))


def shown(ending: Ending) -> str:
    """An ending in a cell of the table."""
    word = {0: "read", REFUSED: "refused"}.get(ending.code, str(ending.code))
    return "FAULT" if ending.fault else f"{word} {ending.cpu_s:.1f}"


class Server:
    """A process that has loaded gamemeta, and holds none of the files: each command begins as its copy."""

    def __init__(self) -> None:
        words = [sys.executable, __file__, "--serve"]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ended(self, words: list[str]) -> Ending:
        """Run a command."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(words), file=self._process.stdin, flush=True)
        return Ending(*json.loads(self._process.stdout.readline()))


def serve() -> None:
    """Run the command of each line, and answer with its ending."""
    run = loaded()
    for line in sys.stdin:
        one = ended(run, json.loads(line))
        print(json.dumps([one.code, one.cpu_s, one.peak_mib, one.text]), flush=True)


def loaded() -> Callable[[list[str]], None]:
    """What runs a command of gamemeta, with all that the commands import."""
    from gamemeta_cli.__main__ import main as run

    def command(words: list[str]) -> None:
        sys.argv = ["gamemeta", *words]
        run()

    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        good = Path(folder) / "level.txt"
        good.write_text("#####\n#S.G#\n#####\n")
        for words in COMMANDS.values():
            with suppress(SystemExit), redirect_stdout(nowhere), redirect_stderr(nowhere):
                command([word.format(good) for word in words])
    return command


def ended(run: Callable[[list[str]], None], words: list[str]) -> Ending:
    """Run a command in a process of its own."""
    with tempfile.TemporaryFile() as output:
        process = os.fork()
        if process == 0:
            _child(run, words, output.fileno())
        until = time.monotonic() + WAIT_S
        while True:
            gone, status, used = os.wait4(process, os.WNOHANG)
            if gone:
                break
            if time.monotonic() > until:
                os.kill(process, 9)
            time.sleep(0.005)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    cpu_s, peak_mib = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    return Ending(os.waitstatus_to_exitcode(status), cpu_s, peak_mib, text)


def _child(run: Callable[[list[str]], None], words: list[str], output: int) -> None:
    code = 1
    try:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
        resource.setrlimit(resource.RLIMIT_CPU, (WAIT_S, WAIT_S))
        for stream in (1, 2):
            os.dup2(output, stream)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        run(words)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as error:
        os.write(2, f"Traceback: {error!r}".encode())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    main()
