"""Games of numbers from check to learning: what is hidden is found out, and used."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import gamemeta
from gamemeta.agent.file import AgentFile
from gamemeta.errors import AgentFileError, GameCheckError, SpecError
from gamemeta.evaluation.controls import adaptation_table
from gamemeta.evaluation.fine_tuning import fine_tuned
from gamemeta.games.check.check import check_game
from gamemeta.games.registry import make_game, use_game
from gamemeta.games.setup import GameSetup
from gamemeta.learners.fine_tuning import FineTuningConfig
from gamemeta.learners.rl2.fine_tuner import fine_tuning
from gamemeta.playing.session import Session, family_of
from gamemeta.spec import ActionSpec, Spec, quantities
from gamemeta.training.config import load_config
from gamemeta.training.course import agent_of
from gamemeta.training.loop import Training
from gamemeta_levels.family import generate_arrays
from tests.helpers.steering import LEVERS, STEPS, WANTED, Levers, Mirror, SteeringFamily

K, LEVELS = 3, 200
GAMES = pytest.mark.parametrize("name", ["Mirror", "Levers"])


def named(name: str) -> str:
    return use_game(f"{Path(__file__).parents[2] / 'helpers' / 'steering.py'}:{name}")


def made(name: str, steps: int, *more: str) -> Training:
    settings = [
        f"trial.episodes={K}",
        "trial.long_share=0.0",
        "network.cell=gru",
        "network.width=32",
        "network.layers=1",
        "ppo.learning_rate=0.01",
        "ppo.minibatches=4",
        "ppo.discount=0.9",
        "ppo.entropy=0.01",
        f"run.steps={steps}",
        "run.lanes=128",
        "run.rollout_steps=24",
        "run.shards=1",
    ]
    return Training(load_config(named(name), overrides=[*settings, *more]))


@cache
def trained(name: str) -> Training:
    """Some seconds of training."""
    training = made(name, {"Mirror": 200_000, "Levers": 120_000}[name])
    for _ in training.run():
        pass
    return training


def best_without_memory(name: str) -> float:
    """Mean return of an episode of the best player that begins it knowing nothing of the level."""
    if name == "Mirror":
        first, then = (1 - np.abs(WANTED[:, 0])).mean(), 1.0
    else:
        right = 1 / LEVERS + (1 - 1 / LEVERS) / (LEVERS - 1)
        first, then = 0.5 + 0.5 / LEVERS, 0.5 + 0.5 * right
    return float(first + then)


@pytest.mark.slow
@pytest.mark.parametrize("game", [Mirror, Levers])
def test_the_games_keep_the_contract(game):
    check_game(game)


@pytest.mark.slow
@GAMES
def test_a_short_training_adapts_to_what_is_hidden(name):
    """In episode 3 the agent does better than any player can that starts anew, and than its wiped control."""
    training = trained(name)
    levels = generate_arrays(training.family, range(LEVELS), "any")
    table = adaptation_table(training.learner.task_learner, training.config.setup.game, levels, K)
    agent, wiped = table["agent"].returns.mean(0), table["wiped"].returns.mean(0)
    assert agent[-1] > wiped[-1] + 0.3
    assert agent[-1] > best_without_memory(name) + 0.1
    assert agent[-1] > agent[0] + 0.3
    assert table["random"].returns.mean() < agent[0]


def test_random_play_earns_what_even_numbers_earn():
    training = made("Mirror", 1)
    levels = generate_arrays(training.family, range(LEVELS), "any")
    table = adaptation_table(training.learner.task_learner, training.config.setup.game, levels, K)
    wanted = (1 - (1 + WANTED**2) / 2).sum(1)  # the mean distance of w from -1..1
    stream = levels.more["stream"][:, 0]
    difference = table["random"].returns.mean(1) - wanted[stream]
    assert abs(difference.mean()) < 4 * difference.std() / LEVELS**0.5


@pytest.mark.slow
@GAMES
def test_a_resumed_training_goes_on_identically(name):
    whole, first, again = (made(name, 4 * 128 * 24) for _ in range(3))
    for _ in whole.run():
        pass
    for _ in first.run():
        if first.iteration == 1:
            break
    again.load(first.iteration, first.arrays())
    for _ in again.run():
        pass
    wanted = whole.arrays()
    for label, array in again.arrays().items():
        np.testing.assert_array_equal(array, wanted[label], err_msg=label)


def test_a_checkpoint_of_numbers_that_were_never_played_is_refused():
    training = made("Mirror", 1)
    arrays = training.arrays()
    arrays["shard0.inputs.previous_numbers"][0] = 2.0
    with pytest.raises(ValueError, match="outside"):
        training.load(0, arrays)


@GAMES
@pytest.mark.slow
def test_the_agent_file_plays_as_the_training_does(name, tmp_path):
    file = agent_of(trained(name), {})
    gamemeta.agent.file.write_agent(file, tmp_path / "a.safetensors")
    agent = gamemeta.load(tmp_path / "a.safetensors")
    assert agent.digest == file.digest
    assert agent.spec == trained(name).config.setup.game().spec
    level = family_of(agent).unpack(generate_arrays(trained(name).family, [1], "any"), 0)
    returns = [[f.returns for f in Session(agent, level, seed=s).frames() if f.done] for s in range(30)]
    mean = np.mean(returns, 0)
    assert mean[-1] > best_without_memory(name)


def test_an_agent_for_other_bounds_is_refused():
    spec = Spec(obs=(quantities("wanted", (1,)),), action=ActionSpec(low=(-2.0,), high=(2.0,)))
    with pytest.raises(AgentFileError, match=r"-2\.\.2.*wanted.*-1\.\.1"):
        GameSetup(named("Mirror")).check_fits(spec)


def test_fine_tuning_takes_numbers():
    file: AgentFile = agent_of(made("Levers", 1, "trial.memory=episode"), {})
    game = make_game(named("Levers"), 1)
    levels = generate_arrays(game.family(), range(2), "any")
    arm = fine_tuned(fine_tuning(file, FineTuningConfig()), game, levels, 2)
    assert np.isfinite(arm.returns).all()
    assert (arm.steps == 2).all()


class StandsStill(SteeringFamily):
    def solve(self, level):
        return [[1e6]] * STEPS


class Narrow(Mirror):
    """Pays nothing for numbers of which float32 knows five."""

    Family, action = StandsStill, ActionSpec(low=(1e6,), high=(1e6 + 0.25,))

    def par(self, levels):
        return np.zeros(len(levels), np.float32)

    def reward(self, fact, wanted, actions):
        return np.zeros(len(actions))


@pytest.mark.slow
def test_bounds_that_float32_hardly_tells_apart_are_checked_as_well():
    check_game(Narrow)


class TakesAnything(Mirror):
    def _checked(self, actions):
        return actions[:, 0]


class ClosedInterval(Mirror):
    def _checked(self, actions):
        if (np.abs(actions) >= 1).any():
            raise SpecError("too far.")
        return super()._checked(actions)


class TakesFractions(Levers):
    def _checked(self, actions):
        whole = actions.copy()
        whole[..., 0] = np.where(np.isfinite(whole[..., 0]), np.trunc(whole[..., 0]), 7)
        return super()._checked(whole)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("game", "message"),
    [
        (TakesAnything, r"-1\.02 as number 0 was played; it lies in -1\.\.1"),
        (ClosedInterval, r"too far\. Play every code"),
        (TakesFractions, r"action 0\.5 of head 0 was played"),
    ],
)
def test_a_game_that_takes_other_actions_than_its_own_is_caught(game, message):
    with pytest.raises(GameCheckError, match=message):
        check_game(game)
