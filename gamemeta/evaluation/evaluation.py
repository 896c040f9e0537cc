"""Evaluating an agent: the adaptation table on unseen levels, and what it says in words."""

import os
from dataclasses import dataclass, field
from typing import Any

import torch

from gamemeta.errors import ConfigError
from gamemeta.evaluation.controls import adaptation_table
from gamemeta.evaluation.episodes import Actor
from gamemeta.evaluation.scores import Arm, Curve, curves
from gamemeta.games.restore import restored_family, restored_game
from gamemeta_levels.family import LevelArrays, generate_arrays
from gamemeta_levels.split import split_code

LEARNED_SCORE = 0.05
"""Below this score in the last episode, nothing worth the name was learned."""


@dataclass
class Evaluation:
    """Adaptation curves of an agent and its controls.

    `arms` and `played` keep what they were made of, level by level; they are not part of the JSON.
    """

    game: str
    split: str
    levels: int
    episodes: int
    seed: int
    curves: dict[str, Curve]
    arms: dict[str, Arm] = field(repr=False, compare=False)
    """The record of each player, [levels, K]."""
    played: LevelArrays = field(repr=False, compare=False)
    """The levels, in the order of the records."""

    def to_json(self) -> dict[str, Any]:
        head = {k: getattr(self, k) for k in ("game", "split", "levels", "episodes", "seed")}
        return {**head, **{name: curve.to_json() for name, curve in self.curves.items()}}

    @property
    def learned(self) -> bool:
        """Whether the agent's last episode is better than random play."""
        return self.curves["agent"].score_low[-1] > LEARNED_SCORE

    @property
    def adapts(self) -> bool:
        """Whether the last episode beats both controls outside the 95% intervals."""
        low = self.curves["agent"].score_low[-1]
        controls = [self.curves[c] for c in ("wiped", "swapped") if c in self.curves]
        return self.learned and all(low > control.score_high[-1] for control in controls)

    def verdict(self) -> str:
        """One sentence about what the table shows."""
        agent, last = self.curves["agent"].score, self.episodes
        if not self.learned:
            return (
                f"Nothing was learned: in episode {last} the agent scores {agent[-1]:.2f}, and random "
                "play scores 0. Train longer (--steps), or look at the health figures in the log."
            )
        if "wiped" not in self.curves:
            return f"The agent scores {agent[0]:.2f} in episode 1 and {agent[-1]:.2f} in episode {last}."
        rivals = ", ".join(
            f"{name} memory {self.curves[name].score[-1]:.2f}"
            for name in ("wiped", "swapped")
            if name in self.curves
        )
        if self.adapts:
            return (
                f"The agent adapts: {agent[0]:.2f} in episode 1, {agent[-1]:.2f} in episode {last} "
                f"({rivals})."
            )
        return (
            f"No adaptation shows: {agent[-1]:.2f} in episode {last} is not outside the intervals of "
            f"its controls ({rivals})."
        )


def evaluate(
    actor: Actor,
    game: str,
    game_config: dict[str, Any],
    level_parameters: dict[str, Any],
    *,
    split: str = "test",
    levels: int = 1024,
    episodes: int = 4,
    seed: int = 0,
    controls: bool = True,
    threads: int = 0,
) -> Evaluation:
    """Play K episodes on each of the first levels of a split, with the controls beside.

    Args:
        actor: the agent; a task learner, say.
        game, game_config, level_parameters: what it plays.
        split: `test`, `validation`, `train` or `far`.
        levels: how many, seeds 0, 1, 2 ...
        episodes: K.
        seed: of the agent's draws.
        controls: whether to play the memory-wiped and the swapped control as well.
        threads: 0 takes one for each core.
    Raises:
        UnknownName: no such game or split.
        ConfigError: a number out of range.
    """
    split_code(split)
    if not 1 <= levels <= 10**6:
        raise ConfigError(f"levels = {levels}: give 1 to 1000000.")
    if not 1 <= episodes <= 1000:
        raise ConfigError(f"episodes = {episodes}: give 1 to 1000.")
    family = restored_family(game, game_config, level_parameters)
    played = generate_arrays(family, range(levels), split)
    table = adaptation_table(
        actor,
        lambda n: restored_game(game, game_config, n),
        played,
        episodes,
        seed=seed,
        controls=("wiped", "swapped") if controls else (),
        threads=threads or os.cpu_count() or 1,
        started=lambda: torch.set_num_threads(1),
    )
    return Evaluation(game, split, levels, episodes, seed, curves(table), table, played)
