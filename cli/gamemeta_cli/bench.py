"""`gamemeta bench`: how fast is it here, and what share of the hardware's limit is that?"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gamemeta_cli.ending import exit_code
from gamemeta_cli.export.bench import export
from gamemeta_cli.options import Json, Settings
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.help import Application
from gamemeta_cli.terminal.listing import Listing
from gamemeta_cli.terminal.whole_table import WholeTable

if TYPE_CHECKING:
    from gamemeta.bench.figure import Effort
    from gamemeta.bench.peers.compare import Comparison
    from gamemeta.bench.report import Report
    from gamemeta.training.config import TrainConfig

THREAD_SETTINGS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

app = Application(
    help="Measure the speed of games, levels, training and decisions on this machine.",
)

Game = Annotated[str, typer.Argument(metavar="GAME", help="A game of `gamemeta games`, or FILE.py:CLASS.")]
Subject = Annotated[
    str, typer.Argument(metavar="AGENT", help="An agent file, the directory of a run, or a game.")
]
View = Annotated[
    int | None,
    typer.Option(metavar="N", help="Side of the square that the agent sees, in tiles.", show_default=False),
]
Threads = Annotated[int, typer.Option(metavar="N", help="Threads that work side by side.", min=1, max=256)]
Repeats = Annotated[
    int,
    typer.Option(metavar="N", help="Measurements; their median, lowest and highest are shown.", min=5),
]
Seconds = Annotated[float, typer.Option(metavar="S", help="Seconds of a measurement, at least.", min=0.001)]


@app.command()
def sim(
    game: Game = "maze",
    view: View = None,
    threads: Threads = 1,
    lanes: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Games side by side. Default: 2048; with several threads, 8192 for each.",
            min=1,
            show_default=False,
        ),
    ] = None,
    repeats: Repeats = 5,
    seconds: Seconds = 1.0,
    settings: Settings = [],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> None:
    """Measure the steps of a game per second, with random actions and a new level for every trial."""
    with _measured(threads, as_json) as (say, show):
        from gamemeta.bench.sim import sim as measure

        config = _config(game, view, settings)
        show(measure(config, _effort(repeats, seconds, threads), lanes=lanes, progress=say))


@app.command()
def levels(
    game: Game = "maze",
    threads: Threads = 1,
    repeats: Repeats = 5,
    seconds: Seconds = 1.0,
    settings: Settings = [],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> None:
    """Measure generated levels per second; `--set levels.height=31` changes their size."""
    with _measured(threads, as_json) as (say, show):
        from gamemeta.bench.levels import levels as measure

        config = _config(game, None, settings)
        show(measure(config, _effort(repeats, seconds, threads), progress=say))


@app.command()
def train(
    game: Game = "maze",
    view: View = None,
    threads: Threads = 1,
    repeats: Repeats = 5,
    seconds: Seconds = 2.0,
    settings: Settings = [],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> None:
    """Measure environment steps per second of a whole training: rollouts, gradients, weight updates."""
    with _measured(threads, as_json) as (say, show):
        from gamemeta.bench.train import train as measure

        config = _config(game, view, [*settings, f"run.threads={threads}"])
        show(measure(config, _effort(repeats, seconds, threads), progress=say))


@app.command()
def act(
    agent: Subject = "maze",
    view: View = None,
    threads: Threads = 1,
    minds: Annotated[int, typer.Option(metavar="N", help="Decisions in one call.", min=1)] = 1,
    backend: Annotated[
        str, typer.Option(metavar="auto|numba|numpy", help="Library that computes decisions.")
    ] = "auto",
    repeats: Repeats = 5,
    seconds: Seconds = 1.0,
    settings: Settings = [],  # noqa: B006 - typer copies it
    as_json: Json = False,
) -> None:
    """Measure the microseconds of a decision of an agent.

    Of a game, the agent that is included is measured, or an untrained one where --set or --view are given.
    """
    with _measured(threads, as_json) as (say, show):
        from gamemeta.agent.runtime import Agent
        from gamemeta.bench.act import act as measure
        from gamemeta.bench.agents import agent_for

        name, file = agent_for(agent, view, settings)
        ready = Agent(file, backend=backend)
        show(measure(ready, name, _effort(repeats, seconds, threads), minds=minds, progress=say))


@app.command()
def rate(
    agent: Subject = "maze",
    levels: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[LEVEL]...",
            help="Level files, or folders of them. Default: generated levels, as files.",
            show_default=False,
        ),
    ] = None,
    count: Annotated[int, typer.Option(metavar="N", help="How many are generated.", min=1)] = 1000,
    threads: Threads = 1,
    repeats: Repeats = 5,
    as_json: Json = False,
) -> None:
    """Measure levels rated per second, from their files to the ratings."""
    with _measured(threads, as_json) as (say, show), TemporaryDirectory() as folder:
        from gamemeta.bench.agents import agent_for
        from gamemeta.bench.rate import rate as measure
        from gamemeta.bench.rate import write_levels
        from gamemeta_levels.formats.gather import each_level

        name, file = agent_for(agent)
        words = [level for word in levels or [] for level in each_level(word)]
        words = words or write_levels(file, count, Path(folder))
        show(measure(file, name, words, _effort(repeats, 1.0, threads), progress=say))


@app.command()
def peers(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PEER]...", help="Libraries to compare with. Default: all."),
    ] = None,
    repeats: Repeats = 5,
    seconds: Seconds = 1.0,
    as_json: Json = False,
) -> None:
    """Compare with other libraries. INSTALLS PACKAGES from PyPI the first time, some of them large.

    Each library gets a virtual environment of its own in your cache folder; nothing else is changed. Both
    sides use the same view, network size, number of games, batch and epochs, and one thread.
    """
    with _measured(1, as_json) as (say, _):
        from gamemeta.bench.peers.catalogue import chosen
        from gamemeta.bench.peers.compare import compare
        from gamemeta.bench.peers.environment import cache_folder

        comparisons = compare(chosen(names or []), _effort(repeats, seconds, 1), cache_folder(), progress=say)
    if as_json:
        typer.echo(json.dumps({"peers": [each.to_json() for each in comparisons]}, indent=1))
    else:
        print_comparisons(comparisons)


@contextmanager
def _measured(
    threads: int, as_json: bool
) -> Iterator[tuple[Callable[[str], None], Callable[["Report"], None]]]:
    """Functions that show progress and the report; Ctrl-C ends with exit code 130."""
    _restart_with(threads)
    screen = PlainConsole(stderr=True)
    try:
        with screen.status("starting") as status:

            def say(words: str) -> None:
                status.update(words)

            def show(report: "Report") -> None:
                status.stop()
                typer.echo(json.dumps(report.to_json(), indent=1)) if as_json else print_report(report)

            yield say, show
    except KeyboardInterrupt as stop:
        screen.print("stopped: nothing was measured to its end")
        raise typer.Exit(exit_code(stop)) from None


def _restart_with(threads: int) -> None:
    """Run this command again in a process whose matrix products use so many threads, if this one's do not.

    The libraries read the number once, when they are loaded.
    """
    wanted = dict.fromkeys(THREAD_SETTINGS, str(threads))
    if all(os.environ.get(name) == value for name, value in wanted.items()):
        return
    words = [sys.executable, "-m", "gamemeta_cli", *sys.argv[1:]]
    try:
        code = subprocess.run(words, env={**os.environ, **wanted}, check=False).returncode
    except KeyboardInterrupt as stop:
        code = exit_code(stop)
    raise typer.Exit(code)


def _config(game: str, view: int | None, settings: list[str]) -> "TrainConfig":
    from gamemeta.bench.subject import subject
    from gamemeta.games.registry import use_game

    return subject(use_game(game), view, settings)


def _effort(repeats: int, seconds: float, threads: int) -> "Effort":
    from gamemeta.bench.figure import Effort

    return Effort(repeats=repeats, seconds=seconds, threads=threads)


def print_report(report: "Report") -> None:
    """Figures, what they depend on, and what they were measured on."""
    console = PlainConsole()
    figures = WholeTable(["", "median", "least", "most"], title=f"{report.bench}: {report.subject}")
    for name, figure in report.figures.items():
        values = (figure.median, min(figure.repeats), max(figure.repeats))
        figures.add_row(_unit(name), *map(_number, values))
    console.print(figures)
    console.print(Listing("", _about(report).items()))


def print_comparisons(comparisons: "list[Comparison]") -> None:
    """A row a peer, and below it why some failed."""
    console = PlainConsole()
    headings = ("peer", "beside", "unit", "theirs", "ours", "times as fast")
    table = WholeTable(headings, title="beside others, one thread")
    for each in comparisons:
        if each.figures is None:
            continue
        unit, theirs, ours, times = each.figures
        rates = (_number(theirs), _number(ours), _number(times))
        table.add_row(f"{each.peer.name} {each.version}", each.kind, _unit(unit), *rates)
    console.print(table)
    for each in comparisons:
        console.print(f"{each.peer.name}: {each.error or each.what}", soft_wrap=True)
    if any(each.ours and each.ours.disturbed for each in comparisons):
        console.print(
            "Others were running meanwhile; rates are by processor time, which that disturbs least."
        )


def _about(report: "Report") -> dict[str, str]:
    machine, limit = report.machine, report.limit
    versions = ", ".join(f"{k} {machine[k]}" for k in ("python", "numpy", "numba", "torch") if machine[k])
    lines = {
        "sizes": _words(report.sizes),
        "arithmetic": report.dtype + (f", {report.parameters:,} parameters" if report.parameters else ""),
        "machine": f"{machine['processor']}, {machine['cores']} cores, {machine['system']}",
        "versions": f"gamemeta {machine['gamemeta']} {machine['commit'][:12]}, {versions}",
    }
    if limit:
        lines["limit"] = f"{limit.share:.0%} of {_number(limit.per_s)}/s {limit.of}"
    share = f"this process got {report.processor_share:.0%} of its cores' time"
    lines["processor"] = share + ("; others were running: figures are too low" if report.disturbed else "")
    return lines | {"note": "; ".join(report.notes)} if report.notes else lines


def _words(values: dict[str, Any]) -> str:
    from gamemeta.config import show_value

    parts = (
        f"{k} ({_words(v)})" if isinstance(v, dict) else f"{k} {show_value(v)}" for k, v in values.items()
    )
    return ", ".join(parts)


def _unit(name: str) -> str:
    """`steps/cpu s` of `steps_per_cpu_s`."""
    return name.replace("_per_", "/").replace("_", " ")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


app.command("export")(export)
