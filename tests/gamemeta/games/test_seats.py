"""Several seats: shared weights, a memory for each, seats that leave while others go on."""

from itertools import pairwise

import numpy as np
import pytest

from gamemeta.evaluation.controls import adaptation_table
from gamemeta.evaluation.episodes import Actor, Memory, play_episodes
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta.learners.rl2.advantages import advantages
from gamemeta.rollout.rollout import Rollout
from gamemeta.trials.lanes import SeatLanes, team_rewards
from gamemeta.trials.task_learner import Decision
from gamemeta.trials.trials import TrialConfig, Trials
from gamemeta_levels.family import generate_arrays
from tests.helpers.crew import CrewConfig, CrewFamily, CrewGame
from tests.helpers.estimated import batch_of, estimated

GAMES, SEATS, STEPS, K = 5, 3, 16, 2
LEAVING = CrewConfig(seats=SEATS, leaving=True)
CUT_OFF = CrewConfig(seats=SEATS, leaving=True, cut_off=True)
DISCOUNT, LAM = 0.9, 0.8


class Clock(Actor):
    """Counts its own acts; its value tells apart all it was told. Answers by its count."""

    def init(self, n):
        return {"memory": np.zeros((n, 2), np.float32)}

    def stepping(self):
        return self.step

    def step(self, state, inputs, reset):
        memory = state["memory"] * (1 - reset[:, None]).astype(np.float32)
        told = (
            inputs["sign"] @ np.array([0.1, 0.03, 0.0])
            + inputs["previous_action"][:, 0] * 0.3
            + inputs["previous_reward"][:, 0]
            + inputs["previous_done"][:, 0] * 0.7
        )
        after = np.stack([memory[:, 0] + 1, memory[:, 1] * 0.5 + told], 1).astype(np.float32)
        logits = np.where(np.arange(3) == after[:, :1] % 3, 60, 0).astype(np.float32)
        return {"memory": after}, Decision(logits=(logits,), value=after[:, 1].copy())


def make_rollout(config=LEAVING, steps=STEPS, memory="trial"):
    trials = Trials(
        CrewGame(GAMES, config),
        CrewFamily(),
        TrialConfig(episodes=K, long_share=0.0, memory=memory),
        seed=3,
        lanes=np.arange(GAMES),
        total=GAMES,
    )
    return Rollout(trials, steps, labels=False)


def own_lives(number, steps, memory, config=LEAVING):
    """Every seat of one lane by the words of the contract: its own acts, what they earned and led to."""
    game, learner, out = CrewGame(1, config), Clock(), StepBuffers.empty(CrewGame(1, config))
    trial, episode, everywhere = number, 0, np.ones(1, np.bool_)
    levels = make_rollout().trials
    lives = [[] for _ in range(SEATS)]
    state, before = [learner.init(1) for _ in range(SEATS)], [np.zeros(3) for _ in range(SEATS)]
    fresh = [True] * SEATS

    def level():
        levels.trial[:] = trial
        levels._draw(np.arange(GAMES))
        return levels.levels.take(np.arange(1))

    game.reset(level(), everywhere, out)
    for t in range(steps):
        alive, action = out.alive[0].copy(), np.zeros((1, SEATS, 1), np.int64)
        for a in np.flatnonzero(alive):
            given = {"sign": out.obs["sign"][:, a].copy()}
            given |= {
                f"previous_{name}": before[a][k][None, None]
                for k, name in enumerate(("action", "reward", "done"))
            }
            memory_before = state[a]["memory"][0].copy()
            state[a], decision = learner.step(state[a], given, np.array([fresh[a]], np.uint8))
            action[0, a, 0] = decision.logits[0].argmax()
            lives[a].append({"t": t, "value": decision.value[0], "action": action[0, a, 0], **given})
            lives[a][-1] |= {"memory": memory_before, "reset": fresh[a]}
            fresh[a] = False
        game.step(action, out)
        done = out.terminated[0] | out.truncated[0]
        ended = bool(done.all())
        last = memory == "episode" or episode == K - 1
        for a in np.flatnonzero(alive):
            before[a] = np.array([action[0, a, 0] + 1, out.reward[0, a], done[a]], np.float32)
            reached = {"sign": out.obs["sign"][:, a].copy(), "previous_done": np.zeros((1, 1))}
            reached |= {
                f"previous_{name}": before[a][k][None, None] for k, name in ((0, "action"), (1, "reward"))
            }
            _, value = learner.step(state[a], reached, np.zeros(1, np.uint8))
            life = lives[a][-1]
            life |= {"reward": out.reward[0, a], "cut": bool(done[a] and last)}
            life["reached"] = 0.0 if out.terminated[0, a] else value.value[0]
        if ended:
            episode += 1
            if last:
                fresh, before = [True] * SEATS, [np.zeros(3) for _ in range(SEATS)]
            if episode == K:
                trial, episode = trial + GAMES, 0
            game.reset(level(), everywhere, out)
    return lives


