"""How fast a game steps: random actions, and a fresh level, generated on the fly, for every trial."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK, made_legal
from gamemeta.bench.figure import Effort, Progress, rate, rate_figures, repeated, silent
from gamemeta.bench.limit import Limit, copies
from gamemeta.bench.machine import machine
from gamemeta.bench.report import Report
from gamemeta.games.game import StepBuffers
from gamemeta.spec import ActionSpec
from gamemeta.training.config import TrainConfig
from gamemeta.trials.trials import Trials

LANES = 2048
"""Enough that calls weigh little, and few enough that mazes stay in a second-level cache of 2 MB."""
LANES_OF_THREADS = 8192
"""Of each of several threads: with fewer they spend their time waking one another between calls."""
BLOCK = 16
"""Steps whose actions are drawn at once."""


def sim(
    config: TrainConfig, effort: Effort, *, lanes: int | None = None, progress: Progress = silent
) -> Report:
    """Steps a second of a game under random actions; drawing the actions and making the levels is included.

    Every lane plays trials of `trial.episodes` episodes (none is longer), each on a new training level.

    Args:
        config: game, levels and trials; see `gamemeta.bench.subject`.
        effort: how long, how often, and in how many threads; each thread has an equal share of the lanes.
        lanes: games side by side; if None, `LANES`, or `LANES_OF_THREADS` for each of several threads.
        progress: takes a line on what is being done.
    """
    if lanes is None:
        lanes = LANES if effort.threads == 1 else LANES_OF_THREADS * effort.threads
    each = max(1, lanes // effort.threads)
    players = [_Player(config, each, k, effort.threads) for k in range(effort.threads)]
    timed = repeated(lambda: rate([p.play for p in players], effort.seconds), effort, progress)
    figures = rate_figures(timed.repeats, "steps")
    seen = sum(b.size * np.dtype(b.dtype).itemsize for b in players[0].game.spec.obs)
    words, limit = copies(seen * each)
    return Report(
        bench="sim",
        subject=config.game_name,
        figures=figures,
        sizes={
            "lanes": each * effort.threads,
            "threads": effort.threads,
            "episodes_per_trial": config.trial.episodes,
            "obs_bytes": seen,
            "game": vars(config.game),
            "levels": vars(config.levels),
        },
        machine=machine(),
        processor_share=timed.processor_share,
        dtype=" ".join(sorted({b.dtype for b in players[0].game.spec.obs})),
        limit=Limit(f"{words}, each thread", limit * effort.threads, seen * figures["steps_per_s"].median),
    )


class _Player:
    """The lanes of one thread."""

    def __init__(self, config: TrainConfig, lanes: int, number: int, threads: int) -> None:
        self.game = config.setup.game(lanes)
        trial = config.trial.__class__(episodes=config.trial.episodes, long_share=0.0)
        self.trials = Trials(
            self.game,
            config.setup.family(),
            trial,
            seed=config.run.seed,
            lanes=np.arange(number * lanes, (number + 1) * lanes),
            total=threads * lanes,
        )
        self.rng = np.random.default_rng([config.run.seed, number])
        self.out = StepBuffers.empty(self.game)
        self.trials.begin(self.out)

    def play(self) -> int:
        """Play a block of steps; gives how many, over all lanes."""
        spec = self.game.spec
        for actions in random_actions(spec.action, (BLOCK, self.game.n, self.game.seats), self.rng):
            played = actions
            if spec.masked:
                played = made_legal(actions, self.out.obs[ACTION_MASK], spec.action, self.rng)
            ended = self.trials.step(played, self.out)
            self.trials.next_episode(ended, self.out)
        return BLOCK * int(self.game.n)


def random_actions(spec: ActionSpec, lead: tuple[int, ...], rng: np.random.Generator) -> NDArray[Any]:
    """Actions [*lead, heads + continuous]: all codes equally likely, the rest evenly in bounds."""
    codes = [rng.integers(0, choices, lead, dtype=np.uint8) for choices in spec.heads]
    if not spec.continuous:
        return np.stack(codes, axis=-1) if len(codes) > 1 else codes[0][..., None]
    continuous = rng.uniform(*spec.limits, (*lead, spec.continuous)).astype(np.float32)
    return np.concatenate([*(c[..., None].astype(np.float32) for c in codes), continuous], axis=-1)
