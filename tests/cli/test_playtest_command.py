"""`gamemeta levels playtest`."""

import json
import sys
from itertools import count

import pytest

from gamemeta_cli.app import main

FAST = ("--repeats", 2, "--episodes", 2)


@pytest.fixture
def run(monkeypatch, capsys, tmp_path):
    """The exit code of `gamemeta levels playtest WORDS`, what it printed, and its errors."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["gamemeta", "levels", "playtest", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


@pytest.mark.parametrize("columns", [80, 60])
def test_the_table_fits_and_problems_are_listed(run, monkeypatch, tmp_path, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "closed.txt").write_text("; walls\n\n#####\n#S#G#\n#####\n")
    (tmp_path / "set" / "open.txt").write_text("########\n#S.....#\n#.####G#\n########\n")
    code, printed, error = run("set", *FAST, "--report", "page.html")
    assert code == 2
    assert "set/closed.txt: cannot be solved: the goal at line 4, column 4" in printed
    table = printed[: printed.index("set/closed.txt:")]
    assert "set/open.txt" in table
    assert max(map(len, table.splitlines())) <= columns
    assert "…" not in printed
    assert (tmp_path / "page.html").read_text().startswith("<!doctype html>")
    assert "wrote page.html" in error


def test_the_order_begins_with_the_easiest(run):
    code, printed, _ = run("maze", "test:3", "test:1", *FAST, "--order")
    assert code == 0
    assert [line.split()[0] for line in printed.splitlines()[1:]] == ["test:1", "test:3"]


def test_json_is_all_that_is_printed(run):
    plain = json.loads(run("maze", "test:1", *FAST, "--json")[1])
    assert [level["level"] for level in plain["levels"]] == plain["order"] == ["test:1"]


def test_a_file_that_is_missing_is_told_in_a_line(run):
    code, printed, _ = run("none.txt", "test:1", *FAST)
    assert code == 2
    assert "none.txt: cannot be played: " in printed


@pytest.mark.parametrize("words", [["maze"], ["maze", "test:1", "--report", "page.txt"], ["bandit", "1"]])
def test_what_cannot_be_done_is_refused_in_a_sentence(run, words):
    code, printed, error = run(*words)
    assert (code, printed) == (2, "")
    assert error.strip() and "Traceback" not in error


def test_watch_tests_a_level_again_when_it_is_saved(monkeypatch, capsys, tmp_path):
    level = tmp_path / "level.txt"
    level.write_text("#####\n#S#G#\n#####\n")
    looks = count()

    def sleep(_):
        look = next(looks)
        if look == 0:
            level.write_text("######\n#S..G#\n######\n")
        if look == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr(sys, "argv", ["gamemeta", "levels", "watch", str(level), "--repeats", "2"])
    with pytest.raises(SystemExit) as ended:
        main()
    printed, error = capsys.readouterr()
    assert (ended.value.code, error) == (130, "Stopped.\n")
    assert printed.index("cannot be solved") < printed.index("difficulty ") < printed.index("is seen from")
    assert printed.count(str(level)) == 2
