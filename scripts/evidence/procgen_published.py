"""Read the raw logs of OpenAI's PPO on Procgen and write gamemeta/games/outside/procgen/published.json.

CHECKOUT is a clone of https://github.com/openai/train-procgen, or its bare git directory. What is committed
there is read, not the files beside it, and the commit is written down.

For each game, split and number of steps of a ladder: the mean return over the training runs on the 200 easy
levels and its deviation over them, each run's return being the mean of `eprewmean` over the last tenth of the
steps, at most the last million. As in `graph.py` there, the first ten rows of a log are left out: until
episodes of full length have ended, means are of short ones.

A log of `train` is that of the worker that learns. A log of `test` is that of a worker beside it that plays
all levels with the same agent and whose gradients weigh nothing (`train.py` there). Both write a row after
each update and have played equally many steps by then, so that `misc/total_timesteps` counts in both what the
agent has learned from.

    git clone https://github.com/openai/train-procgen
    python scripts/evidence/procgen_published.py train-procgen
"""

import argparse
import csv
import io
import json
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.files import write_atomically
from gamemeta.games.outside.procgen.facts import GAMES

OUT = Path(__file__).resolve().parents[2] / "gamemeta" / "games" / "outside" / "procgen" / "published.json"
REPOSITORY = "https://github.com/openai/train-procgen"
FOLDERS = [f"train_procgen/results/easy-200-run{run}" for run in range(3)]
SPLITS = ("train", "test")
STEPS, RETURN = "misc/total_timesteps", "eprewmean"
THOUSANDS = (
    *(200, 300, 400, 500, 700, 1_000, 1_500, 2_000, 3_000, 4_000),
    *(5_000, 7_000, 10_000, 15_000, 20_000, 25_000, 30_000, 40_000, 50_000),
)
LADDER = tuple(1000 * steps for steps in THOUSANDS)
"""Steps after which returns are told; the logs end 12,416 steps before the last."""
WINDOW_SHARE, WINDOW_STEPS = 0.1, 1_000_000
LEFT_OUT = 10
"""First rows of a log that are not used, as in `graph.py` of train-procgen."""
Log = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Steps and mean returns of the last 100 episodes, [rows] each."""


def main() -> None:
    """Read the logs and write the file."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument(
        "checkout", metavar="CHECKOUT", type=Path, help="clone of openai/train-procgen, or its git directory"
    )
    words.add_argument("--out", type=Path, default=OUT, help="file to write")
    given = words.parse_args()
    made = data(given.checkout)
    write_atomically(given.out, text(made).encode())
    print(f"{given.out}: {len(made['games'])} games at {len(LADDER)} numbers of steps.")


def data(checkout: Path) -> dict[str, Any]:
    """What the file holds.

    Args:
        checkout: a clone of train-procgen, or its bare git directory.

    Raises:
        SystemExit: it is neither, or a log is missing or broken off.
    """
    logs = read_logs(checkout)
    return {
        "repository": REPOSITORY,
        "commit": _git(checkout, "rev-parse", "HEAD").decode().strip(),
        "folders": FOLDERS,
        "column": RETURN,
        "window": {"share": WINDOW_SHARE, "at_most_steps": WINDOW_STEPS, "first_rows_left_out": LEFT_OUT},
        "steps": list(LADDER),
        "games": {game: {split: _curve(logs, game, split) for split in SPLITS} for game in GAMES},
    }


def read_logs(checkout: Path) -> dict[str, Log]:
    """The logs that are committed, by path."""
    packed = _git(checkout, "archive", "--format=tar", "HEAD", *FOLDERS)
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        found = {one.name: files.extractfile(one) for one in files if one.name.endswith(".csv")}
        return {path: _log(file.read().decode()) for path, file in found.items() if file is not None}


def _git(checkout: Path, *words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(checkout), *words], capture_output=True, check=False)
    if done.returncode:
        raise SystemExit(
            f"{checkout}: no checkout of train-procgen ({done.stderr.decode().strip()}). Make one: "
            f"git clone {REPOSITORY}"
        )
    return done.stdout


def _log(written: str) -> Log:
    rows = list(csv.DictReader(io.StringIO(written)))[LEFT_OUT:]
    return np.array([float(row[STEPS]) for row in rows]), np.array([float(row[RETURN]) for row in rows])


def _curve(logs: dict[str, Log], game: str, split: str) -> dict[str, list[float]]:
    """Mean return over runs at each step of the ladder, and the deviation over runs."""
    runs = []
    for folder in FOLDERS:
        path = f"{folder}/progress-{game}-{split}.csv"
        if path not in logs:
            raise SystemExit(f"{path}: not in the checkout. Give one of {REPOSITORY}.")
        runs.append([_mean_before(steps, logs[path], path) for steps in LADDER])
    returns = np.array(runs)  # [runs, ladder]
    return {
        "mean": [round(float(value), 3) for value in returns.mean(0)],
        "deviation": [round(float(value), 3) for value in returns.std(0, ddof=1)],
    }


def _mean_before(steps: int, log: Log, path: str) -> float:
    """Mean of the rows of the window that ends at these steps."""
    at, returns = log
    inside = (at > steps - min(WINDOW_SHARE * steps, WINDOW_STEPS)) & (at <= steps)
    if not inside.any():
        raise SystemExit(f"{path}: has no row just before {steps:,} steps. Give a full log.")
    return float(returns[inside].mean())


def text(made: dict[str, Any]) -> str:
    """The data as JSON, a line for each fact and each curve."""
    lines = [f'"{name}": {json.dumps(value)}' for name, value in made.items() if name != "games"]
    games = []
    for game, splits in made["games"].items():
        inner = ",\n  ".join(f'"{split}": {json.dumps(curve)}' for split, curve in splits.items())
        games.append(f'"{game}": {{\n  {inner}}}')
    return "{\n" + ",\n".join([*lines, '"games": {\n ' + ",\n ".join(games) + "\n}"]) + "\n}\n"


if __name__ == "__main__":
    main()
