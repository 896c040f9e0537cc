"""Our games of POPGym beside the package: the same observations, rewards and ends, step for step.

    python -m scripts.evidence.popgym.compare --peer VENV/bin/python

VENV is an environment with `pip install popgym==1.0.7`. The package deals its own decks and boards; half of
the episodes are played at random, half mostly by the plan. `--sample FILE` keeps a small recording for the
tests.
"""

import argparse
import os
import subprocess
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.popgym.family import NUMBERS, POPGymLevels
from gamemeta_levels.families.popgym.tasks import BATTLESHIP, SIZES, TASKS
from gamemeta_levels.family import generate_arrays
from tests.helpers.popgym_replay import differences

ROOT = Path(__file__).parents[3]
SAMPLE_SEED, SAMPLE_STEPS = 7, 300


def recorded(peer: str, steps: int, seed: int) -> dict[str, NDArray[Any]]:
    """Steps of the package by task and difficulty; `peer` is the Python that has it."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "played.npz"
        command = [peer, str(Path(__file__).with_name("peer.py")), str(out), "--seed", str(seed)]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "levels")}
        subprocess.run(
            [*command, "--steps", str(steps)], check=True, env=environment, stdout=subprocess.DEVNULL
        )
        with np.load(out) as played:
            return dict(played)


def ship_chances(played: dict[str, NDArray[Any]], seed: int) -> list[str]:
    """How often a square has a ship in boards of the package and in ours: the largest difference."""
    lines = []
    for size in (one for one in SIZES if one.task == BATTLESHIP):
        theirs = played[f"{size.name}/numbers"]
        ours = generate_arrays(POPGymLevels(size=size), np.arange(20_000) + seed, "any").more[NUMBERS]
        share = ours.mean(0)
        difference = share - theirs.mean(0)
        error = np.sqrt(share * (1 - share) * (1 / len(ours) + 1 / len(theirs)))
        lines.append(
            f"{size.name}: of {size.count} squares the largest difference in how often a ship lies there is "
            f"{np.abs(difference / error).max():.1f} standard errors ({len(theirs):,} boards of the package)"
        )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", required=True, metavar="PYTHON", help="an interpreter that has popgym")
    parser.add_argument("--steps", type=int, default=50_000, help="of each task and difficulty, at least")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=Path, metavar="FILE", help="write a small recording here instead")
    args = parser.parse_args()
    if args.sample:
        np.savez_compressed(args.sample, **recorded(args.peer, SAMPLE_STEPS, SAMPLE_SEED))
        print(f"wrote {args.sample}, {args.sample.stat().st_size:,} bytes")
        return
    played = recorded(args.peer, args.steps, args.seed)
    totals: dict[str, Counter[str]] = {name: Counter() for name in TASKS}
    for size in SIZES:
        totals[TASKS[size.task]].update(differences(played, size))
    for name, found in totals.items():
        print(
            f"{name}: {found['steps']:,} steps; other observations {found['observation']}, rewards "
            f"{found['reward']}, ends {found['end']}"
        )
    print("\n".join(ship_chances(played, args.seed)))


if __name__ == "__main__":
    main()
