"""Train in one, two and four processes, kill some of them, and write docs/results/processes.md.

Shown: the same agent file for any number of processes, and after a process was killed and two others went on;
how fast two processes on two cores are beside one on one core, in the same run; and what the exchange costs.

    python scripts/evidence/processes.py [--rounds 3] [--iterations 30] [--only equal|resumed|speed]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

from evidence import machine

from gamemeta.errors import TrainingError
from gamemeta.files import write_atomically
from gamemeta.games.registry import use_game
from gamemeta.interrupts import Interrupted
from gamemeta.provenance import source_commit
from gamemeta.training import session
from gamemeta.training.config import load_config
from gamemeta.training.loop import Iteration
from gamemeta.training.observer import Observer
from gamemeta.training.processes.link import Link
from gamemeta.training.processes.start import Alone, Children

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results"
PLAIN = f"{Path(__file__).resolve().parent / 'levers.py'}:Levers"
COUNTS = (1, 2, 4)
TEST_LEVELS = 32
SMALL = (
    "run.shards=4",
    "run.lanes=64",
    "run.rollout_steps=64",
    "run.validations=2",
    "run.validation_levels=16",
)
STEPS = 64 * 64 * 10
PLR = ("curriculum.kind=plr", "curriculum.warmup_trials=20", "curriculum.buffer=64")
POOL = ("game.others=outside", "selfplay.pool=hardest", "selfplay.every=2", "selfplay.size=3")
GAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "maze": ("maze", ()),
    "dungeon, curriculum `plr`": ("dungeon", PLR),
    "duel against a pool of earlier selves": ("duel", POOL),
    "a plain class (`scripts/evidence/levers.py`)": (PLAIN, ("ppo.minibatches=4", "network.width=64")),
    "maze, learner `belief`": ("maze", ("run.learner=belief",)),
    "navigation, learner `maml`": ("navigation", ("run.learner=maml", "run.rollout_steps=400")),
}
"""What is trained: game, and settings beside `SMALL`."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="of the measurement of speed")
    parser.add_argument("--iterations", type=int, default=30, help="of each training in it")
    parser.add_argument("--only", choices=["equal", "resumed", "speed"], help="what to measure again")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        print(json.dumps(Run(**json.loads(arguments.inside)).done()))
        return
    path = RESULTS / "processes.json"
    record: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    parts = {
        "equal": lambda: equal(record.get("equal", {}).get("digests", {})),
        "resumed": resumed,
        "speed": lambda: speed(arguments.rounds, arguments.iterations),
    }
    for name, measure in parts.items():
        if arguments.only in (None, name):
            before = (
                record.get(name, {}).get("commit", "") if name == "equal" else ""
            )  # what is known is kept
            commits = dict.fromkeys([*before.split(" and "), source_commit()[:12]])
            record[name] = {**measure(), "machine": machine(), "commit": " and ".join(filter(None, commits))}
            write_atomically(path, (json.dumps(record, indent=1) + "\n").encode())
            write_atomically(RESULTS / "processes.md", page(record).encode())


