"""The file of demonstrations: what was written comes back, and whatever is wrong is refused."""

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from gamemeta.demonstrations.demonstration import PERSON, PlayedLevel, Player
from gamemeta.demonstrations.file import (
    FORMAT,
    parse_demonstrations,
    read_demonstrations,
    write_demonstrations,
)
from gamemeta.errors import DemonstrationError
from gamemeta.tensor_file import parse_tensor_file, tensor_file
from scripts.fuzzing.registry import targets
from tests.helpers.plays import random_plays


def changed(change_header=None, **arrays):
    """A file with a checksum that fits, in which something else does not."""
    header, held = parse_tensor_file(random_plays().to_bytes(), "x", FORMAT, advice="")
    about = {k: v for k, v in header.items() if k not in ("format", "version", "checksum")}
    about |= change_header or {}
    held |= {name.replace("__", "."): array for name, array in arrays.items()}
    return tensor_file(FORMAT, about, {k: v for k, v in held.items() if v is not None})


def test_what_was_written_comes_back(tmp_path):
    made = random_plays()
    made.trials[1] = replace(made.trials[1], player=Player(PERSON), seat=1, level=PlayedLevel(99, -1))
    write_demonstrations(made, tmp_path / "plays")
    back = read_demonstrations(tmp_path / "plays")
    assert back.to_bytes() == made.to_bytes() and back.digest == made.digest
    for one, other in zip(made.trials, back.trials, strict=True):
        assert (one.level, one.player, one.seat) == (other.level, other.player, other.seat)
        for name in ("action", "reward", "end", "imitated"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
        assert all((one.obs[name] == other.obs[name]).all() for name in one.obs)
    assert [trial.episodes for trial in back.trials] == [2, 1]


def test_nothing_is_not_written(tmp_path):
    with pytest.raises(DemonstrationError, match="no trial"):
        write_demonstrations(replace(random_plays(), trials=[]), tmp_path / "plays")


WRONG = {
    "codes outside an observation": {"obs__place": np.full((9, 2), 5, np.uint8)},
    "numbers that are none": {"obs__speed": np.full((9, 3), np.nan, np.float32)},
    "codes outside a head": {"action__codes": np.full((9, 2), 2, np.uint8)},
    "numbers outside their bounds": {"action__numbers": np.full((9, 1), 3, np.float32)},
    "an enormous reward": {"reward": np.full(9, 1e30, np.float32)},
    "an end of no kind": {"end": np.full(9, 3, np.uint8)},
    "fewer steps": {"reward": np.zeros(8, np.float32)},
    "another type": {"reward": np.zeros(9)},
    "steps of other trials": {"trial__steps": np.array([7, 3])},
    "a trial without steps": {"trial__steps": np.array([9, 0])},
    "more steps than there are numbers": {"trial__steps": np.array([2**62, 2**62])},
    "a player that there is not": {"trial__player": np.array([0, 1], np.uint8)},
    "no trials": {name: np.zeros(0, kind) for name, kind in (("trial__steps", np.int64),)},
    "something missing": {"obs__place": None},
}


@pytest.mark.parametrize("arrays", WRONG.values(), ids=WRONG)
def test_arrays_that_do_not_fit_are_refused(arrays):
    with pytest.raises(DemonstrationError, match=r"plays\.demo: these demonstrations are damaged"):
        parse_demonstrations(changed(**arrays), "plays.demo")


@pytest.mark.parametrize(
    "header",
    [
        {"spec": {"obs": [], "action": {}}},
        {"spec": 3},
        {"players": [["ghost", ""]]},
        {"players": []},
        {"players": [["agent", "x" * 1000]]},
        {"game": 5},
        {"game_config": []},
        {"rewards": 1},
    ],
)
def test_headers_that_do_not_fit_are_refused(header):
    with pytest.raises(DemonstrationError, match=r"plays\.demo"):
        parse_demonstrations(changed(header), "plays.demo")


def test_other_files_are_refused(tmp_path):
    advice = {"cut": "damaged", "pickle": "demos record", "empty": "demos record"}
    for name, data in {"cut": random_plays().to_bytes()[:-3], "pickle": b"\x80\x04.", "empty": b""}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(DemonstrationError, match=f"{name}.*{advice[name]}"):
            read_demonstrations(tmp_path / name)
    with pytest.raises(DemonstrationError, match="cannot be read"):
        read_demonstrations(tmp_path)
    with pytest.raises(DemonstrationError, match="cannot be read"):
        read_demonstrations(Path("\0"))


@pytest.mark.parametrize("target", targets("demonstrations"), ids=lambda target: target.name)
def test_a_short_fuzz_finds_no_other_errors(target, tmp_path):
    seeds = target.seeds()
    for seed in seeds:
        target.play(seed, tmp_path)
    refused = 0
    for number in range(40):
        try:
            target.play(target.input(seeds, 0, number), tmp_path)
        except target.refusals:
            refused += 1
    assert refused > 10


def test_the_same_damage_comes_from_the_same_seed():
    (target, *_) = targets("demonstrations")
    seeds = target.seeds()
    assert target.mutate(Random(3), seeds) == target.mutate(Random(3), seeds)
