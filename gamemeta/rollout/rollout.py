"""Rollouts: T steps of N lanes, recorded with the alignment that learners rely on.

Input t is (obs t, action, reward and done before it). The first input of an episode carries the last
action, reward and done of the episode before; where the memory is cleared they are empty. The obs
after step T feeds the bootstrap alone, and becomes input 0 of the next rollout.

A lane is a seat of a game. While a seat waits for others to end the episode, its memory stands still and it
sees nothing: its next input carries its last action and reward. Lanes may be played by others than the
learner, see `gamemeta.selfplay`: they are played on and recorded, and never learned from.
"""

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.curricula.config import POSITIVE
from gamemeta.curricula.protocol import Played
from gamemeta.curricula.scores import TrialScores
from gamemeta.errors import ConfigError
from gamemeta.games.game import StepBuffers
from gamemeta.rollout.batch import Batch
from gamemeta.rollout.carried import check_codes, part
from gamemeta.rollout.cuts import Cut, CutValues, values_of
from gamemeta.rollout.facts import FactRecord
from gamemeta.rollout.kernels import PreviousStep, Transition, write_previous_step
from gamemeta.rollout.packing import packed
from gamemeta.selfplay.others import Others
from gamemeta.selfplay.pool import Pool
from gamemeta.tensor_file import alike
from gamemeta.trials.episodes import EpisodeRecord
from gamemeta.trials.lanes import SeatLanes, teams_of
from gamemeta.trials.sampling import Drawn, draw
from gamemeta.trials.task_learner import Inputs, Step, TaskLearner, TaskState
from gamemeta.trials.trials import Ended, Trials


