"""An agent file in Meta-World's evaluation protocol, against a mind that is told the same by hand."""

from types import SimpleNamespace

import numpy as np
import pytest

from gamemeta.agent.runtime import Agent
from gamemeta.errors import SpecError
from gamemeta.evaluation.metaworld import REWARD_SCALE, MetaWorldAgent
from gamemeta.spec import ActionSpec, Spec, quantities
from tests.helpers.agents import agent_of_policy, tiny_agent, tiny_policy

N, SCALE = 3, 0.1
SPEC = Spec(
    obs=(quantities("obs", (5,), normalised=True),),
    action=ActionSpec(heads=(), low=(-1.0, -1.0), high=(1.0, 1.0)),
)


def make_agent() -> Agent:
    file = agent_of_policy(tiny_policy(SPEC))
    file.game_config["reward_scale"] = SCALE
    return Agent(file)


def timestep(reward, truncated):
    return SimpleNamespace(
        reward=np.asarray(reward, np.float64),
        terminated=np.zeros(N, bool),
        truncated=np.asarray(truncated, bool),
    )


def seen(number: int):
    return np.random.default_rng(number).normal(size=(N, 5))


def adapted(agent: MetaWorldAgent, steps: int = 3) -> None:
    """Some steps of one adaptation episode that ends for all."""
    for t in range(steps):
        agent.adapt_action(seen(t))
        agent.step(timestep([t, 2 * t, 5.0], [t == steps - 1] * N))
    agent.adapt()


def test_adapting_tells_the_agent_scaled_rewards_and_the_ends_of_episodes():
    agent, mind = MetaWorldAgent(make_agent(), N, seed=7), make_agent().begin(n=N, seed=7)
    reward, done = np.zeros(N), np.zeros(N, bool)
    for t in range(6):
        action, more = agent.adapt_action(seen(t))
        by_hand = mind.act({"obs": seen(t).astype(np.float32)}, SCALE * reward, done)
        np.testing.assert_array_equal(action, by_hand)
        assert more == {} and action.dtype == np.float64
        reward, done = np.array([t, -t, 9.0]), np.array([t % 3 == 2, False, True])
        agent.step(timestep(reward, done))


def test_every_evaluated_episode_begins_with_what_was_known_after_adapting():
    agent = MetaWorldAgent(make_agent(), N, greedy=True)
    adapted(agent)
    agent.reset(np.ones(N, bool))
    first = agent.eval_action(seen(10))
    agent.eval_action(seen(11))
    agent.reset(np.array([True, False, True]))
    again = agent.eval_action(seen(10))
    np.testing.assert_array_equal(first[[0, 2]], again[[0, 2]])
    assert not np.array_equal(first[1], again[1])


def test_what_was_learned_while_adapting_matters_and_init_forgets_it():
    agent = MetaWorldAgent(make_agent(), N, greedy=True)
    agent.reset(np.ones(N, bool))
    blank = agent.eval_action(seen(10))
    adapted(agent)
    agent.reset(np.ones(N, bool))
    assert not np.array_equal(agent.eval_action(seen(10)), blank)
    agent.init()
    agent.reset(np.ones(N, bool))
    np.testing.assert_array_equal(agent.eval_action(seen(10)), blank)


def test_rewards_told_in_the_observation_reach_the_evaluated_agent():
    agent, mind = MetaWorldAgent(make_agent(), N, greedy=True), make_agent().begin(n=N)
    agent.reset(np.ones(N, bool))
    told = np.zeros(N)
    for t in range(3):
        wide = np.concatenate([seen(t), np.zeros((N, 2)), told[:, None] / REWARD_SCALE, np.zeros((N, 1))], 1)
        by_hand = mind.act({"obs": seen(t).astype(np.float32)}, SCALE * told, False, greedy=True)
        np.testing.assert_allclose(agent.eval_action(wide), by_hand, atol=1e-6)
        told = np.array([1.0, 5.0, 10.0]) + t


def test_a_reset_trained_agent_forgets_where_an_episode_ended():
    file = tiny_agent(memory="episode", spec=SPEC)
    agent = MetaWorldAgent(Agent(file), N, greedy=True)
    blank, _ = agent.adapt_action(seen(10))
    agent.init()
    adapted(agent)
    agent.reset(np.ones(N, bool))
    np.testing.assert_array_equal(agent.eval_action(seen(10)), blank)


def test_a_single_environment_is_a_batch_of_one():
    agent = MetaWorldAgent(make_agent(), 1)
    assert agent.adapt_action(seen(0)[:1])[0].shape == (1, 2)


def test_agents_of_other_games_are_refused():
    with pytest.raises(SpecError, match="metaworld/ml1-reach"):
        MetaWorldAgent(Agent(tiny_agent()), N)


def test_observations_of_another_size_are_refused():
    with pytest.raises(SpecError, match="recurrent_info_in_obs=True"):
        MetaWorldAgent(make_agent(), N).adapt_action(np.zeros((N, 6)))
