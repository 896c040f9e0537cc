"""What players reached, kept in files beside the runs, so that nothing is played twice."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.errors import AgentFileError
from gamemeta.files import write_atomically
from gamemeta.reproduction.instances import Played
from gamemeta.reproduction.statistics import Estimate
from gamemeta.tensor_file import parse_tensor_file, tensor_file
from gamemeta_levels.files.reading import read_bounded

FORMAT = "gamemeta-measured"
ADVICE = "Remove it, and measure again."
MOST_BYTES = 2**30
"""Largest file that is read."""


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
        "made": dict(made),
        "players": [[name, player.parameters] for name, player in players.items()],
    }
    arrays = {}
    for number, player in enumerate(players.values()):
        arrays[f"{number}.total"] = np.ascontiguousarray(player.total, np.float64)
        curve = [(e.value, e.error) for e in player.curve]
        arrays[f"{number}.curve"] = np.array(curve, np.float64).reshape(-1, 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, tensor_file(FORMAT, header, arrays))


def read_measured(path: Path, made: Mapping[str, Any]) -> dict[str, Played] | None:
    """Returns of players; None without a file, or where it is damaged or belongs to other settings."""
    try:
        data = read_bounded(path, MOST_BYTES)
        header, arrays = parse_tensor_file(data, str(path), FORMAT, advice=ADVICE)
        if header["made"] != json.loads(json.dumps(dict(made))):
            return None
        return {
            name: Played(
                arrays[f"{number}.total"],
                [Estimate(float(value), float(error)) for value, error in arrays[f"{number}.curve"]],
                dict(parameters),
            )
            for number, (name, parameters) in enumerate(header["players"])
        }
    except (OSError, AgentFileError, KeyError, TypeError, ValueError, AttributeError):
        return None
