"""Earlier selves as others: who is drawn, who plays which lane, and what is learned from them."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch

from gamemeta.errors import ConfigError
from gamemeta.games.check.check import check_game
from gamemeta.games.registry import use_game
from gamemeta.rollout.rollout import Rollout
from gamemeta.selfplay.others import NOBODY
from gamemeta.selfplay.pool import FADE, Match
from gamemeta.training.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from gamemeta.training.config import from_values, load_config
from gamemeta.training.course import agent_of
from gamemeta.training.loop import Training
from gamemeta.trials.lanes import sides_of
from gamemeta.trials.trials import TrialConfig, Trials
from tests.helpers.estimated import batch_of, estimated
from tests.helpers.fists import HANDS, FistsFamily, FistsGame

HERE, NEVER, K = Path(__file__).parents[2] / "helpers", 10**6, 4
"""So many iterations no training has."""
SMALL = [
    "run.lanes=24", "run.rollout_steps=18", "run.steps=4000", "run.validations=0", "network.width=16",
    "network.layers=1", "ppo.minibatches=2", "trial.episodes=4", "trial.long_share=0",
    "selfplay.every=2", "selfplay.size=2",
]  # fmt: skip


@pytest.fixture(scope="module")
def fists():
    return use_game(f"{HERE / 'fists.py'}:FistsGame")


@pytest.fixture(scope="module")
def crew():
    return use_game(f"{HERE / 'crew.py'}:CrewGame")


def config_of(game, pool, *overrides):
    return load_config(game, overrides=[*SMALL, f"selfplay.pool={pool}", *overrides])


def run(training, iterations=None):
    for count, _ in enumerate(training.run(), 1):
        if count == iterations:
            break
    return training


@pytest.fixture
def pool(fists):
    """Of an agent that has not been trained."""
    return lambda kind, size=3: (
        Training(config_of(fists, kind, f"selfplay.size={size}", "selfplay.every=1")).pool
    )


def biased(training):
    """Put a member into the pool for each hand, which it shows nearly always."""
    bias = training.learner.policy.actor.bias
    for hand in range(HANDS):
        with torch.no_grad():
            bias.copy_(8.0 * torch.eye(HANDS)[hand])
        training.pool.update(NEVER, [], ())
    with torch.no_grad():
        bias.zero_()


def test_the_game_of_these_tests_keeps_the_contract():
    check_game(FistsGame)


# who is drawn


@pytest.mark.parametrize(("kind", "wanted"), [("uniform", [1, 1, 1]), ("recent", [1, 2, 3])])
def test_members_are_drawn_alike_or_by_their_age(pool, kind, wanted):
    drawn = pool(kind)
    for iteration in (1, 2, 3):
        drawn.update(iteration, [], ())
    np.testing.assert_allclose(drawn.chances(), np.array(wanted) / sum(wanted))


def test_who_wins_more_is_drawn_more_often(pool):
    hard, iterations = pool("hardest"), 3
    for iteration in range(1, iterations + 1):
        hard.update(iteration, [], ())
    rng, count = np.random.default_rng(0), np.zeros((2, 3))
    for _ in range(4):
        played = [Match(int(m), float(rng.choice([0, 0.5, 1]) * (m > 0))) for m in rng.integers(3, size=20)]
        hard.config = from_values("grid", {"selfplay": {"pool": "hardest", "every": NEVER}}).selfplay
        hard.update(1, played, ())
        count *= FADE
        for match in played:
            count[:, match.member] += match.won, 1
    weight = (count[0] + 0.5) / (count[1] + 1)
    np.testing.assert_allclose(hard.chances(), weight / weight.sum())
    assert hard.chances().argmin() == 0


@pytest.mark.parametrize("kind", ["uniform", "recent", "hardest"])
def test_as_many_draws_fall_on_a_member_as_its_chance_says(pool, kind):
    drawn = pool(kind)
    for iteration in (1, 2, 3):
        drawn.update(iteration, [Match(m, m / 4) for m in range(iteration - 1)], ())
    chosen = Counter(drawn.choose((np.arange(1000) + 0.5) / 1000).tolist())
    np.testing.assert_allclose([chosen[m] / 1000 for m in range(3)], drawn.chances(), atol=0.002)


def test_a_full_pool_lets_the_least_likely_go(pool):
    drawn = pool("hardest")
    for iteration in (1, 2, 3):
        drawn.update(iteration, [], ())
    drawn.update(4, [Match(0, 1.0), Match(1, 0.0), Match(2, 1.0)], ())
    assert [member.number for member in drawn.members] == [0, 2, 3]


def test_who_must_go_stays_while_somebody_plays_against_it_and_is_not_drawn(pool):
    drawn = pool("uniform", size=2)
    for iteration in (1, 2, 3):
        drawn.update(iteration, [], {0})
    assert [member.number for member in drawn.members] == [0, 1, 2]
    assert set(drawn.choose(np.linspace(0, 0.999, 50)).tolist()) == {1, 2}
    drawn.update(NEVER + 1, [Match(0, 1.0)], ())
    assert 0 not in [member.number for member in drawn.members]


def test_a_pool_never_holds_more_than_twice_its_size(pool):
    drawn = pool("recent", size=2)
    for iteration in range(1, 20):
        drawn.update(iteration, [], set(range(20)))
    assert [member.number for member in drawn.members] == [0, 1, 2, 3]


# who plays which lane


def rollout_of(training, steps=40, memory="trial", seed=5):
    games = 30
    trials = Trials(
        FistsGame(games),
        FistsFamily(),
        TrialConfig(episodes=K, long_share=0.0, memory=memory),
        seed=seed,
        lanes=np.arange(games),
        total=games,
    )
    rollout = Rollout(trials, steps, labels=False, pool=training.pool)
    rollout.begin(training.learner.task_learner)
    return rollout


def collected(training, steps=40, **kwargs):
    rollout = rollout_of(training, steps, **kwargs)
    rollout.collect(training.learner.task_learner)
    return rollout


def steps_of(training, rollout, steps):
    """Who plays in each step: members [T, N] and the learner's side [T, N], one step after the other."""
    learner, member, side = training.learner.task_learner, [], []
    for _ in range(steps):
        member.append(rollout.others.member.copy())
        side.append(rollout.others.side.copy())
        rollout.collect(learner)
    return np.array(member), np.array(side)


