"""Compare memory cells on mazes at equal training time, and write docs/results/cells.md.

Each network's speed is measured in turns with the default network's, on one thread; its steps are those
that fit into the time that the default network takes for --steps. What was trained before is taken up again.

    python scripts/evidence/cells.py [--runs runs/cells] [--seeds 0 1 2] [--steps 8000000]
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from evidence import machine

from gamemeta.agent.file import read_agent
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training

ROOT = Path(__file__).resolve().parents[2]
PAGE, RECORD = ROOT / "docs" / "results" / "cells.md", ROOT / "docs" / "results" / "cells.json"
CELLS = {
    "mingru, mingru": [],
    "gru, gru": ["network.cell=gru"],
    "mingru, table": ["network.cell=mingru+table", "network.layers=1"],
    "mingru, table, mingru": ["network.cell=mingru+table+mingru", "network.layers=1"],
}
"""Settings of each network; the tables have learned keys. The first is the default."""
ALONE = ["run.threads=1"]
ROUNDS, ITERATIONS = 3, 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=Path, default=Path("runs/cells"), help="where the runs are kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--steps", type=int, default=8_000_000, help="steps of the default network")
    arguments = parser.parse_args()
    relative = speeds(arguments.runs / "speeds.json")
    record: dict[str, Any] = {
        "machine": machine(),
        "steps": arguments.steps,
        "relative": relative,
        "runs": {},
    }
    for name, settings in CELLS.items():
        steps = round(arguments.steps * relative[name])
        for seed in arguments.seeds:
            run = arguments.runs / f"{name.replace(', ', '-')}-{seed}"
            train(run, settings, steps, seed)
            table = json.loads((run / "table.json").read_text(encoding="utf-8"))
            agent = read_agent(run / "agent.safetensors")
            parameters = sum(w.size for w in agent.weights.values())
            record["runs"][f"{name} {seed}"] = {
                "steps": agent.training["steps"],
                "parameters": parameters,
                "test": table,
            }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(record, arguments.seeds), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def speeds(kept: Path) -> dict[str, float]:
    """Steps a second of each network in units of the default one's, the best of some rounds in turns.

    What was measured before is kept; delete an entry of the file to have it measured again.
    """
    relative = dict(json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else {}
    missing = [name for name in CELLS if name not in relative]
    if not missing:
        return relative
    first = next(iter(CELLS))
    runs = {name: _iterations([*CELLS[name], *ALONE]) for name in dict.fromkeys((first, *missing))}
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(ROUNDS):
        for name, iterate in runs.items():
            best[name] = min(best[name], *(_seconds(iterate) for _ in range(ITERATIONS)))
    relative |= {name: round(best[first] / seconds, 3) for name, seconds in best.items()}
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(relative), encoding="utf-8")
    return relative


def _iterations(settings: list[str]) -> Any:
    iterate = Training(load_config("maze", overrides=settings)).run()
    next(iterate)  # compiles
    return iterate


def _seconds(iterate: Any) -> float:
    began = time.perf_counter()
    next(iterate)
    return time.perf_counter() - began


def train(run: Path, settings: list[str], steps: int, seed: int) -> None:
    """Train with the command that users have; nothing happens when the run is complete."""
    if (run / "table.json").exists():
        return
    options = [word for setting in [*settings, *ALONE] for word in ("--set", setting)]
    begin = ["maze", "--out", str(run), "--steps", str(steps), "--seed", str(seed), *options]
    started = (run / "checkpoint.safetensors").exists()
    words = ["--resume", str(run)] if started else begin
    subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)


def page(record: dict[str, Any], seeds: list[int]) -> str:
    """The page as Markdown."""
    lines = [
        "# Results: memory cells on mazes, at equal training time",
        "",
        f"Made by `python scripts/evidence/cells.py --steps {record['steps']}`, training seeds "
        f"{', '.join(map(str, seeds))}, 1,024 test levels, one thread. {record['machine']}. Every network "
        f"trains as long as the default one takes for {record['steps']:,} steps; speeds were measured in "
        "turns. Scores are means over seeds, with the lowest and the highest seed. Tables have learned keys. "
        "Raw figures: `cells.json`.",
        "",
        "| cells | parameters | speed | steps | episode 1 | 2 | 3 | 4 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in CELLS:
        runs = [record["runs"][f"{name} {seed}"] for seed in seeds]
        scores = zip(*(run["test"]["agent"]["score"] for run in runs), strict=True)
        cells = [f"{sum(s) / len(s):.3f} ({min(s):.3f} to {max(s):.3f})" for s in scores]
        lines.append(
            f"| {name} | {runs[0]['parameters']:,} | {record['relative'][name]:.2f} | {runs[0]['steps']:,} | "
            + " | ".join(cells)
            + " |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
