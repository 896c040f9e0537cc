"""Plays the games of POPGym itself and writes down all that was hidden, done, seen and paid.

It is run by `compare.py`, in an environment that has the package `popgym`, with `levels/` on PYTHONPATH:

    python scripts/evidence/popgym/peer.py OUT.npz --steps 34000 --seed 1
"""

import argparse
from pathlib import Path

import numpy as np

import popgym.envs as package
from gamemeta_levels.families.popgym import tasks
from gamemeta_levels.families.popgym.plans import plan
from gamemeta_levels.families.popgym.tasks import SIZES, Size
from gamemeta_levels.splitmix import GOLDEN, MASK, combine, mix

CLASSES = (
    "RepeatPrevious",
    "Autoencode",
    "CountRecall",
    "Concentration",
    "HigherLower",
    "Battleship",
    "MineSweeper",
    "MultiarmedBandit",
)
"""Classes of the package by the number of our task; a difficulty follows."""
KNOWING = 0.5
"""Share of the episodes that mix the plan with random actions, so that deep states are met, too."""


class Draws:
    """Stands in for the generator of a bandit: the chance that our game draws."""

    def __init__(self, chance: int) -> None:
        self.chance, self.pulls = chance, 0

    def random(self) -> float:
        state = (combine(self.chance, self.pulls) + GOLDEN) & MASK
        self.pulls += 1
        return (mix(state) >> 11) / (1 << 53)


def hidden_numbers(env: object, size: Size, rng: np.random.Generator) -> list[int]:
    """What the package has hidden after a reset, as our levels hold it; arms are set to whole millionths."""
    if size.task == tasks.COUNT_RECALL:
        dealt = [env.deck_idx_type[deck.idx[::-1]] for deck in (env.value_deck, env.query_deck)]
        return np.concatenate(dealt).tolist()
    if size.task == tasks.CONCENTRATION:
        return env.deck_idx_type[env.deck.idx].tolist()
    if size.task == tasks.BATTLESHIP:
        return env.board.ravel().tolist()
    if size.task == tasks.MINESWEEPER:
        return (env.hidden_grid == 1).ravel().astype(int).tolist()
    if size.task == tasks.MULTIARMED_BANDIT:
        millionths = rng.integers(0, size.kinds, size.count)
        env.bandits = millionths / 1e6
        return millionths.tolist()
    kind = env.deck.ranks_idx if size.task == tasks.HIGHER_LOWER else env.deck.suits_idx
    return kind[env.deck.idx[::-1]].tolist()


def seen(size: Size, obs: object) -> list[int]:
    """An observation as one row of numbers, in the order of our buffers."""
    if size.task == tasks.AUTOENCODE:
        mode, card = obs
        return [card, mode]
    return np.ravel(obs).tolist()


def episode(env: object, size: Size, rng: np.random.Generator, number: int) -> dict[str, object]:
    """One episode; actions are random, or every other one is that of the plan."""
    first, _ = env.reset(seed=number)
    chance = int(rng.integers(0, 2**63))
    numbers = hidden_numbers(env, size, rng)
    if size.task == tasks.MULTIARMED_BANDIT:
        env._np_random = Draws(chance)
    best, knowing = plan(size, numbers), rng.random() < KNOWING
    in_turn = size.task in (tasks.CONCENTRATION, tasks.BATTLESHIP, tasks.MINESWEEPER)
    actions, rewards, obs, taken, done = [], [], [seen(size, first)], 0, False
    while not done:
        action = int(rng.integers(size.actions))
        if knowing and rng.random() < 0.9:
            action = best[(taken if in_turn else len(actions)) % len(best)]
            taken += 1
        square = divmod(action, size.sides[1])
        is_board = size.task in (tasks.BATTLESHIP, tasks.MINESWEEPER)
        now, reward, terminated, truncated, _ = env.step(square if is_board else action)
        done = bool(terminated or truncated)
        actions.append(action)
        rewards.append(float(reward))
        obs.append(seen(size, now))
    return {"numbers": numbers, "chance": chance, "actions": actions, "rewards": rewards, "obs": obs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=34_000, help="at least, of each task and difficulty")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    arrays = {}
    for size in SIZES:
        env = getattr(package, CLASSES[size.task] + tasks.DIFFICULTIES[size.difficulty].capitalize())()
        rng, steps, played = np.random.default_rng([args.seed, size.code]), 0, []
        while steps < args.steps:
            played.append(episode(env, size, rng, args.seed * 1_000_000 + len(played)))
            steps += len(played[-1]["actions"])
        arrays[f"{size.name}/length"] = np.array([len(one["actions"]) for one in played], np.int32)
        arrays[f"{size.name}/numbers"] = np.array([one["numbers"] for one in played], np.int32)
        arrays[f"{size.name}/chance"] = np.array([one["chance"] for one in played], np.uint64)
        arrays[f"{size.name}/actions"] = np.concatenate([one["actions"] for one in played]).astype(np.uint8)
        arrays[f"{size.name}/rewards"] = np.concatenate([one["rewards"] for one in played])
        arrays[f"{size.name}/obs"] = np.concatenate([one["obs"] for one in played]).astype(np.uint8)
        print(f"{size.name}: {len(played)} episodes, {steps} steps", flush=True)
    np.savez_compressed(args.out, **arrays)


if __name__ == "__main__":
    main()
