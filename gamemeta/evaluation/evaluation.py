"""Evaluation of an agent: the adaptation table on unseen levels, and a verdict in words."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from gamemeta.agent.file import AgentFile
from gamemeta.command_line import par_command
from gamemeta.errors import ConfigError
from gamemeta.evaluation.alike import clusters_of, kinds_in_words
from gamemeta.evaluation.controls import adaptation_table, has_par
from gamemeta.evaluation.episodes import Actor
from gamemeta.evaluation.statistics.adaptation import Adaptation, compare
from gamemeta.evaluation.statistics.intervals import Clusters, basis
from gamemeta.evaluation.statistics.learning import NOT_LEARNED, TOO_FEW, learning
from gamemeta.evaluation.statistics.scores import Arm, Curve, curves
from gamemeta.evaluation.statistics.verdict import ADAPTS, UNCLEAR, Verdict, judge
from gamemeta.evaluation.watch import Watch
from gamemeta.games.game import Game
from gamemeta.games.registry import typed_word
from gamemeta.games.setup import GameSetup
from gamemeta.learners.fine_tuning import FineTuningConfig
from gamemeta.learners.from_file import learner_of
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.spec import Spec
from gamemeta.trials.lanes import teams_of
from gamemeta_levels.families.level_set import LEAST_TEST, LevelSet
from gamemeta_levels.family import LevelArrays, LevelFamily, generate_arrays
from gamemeta_levels.split import split_code

LEVELS = 1024
"""Number of levels of an adaptation table."""
MOST_LEVELS = 10**6
"""Most levels that are advised."""

NOT_JUDGED = "not judged"
"""The word on an agent that played without controls; that of one that plays as at random is `NOT_LEARNED`."""


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
    clusters: Clusters = field(default=None, repr=False, compare=False)
    """[levels], which levels play alike, or are variations of one drawing, and count once; None where all
    differ, or none is held out."""
    drawings: int | None = None
    """How many drawings the levels are variations of; None where they are none."""
    different: int | None = None
    """How many of the levels differ in what they show, pay or how they end; None where nobody looked."""
    notes: tuple[str, ...] = ()
    """What the family says about its levels: whether some are held out, where that is not plain."""
    adaptation: Adaptation | None = None
    """Room and index, where the baselines were played."""
    fine_tuning: tuple[FineTuningConfig, ...] = ()
    """Settings of fine-tuning where it was played, of each training seed; chosen on other levels."""
    sides: int = 1
    """Number of sides that the agent played at once, against itself where there are several."""

    def with_arms(self, arms: Mapping[str, Arm]) -> "Evaluation":
        """The same levels with these records, and all figures made of them."""
        adaptation = compare(arms, self.clusters) if "revealed" in arms else None
        return replace(self, arms=dict(arms), curves=curves(arms, self.clusters), adaptation=adaptation)

    @property
    def game(self) -> str:
        """Name of the game."""
        return self.setup.name

    def to_json(self) -> dict[str, Any]:
        """Game and levels, every curve by its player, and room and index where they are known."""
        head = {k: getattr(self, k) for k in ("game", "split", "levels", "episodes", "seed")}
        head |= {} if self.scored else {"measure": self.measure}
        head |= {} if self.different in (None, self.levels) else {"different_levels": self.different}
        head |= {"drawings": self.drawings} if self.drawings else {}
        head |= {"notes": list(self.notes)} if self.notes else {}
        head["intervals"] = f"95%, over {basis(self.seeds)}"
        judged: dict[str, Any] = {"adaptation": self.adaptation.to_json()} if self.adaptation else {}
        effects = self.judged.to_json() if self.judged else {}
        if self.fine_tuning:
            judged["fine_tuning"] = [vars(settings) for settings in self.fine_tuning]
        judged["verdict"] = effects | {"word": self.word, "sentence": self.verdict()}
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
    def _counted(self) -> str:
        return self.levels_in_words().replace(f" {self.split}", "", 1)

    def levels_in_words(self) -> str:
        """Such as `128 test levels, 30 of them different`, or `402 test levels, variations of 2 drawings`."""
        split = "" if self.split == "any" else f" {self.split}"
        kinds = kinds_in_words(self.levels, self.different, self.drawings)
        return f"{self.levels:,}{split} levels{kinds}"

    @property
    def learning(self) -> str:
        """Whether the agent plays better than at random, in a word of `learning`."""
        return learning(self.arms, self.clusters)

    @property
    def judged(self) -> Verdict | None:
        """The comparison with the controls, and with the reset-trained agent where it was played.

        None without controls, and for an agent that played every side against itself.
        """
        return judge(self.arms, self.clusters) if "wiped" in self.arms and self.sides == 1 else None

    @property
    def word(self) -> str:
        """The verdict in a word: that of `judged`, or `NOT_LEARNED`, or `NOT_JUDGED`."""
        judged = self.judged
        if judged is not None and judged.word == ADAPTS:
            return ADAPTS
        if self.sides == 1 and self.learning == NOT_LEARNED:
            return NOT_LEARNED
        return NOT_JUDGED if judged is None else judged.word

    @property
    def adapts(self) -> bool:
        """Whether the agent adapts, by the one rule of `gamemeta.evaluation.statistics.verdict`."""
        return self.word == ADAPTS

    def _advice(self, command: str | None) -> str:
        """What narrows the interval."""
        if self.seeds > 1:
            return "Train more seeds (--seed)"
        if self.drawings:
            return "Draw more levels"
        most = self.setup.family().count(self.split) or MOST_LEVELS
        if self.levels >= most:
            return "Train more seeds (--seed): there are no more levels to play"
        option = f"--levels {min(4 * self.levels, most)}"
        if command is None:
            return f"Play more levels (gamemeta evaluate, {option})"
        return f"Play more levels: {command} {option}" if command else "Play more levels"

    def verdict(self, command: str | None = None) -> str:
        """One sentence about the agent and its controls.

        Args:
            command: that evaluates the agent, where a sentence advises to do so again; empty where other
                levels cannot be had by their number. None where it is not known what the agent will be
                called: the sentence then names options alone.
        """
        if self.sides > 1:
            how = _crossplay(command) if command else "gamemeta crossplay"
            return (
                "The agent played every side against itself, so its scores do not show its skill: what one "
                f"side wins another may lose. Let it play others: {how}."
            )
        agent, last, word = self.curves["agent"].score, self.episodes, self.word
        of = "score" if self.scored else "return"
        if word == NOT_LEARNED:
            random = 0 if self.scored else f"{np.mean(self.curves['random'].score):.2f}"
            return (
                f"Nothing was learned: {of} {agent[-1]:.2f} in episode {last}, random play {random}. "
                "Train longer (--steps or --minutes; --resume goes on), or see 'If little is learned' in the "
                "guide to your own game."
            )
        sentence = f"{of.capitalize()} {agent[0]:.2f} in episode 1, {agent[-1]:.2f} in episode {last}"
        judged = f"; {self.judged}" if self.judged else ""
        advice = f" {self._advice(command)}." if word == UNCLEAR else ""
        seeds = f"{self.seeds} training seeds" if self.seeds > 1 else "one training seed"
        few = ", too few to tell the agent from random play" if self.learning == TOO_FEW else ""
        return f"{sentence}{judged} ({self._counted}{few}, {seeds}).{advice}"


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
    watch: Watch | None = None,
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
        threads: 0 takes one for each core. Games that are not compiled are played in this thread alone.
        spec: what the actor sees and does, to be compared with the game's.
        level_set: where the levels come from, each once at most; the family of the game if None.
        watch: shows the progress and may end the play early: as many levels as were played by then count.
    Raises:
        OutOfTime: the time of `watch` was up before there was anything to count.
        UnknownName: no such game or split.
        ConfigError: a number out of range, or too few fixed levels of the split.
        AgentFileError: the actor was made for another form of the game.
    """
    split_code(split)
    if level_set is not None:
        level_set.need(split, LEAST_TEST if controls else 1)
    _check_numbers(levels, episodes, seed)
    if spec is not None:
        setup.check_fits(spec)
    one, family = setup.game(), level_set or setup.family()
    played = _first_levels(family, split, levels)
    with single_threaded_torch():
        table = adaptation_table(
            actor,
            setup.game,
            played,
            episodes,
            seed=seed,
            controls=("wiped", "swapped") if controls else (),
            redraw=family.redrawn_rules if controls else None,
            threads=_threads(one, threads),
            started=lambda: torch.set_num_threads(1),
            watch=watch,
        )
    return _made_of(table, played, one, setup, family, split, seed)


