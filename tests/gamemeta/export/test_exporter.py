"""Folders of exports: whole or not there, checked, refused where something else is."""

import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from gamemeta.agent.runtime import Agent
from gamemeta.errors import ExportError, UnknownName
from gamemeta.export import exporter
from gamemeta.export.exporter import check_export, export_agent
from gamemeta.export.registry import chosen, targets
from gamemeta.export.target import Target
from gamemeta.export.trace import golden_trace
from gamemeta_cli.__main__ import main
from tests.helpers.agents import tiny_agent
from tests.helpers.exports import WITH_ATTENTION, agent_for

GOOD = "error 1e-6\nactions 5 5\nmemory equal\nus 3\nok"
TRACE_OF = cache(golden_trace)
CODE = "import sys; print({!r}); sys.exit({})"


def target(printed=GOOD, code=0, **more):
    return Target(
        name="test",
        about="for tests",
        commands=lambda folder, build: [[sys.executable, "-c", CODE.format(printed, code), str(folder)]],
        **more,
    )


@pytest.fixture(autouse=True)
def each_trace_is_made_once(monkeypatch):
    monkeypatch.setattr(exporter, "golden_trace", TRACE_OF)


@pytest.fixture
def agent():
    return agent_for("action", "nothing")


def test_an_export_is_a_folder_of_agent_trace_manifest_and_page(agent, tmp_path):
    out = tmp_path / "deep" / "out"
    (result,) = export_agent(agent.with_skill(0.5), [target()], out, name="me")
    assert (
        result.checked.words() == "5 of 5 actions equal, largest error 1e-06, memory equal, 3 us a decision"
    )
    assert {path.name for path in out.iterdir()} == {"agent.bin", "trace.bin", "manifest.json", "README.md"}
    about = json.loads((out / "manifest.json").read_text())
    assert about["agent"]["digest"] == agent.digest and about["agent"]["skill"] == 0.5
    assert about["files"]["agent.bin"]["bytes"] == (out / "agent.bin").stat().st_size
    assert "# me" in (out / "README.md").read_text()
    (name, (units,), _), data = about["arrays"][-1], (out / "agent.bin").read_bytes()
    weights = np.frombuffer(data, "<f4", units, len(data) - 4 - 4 * units)
    np.testing.assert_array_equal(weights, agent.file.weights[name])


@pytest.mark.parametrize(
    ("printed", "code", "message"),
    [
        (GOOD.replace("5 5", "4 5"), 1, "4 of 5 actions equal"),
        (GOOD.replace("1e-6", "1e-3"), 1, "largest error 0.001"),
        (GOOD.replace("equal", "differs"), 1, "memory different"),
        (GOOD.replace("1e-6", "nan"), 0, "ended with code 0"),
        (GOOD, 1, "ended with code 1"),
        (GOOD.replace("5 5", "4 5"), 0, "ended with code 0"),
        ("Traceback", 1, "Traceback"),
        ("", 0, "prints nothing"),
    ],
)
def test_a_folder_that_fails_is_not_left_behind(agent, tmp_path, printed, code, message):
    with pytest.raises(ExportError, match=message):
        export_agent(agent, [target(printed, code)], tmp_path / "deep" / "out")
    assert not list(tmp_path.iterdir())