class Rollout:
    """Plays lanes of trials with a task learner and keeps what a meta-learner needs.

    Its arrays are [T, L, ...] with L = N * A, a lane for each seat of each game.

    Args:
        trials: of N games.
        steps: T.
        labels: whether to record the game's labels.
        facts: whether to record the hidden facts of its levels.
        score: what trials are scored by, for a curriculum that wants scores; see `TrialScores`.
        pool: whom the learner meets besides itself.
        whole_trials: whether every rollout is one whole trial of each game, from its start; what is played
            after its end is not learned from. Else rollouts go on where the last one stopped.
    Raises:
        ConfigError: there is a pool, and the game has a single seat.
    """

    advice: NDArray[np.float32] | None = None
    """[T, L, choices of all heads + numbers], logits and means of a teacher; None where there is none."""

    def __init__(
        self,
        trials: Trials,
        steps: int,
        *,
        labels: bool,
        facts: bool = False,
        score: str = POSITIVE,
        pool: Pool | None = None,
        whole_trials: bool = False,
    ) -> None:
        game = trials.game
        self.trials, self.steps, self.lanes = trials, steps, SeatLanes(game.n, game.seats)
        n = self.lanes.count
        self.inputs: Inputs = {
            b.name: np.zeros((steps + 1, n, *b.shape), b.dtype) for b in game.spec.inputs()
        }
        self.reset = np.zeros((steps + 1, n), np.uint8)
        self.labels = {name: np.zeros((steps + 1, n), np.uint8) for name in (game.labels if labels else ())}
        self._facts = FactRecord(game, self.lanes, steps, wanted=facts)
        self._drawn = Drawn.empty(game.spec.action, steps, n)
        self.action, self.raw, self.log_prob = self._drawn.codes, self._drawn.raw, self._drawn.log_prob
        self.value = np.zeros((steps + 1, n), np.float32)
        """[T + 1, L], of the observation before each step and after the last, in the learner's own scale."""
        self.cut_values: list[CutValues] = []
        """Values of what was reached where trials were cut off in this rollout."""
        self.goes_on: NDArray[np.bool_] | None = None
        """[L], whether anything comes after the last step for a seat; None where there is one seat."""
        self.step_of_trial = np.zeros((steps + 1, n), np.int64)
        self.reward = np.zeros((steps, n), np.float32)
        self.surprise = np.zeros((steps, n), np.float32)
        """[T, L], by how much what followed each step was better than the learner expected, in units of
        reward; what curricula score trials by. The learner fills it."""
        self._action_spec = game.spec.action
        self.state: TaskState = {}
        """Memory before step 0."""
        self._live: TaskState = {}
        self._episodes = EpisodeRecord(n)
        self.acting = np.zeros((steps, n), np.bool_) if game.seats > 1 else None
        """Whether a seat acted in step t, and did not wait; None where there is one, which always acts."""
        self.others = Others(pool, self.lanes, teams_of(game), trials.seed) if pool is not None else None
        """Who plays which lane; None where the learner plays them all."""
        self.whole_trials, self._fresh = whole_trials, False
        self._open = np.ones(game.n, np.bool_)
        """[N], whether the game is still in the trial that the rollout is about."""
        all_seats = self.others is None and not whole_trials
        self.learned = self.acting if all_seats else np.zeros((steps, n), np.bool_)
        """Whether step t is learned from: a seat acted, the learner played it, and its trial had not ended
        where the rollout is one trial; None where all are."""
        self.terminated, self.truncated, self.boundary = (np.zeros((steps, n), np.bool_) for _ in range(3))
        """Whether what comes after step t no longer counts for it."""
        self._trial_ended = np.zeros((steps, game.n), np.bool_)
        self._score, self._scores = score, TrialScores(game.n, score)
        self._flags = np.zeros((2, n), np.bool_)
        self._buffers = [self._buffers_at(t) for t in range(steps + 1)]
        self._cuts: list[Cut] = []
        self._everyone = np.ones((steps, n), np.bool_)
        self._transition = Transition(self.action, self.reward, self.terminated, self.truncated)
        self._previous = _previous_step(self.inputs)

    def _buffers_at(self, t: int) -> StepBuffers:
        """Where the game writes what it reaches by step t - 1."""
        before, by_game = max(t - 1, 0), self.lanes.by_game
        spec = self.trials.game.spec
        return StepBuffers(
            obs={b.name: by_game(self.inputs[b.name][t]) for b in spec.obs},
            reward=by_game(self.reward[before]),
            terminated=by_game(self.terminated[before]),
            truncated=by_game(self.truncated[before]),
            success=by_game(self._flags[0]),
            alive=by_game(self._flags[1]),
            labels={name: by_game(array[t]) for name, array in self.labels.items()},
        )

    def begin(self, learner: TaskLearner) -> None:
        """Start every lane on its first trial."""
        self._live = learner.init(self.lanes.count)
        self._adapts, self._fresh = learner.adapts, True
        self.trials.begin(self._buffers[self.steps])
        self.reset[self.steps] = 1
        if self.others is not None:
            self.others.draw(np.arange(self.lanes.n), self.trials.trial)

    def collect(self, learner: TaskLearner) -> None:
        """Play T more steps.

        Args:
            learner: decides.
        """
        if self.whole_trials:
            self._begin_trials(learner)
        for array in (*self.inputs.values(), self.reset, *self.labels.values()):
            array[0] = array[self.steps]
        self.state = dict(self._live)
        self._cuts = []
        self._facts.note(0)
        alone = learner.stepping()
        decide = alone if self.others is None else partial(self.others.step, alone)
        for t in range(self.steps):
            self._one_step(learner, decide, t)
        self._value_reached(decide, alone)
        if self.whole_trials and self._open.any():
            raise ConfigError(
                f"run.rollout_steps = {self.steps} ended before {int(self._open.sum())} of {self.lanes.n} "
                "trials did, and this learner needs whole trials. Give more, and trial.long_share=0."
            )

    def _begin_trials(self, learner: TaskLearner) -> None:
        """Leave the trials that go on, and start every game on its next one."""
        self._open[:] = True
        if self._fresh:
            self._fresh = False
            return
        self._begin_next_trials(learner)

    def begin_after(self, learner: TaskLearner, trials: NDArray[np.int64]) -> None:
        """Start every lane on the trial after these, of which nothing else is known.

        Args:
            learner: decides.
            trials: int64 [N].
        Raises:
            ValueError: they are of other games.
        """
        self.trials.trial = alike({"trials": trials}, "trials", self.trials.trial).copy()
        self._adapts, self._fresh = learner.adapts, self.whole_trials
        self._begin_next_trials(learner)

    def _begin_next_trials(self, learner: TaskLearner) -> None:
        self._live = learner.init(self.lanes.count)
        self._episodes.forget(np.arange(self.lanes.count))
        self._scores = TrialScores(self.lanes.n, self._score)
        self.trials.begin_next(self._buffers[self.steps])
        self.reset[self.steps] = 1
        for buffer in self.trials.game.spec.before():
            self.inputs[buffer.name][self.steps] = 0
        if self.others is not None:
            self.others.draw(np.arange(self.lanes.n), self.trials.trial)

    def _one_step(self, learner: TaskLearner, decide: Step, t: int) -> None:
        inputs = {name: array[t] for name, array in self.inputs.items()}
        state, decision = decide(self._live, inputs, self.reset[t])
        self._live = state if self.acting is None else self._of_those_acting(state, t)
        if self.learned is not None:
            self._note_learned(self.learned, t)
        self.value[t] = decision.value
        self.step_of_trial[t] = self.lanes.each(self.trials.step_of_trial)
        seeds = self.lanes.seeds(self.trials.action_seed)
        draw(decision, seeds, self.step_of_trial[t], self._drawn.at(t))
        played = self._action_spec.played(self.action[t], self.raw[t])
        out = self._buffers[t + 1]
        last = None if self.acting is None else self.trials.last_episode
        ended = self.trials.step(self.lanes.by_game(played), out)
        self.boundary[t] = self.lanes.each(ended.credit)
        if last is not None:  # a seat is cut off by itself, perhaps before the others are
            self.boundary[t] |= self.lanes.each(last) & self._acted[t] & self.truncated[t]
        self._trial_ended[t] = ended.trial
        self._open &= ~ended.trial
        self._write_previous_step(t, ended, played)
        self._keep_cut(t, played)
        if self._adapts:
            self._adapt(learner, t, ended, played)
        self.trials.next_episode(ended, out)
        self._facts.note(t + 1)
        if self.others is not None:
            rows = np.flatnonzero(ended.trial)
            self.others.note(self.lanes.by_game(self.reward[t]), ended.episode)
            self.others.draw(rows, self.trials.trial[rows])

    def _of_those_acting(self, state: TaskState, t: int) -> TaskState:
        """The state after step t: the memory of a seat that waits stands still."""
        assert self.acting is not None
        self.acting[t] = self._flags[1]
        acting = self.acting[t][:, None]
        return {name: np.where(acting, array, self._live[name]) for name, array in state.items()}

    def _note_learned(self, learned: NDArray[np.bool_], t: int) -> None:
        learned[t] = self._acted[t]
        if self.others is not None:
            learned[t] &= self.others.learner
        if self.whole_trials:
            learned[t] &= self.lanes.each(self._open)

    def _adapt(self, learner: TaskLearner, t: int, ended: Ended, played: NDArray[Any]) -> None:
        """Let those learn from their episode whose episode ended with step t and whose memory stays."""
        lanes, record = np.flatnonzero(self._acted[t]), self._episodes
        record.add(lanes, {name: array[t, lanes] for name, array in self.inputs.items()}, played[lanes])
        record.pay(self.reward[t, lanes])
        over, stays = self.lanes.each(ended.episode), ~self.lanes.each(ended.memory)
        players = [(learner, stays)] if self.others is None else self.others.players(learner)
        for player, lanes_of_player in players:
            rows = np.flatnonzero(over & stays & lanes_of_player)
            if len(rows):
                state = {name: array[rows] for name, array in self._live.items()}
                for name, array in record.adapted(state, rows, player.adapt).items():
                    self._live[name] = self._live[name].copy()
                    self._live[name][rows] = array
        record.forget(np.flatnonzero(over))

    def _write_previous_step(self, t: int, ended: Ended, played: NDArray[Any]) -> None:
        """Action, reward and done of step t as part of input t + 1."""
        cleared = self.lanes.each(ended.memory)
        write_previous_step(t, self._transition, self._previous, cleared, self._acted, self.reset)
        if self._action_spec.continuous:
            continuous = self.inputs["previous_numbers"]
            newest = self._action_spec.before(played)["previous_numbers"]
            kept = np.where(self._acted[t, :, None], newest, continuous[t])
            continuous[t + 1] = kept * ~cleared[:, None]

    def _keep_cut(self, t: int, played: NDArray[Any]) -> None:
        """Note what those reached whose trial was cut off with step t."""
        cut = self.boundary[t] & self.truncated[t]
        rows = (cut if self.learned is None else cut & self.learned[t]).nonzero()[0]
        if not len(rows):
            return
        reached = self.trials.game.spec.obs
        inputs = {b.name: self.inputs[b.name][t + 1, rows] for b in reached}
        inputs |= self._action_spec.before(played[rows])
        inputs["previous_reward"] = self.reward[t, rows, None]
        inputs["previous_done"] = np.zeros((len(rows), 1), np.uint8)
        state = {name: array[rows] for name, array in self._live.items()}
        self._cuts.append(Cut(t, rows, inputs, state))

    def _value_reached(self, decide: Step, alone: Step) -> None:
        """Note the values of what was reached: after the last step, and where trials were cut off.

        Args:
            decide: for all lanes.
            alone: for the learner's.
        """
        last = {name: array[self.steps] for name, array in self.inputs.items()}
        _, decision = decide(self._live, last, self.reset[self.steps])
        self.step_of_trial[self.steps] = self.lanes.each(self.trials.step_of_trial)
        self.value[self.steps] = decision.value
        if self.acting is not None:  # nothing more comes for those who wait in the last episode
            self.goes_on = self._flags[1] | ~self.lanes.each(self.trials.last_episode)
        self.cut_values = values_of(self._cuts, alone, self.lanes.count)

    @property
    def _acted(self) -> NDArray[np.bool_]:
        """[T, L], whether a seat acted in step t."""
        return self._everyone if self.acting is None else self.acting

    def acted(self, array: NDArray[Any]) -> NDArray[Any]:
        """What an array [T, L, ...] says of steps that are learned from; with several seats, [M, ...]."""
        return array if self.learned is None else array[self.learned]

    def batch(self, some: slice, *, advantage: NDArray[np.float32], returns: NDArray[np.float32]) -> Batch:
        """The steps of some lanes, to be learned from; `rows` counts those of this part alone.

        Args:
            some: which lanes.
            advantage, returns: [T, L], what the learner estimated.
        """
        steps = self.steps
        batch = Batch(
            inputs={name: array[:steps, some] for name, array in self.inputs.items()},
            reset=self.reset[:steps, some],
            state={name: array[some] for name, array in self.state.items()},
            action=self.action[:, some],
            log_prob=self.log_prob[:, some],
            advantage=advantage[:, some],
            returns=returns[:, some],
            reward=self.reward[:, some],
            labels={name: array[:steps, some] for name, array in self.labels.items()},
            facts=self._facts.of(some, steps),
            advice=None if self.advice is None else self.advice[:, some],
            raw=self.raw[:, some],
            rows=advantage[:, some].size,
        )
        return batch if self.learned is None else packed(batch, self.learned[:, some])

    def played(self) -> Played:
        """The trials that ended in this rollout, scored by `surprise`; to be called once a rollout, and by a
        curriculum that wants scores alone."""
        surprise = self.surprise if self.acting is None else self._by_game(self.surprise)
        scores = self._scores.add(surprise, self._trial_ended)
        numbers, levels = self.trials.take_ended()
        return Played(numbers, scores, levels)

    def _by_game(self, surprise: NDArray[np.float32]) -> NDArray[np.float32]:
        """[T, N]: the mean over the seats of each game, in trials against others over the learner's."""
        shape = self.steps, self.lanes.n, self.lanes.seats
        mean: NDArray[np.float32] = surprise.reshape(shape).mean(axis=2)
        if self.others is not None:
            assert self.learned is not None
            learned = self.learned.reshape(shape)
            count = np.maximum(learned.sum(axis=2), 1).astype(np.float32)
            mean = np.where(learned, surprise.reshape(shape), 0).sum(axis=2) / count
        return mean

    def carry(self) -> dict[str, NDArray[Any]]:
        """What the next rollout starts from, as arrays."""
        carried = {f"inputs.{k}": v[self.steps].copy() for k, v in self.inputs.items()}
        carried |= {f"labels.{k}": v[self.steps].copy() for k, v in self.labels.items()}
        carried |= {f"memory.{k}": v.copy() for k, v in self._live.items()}
        carried |= {f"trials.{k}": v for k, v in self.trials.state().items()}
        if self.whole_trials:
            carried["fresh"] = np.array([self._fresh])
        if self._adapts:
            carried |= {f"episodes.{k}": v for k, v in self._episodes.state().items()}
        if self.trials.curriculum.scored:
            carried |= {f"scores.{k}": v for k, v in self._scores.state().items()}
        if self.acting is not None:
            carried["alive"] = self._flags[1].copy()
        if self.others is not None:
            carried |= {f"others.{k}": v for k, v in self.others.state().items()}
        return carried | {"reset": self.reset[self.steps].copy()}

    def load_carry(self, learner: TaskLearner, carried: dict[str, NDArray[Any]]) -> None:
        """Go on from what `carry` gave.

        Raises:
            KeyError, ValueError: it belongs to another rollout, or is damaged.
        """
        for group, arrays in (("inputs", self.inputs), ("labels", self.labels)):
            for name, array in arrays.items():
                array[self.steps] = alike(carried, f"{group}.{name}", array[self.steps])
        check_codes(self.trials.game.spec, {name: array[self.steps] for name, array in self.inputs.items()})
        self.reset[self.steps] = alike(carried, "reset", self.reset[self.steps])
        if self.acting is not None:
            self._flags[1] = alike(carried, "alive", self._flags[1])
        if self.others is not None:
            self.others.load_state(part(carried, "others."))
        blank = learner.init(self.lanes.count)
        self._live = {name: alike(carried, f"memory.{name}", array).copy() for name, array in blank.items()}
        self.trials.load_state(part(carried, "trials."))
        self._fresh = self.whole_trials and bool(alike(carried, "fresh", np.array([True]))[0])
        self._adapts = learner.adapts
        if self._adapts:
            like = {name: array[0, 0] for name, array in self.inputs.items()}
            self._episodes.load_state(part(carried, "episodes."), like, self._action_spec.idle())
        if self.trials.curriculum.scored:
            self._scores.load_state(part(carried, "scores."))


def _previous_step(inputs: Inputs) -> PreviousStep:
    """Those inputs [T + 1, L, ...] that tell of the step before; without codes where actions have none."""
    reward, done = inputs["previous_reward"], inputs["previous_done"]
    no_codes = np.zeros((*done.shape[:2], 0), np.uint8)
    return PreviousStep(inputs.get("previous_action", no_codes), reward, done)
