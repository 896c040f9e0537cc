"""Checkpoints that are damaged, or that hold what does not fit, are found; the one before is taken."""

from dataclasses import replace

import numpy as np
import pytest

from gamemeta.errors import TrainingError
from gamemeta.training import session
from gamemeta.training.checkpoint import load_checkpoint, save_checkpoint
from gamemeta.training.config import load_config
from gamemeta.training.run_directory import RunDirectory
from tests.helpers.tensor_files import flipped

SMALL = ["run.lanes=8", "run.rollout_steps=4", "run.steps=96", "run.validations=0", "run.checkpoint_s=0"]
BITS = 1000


MAZE = ("maze", (*SMALL, "network.width=16", "ppo.minibatches=2", "curriculum.kind=plr"))
TAG = (
    "tag",
    (*SMALL, "network.width=16", "ppo.minibatches=2", "selfplay.pool=uniform", "game.others=outside"),
)


def first_checkpoint(kind, path):
    game, settings = kind
    _, directory = session.begin(load_config(game, overrides=settings), path)
    return load_checkpoint(directory.checkpoint)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """Of a training of mazes with levels that come back."""
    return first_checkpoint(MAZE, tmp_path_factory.mktemp("run") / "run")


def begun(path, checkpoint):
    path.mkdir()
    run = RunDirectory(path)
    save_checkpoint(checkpoint, run.checkpoint)
    return run


def test_every_turned_bit_of_a_checkpoint_is_found(tmp_path, checkpoint):
    path, found = tmp_path / "checkpoint.safetensors", 0
    save_checkpoint(checkpoint, path)
    data = path.read_bytes()
    header = 8 + int.from_bytes(data[:8], "little")
    for copy in [*flipped(data, BITS), *flipped(data, BITS, header)]:
        path.write_bytes(copy)
        with pytest.raises(TrainingError):
            load_checkpoint(path)
        found += 1
    assert found == 2 * BITS


def test_where_the_newest_is_damaged_the_one_before_is_taken_and_said(tmp_path, checkpoint):
    run = begun(tmp_path / "run", checkpoint)
    save_checkpoint(replace(checkpoint, iteration=1), run.checkpoint, run.previous)
    save_checkpoint(replace(checkpoint, iteration=2), run.checkpoint, run.previous)
    assert load_checkpoint(run.previous).iteration == 1
    (damaged,) = flipped(run.checkpoint.read_bytes(), 1)
    run.checkpoint.write_bytes(damaged)
    training, directory = session.resume(run.path)
    directory.unlock()
    assert training.iteration == 1
    (note,) = directory.notes
    assert "checkpoint.safetensors" in note and "damaged" in note and "before is taken" in note
    assert run.damaged.read_bytes() == damaged
    assert load_checkpoint(run.checkpoint).iteration == 1  # and so it is the next time
    save_checkpoint(replace(checkpoint, iteration=2), run.checkpoint, run.previous)
    assert load_checkpoint(run.previous).iteration == 1  # never the damaged one


def test_a_run_stopped_between_two_files_goes_on_from_the_one_before(tmp_path, checkpoint):
    run = begun(tmp_path / "run", checkpoint)
    run.checkpoint.rename(run.previous)
    training, directory = session.resume(run.path)
    directory.unlock()
    assert training.iteration == 0 and directory.checkpoint.is_file()


def test_where_both_are_damaged_both_are_named(tmp_path, checkpoint):
    run = begun(tmp_path / "run", checkpoint)
    for file in (run.checkpoint, run.previous):
        file.write_bytes(b"nothing")
    with pytest.raises(TrainingError, match=r"checkpoint\.safetensors.*checkpoint\.previous\.safetensors"):
        session.resume(run.path)
    assert run.checkpoint.read_bytes() == b"nothing"


def test_another_game_is_no_damage(tmp_path, checkpoint):
    run = begun(tmp_path / "run", checkpoint)
    save_checkpoint(checkpoint, run.checkpoint, run.previous)
    with pytest.raises(TrainingError, match="plays 'maze', not 'tag'"):
        session.resume(run.path, "tag")
    assert not run.damaged.exists()


def wrong(array):
    """Other arrays than this one, which would be taken for it or lead out of bounds."""
    yield array.astype(np.float64 if array.dtype != np.float64 else np.float32)
    yield array[..., None]
    yield np.concatenate([array, array]) if array.ndim else array[None].repeat(2)
    if array.size > 1:
        yield array.reshape(-1)[:1]
    yield None


@pytest.mark.parametrize("kind", [MAZE, TAG])
def test_no_array_of_another_shape_or_type_is_taken(tmp_path, kind):
    checkpoint = first_checkpoint(kind, tmp_path / "run")
    training = session.Training(load_config(kind[0], overrides=kind[1]))
    pool = training.pool
    if pool is not None:
        pool.update(pool.config.every, [], set())
        checkpoint.arrays = training.arrays()
    sized = ("curriculum.levels.", "curriculum.score", "curriculum.last", "learner.returns.", "pool.number")
    for name, array in checkpoint.arrays.items():
        others = [] if name.startswith(sized) and not array.size else list(wrong(array))
        for other in others[:2] if name == "levels.met" else others:  # levels that were met are any number
            arrays = {**checkpoint.arrays, name: other}
            with pytest.raises((LookupError, ValueError, TypeError, RuntimeError, ArithmeticError)):
                training.load(0, {k: v for k, v in arrays.items() if v is not None})
    training.load(0, checkpoint.arrays)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("shard0.trials.trial", -8),
        ("shard0.trials.trial", 1),
        ("shard0.trials.episode", -1),
        ("shard0.trials.episode", 4000),
        ("shard0.trials.step_of_trial", 1 << 40),
        ("shard0.trials.step_of_trial", -1),
        ("shard0.trials.games_size", -1),
        ("shard0.trials.games_size", 1 << 40),
        ("shard0.scores.steps", -1),
        ("curriculum.trials", -5),
    ],
)
def test_counters_that_cannot_be_are_refused(tmp_path, checkpoint, name, number):
    array = checkpoint.arrays[name].copy()
    array[0] = number
    run = begun(tmp_path / "run", replace(checkpoint, arrays={**checkpoint.arrays, name: array}))
    with pytest.raises(TrainingError, match="this checkpoint"):
        session.resume(run.path)


def test_not_a_number_is_blamed_on_the_checkpoint(tmp_path, checkpoint):
    for number in (np.nan, np.inf):
        array = checkpoint.arrays["learner.weights.actor.bias"].copy()
        array[0] = number
        arrays = {**checkpoint.arrays, "learner.weights.actor.bias": array}
        run = begun(tmp_path / f"run{number}", replace(checkpoint, arrays=arrays))
        with pytest.raises(TrainingError, match=r"actor\.bias of this checkpoint holds NaN or infinity"):
            session.resume(run.path)
