"""Cloning, by what it learns: a solver's score from its plays, and nothing from wrong ones."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from gamemeta.demonstrations.demonstration import PlayedLevel
from gamemeta.demonstrations.file import write_demonstrations
from gamemeta.demonstrations.padded import padded
from gamemeta.demonstrations.players import solver_of
from gamemeta.demonstrations.recording import record
from gamemeta.demonstrations.selection import parts_of, read_for
from gamemeta.errors import DemonstrationError
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.games.setup import GameSetup
from gamemeta.learners.imitation.cloning import Cloning
from gamemeta.learners.imitation.config import CloningConfig
from gamemeta.learners.imitation.loss import advice_loss, equal_actions, imitation_loss
from gamemeta.training.config import load_config
from gamemeta.training.learner import new_learner
from tests.helpers.plays import MIXED, random_plays, solved, trial_of

SHORT = ["levels.length=3..7", "network.width=16"]
QUICK = CloningConfig(passes=12, patience=12, learning_rate=0.01, held_out=0.3)


def corridors(trials=32, episodes=2):
    config = load_config("corridor", None, SHORT)
    game = config.setup.game()
    return record(config.setup, game, solver_of(game), trials=trials, episodes=episodes)


def cloned(plays, settings=QUICK, *overrides):
    config = load_config("corridor", None, [*SHORT, *overrides])
    learner = new_learner(config, config.setup.game())
    cloning = Cloning(learner, plays, settings, memory=config.trial.memory, seed=1)
    passes = [done for done in cloning.run() if done is not None]
    return config, learner, passes, cloning.finish()


def score(config, learner):
    played = evaluate(
        learner.task_learner, config.setup, split="test", levels=32, episodes=1, controls=False, threads=1
    )
    return played.arms["agent"].returns.mean()


@pytest.mark.parametrize("cell", ["mingru", "gru", "attention"])
def test_a_clone_of_the_solver_plays_as_well_as_it(cell):
    config, learner, passes, result = cloned(corridors(), QUICK, f"network.cell={cell}")
    assert score(config, learner) > 0.9
    assert passes[-1].held_out_loss < 0.3 * passes[0].held_out_loss
    assert result.equal_actions > 0.95 and result.commonest_action < 0.8
    assert result.trials + result.held_out_trials == 32 and result.held_out_trials >= 8


def test_a_clone_of_wrong_actions_does_not():
    plays, rng = corridors(), np.random.default_rng(0)
    plays.trials = [replace(t, action=rng.integers(0, 2, t.action.shape)) for t in plays.trials]
    config, learner, _, result = cloned(plays)
    assert score(config, learner) < 0.8 and result.equal_actions < 0.7
    assert result.held_out_loss > 0.6


def test_steps_that_nobody_chose_are_not_learned_from():
    plays = corridors()
    wrong = [
        replace(t, action=np.where(t.imitated[:, None] & (np.arange(t.steps) % 2 == 0)[:, None], t.action, 0))
        for t in plays.trials
    ]
    plays.trials = [replace(t, imitated=np.arange(t.steps) % 2 == 0) for t in wrong]
    _, _, _, result = cloned(plays)
    assert result.held_out_steps < sum(t.steps for t in plays.trials) / 2
    assert result.equal_actions > 0.9


def test_cloning_stops_when_nothing_gets_better_and_keeps_the_best():
    few = replace(QUICK, passes=200, patience=3)
    _, learner, passes, result = cloned(corridors(12), few)
    assert (len(passes) < 200 and len(passes) == result.best_pass + 3) or passes[-1].number == 200
    assert result.held_out_loss == min(done.held_out_loss for done in passes)
    assert not learner.state_dict().keys() & {"adam.0.step"}


def test_cloning_goes_on_bit_for_bit_from_its_arrays():
    plays, config = corridors(), load_config("corridor", None, SHORT)
    made = []
    for stop in (None, 5):
        learner = new_learner(config, config.setup.game())
        cloning = Cloning(learner, plays, QUICK, memory="trial", seed=3)
        for number, _ in enumerate(cloning.run()):
            if number == stop:
                saved = learner.state_dict(), cloning.state()
                learner = new_learner(config, config.setup.game())
                learner.load_state_dict(saved[0])
                cloning = Cloning(learner, plays, QUICK, memory="trial", seed=3)
                cloning.load_state(saved[1])
                assert all(True for _ in cloning.run())
                break
        made.append((cloning.finish(), learner.weights()))
    assert made[0][0] == made[1][0]
    for name, array in made[0][1].items():
        np.testing.assert_array_equal(made[1][1][name], array, err_msg=name)


@pytest.mark.parametrize(
    ("name", "array"), [("counters", np.array([1, 0, 5])), ("counters", np.array([-1, 0, 0])), ("sums", None)]
)
def test_damaged_arrays_are_refused(name, array):
    config = load_config("corridor", None, SHORT)
    cloning = Cloning(new_learner(config, config.setup.game()), corridors(6), QUICK, memory="trial", seed=0)
    with pytest.raises((KeyError, ValueError)):
        cloning.load_state({**cloning.state(), name: array if array is not None else np.zeros(2)})


@pytest.mark.parametrize("memory", ["trial", "episode", "step"])
def test_trials_are_scanned_as_an_agent_meets_them(memory):
    first, second = (trial_of(MIXED, lengths) for lengths in ((3, 2), (2,)))
    seen = padded([first, second], MIXED, memory)
    cleared = {"trial": [1, 0, 0, 0, 0], "episode": [1, 0, 0, 1, 0], "step": [1, 1, 1, 1, 1]}[memory]
    assert seen.reset[:, 0].tolist() == cleared and seen.real[:, 1].tolist() == [1, 1, 0, 0, 0]
    for t in range(1, 5):
        kept = not cleared[t]
        assert seen.inputs["previous_reward"][t, 0, 0] == np.float32(first.reward[t - 1] * kept)
        assert seen.inputs["previous_done"][t, 0, 0] == (first.end[t - 1] != 0) * kept
        wanted = (first.action[t - 1, :2] + 1) * kept
        assert seen.inputs["previous_action"][t, 0].tolist() == wanted.tolist()
    np.testing.assert_allclose(
        MIXED.action.played(seen.action[:5, 0], seen.raw[:5, 0]), first.action, atol=2e-4
    )


def test_losses_are_those_of_the_distributions():
    plays = random_plays()
    config = load_config("corridor", None, SHORT)
    learner = new_learner(config, config.setup.game())
    layout = learner.policy.layout
    outputs = torch.randn(6, layout.value + 1)
    output = type(learner._scanned(_batch(learner)))(outputs, layout, None)
    codes, raw = np.array([[0], [1], [0], [1], [1], [0]]), np.zeros((6, 0), np.float32)
    shares = outputs[:, :2].double().softmax(-1).numpy()
    wanted = -np.log(shares[np.arange(6), codes[:, 0]])
    np.testing.assert_allclose(imitation_loss(output, codes, raw).numpy(), wanted, rtol=1e-5)
    assert equal_actions(output, codes).tolist() == (shares.argmax(1) == codes[:, 0]).tolist()
    advice = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    teacher = np.exp(advice) / np.exp(advice).sum(1, keepdims=True)
    np.testing.assert_allclose(
        advice_loss(output, advice).numpy(), -(teacher * np.log(shares)).sum(1), rtol=1e-5
    )
    assert plays.steps == 9


def _batch(learner):
    cloning = Cloning(learner, corridors(6), QUICK, memory="trial", seed=0)
    return cloning._batch(np.arange(2), cloning._parts.learned)


def test_trials_on_one_level_are_held_out_together():
    trials = [trial_of(MIXED, (2, 2), level=k // 3 + 1) for k in range(30)]
    parts = parts_of(trials, 0.1, np.arange(30))
    assert [k for k in range(30) if parts.held_out[k].any()] == [0, 1, 2]
    assert not any(parts.learned[k].any() for k in range(3))


def test_of_few_levels_the_last_episodes_are_held_out():
    parts = parts_of([trial_of(MIXED, (2,) * 10)], 0.1, np.zeros(1, np.int64))
    assert not parts.held_out[0][:16].any() and not parts.learned[0][16:].any()
    with pytest.raises(DemonstrationError, match="at least two"):
        parts_of([trial_of(MIXED, (20,))], 0.1, np.zeros(1, np.int64))


def test_plays_on_test_levels_are_left_out_and_own_levels_are_not(tmp_path):
    plays = solved("grid", 4)
    setup = GameSetup("grid")
    hashes = [10, 11, 12, 11]  # validation, test, train, test by the last digit
    seeds = [5, 5, 5, -1]
    plays.trials = [
        replace(t, level=PlayedLevel(h, s)) for t, h, s in zip(plays.trials, hashes, seeds, strict=True)
    ]
    plays.held_out = True
    write_demonstrations(plays, tmp_path / "plays")
    made, notes = read_for(setup, [tmp_path / "plays"])
    assert [t.level.split for t in made.trials] == ["train", "own"]
    assert notes == ["2 of 4 trials were played on test levels and are left out"]
    plays.trials = plays.trials[:2]
    write_demonstrations(plays, tmp_path / "plays")
    with pytest.raises(DemonstrationError, match="tested on"):
        read_for(setup, [tmp_path / "plays"])


def test_plays_of_another_game_or_form_are_refused(tmp_path):
    write_demonstrations(solved("grid", 2), tmp_path / "plays")
    with pytest.raises(DemonstrationError, match="'grid', not of 'corridor'"):
        read_for(GameSetup("corridor"), [tmp_path / "plays"])
    with pytest.raises(DemonstrationError, match="another form"):
        read_for(GameSetup.from_values("grid", {"revealed": True}), [tmp_path / "plays"])
