"""A step of the inner loop: NumPy beside torch and finite differences, and what it does to a tiny game."""

import numpy as np
import pytest
import torch

from gamemeta.agent.gradient.baseline import Scale, advantages, returns_of
from gamemeta.agent.gradient.shape import DEVIATION, LOG_STD, MEAN, POLICY, GradientShape
from gamemeta.errors import ConfigError
from gamemeta.learners.maml.config import MAMLConfig
from gamemeta.learners.maml.functional import Steps, choices, inner_objective, stepped
from gamemeta.learners.maml.played import Played
from gamemeta.learners.maml.task_learner import GradientLearner
from gamemeta.learners.maml.weights import MAMLWeights
from gamemeta.spec import ActionSpec, Spec, image, quantities, symbols
from gamemeta.trials.task_learner import Episode

N, T = 3, 7
SPEC = Spec(
    obs=(symbols("tile", (2,), 3), quantities("speed", (2,)), symbols("action_mask", (5,), 2)),
    action=ActionSpec(heads=(3, 2), low=(-1.0,), high=(2.0,)),
)
SHAPE = GradientShape(SPEC, width=5, layers=2)


def learner(shape=SHAPE, **settings):
    torch.manual_seed(0)
    made = GradientLearner(MAMLWeights(shape, MAMLConfig(**settings)))
    for name, array in made.weights.arrays().items():
        if name.endswith((".bias", "2.weight")):
            array[...] = np.random.default_rng(len(name)).normal(0, 0.3, array.shape)
    made.weights.scales[MEAN][:], made.weights.scales[DEVIATION][:] = 0.4, 1.5
    return made


def episode():
    """Inputs, codes and raw numbers of N agents that each did something legal."""
    rng = np.random.default_rng(1)
    mask = (rng.random((N, T, 5)) < 0.7).astype(np.uint8)
    mask[..., [0, 3]] = 1
    inputs = {
        "tile": rng.integers(0, 3, (N, T, 2)).astype(np.uint8),
        "speed": rng.normal(size=(N, T, 2)).astype(np.float32),
        "action_mask": mask,
    }
    codes = np.stack([rng.integers(0, 3, (N, T)), rng.integers(0, 2, (N, T))], axis=-1)
    codes[..., 0] *= np.take_along_axis(mask[..., :3], codes[..., :1], -1)[..., 0]
    codes[..., 1] *= np.take_along_axis(mask[..., 3:], codes[..., 1:], -1)[..., 0]
    raw = rng.normal(0, 0.7, (N, T, 1)).astype(np.float32)
    return inputs, codes, raw, rng.normal(size=(N, T)).astype(np.float32)


def in_torch(made):
    """The episodes as the outer loop has them, played with the weights that every trial starts from."""
    inputs, codes, raw, reward = episode()
    one = np.ones((N, T), np.float32)
    played = Played(
        inputs, codes, raw, one * 0, reward, one, np.zeros((N, T), np.int64), one * 0, one * 0, one * 0
    )
    seen = made.core.shape.seen(inputs)
    played.advantage = made.core.advantages(inputs, seen, reward, one)
    steps = Steps.of(made.core.shape, played, inputs)
    start = {
        name: torch.from_numpy(array.reshape(-1, *made.core.shape.policy()[name.removeprefix(POLICY)]).copy())
        for name, array in made.init(N).items()
    }
    start = {name.removeprefix(POLICY): x for name, x in start.items()}
    steps.log_prob = choices(made.core.shape, start, steps).log_prob
    return start, steps


def as_played():
    inputs, codes, raw, reward = episode()
    return Episode(
        inputs={name: x.swapaxes(0, 1) for name, x in inputs.items()},
        action=SPEC.action.played(codes, raw).swapaxes(0, 1),
        reward=reward.T,
    )


def test_a_step_in_numpy_is_that_of_torch():
    made = learner()
    after = made.adapt(made.init(N), as_played())
    start, steps = in_torch(made)
    rates = {name: made.weights.rate(name).detach() for name in start}
    wanted = stepped(start, rates, SHAPE, steps, first_order=True)
    moved = 0.0
    for name, x in wanted.items():
        np.testing.assert_allclose(after[POLICY + name].reshape(x.shape), x.numpy(), atol=1e-5, err_msg=name)
        moved += float((x - start[name]).abs().sum())
    assert moved > 0.1