def test_an_earlier_export_is_replaced_or_stays_as_it_was(agent, tmp_path):
    out = tmp_path / "out"
    export_agent(agent, [target()], out, name="first")
    with pytest.raises(ExportError):
        export_agent(agent, [target("", 1)], out, name="second")
    assert "# first" in (out / "README.md").read_text()
    export_agent(agent, [target()], out, name="third")
    assert "# third" in (out / "README.md").read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_ctrl_c_leaves_nothing_behind(agent, tmp_path):
    def stop(folder, build):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_agent(agent, [replace(target(), commands=stop)], tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_other_files_are_never_replaced(agent, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "novel.txt").write_text("Chapter 1")
    (tmp_path / "file").write_text("x")
    for place, message in (("mine", "holds other files"), ("file", "is a file")):
        with pytest.raises(ExportError, match=message):
            export_agent(agent, [target()], tmp_path / place)
    assert (tmp_path / "mine" / "novel.txt").read_text() == "Chapter 1"


def test_what_cannot_be_checked_here_says_why(agent, tmp_path):
    (one,) = export_agent(agent, [target(tools=("no-such-program",))], tmp_path / "a")
    (other,) = export_agent(agent, [target(unchecked="needs a licence")], tmp_path / "b")
    assert (one.checked, one.note) == (None, "not installed here: no-such-program")
    assert (other.checked, other.note) == (None, "needs a licence")


def test_a_target_refuses_agents_by_name(agent, tmp_path):
    with pytest.raises(ExportError, match="--to test: no pictures"):
        export_agent(agent, [target(refuses=lambda export: "no pictures")], tmp_path / "out")
    with pytest.raises(ExportError, match="--to test: its runtime does not know the memory cell `attention`"):
        export_agent(agent_for(*WITH_ATTENTION[0]), [target()], tmp_path / "out")
    with pytest.raises(UnknownName, match=r"'cobol'.*json"):
        chosen(["c", "cobol"])
    assert chosen(["all"]) == list(targets().values()) and {"c", "json"} <= set(targets())


def test_a_changed_export_is_found(agent, tmp_path):
    out = tmp_path / "out"
    export_agent(agent, chosen(["json"]), out)
    assert check_export(out)[0].checked.good and check_export(tmp_path)[0].checked.good
    text = (out / "agent.json").read_text()
    (out / "agent.json").write_text(text.replace("0", "1", 1))
    with pytest.raises(ExportError, match=r"agent\.json: changed"):
        check_export(out)
    (out / "agent.json").unlink()
    with pytest.raises(ExportError, match=r"agent\.json: No such file"):
        check_export(out)
    for damage in ("{", "[]", "{}", '{"format": "gamemeta-export", "version": 9}'):
        (out / "manifest.json").write_text(damage)
        with pytest.raises(ExportError):
            check_export(out)
    with pytest.raises(ExportError, match="no export"):
        check_export(tmp_path / "nowhere")


def test_files_may_lie_in_folders_of_the_export_and_nowhere_else(agent, tmp_path):
    export_agent(agent, [target(files=lambda export: {"model/weights/0": b"12345"})], tmp_path / "out")
    assert (tmp_path / "out" / "model" / "weights" / "0").read_bytes() == b"12345"
    text = (tmp_path / "out" / "manifest.json").read_text()
    for name in ("../secret", "/etc/passwd", "model/../../secret"):
        (tmp_path / "out" / "manifest.json").write_text(text.replace("model/weights/0", name))
        with pytest.raises(ExportError, match="names a file elsewhere"):
            check_export(tmp_path / "out")


def command(monkeypatch, capsys, *words):
    monkeypatch.setattr("sys.argv", ["gamemeta", "export", *map(str, words)])
    with pytest.raises(SystemExit) as end:
        main()
    printed = capsys.readouterr()
    return end.value.code, printed.out + printed.err


def test_the_command_exports_bakes_and_checks(monkeypatch, capsys, tmp_path):
    file, out = tiny_agent(), tmp_path / "out"
    (tmp_path / "a.safetensors").write_bytes(file.to_bytes())
    (tmp_path / "save").write_bytes(Agent(file).begin().memory)
    options = ("--to", "json", "--out", out, "--memory", tmp_path / "save", "--skill", "0.9")
    assert command(monkeypatch, capsys, tmp_path / "a.safetensors", *options)[0] == 0
    assert json.loads((out / "manifest.json").read_text())["agent"]["begins_with_a_memory"] is True
    code, printed = command(monkeypatch, capsys, "check", out)
    assert code == 0 and "actions equal" in printed
    code, printed = command(monkeypatch, capsys, "list")
    assert code == 0 and "json" in printed


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["maze"], "give --to"),
        (["maze", "--to", "c"], "give --to"),
        (["maze", "--to", "cobol", "--out", "x"], "no target called"),
        (["maze", "x", "--to", "c", "--out", "x"], "not understood"),
        (["nobody", "--to", "c", "--out", "x"], "nobody"),
        (["maze", "--to", "c", "--out", "x", "--skill", "2"], "skill"),
        (["maze", "--to", "c", "--out", "x", "--memory", "none"], "--memory none"),
        (["check"], "export check DIR"),
        (["check", "nowhere"], "no export"),
    ],
)
def test_wrong_words_end_in_one_sentence(monkeypatch, capsys, tmp_path, words, message):
    monkeypatch.chdir(tmp_path)
    code, printed = command(monkeypatch, capsys, *words)
    assert code == 2 and message in " ".join(printed.split()) and "Traceback" not in printed
    assert not list(Path().iterdir())
