"""`gamemeta reproduce`: problems whose optimum is known, beside published figures and classic players."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gamemeta_cli.options import Settings
from gamemeta_cli.terminal.console import PlainConsole, echo

if TYPE_CHECKING:
    from gamemeta.reproduction.reproduce import Outcome, Plan
    from gamemeta.reproduction.shared.kept import Kept, Record

PROCGEN, POPGYM, XLAND = "procgen", "popgym", "xland"
Problem = Annotated[
    str,
    typer.Argument(
        metavar="bandits|mdp|grid|darkroom|keydoor|alchemy|procgen|popgym|xland",
        help="bandits: several arms with hidden chances. mdp: 10 states and 5 actions with hidden effects. "
        "grid: a hidden goal among 25 cells. darkroom: one among 81, in the dark. keydoor: a key and a door "
        "among 81 cells. alchemy: what potions do to stones. procgen: an arcade game, chosen by --game. "
        "popgym: eight memory games, in three sizes each. xland: hidden goals and rules among things.",
        show_default=False,
    ),
]
Cells = Annotated[
    list[str] | None,
    typer.Option(
        "--cell",
        metavar="N,K",
        help="One size alone: 10,5 is 10 pulls of 5 arms; of mdp, 10 is 10 episodes; of popgym, such as "
        "repeat_previous-easy; of xland, a task set such as small. Repeatable.",
    ),
]
Seeds = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Training seeds. Default: 3; procgen, popgym: 1.",
        min=1,
        show_default=False,
    ),
]
Gru = Annotated[bool, typer.Option("--gru", help="Also train a network with a GRU as its memory.")]
Learned = Annotated[
    bool, typer.Option("--learned", help="Also train a network whose table memory learns its keys.")
]
Instances = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Unseen problems that all players are measured on. Default: 10000; 500 levels for procgen, "
        "2000 for popgym, 1024 for xland.",
        show_default=False,
    ),
]
Game = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="procgen: the game, such as coinrun.", show_default=False),
]
Steps = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="procgen, popgym, xland: steps of a training.",
        min=1,
    ),
]
Jobs = Annotated[int, typer.Option(metavar="N", help="Trainings at a time; 0: one for each core.", min=0)]
Hours = Annotated[
    float | None,
    typer.Option(
        metavar="H", help="Stop after this many hours; the same command continues.", show_default=False
    ),
]
Runs = Annotated[Path, typer.Option(metavar="DIR", help="Where trainings are kept.")]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Where results are written. Default: docs/results in a checkout, else results.",
        show_default=False,
    ),
]
Page = Annotated[
    bool, typer.Option("--page", help="Only write the page again, of the figures that are there already.")
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
    set_: Settings = [],  # noqa: B006 - typer copies it
    runs: Runs = Path("runs/reproduce"),
    out: Out = None,
    game: Game = None,
    steps: Steps = None,
    page: Page = False,
) -> None:
    """Train on problems whose best play is known, and compare with classic algorithms and published results.

    Or train on a game of Procgen as in the literature: `gamemeta reproduce procgen --game coinrun`. The same
    command continues what Ctrl-C or --hours has stopped.
    """
    _refuse_mixed(problem, cells, gru or learned, game, steps)
    out = out or _results()
    if problem == PROCGEN:
        _procgen(game or "", steps, 1 if seeds is None else seeds, instances, hours, set_, runs, out)
        return
    if problem in (POPGYM, XLAND):
        how = {
            "steps": steps,
            "hours": hours,
            "overrides": tuple(set_),
            "runs": runs,
            "out": out,
            "command": _command(),
        }
        how |= {} if seeds is None else {"seeds": seeds}
        how |= {} if instances is None else {"levels": instances}
        (_popgym if problem == POPGYM else _xland)(cells or [], page, **how)
        return
    if page:
        _write_page(problem, out)
        return
    from gamemeta.reproduction.cells import find_cell
    from gamemeta.reproduction.recipes import GRU, LEARNED, TABLE
    from gamemeta.reproduction.reproduce import Plan

    plan = Plan(
        problem=problem,
        cells=tuple(find_cell(problem, text) for text in cells or ()),
        seeds=3 if seeds is None else seeds,
        variants=(TABLE, *[LEARNED] * learned, *[GRU] * gru),
        instances=10_000 if instances is None else instances,
        jobs=jobs,
        hours=hours,
        overrides=tuple(set_),
        runs=runs,
        out=out,
        command=_command(),
    )
    _reproduce(plan)


def _write_page(problem: str, out: Path) -> None:
    from gamemeta.errors import ConfigError
    from gamemeta.reproduction.reproduce import write_page

    records, target = write_page(problem, out)
    if not records:
        raise ConfigError(f"{out} holds no figures of {problem}. Leave --page out to train and measure.")
    echo(f"wrote {target}, of the figures of {len(records)} cells")


def _reproduce(plan: "Plan") -> None:
    """Do what is planned, and show the outcome."""
    from gamemeta.reproduction.reproduce import reproduce
    from gamemeta_cli.terminal.reproduce_screen import make_watcher

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
    if problem == POPGYM and (variants or game):
        raise ConfigError("popgym has no --gru, --learned and --game; choose a game with --cell.")
    if problem == XLAND and (variants or game):
        raise ConfigError("xland has no --gru, --learned and --game; choose a task set with --cell.")
    if problem not in (PROCGEN, POPGYM, XLAND) and (game or steps):
        raise ConfigError(
            f"--game is for procgen, --steps for procgen, popgym and xland: {problem} has neither."
        )


def _procgen(
    game: str,
    steps: int | None,
    seeds: int,
    levels: int | None,
    hours: float | None,
    overrides: list[str],
    runs: Path,
    out: Path,
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
        overrides=tuple(overrides),
        runs=runs,
        out=out,
        command=_command(),
    )
    made = reproduce_procgen(plan, lambda: make_screen(False))
    if made is None:
        echo(f"Stopped; go on with: {plan.command}")
        raise typer.Exit(0 if hours else 130)
    echo(page([made]))
    echo(f"All games: {plan.out / PAGE}; the figures beside it as JSON.")


def _popgym(cells: list[str], page: bool, **how: Any) -> None:
    """Memory games of POPGym; shows the page's rows of them."""
    from gamemeta.reproduction.popgym.reproduce import KEPT, POPGymPlan, find_size, reproduce_popgym, table

    plan = POPGymPlan(sizes=tuple(find_size(cell) for cell in cells), **how)
    made = _made(KEPT, plan, reproduce_popgym, page)
    echo(table(made, plan.sizes))
    echo(f"All games: {KEPT.page_in(plan.out)}; the figures beside it as JSON.")


