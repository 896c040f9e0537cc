"""Our rules of XLand-MiniGrid beside the original: the same states, views, rewards and ends, step for step.

    python -m scripts.evidence.xland.compare --peer VENV/bin/python

VENV is an environment with `pip install xminigrid`. `--sample FILE` keeps a small recording for the tests.
"""

import argparse
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.draws import Draws
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.rulesets import (
    MOST_RULES,
    MOST_THINGS,
    TASK_SETS,
    THINGS,
    Ruleset,
    draw_ruleset,
)
from tests.helpers.xland_replay import differences

LAYOUTS = ("XLand-MiniGrid-R1-9x9", "XLand-MiniGrid-R4-13x13", "XLand-MiniGrid-R9-16x16")
SAMPLE_SEED, SAMPLE_GAMES, SAMPLE_STEPS = 7, 100, 60
FEW = 4
"""Tiles of a dense ruleset."""


def dense(draws: Draws) -> Ruleset:
    """A ruleset about four tiles alone, of which 25 lie about: rules and goals meet all the time."""
    tiles = [THINGS[draws.below(len(THINGS))] for _ in range(FEW - 1)]
    tiles.append(e.GOAL * e.COLOURS + e.PAINTS[draws.below(len(e.PAINTS))])

    def one() -> int:
        return tiles[draws.below(FEW)]

    kinds = (*e.GOALS_OF_ONE, *e.GOALS_OF_TWO)
    kind = kinds[draws.below(len(kinds))]
    goal = kind, one(), one() if kind in e.GOALS_OF_TWO else 0
    rules = []
    for _ in range(draws.below(3)):
        made = (*e.RULES_OF_ONE, *e.RULES_OF_TWO)[draws.below(len(kinds))]
        product = one() if draws.below(5) else e.FLOOR_TILE
        rules.append((made, one(), one() if made in e.RULES_OF_TWO else 0, product))
    return Ruleset(goal, tuple(rules), tuple(one() for _ in range(MOST_THINGS)))


def rows_of(rulesets: list[Ruleset]) -> dict[str, NDArray[Any]]:
    """Goals [N, 5], rules [N, 18, 7] and things [N, 25, 2] as the original takes them."""
    n = len(rulesets)
    goals = np.array([one.goal for one in rulesets], np.uint8)
    rules, things = np.zeros((n, MOST_RULES, 4), np.uint8), np.zeros((n, MOST_THINGS), np.uint8)
    for i, one in enumerate(rulesets):
        if one.rules:
            rules[i, : len(one.rules)] = one.rules
        things[i, : len(one.things)] = one.things
    return {
        "goals": e.write_goals(goals),
        "rules": e.write_rules(rules.reshape(-1, 4)).reshape(n, MOST_RULES, -1),
        "things": np.stack(np.divmod(things, np.uint8(e.COLOURS)), -1),
    }


def of_every_kind(games: int, seed: int) -> list[Ruleset]:
    """As many dense rulesets as there are of each task set."""
    kinds = (*TASK_SETS.values(), None)
    drawn = []
    for i in range(games):
        kind, draws = kinds[i % len(kinds)], Draws(seed, i)
        drawn.append(draw_ruleset(kind, draws) if kind else dense(draws))
    return drawn


def record(peer: str, layout: str, rulesets: list[Ruleset], steps: int, seed: int) -> dict[str, NDArray[Any]]:
    """What the original does under random actions on these rulesets, with their rows."""
    rows = rows_of(rulesets)
    with TemporaryDirectory() as folder:
        given, out = Path(folder) / "rulesets.npz", Path(folder) / "played.npz"
        np.savez(given, layout=np.array(layout), steps=steps, seed=seed, **rows)
        subprocess.run([peer, str(Path(__file__).with_name("peer.py")), given, out], check=True)
        with np.load(out) as played:
            return rows | dict(played)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer", required=True, help="Python of an environment that has xminigrid")
    parser.add_argument("--games", type=int, default=1024, help="games side by side, for each layout")
    parser.add_argument("--steps", type=int, default=340, help="steps of each game")
    parser.add_argument("--sample", type=Path, help="keep some games on dense rulesets in this file")
    options = parser.parse_args()
    for seed, layout in enumerate(LAYOUTS):
        rulesets = of_every_kind(options.games, seed)
        played = record(options.peer, layout, rulesets, options.steps, seed)
        count, reached, changed, rounding = differences(played)
        total = options.games * options.steps
        kinds = ", ".join(f"{kind}: {n}" for kind, n in sorted(reached.items()))
        print(f"{layout}: {total:,} steps, {count} differ; a rule changed something in {changed:,}; ")
        print(f"  goals reached by kind: {kinds}; largest difference of a reward {rounding:.1e}", flush=True)
    if options.sample:
        rulesets = [dense(Draws(SAMPLE_SEED, i)) for i in range(SAMPLE_GAMES)]
        played = record(options.peer, LAYOUTS[0], rulesets, SAMPLE_STEPS, SAMPLE_SEED)
        np.savez_compressed(options.sample, **played)


if __name__ == "__main__":
    main()
