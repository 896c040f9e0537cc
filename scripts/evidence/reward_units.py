"""Train on the same game with its reward in other units, and write docs/results/reward-units.md.

The game: one of four levers pays, which one is hidden, six pulls an episode; only the reward tells. What was
trained before is taken up again.

    python scripts/evidence/reward_units.py [--runs runs/reward-units] [--seeds 0 1]
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evidence import machine

from gamemeta.agent.file import read_agent
from gamemeta.files import write_atomically

ROOT = Path(__file__).resolve().parents[2]
GAME = Path(__file__).resolve().parent / "levers.py"
RESULTS = ROOT / "docs" / "results"
UNITS = {
    "as it is": (1.0, 0.0),
    "x 0.001": (0.001, 0.0),
    "x 0.01": (0.01, 0.0),
    "x 0.1": (0.1, 0.0),
    "x 10": (10.0, 0.0),
    "x 100": (100.0, 0.0),
    "x 1,000": (1000.0, 0.0),
    "0.1 more in every step": (1.0, 0.1),
    "1 more in every step": (1.0, 1.0),
    "1 less in every step": (1.0, -1.0),
    "10 more in every step": (1.0, 10.0),
}
"""What the reward of a pull, 0 or 1, is multiplied by, and what is added to it then."""
EQUAL = "trial.long_share=0"
"""Setting that makes all trials equally long."""
CASES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(UNITS, ()),
    **{f"{n} more in every step, `{EQUAL}`": (EQUAL,) for n in (1, 10)},
}
"""Rows of the page: a name of `UNITS`, and with further settings."""
STEPS, PULLS = 200_000, 6
SETTINGS = (
    "run.lanes=64",
    "run.rollout_steps=48",
    "run.shards=1",
    "run.validations=0",
    "ppo.minibatches=4",
    "network.width=64",
    "network.layers=1",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/reward-units"), help="where the runs are kept"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="training seeds")
    arguments = parser.parse_args()
    record: dict[str, Any] = {"machine": machine(), "steps": STEPS, "units": {}}
    commits = set()
    for name, more in CASES.items():
        scale, offset = UNITS[name.split(", `")[0]]
        runs = [trained(arguments.runs, scale, offset, seed, more) for seed in arguments.seeds]
        commits |= {read_agent(run / "agent.safetensors").training.get("commit", "")[:12] for run in runs}
        record["units"][name] = {
            seed: hits(run, scale, offset) for seed, run in zip(arguments.seeds, runs, strict=True)
        }
    record["commit"] = " and ".join(sorted(commits))
    write_atomically(RESULTS / "reward-units.json", (json.dumps(record, indent=1) + "\n").encode())
    text = page(record)
    write_atomically(RESULTS / "reward-units.md", text.encode())
    print(text)


def trained(runs: Path, scale: float, offset: float, seed: int, more: Sequence[str]) -> Path:
    """The run of one unit, trained with the command that users have; a complete one is kept."""
    run = runs / "-".join([f"{scale:g}-{offset:g}-{seed}", *more])
    if not (run / "table.json").exists():
        options = [word for setting in (*SETTINGS, *more) for word in ("--set", setting)]
        options += ["--set", f"game.scale={scale}", "--set", f"game.offset={offset}"]
        begin = [f"{GAME}:Levers", "--out", str(run), "--steps", str(STEPS), "--seed", str(seed), *options]
        words = ["--resume", str(run)] if (run / "checkpoint.safetensors").exists() else begin
        subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)
    return run


def hits(run: Path, scale: float, offset: float) -> dict[str, list[float]]:
    """By episode, on the test levels: share of the pulls that hit, and of the episodes whose last one did."""
    played = json.loads((run / "table.json").read_text(encoding="utf-8"))["agent"]
    pulls = [(total - PULLS * offset) / scale / PULLS for total in played["return"]]
    return {"pulls": [round(share, 3) for share in pulls], "last": played["success"]}


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    some = next(iter(next(iter(record["units"].values())).values()))["pulls"]
    lines = [
        "# Results: units of reward",
        "",
        f"Made by `python scripts/evidence/reward_units.py`, commit {record['commit']}. "
        f"{record['machine']}. One of four levers pays 1, the others 0; which one is hidden, an episode has "
        f"{PULLS} pulls, and nothing but the reward tells. {record['steps']:,} steps a training, 128 levels "
        "played. The reward is multiplied or moved before the agent sees it, in training and in play. Share "
        "of the pulls that hit, by episode, and of the last episodes that ended with a hit; chance is 0.25. "
        "There are only four levels, all met in training: this shows what is learned in a trial in any unit, "
        "not generalisation. Raw figures: `reward-units.json`.",
        "",
        "| reward | seed | "
        + " | ".join(f"episode {k + 1}" for k in range(len(some)))
        + f" | success, episode {len(some)} |",
        "|---" * (len(some) + 3) + "|",
    ]
    for name, seeds in record["units"].items():
        for seed, shares in seeds.items():
            cells = [f"{share:.3f}" for share in (*shares["pulls"], shares["last"][-1])]
            lines.append(f"| {name} | {seed} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
