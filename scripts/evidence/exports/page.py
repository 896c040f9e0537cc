"""docs/results/exports.json and exports.md: what the commands of this folder measured, each in a part of its
own.

`python scripts/evidence/exports/page.py` writes the page again, of the record that is there.
"""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gamemeta.files import write_atomically

ROOT = Path(__file__).resolve().parents[3]
RESULTS = ROOT / "docs" / "results"
RECORD, PAGE = RESULTS / "exports.json", RESULTS / "exports.md"
NAMES = {"c": "C", "js": "JavaScript", "lua": "Lua", "csharp": "C#", "godot": "GDScript"}


def noted_machine() -> dict[str, str]:
    """Processor, Python and commit."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    words = ["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    machine = f"{os.cpu_count()} cores of {model or platform.machine()}, Python {platform.python_version()}"
    return {"machine": machine, "commit": done.stdout.strip() or "unknown"}


def read_record(part: str) -> dict[str, Any]:
    """One part of the record; empty where there is none."""
    part_of: dict[str, Any] = json.loads(RECORD.read_text("utf-8")).get(part, {}) if RECORD.exists() else {}
    return part_of


def write_record(part: str, measured: dict[str, Any]) -> None:
    """Put one part into the record, and write the page."""
    record = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    record[part] = measured
    write_atomically(RECORD, (json.dumps(record, indent=1) + "\n").encode())
    write_page(record)


def write_page(record: dict[str, Any]) -> None:
    """The page of a record."""
    parts = [adaptation(record[part]) for part in ("adaptation",) if part in record]
    parts += [targets(record[part]) for part in ("targets",) if part in record]
    lines = ["# Results: agents outside Python", "", *(line for part in parts for line in part)]
    write_atomically(PAGE, "\n".join(lines).encode())


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """A Markdown table, and an empty line."""
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _of(pair: Sequence[int]) -> str:
    return f"{pair[0]:,} of {pair[1]:,}"


def _with(interval: Sequence[float]) -> str:
    return "{:.3f} ({:.3f} to {:.3f})".format(*interval)


def adaptation(record: dict[str, Any]) -> Iterator[str]:
    """Whether agents adapt there as here."""
    ports = {NAMES[name]: port for name, port in record["ports"].items()}
    everybody = {"Python": record["python"], **ports}
    episodes = record["episodes"]
    yield "## Adaptation survives"
    yield ""
    yield (
        f"Made by `python scripts/evidence/exports/adaptation.py --levels {record['levels']}`: the "
        f"included agent of {record['game']} on {record['levels']} test levels, {episodes} episodes "
        "each, level i with seed i. The game runs in Python, and the runtime of each language "
        "decides. Scores: 0 is random play, 1 the solver's plan; 95% intervals over levels. "
        f"{record['machine']}, commit {record['commit']}."
    )
    yield ""
    head = ["decisions by", *(f"episode {k + 1}" for k in range(episodes)), "actions that are Python's"]
    yield from table(
        head,
        (
            [name, *map(_with, one["curve"]), _of(one["equal"]) if "equal" in one else ""]
            for name, one in everybody.items()
        ),
    )
    yield from _baked(everybody, episodes)
    yield from _handed(ports)
    for name, missing in record["missing"].items():
        yield f"{NAMES[name]} was not measured: {', '.join(missing)} was not installed."
        yield ""


def _baked(everybody: dict[str, Any], episodes: int) -> Iterator[str]:
    last = episodes - 1
    yield "### A memory to begin with"
    yield ""
    yield (
        f"On each level, the agent exported with its own memory after episode {last}, as `--memory` "
        f"does: its first episode beside the episode {episodes} of the agent that learned. The "
        "difference is by level; the two draw other random numbers."
    )
    yield ""
    yield from table(
        ["decisions by", "first episode", f"episode {episodes}", "difference", "actions that are Python's"],
        (
            [
                name,
                _with(one["baked"]),
                _with(one["curve"][last]),
                _with(one["baked less last"]),
                _of(one["baked equal"]) if "baked equal" in one else "",
            ]
            for name, one in everybody.items()
        ),
    )


def _handed(ports: dict[str, Any]) -> Iterator[str]:
    yield "### One memory in two languages"
    yield ""
    yield (
        "Python plays two episodes and saves, the other language goes on from the save for two more "
        "and saves, and Python plays the last. Actions are compared with those of Python alone, and "
        "the state in the memory after four episodes in one language with that of four in Python; all "
        "other bytes are the same."
    )
    yield ""
    yield from table(
        ["Python and", "actions that are Python's", "largest difference of the state"],
        ([name, _of(one["handed equal"]), f"{one['memory']:.1e}"] for name, one in ports.items()),
    )


def targets(record: dict[str, Any]) -> Iterator[str]:
    """Every target with every agent, and the faults that were planted."""
    agents, rows, faults = record["agents"], record["rows"], record["faults"]
    yield "## Every target, every agent"
    yield ""
    yield (
        "Made by `python scripts/evidence/exports/targets.py`: the five included agents, and agents "
        "trained for a few minutes whose memory is a table (scores on test levels in the first and the last "
        "episode: the last agent has learned nothing yet), exported to every target. Each checker replays "
        f"the golden trace. {record['machine']}, commits {', '.join(record['commits'])}; {record['tools']}."
    )
    yield ""
    yield from table(
        ["agent", "memory cells", "score", "steps", "decisions", "seed", "nearest draw to another action"],
        ([name, *_trace(about)] for name, about in agents.items()),
    )
    made = [row for one in rows.values() for row in one.values() if "error" in row]
    good = [row for row in made if row["equal"] == row["actions"] and row["memory"] and row["error"] <= 2e-5]
    yield (
        f"Largest error of an output, relative beyond 1. In {len(good)} of {len(made)} exports it is at most "
        "2e-5, every drawn action is that of Python, and so is the memory (its floats within 1e-4, every "
        "other byte equal). The model of `unity` draws by itself and has its memory in a tensor: there every "
        "action is legal and as frequent as it should be, and of the memory the state is compared."
    )
    yield ""
    yield from table(
        ["target", *agents],
        ([name, *(_cell(one.get(agent)) for agent in agents)] for name, one in rows.items()),
    )
    for name, missing in record["missing"].items():
        yield f"`{name}` was not measured here: {', '.join(missing)} was not installed."
        yield ""
    yield from _faults(faults)


def _trace(about: dict[str, Any]) -> list[str]:
    near = "" if about["distance"] is None else f"{about['distance']:.1e}"
    score = "{:.2f} to {:.2f}".format(*about["scores"])
    return [about["cells"], score, str(about["steps"]), f"{about['decisions']:,}", str(about["seed"]), near]


def _cell(row: dict[str, Any] | None) -> str:
    if row is None or "error" not in row:
        return str((row or {}).get("note", ""))
    same = row["equal"] == row["actions"] and row["memory"]
    return f"{row['error']:.1e}" + ("" if same else f", actions {_of([row['equal'], row['actions']])}")


def _faults(faults: dict[str, Any]) -> Iterator[str]:
    kinds = list(next(iter(faults.values()), {}))
    cells = [one[kind] for one in faults.values() for kind in one]
    found = sum(not cell.startswith("not found") for cell in cells)
    yield "### Planted faults"
    yield ""
    yield (
        "The agent of mazes, its memory made to last one episode: one weight of the actor changed by 0.01; "
        "the clear at the end of an episode missed; and random numbers that are the next ones of their "
        "stream (for `unity`, whose model has no stream to be compared, from half of their range). The cells "
        "say what the checker then finds: the largest error, and the actions that are still right. "
        f"{found} of {len(cells)} are found."
    )
    yield ""
    yield from table(
        ["target", *kinds], ([name, *(one[kind] for kind in kinds)] for name, one in faults.items())
    )


if __name__ == "__main__":
    write_page(json.loads(RECORD.read_text("utf-8")))
