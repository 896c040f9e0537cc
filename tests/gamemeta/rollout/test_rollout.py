"""Rollouts against lanes played one by one, with the alignment written out."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.games.game import StepBuffers
from gamemeta.learners.return_scale import ReturnScale
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.estimates import estimate
from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.streams import Stream, trial_seeds
from gamemeta.trials.task_learner import Decision
from gamemeta.trials.trials import TrialConfig, Trials
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate_arrays
from tests.helpers.estimated import estimated

SMALL = MazeParameters(height=(5, 7), width=(5, 7), goal_distance=2)
GAME = MazeConfig(view=3, revealed=True, steps_per_tile=0.3)
DISCOUNT, LAM = 0.9, 0.8
LANES, STEPS, SEED, K = 3, 20, 5, 3


class Scripted:
    """Plays a fixed function of its memory and input; its value tells apart all it was given.

    Its memory is [clock, trace]: acts since it was cleared, and a fading sum of what it was told.
    """

    adapts = False

    def init(self, n):
        return {"memory": np.zeros((n, 2), np.float32)}

    def stepping(self):
        return self.step

    def step(self, state, inputs, reset):
        memory = state["memory"] * (1 - reset[:, None]).astype(np.float32)
        told = (
            inputs["place"][:, 0] * 0.01
            + inputs["view"].sum((1, 2)) * 0.05
            + inputs["previous_action"][:, 0] * 0.3
            + inputs["previous_reward"][:, 0]
            + inputs["previous_done"][:, 0] * 0.7
        )
        after = np.stack([memory[:, 0] + 1, memory[:, 1] * 0.5 + told], 1).astype(np.float32)
        towards_goal = np.where(inputs["goal_offset"] < 16, [0, 2], [1, 3])
        towards_goal[inputs["goal_offset"] == 16] = 3
        clock = after[:, 0].astype(int)
        action = np.where(clock % 5 < 4, towards_goal[range(len(clock)), clock % 2], clock // 5 % 4)
        logits = np.where(np.arange(4) == action[:, None], 60, 0).astype(np.float32)
        return {"memory": after}, Decision(logits=(logits,), value=after[:, 1].copy())


@dataclass
class Lane:
    """One lane by the words of the contract: what each step was given, and what came of it."""

    inputs: dict[str, list] = field(default_factory=dict)
    labels: list[int] = field(default_factory=list)
    reset: list[int] = field(default_factory=list)
    memory: list[np.ndarray] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    action: list[int] = field(default_factory=list)
    reward: list[float] = field(default_factory=list)
    cut: list[bool] = field(default_factory=list)
    """Whether the memory was cleared after this step."""
    terminated: list[bool] = field(default_factory=list)
    value_reached: list[float] = field(default_factory=list)
    """Value of the obs reached by this step, as if the episode went on."""


def play_lane(number: int, steps: int, memory: str) -> Lane:
    lane, learner, game = Lane(), Scripted(), MazeGame(1, GAME)
    trial, episode, fresh = number, 0, True
    state, out = learner.init(1), StepBuffers.empty(game, labels=True)
    before = {"previous_action": [0], "previous_reward": [0.0], "previous_done": [0]}
    everywhere = np.ones(1, np.bool_)
    game.reset(level_of(trial), everywhere, out)
    for _ in range(steps):
        given = seen(out, before)
        for name, value in given.items():
            lane.inputs.setdefault(name, []).append(value[0])
        lane.labels.append(int(out.labels["optimal_moves"][0, 0]))
        lane.reset.append(int(fresh))
        lane.memory.append(state["memory"][0] * 1)
        state, decision = learner.step(state, given, np.array([fresh], np.uint8))
        action = int(decision.logits[0].argmax())
        game.step(np.array([[[action]]]), out)
        reward, terminated = float(out.reward[0, 0]), bool(out.terminated[0, 0])
        done = terminated or bool(out.truncated[0, 0])
        episode += done
        cut = done and (memory == "episode" or episode == K)
        before = {"previous_action": [action + 1], "previous_reward": [reward]}
        gone_on = seen(out, before | {"previous_done": [0]})
        _, reached = learner.step(state, gone_on, np.zeros(1, np.uint8))
        lane.value.append(float(decision.value[0]))
        lane.action.append(action)
        lane.reward.append(reward)
        lane.cut.append(cut)
        lane.terminated.append(terminated)
        lane.value_reached.append(float(reached.value[0]))
        before["previous_done"], fresh = [int(done)], cut
        if cut:
            before = {"previous_action": [0], "previous_reward": [0.0], "previous_done": [0]}
        if episode == K:
            trial, episode = trial + LANES, 0
        if done:
            game.reset(level_of(trial), everywhere, out)
    return lane


def level_of(trial: int):
    seed = int(trial_seeds(SEED, Stream.LEVEL, np.array([trial]))[0]) & (2**63 - 1)
    return generate_arrays(Maze(SMALL), [seed], "train")


def seen(out: StepBuffers, before: dict) -> dict:
    told = {name: np.array([value], np.float32) for name, value in before.items()}
    return {name: array[:, 0].copy() for name, array in out.obs.items()} | told


def advantages_of(lane: Lane, start: int) -> list[float]:
    """Advantages of one rollout of this lane, as a sum of discounted errors."""
    errors, carries = [], []
    for t in range(start, start + STEPS):
        if lane.cut[t]:
            next_value = 0.0 if lane.terminated[t] else lane.value_reached[t]
        else:
            next_value = lane.value[t + 1]
        errors.append(lane.reward[t] + DISCOUNT * next_value - lane.value[t])
        carries.append(0.0 if lane.cut[t] else DISCOUNT * LAM)
    return [sum(np.prod(carries[t:s]) * errors[s] for s in range(t, STEPS)) for t in range(STEPS)]


def make_rollout(memory: str = "trial") -> Rollout:
    config = TrialConfig(episodes=K, long_share=0.0, memory=memory)
    lanes = np.arange(LANES)
    game = MazeGame(LANES, GAME)
    trials = Trials(game, Maze(SMALL), config, seed=SEED, lanes=lanes, total=LANES)
    return Rollout(trials, STEPS, labels=True)


def snapshot(rollout: Rollout) -> dict[str, np.ndarray]:
    names = ("reset", "action", "log_prob", "reward")
    arrays = {name: getattr(rollout, name) for name in names}
    arrays |= vars(estimate(rollout, PPOConfig(discount=DISCOUNT, lam=LAM), None))
    groups = {**rollout.inputs, **rollout.labels, **rollout.state}
    return {name: array.copy() for name, array in {**arrays, **groups}.items()}


def collected(memory: str, rollouts: int) -> list[dict[str, np.ndarray]]:
    rollout, learner = make_rollout(memory), Scripted()
    rollout.begin(learner)
    found = []
    for _ in range(rollouts):
        rollout.collect(learner)
        found.append(snapshot(rollout))
    return found


ROLLOUTS = 5


@pytest.fixture(scope="module", params=["trial", "episode"])
def played(request):
    """Rollouts in a row, and the same lanes played one by one."""
    steps = ROLLOUTS * STEPS + 1
    lanes = [play_lane(number, steps, request.param) for number in range(LANES)]
    return collected(request.param, ROLLOUTS), lanes


def test_the_play_covers_every_kind_of_ending(played):
    _, lanes = played
    ends = [e for lane in lanes for e in zip(lane.cut, lane.terminated, strict=True)]
    assert min(ends.count((True, True)), ends.count((True, False))) > 3


@pytest.mark.parametrize("name", ["view", "place", "previous_action", "previous_reward", "previous_done"])
def test_inputs_hold_the_obs_and_what_happened_before(played, name):
    rollouts, lanes = played
    for k, rollout in enumerate(rollouts):
        for i, lane in enumerate(lanes):
            wanted = np.array(lane.inputs[name][k * STEPS : (k + 1) * STEPS + 1])
            np.testing.assert_array_equal(rollout[name][:, i], wanted)


def test_labels_belong_to_the_obs_beside_them(played):
    rollouts, lanes = played
    for k, rollout in enumerate(rollouts):
        for i, lane in enumerate(lanes):
            wanted = lane.labels[k * STEPS : (k + 1) * STEPS + 1]
            assert rollout["optimal_moves"][:, i].tolist() == wanted


@pytest.mark.parametrize("name", ["action", "reward", "value", "reset"])
def test_what_was_done_stands_beside_the_input_it_answered(played, name):
    rollouts, lanes = played
    for k, rollout in enumerate(rollouts):
        for i, lane in enumerate(lanes):
            wanted = getattr(lane, name)[k * STEPS : (k + 1) * STEPS]
            np.testing.assert_allclose(rollout[name][:STEPS, i].reshape(STEPS), wanted, atol=1e-5)


def test_the_state_is_the_memory_before_step_0(played):
    rollouts, lanes = played
    for k, rollout in enumerate(rollouts):
        for i, lane in enumerate(lanes):
            np.testing.assert_allclose(rollout["memory"][i], lane.memory[k * STEPS], rtol=1e-5)


def test_advantages_flow_across_episodes_and_stop_where_memory_is_cleared(played):
    """A cleared memory after termination has no bootstrap; after truncation, the obs reached."""
    rollouts, lanes = played
    for k, rollout in enumerate(rollouts):
        for i, lane in enumerate(lanes):
            wanted = advantages_of(lane, k * STEPS)
            np.testing.assert_allclose(rollout["advantage"][:, i], wanted, atol=1e-4)
            np.testing.assert_allclose(
                rollout["returns"][:, i], rollout["advantage"][:, i] + rollout["value"][:, i]
            )


def test_an_action_that_is_certain_has_log_probability_0(played):
    rollouts, _ = played
    for rollout in rollouts:
        np.testing.assert_allclose(rollout["log_prob"], 0, atol=1e-6)


def test_what_is_carried_goes_on_identically():
    rollout, learner = make_rollout(), Scripted()
    rollout.begin(learner)
    rollout.collect(learner)
    carried = rollout.carry()
    rollout.collect(learner)
    again = make_rollout()
    again.load_carry(learner, carried)
    again.collect(learner)
    wanted = snapshot(rollout)
    for name, array in snapshot(again).items():
        np.testing.assert_array_equal(array, wanted[name], err_msg=name)


def test_what_is_carried_is_a_copy():
    rollout, learner = make_rollout(), Scripted()
    rollout.begin(learner)
    rollout.collect(learner)
    carried = rollout.carry()
    before = {name: array.copy() for name, array in carried.items()}
    rollout.collect(learner)
    for name, array in carried.items():
        np.testing.assert_array_equal(array, before[name], err_msg=name)


class OnAScale(Scripted):
    """As `Scripted`, with its value of each step of a trial as (value - mean) / deviation of that step."""

    def __init__(self, scale):
        self.scale = scale

    def step(self, state, inputs, reset):
        state, decision = super().step(state, inputs, reset)
        value = self.scale.to_targets(decision.value, state["memory"][:, 0].astype(int) - 1)
        return state, Decision(logits=decision.logits, value=value)


@pytest.mark.parametrize("slope", [0.0, 0.1])
def test_values_told_on_a_scale_give_the_same_advantages(slope):
    plain, scaled, scale = make_rollout(), make_rollout(), ReturnScale()
    scale.to_returns(np.zeros(1, np.float32), np.array([500]))
    scale.mean[:], scale.deviation[:] = 3 + slope * np.arange(501), 2 + slope * np.arange(501)
    learner = OnAScale(scale)
    plain.begin(Scripted())
    scaled.begin(learner)
    for _ in range(ROLLOUTS):
        wanted = estimated(plain, Scripted(), DISCOUNT, LAM)
        found = estimated(scaled, learner, DISCOUNT, LAM, scale)
        np.testing.assert_allclose(found.advantage, wanted.advantage, atol=1e-4)
        np.testing.assert_allclose(found.returns, wanted.returns, atol=1e-4)


def test_steps_count_from_the_first_of_each_trial():
    rollout = make_rollout()
    rollout.begin(Scripted())
    rollout.collect(Scripted())
    starts = rollout.step_of_trial == 0
    np.testing.assert_array_equal(starts, rollout.reset == 1)
    goes_on = np.diff(rollout.step_of_trial, axis=0)[~starts[1:]]
    np.testing.assert_array_equal(goes_on, 1)


class Undecided(Scripted):
    """As `Scripted`, with every action equally likely."""

    def step(self, state, inputs, reset):
        state, decision = super().step(state, inputs, reset)
        return state, Decision(logits=(decision.logits[0] * 0,), value=decision.value)


def drawn_actions(lanes: list[int]) -> np.ndarray:
    """[60, lanes] of four lanes in all."""
    config = TrialConfig(episodes=K, long_share=0.0)
    game, numbers = MazeGame(len(lanes), GAME), np.array(lanes)
    trials = Trials(game, Maze(SMALL), config, seed=SEED, lanes=numbers, total=4)
    rollout, learner = Rollout(trials, 60, labels=False), Undecided()
    rollout.begin(learner)
    rollout.collect(learner)
    return rollout.action[:, :, 0]


def test_drawn_actions_do_not_depend_on_how_lanes_are_split():
    split = np.concatenate([drawn_actions([0, 1]), drawn_actions([2, 3])], axis=1)
    np.testing.assert_array_equal(drawn_actions([0, 1, 2, 3]), split)


def test_every_step_and_every_lane_draws_anew():
    actions = drawn_actions([0, 1, 2, 3])
    within_an_episode, across_lanes = actions[:5], actions[:, :2]
    assert all(len(set(lane)) > 1 for lane in within_an_episode.T)
    assert (across_lanes[:, 0] != across_lanes[:, 1]).any()


def test_a_feed_forward_agent_is_told_nothing_of_before_and_credited_to_the_end_of_the_episode():
    rollout, learner = make_rollout("step"), Scripted()
    rollout.begin(learner)
    rollout.collect(learner)
    assert rollout.reset.all()
    for name in ("previous_action", "previous_reward", "previous_done"):
        assert not rollout.inputs[name].any()
    found = estimate(rollout, PPOConfig(discount=DISCOUNT, lam=LAM), None)
    advantage, value = found.advantage, found.value
    error = rollout.reward[:-1] + DISCOUNT * value[1:] - value[:-1]
    carried = np.isclose(advantage[:-1], error + DISCOUNT * LAM * advantage[1:], atol=1e-5)
    within = ~rollout.boundary[:-1]
    assert within.mean() > 0.8
    assert carried[within].all()
    assert not carried[~within].any()
