"""Agents below their skill: monotone, even at 0, as trained at 1, and no less able to be saved."""

import math
from itertools import pairwise

import numpy as np
import pytest

import gamemeta
from gamemeta.agent.runtime import Agent
from gamemeta.assets import find_asset
from gamemeta.errors import ConfigError, MemoryMismatch
from gamemeta.games.game import StepBuffers
from gamemeta.games.setup import GameSetup
from gamemeta.spec import ActionSpec, Spec, quantities
from gamemeta_levels.family import generate_arrays
from tests.helpers.agents import tiny_agent
from tests.helpers.tensor_files import changed_memory

SEEN = (quantities("speed", (2,)),)
CHOICES = Spec(obs=SEEN, action=ActionSpec(heads=(3, 2)))
NUMBERS = Spec(obs=SEEN, action=ActionSpec(heads=(), low=(-1.0, 0.0), high=(1.0, 4.0)))


def played(agent, n, steps, seed=0):
    """Actions [steps, n, width] in front of random observations."""
    rng, mind = np.random.default_rng(seed), agent.begin(n, seed=seed)
    return np.stack([mind.act({"speed": rng.normal(size=(n, 2)).astype("f4")}) for _ in range(steps)])


def score_of(agent, skill, n=160):
    """Mean return of first episodes on unseen levels."""
    game = GameSetup.of(agent).game(n)
    levels = generate_arrays(game.family(), range(n), "test")
    out, mind = StepBuffers.empty(game), agent.with_skill(skill).begin(n, seed=3)
    game.reset(levels, np.ones(n, bool), out)
    returns = np.zeros(n)
    while not (out.terminated | out.truncated).all():
        action = mind.act({name: array[:, 0] for name, array in out.obs.items()}, out.reward[:, 0])
        game.step(action.reshape(n, 1, -1), out)
        returns += out.reward[:, 0]
    return returns.mean()


def test_a_more_skilled_agent_scores_more():
    path = find_asset("agents/maze.safetensors")
    if path is None:
        pytest.skip("the agents that come with gamemeta are not here")
    agent = gamemeta.load(path)
    scores = [score_of(agent, skill) for skill in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert all(less + 0.02 < more for less, more in pairwise(scores)), scores


def test_at_skill_1_it_plays_as_trained():
    agent = Agent(tiny_agent(spec=CHOICES))
    assert np.array_equal(played(agent, 4, 30), played(agent.with_skill(1), 4, 30))
    assert agent.with_skill(1.0).begin().memory == agent.begin().memory


def test_at_skill_0_every_choice_is_as_likely_as_any_other():
    codes = played(Agent(tiny_agent(spec=CHOICES)).with_skill(0.0), 500, 20).reshape(-1, 2)
    for head, choices in enumerate(CHOICES.action.heads):
        share = np.bincount(codes[:, head], minlength=choices) / len(codes)
        assert np.abs(share - 1 / choices).max() < 4 * math.sqrt(0.25 / len(codes))


def test_at_skill_0_numbers_are_spread_evenly_over_their_bounds():
    numbers = played(Agent(tiny_agent(spec=NUMBERS)).with_skill(0.0), 500, 20).reshape(-1, 2)
    for k, (low, high) in enumerate(zip(NUMBERS.action.low, NUMBERS.action.high, strict=True)):
        share = np.histogram(numbers[:, k], bins=8, range=(low, high))[0] / len(numbers)
        assert np.abs(share - 1 / 8).max() < 4 * math.sqrt(1 / 8 / len(numbers))


@pytest.mark.parametrize("spec", [CHOICES, NUMBERS])
def test_a_weak_mind_that_was_saved_goes_on_as_it_would_have(spec):
    agent, rng = Agent(tiny_agent(spec=spec)), np.random.default_rng(0)
    mind = agent.with_skill(0.4).begin(3, seed=8)
    seen = [{"speed": rng.normal(size=(3, 2)).astype("f4")} for _ in range(20)]
    for obs in seen:
        mind.act(obs)
    again = agent.resume(mind.memory)
    assert again.agent.skill == 0.4
    for obs in seen:
        assert np.array_equal(mind.act(obs), again.act(obs))


def test_a_mind_that_forgot_plays_by_nothing_it_thought_before():
    agent = Agent(tiny_agent(spec=CHOICES)).with_skill(0.5)
    mind, obs = agent.begin(2), {"speed": np.ones((2, 2), "f4")}
    mind.act(obs)
    mind.forget(np.array([True, False]))
    thought = mind.arrays()["thought"]
    assert (thought[0] == 0).all()
    assert (thought[1] != 0).any()


@pytest.mark.parametrize("skill", [-0.1, 1.1, math.nan])
def test_a_skill_outside_its_range_is_refused(skill):
    with pytest.raises(ConfigError, match=r"give 0 .* to 1"):
        Agent(tiny_agent(spec=CHOICES)).with_skill(skill)


def test_a_memory_with_a_skill_that_cannot_be_is_refused():
    agent = Agent(tiny_agent(spec=CHOICES))
    memory = agent.with_skill(0.5).begin().memory
    with pytest.raises(MemoryMismatch, match="damaged"):
        agent.resume(changed_memory(memory, skill=7.5))