def _made_of(
    table: dict[str, Arm],
    played: LevelArrays,
    game: Game,
    setup: GameSetup,
    family: LevelFamily,
    split: str,
    seed: int,
) -> Evaluation:
    """The evaluation that records are, of the first of these levels: as many as were played."""
    levels, episodes = table["agent"].returns.shape
    played = played.take(np.arange(levels))
    different, drawings, clusters = clusters_of(family, played)
    return Evaluation(
        setup,
        split,
        levels,
        episodes,
        seed,
        curves(table, clusters),
        table,
        played,
        clusters,
        drawings=drawings,
        different=different,
        notes=family.notes(),
        sides=1 if game.seats == 1 else len(set(teams_of(game).tolist())),
    )


def _first_levels(family: LevelFamily, split: str, levels: int) -> LevelArrays:
    """So many levels of a split, or all that there are."""
    count = family.count(split)
    return generate_arrays(family, range(levels if count is None else min(levels, count)), split)


def _threads(game: Game, threads: int) -> int:
    """How many threads may play: one where the game is not compiled, or has a clock of its own."""
    return (threads or os.cpu_count() or 1) if game.about.compiled and not game.about.live else 1


def _crossplay(command: str) -> str:
    """The command that lets an agent play others, made of the one that evaluates it."""
    return command.replace("gamemeta evaluate", "gamemeta crossplay", 1).partition(" --split ")[0]


def _check_numbers(levels: int, episodes: int, seed: int) -> None:
    """Raises ConfigError for one out of range."""
    for name, value, low, high in (
        ("levels", levels, 1, 10**6),
        ("episodes", episodes, 1, 1000),
        ("seed", seed, 0, 2**63 - 1),
    ):
        if not low <= value <= high:
            raise ConfigError(f"{name} = {value}: give {low} to {high}.")


def usual_levels(setup: GameSetup) -> int:
    """How many levels an evaluation plays unless it is told: fewer where the steps of a game are slow."""
    return min(LEVELS, setup.about.test_levels or LEVELS)


def need_par(file: AgentFile, what: str) -> None:
    """Raises ConfigError where par is unknown: `what` needs scores."""
    setup = GameSetup.of(file)
    setup.check_fits(file.spec)
    if not has_par(setup.game(), generate_arrays(setup.family(), [0], "any")):
        raise ConfigError(
            f"{what} needs scores, and the return that counts as score 1 in {file.game!r} is unknown. "
            f"Go on from it with a return N to aim at: {par_command('AGENT', typed_word(file.game))}"
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
