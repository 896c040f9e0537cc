"""Peers: kept apart, and the failure of one is told and stops no other. Nothing is installed here."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from gamemeta.bench.figure import Effort, Figure
from gamemeta.bench.machine import machine
from gamemeta.bench.peers import compare as compare_module
from gamemeta.bench.peers.catalogue import BATCH, ENVIRONMENTS, EPOCHS, PEERS, SCRIPTS, Peer, chosen
from gamemeta.bench.peers.compare import Comparison, compare
from gamemeta.bench.peers.environment import PeerFailed, cache_folder, installed, output_of
from gamemeta.bench.peers.ours import TRAINING, sizes_for_peers
from gamemeta.bench.report import Report
from gamemeta.bench.subject import subject
from gamemeta.errors import UnknownName

SHORT = Effort(seconds=0.001)


def report(**figures):
    found = {name: Figure((value,)) for name, value in figures.items()}
    return Report(
        bench="b", subject="s", figures=found, sizes={}, machine=machine(), processor_share=1.0, dtype="uint8"
    )


def test_all_peers_are_asked_if_none_is_named():
    assert chosen([]) == list(PEERS)
    assert [peer.name for peer in chosen(["envpool"])] == ["envpool"]


def test_an_unknown_peer_is_named():
    with pytest.raises(UnknownName, match="nonsense"):
        chosen(["nonsense"])


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_scripts_know_nothing_of_gamemeta(peer):
    tree = ast.parse(peer.path.read_text(encoding="utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "harness" in named
    assert not [name for name in named if name.startswith("gamemeta")]


def test_both_sides_train_on_the_same_sizes():
    config = subject("maze", None, TRAINING)
    assert config.run.lanes == ENVIRONMENTS
    assert config.run.lanes * config.run.rollout_steps // config.learner.minibatches == BATCH
    assert config.learner.epochs == EPOCHS
    with sizes_for_peers(SHORT) as sizes:
        assert sizes["batch"] == BATCH
        assert Path(sizes["weights"]).is_file()
    assert not Path(sizes["weights"]).exists()


def test_a_peer_that_fails_is_told_and_the_next_goes_on(monkeypatch, tmp_path):
    def fail(peer, cache):
        if peer is PEERS[0]:
            raise PeerFailed("no matching distribution")
        return Path(sys.executable)

    told = {"version": "1.0", "unit": "steps_per_s", "repeats": [5.0] * 5, "per_cpu_s": [10.0] * 5}
    monkeypatch.setattr(compare_module, "installed", fail)
    monkeypatch.setattr(compare_module, "output_of", lambda *_: "some words\n" + json.dumps(told))
    monkeypatch.setattr(compare_module, "ours", lambda *_: report(steps_per_s=40.0, steps_per_cpu_s=100.0))
    failed, good = compare((PEERS[0], PEERS[3]), SHORT, tmp_path)
    assert failed.error == "no matching distribution"
    assert failed.to_json()["ours"] is None
    assert good.figures == ("steps_per_cpu_s", 10.0, 100.0, 10.0)
    assert json.loads(json.dumps(good.to_json()))["theirs"]["median"] == 5.0


def test_a_peer_stands_beside_all_it_is_compared_with(monkeypatch, tmp_path):
    told = {"version": "1.0", "unit": "steps_per_s", "repeats": [5.0] * 5, "per_cpu_s": [10.0] * 5}
    rates = {"train": 100.0, "default": 300.0}
    monkeypatch.setattr(compare_module, "installed", lambda *_: Path(sys.executable))
    monkeypatch.setattr(compare_module, "output_of", lambda *_: json.dumps(told))
    monkeypatch.setattr(compare_module, "ours", lambda kind, *_: report(steps_per_cpu_s=rates[kind]))
    same, default = compare(chosen(["sb3-contrib"]), SHORT, tmp_path)
    assert (same.kind, same.figures[3]) == ("train", 10.0)
    assert (default.to_json()["beside"], default.figures[3]) == ("default", 30.0)


def test_what_a_peer_prints_is_not_trusted(monkeypatch, tmp_path):
    monkeypatch.setattr(compare_module, "installed", lambda *_: Path(sys.executable))
    for printed in ("", "no figures", "[1]", "{}"):
        monkeypatch.setattr(compare_module, "output_of", lambda *_, printed=printed: printed)
        assert "cannot be read" in compare(PEERS[:1], SHORT, tmp_path)[0].error


def test_less_is_better_where_microseconds_are_told():
    found = Comparison(
        peer=PEERS[1], unit="us_per_call", theirs=Figure((30.0,)), ours=report(us_per_call=10.0)
    )
    assert found.figures == ("us_per_call", 30.0, 10.0, 3.0)


def test_a_script_that_fails_tells_its_last_words(tmp_path):
    script = tmp_path / "bad.py"
    script.write_text("raise RuntimeError('it broke')")
    with pytest.raises(PeerFailed, match="it broke"):
        output_of(Path(sys.executable), script, "{}")


def test_an_environment_that_is_there_is_used_again(tmp_path, monkeypatch):
    peer = Peer(name="p", packages=("nothing>=1",), script="x.py", beside={"sim": ""})
    made = []

    def create(self, folder):
        made.append(folder)
        folder = Path(folder)
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").touch()

    monkeypatch.setattr("gamemeta.bench.peers.environment.venv.EnvBuilder.create", create)
    monkeypatch.setattr("gamemeta.bench.peers.environment._share_packages", lambda *_: None)
    monkeypatch.setattr("gamemeta.bench.peers.environment._run", lambda *_: "")
    monkeypatch.setattr("gamemeta.bench.peers.environment.os.name", "posix")
    assert installed(peer, tmp_path) == installed(peer, tmp_path)
    assert len(made) == 1
    assert made[0].is_relative_to(tmp_path)


def test_environments_lie_in_the_cache_folder_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "gamemeta" / "peers"


def test_the_harness_prints_rates_and_calls(tmp_path):
    script = tmp_path / "script.py"
    sizes = json.dumps({"repeats": 5, "seconds": 0.001})
    for call, unit in (
        ("print_rate('numpy', lambda: 3)", "steps_per_s"),
        ("print_calls('numpy', int)", "us_per_call"),
    ):
        script.write_text(
            f"import sys; sys.path.insert(0, {str(SCRIPTS)!r})\nfrom harness import *\n{call}\n"
        )
        words = [sys.executable, str(script), sizes]
        found = json.loads(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
        assert found["unit"] == unit
        assert len(found["repeats"]) == 5
