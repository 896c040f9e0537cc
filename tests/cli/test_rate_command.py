"""`gamemeta levels rate`, and what `gamemeta evaluate` draws and writes."""

import json
import sys
from pathlib import Path

import pytest
import typer

from gamemeta.agent.file import write_agent
from gamemeta_cli.app import main
from gamemeta_cli.rate import agent_and_levels
from gamemeta_cli.terminal.console import ProgressLine
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import files, write_level
from tests.helpers.agents import tiny_agent

FAST = ("--repeats", 2, "--episodes", 2)


@pytest.fixture(autouse=True)
def agent(tmp_path, monkeypatch):
    """Every test runs in a folder of its own, with one run in it."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "runs" / "maze" / "agent.safetensors"
    path.parent.mkdir(parents=True)
    write_agent(tiny_agent(), path)
    return path


@pytest.fixture
def run(monkeypatch, capsys):
    """The exit code of `gamemeta WORDS`, what it printed, and its errors."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["gamemeta", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


def test_rate_takes_the_newest_run_or_the_agent_that_is_named(run, agent, tmp_path):
    elsewhere = tmp_path / "other.safetensors"
    write_agent(tiny_agent("gru"), elsewhere)
    for words, digest in (
        (["3"], tiny_agent().digest),
        ([agent.parent, "3"], tiny_agent().digest),
        ([elsewhere, "3"], tiny_agent("gru").digest),
    ):
        code, printed, _ = run("levels", "rate", *words, *FAST, "--json")
        assert code == 0
        assert json.loads(printed)["agent"] == digest


@pytest.mark.parametrize("command", ["rate", "playtest"])
def test_a_file_is_read_once(run, tmp_path, monkeypatch, command):
    drawn = {"good": "S.G", "broken": "S?G", "walled_in": "S#G"}
    for name, row in drawn.items():
        (tmp_path / f"{name}.txt").write_text(f"#####\n#{row}#\n#####\n")
    names, read_bounded = [], files.read_bounded

    def noted(path, most_bytes):
        names.append(path.stem)
        return read_bounded(path, most_bytes)

    monkeypatch.setattr(files, "read_bounded", noted)
    code, _, _ = run("levels", command, *(f"{name}.txt" for name in drawn), *FAST)
    assert code == 2
    by_rows = command == "playtest"  # findings name lines of the file, which is looked at again for them
    assert [names.count(name) for name in drawn] == [1 + by_rows, 1, 2 + by_rows]


def test_rate_lists_levels_from_the_hardest_to_the_easiest(run):
    code, printed, _ = run("levels", "rate", "test:1", "far:3", "5", *FAST)
    assert code == 0
    plain = json.loads(run("levels", "rate", "test:1", "far:3", "5", *FAST, "--json")[1])["levels"]
    names = [one["level"] for one in sorted(plain, key=lambda one: one["rank"])]
    rows = [line.split() for line in printed.splitlines() if line.strip() and "unlike" not in line]
    firsts = [words[0] for words in rows]
    assert [word for word in firsts if word in names] == names


