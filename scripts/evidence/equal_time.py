"""How well the default maze agent plays after so many minutes of training; writes docs/results/equal-time.md.

The speed of training is measured, in turns with another checkout if one is given, while nothing else runs;
each budget is turned into the steps that fit into it, and the schedules of the training are laid over just
these, so trainings may go on beside other work. What was measured and trained before is taken up again.

    python scripts/evidence/equal_time.py [--minutes 1 2 4 8] [--seeds 0 1 2] [--before CHECKOUT] [--threads
    2]
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from evidence import machine

from gamemeta.agent.file import read_agent
from gamemeta.evaluation.evaluation import LEVELS, evaluate_agent
from gamemeta.files import write_atomically

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results"
NOW, BEFORE = "now", "before"
ROUNDS, ITERATIONS = 3, 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--minutes", type=float, nargs="+", default=[1, 2, 4, 8], help="budgets")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--before", type=Path, help="another checkout to stand beside this one")
    parser.add_argument("--threads", type=int, default=2, help="threads of the trainings")
    parser.add_argument("--runs", type=Path, default=Path("runs/equal-time"), help="where the runs are kept")
    parser.add_argument("--levels", type=int, default=LEVELS, help="test levels")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the page and the record")
    given = parser.parse_args()
    given.runs.mkdir(parents=True, exist_ok=True)
    record = compared(given)
    text = page(record)
    write_atomically(given.out / "equal-time.json", (json.dumps(record, indent=1) + "\n").encode())
    write_atomically(given.out / "equal-time.md", text.encode())
    print(text)


def compared(given: argparse.Namespace) -> dict[str, Any]:
    """Speeds, steps and curves of every checkout, budget and seed."""
    checkouts = {NOW: ROOT} | ({BEFORE: given.before.resolve()} if given.before else {})
    speed = speeds(checkouts, given.threads, given.runs / "speeds.json")
    runs = []
    for minutes in given.minutes:
        for name, checkout in checkouts.items():
            steps = round(speed[name] * minutes * 60)
            for seed in given.seeds:
                run = given.runs.resolve() / f"{name}-{minutes:g}-{seed}"
                train(checkout, run, steps, seed, given.threads)
                curve = score(run, given.levels)
                runs.append(
                    {"checkout": name, "minutes": minutes, "seed": seed, "steps": steps, "score": curve}
                )
    return {
        "machine": machine(),
        "commits": {name: commit(checkout) for name, checkout in checkouts.items()},
        "threads": given.threads,
        "levels": given.levels,
        "seeds": given.seeds,
        "minutes": given.minutes,
        "steps_per_s": speed,
        "bounds": bounds(given.seeds),
        "runs": runs,
    }


def speeds(checkouts: dict[str, Path], threads: int, kept: Path) -> dict[str, float]:
    """Median steps a second of each checkout's training, measured in turns; kept in a file once known."""
    known = dict(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else {}
    if set(checkouts) <= set(known):
        return known
    rounds: dict[str, list[float]] = {name: [] for name in checkouts}
    for _ in range(ROUNDS):
        for name, checkout in checkouts.items():
            rounds[name].append(one_speed(checkout, threads))
    found = {name: statistics.median(values) for name, values in rounds.items()}
    write_atomically(kept, json.dumps(found).encode())
    return found


def one_speed(checkout: Path, threads: int) -> float:
    """Steps a second, as the checkout's own profile tells them."""
    script = checkout / "scripts" / "profile_training.py"
    words = [sys.executable, str(script), "--threads", str(threads), "--iterations", str(ITERATIONS)]
    told = subprocess.run(words, check=True, capture_output=True, text=True, env=environment(checkout)).stdout
    found = re.search(r"([\d,]+) steps/s", told)
    if found is None:
        raise SystemExit(f"{script} told no speed: {told[:200]}")
    return float(found[1].replace(",", ""))


def environment(checkout: Path) -> dict[str, str]:
    """Where this Python finds the packages of that checkout."""
    own = os.pathsep.join(str(folder) for folder in (checkout, checkout / "levels", checkout / "cli"))
    return {**os.environ, "PYTHONPATH": own}


def commit(checkout: Path) -> str:
    """The checkout's commit."""
    words = ["git", "-C", str(checkout), "rev-parse", "--short=12", "HEAD"]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def train(checkout: Path, run: Path, steps: int, seed: int, threads: int) -> None:
    """Train with that checkout's command; nothing happens when the run is complete."""
    if (run / "table.json").exists():
        return
    begin = ["maze", "--out", str(run), "--steps", str(steps), "--seed", str(seed)]
    begin += ["--set", f"run.threads={threads}"]
    words = ["--resume", str(run)] if (run / "checkpoint.safetensors").exists() else begin
    command = [sys.executable, "-m", "gamemeta_cli", "train", *words]
    subprocess.run(command, check=True, env=environment(checkout), cwd=checkout)


def score(run: Path, levels: int) -> list[float]:
    """The agent's score by episode on test levels, in a file beside the agent once it is known."""
    kept = run / f"score-{levels}.json"
    if not kept.exists():
        agent = read_agent(run / "agent.safetensors")
        found = evaluate_agent(agent, split="test", levels=levels, controls=False).to_json()["agent"]["score"]
        write_atomically(kept, json.dumps(found).encode())
    return list(json.loads(kept.read_text(encoding="utf-8")))


def bounds(seeds: list[int]) -> dict[str, float]:
    """What the index is told between: the fully trained reset-trained and revealed agents of `maze.json`."""
    runs = json.loads((RESULTS / "maze.json").read_text(encoding="utf-8"))["runs"]
    known = [seed for seed in seeds if f"revealed {seed}" in runs] or [0]
    reset = [statistics.mean(runs[f"reset-trained {seed}"]["test"]["agent"]["score"]) for seed in known]
    revealed = [runs[f"revealed {seed}"]["test"]["agent"]["score"][-1] for seed in known]
    return {"reset-trained": statistics.mean(reset), "revealed": statistics.mean(revealed)}


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    rates = ", ".join(
        f"{name} {rate:,.0f} steps/s (commit {record['commits'][name]})"
        for name, rate in record["steps_per_s"].items()
        if name in record["commits"]
    )
    asked = " ".join(f"{minutes:g}" for minutes in record["minutes"])
    asked += " --before CHECKOUT" if BEFORE in record["commits"] else ""
    low, high = record["bounds"]["reset-trained"], record["bounds"]["revealed"]
    lines = [
        "# Results: the maze agent after so many minutes",
        "",
        f"Made by `python scripts/evidence/equal_time.py --minutes {asked}`, training seeds "
        f"{', '.join(map(str, record['seeds']))}, "
        f"{record['levels']:,} test levels, {record['threads']} threads. {record['machine']}. Speeds, with "
        f"nothing else running: {rates}. Each budget is trained with the steps that fit into it. "
        "Scores of the last episode are means over seeds, with the lowest and the highest seed; the index "
        f"lies between the fully trained reset-trained ({low:.3f}) and revealed ({high:.3f}) agents of "
        "[maze](maze.md). Raw figures: `equal-time.json`.",
        "",
        "| minutes | checkout | steps | score, first episode | score, last episode | adaptation index |",
        "|---:|---|---:|---:|---:|---:|",
    ]
    for minutes in record["minutes"]:
        for name in record["commits"]:
            runs = [r for r in record["runs"] if r["minutes"] == minutes and r["checkout"] == name]
            first, last = ([run["score"][k] for run in runs] for k in (0, -1))
            index = [(value - low) / (high - low) for value in last]
            cells = " | ".join(_cell(values) for values in (first, last, index))
            lines.append(f"| {minutes:g} | {name} | {runs[0]['steps']:,} | {cells} |")
    return "\n".join(lines) + "\n"


def _cell(values: list[float]) -> str:
    return f"{statistics.mean(values):.3f} ({min(values):.3f} to {max(values):.3f})"


if __name__ == "__main__":
    main()
