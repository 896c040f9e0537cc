"""Cloning: a learner's agent is trained to do what others did, over whole trials with its memory carried.

After every pass the loss on trials that were held out is taken; the weights of the pass with the lowest are
kept, and cloning ends when no pass has been better for a while. Between two minibatches its whole state is a
few arrays, so that a training that is stopped goes on as if it had not been.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.demonstrations.demonstration import Demonstration
from gamemeta.demonstrations.file import Demonstrations
from gamemeta.demonstrations.padded import padded
from gamemeta.demonstrations.selection import Parts, parts_of
from gamemeta.learners.imitation.config import CloningConfig
from gamemeta.rollout.batch import Batch
from gamemeta.tensor_file import alike
from gamemeta.trials.streams import Stream, trial_seeds
from gamemeta.trials.task_learner import Inputs, TaskLearner

HELD_OUT_PASS = 0
"""Number of the order by which trials are held out; those of the passes follow."""
_COUNTERS = ("passes", "place", "best_pass")
_SUMS = ("loss", "rows", "best_loss", "best_equal")


class Imitator(Protocol):
    """What cloning needs of a meta-learner."""

    task_learner: TaskLearner

    def imitation(self, batch: Batch, *, learn: bool) -> tuple[list[Any], float, int]:
        """Gradients of the mean loss over the rows, none unless it learns; the sum of the losses over the
        rows, and in how many of them its likeliest action is the one that was played."""
        ...

    def imitate(self, grads: list[Any], rate: float) -> None:
        """Change the weights by gradients. Raises TrainingError where they are not finite."""
        ...

    def see(self, inputs: Inputs, reward: NDArray[np.float32]) -> None:
        """Take in statistics of observations [S, ...] and rewards [S]."""
        ...

    def begin_anew(self) -> None:
        """Forget all about earlier gradients."""
        ...


@dataclass(frozen=True, kw_only=True)
class Pass:
    """How far cloning is, after a pass."""

    number: int
    """From 1."""
    loss: float
    """Mean over the steps that were learned from, while their weights changed."""
    held_out_loss: float
    """Mean over the steps that are held out."""
    equal_actions: float
    """Share of these in which the likeliest action is the one that was played."""

    def terms(self) -> dict[str, float]:
        """Its figures for a log."""
        return {name: round(value, 6) for name, value in vars(self).items() if name != "number"}


@dataclass(frozen=True, kw_only=True)
class Cloned:
    """What came of cloning."""

    trials: int
    """That were learned from, in whole or in part."""
    held_out_trials: int
    """Of which all or some steps are held out."""
    held_out_steps: int
    passes: int
    best_pass: int
    """The pass whose weights were kept."""
    held_out_loss: float
    equal_actions: float
    commonest_action: float
    """Share of the held-out steps in which the action that is commonest among all others was played."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, rounded."""
        return {k: round(v, 6) if isinstance(v, float) else v for k, v in asdict(self).items()}