def advantages_of(life):
    """By each seat's own time, as a sum of discounted errors; those of acts followed by another act."""
    found, total = [], 0.0
    for now, after in zip(life[-2::-1], life[:0:-1], strict=True):
        next_value = now["reached"] if now["cut"] else after["value"]
        error = now["reward"] + DISCOUNT * next_value - now["value"]
        total = error + (0.0 if now["cut"] else DISCOUNT * LAM * total)
        found.append(total)
    return found[::-1]


@pytest.mark.slow
def test_a_game_whose_seats_leave_at_different_times_keeps_the_contract():
    check_game(lambda n: CrewGame(n, LEAVING))


@pytest.mark.parametrize("memory", ["trial", "episode"])
def test_every_seat_of_a_rollout_lives_by_its_own_time(memory):
    rollout, learner = make_rollout(memory=memory, steps=60), Clock()
    rollout.begin(learner)
    rollout.collect(learner)
    for number in range(GAMES):
        for seat, life in enumerate(own_lives(number, 60, memory)):
            lane = number * SEATS + seat
            own = np.flatnonzero(rollout.acting[:, lane])
            assert own.tolist() == [act["t"] for act in life]
            assert rollout.action[own, lane, 0].tolist() == [act["action"] for act in life]
            assert rollout.reward[own, lane].tolist() == [act["reward"] for act in life]
            for name in ("sign", "previous_action", "previous_reward", "previous_done"):
                told = rollout.inputs[name][own, lane]
                np.testing.assert_array_equal(told, np.concatenate([act[name] for act in life]))
            np.testing.assert_allclose(rollout.value[own, lane], [act["value"] for act in life], rtol=1e-6)


@pytest.mark.parametrize("config", [LEAVING, CUT_OFF])
def test_advantages_of_a_seat_leave_out_the_time_in_which_it_waited(config):
    rollout, learner = make_rollout(config, steps=60), Clock()
    rollout.begin(learner)
    advantage = estimated(rollout, learner, DISCOUNT, 0.0).advantage
    lives = [life for number in range(GAMES) for life in own_lives(number, 60, "trial", config)]
    for lane, life in enumerate(lives):
        own = np.flatnonzero(rollout.acting[:, lane])[:-1]
        wanted = np.array(
            [
                now["reward"] + DISCOUNT * (now["reached"] if now["cut"] else after["value"]) - now["value"]
                for now, after in pairwise(life)
            ]
        )
        np.testing.assert_allclose(advantage[own, lane], wanted, atol=1e-5)
        assert not advantage[~rollout.acting[:, lane], lane].any()


@pytest.mark.parametrize("config", [LEAVING, CUT_OFF])
def test_nothing_more_comes_for_a_seat_that_waits_for_the_end_of_a_trial(config):
    waiting = 0
    for steps in range(6, 24):
        rollout, learner = make_rollout(config, steps=steps), Clock()
        rollout.begin(learner)
        advantage = estimated(rollout, learner, DISCOUNT, LAM).advantage
        lives = [life for number in range(GAMES) for life in own_lives(number, steps, "trial", config)]
        for lane, life in enumerate(lives):
            last = life[-1]
            if last["cut"] and last["t"] < steps - 1:
                waiting += 1
                wanted = last["reward"] + DISCOUNT * last["reached"] - last["value"]
                assert advantage[last["t"], lane] == pytest.approx(wanted, abs=1e-5)
    assert waiting > 10


@pytest.mark.slow
def test_what_comes_later_counts_by_a_seats_own_time():
    rollout, learner = make_rollout(steps=200), Clock()
    rollout.begin(learner)
    advantage = estimated(rollout, learner, DISCOUNT, LAM).advantage
    lives = [life for number in range(GAMES) for life in own_lives(number, 200, "trial")]
    for lane, life in enumerate(lives):
        own, early = np.flatnonzero(rollout.acting[:, lane]), len(life) - 60
        wanted = advantages_of(life)
        np.testing.assert_allclose(advantage[own, lane][:early], wanted[:early], atol=1e-5)


def test_the_packed_steps_lead_a_memory_where_the_rollout_led_it():
    rollout, learner = make_rollout(), Clock()
    rollout.begin(learner)
    for _ in range(3):  # so that some seats wait when a rollout begins
        estimates = estimated(rollout, learner, DISCOUNT, LAM)
    batch = batch_of(rollout, estimates)
    state, values = {k: v.copy() for k, v in batch.state.items()}, []
    for t in range(len(batch.reset)):
        state, said = learner.step(state, {k: v[t] for k, v in batch.inputs.items()}, batch.reset[t])
        values.append(said.value)
    order = np.argsort(~rollout.acting, axis=0, kind="stable")[: len(values)]
    recorded = np.take_along_axis(rollout.value, order, 0)
    np.testing.assert_array_equal(np.array(values)[batch.acting], recorded[batch.acting])
    assert batch.rows == rollout.acting.sum() < rollout.acting.size


