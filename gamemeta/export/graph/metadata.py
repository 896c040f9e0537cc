"""What a model file says of itself: the manifest, and what turns its tensor `memory` into a save game."""

import json
from base64 import b64encode
from typing import Any

from gamemeta.export.graph.checks import WRONG
from gamemeta.export.graph.weights import Weights
from gamemeta.export.manifest import about
from gamemeta.export.target import Export

KEY = "gamemeta"
"""The key among `metadata_props`."""


def metadata(export: Export, agent: Weights, **more: Any) -> dict[str, str]:
    """The metadata of a model, and more of its own kind."""
    start = export.description.agent.start
    data = about(export) | {
        "columns": [[word, size] for word, size in agent.columns.items()],
        "codes": [part.codes for part in agent.symbols for _ in range(part.size)],
        "tables": agent.tables,
        "rings": agent.rings,
        "half": agent["numbers.half"].tolist(),
        "start": "" if not start.state.any() else b64encode(agent["start.state"].tobytes()).decode(),
        "wrong": WRONG,
    }
    return {KEY: json.dumps(data | more)}
