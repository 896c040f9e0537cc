"""Procgen's packages behind one interface: each where it can be imported, and a stand-in for the port."""

import ctypes
import struct
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from packaging.requirements import Requirement

from gamemeta.errors import PluginError
from gamemeta.games.outside.procgen import vector
from gamemeta.games.outside.procgen.facts import ACTIONS
from gamemeta.games.outside.procgen.vector import (
    KINDS,
    PACKAGES,
    Gym3Vector,
    PortVector,
    installing,
    make_vector,
)

N = 4
ACTS = np.random.default_rng(0).integers(0, ACTIONS, (40, N), np.int32)
FOR = {"procgen": "Python 3.11 and 3.12", "procgen_gym": "Python 3.13"}


def missing(package):
    """Skips a test where the package is not."""
    reason = f"{package} cannot be imported here; the extra gamemeta[procgen] has it for {FOR[package]}"
    return pytest.mark.skipif(find_spec(package) is None, reason=reason)


@pytest.fixture(
    params=[pytest.param(kind, marks=missing(p)) for p, kind in zip(PACKAGES, KINDS, strict=True)]
)
def make(request):
    """Makes vectors by one of the packages."""
    return lambda game="starpilot", n=N: make_vector(game, "easy", n, 0, kinds=(request.param,))


def test_a_step_leaves_in_the_arrays_what_the_package_itself_tells(make):
    ours, own = make(), make()
    shown = ours.reward, ours.frames, ours.ended
    for row in ACTS:
        ours.actions[:] = row
        ours.step()
        own.act(row)
        for array, told in zip(shown, own.observe(), strict=True):
            assert array.dtype == told.dtype
            assert (array == told).all()


def test_what_is_observed_stays_when_the_game_goes_on(make):
    own = make()
    own.act(ACTS[0])
    frames = own.observe()[1]
    before = frames.copy()
    own.act(ACTS[1])
    own.observe()
    assert (frames == before).all()


def test_a_state_goes_on_alike_in_another_game_which_shows_it_at_once(make):
    one, other = make(), make(n=2)
    for row in ACTS[:20]:
        one.actions[:] = row
        one.step()
    untouched = other.frames[0].copy()
    other.load(1, one.save(3))
    assert (other.frames[1] == one.frames[3]).all()
    assert (other.frames[0] == untouched).all()
    for row in ACTS[20:]:
        one.actions[:], other.actions[1] = row, row[3]
        one.step()
        other.step()
        assert (other.frames[1] == one.frames[3]).all()
    assert other.save(1) == one.save(3)


def test_a_completed_level_is_told(make):
    games = make("maze", 64)
    ended = np.zeros(64, np.bool_)
    for row in np.random.default_rng(1).integers(0, 9, (150, 64), np.int32):
        games.actions[:] = row
        games.step()
        ended |= games.ended
        assert (games.completed[games.ended] == (games.reward[games.ended] > 0)).all()
    assert ended.any()