@pytest.fixture
def against_hands(fists):
    training = Training(config_of(fists, "uniform", f"selfplay.every={NEVER}", "selfplay.size=3"))
    biased(training)
    return training


def test_a_trial_is_played_against_the_same_other_to_its_end(against_hands):
    member, side = steps_of(against_hands, rollout_of(against_hands, 1), 40)
    for who in (member, side):
        by_trial = who.reshape(10, K, -1)
        assert (by_trial == by_trial[:, :1]).all()
    first = member[::K]
    assert 0.4 < (first == NOBODY).mean() < 0.6
    assert set(first.ravel()) == {NOBODY, 0, 1, 2}
    assert 0.4 < side[::K].mean() < 0.6


def test_every_lane_acts_as_whoever_plays_it_with_a_memory_of_its_own(against_hands):
    rollout = rollout_of(against_hands, 1)
    learner, pool = against_hands.learner.task_learner, against_hands.pool
    alone = {}
    for _ in range(12):
        member, side = rollout.others.member.copy(), rollout.others.side.copy()
        rollout.collect(learner)
        for lane in range(0, 60, 7):
            game, seat = divmod(lane, 2)
            own = member[game] == NOBODY or side[game] == seat
            player = learner if own else pool.get(member[game]).learner
            if rollout.reset[0, lane]:
                alone[lane] = player.init(1)
            told = {name: array[0, lane : lane + 1] for name, array in rollout.inputs.items()}
            alone[lane], said = player.step(alone[lane], told, np.zeros(1, np.uint8))
            log_prob = torch.from_numpy(said.logits[0][0]).log_softmax(0)[rollout.action[0, lane, 0]]
            np.testing.assert_allclose(rollout.log_prob[0, lane], log_prob, atol=1e-5)


def test_learned_from_is_the_learner_alone(against_hands):
    rollout, learner = rollout_of(against_hands, 1), against_hands.learner.task_learner
    for _ in range(8):
        member, side = rollout.others.member.copy(), rollout.others.side.copy()
        rollout.collect(learner)
        own = (member == NOBODY)[:, None] | (side[:, None] == np.arange(2))
        np.testing.assert_array_equal(rollout.learned[0].reshape(-1, 2), own)


def test_what_frozen_seats_did_changes_no_gradient(against_hands):
    rollout = rollout_of(against_hands, 40)
    estimates = estimated(rollout, against_hands.learner.task_learner, 0.9, 0.9)
    plain, _ = against_hands.learner.loss_and_grads(batch_of(rollout, estimates))
    frozen = ~rollout.learned
    assert 0.1 < frozen.mean() < 0.5
    estimates.advantage[frozen], estimates.returns[frozen], rollout.log_prob[frozen] = 9.0, -9.0, -1.0
    changed, _ = against_hands.learner.loss_and_grads(batch_of(rollout, estimates))
    assert all(torch.equal(a, b) for a, b in zip(plain, changed, strict=True))
    assert batch_of(rollout, estimates).rows == rollout.learned.sum()


def test_the_packed_steps_lead_a_memory_where_the_rollout_led_it(against_hands):
    rollout, learner = rollout_of(against_hands, 7), against_hands.learner.task_learner
    for _ in range(3):  # trials go on from one rollout to the next
        estimates = estimated(rollout, learner, 0.9, 0.9)
    batch = batch_of(rollout, estimates)
    state, values = batch.state, []
    for t in range(len(batch.reset)):
        state, said = learner.step(state, {k: v[t] for k, v in batch.inputs.items()}, batch.reset[t])
        values.append(said.value)
    order = np.argsort(~rollout.learned, axis=0, kind="stable")[: len(values)]
    recorded = np.take_along_axis(rollout.value, order, 0)
    np.testing.assert_allclose(np.array(values)[batch.acting], recorded[batch.acting], atol=1e-5)


