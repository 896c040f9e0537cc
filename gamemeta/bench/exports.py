"""The speed of exported agents: every checker that is installed, timed."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from gamemeta.agent.runtime import Agent
from gamemeta.errors import ExportError
from gamemeta.export.exporter import Result, check_export, export_agent
from gamemeta.export.target import Target


def exports(
    agent: Agent, chosen: Sequence[Target], progress: Callable[[str], None] = lambda words: None
) -> Iterator[tuple[Target, Result | str]]:
    """What the checker of each target found and how long a decision took; or why there is none.

    Args:
        agent: to export, with the NumPy backend.
        chosen: targets.
        progress: hears what is going on.
    """
    for target in chosen:
        progress(target.name)
        with tempfile.TemporaryDirectory(prefix="gamemeta-bench-") as folder:
            out = Path(folder) / target.name
            try:
                (result,) = export_agent(agent, [target], out, progress=progress)
                yield target, check_export(out, timed=True)[0] if result.checked else result.note
            except ExportError as error:
                yield target, str(error)
