"""Plans for levels of `xland`: what one who knows goal and rules does on a layout."""

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import UnsolvableLevel
from gamemeta_levels.families.xland.layout_kernels import draw_layout
from gamemeta_levels.families.xland.plan_kernels import Nodes, Walk, scratch, search
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.kernel import combine

LAYOUTS = 4
"""Layouts on which the expected return of a level's plans is measured."""


def plan_of(arrays: LevelArrays, row: int, limit: int) -> list[int]:
    """Actions that reach the goal on the layout that the level of this row has where layouts are kept.

    Raises:
        UnsolvableLevel: the search found none within the limit, steps.
    """
    room = scratch(int(arrays.size[row, 0]), limit)
    plan = _plan(arrays, row, int(arrays.content_hash[row]), room, limit)
    if plan is None:
        raise UnsolvableLevel(
            f"no plan of at most {limit} steps was found for the layout that this level has with "
            "game.layout=kept. The search is bounded: there may be one. Other layouts of the level may be "
            "easier; try another level, or play it."
        )
    return plan


def plan_steps(arrays: LevelArrays, limit: NDArray[np.int32], kept: bool) -> NDArray[np.int32]:
    """Steps [N, layouts] of plans for each level, -1 where the search found none.

    Args:
        arrays: the levels.
        limit: [N], steps of an episode.
        kept: whether each level has the one layout that it keeps; else those of `LAYOUTS` chances.
    """
    steps = np.full((len(arrays), 1 if kept else LAYOUTS), -1, np.int32)
    rooms: dict[tuple[int, int], tuple[Nodes, Walk]] = {}
    for row in range(len(arrays)):
        form = int(arrays.size[row, 0]), int(limit[row])
        room = rooms[form] = rooms.get(form) or scratch(*form)
        content = int(arrays.content_hash[row])
        for k in range(steps.shape[1]):
            chance = content if kept else int(combine(np.uint64(content), k + 1))
            plan = _plan(arrays, row, chance, room, form[1])
            steps[row, k] = -1 if plan is None else len(plan)
    return steps


def _plan(
    arrays: LevelArrays, row: int, chance: int, room: tuple[Nodes, Walk], limit: int
) -> list[int] | None:
    """A plan for the layout of this chance; None where none was found."""
    side, more = int(arrays.size[row, 0]), arrays.more
    board, agent = np.zeros((side, side), np.uint8), np.zeros(4, np.int32)
    stream = np.array([combine(np.uint64(chance), 0)], np.uint64)
    cells = np.zeros(side * side, np.int32)
    draw_layout(
        stream, arrays.tiles[row], side, more["doors"][row], more["things"][row], 0, cells, board, agent
    )
    plan = np.zeros(limit, np.uint8)
    length = int(search(board, agent, more["goal"][row], more["rules"][row], *room, plan))
    return None if length < 0 else plan[:length].tolist()
