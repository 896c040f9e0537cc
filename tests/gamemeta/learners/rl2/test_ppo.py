"""PPO against its loss written out row by row, and what has to survive a restart."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import Tensor

from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import ConfigError, TrainingError
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.estimates import Estimates
from gamemeta.learners.rl2.memory_learner import tensors
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.networks.policy import MemoryPolicy, PolicyOutput
from gamemeta.rollout.batch import Batch
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from tests.helpers.buffers import choices

T, N, CLASSES = 5, 4, 3
SPEC = Spec(
    obs=(
        symbols("view", (2,), 4),
        quantities("speed", (1,)),
    ),
    action=ActionSpec(heads=(4, 2)),
)


def make_ppo(seed: int = 0, guide: str | None = None, **config) -> PPO:
    torch.manual_seed(seed)
    made = PPOConfig(**config)
    network = NetworkConfig(width=8, layers=2)
    policy = MemoryPolicy(SPEC, network, {"good": CLASSES}, rewards=made.reward_weight > 0)
    with torch.no_grad():
        for parameter in policy.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.3)
    return PPO(policy, made, guide=guide)


def make_batch(ppo: PPO, seed: int = 0) -> Batch:
    rng = np.random.default_rng(seed)

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    inputs = {
        b.name: rng.integers(0, choices(b), (T, N, *b.shape)).astype(b.dtype)
        if choices(b)
        else normal(T, N, *b.shape)
        for b in SPEC.inputs()
    }
    return Batch(
        inputs=inputs,
        reset=(rng.random((T, N)) < 0.2).astype(np.uint8),
        state={name: normal(*array.shape) for name, array in ppo.task_learner.init(N).items()},
        action=np.stack([rng.integers(0, k, (T, N)) for k in SPEC.action.heads], -1),
        log_prob=normal(T, N) * np.float32(0.3) - 2,
        advantage=normal(T, N),
        returns=normal(T, N),
        reward=normal(T, N),
        labels={"good": rng.integers(0, 1 << CLASSES, (T, N)).astype(np.uint8)},
        rows=T * N,
    )


def lanes_of(batch: Batch, rows: slice) -> Batch:
    """Some lanes, still as a part of the whole minibatch."""
    over_time = ("reset", "action", "log_prob", "advantage", "returns", "reward")
    return Batch(
        inputs={name: x[:, rows] for name, x in batch.inputs.items()},
        state={name: x[rows] for name, x in batch.state.items()},
        labels={name: x[:, rows] for name, x in batch.labels.items()},
        rows=batch.rows,
        **{name: getattr(batch, name)[:, rows] for name in over_time},
    )


def row_loss(output: PolicyOutput, batch: Batch, config: PPOConfig, t: int, i: int) -> Tensor:
    """Clipped surrogate, value error, entropy bonus and labels of one row."""
    heads = [logits[t, i].softmax(0) for logits in output.logits]
    chosen = torch.stack([p[batch.action[t, i, k]] for k, p in enumerate(heads)]).prod()
    ratio = chosen / np.exp(batch.log_prob[t, i])
    advantage = float(batch.advantage[t, i])
    limit = min(max(ratio.item(), 1 - config.clip), 1 + config.clip) * advantage
    gain = ratio * advantage if ratio.item() * advantage <= limit else torch.tensor(limit)
    error = (output.value[t, i] - float(batch.returns[t, i])) ** 2 / 2
    entropy = sum(-(p * p.log()).sum() for p in heads)
    loss = -gain + config.value_weight * error - config.entropy * entropy
    mask = int(batch.labels["good"][t, i])
    if mask:
        right = [k for k in range(CLASSES) if mask >> k & 1]
        probability = output.labels["good"][t, i].softmax(0)[right].sum()
        loss = loss - config.label_weight * probability.log()
    if output.reward is not None:
        first, second = batch.action[t, i]
        predicted = output.reward[t, i, [first, 4 + second]]
        loss = loss + config.reward_weight * (predicted - float(batch.reward[t, i])).square().sum() / 2
    return loss


@pytest.mark.parametrize("reward_weight", [0.0, 0.7])
def test_gradients_are_those_of_the_loss_written_out(reward_weight):
    ppo = make_ppo(reward_weight=reward_weight)
    batch = make_batch(ppo)
    state = [torch.from_numpy(x) for x in batch.state.values()]
    output, _ = ppo.policy(tensors(batch.inputs), state, torch.from_numpy(batch.reset))
    rows = [row_loss(output, batch, ppo.config, t, i) for t in range(T) for i in range(N)]
    wanted = torch.autograd.grad(torch.stack(rows).sum() / (T * N), list(ppo.policy.parameters()))
    found, _ = ppo.loss_and_grads(batch)
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-4)


def test_the_parts_of_a_minibatch_sum_to_the_whole():
    ppo = make_ppo()
    batch = make_batch(ppo)
    whole, terms = ppo.loss_and_grads(batch)
    parts = [ppo.loss_and_grads(lanes_of(batch, rows)) for rows in (slice(0, 1), slice(1, N))]
    for k, grad in enumerate(whole):
        torch.testing.assert_close(grad, parts[0][0][k] + parts[1][0][k], atol=1e-6, rtol=1e-5)
    for name, term in terms.items():
        assert parts[0][1][name] + parts[1][1][name] == pytest.approx(term, abs=1e-6)


def test_a_step_lowers_the_loss():
    ppo = make_ppo(learning_rate=1e-2, warmup=0.0)
    batch = make_batch(ppo)
    first = None
    for _ in range(30):
        grads, terms = ppo.loss_and_grads(batch)
        first = first or terms
        ppo.apply(grads, 0.0)
    assert terms["value_loss"] < 0.7 * first["value_loss"]
    assert terms["label_loss"] < first["label_loss"]
    assert terms["policy_loss"] < first["policy_loss"]


def test_a_loaded_state_goes_on_identically():
    ppo = make_ppo(scale_returns=True)
    batch = make_batch(ppo)
    ppo.return_scale.update(batch.returns, np.arange(T)[:, None] + np.zeros((1, N), np.int64))
    for progress in (0.1, 0.2, 0.3):
        ppo.apply(ppo.loss_and_grads(batch)[0], progress)
    state = ppo.state_dict()
    again = make_ppo(seed=1, scale_returns=True)
    again.load_state_dict(state)
    for one in (ppo, again):
        for progress in (0.4, 0.5):
            one.apply(one.loss_and_grads(batch)[0], progress)
    found = again.state_dict()
    for name, array in ppo.state_dict().items():
        np.testing.assert_array_equal(found[name], array, err_msg=name)


def test_a_state_is_a_copy_in_both_directions():
    ppo = make_ppo()
    batch = make_batch(ppo)
    ppo.apply(ppo.loss_and_grads(batch)[0], 0.1)
    state = ppo.state_dict()
    kept = {name: array.copy() for name, array in state.items()}
    ppo.load_state_dict(state)
    ppo.apply(ppo.loss_and_grads(batch)[0], 0.1)
    for name, array in state.items():
        np.testing.assert_array_equal(array, kept[name], err_msg=name)


def test_a_state_before_the_first_step_can_be_loaded():
    ppo, again = make_ppo(), make_ppo(seed=1)
    again.load_state_dict(ppo.state_dict())
    for one, other in zip(again.policy.parameters(), ppo.policy.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_gradients_that_are_not_finite_stop_training_before_they_do_harm(bad):
    ppo = make_ppo()
    grads, _ = ppo.loss_and_grads(make_batch(ppo))
    before = ppo.state_dict()
    grads[0][0] = bad
    with pytest.raises(TrainingError, match="not finite"):
        ppo.apply(grads, 0.5)
    for name, array in ppo.state_dict().items():
        if name != "entropy":  # recomputed from the progress of every step
            np.testing.assert_array_equal(array, before[name], err_msg=name)


def test_schedules_run_from_warm_up_to_their_final_share():
    ppo = make_ppo(learning_rate=0.01, final_learning_rate=0.2, warmup=0.1)
    grads, _ = ppo.loss_and_grads(make_batch(ppo))
    rates = [ppo.apply(grads, p)["learning_rate"] for p in (0.0, 0.05, 0.1, 1.0)]
    left = [1, 1 - 0.8 * 0.05, 1 - 0.8 * 0.1, 0.2]
    warm = [0.01, 0.51, 1, 1]  # a thousandth of the training is ahead, so that it does not begin with 0
    assert rates == pytest.approx([0.01 * x * y for x, y in zip(left, warm, strict=True)])
    assert make_ppo(learning_rate=0.01, warmup=0.0).apply(grads, 0.0)["learning_rate"] == 0.01


def test_every_epoch_takes_each_lane_of_each_rollout_once():
    ppo = make_ppo(epochs=3, minibatches=2)
    whole, asked = make_batch(ppo), []

    class Played:
        lanes, learned = SimpleNamespace(count=N), None

        def __init__(self, name):
            self.name = name

        def batch(self, some, *, advantage, returns):
            asked.append((self.name, *range(N)[some]))
            part = replace(whole, advantage=advantage, returns=returns)
            return replace(lanes_of(part, some), rows=T * len(range(N)[some]))

    class Alone:
        count = 2

        def gather(self, parts):
            return parts

    made = [Estimates(0 * whole.reward, whole.advantage + k, whole.returns + k) for k in range(2)]
    ppo._estimates = made
    for k, parts in enumerate(ppo.minibatches([Played("a"), Played("b")], Alone())):
        lanes = slice(0, 2) if k % 2 == 0 else slice(2, 4)
        for part, one in zip(parts, made, strict=True):
            np.testing.assert_array_equal(part.advantage, one.advantage[:, lanes])
            np.testing.assert_array_equal(part.returns, one.returns[:, lanes])
            np.testing.assert_array_equal(part.reward, ppo.policy.normaliser.rewards(whole.reward[:, lanes]))
            assert part.rows == 2 * T * 2
    assert asked == [("a", 0, 1), ("b", 0, 1), ("a", 2, 3), ("b", 2, 3)] * 3


@pytest.mark.parametrize(("final", "progress", "left"), [(0.0, 1.0, 0.0), (0.2, 1.0, 0.2), (0.2, 0.5, 0.6)])
def test_entropy_weighs_less_towards_the_end(final, progress, left):
    ppo = make_ppo(entropy=0.5, final_entropy=final)
    batch = make_batch(ppo)
    with_bonus, _ = ppo.loss_and_grads(batch)
    ppo.apply([torch.zeros_like(g) for g in with_bonus], progress)
    plain = make_ppo(entropy=0.5 * left)
    for one, other in zip(ppo.loss_and_grads(batch)[0], plain.loss_and_grads(batch)[0], strict=True):
        torch.testing.assert_close(one, other)


def test_a_gradient_longer_than_its_limit_is_scaled_down():
    ppo = make_ppo(max_grad_norm=0.5)
    grads, _ = ppo.loss_and_grads(make_batch(ppo))
    norm = ppo.apply([g * 1e4 for g in grads], 0.5)["grad_norm"]
    assert norm > 1e3
    assert float(ppo._adam.vector.grad.norm()) == pytest.approx(0.5, rel=1e-4)


@pytest.mark.parametrize(("setting", "value"), [("discount", 1.5), ("epochs", 0), ("clip", -0.1)])
def test_settings_out_of_range_are_refused_by_name(setting, value):
    with pytest.raises(ConfigError, match=f"{setting} = {value}"):
        PPOConfig(**{setting: value})


def test_a_guide_is_imitated_at_the_start_and_no_more_once_its_share_of_the_steps_is_over():
    plain, guided = make_ppo(), make_ppo(guide="good", guide_weight=0.5, guide_until=0.2)
    batch = make_batch(plain)
    batch.labels["good"][:] = 2
    state = [torch.from_numpy(x) for x in batch.state.values()]
    output, _ = guided.policy(tensors(batch.inputs), state, torch.from_numpy(batch.reset))
    imitation = -output.logits[0].log_softmax(-1)[..., 1].mean()
    own = torch.autograd.grad(imitation, list(guided.policy.parameters()), allow_unused=True)
    for weight, progress in ((0.5, 0.0), (0.25, 0.1), (0.0, 0.2), (0.0, 1.0)):
        for ppo in (plain, guided):
            grads = [torch.zeros_like(p) for p in ppo.policy.parameters()]
            ppo.apply(grads, progress)
        found, _ = guided.loss_and_grads(batch)
        for one, other, extra in zip(found, plain.loss_and_grads(batch)[0], own, strict=True):
            torch.testing.assert_close(one, other + weight * (0 if extra is None else extra))


def test_the_guide_fades_with_the_steps():
    ppo = make_ppo(guide="good", guide_weight=0.5, guide_until=0.2)
    grads, terms = ppo.loss_and_grads(make_batch(ppo))
    assert terms["guide_loss"] > 0
    ppo.apply([torch.zeros_like(g) for g in grads], 0.2)
    assert ppo.loss_and_grads(make_batch(ppo))[1]["guide_loss"] == 0