def test_the_inner_gradient_is_that_of_finite_differences():
    made = learner()
    start, steps = in_torch(made)
    start = {name: x.double() for name, x in start.items()}
    steps = Steps(
        *(x.double() if x is not None and x.is_floating_point() else x for x in vars(steps).values())
    )
    grads = torch.func.grad(inner_objective)(start, SHAPE, steps)
    rng = np.random.default_rng(2)
    for name in start:
        place = tuple(int(rng.integers(k)) for k in start[name].shape)
        near = []
        for by in (1e-5, -1e-5):
            start[name][place] += by
            near.append(float(inner_objective(start, SHAPE, steps)))
            start[name][place] -= by
        assert float(grads[name][place]) == pytest.approx((near[0] - near[1]) / 2e-5, abs=1e-6), name


def test_the_second_derivative_counts_how_weights_change_what_is_played():
    """Of a bandit of one step, of which all is known: the mean over actions of the derivative of the inner
    gradient is that of the true gradient, since the ratio is what is differentiated twice."""
    logits = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    paid = torch.tensor([1.0, 0.0], dtype=torch.float64)
    chance = logits.softmax(0)
    (true,) = torch.autograd.grad(chance @ paid, logits, create_graph=True)
    wanted = torch.autograd.grad(true[0], logits)[0]
    estimated = torch.zeros(2, dtype=torch.float64)
    for arm in range(2):
        log_prob = logits.log_softmax(0)[arm]
        ratio = (log_prob - log_prob.detach()).exp()
        (grad,) = torch.autograd.grad(ratio * paid[arm], logits, create_graph=True)
        estimated += 0.5 * torch.autograd.grad(grad[0], logits)[0]
    torch.testing.assert_close(estimated, wanted)


def test_full_derivatives_differ_from_those_of_first_order():
    made = learner()
    start, steps = in_torch(made)
    start = {name: x.requires_grad_() for name, x in start.items()}
    rates = {name: made.weights.rate(name).detach() for name in start}
    outer = [
        torch.autograd.grad(
            choices(SHAPE, stepped(start, rates, SHAPE, steps, first_order=first), steps).log_prob.sum(),
            list(start.values()),
        )
        for first in (True, False)
    ]
    assert max(float((a - b).abs().max()) for a, b in zip(*outer, strict=True)) > 1e-3


def test_a_step_makes_the_arm_likelier_that_paid_more():
    spec = Spec(obs=(symbols("machine", (1,), 1),), action=ActionSpec(heads=(2,)))
    made = GradientLearner(MAMLWeights(GradientShape(spec, 8, 1), MAMLConfig(discount=0.0)))
    made.weights.scales[MEAN][:], made.weights.scales[DEVIATION][:] = 0.5, 0.5
    arms = np.array([[0, 1]] * 6).T.reshape(-1, 1, 1)[:12]
    for best in (0, 1):
        inputs = {"machine": np.zeros((12, 1, 1), np.uint8)}
        paid = (arms[..., 0] == best).astype(np.float32)
        before = made.init(1)
        after = made.adapt(before, Episode(inputs, arms, paid))
        one = {"machine": np.zeros((1, 1), np.uint8)}
        gaps = []
        for state in (before, after):
            _, decision = made.step(state, one, np.zeros(1, np.uint8))
            gaps.append(float(decision.logits[0][0, best] - decision.logits[0][0, 1 - best]))
        assert gaps[1] > gaps[0] + 0.01


def test_advantages_take_away_what_the_level_has_in_common():
    reward = np.random.default_rng(0).normal(size=(1, 200)).astype(np.float32)
    scale = Scale(np.zeros(1), np.ones(1), np.zeros(1))
    features, mask = np.ones((1, 200, 1), np.float32), np.ones((1, 200), np.float32)
    mean = reward.mean() * 200 / 201
    got = advantages(reward + 3, 0 * reward, features, mask, scale)
    np.testing.assert_allclose(got, reward + 3 - (mean + 3 * 200 / 201), atol=1e-5)
    unknown = Scale(np.zeros(1), np.zeros(1), np.zeros(1))
    assert not advantages(reward, 0 * reward, features, mask, unknown).any()


def test_returns_end_with_the_episode():
    reward, mask = np.ones((1, 4), np.float32), np.array([[1, 1, 1, 0]], np.float32)
    np.testing.assert_allclose(returns_of(reward, mask, 0.5), [[1.75, 1.5, 1.0, 0.0]])


def test_pictures_are_refused_by_name():
    spec = Spec(obs=(image("screen", (8, 8, 3)),), action=ActionSpec(heads=(2,)))
    with pytest.raises(ConfigError, match=r"'screen'.*rl2"):
        GradientShape(spec, 8, 1)


def test_the_spread_of_numbers_is_among_the_weights_that_change():
    assert LOG_STD in SHAPE.policy()
