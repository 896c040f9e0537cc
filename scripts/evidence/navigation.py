"""Train agents to find a hidden target in a square, and write docs/results/navigation.md.

Learners beside each other on the same levels: gradient steps (`maml`), the same network and budget without
steps (`maml`, reset-trained), memory (`rl2`), and an inferred belief (`belief`). What was trained before is
taken up again.

    python scripts/evidence/navigation.py [--runs runs/navigation] [--seeds 0 1 2] [--steps 1000000] [--page]

With --page nothing is trained or played: the page is written again, of the record that is there.
"""

import argparse
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from evidence import machine

from gamemeta.agent.file import read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.calibration import navigation
from gamemeta.evaluation.statistics.intervals import over_seeds
from gamemeta.files import write_atomically
from gamemeta_levels.families.navigation.family import Navigation
from gamemeta_levels.family import generate_arrays

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results"
LEVELS = 1024
COMMON = ["--set", "run.threads=1", "--set", "run.validations=0"]
MAML = ["--set", "run.learner=maml"]
KINDS: dict[str, list[str]] = {
    "maml": MAML,
    "maml reset-trained": [*MAML, "--reset-trained"],
    "rl2": [],
    "belief": ["--set", "run.learner=belief"],
}
"""Options of `gamemeta train navigation`."""
CONTROLS = ("agent", "wiped", "swapped")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=Path, default=Path("runs/navigation"), help="where the runs are kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--steps", type=int, default=1_000_000, help="steps of every training")
    parser.add_argument("--page", action="store_true", help="write the page of the record that is there")
    given = parser.parse_args()
    record = json.loads((RESULTS / "navigation.json").read_text("utf-8")) if given.page else measured(given)
    write_atomically(RESULTS / "navigation.json", (json.dumps(record, indent=1) + "\n").encode())
    text = page(record)
    write_atomically(RESULTS / "navigation.md", text.encode())
    print(text)


def measured(given: argparse.Namespace) -> dict[str, Any]:
    """Trainings of all kinds and seeds, and the curves of their agents."""
    runs = {}
    for kind, options in KINDS.items():
        for seed in given.seeds:
            run = given.runs / f"{kind.replace(' ', '-')}-{seed}"
            seconds = train(run, [*options, "--steps", str(given.steps), "--seed", str(seed)])
            runs[f"{kind} {seed}"] = measure(run) | {"cpu_s": seconds}
    record = {"machine": machine(), "steps": given.steps, "seeds": given.seeds, "levels": LEVELS}
    return record | {"exact": exact(runs), "runs": runs}


def exact(runs: dict[str, Any]) -> dict[str, float]:
    """Values that need no training, on the same levels as the agents."""
    target = navigation.instances(generate_arrays(Navigation(), range(LEVELS), "test"))
    values = {
        "par": navigation.oracle_return(target).mean(),
        "three measurements, episode 1": navigation.measuring_return(target).mean(),
        "ignoring the target": -navigation.STEPS * np.square(target.astype(float)).sum(axis=1).mean(),
        "ignoring the target, all levels": navigation.ignoring_return(),
        "random": navigation.play("random", target, 1, 0).mean(),
    }
    return {name: round(float(value), 4) for name, value in values.items()}


def train(run: Path, options: list[str]) -> float | None:
    """Train with the command that users have; nothing happens when the run is complete. Gives CPU seconds."""
    kept = run / "cpu.json"
    if not (run / "table.json").exists():
        started = (run / "checkpoint.safetensors").exists()
        words = ["--resume", str(run)] if started else ["navigation", "--out", str(run), *COMMON, *options]
        began = cpu_s()
        subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)
        if not started:
            write_atomically(kept, json.dumps(round(cpu_s() - began, 1)).encode())
    return float(json.loads(kept.read_text())) if kept.exists() else None