class Run(Observer):
    """One training, or a part of it, in a program of its own.

    Args:
        out: directory of the run, gone on with where it holds one.
        game, settings: what is trained.
        processes: how many.
        kill_at, stop_at: steps after which a process is killed by signal 9, or Ctrl-C comes.
    """

    def __init__(
        self,
        out: str,
        game: str,
        settings: list[str],
        processes: int,
        kill_at: int | None = None,
        stop_at: int | None = None,
    ) -> None:
        self.out, self.game, self.settings = Path(out), game, settings
        self.kill_at, self.stop_at = kill_at, stop_at
        self.processes = Children(processes) if processes > 1 else Alone()
        self.walls: list[float] = []
        self.cpu: list[float] = []
        self.exchanged = 0.0
        self.killed_at = 0.0

    def done(self) -> dict[str, Any]:
        game = use_game(self.game)
        message, since = "", time.monotonic()
        with self.processes.linked() as link, self._timed():
            if (self.out / "checkpoint.safetensors").exists():
                training, directory = session.resume(self.out)
            else:
                training, directory = session.begin(load_config(game, overrides=self.settings), self.out)
            self._last = time.monotonic()
            try:
                session.train(training, directory, self, test_levels=TEST_LEVELS, link=link)
            except TrainingError as error:
                message, since = str(error), self.killed_at
        return {
            "step": training.step,
            "message": message,
            "ended_s": time.monotonic() - since,
            "walls": self.walls,
            "cpu": self.cpu,
            "exchanged_cpu_s": self.exchanged,
        }

    def iterated(self, done: Iteration, steps_per_s: float) -> None:
        self.walls.append(time.monotonic() - self._last)
        self._last = time.monotonic()
        self.cpu.append(time.process_time() + sum(map(processor_s, self._others())))
        if done.step == self.kill_at and isinstance(self.processes, Children):
            self.processes._started[1].kill()
            self.killed_at = time.monotonic()
        if done.step == self.stop_at:
            raise Interrupted

    def _others(self) -> list[int]:
        started = self.processes._started if isinstance(self.processes, Children) else {}
        return [process.pid for process in started.values()]

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Count the time of this process that goes to the exchange with others."""
        usual = {name: getattr(Link, name) for name in ("gather", "gather_rows")}

        def timed(name: str) -> Any:
            def call(link: Link, value: Any) -> Any:
                processor = time.thread_time()
                try:
                    return usual[name](link, value)
                finally:
                    self.exchanged += time.thread_time() - processor

            return call

        for name in usual:
            setattr(Link, name, timed(name))
        yield
        for name, method in usual.items():
            setattr(Link, name, method)


def run(out: Path, game: str, settings: tuple[str, ...], processes: int, **more: Any) -> dict[str, Any]:
    """Do a run in a program of its own."""
    about = {"out": str(out), "game": game, "settings": list(settings), "processes": processes, **more}
    done = subprocess.run(
        [sys.executable, __file__, "--inside", json.dumps(about)],
        check=True,
        stdout=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def processor_s(process: int) -> float:
    """Seconds that a process has got of the processor."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def digest(run_directory: Path) -> str:
    return sha256((run_directory / "agent.safetensors").read_bytes()).hexdigest()


