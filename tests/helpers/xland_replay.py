"""What the original of `xland` was recorded to do, played again by our kernels."""

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland import rule_kernels as kernels

VIEW = 5
PAD = VIEW - 1
ROUNDING = 3e-7
"""Two units in the last place of a number from 1 to 2, which a fused multiplication may change."""


def differences(played: dict[str, NDArray[Any]]) -> tuple[int, Counter[int], int, float]:
    """Steps after which anything differs, goals reached by kind, steps in which a rule changed something, and
    the largest difference of a reward. Every step begins from the state that the original was in."""
    goals = e.read_goals(played["goals"])
    n = len(goals)
    rules = e.read_rules(played["rules"].reshape(-1, e.RULE_BYTES)).reshape(n, -1, 4)
    steps, limit = played["steps"].astype(np.int32), int(played["limit"])
    boards, agents = state(*(played[f"first_{name}"] for name in ("grid", "position", "direction", "pocket")))
    reward, terminated, truncated = np.zeros(n, np.float32), np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    view = np.zeros((n, VIEW, VIEW, 2), np.uint8)
    wrong, reached, changed, rounding = 0, Counter[int](), 0, 0.0
    for t, actions in enumerate(played["actions"].astype(np.int64)):
        plain = [boards.copy(), agents.copy()]
        no_rules, none = np.zeros_like(rules), np.zeros_like(goals)
        kernels.play(actions, *plain, none, no_rules, steps.copy(), limit, reward, terminated, truncated)
        assert (
            kernels.play(actions, boards, agents, goals, rules, steps, limit, reward, terminated, truncated)
            == -1
        )
        kernels.observe(boards, agents, view)
        after = state(*(played[name][t] for name in ("grid", "position", "direction", "pocket")))
        gap = np.abs(reward - played["reward"][t])
        last = terminated | truncated
        same = (
            (boards == after[0]).all((1, 2))
            & (agents == after[1]).all(1)
            & (view == played["view"][t]).all((1, 2, 3))
        )
        same &= (terminated == played["terminated"][t]) & (last == played["last"][t]) & (gap <= ROUNDING)
        wrong += int((~same).sum())
        changed += int(((boards != plain[0]).any((1, 2)) | (agents != plain[1]).any(1)).sum())
        reached.update(goals[terminated, 0].tolist())
        rounding = max(rounding, float(gap.max()))
        boards, agents = after
    return wrong, reached, changed, rounding


def state(
    grid: NDArray[np.uint8], position: NDArray[Any], direction: NDArray[Any], pocket: NDArray[Any]
) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    """Boards and agents as our kernels have them."""
    codes = (grid[..., 0] * e.COLOURS + grid[..., 1]).astype(np.uint8)
    boards = np.pad(codes, ((0, 0), (PAD, PAD), (PAD, PAD)))
    held = pocket[:, 0].astype(np.int32) * e.COLOURS + pocket[:, 1]
    agents = np.column_stack([position + PAD, direction, held]).astype(np.int32)
    return boards, agents
