"""Names from files and from other people's code are shown in terminal and page, and never acted on."""

import ast
import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

import gamemeta_cli
from gamemeta.agent.file import write_agent
from gamemeta.errors import GamemetaError
from gamemeta.evaluation.crossplay import CrossPlay, CrossPlayConfig
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.evaluation.page.crossplay_picture import draw_crossplay
from gamemeta.evaluation.page.figure import write_figure
from gamemeta.evaluation.page.report import report_page
from gamemeta.evaluation.study import Member, Study, pooled
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.games.setup import GameSetup
from gamemeta_cli import app
from gamemeta_cli.info import info
from gamemeta_cli.terminal.console import PlainConsole, echo, show_note
from gamemeta_levels.files.toml import read_toml, toml_text
from tests.helpers.agents import tiny_agent

HOSTILE = (
    "\x1b[31m\x1b]0;owned\x07[/] [bold]$x_{$ </svg><script>alert(1)</script>\u202egnp\u2066\x9b2J\r'\"&"
    ":smile:"
)
"""Escape sequences, markup of rich, mathematics, a script, and writing from right to left."""
ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def test_all_commands_print_by_one_console():
    plain = ("typer.echo(json.dumps(", "typer.echo(f'gamemeta {__")
    for path in Path(gamemeta_cli.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
        if path.name not in ("console.py", "screen.py", "ending.py", "__main__.py"):  # which has no rich yet
            assert not [call for call in calls if call.startswith(("Console(", "print("))], path
            assert all(call.startswith(plain) for call in calls if call.startswith("typer.echo(")), path


def printed(*things, **settings):
    console = PlainConsole(file=io.StringIO(), width=300, **settings)
    console.print(*things)
    return console.file.getvalue()


def table():
    drawn = Table(title=HOSTILE, caption=HOSTILE)
    drawn.add_column(HOSTILE)
    drawn.add_row(HOSTILE)
    return drawn


@pytest.mark.parametrize(
    "thing", [HOSTILE, Text(HOSTILE), Panel(HOSTILE, title=Text(HOSTILE)), table(), Text.assemble(HOSTILE)]
)
def test_no_renderable_lets_control_characters_or_markup_through(thing):
    out = printed(thing)
    assert not ACTS.search(out)
    assert "[/] [bold]$x_{$ </svg><script>" in out and ":smile:" in out
    assert r"\x1b]0;owned" in out and r"\u202egnp" in out
    coloured = printed(thing, force_terminal=True, color_system="truecolor")
    assert not ACTS.search(re.sub(r"\x1b\[[0-9;]*m", "", coloured))


def test_echoes_notes_and_errors_are_escaped(capsys):
    echo(HOSTILE)
    show_note("two\nlines " + HOSTILE + "x" * 5000)
    with pytest.raises(SystemExit):
        app.fail(str(GamemetaError(HOSTILE + "y" * 9000)))
    out, err = capsys.readouterr()
    assert not ACTS.search(out) and not ACTS.search(err)
    note, error = err.splitlines()
    assert note.startswith("note: two lines ") and len(note) < 700
    assert error.startswith("error: ") and len(error) < 1300


def hostile_agent():
    about = {"commit": HOSTILE, "version": HOSTILE, "steps": HOSTILE, "config": {"run": {"seed": HOSTILE}}}
    return replace(
        tiny_agent(),
        game=HOSTILE,
        game_config={HOSTILE: HOSTILE},
        level_parameters={HOSTILE: [HOSTILE]},
        training={**about, HOSTILE: HOSTILE},
        scores={HOSTILE: {"agent": {"score": [0.5]}, "levels": 3, "measure": HOSTILE}, "b": HOSTILE},
    )


def test_info_of_an_agent_with_hostile_names(tmp_path, capsys):
    write_agent(hostile_agent(), tmp_path / "a.safetensors")
    for as_json in (False, True):
        info(tmp_path / "a.safetensors", as_json=as_json)
        out = capsys.readouterr().out
        assert not ACTS.search(out) and "owned" in out


@pytest.fixture(scope="module")
def study():
    result = evaluate(
        RandomActor(MazeGame(1).spec), GameSetup("maze"), levels=8, episodes=2, threads=1, controls=False
    )
    result = replace(result, split=HOSTILE)
    return Study(pooled([result]), [Member(hostile_agent(), result)])


def test_the_page_shows_hostile_names_as_text(study):
    page = report_page(study)
    assert not ACTS.search(page) and "owned" in page

    seen = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: seen.add(tag)
    parser.feed(page)
    assert "script" not in seen and "svg" in seen


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_a_dollar_in_a_name_is_no_mathematics(study, tmp_path, suffix):
    path = tmp_path / f"figure{suffix}"
    write_figure(study.evaluation, path)
    if suffix == ".svg":
        text = path.read_text(encoding="utf-8")
        assert not ACTS.search(text) and "<script" not in text and "$x_{$" in text


def test_the_picture_of_a_match_takes_any_name():
    score = np.full((1, 1, 1, 3), 0.5)
    result = CrossPlay(
        game="a\nb",
        config=CrossPlayConfig(),
        roles=("x\ny",),
        rows=("a\nb" + HOSTILE,),
        columns=(HOSTILE * 20,),
        score=score,
        low=score,
        high=score,
    )
    assert draw_crossplay(result).size[0] > 100


def test_settings_are_written_without_what_acts(tmp_path):
    values = {"game": {"name": HOSTILE, HOSTILE: ["\u2028" + HOSTILE]}}
    text = toml_text(values)
    assert not ACTS.search(text)
    (tmp_path / "c.toml").write_text(text, encoding="utf-8")
    assert read_toml(tmp_path / "c.toml") == values
