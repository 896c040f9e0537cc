"""Trainings, benchmarks and environments of games with illegal actions."""

import numpy as np
import pytest
from gymnasium import spaces

from gamemeta.action_mask import ACTION_MASK, stuck
from gamemeta.bench.act import random_obs
from gamemeta.bench.figure import Effort
from gamemeta.bench.sim import sim
from gamemeta.envs.single import GameEnv
from gamemeta.errors import SpecError
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.games.registry import use_game
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from tests.gamemeta.games.test_action_masks import CHOICES, FOR_TWO, MASK, SIDES
from tests.helpers.traps import LIMIT, Traps, TrapsForTwo, fines

SMALL = (
    "run.lanes=16",
    "run.rollout_steps=32",
    "run.shards=1",
    "run.validations=0",
    "trial.episodes=2",
    "ppo.minibatches=2",
    "ppo.learning_rate=0.01",
    "ppo.label_weight=0",
    "network.width=32",
    "network.layers=1",
)


def trained(name, *more):
    config = load_config(name, overrides=(*SMALL, *more))
    training = Training(config)
    for _ in training.run():
        pass
    return config, training


@pytest.fixture
def traps(tmp_path):
    """The plain game by its name."""
    source = tmp_path / "traps_game.py"
    source.write_text("from tests.helpers.traps import Traps\n")
    return use_game(f"{source}:Traps")


@pytest.mark.slow
def test_nobody_ever_does_what_is_illegal_and_the_best_of_the_rest_is_learned(traps):
    before = fines[Traps]
    config, training = trained(traps, "run.steps=10000")
    result = evaluate(training.learner.task_learner, config.setup, levels=64, episodes=2, threads=1)
    assert fines[Traps] == before
    assert result.curves["agent"].returns[0] > 0.95 * LIMIT
    assert result.curves["random"].returns[0] < 0.65 * LIMIT


@pytest.mark.slow
@pytest.mark.parametrize("pool", ["none", "uniform"])
def test_nobody_of_several_does_what_is_illegal_while_some_are_out(pool):
    before = fines[TrapsForTwo]
    trained(use_game(FOR_TWO), "run.steps=4000", f"selfplay.pool={pool}", "selfplay.every=1")
    assert fines[TrapsForTwo] == before


def test_the_benchmark_of_a_game_plays_what_is_legal(traps):
    before = fines[Traps]
    sim(load_config(traps), Effort(seconds=0.001), lanes=32)
    assert fines[Traps] == before


def test_minds_in_a_bench_of_acting_have_something_to_do():
    obs = random_obs(CHOICES, 500, np.random.default_rng(0))
    assert not stuck(obs[ACTION_MASK], CHOICES.action).any()


def test_an_environment_of_a_masked_game_is_sampled_by_its_mask(traps):
    before, env = fines[Traps], GameEnv(traps)
    for seed in range(20):
        obs, _ = env.reset(seed=seed)
        over = False
        while not over:
            assert env.observation_space.contains(obs)
            sides = tuple(obs[ACTION_MASK][own] for own in SIDES)
            obs, _, terminated, truncated, _ = env.step(env.action_space.sample(sides))
            over = terminated or truncated
    assert fines[Traps] == before


@pytest.mark.parametrize(
    "space",
    [
        spaces.MultiBinary(7),
        spaces.Box(0, 1, (7,), np.int8),
        spaces.Box(0.0, 1.0, (7,), np.float32),
        spaces.MultiDiscrete([2] * 7),
    ],
)
def test_a_mask_is_known_by_its_name_whatever_its_type(space):
    found = ObservationMap.of_space(spaces.Dict({"observation": spaces.Discrete(3), ACTION_MASK: space}))
    assert MASK in found.buffers


def test_a_mask_in_several_parts_is_refused():
    parts = spaces.Tuple([spaces.MultiBinary(4), spaces.MultiBinary(3)])
    with pytest.raises(SpecError, match="side by side"):
        ObservationMap.of_space(spaces.Dict({ACTION_MASK: parts}))
