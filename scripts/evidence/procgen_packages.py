"""Do Procgen's two packages play the same? `python scripts/evidence/procgen_packages.py`, where both can be
imported.

Both play the same random actions in every game and mode, and each goes on from the states that the other
saved. Ends with exit code 1 where a reward, an end, a completed level or a state differs. Frames may differ,
for each package draws with a Qt of its own; how many do, by how many of their 4,096 pixels, is told.
"""

import argparse
import sys

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.outside.procgen.facts import ACTIONS, EXPLORATION, GAMES
from gamemeta.games.outside.procgen.vector import Gym3Vector, PortVector, Vector, make_vector


def main() -> None:
    """Print a line for every game and mode."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--lanes", type=int, default=12, help="games side by side")
    words.add_argument("--steps", type=int, default=250, help="steps of each play")
    words.add_argument("--seed", type=int, default=0, help="of the actions")
    given = words.parse_args()
    rng, same = np.random.default_rng(given.seed), True
    for game, facts in GAMES.items():
        for mode in facts.modes:
            if mode != EXPLORATION:
                same &= _compare(game, mode, rng.integers(0, ACTIONS, (given.steps, given.lanes), np.int32))
    sys.exit(not same)


def _compare(game: str, mode: str, actions: NDArray[np.int32]) -> bool:
    """Play the actions [T, N] in both; whether all but the frames was the same."""
    pair = [make_vector(game, mode, actions.shape[1], 0, kinds=(kind,)) for kind in (Gym3Vector, PortVector)]
    alike, episodes, pixels = True, 0, []
    for t, row in enumerate(actions):
        if t == len(actions) // 2:
            alike &= _exchange(*pair)
        for vector in pair:
            vector.actions[:] = row
            vector.step()
        one, other = pair
        alike &= all(_facts(one)[name] == told for name, told in _facts(other).items())
        episodes += int(one.ended.sum())
        pixels.append((one.frames != other.frames).any(-1).sum((1, 2)))
    alike &= _exchange(*pair)
    wrong = np.concatenate(pixels)
    each = wrong[wrong > 0].mean() if wrong.any() else 0.0
    print(
        f"{game:<10} {mode:<8} {episodes:>6,} episodes ended  {'the same' if alike else 'DIFFERENT'}; "
        f"{(wrong > 0).mean():.2%} of frames differ, by {each:.0f} pixels each",
        flush=True,
    )
    return alike


def _facts(vector: Vector) -> dict[str, bytes]:
    return {name: getattr(vector, name).tobytes() for name in ("reward", "ended", "completed")}


def _exchange(one: Vector, other: Vector) -> bool:
    """Let each go on from the states of the other; whether they were the same."""
    states = [[vector.save(i) for i in range(len(vector.reward))] for vector in (one, other)]
    for vector, given in zip((other, one), states, strict=True):
        for i, state in enumerate(given):
            vector.load(i, state)
    return states[0] == states[1]


if __name__ == "__main__":
    main()
