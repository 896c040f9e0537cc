"""`gamemeta evaluate`: is the agent good, and is it its memory that makes it so?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from gamemeta_cli.baselines import EXIT_CODES, compared, comparison_table, summary

if TYPE_CHECKING:
    from gamemeta.agent.file import AgentFile
    from gamemeta.evaluation.evaluation import Evaluation

AgentPath = Annotated[Path, typer.Argument(help="Agent file, or the directory of a run.")]
Split = Annotated[
    str, typer.Option(help="Which unseen levels: test, validation or far (train for comparison).")
]
Levels = Annotated[int, typer.Option(help="How many levels of the split.", min=1)]
Episodes = Annotated[int | None, typer.Option(help="Episodes on each level. Default: as trained.", min=1)]
Seed = Annotated[int, typer.Option(help="Seed of the agent's draws.", min=0)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
Report = Annotated[
    Path | None,
    typer.Option(metavar="FILE.html", help="Also write a self-contained page.", show_default=False),
]
Baselines = Annotated[
    bool,
    typer.Option(
        "--baselines",
        help="Compare with the reset-trained and the revealed agent of the same budget: room and "
        "adaptation index. They are trained, or taken from the cache.",
    ),
]
Cache = Annotated[Path, typer.Option(help="Where trained baselines are kept.")]
Assert = Annotated[
    str | None,
    typer.Option(
        "--assert",
        metavar="adapted",
        help="Compare with the baselines; exit with 0 adapted, 3 not adapted, 4 not distinguishable.",
        show_default=False,
    ),
]
FigureFile = Annotated[
    Path | None,
    typer.Option("--figure", metavar="FILE.png|.svg", help="Also draw the curve.", show_default=False),
]


def evaluate(
    agent: AgentPath,
    split: Split = "test",
    levels: Levels = 1024,
    episodes: Episodes = None,
    seed: Seed = 0,
    as_json: Json = False,
    report: Report = None,
    figure: FigureFile = None,
    baselines: Baselines = False,
    cache: Cache = Path("runs/baselines"),
    claim: Assert = None,
) -> None:
    """Play unseen levels as the agent, its controls, at random, and as the solver would."""
    from gamemeta.agent.file import agent_path, read_agent
    from gamemeta.evaluation.evaluation import evaluate_agent
    from gamemeta_cli.chart import draw_curve
    from gamemeta_cli.tables import adaptation_table

    check_outputs(report, figure)
    check_claim(claim)
    file = read_agent(agent_path(agent))
    result = evaluate_agent(file, split=split, levels=levels, episodes=episodes, seed=seed)
    write_outputs(result, file, report, figure)
    comparison = compared(file, result, cache) if baselines or claim else None
    console = Console(highlight=False)
    if as_json:
        typer.echo(json.dumps((comparison or result).to_json(), indent=1))
    else:
        console.print(*adaptation_table(result))
        console.print(draw_curve(result.curves, ascii_only=console.options.ascii_only))
        console.print(result.verdict(), markup=False)
    if comparison and not as_json:
        console.print(comparison_table(comparison))
        console.print(summary(comparison), markup=False, soft_wrap=True)
    if comparison and claim:
        raise typer.Exit(EXIT_CODES[comparison.adaptation.verdict])


def check_claim(claim: str | None) -> None:
    from gamemeta.errors import ConfigError

    if claim not in (None, "adapted"):
        raise ConfigError(f"--assert {claim}: the one thing that can be asserted is `adapted`.")


def check_outputs(report: Path | None, figure: Path | None) -> None:
    """Before anything is played: can both files be made?

    Raises:
        ConfigError: a name of the wrong kind, or what makes the file is not installed.
        OSError: a folder that is missing or cannot be written to.
    """
    from gamemeta.evaluation.aggregates import rliable
    from gamemeta.evaluation.figure import FORMATS, check_matplotlib
    from gamemeta.evaluation.report import check_target

    if report:
        check_target(report, (".html", ".htm"))
        rliable("library")
    if figure:
        check_target(figure, FORMATS)
        check_matplotlib()


def write_outputs(result: "Evaluation", agent: "AgentFile", report: Path | None, figure: Path | None) -> None:
    from gamemeta.evaluation.figure import write_figure
    from gamemeta.evaluation.report import write_report

    if report:
        write_report(result, agent, report)
    if figure:
        write_figure(result, figure)
    for path in filter(None, (report, figure)):
        typer.echo(f"wrote {path}", err=True)
