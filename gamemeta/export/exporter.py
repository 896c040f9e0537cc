"""Writing exports: runtime, weights, manifest, golden trace, checker and a page to read first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gamemeta.agent.runtime import Agent
from gamemeta.assets import asset_files
from gamemeta.errors import ExportError
from gamemeta.export.binary import AGENT_BIN, agent_bin
from gamemeta.export.checker import Checked, run_checker
from gamemeta.export.description import describe
from gamemeta.export.folder import check_place, whole_folder, write_files
from gamemeta.export.manifest import MANIFEST, manifest, read_manifest
from gamemeta.export.readme import README, readme
from gamemeta.export.registry import targets
from gamemeta.export.target import Export, Target
from gamemeta.export.trace import golden_trace
from gamemeta.export.trace_file import TRACE_BIN, trace_bin


@dataclass(frozen=True)
class Result:
    """What became of one export.

    Args:
        target: its target.
        folder: where it is; None where it was left out.
        size: bytes of all files.
        checked: what the checker found; None where it did not run.
        note: why it did not run, or was left out.
    """

    target: Target
    folder: Path | None
    size: int
    checked: Checked | None
    note: str = ""


def export_agent(
    agent: Agent,
    chosen: Sequence[Target],
    out: Path,
    *,
    name: str = "",
    leave_out: bool = False,
    progress: Callable[[str], None] = lambda words: None,
) -> list[Result]:
    """Export an agent, each export into a folder that is whole or not there.

    Args:
        agent: to export, with the skill and the beginning that its minds are to have.
        chosen: targets; of several, each gets a folder of its own name within `out`.
        out: the folder.
        name: of the agent, for people.
        leave_out: write the targets that can hold this agent, and give the reason of the others as a note.
        progress: hears what is going on.

    Raises:
        ExportError: a target cannot hold this agent, a checker finds an error, or something else is there.
    """
    places = {t.name: out if len(chosen) == 1 else out / t.name for t in chosen}
    for place in places.values():
        check_place(place)
    description = describe(agent)
    progress("golden trace")
    export = Export(name or agent.game, description, golden_trace(agent))
    refused = {t.name: reason for t in chosen if (reason := t.reason_against(export))}
    if refused and not leave_out:
        raise ExportError("; ".join(f"--to {target}: {reason}" for target, reason in refused.items()))
    results = []
    for target in chosen:
        progress(target.name)
        if target.name in refused:
            results.append(Result(target, None, 0, None, refused[target.name]))
        else:
            results.append(_write(export, target, places[target.name]))
    return results


def _write(export: Export, target: Target, place: Path) -> Result:
    files = {
        path.name: path.read_bytes() for path in asset_files(f"runtimes/{target.name}") if path.name != README
    }
    if target.binary:
        files |= {AGENT_BIN: agent_bin(export.description), TRACE_BIN: trace_bin(export.trace)}
    files |= target.files(export)
    files[README] = readme(export, target)
    files[MANIFEST] = manifest(export, target, files)
    with whole_folder(place) as folder:
        write_files(folder, files)
        checked, note = _checked(target, folder)
    return Result(target, place, sum(map(len, files.values())), checked, note)


def _checked(target: Target, folder: Path, *, timed: bool = False) -> tuple[Checked | None, str]:
    """What the checker found, or why it did not run.

    Raises:
        ExportError: it found an error.
    """
    if target.unchecked:
        return None, target.unchecked
    missing = target.missing()
    if missing:
        return None, f"not installed here: {', '.join(missing)}"
    checked = run_checker(target, folder, timed=timed)
    if not checked.good:
        raise ExportError(f"the runtime of {target.name} does not do what Python does: {checked.words()}.")
    return checked, ""


def check_export(folder: Path, *, timed: bool = False) -> list[Result]:
    """Run the checkers of an export, or of all exports in a folder.

    Raises:
        ExportError: there is none, its files have changed, or a checker finds an error.
    """
    inside = sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))
    folders = [folder] if (folder / MANIFEST).exists() or not inside else inside
    return [_check(one, timed) for one in folders]


def _check(folder: Path, timed: bool) -> Result:
    about = read_manifest(folder)
    target = targets().get(about["target"])
    if target is None:
        raise ExportError(f"{folder}: exported to {about['target']!r}, which this release does not know.")
    checked, note = _checked(target, folder, timed=timed)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Result(target, folder, size, checked, note)
