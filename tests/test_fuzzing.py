"""The fuzzers find what ends a process, takes too long or too much, or raises what is no answer."""

import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import numpy as np
import pytest

from gamemeta.errors import LevelError
from gamemeta_levels.formats import SUFFIXES
from gamemeta_levels.registry import INCLUDED
from scripts.fuzzing import mutations, pool
from scripts.fuzzing.registry import names, targets
from scripts.fuzzing.target import Target

ROOT = Path(__file__).parents[1]
unix = pytest.mark.skipif(sys.platform == "win32", reason="the processes are forked")


def play(data, folder):
    """A target that goes wrong in a way that the input names."""
    match data.partition(b" ")[0]:
        case b"abort":
            os.abort()
        case b"raise":
            raise KeyError("missing")
        case b"memory":
            np.zeros(3 * 1024**3, np.uint8)
        case b"slow":
            until = time.process_time() + 0.5
            while time.process_time() < until:
                pass
        case b"refuse":
            raise LevelError("no level")
        case b"talk":
            error = LevelError()
            error.args = ("x" * 2000,)  # errors are shortened where they are made
            raise error
        case b"silent":
            raise LevelError("")


class _InOrder(Target):
    """Each good input once."""

    def input(self, seeds, seed, number):
        return seeds[number]


@unix
def test_every_kind_of_mishap_is_found_and_the_next_input_is_played_all_the_same(monkeypatch):
    monkeypatch.setattr(pool, "MOST_S", 0.4)
    words = [b"good", b"abort", b"refuse", b"raise", b"slow", b"memory", b"talk", b"silent", b"good"]
    target = _InOrder(name="own", seeds=lambda: words, play=play)
    found = pool.run(target, words, 0, inputs=len(words), until=time.monotonic() + 60, workers=1)
    assert (found.counts["good"], found.counts["refused"], found.counts["found"]) == (2, 1, 6)
    kinds = {number: kind for kind, cases in found.kinds.items() for number, _ in cases}
    assert kinds[1] == "process ended by SIGABRT"
    assert kinds[3].startswith("KeyError at test_fuzzing.py")
    assert kinds[4] == "slow" and "MemoryError at test_fuzzing.py" in kinds[5]
    assert "too long" in kinds[6] and "says nothing" in kinds[7]


def test_an_input_depends_on_target_seed_and_number_alone():
    seeds = [b"S.G\n", b'{"a": [1, 2]}']
    one = Target(name="one", seeds=lambda: seeds, play=play, mutate=mutations.mutate_json)
    assert [one.input(seeds, 3, n) for n in range(50)] == [one.input(seeds, 3, n) for n in range(50)]
    assert len({one.input(seeds, seed, 0) for seed in range(50)}) > 25


def test_mutations_bear_any_bytes():
    random = Random(0)
    changes = (*mutations.BYTE_CHANGES, *mutations.TEXT_CHANGES, *mutations.JSON_CHANGES)
    for data in (b"", b"\xff\xfe", b"[]", b"{}", b"[[[1]]]", b'{"a": {"b": 1}}', b"12", b"x" * 100_000):
        for change in changes:
            for _ in range(20):
                assert isinstance(change(random, data, [data, b"other"]), bytes)


def test_targets_are_found_by_name_and_by_what_they_begin_with():
    assert len(targets("levels")) == len(INCLUDED) * len(SUFFIXES) + 1 and [
        one.name for one in targets("levels/maze.txt")
    ] == ["levels/maze.txt"]
    assert not targets("level") and len(set(names())) == len(names())


@unix
@pytest.mark.slow
@pytest.mark.parametrize(("target", "inputs"), [("levels/maze.txt", 200), ("levels/dungeon.txt", 120)])
def test_damaged_levels_are_read_within_bounds_or_refused_in_words(tmp_path, target, inputs):
    command = ["scripts/fuzz", target, "--inputs", str(inputs), "--seed", "1", "--out", str(tmp_path)]
    environment = os.environ | {"GAMEMETA_VENV": str(Path(sys.executable).parents[1])}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{target}: {inputs} inputs" in done.stdout and " 0 found" in done.stdout
