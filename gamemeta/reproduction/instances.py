"""The unseen levels that every agent and every classic player of a cell is measured on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.blocks import LARGEST
from gamemeta.evaluation.episodes import Actor, Memory, play_episodes
from gamemeta.games.game import Game
from gamemeta.reproduction.cells import Cell, problem
from gamemeta.reproduction.recipes import TABLE, training_config
from gamemeta.reproduction.statistics import Estimate, Floats, mean
from gamemeta.trials.streams import Stream, episode_chance, trial_seeds
from gamemeta_levels.family import LevelArrays, generate_arrays

SPLIT, FIRST_SEED = "test", 1_000_000
"""The instances are the levels of these seeds on, which nothing else plays."""
TUNING_SPLIT = "validation"


@dataclass
class Played:
    """Returns of a player on the instances.

    Args:
        total: [N], over all episodes of each instance.
        curve: by episode, mean and standard error; empty where only totals are known.
        parameters: of a classic player.
    """

    total: Floats
    curve: list[Estimate] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)


def cell_game(cell: Cell, n: int) -> Game:
    """N games of this cell."""
    return training_config(cell, TABLE, 0).setup.game(n)


def instances(cell: Cell, count: int, split: str = SPLIT, first: int = FIRST_SEED) -> LevelArrays:
    """At least `count` levels; where a split has only a few, each of them equally often."""
    family = cell_game(cell, 1).family()
    if not problem(cell.problem).few:
        return generate_arrays(family, np.arange(first, first + count), split)
    some = generate_arrays(family, np.arange(FEW_SEEDS), split)
    _, each = np.unique(some.content_hash, return_index=True)
    return some.take(np.repeat(np.sort(each), -(-count // len(each))))


FEW_SEEDS = 20_000
"""Seeds among which every level of a split of a few hundred is found: of 700 levels, one is missing with a
chance of less than 1e-9."""


def strata(levels: LevelArrays) -> NDArray[np.int64] | None:
    """int64 [N], which of a few levels each instance is; None where all differ."""
    distinct, number = np.unique(levels.content_hash, return_inverse=True)
    return number.astype(np.int64) if 2 * len(distinct) <= len(levels) else None


AGENT, WIPED, SWAPPED = "agent", "wiped", "swapped"
"""The agent; with its memory cleared before every episode; and with the memory of another instance."""


def play_agent(
    actor: Actor, cell: Cell, levels: LevelArrays, alive: Callable[[float], None] = lambda share: None
) -> dict[str, Played]:
    """The agent, its actions drawn from its policy, for one trial on every instance.

    Args:
        actor: the agent.
        cell: the game it plays.
        levels: the instances.
        alive: called between two parts with the share that is done; may raise.

    Returns: by name, the agent, and its controls where the problem is shown by episode.
    """
    names = (AGENT, WIPED, SWAPPED) if problem(cell.problem).by_episode else (AGENT,)
    returns = {name: np.empty((len(levels), cell.n)) for name in names}
    for rows in parts(len(levels), LARGEST):
        alive(rows[0] / len(levels))
        for name, reached in _play_trials(actor, cell, levels, rows, names).items():
            returns[name][rows] = reached
    groups = strata(levels)
    return {name: played(reached, groups) for name, reached in returns.items()}


def _play_trials(
    actor: Actor, cell: Cell, levels: LevelArrays, rows: NDArray[np.int64], names: Sequence[str]
) -> dict[str, Floats]:
    """Returns [R, K] of these instances by name; draws depend on the number of the instance alone."""
    game, lanes = cell_game(cell, len(rows)), np.arange(len(rows))
    memory = Memory.blank(actor, game.spec, len(rows))
    seeds, part = trial_seeds(0, Stream.AGENT, rows), levels.take(rows)
    returns: dict[str, list[Floats]] = {name: [] for name in names}
    for episode in range(cell.n):
        chance = episode_chance(0, Stream.EVALUATION_CHANCE, rows, episode)
        memories = {
            SWAPPED: memory.take(np.roll(lanes, len(lanes) // 2)),  # equal levels lie side by side
            WIPED: Memory.blank(actor, game.spec, len(rows)),
            AGENT: memory,
        }
        steps = memory.steps.copy()
        for name in names:
            carried = memories[name]
            carried.steps = steps.copy()
            returns[name].append(play_episodes(actor, game, part, carried, seeds, chance).returns)
    return {name: np.stack(episodes, 1) for name, episodes in returns.items()}


def played(returns: Floats, groups: NDArray[np.int64] | None, **parameters: Any) -> Played:
    """Totals and curve of returns [N, K]; with K = 1 there is no curve."""
    episodes = range(returns.shape[1] if returns.shape[1] > 1 else 0)
    curve = [mean(returns[:, k], groups) for k in episodes]
    return Played(returns.sum(1), curve, parameters)


def parts(count: int, size: int) -> Iterator[NDArray[np.int64]]:
    """The numbers 0 .. count - 1 in parts of at most `size`."""
    for first in range(0, count, size):
        yield np.arange(first, min(first + size, count))
