"""The learner of beliefs: its loss by hand, walls for gradients, and the same agent in every form."""

import numpy as np
import pytest
import torch

from gamemeta.agent.file import parse_agent
from gamemeta.agent.runtime import Agent
from gamemeta.errors import ConfigError, ExportError
from gamemeta.export.description import describe
from gamemeta.learners.belief.decoder import divergence, sampled, shifted
from gamemeta.learners.from_file import learner_of
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.training.config import load_config
from gamemeta.training.course import agent_of, validate
from gamemeta.training.loop import Training

SMALL = [
    "run.learner=belief",
    "network.width=16",
    "network.latent=3",
    "run.lanes=16",
    "run.rollout_steps=20",
    "belief.minibatches=2",
    "belief.epochs=1",
    "run.steps=640",
]


@pytest.fixture(scope="module")
def trained() -> Training:
    training = Training(load_config("grid", overrides=SMALL))
    for _ in training.run():
        pass
    return training


def batch_of(training: Training):
    from gamemeta.training.group import in_turn

    class One:
        map = staticmethod(in_turn)
        count, numbers = len(training.shards), training.numbers

        def gather(self, parts):
            return list(parts)

    learner = training.learner
    for shard in training.shards:
        shard.collect(learner.explorer)
    learner.prepare(training.shards, One())
    return next(iter(learner.minibatches(training.shards, One())))[0]


def test_divergence_and_samples_by_hand():
    one = torch.tensor([[[1.0, 0.5, np.log(2.0), 0.0]]])
    standard = torch.zeros(1, 1, 4)
    by_hand = 0.5 * (2 + 1 - 1 - np.log(2)) + 0.5 * (0.25)
    assert divergence(one, standard).item() == pytest.approx(by_hand, rel=1e-6)
    assert divergence(one, one).item() == pytest.approx(0, abs=1e-7)
    assert sampled(one, torch.ones(1, 1, 2)).ravel().tolist() == pytest.approx([1 + 2**0.5, 1.5])
    two = torch.cat([one, one])
    reset = torch.tensor([[0], [1]], dtype=torch.uint8)
    assert (shifted(two, one[0], reset) == torch.cat([one, standard])).all()


def test_rewards_of_the_policy_do_not_reach_the_inference(trained):
    learner, batch = trained.learner, batch_of(trained)
    full, _ = learner.loss_and_grads(batch)
    acting, aside = learner._parameters(learner.policy)
    output, _ = learner.task_learner.scan(
        {name: torch.from_numpy(np.ascontiguousarray(x)) for name, x in batch.inputs.items()},
        batch.state,
        torch.from_numpy(np.ascontiguousarray(batch.reset)),
    )
    believed = output.value.sum() + output.logits[0].square().sum()
    alone = torch.autograd.grad(believed, aside, allow_unused=True, retain_graph=True)
    assert all(grad is None or not grad.any() for grad in alone)
    beside, terms = learner.loss_aside(learner.policy, output, batch)
    other = torch.autograd.grad(beside, acting, allow_unused=True)
    assert all(grad is None for grad in other)
    assert any(grad.any() for grad in full[len(acting) :])
    assert terms.keys() == {"kl_loss", "decoder_loss", "belief_loss"}
    assert PPO.is_aside(learner, "belief_heads.hidden")


def test_it_goes_on_bit_for_bit(trained):
    again = Training(trained.config)
    first = next(again.run())
    other = Training(trained.config)
    other.load(first.step // other.steps_per_iteration, again.arrays())
    for training in (again, other):
        for _ in training.run():
            pass
    ours, theirs = again.learner.state_dict(), other.learner.state_dict()
    assert all((ours[name] == theirs[name]).all() for name in ours)


def test_a_mind_without_torch_is_the_same(trained):
    file = parse_agent(agent_of(trained, {}).to_bytes(), "file")
    mind, learner = Agent(file).begin(n=3, seed=1), learner_of(file)
    assert mind.agent.backend == "numpy"
    state, nothing = learner.init(3), np.zeros((3, 1), np.uint8)
    previous = nothing
    for t in range(4):
        cell = np.array([[t], [t + 5], [24 - t]], np.uint8)
        reward = np.full((3, 1), 0.1 * (t > 0), np.float32)
        inputs = {"cell": cell, "previous_action": previous, "previous_reward": reward}
        inputs["previous_done"] = nothing
        believed = learner.beliefs(state, inputs, nothing[:, 0])["goal"]
        state, _ = learner.step(state, inputs, nothing[:, 0])
        action = mind.decide({"cell": cell}, reward[:, 0], np.zeros(3, bool))
        previous = (np.asarray(action).reshape(3, 1) + 1).astype(np.uint8)
        np.testing.assert_allclose(mind.beliefs()["goal"].reshape(3, -1), believed, atol=1e-5)
        cells = [array for name, array in state.items() if name.startswith("cells.")]
        np.testing.assert_allclose(mind.state, np.concatenate(cells, 1), atol=1e-5)
    with pytest.raises(ConfigError, match="backend = 'numba': compiled code knows"):
        Agent(file, backend="numba")
    with pytest.raises(ExportError, match="memory cell `posterior` of this agent"):
        describe(Agent(file))


def test_it_is_evaluated_with_all_controls(trained):
    curves = validate(trained, "any", 8, controls=True).curves
    assert {"agent", "wiped", "swapped", "random", "par"} <= curves.keys()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["network.latent=0"], "network.latent = 0"),
        (["network.cell=mingru+table", "network.keys=cell"], "past the posterior"),
    ],
)
def test_what_it_cannot_do_is_said(settings, words):
    with pytest.raises(ConfigError, match=words):
        Training(load_config("grid", overrides=[*SMALL, *settings]))
