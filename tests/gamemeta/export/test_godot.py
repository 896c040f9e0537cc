"""The target godot: what needs Godot 4 is skipped where there is none."""

from pathlib import Path

import pytest

import gamemeta
from gamemeta.errors import ExportError
from gamemeta.export import exporter
from gamemeta.export.binary import AGENT_BIN, agent_bin
from gamemeta.export.checker import run_checker
from gamemeta.export.description import describe
from gamemeta.export.exporter import export_agent
from gamemeta.export.targets.godot import TARGET
from tests.helpers.exports import FEW, agent_for

RUNTIME = Path("assets/runtimes/godot/gamemeta.gd")
needs_godot = pytest.mark.skipif(bool(TARGET.missing()), reason="Godot 4 is not installed")
SEEN = [few for few in FEW if few[1] != "image"]


@needs_godot
@pytest.mark.parametrize("name", ["maze", "duel", "dungeon", "forage", "tag"])
def test_a_shipped_agent_acts_as_in_python(name, tmp_path):
    agent = gamemeta.load(name, backend="numpy")
    (result,) = export_agent(agent, [TARGET], tmp_path / "x")
    assert result.checked.good


@needs_godot
@pytest.mark.parametrize(("cell", "spec", "memory"), SEEN)
def test_an_agent_of_every_cell_and_action_acts_as_in_python(cell, spec, memory, tmp_path):
    (result,) = export_agent(agent_for(cell, spec, memory), [TARGET], tmp_path / "x")
    assert result.checked.good


@needs_godot
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("0x3FFFFFFFF", "-1"),
        ("agent.clearing == 1 and done[i]", "false"),
        ("(heads + agent.numbers) + h)", "(heads + agent.numbers) + h + 1)"),
    ],
)
def test_a_planted_fault_is_found(right, wrong, tmp_path, monkeypatch):
    code = RUNTIME.read_text("utf-8")
    assert right in code
    files = exporter.asset_files
    planted = tmp_path / "gamemeta.gd"
    planted.write_text(code.replace(right, wrong), "utf-8")
    monkeypatch.setattr(
        exporter,
        "asset_files",
        lambda place: [planted if path.name == planted.name else path for path in files(place)],
    )
    with pytest.raises(ExportError):
        export_agent(agent_for("gru", "mixed", "episode"), [TARGET], tmp_path / "x")


@needs_godot
def test_a_planted_weight_is_found(tmp_path):
    agent = agent_for("gru", "mixed", "episode")
    (result,) = export_agent(agent, [TARGET], tmp_path / "x")
    description = describe(agent)
    dict(description.arrays)["cells.0.recurrent"][3, 5] += 0.01
    (result.folder / AGENT_BIN).write_bytes(agent_bin(description))
    assert not run_checker(TARGET, result.folder).good


def test_an_agent_that_sees_images_is_refused(tmp_path):
    with pytest.raises(ExportError, match="images"):
        export_agent(agent_for("mingru", "image"), [TARGET], tmp_path / "x")
