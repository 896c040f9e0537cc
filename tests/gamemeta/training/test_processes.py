import socket
from dataclasses import replace

import numpy as np
import pytest

from gamemeta.errors import ConfigError, TrainingError
from gamemeta.training import session
from gamemeta.training.config import load_config
from gamemeta.training.observer import Observer
from gamemeta.training.processes import store
from gamemeta.training.processes.company import check_processes
from gamemeta.training.processes.group import shares
from gamemeta.training.processes.messages import packed, unpacked
from gamemeta.training.processes.start import Children, address_in, processes
from gamemeta.training.processes.store import Address, Store

SMALL = [
    "run.lanes=12", "run.shards=3", "run.rollout_steps=24", "run.steps=1728", "run.validations=0",
    "run.checkpoint_s=0", "network.width=16", "ppo.minibatches=2", "game.others=outside",
    "selfplay.pool=uniform", "selfplay.every=1", "curriculum.kind=plr", "curriculum.warmup_trials=1",
]  # fmt: skip
LAUNCHED = {"RANK": "1", "WORLD_SIZE": "4", "MASTER_ADDR": "10.0.0.1", "MASTER_PORT": "29500"}


class KillsOne(Observer):
    """Kills process 1 after the iteration that ends at this step, which is not saved yet."""

    def __init__(self, children, step):
        self.children, self.step = children, step

    def iterated(self, done, steps_per_s):
        if done.step == self.step:
            self.children._started[1].kill()


def test_two_processes_one_of_them_killed_and_then_one_train_the_agent_of_one_process(tmp_path):
    config = load_config("duel", overrides=SMALL)
    session.train(*session.begin(config, tmp_path / "one"), Observer(), test_levels=4)
    training, directory = session.begin(config, tmp_path / "two")
    children = Children(2)
    with children.linked() as link, pytest.raises(TrainingError, match=r"process 1 .*signal 9.*--resume"):
        session.train(training, directory, KillsOne(children, 864), link=link)
    training, directory = session.resume(tmp_path / "two")
    assert training.step == 576
    session.train(training, directory, Observer(), test_levels=4)
    for name in ("checkpoint.safetensors", "agent.safetensors"):
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


def test_a_value_comes_back_with_every_bit_type_and_shape():
    arrays = [np.arange(6, dtype=np.int16).reshape(2, 3)[:, ::2], np.zeros((0, 4), np.uint8), np.float32(0.1)]
    value = {"a": [1, 0.1, float("inf"), None, "ä"], "array": {"array": arrays, "b": np.array(3.5)}}
    back = unpacked(packed(value))
    assert back["a"] == value["a"]
    for one, other in zip(
        [*arrays, value["array"]["b"]], [*back["array"]["array"], back["array"]["b"]], strict=True
    ):
        assert (type(one), one.dtype, one.shape) == (type(other), other.dtype, other.shape)
        assert one.tobytes() == other.tobytes()


def test_what_is_no_plain_data_is_not_sent():
    with pytest.raises(TypeError, match="object"):
        packed([np.array([object()])])


@pytest.mark.parametrize(("shards", "count"), [(1, 1), (4, 4), (7, 3), (8, 3)])
def test_shares_are_neighbours_and_differ_by_one_at_most(shards, count):
    parts = shares(shards, count)
    assert [k for part in parts for k in part] == list(range(shards))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1 <= min(map(len, parts))


def test_more_processes_than_shards_are_refused_with_the_number_that_fits():
    with pytest.raises(ConfigError, match=r"5 processes .*at most 2.*run\.shards=5"):
        check_processes(load_config("maze"), 5)


def test_torchrun_says_who_a_process_is():
    assert address_in({}) is None
    assert address_in({**LAUNCHED, "RANK": "0", "WORLD_SIZE": "1"}) is None
    agent = {"TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RESTART_COUNT": "2"}
    address = Address(rank=1, count=4, host="10.0.0.1", port=29500)
    assert address_in(LAUNCHED) == address
    assert address_in(LAUNCHED | agent) == replace(address, served=True, attempt=2)


@pytest.mark.parametrize(
    "wrong", [{"RANK": "4"}, {"RANK": "x"}, {"WORLD_SIZE": "0"}, {"MASTER_PORT": "70000"}]
)
def test_a_wrong_environment_is_refused(wrong):
    with pytest.raises(ConfigError, match=next(iter(wrong))):
        address_in(LAUNCHED | wrong)


def test_processes_that_were_started_already_are_not_started_again():
    with pytest.raises(ConfigError, match="--processes"), processes(2, address_in(LAUNCHED)):
        pass


def test_a_port_in_use_is_named():
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} is in use"):
            Store(Address(rank=0, count=2, port=port))


def test_windows_and_builds_without_gloo_are_told_what_to_do_instead(monkeypatch):
    monkeypatch.setattr(store.dist, "is_gloo_available", lambda: False)
    with pytest.raises(ConfigError, match=r"gloo.*--processes"):
        Children(2)
    monkeypatch.setattr(store.sys, "platform", "win32")
    with pytest.raises(ConfigError, match=r"Windows.*--processes"):
        Children(2)
