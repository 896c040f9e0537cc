"""Episodes of the package `popgym`, played again by our games."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.builtin.popgym.game import POPGymConfig
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import make_game
from gamemeta_levels.families.popgym.tasks import DIFFICULTIES, PREFIX, TASKS, Size
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import FLOOR

Recorded = Mapping[str, NDArray[Any]]


def differences(recorded: Recorded, size: Size) -> dict[str, int]:
    """Steps of recorded episodes in which our game shows, pays or ends anything else.

    Args:
        recorded: what `scripts.evidence.popgym.peer` wrote.
        size: the task and difficulty.

    Returns: the number of steps played, and of those in which observation, reward and end differ.
    """
    length, numbers, chance = (recorded[f"{size.name}/{part}"] for part in ("length", "numbers", "chance"))
    n, longest = len(length), int(length.max())
    game = make_game(PREFIX + TASKS[size.task], n, POPGymConfig(difficulty=DIFFICULTIES[size.difficulty]))
    family, out = game.family(), StepBuffers.empty(game)
    tiles = np.full(size.sides, FLOOR, np.uint8)
    levels = family.pack(
        [Level(family=family.name, tiles=tiles, hidden={size.name: tuple(row)}) for row in numbers]
    )
    levels.chance[:] = chance
    last = np.arange(longest)[:, None] >= length - 1
    before = np.arange(longest)[:, None] < length
    actions = _columns(recorded[f"{size.name}/actions"], length, longest)
    rewards = _columns(recorded[f"{size.name}/rewards"], length, longest)
    obs = _columns(recorded[f"{size.name}/obs"], length + 1, longest + 1)
    found = {"steps": int(length.sum()), "observation": 0, "reward": 0, "end": 0}
    game.reset(levels, np.ones(n, np.bool_), out)
    found["observation"] += int((_row(out) != obs[0]).any(1).sum())
    for t in range(longest):
        game.step(actions[t][:, None, None].astype(np.int64), out)
        counted = before[t]
        found["observation"] += int(((_row(out) != obs[t + 1]).any(1) & counted).sum())
        found["reward"] += int(((out.reward[:, 0] != rewards[t].astype(np.float32)) & counted).sum())
        found["end"] += int(((out.terminated[:, 0] != last[t]) & counted).sum())
    return found


def _columns(flat: NDArray[Any], length: NDArray[Any], longest: int) -> NDArray[Any]:
    """Values of episodes, one after the other, as [longest, N, ...], zeros behind the end of each."""
    filled = np.zeros((len(length), longest, *flat.shape[1:]), flat.dtype)
    filled[np.arange(longest) < length[:, None]] = flat
    return np.moveaxis(filled, 1, 0)


def _row(out: StepBuffers) -> NDArray[np.uint8]:
    """The observation as one row [N, numbers] of each game."""
    return np.concatenate([array[:, 0] for array in out.obs.values()], 1)
