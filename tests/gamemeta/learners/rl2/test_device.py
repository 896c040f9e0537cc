"""Gradients on another device, made here: its plain torch on the processor, and its places on a device that
computes nothing. Where there is a GPU, it takes part in one test."""

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import ConfigError
from gamemeta.games.registry import use_game
from gamemeta.learners.device import device_of
from gamemeta.learners.rl2 import kind
from gamemeta.learners.rl2.config import PPOConfig
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.rollout.batch import Batch
from gamemeta.spec import ActionSpec, Buffer, Spec, image, quantities, symbols
from gamemeta.training import session
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training
from tests.helpers.buffers import choices

T, N, CLASSES = 9, 6, 5
HERE = torch.device("cpu")
SYMBOLS = symbols("view", (2, 3), 4)
QUANTITY = quantities("speed", (2,), normalised=True)
PICTURE = image("eye", (9, 8, 3))
HEADS = Spec(obs=(SYMBOLS, QUANTITY), action=ActionSpec(heads=(4, 3)))
NUMBERS = Spec(obs=(SYMBOLS, QUANTITY), action=ActionSpec(heads=(3,), low=(-1.0, 0.0), high=(1.0, 5.0)))
ALONE = Spec(obs=(QUANTITY,), action=ActionSpec(low=(-2.0,), high=(2.0,)))
MASKED = Spec(obs=(SYMBOLS, symbols("action_mask", (7,), 2)), action=ActionSpec(heads=(4, 3)))
PICTURES = Spec(obs=(PICTURE, QUANTITY), action=ActionSpec(heads=(4,)))
LAMP = use_game(f"{Path(__file__).parents[3] / 'helpers' / 'lamp.py'}:LampGame")
networks = pytest.mark.parametrize(
    ("spec", "network"),
    [
        (HEADS, {"cell": "mingru"}),
        (HEADS, {"cell": "gru"}),
        (HEADS, {"cell": "table", "keys": "learned"}),
        (HEADS, {"cell": "attention", "window": 3}),
        (HEADS, {"cell": "things", "keys": "view"}),
        (HEADS, {"cell": "mingru+table", "keys": "view", "values": 2}),
        (HEADS, {"cell": "gru+table", "keys": "action"}),
        (MASKED, {"cell": "mingru"}),
        (MASKED, {"cell": "table", "keys": "view"}),
        (NUMBERS, {"cell": "mingru"}),
        (ALONE, {"cell": "gru"}),
        (PICTURES, {"cell": "mingru"}),
        (PICTURES, {"cell": "table", "image_encoder": "impala"}),
    ],
    ids=lambda x: x["cell"] if isinstance(x, dict) else None,
)
GPU = [torch.device("cuda")] if torch.cuda.is_available() else []
devices = pytest.mark.parametrize("device", [HERE, *GPU], ids=str)
FEW = [
    "run.lanes=8",
    "run.rollout_steps=32",
    "run.steps=1024",
    "ppo.minibatches=2",
    "network.width=16",
    "run.validations=2",
    "run.validation_levels=8",
]


def make_policy(spec: Spec, network: dict) -> MemoryPolicy:
    torch.manual_seed(0)
    heads = spec.action.heads
    shape = NetworkConfig(width=16, layers=2, slots=5, choice_width=6, **network)
    policy = MemoryPolicy(spec, shape, {"good": CLASSES} if heads else {}, rewards=bool(heads))
    for parameter in policy.parameters():
        parameter.data += 0.2 * torch.randn_like(parameter)
    policy.normaliser.update(make_batch(policy, 8).inputs)
    return policy


