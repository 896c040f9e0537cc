"""One broken package does not hide the others: it is listed, with the cause."""

import json
from importlib.metadata import EntryPoint

import pytest

from gamemeta_cli.app import main
from gamemeta_levels import plugins

MODULES = {
    "raises_on_import": "raise ValueError('out of [/] order')\n",
    "leaves_on_import": "raise SystemExit(3)\n",
    "not_a_class": "Thing = 3\n",
    "raises_when_made": "class Thing:\n    def __init__(self, *a):\n        raise KeyError('x' * 5000)\n",
    "has_odd_parts": "class Thing:\n    Config = Parameters = name = about = parameters = 3\n",
}


@pytest.fixture
def run(monkeypatch, tmp_path):
    """A function that returns the exit code of `gamemeta WORDS` beside five broken packages."""
    for name, text in MODULES.items():
        (tmp_path / f"gm_{name}.py").write_text(text)
    points = [EntryPoint(name, f"gm_{name}:Thing", "group") for name in MODULES]
    points += [EntryPoint("missing", "gm_no_such_module:Thing", "group"), EntryPoint("odd", "!!", "group")]
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(plugins, "entry_points", lambda group: tuple(points))
    monkeypatch.setenv("COLUMNS", "300")

    def gamemeta(*words):
        monkeypatch.setattr("sys.argv", ["gamemeta", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0

    return gamemeta


@pytest.mark.parametrize(("words", "good"), [(("games",), "duel"), (("levels", "list"), "arena")])
def test_broken_packages_are_listed_with_the_cause_beside_the_good_ones(run, capsys, words, good):
    assert run(*words) == 0
    printed = capsys.readouterr().out
    assert good in printed and "Traceback" not in printed
    assert all(name in printed for name in (*MODULES, "missing", "odd"))
    assert "ValueError('out of [/] order')" in printed
    assert "no_such_module" in printed and "SystemExit(3)" in printed
    assert "x" * 1000 not in printed


@pytest.mark.parametrize("words", [("games", "--json"), ("levels", "list", "--json")])
def test_the_lists_for_scripts_say_so_too(run, capsys, words):
    assert run(*words) == 0
    assert "out of" in json.dumps(json.loads(capsys.readouterr().out))


def test_a_broken_game_that_is_asked_for_is_blamed_in_one_sentence(run, capsys):
    for name in (*MODULES, "missing", "odd"):
        assert run("games", name) == 2
        error = capsys.readouterr().err
        assert name in error and "Traceback" not in error
