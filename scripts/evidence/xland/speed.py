"""Steps a second of our rules of XLand-MiniGrid with their views, in processor time of one core.

    python -m scripts.evidence.xland.speed

Random actions on rulesets of a task set, in one room of 9 x 9, 1,024 games side by side. Episodes go on when
a goal is reached: drawing layouts is no part of it.
"""

import time

import numpy as np

from gamemeta_levels.families.draws import Draws
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland import rule_kernels as kernels
from gamemeta_levels.families.xland.rulesets import TASK_SETS, draw_ruleset

GAMES, STEPS, TRIES, SIDE, VIEW = 1024, 400, 5, 9, 5
PAD = VIEW - 1


def rates(name: str) -> list[float]:
    """Steps a second in each of some tries."""
    rng = np.random.default_rng(0)
    drawn = [draw_ruleset(TASK_SETS[name], Draws(0, i)) for i in range(GAMES)]
    goals = np.array([one.goal for one in drawn], np.uint8)
    rules = np.zeros((GAMES, max(1, *(len(one.rules) for one in drawn)), 4), np.uint8)
    boards = np.zeros((GAMES, SIDE + 2 * PAD, SIDE + 2 * PAD), np.uint8)
    boards[:, PAD:-PAD, PAD:-PAD] = e.WALL_TILE
    boards[:, PAD + 1 : -PAD - 1, PAD + 1 : -PAD - 1] = e.FLOOR_TILE
    agents = np.zeros((GAMES, 4), np.int32)
    for i, one in enumerate(drawn):
        rules[i, : len(one.rules)] = np.array(one.rules, np.uint8).reshape(-1, 4)
        cells = rng.permutation((SIDE - 2) ** 2)[: len(one.things) + 1]
        places = PAD + 1 + np.stack(np.divmod(cells, SIDE - 2), 1)
        boards[i, places[1:, 0], places[1:, 1]] = one.things
        agents[i, :2] = places[0]
    actions = rng.integers(0, kernels.ACTIONS, (STEPS, GAMES))
    reward, ends = np.zeros(GAMES, np.float32), np.zeros((2, GAMES), np.bool_)
    steps, view = np.zeros(GAMES, np.int32), np.zeros((GAMES, VIEW, VIEW, 2), np.uint8)
    found = []
    for _ in range(TRIES + 1):
        began = time.process_time()
        for chosen in actions:
            kernels.play(chosen, boards, agents, goals, rules, steps, 243, reward, *ends)
            kernels.observe(boards, agents, view)
        found.append(GAMES * STEPS / (time.process_time() - began))
    return found[1:]


def main() -> None:
    for name in TASK_SETS:
        found = rates(name)
        print(f"{name}: {np.median(found):,.0f} steps/s ({min(found):,.0f} to {max(found):,.0f})")


if __name__ == "__main__":
    main()
