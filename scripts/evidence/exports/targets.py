"""Every target with every agent, and planted faults: `python scripts/evidence/exports/targets.py`.

Faults are planted in every runtime whose checker runs here. Then the five included agents are exported to
every target, and each checker replays its golden trace; so are agents of a bandit and of an MDP whose
memory is a table, which are trained first, a few minutes in all, where they are not there already. What
the record has already is not measured again. Writes docs/results/exports.md.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from faults import Planting
from page import noted_machine, read_record, write_record

import gamemeta
from gamemeta.agent.backend import NUMPY
from gamemeta.agent.file import AGENT_FILE
from gamemeta.agent.runtime import Agent
from gamemeta.assets import shipped_agents
from gamemeta.export.exporter import export_agent
from gamemeta.export.manifest import read_manifest
from gamemeta.export.registry import targets
from gamemeta.export.target import Target

TRAINED = {
    "bandit": ["bandit", "--steps", "400000"],
    "mdp": ["mdp", "--steps", "400000"],
    "mdp, learned keys": ["mdp", "--steps", "100000", "--set", "network.keys=learned"],
}
"""Agents whose memory is a table, and the words that train them."""
VERSIONS = {
    "gcc": ["gcc", "-dumpfullversion"],
    "Mono": ["mono", "--version"],
    "Godot": ["godot", "--version"],
    "node": ["node", "--version"],
    "LuaJIT": ["luajit", "-v"],
}


def agents(runs: Path) -> Iterator[tuple[str, Agent]]:
    """All agents by name; those that are not there are trained."""
    for name in shipped_agents():
        yield name, gamemeta.load(name, backend=NUMPY)
    for name, words in TRAINED.items():
        run = runs / name.replace(", ", "-").replace(" ", "-")
        if not (run / AGENT_FILE).exists():
            train = [sys.executable, "-m", "gamemeta_cli", "train", *words, "--seed", "0", "--out", str(run)]
            subprocess.run([*train, "--set", "run.validations=0"], check=True)
        yield name, gamemeta.load(run, backend=NUMPY)


def about(agent: Agent) -> dict[str, Any]:
    """Its memory cells in words, and its scores on test levels in the first and the last episode."""
    score = agent.file.scores["test"]["agent"]["score"]
    cells = [type(cell).__name__.lower() for cell in agent.network.cells]
    return {"cells": " + ".join(cells), "scores": [score[0], score[-1]]}


def tools() -> str:
    """Versions of the programs that run the checkers."""
    found = []
    for name, words in VERSIONS.items():
        if shutil.which(words[0]):
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            lines = (done.stdout or done.stderr).splitlines() or [""]
            number = next((w for w in lines[0].replace("v", "").split() if w[:1].isdigit()), "")
            found.append(f"{name} {number}".strip())
    return ", ".join(found)


def measure(agent: Agent, chosen: list[Target], folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """What its trace is, and what every checker found."""
    rows: dict[str, Any] = {}
    trace: dict[str, Any] = {}
    for each in export_agent(agent, chosen, folder, leave_out=True):
        found = each.checked
        if each.folder is not None:
            trace = read_manifest(each.folder)["trace"]
        if found is None:
            rows[each.target.name] = {"note": "refused" if each.folder is None else "not checked"}
        else:
            rows[each.target.name] = vars(found) | {"bytes": each.size}
    return trace, rows


def note(record: dict[str, Any], commit: str) -> None:
    """Write a record to which this commit has added something."""
    record["commits"] = sorted({*record["commits"], commit})
    write_record("targets", record)


def measure_agents(record: dict[str, Any], runs: Path, commit: str) -> None:
    """Put what every target makes of every agent into the record, where it is not there yet."""
    for name, agent in agents(runs):
        chosen = [t for t in ready() if name not in record["rows"].get(t.name, {})]
        trace, rows = {}, {}
        if chosen:
            with tempfile.TemporaryDirectory(prefix="gamemeta-exports-") as place:
                trace, rows = measure(agent, chosen, Path(place) / "exports")
            print(name, rows, flush=True)
        record["agents"].setdefault(name, {}).update(about(agent) | trace)
        for target, row in rows.items():
            record["rows"].setdefault(target, {})[name] = row
        if chosen:
            note(record, commit)
    write_record("targets", record)


def ready() -> list[Target]:
    """The targets whose checker runs here."""
    return [target for target in targets().values() if not target.unchecked and not target.missing()]


def plant(record: dict[str, Any], commit: str) -> None:
    """Put the faults of every runtime that is not there yet into the record."""
    with tempfile.TemporaryDirectory(prefix="gamemeta-faults-") as place:
        planting = Planting(Path(place))
        for target in ready():
            if target.name not in record["faults"]:
                record["faults"][target.name] = planting.found(target)
                print(target.name, record["faults"][target.name], flush=True)
                note(record, commit)


def main() -> None:
    """Train, export, plant faults, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs/exports"), help="where the runs are kept")
    parser.add_argument("--again", action="store_true", help="measure what the record has, too")
    given, here = parser.parse_args(), noted_machine()
    record = {} if given.again else read_record("targets")
    nothing: dict[str, Any] = {"commits": [], "agents": {}, "rows": {}, "faults": {}}
    record = {**nothing, **record, "machine": here["machine"], "tools": tools()}
    record["missing"] = {name: target.missing() for name, target in targets().items() if target.missing()}
    plant(record, here["commit"])
    measure_agents(record, given.runs, here["commit"])


if __name__ == "__main__":
    main()
