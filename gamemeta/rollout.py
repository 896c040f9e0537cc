"""Rollouts: T steps of N lanes, recorded with the alignment that learners rely on.

Input t is (obs t, action, reward and done before it). The first input of an episode carries the last
action, reward and done of the episode before; where the memory is cleared they are empty. The obs
after step T feeds the bootstrap alone, and becomes input 0 of the next rollout.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.config import POSITIVE
from gamemeta.curricula.protocol import Played
from gamemeta.curricula.scores import TrialScores
from gamemeta.games.game import StepBuffers
from gamemeta.learners.advantages import advantages
from gamemeta.learners.protocols import Inputs, TaskLearner, TaskState
from gamemeta.learners.return_scale import ReturnScale
from gamemeta.sampling import Drawn, draw
from gamemeta.trials import Ended, Trials


@dataclass
class _Cut:
    """What was reached where a trial was cut off by its last episode's step limit."""

    t: int
    rows: NDArray[np.int64]
    inputs: Inputs
    state: TaskState


class Rollout:
    """Plays lanes of trials with a task learner and keeps what a meta-learner needs.

    Args:
        trials: N lanes.
        steps: T.
        labels: whether to record the game's labels.
        score: what trials are scored by, for a curriculum that wants scores; see `TrialScores`.
    """

    def __init__(self, trials: Trials, steps: int, *, labels: bool, score: str = POSITIVE) -> None:
        game = trials.game
        self.trials, self.steps, n = trials, steps, game.n
        self.inputs: Inputs = {
            b.name: np.zeros((steps + 1, n, *b.shape), b.dtype) for b in game.spec.inputs()
        }
        self.reset = np.zeros((steps + 1, n), np.uint8)
        self.labels = {name: np.zeros((steps + 1, n), np.uint8) for name in (game.labels if labels else ())}
        self._drawn = Drawn.empty(game.spec.action, steps, n)
        self.action, self.raw, self.log_prob = self._drawn.codes, self._drawn.raw, self._drawn.log_prob
        self.value = np.zeros((steps, n), np.float32)
        self.step_of_trial = np.zeros((steps + 1, n), np.int64)
        self.reward = np.zeros((steps, n), np.float32)
        self.advantage = np.zeros((steps, n), np.float32)
        self.returns = np.zeros((steps, n), np.float32)
        self._action_spec = game.spec.action
        self.state: TaskState = {}
        """Memory before step 0."""
        self._live: TaskState = {}
        self._terminated = np.zeros((steps, n), np.bool_)
        self._truncated = np.zeros((steps, n), np.bool_)
        self._boundary = np.zeros((steps, n), np.bool_)
        self._trial_ended = np.zeros((steps, n), np.bool_)
        self._scores = TrialScores(n, score)
        self._flags = np.zeros((2, n, 1), np.bool_)
        self._buffers = [self._buffers_at(t) for t in range(steps + 1)]
        self._cuts: list[_Cut] = []

    def _buffers_at(self, t: int) -> StepBuffers:
        """Where the game writes what it reaches by step t - 1."""
        before = max(t - 1, 0)
        spec = self.trials.game.spec
        return StepBuffers(
            obs={b.name: self.inputs[b.name][t][:, None] for b in spec.obs},
            reward=self.reward[before][:, None],
            terminated=self._terminated[before][:, None],
            truncated=self._truncated[before][:, None],
            success=self._flags[0],
            alive=self._flags[1],
            labels={name: array[t][:, None] for name, array in self.labels.items()},
        )

    def begin(self, learner: TaskLearner) -> None:
        """Start every lane on its first trial."""
        self._live = learner.init(self.trials.game.n)
        self.trials.begin(self._buffers[self.steps])
        self.reset[self.steps] = 1

    def collect(
        self, learner: TaskLearner, discount: float, lam: float, scale: ReturnScale | None = None
    ) -> None:
        """Play T more steps and estimate advantages and returns.

        Args:
            learner: decides.
            discount: factor of a step.
            lam: mixing weight of the advantages.
            scale: what the learner's values are told in, if not in units of reward.
        """
        for array in (*self.inputs.values(), self.reset, *self.labels.values()):
            array[0] = array[self.steps]
        self.state = dict(self._live)
        self._cuts = []
        for t in range(self.steps):
            self._one_step(learner, t)
        self._estimate(learner, discount, lam, scale)

    def _one_step(self, learner: TaskLearner, t: int) -> None:
        inputs = {name: array[t] for name, array in self.inputs.items()}
        self._live, decision = learner.step(self._live, inputs, self.reset[t])
        self.value[t] = decision.value
        self.step_of_trial[t] = self.trials.step_of_trial
        draw(decision, self.trials.action_seed, self.step_of_trial[t], self._drawn.at(t))
        played = self._action_spec.played(self.action[t], self.raw[t])
        out = self._buffers[t + 1]
        ended = self.trials.step(played[:, None], out)
        told = self._action_spec.before(played)
        self._boundary[t] = ended.credit
        self._trial_ended[t] = ended.trial
        self._record_before(t, ended, told)
        self._keep_cut(t, ended, out, told)
        self.trials.next_episode(ended, out)

    def _record_before(self, t: int, ended: Ended, told: Inputs) -> None:
        """Action, reward and done of step t as part of input t + 1."""
        keep = ~ended.memory
        for name, array in told.items():
            self.inputs[name][t + 1] = array * keep[:, None]
        self.inputs["previous_reward"][t + 1, :, 0] = self.reward[t] * keep
        self.inputs["previous_done"][t + 1, :, 0] = ended.episode & keep
        self.reset[t + 1] = ended.memory

    def _keep_cut(self, t: int, ended: Ended, out: StepBuffers, told: Inputs) -> None:
        rows = np.flatnonzero(ended.credit & out.truncated[:, 0])
        if not len(rows):
            return
        inputs = {name: array[rows, 0].copy() for name, array in out.obs.items()}
        inputs |= {name: array[rows] for name, array in told.items()}
        inputs["previous_reward"] = self.reward[t, rows, None]
        inputs["previous_done"] = np.zeros((len(rows), 1), np.uint8)
        state = {name: array[rows] for name, array in self._live.items()}
        self._cuts.append(_Cut(t, rows, inputs, state))

    def _estimate(self, learner: TaskLearner, discount: float, lam: float, scale: ReturnScale | None) -> None:
        last = {name: array[self.steps] for name, array in self.inputs.items()}
        _, decision = learner.step(self._live, last, self.reset[self.steps])
        self.step_of_trial[self.steps] = self.trials.step_of_trial
        values = np.concatenate([self.value, decision.value[None]])
        if scale is not None:
            values = scale.to_returns(values, self.step_of_trial)
        self.value, next_value = values[:-1], values[1:].copy()
        for cut in self._cuts:
            _, reached = learner.step(cut.state, cut.inputs, np.zeros(len(cut.rows), np.uint8))
            value = reached.value
            if scale is not None:
                value = scale.to_returns(value, self.step_of_trial[cut.t, cut.rows] + 1)
            next_value[cut.t, cut.rows] = value
        dead = self._boundary & self._terminated
        factor = np.where(dead, 0.0, discount).astype(np.float32)
        self.advantage = advantages(self.reward, self.value, next_value, factor, ~self._boundary, lam)
        self.returns = self.advantage + self.value

    def played(self) -> Played:
        """The trials that ended in this rollout, scored by its advantages; to be asked for once, before
        anything else is made of them, and by a curriculum that wants scores alone."""
        scores = self._scores.add(self.advantage, self._trial_ended)
        numbers, levels = self.trials.take_ended()
        return Played(numbers, scores, levels)

    def carry(self) -> dict[str, NDArray[Any]]:
        """What the next rollout starts from, as arrays."""
        carried = {f"inputs.{k}": v[self.steps].copy() for k, v in self.inputs.items()}
        carried |= {f"labels.{k}": v[self.steps].copy() for k, v in self.labels.items()}
        carried |= {f"memory.{k}": v.copy() for k, v in self._live.items()}
        carried |= {f"trials.{k}": v for k, v in self.trials.state().items()}
        if self.trials.curriculum.scored:
            carried |= {f"scores.{k}": v for k, v in self._scores.state().items()}
        return carried | {"reset": self.reset[self.steps].copy()}

    def load_carry(self, learner: TaskLearner, carried: dict[str, NDArray[Any]]) -> None:
        """Go on from what `carry` gave.

        Raises:
            KeyError, ValueError: it was given by another rollout, or is damaged.
        """
        for group, arrays in (("inputs", self.inputs), ("labels", self.labels)):
            for name, array in arrays.items():
                array[self.steps] = _alike(carried, f"{group}.{name}", array[self.steps])
        self._check_codes()
        self.reset[self.steps] = _alike(carried, "reset", self.reset[self.steps])
        blank = learner.init(self.trials.game.n)
        self._live = {name: _alike(carried, f"memory.{name}", array) for name, array in blank.items()}
        self.trials.load_state(_part(carried, "trials."))
        if self.trials.curriculum.scored:
            self._scores.load_state(_part(carried, "scores."))

    def _check_codes(self) -> None:
        """Kernels look up what symbols stand for without looking whether it exists; numbers lie in -1..1."""
        spec = self.trials.game.spec
        most: dict[str, Any] = {b.name: b.codes - 1 for b in spec.inputs() if b.codes}
        if spec.action.heads:
            most["previous_action"] = np.array(spec.action.heads)
        for name, code in most.items():
            symbols = self.inputs[name][self.steps]
            if (symbols < 0).any() or (symbols > code).any():
                raise ValueError(f"inputs.{name} holds symbols that do not exist")
        if spec.action.numbers and not (np.abs(self.inputs["previous_numbers"][self.steps]) <= 1).all():
            raise ValueError("inputs.previous_numbers holds numbers outside -1..1")


def _part(carried: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    return {k.removeprefix(prefix): v for k, v in carried.items() if k.startswith(prefix)}


def _alike(carried: dict[str, NDArray[Any]], name: str, like: NDArray[Any]) -> NDArray[Any]:
    """An array that was carried. Raises KeyError or ValueError where it is none like that."""
    array = carried[name]
    if array.shape != like.shape or array.dtype != like.dtype:
        raise ValueError(f"{name} is {array.dtype} {array.shape} instead of {like.dtype} {like.shape}")
    return array