def test_matches_are_counted_by_who_was_paid_more(against_hands):
    rollout, learner, wanted = rollout_of(against_hands, 1), against_hands.learner.task_learner, []
    for _ in range(6):
        member, side = rollout.others.member.copy(), rollout.others.side.copy()
        rollout.collect(learner)
        paid = rollout.reward[0].reshape(-1, 2)[np.arange(30), 1 - side]  # what the other was paid
        wanted += [Match(int(m), (p + 1) / 2) for m, p in zip(member, paid, strict=True) if m != NOBODY]
    assert rollout.others.take_matches() == wanted
    assert not rollout.others.take_matches()


def test_sides_are_teams_or_seats_where_all_are_one_team():
    assert sides_of(np.array([0, 0, 1])).tolist() == [0, 0, 1]
    assert sides_of(np.array([4, 4, 4])).tolist() == [0, 1, 2]


# trainings


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["uniform", "recent", "hardest"])
def test_a_training_against_a_pool_goes_on_bit_for_bit(crew, tmp_path, kind):
    more = (
        "game.leaving=true",
        "game.seats=3",
        "run.rollout_steps=5",
        "selfplay.every=1",
        "trial.memory=trial",
    )
    config = config_of(crew, kind, *more, "run.steps=1200")
    whole, half = Training(config), run(Training(config), 6)
    assert any(not member.drawn for member in half.pool.members)  # some trials go on against one that left
    path = tmp_path / "checkpoint.safetensors"
    save_checkpoint(Checkpoint(crew, config.to_json(), half.iteration, {}, half.arrays()), path)
    kept, other = load_checkpoint(path), Training(from_values(crew, config.to_json()))
    other.load(kept.iteration, kept.arrays)
    ended = run(whole).arrays(), run(other).arrays()
    assert ended[0].keys() == ended[1].keys()
    for name, array in ended[0].items():
        np.testing.assert_array_equal(array, ended[1][name], err_msg=name)


def test_a_pool_that_nobody_plays_against_changes_nothing(fists):
    alone, beside = (
        run(Training(config_of(fists, kind, "selfplay.share=0.0", "run.steps=2000")))
        for kind in ("none", "recent")
    )
    assert beside.pool.joined > 0
    weights = alone.learner.state_dict(), beside.learner.state_dict()
    for name, array in weights[0].items():
        np.testing.assert_array_equal(array, weights[1][name])


def test_without_a_pool_nothing_is_said_of_it(fists):
    training = Training(config_of(fists, "none"))
    assert "selfplay" not in agent_of(training, {}).training["config"]
    assert not any(name.startswith("pool.") or ".others." in name for name in training.arrays())


def test_a_checkpoint_against_a_member_that_is_missing_is_refused(fists):
    training = run(Training(config_of(fists, "uniform", "selfplay.share=1.0")), 3)
    arrays = training.arrays()
    arrays["shard0.others.member"][0] = 77
    with pytest.raises(KeyError, match="no member 77"):
        Training(training.config).load(3, arrays)


def test_a_game_of_one_seat_has_no_others():
    with pytest.raises(ConfigError, match="one seat"):
        Training(load_config("grid", overrides=["selfplay.pool=uniform"]))


def test_an_unknown_pool_is_refused():
    with pytest.raises(ConfigError, match=r"selfplay\.pool = 'best': give none, uniform, recent or hardest"):
        load_config("grid", overrides=["selfplay.pool=best"])


def earned(training, memory):
    """What the learner was paid in each match of its trials against members, on average."""
    rollout = collected(training, 10 * K, memory=memory, seed=77)
    paid = np.where(rollout.learned, rollout.reward, np.nan).reshape(10, K, -1)
    return np.nanmean(paid, axis=(0, 2))


@pytest.mark.slow
def test_the_agent_learns_to_find_out_within_a_trial_how_to_beat_this_other(fists):
    given = (
        "run.lanes=32", "run.rollout_steps=24", "run.steps=40000", "ppo.learning_rate=0.01",
        "network.width=32", "ppo.discount=0.8", "ppo.entropy=0.005",
        "selfplay.share=1.0", f"selfplay.every={NEVER}", "selfplay.size=3",
    )  # fmt: skip
    training = Training(config_of(fists, "uniform", *given))
    biased(training)
    run(training)
    agent, wiped = earned(training, "trial"), earned(training, "episode")
    assert abs(agent[0]) < 0.25  # whatever is shown first wins, loses and draws alike
    assert agent[-1] > 0.9  # of 1, the best there is
    assert abs(wiped).max() < 0.25