def make_batch(policy: MemoryPolicy, seed: int = 0, *, waiting: bool = False) -> Batch:
    rng, action = np.random.default_rng(seed), policy.spec.action

    def normal(*shape: int) -> np.ndarray:
        return rng.normal(size=shape).astype(np.float32)

    def drawn(b: Buffer) -> np.ndarray:
        shape = (T, N, *b.shape)
        most = min(action.heads) + 1 if b.name == "previous_action" else choices(b)
        return rng.integers(0, most, shape).astype(b.dtype) if most else 3 + 2 * normal(*shape)

    names = policy.config.cells
    counting = ("table", "attention", "things")
    states = {
        f"cells.{k}": normal(N, cell.state_size) * np.float32(names[k] not in counting)
        for k, cell in enumerate(policy.cells)
    }
    acting = np.arange(T)[:, None] < rng.integers(1, T + 1, N) if waiting else None
    codes = [rng.integers(0, k, (T, N)) for k in action.heads]
    return Batch(
        inputs={b.name: drawn(b) for b in policy.spec.inputs()},
        reset=(rng.random((T, N)) < 0.2).astype(np.uint8),
        state={name: states[name] for name in reversed(states)},
        action=np.stack(codes, -1) if codes else np.zeros((T, N, 0), np.int64),
        log_prob=normal(T, N) * np.float32(0.3) - 2,
        advantage=normal(T, N),
        returns=normal(T, N),
        reward=normal(T, N),
        labels={
            name: rng.integers(0, 1 << CLASSES, (T, N)).astype(np.uint8) for name in policy.layout.labels
        },
        raw=normal(T, N, action.continuous) if action.continuous else None,
        acting=acting,
        rows=T * N if acting is None else int(acting.sum()),
    )


def make_ppo(policy: MemoryPolicy, device: torch.device | None) -> PPO:
    heads = bool(policy.spec.action.heads)
    settings = PPOConfig(reward_weight=0.5 * heads, guide_weight=0.5 * heads, learning_rate=0.01)
    return PPO(policy, settings, guide="good" if heads else None, device=device)


def both(spec: Spec, network: dict, device: torch.device = HERE) -> tuple[PPO, PPO]:
    """One that computes gradients by compiled kernels, and one in plain torch."""
    policy = make_policy(spec, network)
    return make_ppo(policy, None), make_ppo(copy.deepcopy(policy), device)


class OnePlace(TorchDispatchMode):
    """Refuses an operation on tensors of several devices, and gives zeros for what comes back from `meta`."""

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        if operation is torch.ops.aten._to_copy.default:
            if args[0].is_meta and kwargs.get("device") == HERE:
                return torch.zeros(args[0].shape, dtype=args[0].dtype)
        else:
            places = {x.device for x in tree_leaves((args, kwargs)) if isinstance(x, torch.Tensor)}
            assert len(places) <= 1, f"{operation} gets tensors of {places}"
        return operation(*args, **kwargs)


@pytest.mark.slow
@networks
@devices
@pytest.mark.parametrize("waiting", [False, True])
def test_gradients_and_terms_in_plain_torch_are_those_of_the_kernels(spec, network, waiting, device):
    compiled, plain = both(spec, network, device)
    batch = make_batch(compiled.policy, waiting=waiting)
    wanted, terms = compiled.loss_and_grads(batch)
    found, found_terms = plain.loss_and_grads(batch)
    assert found_terms == pytest.approx(terms, rel=1e-4, abs=1e-5)
    for (name, _), one, other in zip(compiled.policy.named_parameters(), found, wanted, strict=True):
        scale = max(1.0, float(other.abs().max()))
        torch.testing.assert_close(
            one / scale, other / scale, atol=1e-5, rtol=1e-5, msg=lambda m, n=name: n + m
        )


@pytest.mark.slow
@networks
def test_on_a_device_every_operation_finds_its_tensors_there(spec, network):
    ppo = make_ppo(make_policy(spec, network), torch.device("meta"))
    with OnePlace():
        grads, _ = ppo.loss_and_grads(make_batch(ppo.policy))
    assert all(p.is_meta for p in ppo.replica.policy.parameters())
    for grad, parameter in zip(grads, ppo.policy.parameters(), strict=True):
        assert (grad.device, grad.shape) == (HERE, parameter.shape)


@networks
def test_a_few_updates_lead_to_the_same_weights(spec, network):
    learners = both(spec, network)
    for ppo in learners:
        for k in range(4):
            grads, _ = ppo.loss_and_grads(make_batch(ppo.policy, seed=k))
            ppo.apply(grads, 0.1 * k)
    for one, other in zip(*(ppo.policy.parameters() for ppo in learners), strict=True):
        torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-3)


def test_the_replica_has_the_weights_that_act_whoever_changed_them():
    policy = make_policy(HEADS, {"cell": "mingru"})
    ppo = make_ppo(policy, HERE)
    batch = make_batch(policy)

    def alike() -> bool:
        pairs = zip(policy.parameters(), ppo.replica.policy.parameters(), strict=True)
        return all(torch.equal(one, other) for one, other in pairs)

    for _ in range(3):
        grads, _ = ppo.loss_and_grads(batch)
        assert alike()
        ppo.apply(grads, 0.5)
        assert not alike()
    policy.load_state_dict({name: x + 1 for name, x in policy.state_dict().items()})
    with ppo.replica.up_to_date():
        assert alike()


