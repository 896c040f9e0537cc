"""Who plays a trial, what it scored, and what of both is carried over, on rock, paper and scissors."""

from types import SimpleNamespace

import numpy as np
import pytest

from gamemeta.curricula.uniform import Uniform
from gamemeta.rollout.rollout import Rollout
from gamemeta.selfplay.others import NOBODY, Others
from gamemeta.trials.lanes import SeatLanes
from gamemeta.trials.task_learner import Decision
from gamemeta.trials.trials import TrialConfig, Trials
from tests.helpers.fists import HANDS, FistsFamily, FistsGame

GAMES, K, SEED = 20, 3, 4
LANES = SeatLanes(GAMES, 2)
"""A trial has as many steps as episodes."""


class Idle:
    """Acts evenly at random."""

    adapts = False

    def init(self, n):
        return {"memory": np.zeros((n, 1), np.float32)}

    def stepping(self):
        return self.step

    def step(self, state, inputs, reset):
        n = len(reset)
        return state, Decision((np.zeros((n, HANDS), np.float32),), np.zeros(n, np.float32))


POOL = SimpleNamespace(
    config=SimpleNamespace(share=0.6),
    empty=False,
    choose=lambda units: (units * 3).astype(int),
    get=lambda number: SimpleNamespace(learner=Idle()),
)


class Scored(Uniform):
    scored = True


def make_rollout(steps, *, pool=None, scored=False, whole_trials=False):
    curriculum = Scored(FistsFamily()) if scored else None
    config = TrialConfig(episodes=K, long_share=0.0)
    trials = Trials(
        FistsGame(GAMES),
        FistsFamily(),
        config,
        seed=SEED,
        lanes=np.arange(GAMES),
        total=GAMES,
        curriculum=curriculum,
    )
    rollout = Rollout(trials, steps, labels=False, pool=pool, whole_trials=whole_trials)
    rollout.begin(Idle())
    return rollout


def drawn(trial):
    """Members and sides of these trials, one for each game."""
    others = Others(POOL, LANES, np.array([0, 1]), SEED)
    others.draw(np.arange(GAMES), trial)
    return others.member.tolist(), others.side.tolist()


def playing(rollout):
    return rollout.others.member.tolist(), rollout.others.side.tolist()