@pytest.mark.parametrize("package", [pytest.param(p, marks=missing(p)) for p in PACKAGES])
def test_nothing_is_written_beside_the_game(package):
    code = (
        "from gamemeta.games.outside.procgen.vector import *; import numpy as np\n"
        f"games = make_vector('coinrun', 'easy', 2, 1, kinds=[KINDS[PACKAGES.index({package!r})]])\n"
        "games.step(); games.load(0, games.save(1)); games.close()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@missing("procgen")
@missing("procgen_gym")
@pytest.mark.parametrize("game", ["coinrun", "maze", "starpilot"])
def test_both_packages_play_and_save_the_same(game):
    one, other = (make_vector(game, "easy", N, 0, kinds=(kind,)) for kind in KINDS)
    for row in ACTS:
        for games in (one, other):
            games.actions[:] = row
            games.step()
        assert (one.reward == other.reward).all()
        assert (one.ended == other.ended).all()
        assert (one.completed == other.completed).all()
    assert [one.save(i) for i in range(N)] == [other.save(i) for i in range(N)]


class StandIn:
    """As much of `procgen_gym.libenv.CLibenv` as is used: a game that adds up its actions and ends at ten."""

    def __init__(self, n):
        self.sums = [0] * n
        self.closed = False
        self._ac_bufs = {"action": np.zeros(n, np.int32)}
        self._shown = {"rgb": np.zeros((n, 64, 64, 3), np.uint8)}
        self._infos = {"prev_level_complete": np.zeros(n, np.uint8)}
        self._reward, self._first = np.zeros(n, np.float32), np.zeros(n, np.uint8)

    def get_ob_bufs(self):
        return self._shown

    def get_info_bufs(self):
        return self._infos

    def get_reward_buf(self):
        return self._reward

    def get_first_buf(self):
        return self._first

    def call_c_func(self, name, *arguments):
        return {"get_state": self._get, "set_state": self._set, "libenv_act": self._act}.get(
            name, self._look
        )(*arguments)

    def close(self):
        self.closed = True

    def _act(self):
        self._reward[:] = self._ac_bufs["action"]
        self.sums = [int(at + by) for at, by in zip(self.sums, self._ac_bufs["action"], strict=True)]

    def _look(self):
        self._first[:] = self._infos["prev_level_complete"][:] = [at >= 10 for at in self.sums]
        self._shown["rgb"][:] = np.reshape(self.sums, (-1, 1, 1, 1))

    def _get(self, i, room, size):
        state = struct.pack("=iii", 0, self.sums[i], 0)
        assert len(state) <= size
        ctypes.memmove(room, state, len(state))
        return len(state)

    def _set(self, i, state, size):
        _, self.sums[i], _ = struct.unpack("=iii", ctypes.string_at(state, size))


@pytest.fixture
def port(monkeypatch):
    """A package that stands in for `procgen_gym`, alone; what it was asked for."""
    asked = {}

    def make(num_envs, **options):
        asked.update(options)
        return SimpleNamespace(_clib=StandIn(num_envs))

    monkeypatch.setitem(sys.modules, "procgen", None)
    monkeypatch.setitem(sys.modules, "procgen_gym", SimpleNamespace(ProcgenVecEnv=make))
    return asked


def test_the_port_is_taken_where_it_alone_is_here_and_gets_the_options(port):
    assert isinstance(make_vector("maze", "memory", 3, 2, first=7, levels=5), PortVector)
    assert port == {
        "env_name": "maze",
        "distribution_mode": "memory",
        "num_threads": 2,
        "start_level": 7,
        "num_levels": 5,
        "rand_seed": vector.SEED,
    }


def test_actions_reach_the_ports_library_and_its_answers_reach_the_arrays(port):
    games = make_vector("maze", "easy", 2, 0)
    games.actions[:] = 4, 12
    games.step()
    assert games.reward.tolist() == [4, 12]
    assert games.ended.tolist() == [False, True]
    assert games.completed.tolist() == [0, 1]
    assert games.frames[:, 0, 0, 0].tolist() == [4, 12]


def test_states_of_the_port_are_bytes_of_their_own_length(port):
    games = make_vector("maze", "easy", 2, 0)
    games.actions[:] = 4, 12
    games.step()
    state = games.save(1)
    assert state == struct.pack("=iii", 0, 12, 0)
    games.load(0, state)
    assert games.save(0) == state


def test_a_closed_vector_of_the_port_has_closed_its_library(port):
    games = make_vector("maze", "easy", 2, 0)
    library = games._library
    games.close()
    assert library.closed


@missing("procgen")
def test_the_package_of_gym3_is_taken_where_both_are_here(monkeypatch):
    monkeypatch.setitem(sys.modules, "procgen_gym", SimpleNamespace())
    assert isinstance(make_vector("maze", "easy", 1, 0), Gym3Vector)


def test_a_library_that_cannot_be_loaded_is_told(port, monkeypatch):
    def broken(num_envs, **options):
        raise OSError("libenv.so: no such file")

    monkeypatch.setattr(sys.modules["procgen_gym"], "ProcgenVecEnv", broken)
    with pytest.raises(PluginError, match=r"libenv\.so: no such file\."):
        make_vector("maze", "easy", 1, 0)


def test_every_package_that_is_missing_is_named(monkeypatch):
    for package in PACKAGES:
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(PluginError, match=r"procgen.*; .*procgen_gym"):
        make_vector("maze", "easy", 1, 0)


MACHINES = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]


@pytest.mark.parametrize("minor", range(11, 16))
@pytest.mark.parametrize(("system", "machine"), MACHINES)
def test_the_extra_is_advised_where_it_installs_a_package_and_there_alone(minor, system, machine):
    project = tomllib.loads((Path(__file__).parents[4] / "pyproject.toml").read_text())["project"]
    place = {"python_version": f"3.{minor}", "sys_platform": system, "platform_machine": machine}
    fitting = [
        r
        for r in map(Requirement, project["optional-dependencies"]["procgen"])
        if r.name != "gamemeta" and r.marker.evaluate(place)
    ]
    advice = installing((3, minor), system, machine)
    assert len(fitting) == (not advice.startswith("There is no build"))
    assert advice.endswith('pip install "gamemeta[procgen]"')