def test_convolutions_of_the_replica_are_exact_and_repeatable():
    replica, cudnn = make_ppo(make_policy(HEADS, {"cell": "mingru"}), HERE).replica, torch.backends.cudnn

    def flags() -> tuple[bool, ...]:
        return cudnn.enabled, cudnn.benchmark, cudnn.deterministic, cudnn.allow_tf32

    before = flags()
    with replica.up_to_date():
        assert flags() == (True, False, True, False)
    assert flags() == before


def test_shards_take_turns_at_the_replica_and_add_up_to_the_same():
    states = [trained(f"run.threads={threads}").arrays() for threads in (1, 2)]
    for name, array in states[0].items():
        np.testing.assert_array_equal(states[1][name], array, err_msg=name)


@pytest.fixture(autouse=True)
def _cuda_is_here(monkeypatch):
    """Trainings with run.device=cuda compute their gradients in plain torch on the processor."""
    monkeypatch.setattr(kind, "device_of", lambda name: HERE if name == "cuda" else None)


def trained(*settings: str, game: str = "maze", device: str = "cuda") -> Training:
    training = Training(load_config(game, overrides=[*FEW, f"run.device={device}", *settings]))
    list(training.run())
    return training


@pytest.mark.parametrize(
    ("game", "settings"),
    [
        ("maze", []),
        ("maze", ["network.cell=table"]),
        ("tag", ["game.others=outside", "selfplay.pool=recent", "selfplay.every=1", "selfplay.share=0.5"]),
        (LAMP, []),
    ],
)
def test_a_short_training_learns_what_the_compiled_one_learns(game, settings):
    """For as long as rounding has not led to another action."""
    few = ["run.steps=512", *settings]
    one, other = (trained(*few, game=game, device=device).arrays() for device in ("cpu", "cuda"))
    weights = [name for name in one if name.startswith("learner.weights.")]
    assert weights
    for name in weights:
        np.testing.assert_allclose(other[name], one[name], atol=2e-4, err_msg=name)


@pytest.mark.slow
def test_a_resumed_training_ends_in_the_identical_agent(tmp_path):
    class Watcher:
        def __init__(self, stop_at: int = 0) -> None:
            self.stop_at = stop_at

        def iterated(self, done, steps_per_s):
            if done.step == self.stop_at:
                raise KeyboardInterrupt

        def __getattr__(self, name):
            return lambda *arguments: None

    config = load_config("maze", overrides=[*FEW, "run.device=cuda", "run.checkpoint_s=0"])
    session.train(*session.begin(config, tmp_path / "whole"), Watcher())
    with pytest.raises(KeyboardInterrupt):
        session.train(*session.begin(config, tmp_path / "cut"), Watcher(768))
    session.train(*session.resume(tmp_path / "cut"), Watcher())
    for name in ("agent.safetensors", "table.json"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "cut" / name).read_bytes()


def test_a_device_is_in_the_settings_of_an_agent_only_where_it_was_asked_for():
    assert "device" not in load_config("maze").to_json()["run"]
    asked = load_config("maze", overrides=["run.device=cuda"])
    assert asked.to_json()["run"]["device"] == "cuda"


def test_the_processor_needs_no_replica():
    assert device_of("cpu") is None
    assert make_ppo(make_policy(HEADS, {}), None).replica is None


def test_a_torch_without_cuda_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", None)
    with pytest.raises(ConfigError, match=r"run.device = 'cuda'.*without CUDA. Give 'cpu', or .*pytorch.org"):
        device_of("cuda")


def test_a_machine_without_a_gpu_is_told_with_what_to_do(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", "12.6")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match=r"GPU.* Give 'cpu', or .*`nvidia-smi`.*CUDA 12.6"):
        device_of("cuda")


def test_an_unknown_device_is_refused_with_those_there_are():
    with pytest.raises(ConfigError, match=r"run.device = 'gpu': .*'cpu' or 'cuda'"):
        load_config("maze", overrides=["run.device=gpu"])


def test_bfloat16_is_refused_on_a_device():
    with pytest.raises(ConfigError, match=r"run.precision = 'bfloat16': gradients on run.device = 'cuda'"):
        load_config("maze", overrides=["run.device=cuda", "run.precision=bfloat16"])
