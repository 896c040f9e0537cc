"""The bilevel optimisation: collect, prepare, and for each minibatch sum gradients and apply them.

Lanes are split into shards. Every shard plays its rollouts and computes its part of each gradient in a thread
of its own; the parts are added in the order of the shards, so the result does not depend on the number of
threads. Games that are not compiled are played one shard after the other: threads would only wait for the
interpreter's lock, and other people's code may not be made for them.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from gamemeta.curricula.different_levels import DifferentLevels
from gamemeta.curricula.make import make_curriculum
from gamemeta.learners.gathered import all_played
from gamemeta.learners.imitation.cloning import Cloning
from gamemeta.learners.imitation.teacher import Teacher
from gamemeta.learners.meta_learner import TRIALS, Group
from gamemeta.networks.precision import check_precision, matrix_products
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.rollout.rollout import Rollout
from gamemeta.selfplay.config import NONE
from gamemeta.selfplay.pool import Match, Pool
from gamemeta.training.config import TrainConfig
from gamemeta.training.group import ThreadGroup, in_turn
from gamemeta.training.learner import new_learner
from gamemeta.trials.trials import Trials
from gamemeta_levels.families.level_set import LevelSet
from gamemeta_levels.threads import thread_pool

if TYPE_CHECKING:
    from gamemeta.training.processes.company import Company

ANEW = "anew"
"""Of a shard in a checkpoint without its games: the trials that were left."""


@dataclass
class Iteration:
    """The result of one iteration."""

    step: int
    """Environment steps taken so far."""
    terms: dict[str, float]
    """Loss terms and health, by name."""


class Training:
    """One training in memory. `run` does iterations; `arrays` and `load` make it resumable.

    Args:
        config: all settings.
        level_set: the levels, where they are not generated.
        numbers: of the shards that are played in this process; all if None.
    Raises:
        ConfigError: this machine has no `run.device`, or its processor cannot multiply with `run.precision`.
    """

    def __init__(
        self, config: TrainConfig, level_set: LevelSet | None = None, numbers: range | None = None
    ) -> None:
        self.config, self.level_set, run = config, level_set, config.run
        check_precision(run.precision)
        self.learner = new_learner(config, config.setup.game())
        self.family = level_set or config.setup.family()
        self.curriculum = make_curriculum(config.curriculum, self.family)
        self.different = DifferentLevels(self.family)
        met = config.selfplay
        self.pool = None if met.pool == NONE else Pool(met, self.learner.task_learner)
        self.numbers = range(run.shards) if numbers is None else numbers
        self.shards = [self._shard(k) for k in self.numbers]
        for shard in self.shards:
            shard.begin(self.learner.explorer)
        self.iteration = 0
        self.until = run.steps
        """Steps to end after; the schedule is that of `run.steps` all the same."""
        self.cloning: Cloning | None = None
        """The cloning of demonstrations that comes first, until it is done."""
        self.teacher: Teacher | None = None
        """The agent that is followed."""
        self.origin: dict[str, Any] = {}
        """What the training came from, for the agent file."""
        self.company: Company | None = None
        """The other processes that play shards of this training; None where there are none."""

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
            different=self.different,
        )
        return Rollout(
            trials,
            run.rollout_steps,
            labels=self.learner.labels,
            facts=bool(self.learner.facts),
            score=self.config.curriculum.score,
            pool=self.pool,
            whole_trials=self.learner.window == TRIALS,
        )

    @property
    def steps_per_iteration(self) -> int:
        """Steps of all lanes in one iteration."""
        return self.config.run.lanes * self.config.run.rollout_steps

    @property
    def iterations(self) -> int:
        """Iterations of the whole training."""
        return min(self.scheduled, -(-self.until // self.steps_per_iteration))

    @property
    def scheduled(self) -> int:
        """Iterations that the schedules of step size and entropy are made for."""
        return -(-self.config.run.steps // self.steps_per_iteration)

    @property
    def step(self) -> int:
        """Steps taken so far."""
        return self.iteration * self.steps_per_iteration

    def run(self) -> Iterator[Iteration]:
        """Iterate to the end; the caller may stop between two iterations."""
        with single_threaded_torch(), self.threads() as threads:
            alone = ThreadGroup(threads, self.config.run.shards)
            group = alone if self.company is None else self.company.begin(self, threads)
            while self.iteration < self.iterations:
                if self.company is not None:
                    self.company.iterate()
                yield self.iterate(group)

    def threads(self) -> AbstractContextManager[ThreadPoolExecutor]:
        """Threads for the shards that are played in this process."""
        threads = min(len(self.numbers), self.config.run.threads or os.cpu_count() or 1)
        return thread_pool(threads, started=lambda: torch.set_num_threads(1))

    def iterate(self, group: Group) -> Iteration:
        """One iteration, with what the shards of other processes do at the same time."""
        terms = self._iterate(group)
        self.iteration += 1
        return Iteration(self.step, terms)

    def _iterate(self, group: Group) -> dict[str, float]:
        """One iteration: roll out every shard, then improve the weights on minibatches."""
        compiled = self.shards[0].trials.game.about.compiled
        play = group.map if compiled else in_turn
        play(lambda shard: shard.collect(self.learner.explorer), self.shards)
        if self.teacher is not None:
            self._take_advice(self.teacher, group)
        estimated = self.learner.prepare(self.shards, group)
        if self.curriculum.scored:
            self.curriculum.update(all_played([shard.played() for shard in self.shards], group))
        terms = self._improve(group)
        self.learner.observe(self.shards, group)
        self._take_in_matches(group)
        rewards = group.gather([shard.acted(shard.reward).mean() for shard in self.shards])
        return {
            **terms,
            **estimated,
            "reward_per_step": float(np.mean(rewards)),
            **self.curriculum.report(),
            **(self.pool.report() if self.pool else {}),
        }

    def _take_advice(self, teacher: Teacher, group: Group) -> None:
        """Let the teacher say what it would have done, as long as anything is learned from it."""
        teaches = self.learner.follows

        def advise(one: tuple[int, Rollout]) -> None:
            number, shard = one
            if teaches:
                teacher.advise(number, shard)
            else:
                shard.advice = None

        group.map(advise, list(self.numbered()))

    def _improve(self, group: Group) -> dict[str, float]:
        """Pass over the rollouts and change the weights; loss terms, averaged over the minibatches."""
        progress = self.iteration / self.scheduled
        computed: list[list[dict[str, float]]] = [[] for _ in self.shards]
        applied = []
        with matrix_products(self.config.run.precision):
            for minibatch in self.learner.minibatches(self.shards, group):
                parts = group.map(self.learner.loss_and_grads, minibatch)
                for terms, (_, more) in zip(computed, parts, strict=True):
                    terms.append(more)
                grads = group.sum([grads for grads, _ in parts])
                applied.append(self.learner.apply(grads, progress))
        totals: dict[str, float] = {}
        for parts_of_one in zip(*group.gather(computed), applied, strict=True):
            for name, value in (item for terms in parts_of_one for item in terms.items()):
                totals[name] = totals.get(name, 0.0) + value
        return {name: total / len(applied) for name, total in totals.items()}

    def _take_in_matches(self, group: Group) -> None:
        """Bring the pool up to date, last of all: who joins it is the agent as the next iteration begins."""
        if self.pool is None:
            return
        others = [shard.others for shard in self.shards if shard.others is not None]
        ended: list[Any] = [[[match.member, match.won] for match in part.take_matches()] for part in others]
        matches = [Match(member, won) for part in group.gather(ended) for member, won in part]
        met = set().union(*group.gather([sorted(part.met) for part in others]))
        self.pool.update(self.iteration + 1, matches, met)

    def arrays(self, *, anew: bool = False) -> dict[str, NDArray[Any]]:
        """The whole state, for a checkpoint.

        Args:
            anew: whether to leave the games out, which have failed: lanes then go on with new trials.
        """
        state = {f"learner.{k}": v for k, v in self.learner.state_dict().items()}
        state |= {f"curriculum.{k}": v for k, v in self.curriculum.state().items()}
        if self.pool is not None:
            state |= {f"pool.{k}": v for k, v in self.pool.state().items()}
        if self.cloning is not None:
            state |= {f"cloning.{k}": v for k, v in self.cloning.state().items()}
        for others in self.company.carried(self.iteration, anew=anew) if self.company else ():
            self.different.load_state(_part(others, "levels."))
            state |= others
        return state | self.carried(anew=anew)

    def carried(self, *, anew: bool = False) -> dict[str, NDArray[Any]]:
        """That part of the state which the shards of this process have; `anew` as `arrays` has it."""
        state = {f"levels.{k}": v for k, v in self.different.state().items()}
        if self.teacher is not None:
            state |= {f"teacher.{k}": v for k, v in self.teacher.state().items()}
        for number, shard in self.numbered():
            of_shard = {ANEW: shard.trials.trial.copy()} if anew else shard.carry()
            state |= {f"shard{number}.{k}": v for k, v in of_shard.items()}
        return state

    def numbered(self) -> Iterator[tuple[int, Rollout]]:
        """The shards of this process with their numbers among all."""
        return zip(self.numbers, self.shards, strict=True)

    def keep(self, numbers: range) -> None:
        """Play these shards alone from now on; others have gone to other processes."""
        for number, shard in self.numbered():
            if number not in numbers:
                shard.trials.game.close()
        self.shards = [shard for number, shard in self.numbered() if number in numbers]
        self.numbers = numbers
        if self.teacher is not None:
            self.teacher.keep(numbers)

    def __enter__(self) -> "Training":
        return self

    def __exit__(self, *error: object) -> None:
        """Release what the games hold, such as simulators."""
        for shard in self.shards:
            shard.trials.game.close()
        self.family.close()

    def load(self, iteration: int, arrays: dict[str, NDArray[Any]]) -> None:
        """Go on from what `arrays` returned after so many iterations.

        Raises:
            KeyError, ValueError, TypeError, IndexError, RuntimeError, LevelError: they belong to other
                settings, or are damaged.
        """
        self.load_learner(iteration, arrays)
        self.curriculum.load_state(_part(arrays, "curriculum."))
        self.different.load_state(_part(arrays, "levels."))
        if self.pool is not None:
            self.pool.load_state(_part(arrays, "pool."))
        if self.cloning is not None:
            self.cloning.load_state(_part(arrays, "cloning."))
        if self.teacher is not None:
            self.teacher.load_state(_part(arrays, "teacher."))
        for number, shard in self.numbered():
            carried = _part(arrays, f"shard{number}.")
            if ANEW in carried:
                shard.begin_after(self.learner.explorer, carried[ANEW])
                continue
            shard.load_carry(self.learner.explorer, carried)
            self.learner.explorer.check(_part(arrays, f"shard{number}.memory."))

    def load_learner(self, iteration: int, arrays: dict[str, NDArray[Any]]) -> None:
        """Take the learner alone back to what `arrays` returned: enough to play, not to go on.

        Raises: as `load`.
        """
        self.learner.load_state_dict(_part(arrays, "learner."))
        self.iteration = iteration


def _part(arrays: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
