"""Evaluation of an agent: the adaptation table on unseen levels, and a verdict in words."""

import os
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from gamemeta.agent.file import AgentFile
from gamemeta.command_line import command_word
from gamemeta.errors import ConfigError
from gamemeta.evaluation.controls import adaptation_table, has_par
from gamemeta.evaluation.episodes import Actor
from gamemeta.evaluation.statistics.adaptation import Adaptation
from gamemeta.evaluation.statistics.scores import Arm, Curve, curves
from gamemeta.games.registry import typed_word
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.spec import Spec
from gamemeta.trials.lanes import teams_of
from gamemeta_levels.families.level_set import LEAST_TEST, LevelSet
from gamemeta_levels.family import LevelArrays, generate_arrays
from gamemeta_levels.split import split_code

LEVELS = 1024
"""Number of levels of an adaptation table."""

LEARNED_SCORE = 0.05
"""Below this score in the last episode, an agent counts as untrained."""


@dataclass
class Evaluation:
    """Adaptation curves of an agent and its controls; of agents of several training seeds, their means.

    The players are `agent`, `wiped`, `swapped`, `random` and `par`, and the baselines where they were played:
    `reset_trained`, `revealed` and `fine_tuned`. `arms` and `played` hold records and levels that the
    curves are made of; they are not part of the JSON.
    """

    setup: GameSetup
    """The game."""
    split: str
    levels: int
    episodes: int
    seed: int
    curves: dict[str, Curve]
    arms: dict[str, Arm] = field(repr=False, compare=False)
    """The record of each player: [levels, K], or [seeds, levels, K] for those that were trained."""
    played: LevelArrays = field(repr=False, compare=False)
    """The levels, in the order of the records."""
    adaptation: Adaptation | None = None
    """Room, index and verdict, where the baselines were played."""
    sides: int = 1
    """Number of sides that the agent played at once, against itself where there are several."""

    @property
    def game(self) -> str:
        """Name of the game."""
        return self.setup.name

    def to_json(self) -> dict[str, Any]:
        """Game and levels, every curve by its player, and room and index where they are known."""
        head = {k: getattr(self, k) for k in ("game", "split", "levels", "episodes", "seed")}
        head |= {} if self.scored else {"measure": self.measure}
        judged = {"adaptation": self.adaptation.to_json()} if self.adaptation else {}
        return {**head, **{name: curve.to_json() for name, curve in self.curves.items()}, **judged}

    @property
    def seeds(self) -> int:
        """Number of training seeds that the curves are means over."""
        returns = self.arms["agent"].returns
        return len(returns) if returns.ndim == 3 else 1

    @property
    def scored(self) -> bool:
        """Whether par is known. Otherwise the scores of the curves are returns."""
        return "par" in self.curves

    @property
    def measure(self) -> str:
        """Measure of the curves: `score`, or `return` where par is unknown."""
        return "score" if self.scored else "return"

    @property
    def learned(self) -> bool:
        """Whether the agent's last episode is better than random play."""
        by_chance = LEARNED_SCORE if self.scored else max(self.curves["random"].score_high)
        return self.curves["agent"].score_low[-1] > by_chance

    @property
    def adapts(self) -> bool:
        """Whether the last episode beats both controls outside the 95% intervals."""
        low = self.curves["agent"].score_low[-1]
        controls = [self.curves[c] for c in ("wiped", "swapped") if c in self.curves]
        return self.learned and all(low > control.score_high[-1] for control in controls)

    def verdict(self) -> str:
        """One sentence about the agent and its controls."""
        sentence = self._sentence()
        if self.seeds == 1:
            return sentence
        return f"Over {self.seeds} training seeds, {sentence[0].lower()}{sentence[1:]}"

    @property
    def _unit(self) -> str:
        """Unit of the values, where they are not scores."""
        return "" if self.scored else "return "

    def _sentence(self) -> str:
        agent, last = self.curves["agent"].score, self.episodes
        does = "scores" if self.scored else "earns a return of"
        if self.sides > 1:
            return (
                "The agent played every side against itself, so its scores do not show its skill: what one "
                "side wins another may lose. Let it play others: "
                f"gamemeta crossplay AGENT --game {command_word(typed_word(self.game) or self.game)}."
            )
        if not self.learned:
            random = 0 if self.scored else f"{np.mean(self.curves['random'].score):.2f}"
            return (
                f"Nothing was learned: in episode {last} the agent {does} {agent[-1]:.2f}, and random "
                f"play {does} {random}. Train longer (--steps), or look at the health figures in the log."
            )
        if "wiped" not in self.curves:
            return f"The agent {does} {agent[0]:.2f} in episode 1 and {agent[-1]:.2f} in episode {last}."
        rivals = ", ".join(
            f"{name} memory {self.curves[name].score[-1]:.2f}"
            for name in ("wiped", "swapped")
            if name in self.curves
        )
        if self.adapts:
            return (
                f"The agent adapts: {self._unit}{agent[0]:.2f} in episode 1, {agent[-1]:.2f} in episode "
                f"{last} "
                f"({rivals})."
            )
        return (
            f"No adaptation shows: {self._unit}{agent[-1]:.2f} in episode {last} is not outside the "
            f"intervals of its controls ({rivals})."
        )


