"""Trainings in which several seats learn."""

from pathlib import Path

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import use_game
from gamemeta.playing.session import Session
from gamemeta.training.config import load_config
from gamemeta.training.course import agent_of
from gamemeta.training.loop import Training
from gamemeta_levels.families.draws import Draws
from gamemeta_levels.family import generate_arrays
from tests.gamemeta.games.test_seats import LEAVING
from tests.helpers.crew import CrewConfig, CrewFamily, CrewGame


@pytest.fixture(scope="module")
def crew():
    return use_game(f"{Path(__file__).parents[2] / 'helpers' / 'crew.py'}:CrewGame")


def config_of(crew, *overrides):
    given = [
        "run.lanes=32", "run.rollout_steps=24", "run.steps=50000", "network.width=32", "network.layers=1",
        "ppo.learning_rate=0.01", "ppo.label_weight=0", "trial.episodes=2", "trial.long_share=0",
        "ppo.discount=0.8", "ppo.entropy=0.005", "ppo.minibatches=2", "run.validations=0",
    ]  # fmt: skip
    return load_config(crew, overrides=[*given, *overrides])


def trained(config):
    training = Training(config)
    for _ in training.run():
        pass
    return training


def score(training, config):
    return evaluate(training.learner.task_learner, config.setup, levels=128, episodes=2, threads=1)


def best_second_episode(result, config):
    """Mean return: who lasted for two steps knows which of three buttons is right; who lasted for one found
    it in one case of three, and else has two to choose from."""
    game, everywhere = CrewGame(len(result.played), config), np.ones(len(result.played), np.bool_)
    game.reset(result.played, everywhere, StepBuffers.empty(game))
    lasted = np.minimum(game.leaves(), config.limit)
    return np.where(lasted > 1, lasted, 2 / 3).mean()


@pytest.mark.slow
@pytest.mark.parametrize("leaving", [False, True])
def test_seats_learn_to_find_out_each_its_own_hidden_button(crew, leaving):
    config = config_of(crew, f"game.leaving={str(leaving).lower()}", "game.signs=false")
    result = score(trained(config), config)
    best = best_second_episode(result, CrewConfig(leaving=leaving, signs=False))
    assert 0.95 * best < result.curves["agent"].returns[1] < 1.03 * best
    assert result.curves["wiped"].returns[1] < 0.9 * best
    assert result.adapts


@pytest.mark.slow
def test_a_team_learns_what_only_one_of_it_is_paid_for(crew):
    settings = ["game.hidden=false", "game.teamwork=true", "game.alone_paid=0", "ppo.discount=0"]
    settings += ["run.steps=30000"]
    reached = []
    for share in (0, 1):
        config = config_of(crew, *settings, f"ppo.team_share={share}")
        reached.append(score(trained(config), config).curves["agent"].returns[0])
    alone, shared = reached
    assert shared > 2.9  # 6 steps that pay 1, to one of two seats
    assert alone < 2.0


@pytest.mark.slow
def test_a_training_of_several_seats_goes_on_bit_for_bit(crew):
    config = config_of(crew, "game.leaving=true", "run.steps=4000", "game.seats=3")
    whole, half = Training(config), Training(config)
    runs = whole.run(), half.run()
    for _ in range(2):
        next(runs[1])
    other = Training(config)
    other.load(half.iteration, half.arrays())
    for run in (runs[0], other.run()):
        for _ in run:
            pass
    assert agent_of(whole, {}).digest == agent_of(other, {}).digest


def test_a_session_plays_every_seat(crew):
    training = Training(config_of(crew, "game.leaving=true", "game.seats=3"))

    class Told:
        spec, game, level_parameters, episodes = training.config.setup.game().spec, crew, {}, 2
        game_config = training.config.to_json()["game"]

        def __init__(self):
            self.minds = []

        def begin(self, n=1, seed=0):
            self.minds.append([])
            return Listening(self.minds[-1])

    class Listening:
        def __init__(self, heard):
            self.heard = heard

        def decide(self, obs, reward, done):
            self.heard.append((reward, done))
            return 0

        def forget(self):
            pass

    agent, level = Told(), CrewFamily().draw(Draws(4))
    *_, last = Session(agent, level).frames()
    acts = [len(heard) for heard in agent.minds]
    game = CrewGame(1, LEAVING)
    game.salt[:] = level.hidden["salt"]
    assert acts == (2 * np.minimum(game.leaves()[0], 6)).tolist()
    assert [sum(done for _, done in heard) for heard in agent.minds] == [1, 1, 1]
    assert len(last.finished) == 2


def test_fine_tuning_refuses_several_seats(crew):
    from gamemeta.evaluation.fine_tuning import fine_tuned

    training = Training(config_of(crew))
    levels = generate_arrays(CrewFamily(), range(2), "any")
    with pytest.raises(ConfigError, match="2 seats"):
        fine_tuned(training.learner.policy, CrewGame(1), levels, 2)
