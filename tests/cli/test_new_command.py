import sys

import pytest

from gamemeta_cli.app import main


def run(monkeypatch, *words):
    """The exit code of `gamemeta WORDS`."""
    monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code or 0


@pytest.mark.parametrize("kind", ["game", "family"])
def test_a_package_is_written_and_the_next_commands_are_told(monkeypatch, tmp_path, capsys, kind):
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "new", kind, "lockpick") == 0
    assert (tmp_path / "lockpick" / "pyproject.toml").is_file()
    assert "gamemeta train lockpick" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["game", "maze"], "there is a game called 'maze' already"),
        (["family", "json"], "there is a Python module called 'json' already"),
        (["game", "Lock-Pick"], "'Lock-Pick' is not a name for a package"),
        (["game", "lambda"], "'lambda' is not a name for a package"),
        (["game", "a" * 21], "1 to 20 small letters"),
        (["game", "lockpick", "--out", "there"], "there: exists already"),
        (["game", "lockpick", "--out", "missing/lockpick"], "there is no folder missing"),
    ],
)
def test_what_cannot_be_written_ends_in_one_error_and_nothing_is_left(
    monkeypatch, tmp_path, capsys, words, message
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there").mkdir()
    assert run(monkeypatch, "new", *words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
    assert [path.name for path in tmp_path.rglob("*")] == ["there"]
