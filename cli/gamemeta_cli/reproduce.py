"""`gamemeta reproduce`: problems whose optimum is known, beside published figures and classic players."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from gamemeta.reproduction.reproduce import Outcome, Plan

PROBLEM = "bandits (k arms, n pulls), mdp (10 states, 5 actions, n episodes), grid (hidden goal) or procgen."
PROCGEN = "procgen"
Problem = Annotated[str, typer.Argument(help=PROBLEM)]
Cells = Annotated[
    list[str] | None,
    typer.Option("--cell", metavar="n,k", help="One size, such as 10,5 (mdp: 10). Repeatable."),
]
Seeds = Annotated[
    int | None,
    typer.Option(help="Training seeds, 0, 1, 2 ... Default: 3; of procgen, 1.", min=1, show_default=False),
]
Gru = Annotated[bool, typer.Option("--gru", help="Also train a plain GRU for the same time.")]
Learned = Annotated[bool, typer.Option("--learned", help="Also train the memory with learned keys.")]
Instances = Annotated[
    int | None,
    typer.Option(
        help="Fresh instances that everybody is measured on. Default: 10000; of procgen, 500 test levels.",
        show_default=False,
    ),
]
Game = Annotated[str | None, typer.Option(help="Of procgen: the game, such as coinrun.", show_default=False)]
Steps = Annotated[int | None, typer.Option(help="Of procgen: steps of a training. Default: 25M.", min=1)]
Jobs = Annotated[int, typer.Option(help="Trainings at a time; 0 for one a core.", min=0)]
Hours = Annotated[
    float | None, typer.Option(help="Stop after so many hours; the same command goes on.", show_default=False)
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="One setting, as section.name=value. Repeatable.")
]
Runs = Annotated[Path, typer.Option(help="Where the runs are kept.")]
Out = Annotated[
    Path | None,
    typer.Option(
        help="Where results go. Default: docs/results in a checkout, else results.", show_default=False
    ),
]


def reproduce(
    problem: Problem,
    cells: Cells = None,
    seeds: Seeds = None,
    gru: Gru = False,
    learned: Learned = False,
    instances: Instances = None,
    jobs: Jobs = 0,
    hours: Hours = None,
    set_: Set = None,
    runs: Runs = Path("runs/reproduce"),
    out: Out = None,
    game: Game = None,
    steps: Steps = None,
) -> None:
    """Train on problems whose optimum is known, and measure beside classic players and published figures.

    Or on a game of Procgen, by the field's protocol: `gamemeta reproduce procgen --game coinrun`. The same
    command goes on where it was stopped, by Ctrl-C or --hours.
    """
    _refuse_mixed(problem, cells, gru or learned, game, steps)
    if problem == PROCGEN:
        _procgen(game or "", steps, 1 if seeds is None else seeds, instances, hours, set_, runs, out)
        return
    from gamemeta.reproduction.cells import find_cell
    from gamemeta.reproduction.recipes import GRU, LEARNED, TABLE
    from gamemeta.reproduction.reproduce import Plan, reproduce
    from gamemeta_cli.terminal.reproduce_screen import make_watcher

    plan = Plan(
        problem=problem,
        cells=tuple(find_cell(problem, text) for text in cells or ()),
        seeds=3 if seeds is None else seeds,
        variants=(TABLE, *[LEARNED] * learned, *[GRU] * gru),
        instances=10_000 if instances is None else instances,
        jobs=jobs,
        hours=hours,
        overrides=tuple(set_ or ()),
        runs=runs,
        out=out or _results(),
        command=_command(),
    )
    _warn(plan)
    with make_watcher() as watcher:
        outcome = reproduce(plan, watcher)
    _show(plan, outcome)


def _refuse_mixed(
    problem: str, cells: list[str] | None, variants: bool, game: str | None, steps: int | None
) -> None:
    """Raises ConfigError for options that the problem does not have."""
    from gamemeta.errors import ConfigError

    if problem == PROCGEN and (cells or variants):
        raise ConfigError("procgen has no --cell, --gru and --learned; choose a game with --game.")
    if problem != PROCGEN and (game or steps):
        raise ConfigError(f"--game and --steps are for procgen; {problem} has its steps by --cell.")


def _procgen(
    game: str,
    steps: int | None,
    seeds: int,
    levels: int | None,
    hours: float | None,
    overrides: list[str] | None,
    runs: Path,
    out: Path | None,
) -> None:
    """A game of Procgen by the field's protocol; shows the page's rows of it."""
    from gamemeta.reproduction.procgen import PAGE, PROTOCOL_STEPS, ProcgenPlan, page, reproduce_procgen
    from gamemeta_cli.terminal.screen import make_screen

    plan = ProcgenPlan(
        game=game,
        steps=steps or PROTOCOL_STEPS,
        seeds=seeds,
        levels=levels or 500,
        hours=hours,
        overrides=tuple(overrides or ()),
        runs=runs,
        out=out or _results(),
        command=_command(),
    )
    made = reproduce_procgen(plan, lambda: make_screen(False))
    if made is None:
        typer.echo(f"Stopped; go on with: {plan.command}")
        raise typer.Exit(0 if hours else 130)
    typer.echo(page([made]))
    typer.echo(f"All games: {plan.out / PAGE}; the figures beside it as JSON.")


def _results() -> Path:
    """`docs/results` where that is, in a checkout; else `results`."""
    there = Path("docs/results")
    return there if there.is_dir() and Path("pyproject.toml").exists() else Path("results")


def _command() -> str:
    """The command as it was typed."""
    import shlex

    return shlex.join(["gamemeta", *sys.argv[1:]])


def _warn(plan: "Plan") -> None:
    from gamemeta.reproduction.reproduce import ENOUGH_INSTANCES

    if plan.instances < ENOUGH_INSTANCES:
        typer.echo(
            f"warning: {plan.instances:,} instances tell differences of a percent badly; "
            f"give {ENOUGH_INSTANCES:,} or more.",
            err=True,
        )


def _show(plan: "Plan", outcome: "Outcome") -> None:
    """The table, where it is kept, and how to go on."""
    from gamemeta.reproduction.jobs import GO_ON, INTERRUPTED
    from gamemeta.reproduction.pages import built_in
    from gamemeta.reproduction.sheets import sheet
    from gamemeta_cli.terminal.reproduce_screen import draw_sheet

    console = Console(highlight=False)
    if outcome.all_records:
        console.print(draw_sheet(sheet(outcome.all_records)))
        console.print(built_in(plan.problem).replace("\n", " "), soft_wrap=True, markup=False)
        console.print(f"Table: {outcome.page}; all figures beside it as JSON.", soft_wrap=True, markup=False)
    if outcome.stopped != GO_ON:
        why = "Stopped" if outcome.stopped == INTERRUPTED else "Its time was up"
        console.print(f"{why}; go on with: {plan.command}", soft_wrap=True, markup=False)
    if outcome.stopped == INTERRUPTED:
        raise typer.Exit(130)
