"""Searches for a good path through several episodes of the Dark Room: `gamemeta.calibration.darkroom.PLAN`.

    python scripts/evidence/darkroom_plan.py --episodes 8 --width 2000 --seed 1

A beam search over paths. A path is worth what it earns over all goals: 21 - t for a cell that it first comes
to on step t of an episode, and for the same cell, in every later episode, what the oracle earns there. Paths
of the same length are ranked by that, and by what the cells not come to yet would earn, were they known from
the next episode on. Prints the path, one line an episode, and the expected return of each episode beside its
bound.
"""

import argparse

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration.darkroom import (
    CELLS,
    LETTERS,
    ORACLE,
    REACHED,
    START,
    STEPS,
    episode_bound,
    returns_along,
)

ACTIONS = REACHED.shape[1]


def search(episodes: int, width: int, seed: int = 0) -> tuple[str, ...]:
    """The best path that the beam finds.

    Args:
        episodes: of a trial.
        width: paths kept after each step.
        seed: of chance among paths of equal rank.
    """
    cells, visited = np.full(1, START), np.zeros((1, CELLS), np.bool_)
    value, steps, chance = np.zeros(1), [], np.random.default_rng(seed)
    for episode in range(episodes):
        cells[:] = START
        for step in range(STEPS):
            parent, cell = np.repeat(np.arange(len(cells)), ACTIONS), REACHED[cells].reshape(-1)
            seen = visited[parent]
            new = ~seen[np.arange(len(cell)), cell]
            seen[np.arange(len(cell)), cell] = True
            later = episodes - 1 - episode
            earned = value[parent] + new * (STEPS - step + later * ORACLE[cell])
            score = earned + later * ((~seen) @ ORACLE) + 1e-3 * chance.random(len(cell))
            kept = _best(score, seen, cell, width)
            cells, visited, value = cell[kept], seen[kept], earned[kept]
            steps.append((parent[kept], kept % ACTIONS))
    return _path(steps, int(value.argmax()), episodes)


def _best(
    score: NDArray[np.float64], seen: NDArray[np.bool_], cell: NDArray[np.int64], width: int
) -> NDArray[np.int64]:
    """The paths of highest score, one for each cell and set of visited cells."""
    order = np.argsort(-score, kind="stable")
    alike = np.concatenate([np.packbits(seen, axis=1), cell[:, None].astype(np.uint8)], axis=1)[order]
    _, first = np.unique(alike, axis=0, return_index=True)
    kept: NDArray[np.int64] = order[np.sort(first)][:width]
    return kept


def _path(
    steps: list[tuple[NDArray[np.int64], NDArray[np.int64]]], last: int, episodes: int
) -> tuple[str, ...]:
    letters = []
    for parent, action in reversed(steps):
        letters.append(LETTERS[action[last]])
        last = int(parent[last])
    whole = "".join(reversed(letters))
    return tuple(whole[STEPS * k : STEPS * (k + 1)] for k in range(episodes))


def main() -> None:
    """Search, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--episodes", type=int, default=8)
    parser.add_argument("--width", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    plan = search(asked.episodes, asked.width, asked.seed)
    curve = returns_along(plan, asked.episodes).mean(0)
    for episode, (line, value) in enumerate(zip(plan, curve, strict=True), 1):
        print(f"{line}  {value:.3f}, bound {episode_bound(episode):.3f}")
    print(f"{curve.sum():.3f} in {asked.episodes} episodes")


if __name__ == "__main__":
    main()