def equal(digests: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Digests of the agent files of all games, by number of processes; those that are known are kept."""
    for name, (game, more) in GAMES.items():
        if name in digests:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for count in COUNTS:
                out = Path(folder) / str(count)
                run(out, game, (*SMALL, f"run.steps={STEPS}", *more), count)
                digests.setdefault(name, {})[str(count)] = digest(out)
        print(name, digests[name], flush=True)
    return {"digests": digests, "steps": STEPS}


def resumed() -> dict[str, Any]:
    """A training in two processes, one of which is killed; gone on with in one, stopped; and in four."""
    game, more = GAMES["dungeon, curriculum `plr`"]
    settings = (*SMALL, f"run.steps={STEPS}", "run.checkpoint_s=0", *more)
    step = 64 * 64
    with tempfile.TemporaryDirectory() as folder:
        whole, parts = Path(folder) / "whole", Path(folder) / "parts"
        run(whole, game, settings, 1)
        killed = run(parts, game, settings, 2, kill_at=4 * step)
        stopped = run(parts, game, settings, 1, stop_at=7 * step)
        run(parts, game, settings, 4)
        found = {"whole": digest(whole), "parts": digest(parts)}
    message = killed["message"].replace(str(parts), "RUN")
    print(found, message, killed["ended_s"], flush=True)
    return {**found, "message": message, "ended_s": killed["ended_s"], "stopped": stopped["step"]}


FORMS: dict[str, tuple[int, tuple[str, ...]]] = {
    "one process, one thread": (1, ("run.threads=1",)),
    "one process, two threads": (1, ("run.threads=2",)),
    "two processes": (2, ("run.threads=1",)),
}
AIM = 1.8
WARM = 3
"""Iterations that are left out: kernels are loaded in them."""


def speed(rounds: int, iterations: int) -> dict[str, Any]:
    """Default maze, in turn by one and two processes, without the first iterations."""
    usual = load_config("maze").run
    step = usual.lanes * usual.rollout_steps
    found: dict[str, list[dict[str, Any]]] = {}
    for _ in range(rounds):
        for name, (count, more) in FORMS.items():
            settings = ("run.validations=0", "run.checkpoint_s=100000", f"run.steps={iterations * step}")
            with tempfile.TemporaryDirectory() as folder:
                done = run(Path(folder) / "run", "maze", (*settings, *more), count)
            walls, cpu = sorted(done["walls"][WARM:]), done["cpu"]
            found.setdefault(name, []).append(
                {
                    "best_s": walls[len(walls) // 10],
                    "median_s": median(walls),
                    "cpu_s": (cpu[-1] - cpu[WARM - 1]) / (iterations - WARM),
                    "exchange_cpu_s": done["exchanged_cpu_s"] / iterations,
                    "load": os.getloadavg()[0],
                }
            )
            print(name, found[name][-1], flush=True)
    return {"forms": found, "steps": step, "iterations": iterations}


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    lines = [
        "# Results: several processes",
        "",
        "Made by `python scripts/evidence/processes.py`. How to use them: [several processes and machines]"
        "(../several-processes.md).",
        "",
    ]
    for name, section in (("equal", _equality), ("resumed", _resumption), ("speed", _speed)):
        lines += section(record[name]) if name in record else []
    return "\n".join(lines)


def _equality(part: dict[str, Any]) -> list[str]:
    lines = [
        "## The same agent",
        "",
        f"Trainings of {part['steps']:,} steps with four shards, seed 0; the first 16 digits of the sha256 "
        f"of `agent.safetensors`, test scores on {TEST_LEVELS} levels included. {part['machine']}, commit "
        f"{part['commit']}.",
        "",
        "| training | "
        + " | ".join("one process" if count == 1 else f"{count} processes" for count in COUNTS)
        + " | equal |",
        "|---" * (len(COUNTS) + 2) + "|",
    ]
    for name, digests in part["digests"].items():
        every = [digests[str(count)] for count in COUNTS]
        cells = " | ".join(f"`{one[:16]}`" for one in every)
        lines.append(f"| {name} | {cells} | {'yes' if len(set(every)) == 1 else 'no'} |")
    return [*lines, ""]


def _resumption(part: dict[str, Any]) -> list[str]:
    same = "is" if part["whole"] == part["parts"] else "is not"
    return [
        "## Killed, and gone on with",
        "",
        "The dungeon with `plr` in two processes, one of which is killed by `kill -9` after iteration 4 of "
        "10; gone on with in one process, stopped by Ctrl-C after iteration 7; gone on with in four. The "
        f"agent {same} that of one process that was never stopped: `{part['parts'][:16]}` and "
        f"`{part['whole'][:16]}`. The run ended {part['ended_s']:.1f} s after the "
        "process was killed, with the sentence",
        "",
        f"> {part['message']}",
        "",
    ]


def _speed(part: dict[str, Any]) -> list[str]:
    forms = part["forms"]
    single = forms["one process, one thread"]
    steps, base = part["steps"], median(one["best_s"] for one in single)
    base_cpu = median(one["cpu_s"] for one in single)
    loads = [one["load"] for form in forms.values() for one in form]
    lines = [
        "## Speed",
        "",
        f"Training the default maze agent, two shards, {part['iterations']} iterations of {steps:,} steps, "
        f"{len(single)} times each in turn. {part['machine']}, commit {part['commit']}. Other programs "
        f"ran at the same time: the load was {min(loads):.1f} to {max(loads):.1f}, so the clock tells "
        "little. The fastest tenth of the iterations is what comes nearest to a machine of one's own. "
        "Processor seconds count all processes.",
        "",
        "| | steps/s, fastest tenth | times one process | processor s per million steps | at most, by "
        "that, on two idle cores | in the exchange |",
        "|---|---|---|---|---|---|",
    ]
    for name, form in forms.items():
        best, cpu = median(one["best_s"] for one in form), median(one["cpu_s"] for one in form)
        least, most = (f(one["best_s"] for one in form) for f in (min, max))
        share = median(one["exchange_cpu_s"] for one in form) / (cpu / 2)
        cells = [
            f"{steps / best:,.0f} ({steps / most:,.0f} to {steps / least:,.0f})",
            f"{base / best:.2f}",
            f"{cpu / steps * 1e6:.1f} ({cpu / base_cpu:.2f} times)",
            f"{2 * base_cpu / cpu:.2f} times" if name != "one process, one thread" else "",
            f"{share:.1%} of process 0" if name == "two processes" else "",
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    several = median(one["cpu_s"] for one in forms["two processes"])
    most = max(loads)
    return [
        *lines,
        "",
        f"The aim was {AIM} times one process. With a load of up to {most:.0f} on {os.cpu_count()} cores no "
        "clock can show it; by processor time two processes reach at most "
        f"{2 * base_cpu / several:.2f} times, if no core waits for the other.",
        "",
    ]


if __name__ == "__main__":
    main()
