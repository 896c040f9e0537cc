"""Trials of one agent on one level: with its memory, wiped, and beside random play and the solver."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.episodes import Actor, Episodes, Memory, RandomActor, play_episodes
from gamemeta.evaluation.large_levels import judged_steps
from gamemeta.evaluation.playtest.recording import Path, RecordingGame
from gamemeta.evaluation.statistics.scores import Arm
from gamemeta.evaluation.watch import Watch
from gamemeta.games.game import Game
from gamemeta.trials.streams import Stream, episode_chance, trial_seeds
from gamemeta_levels.family import LevelArrays

PLAYERS = 3
"""The agent, the agent with its memory wiped, and random play."""


@dataclass(kw_only=True)
class Tries:
    """What was played on one level in R trials of K episodes."""

    arms: dict[str, Arm]
    """`agent`, `wiped`, `random` and `par`, [R, K] each."""
    paths: list[list[Path]]
    """The agent's ways: [K][R]."""
    died: NDArray[np.bool_]
    """[R, K], whether the rules ended an episode of the agent without success."""

    @property
    def episodes(self) -> int:
        """K."""
        return len(self.paths)


def play_tries(actor: Actor, game: Game, level: LevelArrays, episodes: int, seed: int, watch: Watch) -> Tries:
    """As many trials on one level as there are games, side by side; only their luck differs.

    The wiped agent draws what the agent draws.
    """
    rows, spec, recorded = np.arange(game.n, dtype=np.int64), game.spec, RecordingGame(game)
    levels = level.take(np.zeros(game.n, np.int64))
    seeds = trial_seeds(seed, Stream.AGENT, rows)
    chance = [episode_chance(seed, Stream.EVALUATION_CHANCE, rows, e) for e in range(episodes)]
    memory, most_steps = (
        Memory.blank(actor, spec, game.n, game.seats),
        judged_steps(levels, game.step_limit(levels)),
    )
    agent, wiped, paths, died = [], [], [], []
    for draws in chance:
        blank = Memory.blank(actor, spec, game.n, game.seats)
        blank.steps = memory.steps.copy()
        wiped.append(play_episodes(actor, game, levels, blank, seeds, draws, watch, most_steps))
        agent.append(play_episodes(actor, recorded, levels, memory, seeds, draws, watch, most_steps))
        ways, by_rules = recorded.take()
        paths.append(ways)
        died.append(by_rules & ~(agent[-1].success > 0))
    dice, random_seeds = RandomActor(spec), trial_seeds(seed, Stream.RANDOM, rows)
    memory = Memory.blank(dice, spec, game.n, game.seats)
    random = [
        play_episodes(dice, game, levels, memory, random_seeds, draws, watch, most_steps) for draws in chance
    ]
    arms = {"agent": arm_of(agent), "wiped": arm_of(wiped), "random": arm_of(random)}
    arms["par"] = _par(game, level, arms["agent"])
    return Tries(arms=arms, paths=paths, died=np.stack(died, 1))


def arm_of(played: list[Episodes]) -> Arm:
    """Episodes one after the other as one record, [n, K]."""
    names = ("returns", "steps", "success")
    return Arm(*(np.stack([getattr(e, name) for e in played], 1).astype(np.float64) for name in names))


def _par(game: Game, level: LevelArrays, like: Arm) -> Arm:
    one = np.ones_like(like.returns)
    return Arm(one * float(game.par(level)[0]), one * float(level.par_steps[0]), one)
