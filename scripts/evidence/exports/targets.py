"""Every target with every agent, and planted faults: `python scripts/evidence/exports/targets.py`.

Faults are planted in every runtime whose checker runs here. Then the five included agents are exported to
every target, and each checker replays its golden trace; so are agents of a bandit and of an MDP whose
memory is a table, which are trained first, a few minutes in all, where they are not there already. What
the record has of the same commit is not measured again. Writes docs/results/exports.md.
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


def cells_of(agent: Agent) -> str:
    """Its memory cells in words."""
    return " + ".join(type(cell).__name__.lower() for cell in agent.network.cells)


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


def measure(agent: Agent, folder: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What its trace is, and what every checker found."""
    results = export_agent(agent, list(targets().values()), folder, leave_out=True)
    rows: dict[str, dict[str, Any]] = {}
    trace: dict[str, Any] = {}
    for each in results:
        if each.folder is not None:
            trace = read_manifest(each.folder)["trace"]
        found = each.checked
        rows[each.target.name] = (
            {"note": each.note if each.folder is None else "not checked here"}
            if found is None
            else {
                "error": found.error,
                "equal": found.equal,
                "actions": found.actions,
                "memory": found.memory,
                "bytes": each.size,
            }
        )
    return trace | {"cells": cells_of(agent)}, rows


def measure_agents(record: dict[str, Any], runs: Path) -> None:
    """Put every agent that is not there yet into the record."""
    for name, agent in agents(runs):
        if name in record["agents"]:
            continue
        with tempfile.TemporaryDirectory(prefix="gamemeta-exports-") as place:
            about, rows = measure(agent, Path(place) / "exports")
        print(name, rows, flush=True)
        record["agents"][name] = about
        for target, row in rows.items():
            record["rows"].setdefault(target, {})[name] = row
        write_record("targets", record)


def plant(record: dict[str, Any]) -> None:
    """Put the faults of every runtime that is not there yet into the record."""
    with tempfile.TemporaryDirectory(prefix="gamemeta-faults-") as place:
        planting = Planting(Path(place))
        for name, target in targets().items():
            if name in record["faults"] or target.unchecked or target.missing():
                continue
            record["faults"][name] = planting.found(target)
            print(name, record["faults"][name], flush=True)
            write_record("targets", record)


def main() -> None:
    """Train, export, plant faults, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=Path, default=Path("runs/exports"), help="where the runs are kept")
    runs = parser.parse_args().runs
    here = {**noted_machine(), "tools": tools()}
    record = read_record("targets")
    if {key: record.get(key) for key in here} != here:
        record = {**here, "agents": {}, "rows": {}, "faults": {}}
    plant(record)
    measure_agents(record, runs)


if __name__ == "__main__":
    main()