def cpu_s() -> float:
    """Processor seconds of all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(run: Path) -> dict[str, Any]:
    """Curves of the agent with its controls."""
    file = read_agent(run / "agent.safetensors")
    table = json.loads((run / "table.json").read_text("utf-8"))
    return {
        "digest": file.digest,
        "commit": file.training.get("commit", ""),
        "steps": file.training["steps"],
        "memory_bytes": len(Agent(file, backend="numpy").begin().memory),
        "parameters": sum(w.size for w in file.weights.values()),
        "curves": {name: table[name] for name in CONTROLS if name in table},
        "verdict": table["verdict"]["sentence"],
    }


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    seeds, runs, exact_values = record["seeds"], record["runs"], record["exact"]
    commits = sorted({run["commit"][:12] for run in runs.values()})
    lines = [
        "# Results: a hidden target in a square",
        "",
        f"Made by `python scripts/evidence/navigation.py`: {steps(runs)} steps for every agent, "
        f"training seeds {', '.join(map(str, seeds))}, {record['levels']:,} test levels, one thread, "
        f"commit {' and '.join(commits)}. {record['machine']}. The game is that of Finn et al. (2017): "
        "a point, 100 steps of up to 0.1 in each direction, minus the squared distance to the target as "
        "reward. `maml` takes one policy-gradient step after each episode, on that episode alone. Raw "
        "figures: `navigation.json`." + record.get("remark", ""),
        "",
        "## Returns by episode, means over the training seeds",
        "",
        "In brackets the score: 0 is random play, 1 going straight to the target. The interval is 95%, of "
        "the score, over levels and training seeds.",
        "",
        "| agent | episode 1 | 2 | 3 | 4 | parameters | memory, bytes | CPU s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for kind in KINDS:
        rows = [runs[f"{kind} {seed}"] for seed in seeds]
        for player in CONTROLS:
            if player in rows[0]["curves"] and (player == "agent" or kind == "maml"):
                lines.append(_row(kind, player, rows))
    lines += ["", "## Values that need no training, on the same levels", "", "| play | return |", "|---|---|"]
    lines += [f"| {name} | {value:.2f} |" for name, value in exact_values.items()]
    lines += ["", "## What it shows", "", *claims(record)]
    return "\n".join(lines) + "\n"


def steps(runs: dict[str, Any]) -> str:
    """Steps that the agents were trained for, in whole rollouts."""
    return " and ".join(f"{count:,}" for count in sorted({run["steps"] for run in runs.values()}))


def _row(kind: str, player: str, rows: list[dict[str, Any]]) -> str:
    name = kind if player == "agent" else f"{kind}, weights {WORDS[player]}"
    returns = np.array([row["curves"][player]["return"] for row in rows]).mean(axis=0)
    cells = [
        f"{value:.2f} ({score.value:.3f} ±{score.high - score.value:.3f})"
        for value, score in zip(returns, scores(rows, player), strict=True)
    ]
    costs = [row["cpu_s"] for row in rows]
    known = "" if None in costs or player != "agent" else f"{sum(costs) / len(costs):.0f}"
    size = f"{rows[0]['parameters']:,} | {rows[0]['memory_bytes']:,}"
    return f"| {name} | {' | '.join(cells)} | {size} | {known} |"


WORDS = {"wiped": "reset before every episode", "swapped": "adapted to another level"}


def scores(rows: list[dict[str, Any]], player: str) -> list[Any]:
    """The mean score of each episode with its interval over levels and training seeds."""
    curves = [row["curves"][player] for row in rows]
    values = np.array([curve["score"] for curve in curves])
    high, low = (np.array([curve[name] for curve in curves]) for name in ("score_high", "score_low"))
    return [over_seeds(values[:, k], (high - low)[:, k] / 2) for k in range(values.shape[1])]


def claims(record: dict[str, Any]) -> list[str]:
    """Whether each gain lies outside the intervals of both sides."""
    rows = {kind: [record["runs"][f"{kind} {seed}"] for seed in record["seeds"]] for kind in KINDS}
    ours, fixed = scores(rows["maml"], "agent"), scores(rows["maml reset-trained"], "agent")
    others = {
        "before any step": [ours[0]] * 4,
        "an agent trained without steps": fixed,
        "its own weights reset before the episode": scores(rows["maml"], "wiped"),
        "weights adapted to another level": scores(rows["maml"], "swapped"),
    }
    lines = []
    for name, them in others.items():
        verdicts = []
        for k, after in ((1, "one step"), (3, "three steps")):
            apart = ours[k].low > them[k].high
            word = "above, outside both intervals" if apart else "NOT above outside both intervals"
            verdicts.append(f"after {after} {ours[k].value:.3f} against {them[k].value:.3f}: {word}")
        lines.append(f"- maml against {name}: {'; '.join(verdicts)}.")
    for kind in ("rl2", "belief"):
        theirs = scores(rows[kind], "agent")
        lines += [_beside(ours[k], kind, theirs[k], k + 1) for k in (0, 1, 3)]
    return lines


def _beside(ours: Any, kind: str, theirs: Any, episode: int) -> str:
    """Which of gradient steps and another kind is better in an episode, if any."""
    word = "not apart"
    if ours.low > theirs.high or theirs.low > ours.high:
        word = f"{'maml' if ours.value > theirs.value else kind} is better"
    return f"- maml {ours.value:.3f} beside {kind} {theirs.value:.3f} in episode {episode}: {word}."


if __name__ == "__main__":
    main()