@pytest.mark.parametrize("columns", [80, 60, 40])
def test_the_table_keeps_its_values_and_names_on_narrow_terminals(run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    _, printed, _ = run("levels", "rate", "test:1", "test:23", *FAST)
    lines = printed.splitlines()
    assert max(map(len, lines)) <= columns
    assert "…" not in printed
    assert {"test:1", "test:23"} <= {line.split()[0] for line in lines if line.strip()}


def test_a_level_unlike_all_training_levels_is_called_that(run, tmp_path):
    rows = ["#" * 41, "#S" + "." * 37 + "G#", *["#" + "." * 39 + "#"] * 20, "#" * 41]
    (tmp_path / "odd.txt").write_text("\n".join(rows) + "\n")
    _, printed, _ = run("levels", "rate", "odd.txt", "test:1", *FAST)
    assert "odd.txt is unlike every training level (size" in printed
    assert "test:1 is unlike" not in printed
    assert "trained on 81 to 121" in printed


def test_rate_lists_what_is_broken_and_rates_the_rest(run, tmp_path):
    (tmp_path / "closed.txt").write_text("#####\n#S#G#\n#####\n")
    code, printed, _ = run("levels", "rate", "closed.txt", "test:1", "none.txt", *FAST)
    assert code == 2
    assert "closed.txt: cannot be rated: the goal at line 2, column 4" in printed
    assert "none.txt: cannot be rated: " in printed
    assert "test:1" in printed


def test_rate_json_lists_the_levels_in_their_order(run, tmp_path):
    (tmp_path / "broken.txt").write_text("hello")
    code, printed, _ = run("levels", "rate", "broken.txt", "test:1", *FAST, "--json")
    broken, good = json.loads(printed)["levels"]
    assert code == 2
    assert (broken["ok"], broken["rank"], good["ok"], good["rank"]) == (False, None, True, 1)
    assert len(good["agent"]["score"]) == 2


@pytest.mark.parametrize("words", [[], ["runs/maze"]])
def test_rate_without_a_level_says_how_to_name_one(run, words):
    code, _, error = run("levels", "rate", *words)
    assert code == 2
    assert "LEVEL" in error or "test:17" in error


@pytest.mark.slow
def test_evaluate_draws_the_curve_below_the_table(run, agent):
    code, printed, _ = run("evaluate", agent, "--levels", 4, "--episodes", 30)
    assert code == 0
    below = printed[printed.index("score by episode:") :]
    assert " 1.0| " in below and " 0.0| " in below
    for player in ("a agent", "w memory wiped", "s memory swapped"):
        assert player in below
    *drawn, verdict = printed.splitlines()
    assert verdict.startswith(("Score", "Nothing"))
    assert max(map(len, drawn)) <= 80


@pytest.mark.slow
def test_evaluate_writes_the_report_and_the_figure(run, agent, tmp_path):
    code, printed, _ = run(
        "evaluate", agent, "--levels", 4, "--json", "--report", "a.html", "--figure", "b.svg"
    )
    assert code == 0
    assert json.loads(printed)["levels"] == 4
    assert "<title>" in (tmp_path / "a.html").read_text("utf-8")
    assert "</svg>" in (tmp_path / "b.svg").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--report", "a.pdf"], "ends in .html"),
        (["--report", "none/a.html"], "cannot be written"),
        (["--figure", "a.html"], "ends in .png or .svg"),
        (["--figure", "runs.png"], "is a folder"),
    ],
)
def test_evaluate_checks_its_targets_before_it_plays(run, agent, tmp_path, monkeypatch, words, message):
    from gamemeta.evaluation import evaluation

    monkeypatch.setattr(evaluation, "adaptation_table", None)
    (tmp_path / "runs.png").mkdir()
    code, _, error = run("evaluate", agent, *words)
    assert code == 2
    assert message in error
    assert "Traceback" not in error


def test_an_open_room_has_no_share_of_walls_opened_and_its_size_is_written_out(run, tmp_path):
    inner = [f"#{'.' * 33}#" for _ in range(33)]
    inner[0], inner[-1] = f"#S{'.' * 32}#", f"#{'.' * 32}G#"
    (tmp_path / "room.txt").write_text("\n".join(["#" * 35, *inner, "#" * 35]), encoding="utf-8")
    code, printed, errors = run("levels", "rate", "room.txt", *FAST)
    assert (code, errors) == (0, "")
    assert "size 1,225" in " ".join(printed.split())
    (one,) = json.loads(run("levels", "rate", "room.txt", *FAST, "--json")[1])["levels"]
    assert set(one["measures"]) == {"size", "par_steps", "openness", "dead_ends", "junctions"}
    assert "braiding" in json.loads(run("levels", "rate", "3", *FAST, "--json")[1])["levels"][0]["measures"]


@pytest.mark.parametrize("command", [("levels", "rate", "3", *FAST), ("evaluate", "maze", "--levels", "2")])
def test_a_terminal_is_told_how_far_it_is(run, command, monkeypatch):
    seen = []
    monkeypatch.setattr(
        ProgressLine, "__call__", lambda line, done, total: seen.append((line._what, done, total))
    )
    assert run(*command)[0] == 0
    if command[0] == "levels":
        assert seen[:2] == [("reading levels", 0, 1), ("playing trials", 0, 2)]
    else:
        assert seen[0] == ("playing the test levels", 0, 2)


def test_folders_and_patterns_name_each_level_in_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "drawn").mkdir()
    for name in ("a", "b"):
        write_level(generate(Maze(), 3), tmp_path / "drawn" / f"{name}.txt")
    both = [str(Path("drawn") / "a.txt"), str(Path("drawn") / "b.txt")]
    assert agent_and_levels(["drawn"]) == agent_and_levels(["drawn/*.txt"]) == (None, both)
    assert agent_and_levels(["maze", "drawn", "test:3"]) == (Path("maze"), [*both, "test:3"])
    with pytest.raises(typer.BadParameter, match="name at least one level"):
        agent_and_levels(["maze"])