def test_learned_from_are_only_steps_in_which_somebody_acted():
    rollout, learner = make_rollout(), Clock()
    rollout.begin(learner)
    estimates = estimated(rollout, learner, DISCOUNT, LAM)
    batch = batch_of(rollout, estimates)
    kept = batch.learned_from()
    assert len(kept.reward) == len(kept.action) == batch.rows
    assert sorted(kept.advantage) == sorted(estimates.advantage[rollout.acting])


def test_waiting_pays_for_the_last_act_before():
    reward = np.array([[0.0], [0.0], [5.0], [0.0]], np.float32)
    value = np.array([[1.0], [9.0], [9.0], [2.0]], np.float32)
    after = np.array([[9.0], [9.0], [2.0], [3.0]], np.float32)
    acting = np.array([[True], [False], [False], [True]])
    everywhere = np.ones((4, 1), np.bool_)
    factor = np.full((4, 1), 0.5, np.float32)
    found = advantages(reward, value, after, factor, everywhere, 0.0, acting)
    assert found[:, 0].tolist() == [0.5 * (5.0 + 2.0) - 1.0, 0.0, 0.0, 0.5 * 3.0 - 2.0]


def test_where_all_act_advantages_are_those_without_seats():
    rng = np.random.default_rng(0)
    reward, value, after = rng.normal(size=(3, 9, 4)).astype(np.float32)
    factor, carry_on = np.full((9, 4), 0.9, np.float32), rng.random((9, 4)) < 0.8
    plain = advantages(reward, value, after, factor, carry_on, 0.7)
    seats = advantages(reward, value, after, factor, carry_on, 0.7, np.ones((9, 4), np.bool_))
    np.testing.assert_array_equal(plain, seats)


def test_a_team_shares_its_rewards_and_no_other():
    reward = np.array([[[3.0, 1.0, 10.0]]], np.float32)
    shared = team_rewards(reward, np.array([0, 0, 1]), 0.5)
    assert shared[0, 0].tolist() == [2.5, 1.5, 10.0]


def test_seats_draw_differently_and_the_first_as_its_game():
    seeds = np.arange(4, dtype=np.uint64)
    drawn = SeatLanes(4, 3).seeds(seeds)
    assert len(set(drawn.tolist())) == 12
    np.testing.assert_array_equal(drawn.reshape(4, 3)[:, 0], seeds)
    assert SeatLanes(4, 1).seeds(seeds) is seeds


class Reader(Actor):
    """Tries buttons until one pays, then presses that shift for ever; its memory is [shift, known]."""

    def init(self, n):
        return {"memory": np.zeros((n, 2), np.float32)}

    def step(self, state, inputs, reset):
        shift, known = state["memory"].T.copy()
        told = inputs["previous_action"][:, 0] > 0
        known = np.where(told & (inputs["previous_reward"][:, 0] > 0), 1, known)
        shift = np.where(told & (known == 0), shift + 1, shift)
        button = (inputs["sign"][:, 0] + shift) % 3
        logits = np.where(np.arange(3) == button[:, None], 60, 0).astype(np.float32)
        after = np.stack([shift, known], 1).astype(np.float32)
        return {"memory": after}, Decision(logits=(logits,), value=np.zeros(len(after), np.float32))


def test_an_evaluation_gives_every_seat_a_memory_of_its_own():
    levels = generate_arrays(CrewFamily(), range(20), "any")
    game, reader = CrewGame(20, CrewConfig(seats=3)), Reader()
    memory, seeds = Memory.blank(reader, game.spec, 20, 3), np.arange(20, dtype=np.uint64)
    first = play_episodes(reader, game, levels, memory, seeds, seeds)
    again = play_episodes(reader, game, levels, memory, seeds, seeds)
    missed = levels.more["shift"][:, :3].mean(1)  # one miss for each step of the shift
    np.testing.assert_allclose(first.returns, 6 - missed)
    np.testing.assert_allclose(again.returns, 6.0)


def test_in_an_evaluation_seats_that_left_keep_what_they_knew():
    levels = generate_arrays(CrewFamily(), range(20), "any")
    game, reader = CrewGame(20, LEAVING), Reader()
    memory, seeds = Memory.blank(reader, game.spec, 20, 3), np.arange(20, dtype=np.uint64)
    for _ in range(3):
        played = play_episodes(reader, game, levels, memory, seeds, seeds)
    lasted = np.minimum(game.leaves(), 6)
    assert (memory.steps.reshape(20, 3) == 3 * lasted).all()
    np.testing.assert_array_equal(played.steps, lasted.max(1))
    np.testing.assert_allclose(played.returns, lasted.mean(1))


def test_a_swapped_memory_is_that_of_the_same_seat_on_another_level():
    """Seat a has shift a on every level, so that another level's memory is as good as its own."""
    family = CrewFamily()
    levels = family.pack([family.level([0, 1, 2, 0], salt) for salt in range(6)])
    table = adaptation_table(Reader(), lambda n: CrewGame(n, CrewConfig(seats=3)), levels, episodes=2)
    np.testing.assert_allclose(table["swapped"].returns, table["agent"].returns)
    assert (table["wiped"].returns[:, 1] < 6).all()
