"""Trials on many levels side by side: each level's are what they are when it is played alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.evaluation.episodes import Actor, Arrays, Memory, RandomActor, play_episodes
from gamemeta.evaluation.large_levels import judged_steps
from gamemeta.evaluation.statistics.scores import Arm, Curve, curve_of
from gamemeta.evaluation.watch import Watch
from gamemeta.games.game import Game
from gamemeta.games.setup import GameSetup
from gamemeta.trials.streams import Stream, episode_chance, trial_seeds
from gamemeta_levels.family import LevelArrays

FIRST_LANES, MOST_LANES = 128, 4096
"""Trials side by side in the first block, so that some levels are rated soon, and in later ones."""
MOST_TILES = 1 << 24
"""Tiles of all lanes of a block: what bounds the memory that large levels take."""

Record = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Returns, steps and success [lanes, K]."""


@dataclass(frozen=True)
class SideBySide:
    """How levels are played.

    Args:
        actor: the agent; what its `stepping` gives is used in one thread.
        setup: the game.
        episodes: of each trial.
        repeats: trials on each level.
        seed: of their draws; a level's depend on the number of the trial alone, not on other levels.
    """

    actor: Actor
    setup: GameSetup
    episodes: int
    repeats: int
    seed: int

    def blocks(self, limits: NDArray[np.int64], tiles: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Rows of levels that are played at once: those whose episodes are about equally long.

        Args:
            limits: [N], steps after which an episode ends, or is cut off.
            tiles: [N], height times width.
        """
        order, lanes = np.argsort(limits, kind="stable"), FIRST_LANES
        blocks: list[NDArray[np.int64]] = []
        first = 0
        while first < len(order):
            most = max(1, lanes // self.repeats) if self.setup.about.compiled else 1
            some = order[first : first + most]
            largest = np.maximum.accumulate(tiles[some])
            fit = largest * np.arange(1, len(some) + 1) * self.repeats <= MOST_TILES
            some = some[: max(1, int(fit.sum()))]
            blocks.append(some)
            first, lanes = first + len(some), min(2 * lanes, MOST_LANES)
        return blocks

    def curves(self, levels: LevelArrays, watch: Watch) -> list[Curve]:
        """The agent's curve on each of these levels, over its trials."""
        count, repeats = len(levels), self.repeats
        with self.setup.game(count * repeats) as game:
            lanes = levels.take(np.repeat(np.arange(count), repeats))
            records = {
                "agent": self._trials(_Stepping(self.actor), game, lanes, Stream.AGENT, watch),
                "random": self._trials(RandomActor(game.spec), game, lanes, Stream.RANDOM, watch),
                "par": self._best(game.par(lanes), lanes.par_steps),
            }
        made = []
        for k in range(count):
            rows = slice(k * repeats, (k + 1) * repeats)
            arms = {name: Arm(*(x[rows] for x in record)) for name, record in records.items()}
            made.append(curve_of(arms, "agent"))
        return made

    def _trials(self, actor: Actor, game: Game, lanes: LevelArrays, stream: int, watch: Watch) -> Record:
        """The record of one player in all lanes."""
        memory = Memory.blank(actor, game.spec, game.n, game.seats)
        rows = np.tile(np.arange(self.repeats, dtype=np.int64), game.n // self.repeats)
        seeds, played = trial_seeds(self.seed, stream, rows), []
        most_steps = judged_steps(lanes, game.step_limit(lanes))
        for episode in range(self.episodes):
            chance = episode_chance(self.seed, Stream.EVALUATION_CHANCE, rows, episode)
            played.append(play_episodes(actor, game, lanes, memory, seeds, chance, watch, most_steps))
        returns, steps, success = (
            np.stack([getattr(one, name) for one in played], 1).astype(np.float64)
            for name in ("returns", "steps", "success")
        )
        return returns, steps, success

    def _best(self, par: NDArray[Any], steps: NDArray[Any]) -> Record:
        """The record of par in all lanes."""
        shape = (len(par), self.episodes)
        returns, taken = (np.broadcast_to(x.astype(np.float64)[:, None], shape) for x in (par, steps))
        return returns, taken, np.ones(shape)


class _Stepping(Actor):
    """An actor with its weights as they are now, which steps in one thread."""

    def __init__(self, actor: Actor) -> None:
        self._actor, self._step, self.adapts = actor, actor.stepping(), actor.adapts

    def init(self, n: int) -> Arrays:
        return self._actor.init(n)

    def step(self, state: Arrays, inputs: Arrays, reset: NDArray[np.uint8]) -> tuple[Arrays, Any]:
        return self._step(state, inputs, reset)

    def adapt(self, state: Arrays, episode: Any) -> Arrays:
        return self._actor.adapt(state, episode)
