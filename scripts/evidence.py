"""Train the maze agents that the claims in docs/results/maze.md rest on, and write that page.

For each seed: the agent as `gamemeta train` makes it, the reset-trained agent, the revealed agent, and the
agent trained without the solver's labels. What was trained before is taken up again, so the command may be
stopped and started.

    python scripts/evidence.py [--runs runs/evidence] [--seeds 0 1 2] [--steps N]
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from gamemeta.agent.file import read_agent
from gamemeta.evaluation.evaluation import LEVELS, evaluate_agent

KINDS: dict[str, list[str]] = {
    "agent": [],
    "reset-trained": ["--reset-trained"],
    "revealed": ["--revealed"],
    "no labels": ["--set", "ppo.label_weight=0"],
}
ROOT = Path(__file__).resolve().parent.parent
PAGE, RECORD = ROOT / "docs" / "results" / "maze.md", ROOT / "docs" / "results" / "maze.json"
LONG = 5
"""How many times more episodes than trained the long curve has."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=Path, default=Path("runs/evidence"), help="where the runs are kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--steps", type=int, help="steps of every training, if not the default")
    arguments = parser.parse_args()
    record: dict[str, Any] = {"machine": machine(), "levels": LEVELS, "runs": {}}
    for kind, options in KINDS.items():
        for seed in arguments.seeds:
            run = arguments.runs / f"{kind.replace(' ', '-')}-{seed}"
            steps = ["--steps", str(arguments.steps)] if arguments.steps else []
            train(run, [*options, *steps, "--seed", str(seed)])
            record["runs"][f"{kind} {seed}"] = measure(run, kind)
    RECORD.parent.mkdir(parents=True, exist_ok=True)
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(record, arguments.seeds), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def train(run: Path, options: list[str]) -> None:
    """Train with the command that users have; nothing happens when the run is complete."""
    table, agent = run / "table.json", run / "agent.safetensors"
    if table.exists() and read_agent(agent).scores:
        return
    started = (run / "checkpoint.safetensors").exists()
    words = ["--resume", str(run)] if started else ["--out", str(run), *options]
    subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)


def measure(run: Path, kind: str) -> dict[str, Any]:
    """Curves on the first test levels, over five times as many episodes, and on far levels."""
    file = read_agent(run / "agent.safetensors")

    def curves(split: str, episodes: int, controls: bool) -> dict[str, Any]:
        result = evaluate_agent(file, split=split, levels=LEVELS, episodes=episodes, controls=controls)
        return result.to_json()

    measured = {"training": file.training, "digest": file.digest}
    measured["test"] = curves("test", file.episodes, True)
    if kind == "agent":
        measured["long"] = curves("test", LONG * file.episodes, False)
        measured["far"] = curves("far", file.episodes, True)
    return measured


def claims(record: dict[str, Any], seed: int) -> dict[str, Any]:
    """The figures that are claimed for one seed."""
    runs = record["runs"]
    agent, reset = runs[f"agent {seed}"], runs[f"reset-trained {seed}"]["test"]["agent"]
    revealed = runs[f"revealed {seed}"]["test"]["agent"]
    curve, wiped, swapped = (agent["test"][name] for name in ("agent", "wiped", "swapped"))
    without = sum(reset["score"]) / len(reset["score"])
    room = revealed["score"][-1] - without
    rivals = max(wiped["score_high"][-1], swapped["score_high"][-1], *reset["score_high"])
    long = agent["long"]["agent"]["score"]
    k = len(curve["score"])
    return {
        "score": curve["score"],
        "half_width": (curve["score_high"][-1] - curve["score_low"][-1]) / 2,
        "wiped": wiped["score"][-1],
        "swapped": swapped["score"][-1],
        "reset": without,
        "revealed": revealed["score"][-1],
        "room": room,
        "index": (curve["score"][-1] - without) / room,
        "beats_all": curve["score_low"][-1] > rivals,
        "first_gap": curve["score"][0] - without,
        "long_drop": long[k - 1] - min(long[k:]),
        "long_last": long[-1],
        "far": agent["far"]["agent"]["score"],
        "far_wiped": agent["far"]["wiped"]["score"],
        "no_labels": runs[f"no labels {seed}"]["test"]["agent"]["score"],
    }


def page(record: dict[str, Any], seeds: list[int]) -> str:
    """The page as Markdown."""
    rows = {seed: claims(record, seed) for seed in seeds}
    steps = record["runs"][f"agent {seeds[0]}"]["training"]["steps"]
    commits = sorted({run["training"]["commit"][:12] for run in record["runs"].values()})
    lines = [
        "# Results: maze",
        "",
        f"Made by `python scripts/evidence.py`: {steps:,} steps for every agent, training seeds "
        f"{', '.join(map(str, seeds))}, {record['levels']:,} levels of the split, "
        f"commit {' and '.join(commits)}. {record['machine']}. Scores: 0 is random play, 1 the solver's "
        "plan. Raw figures: `maze.json`. The agent that ships in assets/agents/maze.safetensors is seed 0's: "
        "`gamemeta train`, nothing else.",
        "",
        "## Room and adaptation, test levels",
        "",
        "| seed | episode 1 | 2 | 3 | 4 | memory wiped, 4 | memory of another level, 4 | reset-trained | "
        "revealed, 4 | room | adaptation index |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for seed, c in rows.items():
        score = " | ".join(f"{s:.3f}" for s in c["score"])
        lines.append(
            f"| {seed} | {score} | {c['wiped']:.3f} | {c['swapped']:.3f} | {c['reset']:.3f} | "
            f"{c['revealed']:.3f} | {c['room']:.3f} | {c['index']:.3f} |"
        )
    width = max(c["half_width"] for c in rows.values())
    lines += [
        "",
        f"The 95% intervals (bootstrap over levels) of the last episode are at most ±{width:.3f} wide. "
        + "Last episode above wiped, swapped and reset-trained outside the intervals: "
        + ", ".join(f"seed {s} {'yes' if c['beats_all'] else 'NO'}" for s, c in rows.items())
        + ".",
        "",
        "| seed | episode 1 minus reset-trained | largest fall below episode 4 in episodes 5 to "
        f"{LONG * len(rows[seeds[0]]['score'])} | last of those |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {s} | {c['first_gap']:+.3f} | {c['long_drop']:+.3f} | {c['long_last']:.3f} |"
        for s, c in rows.items()
    ]
    lines += _curve_table("Larger and denser mazes than trained on (split far)", rows, "far")
    lines += _curve_table("The same, memory wiped", rows, "far_wiped")
    lines += _curve_table("Trained without the solver's labels, test levels", rows, "no_labels")
    return "\n".join(lines) + "\n"


def _curve_table(title: str, rows: dict[int, dict[str, Any]], name: str) -> list[str]:
    lines = ["", f"## {title}", "", "| seed | episode 1 | 2 | 3 | 4 |", "|---|---|---|---|---|"]
    for seed, c in rows.items():
        lines.append(f"| {seed} | " + " | ".join(f"{s:.3f}" for s in c[name]) + " |")
    return lines


def machine() -> str:
    """Processor and core count."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    return f"{os.cpu_count()} cores of {name}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
