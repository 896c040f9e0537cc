"""What players reached, kept in files beside the runs, so that nothing is played twice."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from gamemeta.errors import AgentFileError
from gamemeta.files import KEY, read_metadata, write_atomically
from gamemeta.reproduction.instances import Played
from gamemeta.reproduction.statistics import Estimate

FORMAT = "gamemeta-measured"
VERSION = 1


def write_measured(path: Path, players: Mapping[str, Played], made: Mapping[str, Any]) -> None:
    """Keep what players reached.

    Args:
        path: a file.
        players: by name.
        made: what the figures depend on; `read_measured` asks for the same.
    Raises:
        OSError: it cannot be written.
    """
    header = {
        "format": FORMAT,
        "version": VERSION,
        "made": dict(made),
        "players": {name: player.parameters for name, player in players.items()},
    }
    arrays = {}
    for number, player in enumerate(players.values()):
        arrays[f"{number}.total"] = np.ascontiguousarray(player.total, np.float64)
        curve = [(e.value, e.error) for e in player.curve]
        arrays[f"{number}.curve"] = np.array(curve, np.float64).reshape(-1, 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, save(arrays, metadata={KEY: json.dumps(header)}))


def read_measured(path: Path, made: Mapping[str, Any]) -> dict[str, Played] | None:
    """Returns of players; None without a file, or where it is damaged or belongs to other settings."""
    try:
        data = path.read_bytes()
        header = read_metadata(data, str(path), FORMAT, VERSION)
        if header["made"] != json.loads(json.dumps(dict(made))):
            return None
        arrays = load(data)
        return {
            name: Played(
                arrays[f"{number}.total"],
                [Estimate(float(value), float(error)) for value, error in arrays[f"{number}.curve"]],
                dict(parameters),
            )
            for number, (name, parameters) in enumerate(header["players"].items())
        }
    except (OSError, AgentFileError, SafetensorError, KeyError, TypeError, ValueError, AttributeError):
        return None