def _xland(cells: list[str], page: bool, **how: Any) -> None:
    """Hidden goals and rules of XLand-MiniGrid; shows the page's rows of them."""
    from gamemeta.reproduction.xland.page import rows
    from gamemeta.reproduction.xland.reproduce import KEPT, XLandPlan, chosen, reproduce_xland

    plan = XLandPlan(tasks=tuple(cells), **how)
    made = _made(KEPT, plan, reproduce_xland, page)
    echo(rows(chosen(made, plan.tasks)))
    echo(f"All task sets: {KEPT.page_in(plan.out)}; the figures beside it as JSON.")


def _made(kept: "Kept", plan: Any, reproduce: Callable[..., Any], page: bool) -> "dict[str, Record]":
    """The records of a plan: trained and measured, or, for the page alone, those that are there."""
    from gamemeta.errors import ConfigError
    from gamemeta_cli.terminal.screen import make_screen

    if page:
        there = kept.read(plan.out)
        if not there:
            raise ConfigError(
                f"{plan.out} holds no figures of {kept.problem}. Leave --page out to train and measure."
            )
        kept.write(plan.out, there)
        return there
    made: dict[str, Record] | None = reproduce(plan, lambda: make_screen(False))
    if made is None:
        echo(f"Stopped; go on with: {plan.command}")
        raise typer.Exit(0 if plan.hours else 130)
    return made


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
        echo(
            f"warning: {plan.instances:,} instances are too few to see differences of one percent; "
            f"give {ENOUGH_INSTANCES:,} or more.",
            err=True,
        )


def _show(plan: "Plan", outcome: "Outcome") -> None:
    """The table, where it is kept, and how to go on."""
    from gamemeta.reproduction.jobs import GO_ON, INTERRUPTED
    from gamemeta.reproduction.pages import built_in
    from gamemeta.reproduction.sheets import sheet
    from gamemeta_cli.terminal.reproduce_screen import draw_sheet

    console = PlainConsole()
    if outcome.all_records:
        console.print(draw_sheet(sheet(outcome.all_records)))
        console.print(built_in(plan.problem).replace("\n", " "), soft_wrap=True)
        console.print(f"Table: {outcome.page}; all figures beside it as JSON.", soft_wrap=True)
    if outcome.stopped != GO_ON:
        why = "Stopped" if outcome.stopped == INTERRUPTED else "Its time was up"
        console.print(f"{why}; go on with: {plan.command}", soft_wrap=True)
    if outcome.stopped == INTERRUPTED:
        raise typer.Exit(130)
