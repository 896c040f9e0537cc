"""Pictures: what the encoders make of them, in torch and in NumPy, and what is learned from them."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import conv2d, max_pool2d

from gamemeta.agent.compiled.images import CompiledImages
from gamemeta.agent.file import read_agent, write_agent
from gamemeta.agent.reference.encoders.images import Convolution, ImageEncoder, max_pool
from gamemeta.agent.reference.network import Network
from gamemeta.agent.runtime import Agent, load
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.agent.shape.weights import taken_from
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.games.check.check import check_game
from gamemeta.games.registry import game_class, use_game
from gamemeta.learners.rl2.memory_learner import MemoryLearner, tensors
from gamemeta.networks.encoders import images
from gamemeta.networks.functions import functions
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.precision import matrix_products
from gamemeta.networks.restore import policy_of
from gamemeta.spec import ActionSpec, Spec, image, quantities, symbols
from gamemeta.training import course, session
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from tests.helpers.agents import agent_of_policy
from tests.helpers.buffers import choices

GAME = use_game(f"{Path(__file__).parents[2] / 'helpers' / 'lamp.py'}:LampGame")
SIZES = [(8, 8, 1), (9, 13, 3), (16, 11, 4), (21, 8, 2)]
ROUNDING = 5e-6
"""Of the largest gradient of a parameter. Parts are added up in another order, which a convolution also
chooses by processor, threads and size of a part: each sum of some 10^3 products is off by a few float32
roundings of its largest terms, however small the sum itself is."""
both_encoders = pytest.mark.parametrize("name", ["small", "impala"])


def picture(shape, name="eye"):
    return image(name, shape)


MIXED = Spec(
    obs=(
        picture((9, 13, 3)),
        quantities("body.speed", (3,), normalised=True),
        symbols("type", (2,), 5),
        picture((17, 8, 1), "back.eye"),
        quantities("scalar", (), normalised=True),
    ),
    action=ActionSpec(heads=(3, 2)),
)


def random_inputs(spec, steps, n):
    rng = np.random.default_rng(1)
    drawn = {}
    for b in spec.inputs():
        shape = (steps, n, *b.shape)
        most = 2 if b.name == "previous_action" else choices(b)
        drawn[b.name] = (rng.integers(0, most, shape) if most else rng.normal(40, 9, shape)).astype(b.dtype)
    return drawn


def shaken_policy(spec, **network):
    torch.manual_seed(0)
    policy = MemoryPolicy(spec, NetworkConfig(width=16, slots=5, **network), {})
    for parameter in policy.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)
    policy.normaliser.update(random_inputs(spec, 7, 9))
    return policy


@pytest.mark.parametrize("shape", SIZES)
def test_a_convolution_in_numpy_is_torch_s(shape):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, *shape)).astype(np.float32)
    weight = rng.normal(size=(5, shape[-1], 3, 3)).astype(np.float32)
    bias = rng.normal(size=5).astype(np.float32)
    own = Convolution(taken_from({"weight": weight, "bias": bias}), shape[-1], 5)(x)
    planes = torch.from_numpy(x).permute(0, 3, 1, 2)
    theirs = conv2d(planes, torch.from_numpy(weight), torch.from_numpy(bias), padding=1)
    np.testing.assert_allclose(own, theirs.permute(0, 2, 3, 1).numpy(), atol=1e-5)


@pytest.mark.parametrize("shape", SIZES)
def test_pooling_in_numpy_is_torch_s(shape):
    x = np.random.default_rng(0).normal(size=(3, *shape)).astype(np.float32)
    theirs = max_pool2d(torch.from_numpy(x).permute(0, 3, 1, 2), kernel_size=3, stride=2, padding=1)
    assert (max_pool(x) == theirs.permute(0, 2, 3, 1).numpy()).all()


@both_encoders
@pytest.mark.parametrize("shape", SIZES)
def test_a_picture_is_seen_alike_in_torch_and_numpy(shape, name):
    torch.manual_seed(0)
    encoder = images.ImageEncoder(picture(shape), 6, name, gain=1.0)
    for parameter in encoder.parameters():
        parameter.data += 0.03 * torch.randn_like(parameter)
    pixels = np.random.default_rng(0).integers(0, 256, (4, *shape), dtype=np.uint8)
    weights = {k: v.detach().numpy() for k, v in encoder.named_parameters()}
    own = ImageEncoder(taken_from(weights), picture(shape), 6, name)(pixels)
    np.testing.assert_allclose(own, encoder(torch.from_numpy(pixels)).detach().numpy(), atol=1e-5)


@pytest.mark.parametrize("network", [{"cell": "mingru"}, {"cell": "gru"}, {"cell": "mingru+table"}])
@both_encoders
def test_training_acting_and_runtime_agree_on_pictures_and_numbers(network, name):
    policy = shaken_policy(MIXED, layers=1, image_encoder=name, **network)
    inputs, reset = random_inputs(MIXED, 5, 4), np.zeros((5, 4), np.uint8)
    learner, runtime = MemoryLearner(policy), Network(agent_of_policy(policy))
    scanned, _ = learner.scan(tensors(inputs), learner.init(4), torch.from_numpy(reset))
    state, own = learner.init(4), runtime.init(4)
    for t in range(5):
        now = {k: v[t] for k, v in inputs.items()}
        state, decision = learner.step(state, now, reset[t])
        logits, own = runtime(now, own)
        wanted = np.concatenate([x[t].detach().numpy() for x in scanned.logits], 1)
        np.testing.assert_allclose(np.concatenate(decision.logits, 1), wanted, atol=1e-5)
        np.testing.assert_allclose(logits, wanted, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("shape", [*SIZES, (64, 64, 3), (8, 70, 3)])
@both_encoders
def test_compiled_features_are_numpy_s(shape, name):
    policy = shaken_policy(Spec(obs=(picture(shape),), action=ActionSpec(heads=(2,))), image_encoder=name)
    (_, encoder), *_ = Network(agent_of_policy(policy)).encoder.images
    pixels = np.random.default_rng(0).integers(0, 256, (3, *shape), dtype=np.uint8)
    np.testing.assert_allclose(CompiledImages(encoder)(pixels), encoder(pixels), atol=1e-4)


@pytest.mark.parametrize("cell", ["mingru", "gru"])
@pytest.mark.parametrize("n", [1, 7])
@both_encoders
def test_compiled_acting_on_pictures_and_numbers_is_numpy_s(name, n, cell):
    file = agent_of_policy(shaken_policy(MIXED, layers=2, cell=cell, image_encoder=name))
    network, compiled = Network(file), Agent(file, backend="numba").compiled
    inputs, state, own = random_inputs(MIXED, 4, n), network.init(n), network.init(n)
    for t in range(4):
        now = {k: v[t] for k, v in inputs.items()}
        wanted, state = network(now, state)
        head_outputs, own = compiled(now, own)
        np.testing.assert_allclose(head_outputs, wanted, atol=2e-5)
        np.testing.assert_allclose(own, state, atol=2e-5)


def test_a_mind_that_sees_pictures_decides_alike_with_either_backend():
    spec = Spec(obs=(picture((9, 13, 3)),), action=ActionSpec(heads=(6,)))
    file = agent_of_policy(shaken_policy(spec))
    minds = [Agent(file, backend=backend).begin(seed=3) for backend in ("numpy", "numba")]
    frames = np.random.default_rng(0).integers(0, 256, (20, 9, 13, 3), dtype=np.uint8)
    played = [[mind.act({"eye": frame}, 0.5, False) for frame in frames] for mind in minds]
    assert played[0] == played[1]


def test_a_game_may_show_nothing_but_a_picture_to_learned_keys():
    spec = Spec(obs=(picture((8, 8, 1)),), action=ActionSpec(heads=(2,)))
    policy = shaken_policy(spec, cell="table", layers=1)
    inputs, learner = random_inputs(spec, 1, 3), MemoryLearner(policy)
    now = {k: v[0] for k, v in inputs.items()}
    runtime = Network(agent_of_policy(policy))
    _, decision = learner.step(learner.init(3), now, np.zeros(3, np.uint8))
    np.testing.assert_allclose(runtime(now, runtime.init(3))[0], decision.logits[0], atol=1e-5)


def test_pictures_taken_in_parts_give_the_same_gradients(monkeypatch):
    torch.manual_seed(0)
    encoder = images.ImageEncoder(picture((9, 10, 3)), 6, "small", gain=1.0)
    pixels = torch.randint(0, 256, (7, 9, 10, 3), dtype=torch.uint8)
    whole = torch.autograd.grad(encoder(pixels).square().sum(), list(encoder.parameters()))
    monkeypatch.setattr(encoder, "_at_once", 3)
    parts = torch.autograd.grad(encoder(pixels).square().sum(), list(encoder.parameters()))
    for one, other in zip(whole, parts, strict=True):
        assert (one - other).abs().max() < ROUNDING * one.abs().max()


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((7, 64, 3), r"7x64 pixels, too small\. Give at least 8x8"),
        ((600, 600, 3), "Scale it down, say to 64x64"),
    ],
)
def test_a_picture_too_small_or_too_large_is_refused(shape, message):
    spec = Spec(obs=(picture(shape),), action=ActionSpec(heads=(2,)))
    with pytest.raises(ConfigError, match=rf"network\.image_encoder: the image 'eye' .*{message}"):
        MemoryPolicy(spec, NetworkConfig(), {})


def test_an_unknown_image_encoder_is_refused():
    with pytest.raises(ConfigError, match=r"image_encoder = 'resnet': .*small or impala"):
        NetworkConfig(image_encoder="resnet")


def test_weights_of_another_image_encoder_are_refused():
    agent = agent_of_policy(shaken_policy(MIXED, image_encoder="impala"))
    agent.network["image_encoder"] = "small"
    with pytest.raises(AgentFileError, match=r"encoder\.images\.0\.stages"):
        Network(agent)


def test_a_training_begins_with_no_agent_of_another_image_encoder(tmp_path):
    agent = course.agent_of(Training(lamp()), {})
    with pytest.raises(AgentFileError, match=r"network\.image_encoder = small, .*impala"):
        session.begin(lamp("network.image_encoder=impala"), tmp_path / "run", agent)


def lamp(*overrides):
    small = ["run.lanes=32", "run.rollout_steps=32", "run.steps=30000", "ppo.minibatches=4"]
    rest = ["ppo.discount=0.5", "ppo.final_learning_rate=0.3", "trial.episodes=2", "run.validation_levels=8"]
    network = ["network.width=32", "network.layers=1", "game.image=true"]
    return load_config(GAME, overrides=[*small, *rest, *network, *overrides])


@pytest.fixture(scope="module")
def trained():
    training = Training(lamp())
    return training, [done.terms["reward_per_step"] for done in training.run()]


@pytest.mark.slow
def test_a_bright_target_is_learned(trained):
    _, rewards = trained
    assert np.mean(rewards[-3:]) > 0.9  # chance is 0.25


@pytest.mark.slow
def test_an_agent_that_sees_plays_from_its_file(trained, tmp_path):
    training, _ = trained
    agent = course.agent_of(training, {})
    write_agent(agent, tmp_path / "agent.safetensors")
    again = read_agent(tmp_path / "agent.safetensors")
    assert again.to_bytes() == agent.to_bytes()
    for learner in (training.learner.task_learner, MemoryLearner(policy_of(again))):
        result = evaluate(learner, training.config.setup, levels=16, episodes=2)
        assert result.curves["agent"].score[0] > 0.8
    game, mind = training.config.setup.game(), load(tmp_path / "agent.safetensors").begin()
    dark = np.full((12, 12, 3), (60, 60, 90))
    for row, column, right in ((1, 1, 0), (2, 9, 1), (10, 3, 2), (8, 8, 3)):
        wall = dark.copy()
        wall[row, column] = (255, 220, 0)
        assert mind.act({"wall": wall}, greedy=True) == right
    assert game.spec == again.spec


@pytest.mark.slow
def test_a_training_on_pictures_goes_on_bit_for_bit():
    def advance(training, iterations):
        for _ in training.run():
            if training.iteration == iterations:
                break
        return training

    whole, half = (advance(Training(lamp()), k) for k in (4, 2))
    other = Training(lamp())
    other.load(half.iteration, half.arrays())
    one, two = whole.arrays(), advance(other, 4).arrays()
    assert all((one[k] == two[k]).all() for k in one)


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{"image": True}, {"scale": 1e30}])
def test_a_game_that_shows_pictures_or_quantities_keeps_the_contract(settings):
    cls = game_class(GAME)
    check_game(lambda n: cls(n, cls.Config(**settings)))


def pooled(x):
    """What torch makes of channels-last pictures and what ours does, forwards and backwards."""
    theirs = max_pool2d(x, kernel_size=3, stride=2, padding=1)
    grad = torch.randint(-3, 4, theirs.shape, generator=torch.Generator().manual_seed(1)).to(x.dtype)
    own = functions.apply(functions.MaxPool, x)
    (wanted,), (found,) = (torch.autograd.grad(out, x, grad) for out in (theirs, own))
    assert found.dtype == x.dtype
    return theirs, own, wanted, found


POOLED = [*SIZES, (1, 1, 2), (2, 3, 16), (16, 16, 8), (13, 20, 32)]
both_types = pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])


@both_types
@pytest.mark.parametrize("shape", POOLED)
def test_pooling_in_training_is_torch_s_forward_and_backward(shape, dtype):
    height, width, channels = shape
    order = np.random.default_rng(0).permuted(np.tile(np.arange(16.0), (3, channels, 1)), axis=2)
    place = 4 * (np.arange(height)[:, None] % 4) + np.arange(width) % 4  # differs within every window
    x = torch.from_numpy(order[:, :, place].transpose(0, 2, 3, 1).copy() - 8.0).to(dtype)
    theirs, own, wanted, found = pooled(x.permute(0, 3, 1, 2).requires_grad_())
    assert (own == theirs).all()
    assert (found == wanted).all()


@both_types
@pytest.mark.parametrize("shape", POOLED)
def test_of_equal_places_in_a_window_one_gets_the_gradient(shape, dtype):
    few = torch.randint(-1, 2, (3, *shape), generator=torch.Generator().manual_seed(0))
    theirs, own, wanted, found = pooled(few.to(dtype).permute(0, 3, 1, 2).requires_grad_())
    assert (own == theirs).all()
    assert (found.float().sum((2, 3)) == wanted.float().sum((2, 3))).all()


@both_encoders
def test_pictures_in_parts_kept_or_computed_again_have_the_gradients_of_all_at_once(name, monkeypatch):
    pixels = torch.randint(0, 256, (7, 16, 11, 4), dtype=torch.uint8)

    def grads(at_once, kept):
        torch.manual_seed(0)
        monkeypatch.setattr(images, "AT_ONCE", at_once * 16 * 11 * (8 if name == "small" else 16))
        monkeypatch.setattr(images, "KEPT", kept * images.AT_ONCE)
        encoder = images.ImageEncoder(picture((16, 11, 4)), 6, name, gain=1.0)
        return torch.autograd.grad(encoder(pixels).square().sum(), list(encoder.parameters()))

    wanted = grads(at_once=7, kept=1)
    for found in (grads(at_once=3, kept=2), grads(at_once=2, kept=0)):
        for a, b in zip(found, wanted, strict=True):
            assert (a - b).abs().max() < ROUNDING * b.abs().max()


@both_encoders
def test_pictures_in_bfloat16_are_nearly_those_in_float32(name):
    torch.manual_seed(0)
    encoder = images.ImageEncoder(picture((16, 16, 3)), 6, name, gain=1.0)
    pixels = torch.randint(0, 256, (5, 16, 16, 3), dtype=torch.uint8)
    exact = encoder(pixels)
    with matrix_products("bfloat16"):
        rounded = encoder(pixels)
    assert rounded.dtype == torch.float32
    assert 0 < (rounded - exact).abs().max() < 0.05 * exact.abs().max()
    rounded.sum().backward()
    assert all(p.grad.dtype == torch.float32 and p.grad.isfinite().all() for p in encoder.parameters())
