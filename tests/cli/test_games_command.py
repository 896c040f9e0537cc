import json

import pytest

from gamemeta.games.catalogue import GROUPS
from gamemeta.games.registry import included_names
from gamemeta_cli.app import main

CLASS = """
class Guess:
    \"\"\"Guess a number.\"\"\"

    actions = ("lower", "higher")

    def reset(self, level):
        return {"shown": [float(level % 10)]}

    def step(self, action):
        return {"shown": [0.0]}, 0.0, True
"""


@pytest.fixture
def run(monkeypatch):
    """A function that returns the exit code of `gamemeta games WORDS`."""

    def games(*words):
        monkeypatch.setattr("sys.argv", ["gamemeta", "games", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0

    return games


def test_the_list_has_every_game_and_procgen_in_one_row(run, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert run() == 0
    printed = capsys.readouterr().out
    names = [line.split()[0] for line in printed.splitlines() if line[:3].strip()]
    for name in included_names():
        assert (name in names) == ("/" not in name)
    assert names.count("procgen/NAME") == names.count("popgym/NAME") == 1
    assert "coinrun" in printed
    assert "Hidden: where the goal is" in printed


def test_the_list_shows_how_outside_games_are_named_and_what_they_need(run, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("gamemeta.games.catalogue.find_spec", lambda name: None)
    assert run() == 0
    printed = capsys.readouterr().out
    for group in GROUPS:
        assert group.patterns[0] in printed
        assert not group.extra or f'pip install "gamemeta[{group.extra}]" (not installed)' in printed


def test_the_list_as_json(run, capsys):
    assert run("--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert {"maze", "dungeon", "tag"} <= {row["name"] for row in data["games"]}
    assert all(row["summary"] and row["hidden"] for row in (*data["games"], *data["groups"]))


def test_the_group_of_procgen_lists_its_sixteen_games(run, capsys):
    assert run("procgen", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["games"]) == 16
    assert run("procgen") == 0
    assert "procgen/coinrun" in capsys.readouterr().out


def test_a_game_of_another_package_is_listed_with_its_package(run, capsys, monkeypatch):
    from gamemeta.games import catalogue
    from gamemeta.games.builtin.maze.game import MazeGame

    classes = {name: catalogue.game_class(name) for name in catalogue.included_names()} | {"theirs": MazeGame}
    monkeypatch.setattr(catalogue, "plugin_names", lambda: {"theirs": "their-package"})
    monkeypatch.setattr(catalogue, "game_class", classes.get)
    assert run() == 0
    printed = capsys.readouterr().out
    assert "theirs" in printed and "their-package" in printed


@pytest.mark.parametrize(
    "name", ["maze", "dungeon", "duel", "bandit", "procgen/coinrun", "gymnasium/CartPole-v1"]
)
@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_game_is_shown_with_what_it_sees_does_and_takes(run, capsys, monkeypatch, name, width):
    monkeypatch.setenv("COLUMNS", str(width))
    assert run(name) == 0
    printed = capsys.readouterr().out
    for word in (
        "hidden",
        "seats",
        "Observations",
        "Actions",
        "Levels",
        "Commands",
        f"gamemeta train {name}",
    ):
        assert word in printed
    assert max(map(len, printed.splitlines())) <= width


def test_a_game_as_json_has_its_settings_with_the_defaults_of_its_recipe(run, capsys):
    assert run("duel", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert [row["seats"] for row in data["seats"]] == [1, 2]
    assert data["seats"][1]["setting"] == "game.others=outside"
    levels = {row["name"]: row["default"] for row in data["levels"]}
    assert levels["cover"] == [0, 2]
    assert data["observations"][0]["name"] == "view"


def test_a_class_in_a_file_is_described(run, capsys, tmp_path):
    file = tmp_path / "guess.py"
    file.write_text(CLASS)
    assert run(f"{file}:Guess", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["name"] == "guess.py:Guess"
    assert data["observations"] == [
        {"name": "shown", "shape": [1], "words": data["observations"][0]["words"]}
    ]
    assert data["commands"][-1] == f"gamemeta play {file}:Guess"


def test_a_scene_is_described_without_starting_it(run, capsys):
    assert run("godot:attach", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["observations"] == []
    assert "speedup" in [row["name"] for row in data["settings"]]


def test_a_wrong_name_is_one_error_with_a_suggestion(run, capsys):
    assert run("mase") == 2
    error = capsys.readouterr().err
    assert "'mase'" in error
    assert "Did you mean maze?" in error
    assert error.count("\n") == 1
