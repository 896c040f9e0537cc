"""Compare memory cells on corridors at equal processor time, and write docs/results/corridor.md.

In `corridor` a sign that is shown once decides the turn after L steps: the best value is 1, a guess 0.5.
Each cell trains, on one thread, the steps that fit into --seconds of processor time by its own speed, which
is measured first, also in processor time. The window of attention is 256 steps. What was trained before is
taken up again, so the command may be stopped and started; the page is written after every training.

    python scripts/evidence/corridors.py [--runs runs/corridors] [--seconds 60] [--seeds 0 1]
    [--lengths 50 250 1000] [--cells mingru gru attention table] [--page]

With --page nothing is trained: the page is written again, of the record that is there.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from evidence import machine

from gamemeta.files import write_atomically
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training

ROOT = Path(__file__).resolve().parents[2]
PAGE, RECORD = ROOT / "docs" / "results" / "corridor.md", ROOT / "docs" / "results" / "corridor.json"
LENGTHS, WINDOW = (50, 250, 1000), 256
CELLS = ("mingru", "gru", "attention", "table")
TIMED = 2
"""Iterations of which the faster one is a cell's speed."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=Path, default=Path("runs/corridors"), help="where the runs are kept")
    parser.add_argument("--seconds", type=float, default=60, help="processor time of each training")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="training seeds")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS, help="steps to the turn")
    parser.add_argument("--cells", nargs="+", default=CELLS, help="memory cells")
    parser.add_argument("--page", action="store_true", help="write the page again, and train nothing")
    arguments = parser.parse_args()
    known = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    if not arguments.page and known.get("seconds") != arguments.seconds:
        known = {"machine": machine(), "seconds": arguments.seconds, "speeds": {}, "runs": {}}
    cells, lengths = arguments.cells, arguments.lengths
    everything = [(n, cell, seed) for seed in arguments.seeds for n in lengths for cell in cells]
    for length, cell, seed in [] if arguments.page else everything:
        name = f"{cell} {length}"
        if name not in known["speeds"]:
            known["speeds"][name] = speed(length, cell)
        run = arguments.runs / f"{cell}-{length}-{seed}"
        steps = round(known["speeds"][name] * arguments.seconds)
        known["runs"][f"{name} {seed}"] = train(run, steps, length, cell, seed)
        write_atomically(RECORD, json.dumps(known, indent=1).encode() + b"\n")
        write_atomically(PAGE, page(known).encode())
    write_atomically(PAGE, page(known).encode())
    print(PAGE.read_text(encoding="utf-8"))


def settings(length: int, cell: str) -> list[str]:
    """What differs from the game's own: a rollout holds one trial, so that gradients reach the sign."""
    return [
        f"levels.length={length}..{length}",
        f"run.rollout_steps={length + 1}",
        f"network.cell={cell}",
        f"network.window={WINDOW}",
        "run.threads=1",
        "run.validations=0",
    ]


def speed(length: int, cell: str) -> float:
    """Steps for each second of processor time."""
    training = Training(load_config("corridor", overrides=settings(length, cell)))
    iterations, fewest = training.run(), float("inf")
    with single_threaded_torch():
        next(iterations)  # compiles
        for _ in range(TIMED):
            began = time.process_time()
            next(iterations)
            fewest = min(fewest, time.process_time() - began)
    return round(training.steps_per_iteration / fewest)


def train(run: Path, steps: int, length: int, cell: str, seed: int) -> dict[str, Any]:
    """Train with the command that users have; nothing is trained when the run is complete."""
    if not (run / "table.json").exists():
        options = [word for setting in settings(length, cell) for word in ("--set", setting)]
        begin = ["corridor", "--out", str(run), "--steps", str(steps), "--seed", str(seed), *options]
        words = ["--resume", str(run)] if (run / "checkpoint.safetensors").exists() else begin
        subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)
    table = json.loads((run / "table.json").read_text(encoding="utf-8"))
    log = (run / "log.jsonl").read_text(encoding="utf-8").splitlines()
    return {
        "value": table["agent"]["return"][0],
        "levels": table["levels"],
        "steps": json.loads(log[-1])["step"],
    }


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    seconds = f"{record['seconds']:g}"
    about = [
        "In the game `corridor` a sign is shown in the first step, and L steps later it says which way to",
        "turn (the passive T-maze of Ni et al. 2023). The best possible value is 1; whoever has forgotten",
        "the sign gets 0.5.",
        "",
        f"Made by `python scripts/evidence/corridors.py --seconds {seconds}`: every training has the steps",
        f"that fit into {seconds} seconds of processor time by its cell's own speed. One layer of 64 units,",
        f"one thread. {record['machine']}, which did other work, too, so that",
        f"time is that of the processor. The window of attention is {WINDOW} steps. A value is the mean over",
        "the test episodes of a training seed. What is missing was not run. Raw figures: `corridor.json`.",
    ]
    lines = [
        "# Results: how long memories last",
        "",
        *about,
        "",
        "| cell | L | steps a second of processor time | steps | value, by seed |",
        "|---|---|---|---|---|",
    ]
    for length in LENGTHS:
        for cell in CELLS:
            name = f"{cell} {length}"
            runs = [run for key, run in record["runs"].items() if key.rsplit(" ", 1)[0] == name]
            if runs:
                values = ", ".join(f"{run['value']:.3f}" for run in runs)
                lines.append(
                    f"| {cell} | {length:,} | {record['speeds'][name]:,} | {runs[0]['steps']:,} | {values} |"
                )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
