"""Train the agents that the claims in docs/results/GAME.md rest on, and write that page.

For each seed: the agent as `gamemeta train GAME` makes it, the reset-trained agent, the revealed agent, and,
if asked for, the agent trained without the solver's labels and guidance. What was trained before is taken up
again, so the command may be stopped and started.

    python scripts/evidence/evidence.py [maze|dungeon|forage|tag|duel] [--without-labels] [--seeds 0 1 2]
    [--steps N]
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
from gamemeta.files import write_atomically

NO_LABELS = "no labels"
KINDS: dict[str, list[str]] = {
    "agent": [],
    "reset-trained": ["--reset-trained"],
    "revealed": ["--revealed"],
    NO_LABELS: ["--set", "ppo.label_weight=0", "--set", "ppo.guide_weight=0"],
}
BEST = {
    "maze": "the solver's plan",
    "dungeon": "the solver's plan",
    "forage": "the best return known",
    "tag": "every match won",
    "duel": "every match won",
}
"""The games, and what score 1 stands for."""
ROOT = Path(__file__).resolve().parents[2]
RESULTS, ASSETS = ROOT / "docs" / "results", ROOT / "assets" / "agents"
LONG = 5
"""How many times more episodes than trained the long curve has."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("game", nargs="?", choices=BEST, default="maze", help="what to train on")
    parser.add_argument("--without-labels", action="store_true", help="train the agents without labels, too")
    parser.add_argument("--runs", type=Path, default=Path("runs/evidence"), help="where the runs are kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--steps", type=int, help="steps of every training, if not the default")
    arguments = parser.parse_args()
    game = arguments.game
    record: dict[str, Any] = {"game": game, "machine": machine(), "levels": LEVELS, "runs": {}}
    for kind, options in KINDS.items():
        if kind == NO_LABELS and not arguments.without_labels:
            continue
        for seed in arguments.seeds:
            run = arguments.runs / game / f"{kind.replace(' ', '-')}-{seed}"
            steps = ["--steps", str(arguments.steps)] if arguments.steps else []
            train(run, [game, *options, *steps, "--seed", str(seed)])
            record["runs"][f"{kind} {seed}"] = measure(run, kind)
    text = page(record, arguments.seeds)
    write_atomically(RESULTS / f"{game}.json", (json.dumps(record, indent=1) + "\n").encode())
    write_atomically(RESULTS / f"{game}.md", text.encode())
    print(text)


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
    if kind in ("agent", "reset-trained"):
        measured["train"] = curves("train", file.episodes, False)
    if kind == "agent":
        measured["long"] = curves("test", LONG * file.episodes, False)
        measured["far"] = curves("far", file.episodes, True)
    return measured


def claims(record: dict[str, Any], seed: int) -> dict[str, Any]:
    """The figures that are claimed for one seed."""
    runs, labelled = record["runs"], f"{NO_LABELS} {seed}" in record["runs"]
    agent, reset = runs[f"agent {seed}"], runs[f"reset-trained {seed}"]["test"]["agent"]
    revealed = runs[f"revealed {seed}"]["test"]["agent"]
    curve, wiped, swapped = (agent["test"][name] for name in ("agent", "wiped", "swapped"))
    without = _mean(reset["score"])
    room = revealed["score"][-1] - without
    rivals = max(wiped["score_high"][-1], swapped["score_high"][-1], *reset["score_high"])
    long = agent["long"]["agent"]["score"]
    k = len(curve["score"])
    return {
        "score": curve["score"],
        "half_width": (curve["score_high"][-1] - curve["score_low"][-1]) / 2,
        "wiped": wiped["score"][-1],
        "swapped": swapped["score"][-1],
        "redrawn": agent["test"]["redrawn"]["score"] if "redrawn" in agent["test"] else None,
        "reset": without,
        "revealed": revealed["score"][-1],
        "room": room,
        "index": (curve["score"][-1] - without) / room,
        "beats_all": curve["score_low"][-1] > rivals,
        "trained_on": agent["train"]["agent"]["score"][-1],
        "trained_on_low": agent["train"]["agent"]["score_low"][-1],
        "trained_on_reset": _mean(runs[f"reset-trained {seed}"]["train"]["agent"]["score"]),
        "first_gap": curve["score"][0] - without,
        "long_drop": long[k - 1] - min(long[k:]),
        "long_last": long[-1],
        "far": agent["far"]["agent"]["score"],
        "far_wiped": agent["far"]["wiped"]["score"],
        "no_labels": runs[f"{NO_LABELS} {seed}"]["test"]["agent"]["score"] if labelled else None,
    }


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def page(record: dict[str, Any], seeds: list[int]) -> str:
    """The page as Markdown."""
    rows, game = {seed: claims(record, seed) for seed in seeds}, record["game"]
    steps = record["runs"][f"agent {seeds[0]}"]["training"]["steps"]
    commits = sorted({run["training"]["commit"][:12] for run in record["runs"].values()})
    episodes = len(rows[seeds[0]]["score"])
    shipped = (
        f" The agent that ships in assets/agents/{game}.safetensors is seed 0's: `gamemeta train {game}`, "
        "nothing else."
        if (ASSETS / f"{game}.safetensors").exists()
        else ""
    )
    lines = [
        f"# Results: {game}",
        "",
        f"Made by `python scripts/evidence/evidence.py {game}`: {steps:,} steps for every agent, training "
        f"seeds {', '.join(map(str, seeds))}, {record['levels']:,} levels of the split, "
        f"commit {' and '.join(commits)}. {record['machine']}. Scores: 0 is random play, 1 "
        f"{BEST[game]}. Raw figures: `{game}.json`.{shipped}",
        "",
        "## Room and adaptation, test levels",
        "",
        f"| seed | {_columns(episodes)} | memory wiped, {episodes} | memory of another level, {episodes} | "
        f"reset-trained | revealed, {episodes} | room | adaptation index |",
        "|---" * (episodes + 7) + "|",
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
        f"| seed | episode 1 minus reset-trained | largest fall below episode {episodes} in episodes "
        f"{episodes + 1} to {LONG * episodes} | last of those | episode {episodes} on levels of the split "
        "train (lower end of the interval) | reset-trained on these |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {s} | {c['first_gap']:+.3f} | {c['long_drop']:+.3f} | {c['long_last']:.3f} | "
        f"{c['trained_on']:.3f} ({c['trained_on_low']:.3f}) | {c['trained_on_reset']:.3f} |"
        for s, c in rows.items()
    ]
    if rows[seeds[0]]["redrawn"]:
        lines += _curve_table("Hidden rules redrawn before the episode, on the same map", rows, "redrawn")
    lines += _curve_table("Levels larger and denser than trained on (split far)", rows, "far")
    lines += _curve_table("The same, memory wiped", rows, "far_wiped")
    if rows[seeds[0]]["no_labels"]:
        lines += _curve_table("Trained without the solver's labels, test levels", rows, "no_labels")
    return "\n".join(lines) + "\n"


def _curve_table(title: str, rows: dict[int, dict[str, Any]], name: str) -> list[str]:
    episodes = len(next(iter(rows.values()))[name])
    lines = ["", f"## {title}", "", f"| seed | {_columns(episodes)} |", "|---" * (episodes + 1) + "|"]
    for seed, c in rows.items():
        lines.append(f"| {seed} | " + " | ".join(f"{s:.3f}" for s in c[name]) + " |")
    return lines


def _columns(episodes: int) -> str:
    """Heads of the columns of a curve: "episode 1 | 2 | 3"."""
    return "episode " + " | ".join(map(str, range(1, episodes + 1)))


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
