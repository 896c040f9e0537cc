"""Is every level of Procgen the same again, bit for bit? `python scripts/evidence/procgen_replay.py`.

In each of the sixteen games, random levels are played with random actions: again, restored in other games,
and in Procgen alone. Ends with exit code 1 where anything differs. `--all-modes` looks beyond easy levels.
"""

import argparse
import sys

from gamemeta.games.outside.procgen.replay import Replayed, check_all


def main() -> None:
    """Print a line for every game and mode."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--levels", type=int, default=100, help="random levels in each game")
    words.add_argument("--steps", type=int, default=200, help="steps of each play")
    words.add_argument("--seed", type=int, default=0, help="of levels and actions")
    words.add_argument("--all-modes", action="store_true", help="every mode of every game, not easy alone")
    given = words.parse_args()
    mode = None if given.all_modes else "easy"
    sys.exit(not check_all(given.levels, given.steps, given.seed, _tell, mode))


def _tell(game: str, mode: str, found: Replayed) -> None:
    parts = ("again", "elsewhere", "alone", "followed")
    wrong = [f"{name}: {len(getattr(found, name))} differ" for name in parts if getattr(found, name)]
    result = ", ".join(wrong) or "the same in every play"
    print(f"{game:<10} {mode:<12} {found.episodes:>6,} episodes ended  {result}", flush=True)


if __name__ == "__main__":
    main()
