"""The playground in one file: rules, levels and agents are those of Python, and the file stands alone."""

import json
import re
import shutil
import sys

import pytest

import gamemeta
import scripts.javascript.comparison as compared
from gamemeta.assets import asset
from gamemeta.errors import ConfigError
from gamemeta.playground.single_file import GAMES, engine_function, page, write_page
from gamemeta_cli.app import main
from scripts import make_rules

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
SETTINGS = {"maze": {"revealed": True}, "dungeon": {"revealed": True}, "tag": {"others": "outside"}}
MOST_BYTES = 2_000_000


def agent_of(game):
    return gamemeta.load(str(asset(f"agents/{game}.safetensors")))


def messages(tab):
    """Levels by name, levels that are judged, some of them malformed; then a try, and matches."""
    level = tab.answer({"do": "level", "word": "test:1"})[0]["level"]
    closed = {**level, "tiles": [row.replace(".", "#") for row in level["tiles"]]}
    yield from ({"do": "level", "word": word} for word in ("17", "far:3", "../x", "other:1", "9" * 20))
    for one in (level, closed, {**level, "hidden": {}}, {**level, "hidden": {"keys": [0, 0, 9]}}):
        yield {"do": "inspect", "number": 1, "level": one, "rated": False}
    yield {"do": "mutate", "seed": 3, "level": level}
    yield {"do": "clear", "level": level}
    yield {"do": "watch", "level": level, "seed": 1, "skill": 0.7}
    yield {"do": "swap", "word": "test:2"}
    yield {"do": "more", "count": 64}
    other = tab.answer({"do": "level", "word": "test:2", "side": "other"})[0]
    yield {"do": "level", "word": "test:2", "side": other["side"]}
    yield {"do": "watch", "level": level, "other": other["level"], "seed": 1, "skill": 1}
    yield {"do": "more", "count": 24}
    yield {"do": "watch", "level": level, "other": {**other["level"], "family": "x"}, "skill": 1}
    for against in ("agent", "bot") if level["family"] == "arena" else ():
        yield {"do": "match", "level": level, "against": against, "seed": 4}
        yield from ({"do": "act", "names": [name]} for name in ("stay", "left", "fly"))


@needs_node
@pytest.mark.parametrize("game", GAMES)
def test_levels_rules_agent_and_answers_are_those_of_python(game):
    comparison = compared.Comparison(agent_of(game))
    comparison.rules(range(3))
    comparison.rules(range(2), "far", **SETTINGS[game])
    comparison.trials([0])
    comparison.answers(list(messages(comparison.tab())))
    assert all(count > 10 for count in comparison.check().values())


@needs_node
def test_planted_faults_are_found(monkeypatch):
    source = engine_function("maze")
    for right, wrong in (("1 - 0.9 *", "1 - 0.8 *"), ("cannot be reached from", "cannot be reached by")):
        assert right in source
        source = source.replace(right, wrong)
    monkeypatch.setattr(compared, "engine_function", lambda _: source)
    comparison = compared.Comparison(agent_of("maze"))
    comparison.rules([0])
    comparison.answers(list(messages(comparison.tab())))
    differences = comparison.differences()
    assert "digest of test:0" in differences["levels"][-1] and "reached by" in differences["messages"][0]


def test_the_rules_in_javascript_are_made_from_those_in_python():
    for path, text in make_rules.files().items():
        assert path.read_text("utf-8") == text, "run scripts/make_rules.py"


@pytest.mark.parametrize("game", GAMES)
def test_a_file_stands_alone_and_is_small(game):
    data = page(game, agent_of(game))
    text = data.decode()
    assert len(data) < MOST_BYTES
    assert "default-src 'none'" in text and not re.findall(r"(?:src|href)=\"(?!data:|#)", text)
    script = text[text.index('type="module"') :]
    assert not re.findall(r"^(?:import|export) ", text, re.MULTILINE)
    assert "new WebSocket" not in text and "/tiles/" not in text and script.count("</script") == 1


def test_a_hostile_name_stays_text(tmp_path):
    name = "</script><img src=x onerror=alert(1)>"
    text = page(name, agent_of("maze")).decode()
    assert "<img src=x" not in text
    found = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert json.loads(found[1])["about"]["name"] == name


def test_the_command_writes_the_file_and_replaces_one_that_is_there(tmp_path, monkeypatch, capsys):
    out = tmp_path / "page.html"
    out.write_text("old")
    monkeypatch.setattr(sys, "argv", ["gamemeta", "playground", "--out", str(out), "--game", "tag"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in (0, None) and "MB" in capsys.readouterr().out
    assert '"game":"tag"' in out.read_text("utf-8") and list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"game": "duel"}, "maze, dungeon, tag"),
        ({"out": "missing/page.html"}, "No such file or directory"),
        ({"out": "."}, "cannot be written"),
        ({"agent": "duel"}, "needs Python"),
        ({"agent": "maze", "game": "tag"}, "Leave out --game"),
    ],
    ids=str,
)
def test_what_cannot_be_written_is_said_in_a_sentence(asked, words, tmp_path):
    agent = asset(f"agents/{asked['agent']}.safetensors") if "agent" in asked else None
    with pytest.raises(ConfigError, match=words):
        write_page(tmp_path / asked.get("out", "page.html"), agent, asked.get("game"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [["--port", "80"], ["--no-browser"], ["--host", "0.0.0.0"]], ids=str)
def test_what_is_for_a_served_page_is_refused_for_a_file(words, tmp_path, monkeypatch, capsys):
    out = tmp_path / "page.html"
    monkeypatch.setattr(sys, "argv", ["gamemeta", "playground", "--out", str(out), *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2 and "a page that is served" in capsys.readouterr().err
    assert not out.exists()
