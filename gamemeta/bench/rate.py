"""How fast levels are rated."""

from collections.abc import Sequence
from pathlib import Path

from gamemeta.agent.file import AgentFile
from gamemeta.bench.figure import Effort, Progress, rate_figures, repeated, silent
from gamemeta.bench.figure import rate as rate_of
from gamemeta.bench.machine import machine
from gamemeta.bench.report import Report
from gamemeta.errors import ConfigError
from gamemeta.evaluation.rating import REPEATS, rate_agent
from gamemeta.games.setup import GameSetup
from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import generate
from gamemeta_levels.formats import write_level


def rate(
    file: AgentFile, name: str, words: Sequence[str], effort: Effort, *, progress: Progress = silent
) -> Report:
    """Levels rated a second, from their files to the ratings; nothing is printed.

    Args:
        file: the agent.
        name: what to call it.
        words: the levels, as on the command line; a repeat rates them all.
        effort: how often, and in how many threads.
        progress: takes a line on what is being done.
    Raises:
        ConfigError: a level that cannot be rated, or a game without a par.
    """

    def work() -> int:
        for one in rate_agent(file, words, threads=effort.threads):
            if one.error:
                raise ConfigError(f"{one.name}: cannot be rated: {one.error}")
        return len(words)

    timed = repeated(lambda: rate_of([work], 0.0), effort, progress)
    sizes = {"levels": len(words), "episodes": file.episodes, "trials": REPEATS, "threads": effort.threads}
    return Report(
        bench="rate",
        subject=name,
        figures=rate_figures(timed.repeats, "levels"),
        sizes={**sizes, "network": file.network},
        machine=machine(),
        processor_share=timed.processor_share,
        dtype="float32",
        parameters=sum(w.size for w in file.weights.values()),
    )


def write_levels(file: AgentFile, count: int, folder: Path) -> list[str]:
    """Files of generated levels that the agent can play: as text, or as JSON where that cannot hold them."""
    family, names = GameSetup.of(file).family(), []
    for seed in range(count):
        level = generate(family, seed)
        path = folder / f"{seed}.txt"
        try:
            write_level(level, path)
        except LevelError:
            path = path.with_suffix(".json")
            write_level(level, path)
        names.append(str(path))
    return names