class Cloning:
    """The cloning of some demonstrations.

    Args:
        learner: whose agent clones.
        demonstrations: of its game.
        config: settings.
        memory: when the agent clears its memory, as in `TrialConfig`.
        seed: of the run.
    Raises:
        DemonstrationError: there are too few of them.
    """

    def __init__(
        self,
        learner: Imitator,
        demonstrations: Demonstrations,
        config: CloningConfig,
        *,
        memory: str,
        seed: int,
    ) -> None:
        self._learner, self._spec, self._config = learner, demonstrations.spec, config
        self._memory, self._seed, self.trials = memory, seed, demonstrations.trials
        parts = parts_of(self.trials, config.held_out, self._order(HELD_OUT_PASS, len(self.trials)))
        self._parts, self._learned_from = parts, Parts.rows_of(parts.learned)
        self._held_out = Parts.rows_of(parts.held_out)
        self._counters = dict.fromkeys(_COUNTERS, 0)
        self._sums = dict.fromkeys(_SUMS, 0.0) | {"best_loss": np.inf}
        self._best: dict[str, NDArray[Any]] = {}

    @property
    def passes(self) -> int:
        """Passes that are done."""
        return self._counters["passes"]

    @property
    def most_passes(self) -> int:
        """Passes after which it ends at the latest."""
        return self._config.passes

    @property
    def over(self) -> bool:
        """Whether there is nothing more to learn."""
        done, best = self._counters["passes"], self._counters["best_pass"]
        return done >= self._config.passes or done - best >= self._config.patience

    def run(self) -> Iterator[Pass | None]:
        """Learn; gives None after every minibatch, and how it went after every pass. The caller may stop
        between two of them."""
        if not self._counters["passes"] and not self._counters["place"]:
            self._take_in()
        while not self.over:
            order = self._learned_from[self._order(self._counters["passes"] + 1, len(self._learned_from))]
            while self._counters["place"] < len(order):
                first = self._counters["place"]
                self._learn(order[first : first + self._config.trials])
                self._counters["place"] += self._config.trials
                if self._counters["place"] < len(order):
                    yield None
            yield self._end_pass()

    def finish(self) -> Cloned:
        """Take the weights of the best pass, and say how good they are."""
        if self._best:
            self._learner.task_learner.load_state_dict(self._best)
        self._learner.begin_anew()
        held = self._parts.held_out
        return Cloned(
            trials=len(self._learned_from),
            held_out_trials=len(self._held_out),
            held_out_steps=int(sum(mask.sum() for mask in held)),
            passes=self._counters["passes"],
            best_pass=self._counters["best_pass"],
            held_out_loss=float(self._sums["best_loss"]),
            equal_actions=float(self._sums["best_equal"]),
            commonest_action=_commonest(self.trials, held),
        )

    def measure(self, other: Imitator | None = None) -> tuple[float, float]:
        """Mean loss and share of equal actions in the held-out steps, as the weights are now; of another
        learner of the same game, if one is named."""
        learner, lost, equal, count = other or self._learner, 0.0, 0, 0
        for first in range(0, len(self._held_out), self._config.trials):
            batch = self._batch(self._held_out[first : first + self._config.trials], self._parts.held_out)
            _, loss, right = learner.imitation(batch, learn=False)
            lost, equal, count = lost + loss, equal + right, count + batch.rows
        return lost / count, equal / count

    def state(self) -> dict[str, NDArray[Any]]:
        """How far it is, as arrays; the weights are the learner's own to save."""
        counters = np.array([self._counters[name] for name in _COUNTERS], np.int64)
        sums = np.array([self._sums[name] for name in _SUMS])
        sums[np.isinf(sums)] = -1.0  # no pass was best yet
        return {"counters": counters, "sums": sums} | {f"best.{k}": v.copy() for k, v in self._best.items()}

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` returned. Raises KeyError or ValueError where it does not fit."""
        counters = alike(state, "counters", np.zeros(len(_COUNTERS), np.int64))
        sums = alike(state, "sums", np.zeros(len(_SUMS)))
        if (counters < 0).any() or counters[2] > counters[0]:
            raise ValueError("cloning.counters counts passes that there are not")
        self._counters = dict(zip(_COUNTERS, map(int, counters), strict=True))
        self._sums = dict(zip(_SUMS, map(float, sums), strict=True))
        if self._sums["best_loss"] < 0 and not self._counters["best_pass"]:
            self._sums["best_loss"] = np.inf
        names = self._learner.task_learner.state_dict() if self._counters["best_pass"] else {}
        self._best = {name: alike(state, f"best.{name}", like).copy() for name, like in names.items()}

    def _order(self, number: int, count: int) -> NDArray[np.int64]:
        """The numbers 0 .. count - 1 in the order of this pass."""
        seed = trial_seeds(self._seed, Stream.CLONING, np.array([number]))[0]
        draws = trial_seeds(int(seed), Stream.CLONING, np.arange(count))
        return np.argsort(draws, kind="stable")

    def _take_in(self) -> None:
        """Let the learner see what is learned from, for its statistics."""
        trials = [self.trials[k] for k in self._learned_from]
        inputs = {b.name: np.concatenate([trial.obs[b.name] for trial in trials]) for b in self._spec.obs}
        self._learner.see(inputs, np.concatenate([trial.reward for trial in trials]))

    def _learn(self, rows: NDArray[np.int64]) -> None:
        batch = self._batch(rows, self._parts.learned)
        grads, loss, _ = self._learner.imitation(batch, learn=True)
        self._learner.imitate(grads, self._config.learning_rate)
        self._sums["loss"] += loss
        self._sums["rows"] += batch.rows

    def _end_pass(self) -> Pass:
        self._counters["passes"] += 1
        self._counters["place"] = 0
        held_out_loss, equal = self.measure()
        done = Pass(
            number=self._counters["passes"],
            loss=self._sums["loss"] / max(1.0, self._sums["rows"]),
            held_out_loss=held_out_loss,
            equal_actions=equal,
        )
        self._sums |= {"loss": 0.0, "rows": 0.0}
        if done.held_out_loss < self._sums["best_loss"] or not self._best:
            self._counters["best_pass"] = done.number
            self._sums |= {"best_loss": done.held_out_loss, "best_equal": done.equal_actions}
            self._best = self._learner.task_learner.state_dict()
        return done

    def _batch(self, rows: NDArray[np.int64], masks: Sequence[NDArray[np.bool_]]) -> Batch:
        """Whole trials, of which the steps of these masks count."""
        trials = padded([self.trials[k] for k in rows], self._spec, self._memory)
        acting = np.zeros_like(trials.real)
        for lane, k in enumerate(rows):
            acting[: len(masks[k]), lane] = masks[k]
        nothing = np.zeros_like(trials.reward)
        return Batch(
            inputs=trials.inputs,
            reset=trials.reset,
            state=self._learner.task_learner.init(len(rows)),
            action=trials.action,
            log_prob=nothing,
            advantage=nothing,
            returns=nothing,
            reward=trials.reward,
            labels={},
            rows=int(acting.sum()),
            raw=trials.raw,
            acting=acting,
        )


def _commonest(trials: Sequence[Demonstration], masks: Sequence[NDArray[np.bool_]]) -> float:
    """Share of the steps in these masks in which their commonest action was played."""
    played = np.concatenate([trial.action[mask] for trial, mask in zip(trials, masks, strict=True)])
    _, counts = np.unique(played, axis=0, return_counts=True)
    return float(counts.max() / counts.sum())
