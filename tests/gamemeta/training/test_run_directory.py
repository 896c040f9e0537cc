"""A run keeps others out of its directory, and is gone on with after any kind of end."""

import time

import pytest

from gamemeta.agent.file import read_agent
from gamemeta.errors import AgentFileError, TrainingError
from gamemeta.training import session
from tests.gamemeta.training.test_training import Watcher, run, small


def test_two_trainings_do_not_write_to_one_directory(tmp_path):
    training, directory = session.begin(small(), tmp_path / "run")
    log = directory.log
    with directory.locked():
        log.write_text('{"step": 512}\n')
        directory.table.write_text("{}")
        with pytest.raises(TrainingError, match="another training"):
            session.resume(tmp_path / "run")
        assert log.read_text() == '{"step": 512}\n' and directory.table.exists()
    assert session.train(training, directory, Watcher()).ended == "done"


def test_a_resumed_training_keeps_others_out_until_it_ends(tmp_path):
    session.begin(small(), tmp_path / "run")
    training, directory = session.resume(tmp_path / "run")
    with pytest.raises(TrainingError, match="another training"):
        session.resume(tmp_path / "run")
    session.train(training, directory, Watcher())
    session.resume(tmp_path / "run")


def test_a_checkpoint_that_cannot_be_used_leaves_no_lock(tmp_path):
    _, directory = session.begin(small(), tmp_path / "run")
    whole = directory.checkpoint.read_bytes()
    directory.checkpoint.write_bytes(whole[:100])
    with pytest.raises(TrainingError):
        session.resume(tmp_path / "run")
    directory.checkpoint.write_bytes(whole)
    session.resume(tmp_path / "run")
    with pytest.raises(TrainingError):
        session.resume(tmp_path / "no_run")
    assert not (tmp_path / "no_run").exists()


def test_an_unfinished_run_that_is_resumed_loses_its_old_table(tmp_path):
    training, directory = session.begin(small(), tmp_path / "run")
    session.train(training, directory, Watcher(lambda done: time.sleep(0.01)), minutes=1e-5)
    assert directory.table.exists()
    session.resume(tmp_path / "run")
    assert not directory.table.exists()


def test_what_a_killed_process_left_half_written_is_removed(tmp_path):
    training, directory = session.begin(small(), tmp_path / "run")
    leftover = tmp_path / "run" / ".checkpoint.safetensors.123-456.part"
    leftover.write_bytes(b"half")
    session.train(training, directory, Watcher())
    assert not leftover.exists()


def test_the_agent_says_what_it_came_from(tmp_path):
    run(small(), tmp_path / "first")
    first = read_agent(tmp_path / "first" / "agent.safetensors")
    session.begin(small(), tmp_path / "second", first)
    second = read_agent(tmp_path / "second" / "agent.safetensors")
    assert second.training["began_with"] == first.digest
    assert "began_with" not in first.training


def test_an_agent_for_another_form_of_the_game_is_refused(tmp_path):
    run(small(), tmp_path / "first")
    agent = read_agent(tmp_path / "first" / "agent.safetensors")
    with pytest.raises(AgentFileError, match="another form"):
        session.begin(small("game.revealed=true"), tmp_path / "second", agent)


@pytest.mark.parametrize("size", [b"", b"\xff\xfe not text\n", b'{"step": 1'])
def test_a_torn_log_does_not_keep_a_run_from_going_on(tmp_path, size):
    _, directory = session.begin(small(), tmp_path / "run")
    directory.log.write_bytes(size)
    assert session.train(*session.resume(tmp_path / "run"), Watcher()).ended == "done"
