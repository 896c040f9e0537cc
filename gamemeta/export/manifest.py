"""The file `manifest.json`: what an export is, in words and numbers."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta import __version__
from gamemeta.errors import ExportError
from gamemeta.export.description import Description, kind_of
from gamemeta.export.target import Export, Target
from gamemeta.spec import Symbols

MANIFEST = "manifest.json"
FORMAT, VERSION = "gamemeta-export", 1
MOST_BYTES = 64 * 2**20
KINDS = ("symbols", "quantities", "quantities", "images")
"""The flat array that each kind of part lies in."""


def manifest(export: Export, target: Target, files: Mapping[str, bytes]) -> bytes:
    """The manifest of an export with these files."""
    data = {
        "format": FORMAT,
        "version": VERSION,
        "target": target.name,
        **about(export),
        "integers": [list(pair) for pair in export.description.integers],
        "arrays": _places(export.description),
        "trace": export.trace.about(),
        "files": {
            name: {"bytes": len(data), "sha256": sha256(data).hexdigest()}
            for name, data in sorted(files.items())
        },
    }
    return (json.dumps(data, indent=1) + "\n").encode()


def about(export: Export) -> dict[str, Any]:
    """What an exported agent is, sees and does, whatever the target."""
    description = export.description
    agent = description.agent
    return {
        "gamemeta": __version__,
        "licence": "MIT, of the runtime; the weights are the property of who trained them",
        "agent": {
            "name": export.name,
            "digest": agent.digest,
            "game": agent.game,
            "game_config": agent.game_config,
            "episodes": agent.episodes,
            "memory": agent.memory,
            "skill": agent.skill,
            "begins_with_a_memory": not agent.start.blank,
        },
        "observation": parts(description),
        "action": _action(description),
        "spec": agent.spec.to_json(),
        "interface": None if agent.interface is None else agent.interface.to_json(),
    }


def parts(description: Description) -> list[dict[str, Any]]:
    """Every part of the observation, and where it lies in the flat array of its kind."""
    places, at = [], dict.fromkeys(KINDS, 0)
    for part in description.agent.spec.obs:
        kind = KINDS[kind_of(part)]
        place = {
            "name": part.name,
            "kind": kind,
            "first": at[kind],
            "size": part.size,
            "shape": list(part.shape),
        }
        places.append(place | ({"codes": part.codes} if isinstance(part, Symbols) else {}))
        at[kind] += part.size
    return places


def _action(description: Description) -> dict[str, Any]:
    action = description.agent.spec.action
    names = [*action.names, *[()] * (len(action.heads) - len(action.names))]
    heads = [{"choices": k, "names": list(head)} for k, head in zip(action.heads, names, strict=False)]
    numbers = [{"low": low, "high": high} for low, high in zip(action.low, action.high, strict=True)]
    return {"heads": heads, "numbers": numbers}


def _places(description: Description) -> list[list[Any]]:
    """Name, shape and first number of every array."""
    sizes = [array.size for _, array in description.arrays]
    firsts = np.cumsum([0, *sizes[:-1]]).tolist()
    named = zip(description.arrays, firsts, strict=True)
    return [[name, list(array.shape), first] for (name, array), first in named]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an export, whose files are as it says.

    Raises:
        ExportError: this is no export, or a file is missing or another.
    """
    try:
        data = json.loads((folder / MANIFEST).read_bytes()[:MOST_BYTES])
        if data["format"] != FORMAT:
            raise ValueError("it is of another format")
        if data["version"] != VERSION:
            raise ExportError(
                f"{folder}: an export of version {data['version']}; this release knows {VERSION}."
            )
        files = {str(name): str(about["sha256"]) for name, about in data["files"].items()}
        data["target"] = str(data["target"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise ExportError(
            f"{folder}: no export of gamemeta, for {MANIFEST} is missing or damaged ({error}). Give the "
            "folder that `gamemeta export` wrote."
        ) from error
    for name, digest in files.items():
        _check_file(folder, name, digest)
    return dict(data)


def _check_file(folder: Path, name: str, digest: str) -> None:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ExportError(f"{folder}: {MANIFEST} names a file elsewhere: {name}. Export the agent again.")
    try:
        same = sha256((folder / name).read_bytes()).hexdigest() == digest
    except OSError as error:
        raise ExportError(f"{folder / name}: {error.strerror or error}. Export the agent again.") from error
    if not same:
        raise ExportError(f"{folder / name}: changed since the export. Export the agent again.")