def evaluate(
    actor: Actor,
    setup: GameSetup,
    *,
    split: str = "test",
    levels: int = LEVELS,
    episodes: int = 4,
    seed: int = 0,
    controls: bool = True,
    threads: int = 0,
    spec: Spec | None = None,
    level_set: LevelSet | None = None,
) -> Evaluation:
    """Play K episodes on each of the first levels of a split, with its controls.

    Args:
        actor: the agent; a task learner, say.
        setup: what it plays.
        split: `test`, `validation`, `train` or `far`; `any` for plain seeds.
        levels: number of levels, seeds 0, 1, 2 ...
        episodes: K.
        seed: of the agent's draws.
        controls: whether to play the memory-wiped and the swapped control as well.
        threads: 0 takes one for each core.
        spec: what the actor sees and does, to be compared with the game's.
        level_set: where the levels come from, each once at most; the family of the game if None.
    Raises:
        UnknownName: no such game or split.
        ConfigError: a number out of range, or too few fixed levels of the split.
        AgentFileError: the actor was made for another form of the game.
    """
    split_code(split)
    if level_set is not None:
        level_set.need(split, LEAST_TEST if controls else 1)
    for name, value, low, high in (
        ("levels", levels, 1, 10**6),
        ("episodes", episodes, 1, 1000),
        ("seed", seed, 0, 2**63 - 1),
    ):
        if not low <= value <= high:
            raise ConfigError(f"{name} = {value}: give {low} to {high}.")
    if spec is not None:
        setup.check_fits(spec)
    one, family = setup.game(), level_set or setup.family()
    count = family.count(split)
    levels = levels if count is None else min(levels, count)
    played = generate_arrays(family, range(levels), split)
    table = adaptation_table(
        actor,
        setup.game,
        played,
        episodes,
        seed=seed,
        controls=("wiped", "swapped") if controls else (),
        redraw=family.redrawn_rules if controls else None,
        threads=1 if one.about.live else threads or os.cpu_count() or 1,
        started=lambda: torch.set_num_threads(1),
    )
    sides = 1 if one.seats == 1 else len(set(teams_of(one).tolist()))
    return Evaluation(setup, split, levels, episodes, seed, curves(table), table, played, sides=sides)


def need_par(file: AgentFile, what: str) -> None:
    """Raises ConfigError where par is unknown: `what` needs scores."""
    setup = GameSetup.of(file)
    setup.check_fits(file.spec)
    if not has_par(setup.game(), generate_arrays(setup.family(), [0], "any")):
        raise ConfigError(
            f"{what} needs scores, and the return that counts as score 1 in {file.game!r} is unknown. "
            "Train with a return to aim at, such as --set game.par=475."
        )


def evaluate_agent(
    file: AgentFile, *, split: str = "test", levels: int = LEVELS, episodes: int | None = None, **more: Any
) -> Evaluation:
    """`evaluate` for an agent file, on its game, settings and levels.

    Args:
        file: the agent.
        split, levels: as `evaluate`.
        episodes: K; as the agent was trained if None.
        more: seed, controls, threads and level_set of `evaluate`.
    Raises: as `evaluate`.
    """
    return evaluate(
        learner_of(file),
        GameSetup.of(file),
        split=split,
        levels=levels,
        episodes=file.episodes if episodes is None else episodes,
        spec=file.spec,
        **more,
    )
