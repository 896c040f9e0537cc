"""How far to trust what an agent believes of hidden facts: log loss and reliability by episode.

Beliefs are those of every decision: after the observation, and after what the last action earned. What the
last action of an episode led to is known from the first decision of the next one on.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gamemeta.agent.beliefs import need_facts
from gamemeta.agent.file import AgentFile
from gamemeta.evaluation.blocks import blocks_of
from gamemeta.evaluation.episodes import Actor, Arrays, Memory, play_episodes
from gamemeta.evaluation.statistics.reliability import Reliability
from gamemeta.facts import UNKNOWN, Posterior
from gamemeta.games.game import Game
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.trials.streams import PLAYER_STREAMS, Stream, episode_chance, trial_seeds
from gamemeta_levels.families.level_set import LevelSet
from gamemeta_levels.family import LevelArrays, generate_arrays

_LANE = "lane"
Learner = Any
"""A task learner with `beliefs(state, inputs, reset)`."""
Look = Callable[[int, NDArray[np.int64], Arrays, Mapping[str, NDArray[Any]], Game], None]
"""Sees every step: the episode, the lanes that decide, their inputs, what they believe, and the game."""


@dataclass
class BeliefReport:
    """What an agent's beliefs were worth on some levels.

    Args:
        split, levels, episodes, seed: what was played.
        facts: by name, the agent's.
        exact: by name, those of exact inference, where it is known.
    """

    split: str
    levels: int
    episodes: int
    seed: int
    facts: dict[str, Reliability] = field(default_factory=dict)
    exact: dict[str, Reliability] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """By fact, the agent's figures, and those of exact inference under `exact`."""
        believed = {name: one.to_json() for name, one in self.facts.items()}
        for name, one in self.exact.items():
            believed[name]["exact"] = one.to_json()
        return {"split": self.split, "levels": self.levels, "seed": self.seed, "facts": believed}


class Believing(Actor):
    """A task learner whose beliefs are looked at in every step of n lanes.

    Args:
        learner: who plays.
        game: that is played.
        look: sees its beliefs.
    """

    def __init__(self, learner: Learner, game: Game, look: Look) -> None:
        self.learner, self.game, self.look, self.episode = learner, game, look, 0

    def init(self, n: int) -> Arrays:
        """The learner's, and which lane each is: only some of them play in a step."""
        return {**self.learner.init(n), _LANE: np.arange(n)}

    def step(self, state: Arrays, inputs: Arrays, reset: NDArray[np.uint8]) -> tuple[Arrays, Any]:
        memory = {name: array for name, array in state.items() if name != _LANE}
        believed = self.learner.beliefs(memory, inputs, reset)
        self.look(self.episode, state[_LANE], inputs, believed, self.game)
        after, decision = self.learner.step(memory, inputs, reset)
        return {**after, _LANE: state[_LANE]}, decision


def evaluate_beliefs(
    file: AgentFile,
    *,
    split: str = "test",
    levels: int = 1024,
    episodes: int | None = None,
    seed: int = 0,
    level_set: LevelSet | None = None,
) -> BeliefReport:
    """Play the first levels of a split, and hold what the agent believes against what is true.

    Args:
        file: an agent with beliefs.
        split, levels, episodes, seed, level_set: as `evaluate_agent` takes them.
    Raises:
        ConfigError: the agent has no beliefs.
        AgentFileError: it was made for another form of the game.
    """
    need_facts(file.facts)
    setup = GameSetup.of(file)
    setup.check_fits(file.spec)
    family = level_set or setup.family()
    count = family.count(split)
    played = generate_arrays(family, range(levels if count is None else min(levels, count)), split)
    report = BeliefReport(split, len(played), episodes or file.episodes, seed)
    learner = learner_of(file)
    with single_threaded_torch(), torch.no_grad():
        for rows in blocks_of(len(played)):
            with setup.game(len(rows)) as game:
                _play(learner, game, played.take(rows), rows, report)
    return report


def _play(
    learner: Learner, game: Game, levels: LevelArrays, rows: NDArray[np.int64], report: BeliefReport
) -> None:
    """Play a block of levels and add what was believed in it to the report."""
    actor = Believing(learner, game, _Scorer(game, report))
    memory = Memory.blank(actor, game.spec, game.n, game.seats)
    seeds = trial_seeds(report.seed, PLAYER_STREAMS["agent"], rows)
    for episode in range(report.episodes):
        actor.episode = episode
        chance = episode_chance(report.seed, Stream.EVALUATION_CHANCE, rows, episode)
        play_episodes(actor, game, levels, memory, seeds, chance)


class _Scorer:
    """Adds beliefs to a report, beside those of exact inference where the game knows them."""

    def __init__(self, game: Game, report: BeliefReport) -> None:
        self._report = report
        self._exact: Posterior | None = game.posterior()

    def __call__(
        self,
        episode: int,
        lanes: NDArray[np.int64],
        inputs: Arrays,
        believed: Mapping[str, NDArray[Any]],
        game: Game,
    ) -> None:
        truth, report = game.hidden_facts(), self._report
        known = {} if self._exact is None else self._exact.after(lanes, inputs)
        for reports, beliefs in ((report.facts, believed), (report.exact, known)):
            for name, belief in beliefs.items():
                wanted = truth[name][lanes // game.seats]
                good = wanted != UNKNOWN
                one = reports.setdefault(name, Reliability(report.episodes))
                one.add(episode, belief[good], wanted[good])
