"""How commands end when they are asked to."""

import signal
import sys

import pytest

from gamemeta.interrupts import BROKEN_PIPE, Interrupted
from gamemeta_cli.ending import one_line
from gamemeta_cli.terminal.screen import PlainScreen
from tests.helpers.processes import PATIENCE_S, started


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (Interrupted(signal.SIGTERM), 143, "Stopped.\n"),
        (BrokenPipeError(), 128 + BROKEN_PIPE, ""),
    ],
)
def test_a_command_ends_in_one_line_and_with_the_number_of_the_signal(
    monkeypatch, tmp_path, capsys, error, code, said
):
    with (tmp_path / "out").open("w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        with pytest.raises(SystemExit) as end, one_line():
            raise error
    assert end.value.code == code
    assert capsys.readouterr().err == said


def test_a_screen_whose_lines_cannot_be_written_asks_for_the_end(tmp_path):
    class Closed:
        def write(self, text):
            raise BrokenPipeError

        def flush(self):
            pass

        def fileno(self):
            raise ValueError

    with pytest.raises(Interrupted) as stop:
        PlainScreen(Closed()).say("step 1")
    assert stop.value.signum == BROKEN_PIPE


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another process")
def test_ctrl_c_ends_a_command_within_a_second_while_threads_work(tmp_path):
    code = (
        "import time, signal, sys, threading;"
        "from gamemeta_cli import ending, __main__;"
        "import gamemeta_cli.app as app;"
        "from gamemeta_levels.threads import thread_pool\n"
        "def work():\n"
        "    with thread_pool(1) as pool:\n"
        "        print('works', flush=True); pool.submit(time.sleep, 60).result()\n"
        "app.main = work; __main__.main()"
    )
    with started("-c", code, cwd=tmp_path) as process:
        assert process.stdout.readline() == "works\n"
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=PATIENCE_S)[0]
    assert (process.returncode, output) == (130, "Stopped.\n")
