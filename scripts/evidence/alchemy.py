"""The two anchors of Symbolic Alchemy, as proof that its rules are right: docs/results/alchemy.json.

    python scripts/evidence/alchemy.py [--instances 10000] [--seed 0]

Each instance is a chemistry that is played for ten episodes of twenty steps.
"""

import argparse
import json
import time
from pathlib import Path

from gamemeta.calibration import alchemy
from gamemeta.files import write_atomically

RESULTS = Path("docs/results")


def main() -> None:
    """Play both players and write what they earn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--instances", type=int, default=10_000, help="chemistries, at least 1,000")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.instances < 1000:
        parser.error(f"--instances {given.instances}: give at least 1000.")
    levels = alchemy.draw_chemistries(given.instances, given.seed)
    record = {
        "instances": given.instances,
        "seed": given.seed,
        "oracle_exact": alchemy.EPISODES * alchemy.oracle_value(),
        "players": {name: measured(name, levels, given.seed) for name in alchemy.PLAYERS},
    }
    write_atomically(RESULTS / "alchemy.json", (json.dumps(record, indent=1) + "\n").encode())
    print(json.dumps(record, indent=1))


def measured(name: str, levels: alchemy.LevelArrays, seed: int) -> dict[str, float]:
    """Mean total over ten episodes, its standard error, and the published figure."""
    begun = time.process_time()
    total = alchemy.PLAYERS[name](levels, alchemy.EPISODES, seed).sum(axis=1)
    return {
        "mean": round(float(total.mean()), 2),
        "standard_error": round(float(total.std(ddof=1) / len(total) ** 0.5), 2),
        "quoted": alchemy.PUBLISHED[name],
        "processor_s": round(time.process_time() - begun, 1),
    }


if __name__ == "__main__":
    main()
