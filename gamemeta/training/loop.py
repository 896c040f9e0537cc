"""The bilevel optimisation: initialise both models, task learning, meta learning, again and again.

Lanes are split into shards. Every shard plays its rollouts and computes its part of each gradient in a thread
of its own; the parts are added in the order of the shards, so the result does not depend on the number of
threads. Games that are not compiled are played one shard after the other: threads would only wait for the
interpreter's lock, and other people's code may not be made for them.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gamemeta.curricula.make import make_curriculum
from gamemeta.curricula.protocol import Played
from gamemeta.errors import TrainingError
from gamemeta.learners.rl2.device import device_of
from gamemeta.learners.rl2.estimates import explained_variance, normalise_advantages, to_targets, together
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.precision import check_precision, matrix_products
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.rollout.batch import Batch
from gamemeta.rollout.rollout import Rollout
from gamemeta.selfplay.config import NONE
from gamemeta.selfplay.pool import Pool
from gamemeta.training.config import TrainConfig
from gamemeta.trials.streams import WEIGHT_STREAM, trial_seeds
from gamemeta.trials.trials import Trials
from gamemeta_levels.families.level_set import LevelSet

A = TypeVar("A")
B = TypeVar("B")


class Each(Protocol):
    """Do something with every item, at once, and give the answers in the order of the items."""

    def __call__(self, do: Callable[[A], B], items: Sequence[A], /) -> list[B]: ...


@dataclass
class Iteration:
    """What one iteration did."""

    step: int
    """Environment steps taken so far."""
    terms: dict[str, float]
    """Loss terms and health, by name."""


class Training:
    """One training in memory. `run` does iterations; `arrays` and `load` make it resumable.

    Args:
        config: all settings.
        level_set: the levels, where they are not generated.
    Raises:
        ConfigError: this machine has no `run.device`, or its processor cannot multiply with `run.precision`.
    """

    def __init__(self, config: TrainConfig, level_set: LevelSet | None = None) -> None:
        self.config, self.level_set, run = config, level_set, config.run
        check_precision(run.precision)
        game = config.setup.game()
        self.labels = bool(game.labels) and max(config.ppo.label_weight, config.ppo.guide_weight) > 0
        torch.manual_seed(int(trial_seeds(run.seed, WEIGHT_STREAM, np.zeros(1, np.int64))[0]) >> 1)
        policy = MemoryPolicy(
            game.spec,
            config.network,
            game.labels if self.labels else {},
            rewards=config.ppo.reward_weight > 0,
        )
        self.learner = PPO(
            policy,
            config.ppo,
            memory=config.trial.memory,
            guide=getattr(game, "guide", None),
            device=device_of(run.device),
        )
        self.family = level_set or config.setup.family()
        self.curriculum = make_curriculum(config.curriculum, self.family)
        met = config.selfplay
        self.pool = None if met.pool == NONE else Pool(met, self.learner.task_learner)
        self.shards = [self._shard(k) for k in range(run.shards)]
        for shard in self.shards:
            shard.begin(self.learner.task_learner)
        self.iteration = 0
        self.origin: dict[str, Any] = {}
        """What the training came from, for the agent file."""

    def _shard(self, k: int) -> Rollout:
        run = self.config.run
        n = run.lanes // run.shards
        trials = Trials(
            self.config.setup.game(n),
            self.family,
            self.config.trial,
            seed=run.seed,
            lanes=np.arange(k * n, (k + 1) * n),
            total=run.lanes,
            curriculum=self.curriculum,
        )
        return Rollout(
            trials,
            run.rollout_steps,
            labels=self.labels,
            score=self.config.curriculum.score,
            pool=self.pool,
        )

    @property
    def steps_per_iteration(self) -> int:
        """Steps of all lanes in one iteration."""
        return self.config.run.lanes * self.config.run.rollout_steps

    @property
    def iterations(self) -> int:
        """How many iterations the whole training has."""
        return -(-self.config.run.steps // self.steps_per_iteration)

    @property
    def step(self) -> int:
        """Steps taken so far."""
        return self.iteration * self.steps_per_iteration

    def run(self) -> Iterator[Iteration]:
        """Iterate to the end; the caller may stop between two iterations."""
        with single_threaded_torch(), self._pool() as pool:

            def each(do: Callable[[A], B], items: Sequence[A], /) -> list[B]:
                return list(pool.map(do, items))

            while self.iteration < self.iterations:
                terms = self._iterate(each)
                self.iteration += 1
                yield Iteration(self.step, terms)

    def _pool(self) -> ThreadPoolExecutor:
        run = self.config.run
        threads = min(run.shards, run.threads or os.cpu_count() or 1)
        return ThreadPoolExecutor(threads, initializer=lambda: torch.set_num_threads(1))

    def _iterate(self, each: Each) -> dict[str, float]:
        """One iteration: roll out every shard, then improve the weights on minibatches of lanes."""
        ppo = self.config.ppo
        task_learner = self.learner.task_learner

        def collect(shard: Rollout) -> None:
            shard.collect(task_learner, ppo.discount, ppo.lam, self.learner.return_scale, ppo.team_share)

        play = each if getattr(self.shards[0].trials.game, "compiled", False) else _in_turn
        play(collect, self.shards)
        if self.curriculum.scored:
            self.curriculum.update(Played.join([shard.played() for shard in self.shards]))
        explained = explained_variance(self.shards)
        normalise_advantages(self.shards)
        if self.learner.return_scale is not None:
            to_targets(self.shards, self.learner.return_scale)
        terms = self._improve(each)
        self._take_in_observations()
        self._take_in_matches()
        return terms | {
            "explained_variance": explained,
            "reward_per_step": float(np.mean([shard.acted(shard.reward).mean() for shard in self.shards])),
            **self.curriculum.report(),
            **(self.pool.report() if self.pool else {}),
        }

    def _improve(self, each: Each) -> dict[str, float]:
        """Pass over the rollouts and change the weights; loss terms, averaged over the minibatches."""
        ppo, progress = self.config.ppo, self.iteration / self.iterations
        totals: dict[str, float] = {}
        with matrix_products(self.config.run.precision):
            for k in range(ppo.epochs * ppo.minibatches):
                parts = each(self.learner.loss_and_grads, self._minibatch(k % ppo.minibatches))
                grads = _sum_grads([grads for grads, _ in parts])
                terms = [part for _, part in parts] + [self.learner.apply(grads, progress)]
                for term in terms:
                    for name, value in term.items():
                        totals[name] = totals.get(name, 0.0) + value
        count = ppo.epochs * ppo.minibatches
        return {name: total / count for name, total in totals.items()}

    def _take_in_matches(self) -> None:
        """Bring the pool up to date, last of all: who joins it is the agent as the next iteration begins."""
        if self.pool is None:
            return
        others = [shard.others for shard in self.shards if shard.others is not None]
        matches = [match for part in others for match in part.take_matches()]
        met = set().union(*(part.met for part in others))
        self.pool.update(self.iteration + 1, matches, met)

    def _take_in_observations(self) -> None:
        """Bring the statistics of normalised observations up to date, after the gradients: what was played
        is learned from as it was seen. All lanes together, so that shards do not matter."""
        normaliser = self.learner.policy.normaliser
        seen = {
            b.name: together(self.shards, [s.inputs[b.name] for s in self.shards])
            for b in normaliser.normalised
        }
        for name, values in seen.items():
            if not np.isfinite(values).all():
                raise TrainingError(
                    f"the observation {name!r} holds NaN or infinity. Look where the game computes it; the "
                    "last checkpoint is unharmed."
                )
        normaliser.update(seen)

    def _minibatch(self, k: int) -> list[Batch]:
        """Minibatch k: of every shard, all steps of some of its lanes."""
        parts = []
        for shard in self.shards:
            lanes = shard.lanes.count // self.config.ppo.minibatches
            parts.append(shard.batch(slice(k * lanes, (k + 1) * lanes)))
        rows = max(1, sum(part.rows for part in parts))
        return [replace(part, rows=rows) for part in parts]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The whole state, for a checkpoint."""
        state = {f"learner.{k}": v for k, v in self.learner.state_dict().items()}
        state |= {f"curriculum.{k}": v for k, v in self.curriculum.state().items()}
        if self.pool is not None:
            state |= {f"pool.{k}": v for k, v in self.pool.state().items()}
        for number, shard in enumerate(self.shards):
            state |= {f"shard{number}.{k}": v for k, v in shard.carry().items()}
        return state

    def load(self, iteration: int, arrays: dict[str, NDArray[Any]]) -> None:
        """Go on from what `arrays` gave after so many iterations.

        Raises:
            KeyError, ValueError, TypeError, IndexError, RuntimeError, LevelError: they belong to other
                settings, or are damaged.
        """

        def part(prefix: str) -> dict[str, NDArray[Any]]:
            return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}

        self.learner.load_state_dict(part("learner."))
        self.curriculum.load_state(part("curriculum."))
        if self.pool is not None:
            self.pool.load_state(part("pool."))
        for number, shard in enumerate(self.shards):
            shard.load_carry(self.learner.task_learner, part(f"shard{number}."))
            self.learner.task_learner.check(part(f"shard{number}.memory."))
        self.iteration = iteration


def _in_turn(do: Callable[[A], B], items: Sequence[A], /) -> list[B]:
    """An `Each` without threads."""
    return [do(item) for item in items]


def _sum_grads(parts: list[list[Tensor]]) -> list[Tensor]:
    """Gradients added in the order of the parts."""
    total = parts[0]
    for part in parts[1:]:
        total = [a + b for a, b in zip(total, part, strict=True)]
    return total