def test_who_plays_a_trial_depends_on_its_number_alone_from_the_first_on():
    rollout, who = make_rollout(1, pool=POOL), []
    for step in range(3 * K):
        number = np.arange(GAMES) + GAMES * (step // K)
        assert playing(rollout) == drawn(number)
        who.append(playing(rollout)[0])
        rollout.collect(Idle())
    assert {NOBODY, 0, 1, 2} == {one for members in who for one in members}


def test_who_plays_is_drawn_anew_where_trials_are_left():
    rollout = make_rollout(1, pool=POOL)
    rollout.begin_after(Idle(), np.arange(GAMES) + 5 * GAMES)
    assert playing(rollout) == drawn(np.arange(GAMES) + 6 * GAMES)
    whole = make_rollout(K, pool=POOL, whole_trials=True)
    for k in range(3):
        whole.collect(Idle())
        assert whole.reset[0].all()
        member, side = drawn(np.arange(GAMES) + 2 * k * GAMES)  # the trials between were begun and left
        own = (np.array(member) == NOBODY)[:, None] | (np.array(side)[:, None] == np.arange(2))
        np.testing.assert_array_equal(whole.learned.reshape(K, GAMES, 2), np.stack([own] * K))


def surprised(rollout, seed):
    """Play on, and be surprised at random."""
    rollout.collect(Idle())
    rollout.surprise[:] = np.random.default_rng(seed).normal(size=rollout.surprise.shape)
    return rollout.surprise.copy(), None if rollout.learned is None else rollout.learned.copy()


@pytest.mark.parametrize("pool", [None, POOL])
def test_a_trial_scores_the_mean_of_its_good_surprises_over_the_seats_that_learn(pool):
    steps, rollout, found = 2 * K - 1, make_rollout(2 * K - 1, pool=pool, scored=True), {}
    surprise, learned = [], []
    for seed in range(4):
        new, counted = surprised(rollout, seed)
        surprise.append(new.reshape(steps, GAMES, 2))
        learned.append(counted.reshape(steps, GAMES, 2))
        played = rollout.played()
        found |= dict(zip(played.trial.tolist(), played.score.tolist(), strict=True))
        assert len(played.levels) == len(played.trial)
    mean = np.average(np.concatenate(surprise), axis=2, weights=np.concatenate(learned))
    by_trial = np.maximum(mean[: 6 * K].reshape(6, K, GAMES), 0).mean(axis=1)
    for trial in range(6 * GAMES):
        assert found.pop(trial) == pytest.approx(by_trial[trial // GAMES, trial % GAMES], rel=1e-5)
    assert not found


def test_what_was_scored_so_far_and_who_plays_is_carried():
    rollout = make_rollout(K + 1, pool=POOL, scored=True)
    surprised(rollout, 0)
    rollout.played()
    carried = rollout.carry()
    again = make_rollout(K + 1, pool=POOL, scored=True)
    again.load_carry(Idle(), carried)
    assert playing(again) == playing(rollout)
    for one in (rollout, again):
        surprised(one, 1)
    wanted, found = rollout.played(), again.played()
    np.testing.assert_array_equal(found.trial, wanted.trial)
    np.testing.assert_array_equal(found.score, wanted.score)


@pytest.mark.parametrize("before", [0, 1])
def test_whole_trials_go_on_with_the_next_ones(before):
    rollout = make_rollout(K + 1, whole_trials=True)
    for _ in range(before):
        rollout.collect(Idle())
    again = make_rollout(K + 1, whole_trials=True)
    again.load_carry(Idle(), rollout.carry())
    for one in (rollout, again):
        one.collect(Idle())
        assert one.reset[0].all()
        assert one.learned[:K].all() and not one.learned[K:].any(), "after its end nothing is learned from"
    np.testing.assert_array_equal(again.action, rollout.action)


def test_what_is_learned_from_is_picked_out_of_an_array():
    alone = SimpleNamespace(learned=None)
    array = np.arange(12.0).reshape(3, 4)
    assert Rollout.acted(alone, array) is array
    some = SimpleNamespace(learned=array % 2 == 0)
    assert Rollout.acted(some, array).tolist() == [0, 2, 4, 6, 8, 10]


@pytest.mark.parametrize("pool", [None, POOL])
@pytest.mark.parametrize("whole_trials", [False, True])
def test_who_acted_is_apart_from_what_is_learned_from_unless_that_is_all(pool, whole_trials):
    rollout = make_rollout(K + 1, pool=pool, whole_trials=whole_trials)
    rollout.collect(Idle())
    assert rollout.acting.all(), "nobody waits in this game"
    everything = pool is None and not whole_trials
    assert (rollout.learned is rollout.acting) == rollout.learned.all() == everything


@pytest.mark.parametrize("pool", [False, True])
def test_those_adapt_whose_episode_is_over_and_whose_memory_stays(pool):
    over, clears, own = (np.array([*np.ndindex(2, 2, 2)], np.bool_).T)[:3]
    told, lanes, mine, other = [], np.arange(8), SimpleNamespace(adapt="mine"), SimpleNamespace(adapt="other")

    def adapted(state, rows, adapt):
        told.append((adapt, rows.tolist()))
        return {"memory": state["memory"] + 1}

    rollout = SimpleNamespace(
        _acted=np.ones((1, 8), np.bool_),
        _episodes=SimpleNamespace(
            add=lambda *step: None,
            pay=lambda reward: None,
            adapted=adapted,
            forget=lambda rows: told.append(("forget", rows.tolist())),
        ),
        inputs={},
        reward=np.zeros((1, 8)),
        lanes=SimpleNamespace(each=lambda array: array),
        others=SimpleNamespace(players=lambda one: [(one, own), (other, ~own)]) if pool else None,
        _live={"memory": np.zeros((8, 1))},
    )
    before = rollout._live["memory"]
    Rollout._adapt(rollout, mine, 0, SimpleNamespace(episode=over, memory=clears), lanes)
    stays = over & ~clears
    wanted = [("mine", stays & own), ("other", stays & ~own)] if pool else [("mine", stays)]
    assert told[:-1] == [(who, np.flatnonzero(rows).tolist()) for who, rows in wanted]
    assert told[-1] == ("forget", np.flatnonzero(over).tolist())
    np.testing.assert_array_equal(rollout._live["memory"][:, 0], stays)
    assert not before.any(), "what a learner was given is not written to"
