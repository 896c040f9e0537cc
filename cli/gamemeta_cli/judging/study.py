"""`gamemeta study`: which way to adapt suits a game?"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gamemeta_cli.ending import exit_code
from gamemeta_cli.options import Json, Tiles
from gamemeta_cli.terminal.console import PlainConsole, ProgressLine, echo, echo_sentence, print_sentence
from gamemeta_cli.train_options import Variations

if TYPE_CHECKING:
    from gamemeta.evaluation.watch import Watch
    from gamemeta.studies.record import Record
    from gamemeta.studies.variant import Variant
    from gamemeta.training.config import TrainConfig
    from gamemeta.training.observer import Observer
    from gamemeta_levels.families.level_set import LevelSet

MOST_SEEDS = 100
PAGES = ("study.md", "study.html")

Game = Annotated[
    str,
    typer.Argument(
        metavar="GAME",
        help="A game of `gamemeta games`, an outside game (gymnasium/CartPole-v1), or your own class "
        "(path/to/my_game.py:MyGame).",
        show_default=False,
    ),
]
Learners = Annotated[
    str,
    typer.Option(
        metavar="NAME,NAME",
        help="Learners to compare, with commas, each with every cell of --cells, or with one of its own: "
        "rl2:gru. `gamemeta train --help` says what each is.",
    ),
]
Cells = Annotated[
    str,
    typer.Option(
        metavar="CELL,CELL",
        help="Memory cells to compare, such as mingru,gru,mingru+table. Default: those of the game's own "
        "settings.",
        show_default=False,
    ),
]
Seeds = Annotated[
    int, typer.Option(metavar="N", min=1, max=MOST_SEEDS, help="Trainings of each variant: seeds 0 to N - 1.")
]
Minutes = Annotated[
    float | None,
    typer.Option(
        metavar="M",
        min=0.01,
        help="Train each variant with the steps that fit into M minutes of processor time by its own speed, "
        "which is measured first.",
        show_default=False,
    ),
]
Steps = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Train each variant with N steps. Default: the game's own.",
        show_default=False,
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="SECTION.NAME=VALUE",
        help="Change one setting of all variants, such as trial.episodes=6; repeatable.",
        show_default=False,
    ),
]
Levels = Annotated[
    str | None,
    typer.Option(
        metavar="N|DIR|GLOB",
        help="How many test levels (default 1024), or level files to train and to test on instead of "
        "generated levels: a folder, or a pattern in quotes.",
        show_default=False,
    ),
]
BaselinesOf = Annotated[
    str,
    typer.Option(
        metavar="each|first|none",
        help="Also train reset-trained and revealed baselines, for room and adaptation index: each variant's "
        "own, with three trainings a seed instead of one; those of the first variant, for all; or none.",
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Folder of the study. Default: runs/study-GAME.", show_default=False),
]


def study(
    game: Game,
    learners: Learners = "rl2",
    cells: Cells = "",
    seeds: Seeds = 3,
    minutes: Minutes = None,
    steps: Steps = None,
    set_: Settings = None,
    levels: Levels = None,
    variations: Variations = None,
    tiles: Tiles = None,
    baselines: BaselinesOf = "each",
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Compare learners and memory cells on a game: train all, with their baselines, and write one table.

    Stopped by Ctrl-C, the same command goes on. More variants may be added to a study later. The folder gets
    study.json, study.md and study.html, and a run for every training.
    """
    from gamemeta.bench.machine import machine
    from gamemeta.evaluation.page.charts import check_matplotlib
    from gamemeta.games.registry import use_game
    from gamemeta.studies.findings import check
    from gamemeta.studies.record import Plan, opened
    from gamemeta.studies.variant import check_overrides, variants
    from gamemeta.training.run_directory import run_name
    from gamemeta_cli.evaluate import number_or_files

    _check_options(minutes, steps, baselines)
    check_matplotlib()
    name, overrides, (number, files) = use_game(game), list(set_ or ()), number_or_files(levels)
    chosen = variants(learners, cells)
    check_overrides(chosen, overrides)
    level_set = _level_set(chosen[0].config(name, overrides, 0), (files, variations, tiles), overrides)
    plan = Plan(
        game=name,
        seeds=seeds,
        minutes=minutes,
        steps=steps,
        overrides=tuple(overrides),
        levels=number,
        level_files=files,
        level_set=level_set.identity() if level_set else None,
        variations=variations,
        tiles=str(tiles) if tiles else None,
        baselines=baselines,
    )
    record = opened(out or Path("runs") / f"study-{run_name(name)}", plan, machine())
    check(record)
    _compare(record, chosen, level_set)
    _show(record, as_json)


def _check_options(minutes: float | None, steps: int | None, baselines: str) -> None:
    """Raises ConfigError for options that mean nothing."""
    from gamemeta.errors import ConfigError
    from gamemeta.studies.record import BASELINES

    if minutes is not None and steps is not None:
        raise ConfigError("--minutes and --steps both say how long to train: give one.")
    if baselines not in BASELINES:
        raise ConfigError(f"--baselines {baselines}: give {', '.join(BASELINES[:-1])} or {BASELINES[-1]}.")


def _level_set(
    config: "TrainConfig", files: tuple[str | None, int | None, Path | None], overrides: list[str]
) -> "LevelSet | None":
    """The level files of `--levels`, `--variations` and `--tiles`; a game that is not included is tested."""
    from gamemeta_cli.train import check_game, level_set_of

    check_game(config)
    return level_set_of(config, *files, overrides)


def _compare(record: "Record", variants: "Sequence[Variant]", level_set: "LevelSet | None") -> None:
    """Train and test what is not known yet, on a screen."""
    from gamemeta.studies.comparison import compare

    lines: list[ProgressLine] = []
    try:
        compare(
            record,
            variants,
            lambda title: _screen(title, lines),
            lambda title: _watch(title, lines),
            level_set,
        )
    except KeyboardInterrupt as stop:
        echo_sentence(f"Stopped; the same command goes on with {record.path}.", err=True)
        raise typer.Exit(exit_code(stop)) from None
    finally:
        for line in lines:
            line.stop()


@contextmanager
def _screen(title: str, lines: list[ProgressLine]) -> Iterator["Observer"]:
    """The screen of a training below its name."""
    from gamemeta_cli.terminal.screen import make_screen

    for line in lines:
        line.stop()
    echo(title, err=True)
    with make_screen(tensorboard=False, to_stderr=True) as screen:
        yield screen


def _watch(title: str, lines: list[ProgressLine]) -> "Watch":
    """Shows how far the test of a variant is."""
    from gamemeta.evaluation.watch import Watch

    line = ProgressLine(f"{title}: playing the test levels")
    lines.append(line)
    return Watch(show=line, cut=False)


def _show(record: "Record", as_json: bool) -> None:
    """Print the tables, or JSON, and write the pages."""
    from gamemeta.files import write_atomically
    from gamemeta.studies.findings import COSTS, findings, in_words, markdown, scores_table, sentences
    from gamemeta.studies.page import write_page
    from gamemeta_cli.terminal.whole_table import WholeTable

    command = command_of(record)
    text, page = (record.path / name for name in PAGES)
    write_atomically(text, markdown(record, command).encode())
    write_page(record, command, page)
    if as_json:
        typer.echo(json.dumps(record.rows, indent=1))
    else:
        console, entries = PlainConsole(), findings(record)
        heads, rows = scores_table(entries)
        measure = "score" if "par" in entries[0].row["result"] else "return"
        scores = WholeTable(["variant", *heads], title=f"{record.plan.game}: {measure} by episode, ± 95%")
        for one, cells in zip(entries, rows, strict=True):
            scores.add_row(one.name, *map(in_words, cells))
        costs = WholeTable(["variant", *COSTS], title="what it costs")
        for one in entries:
            costs.add_row(one.name, *one.costs())
        console.print(scores, costs)
        for variant, sentence in sentences(record):
            print_sentence(console, f"{variant}: {sentence}")
    for path in (text, page):
        echo(f"wrote {path}", err=True)


def command_of(record: "Record") -> str:
    """The command that makes this study."""
    from gamemeta.command_line import command_word
    from gamemeta.games.registry import typed_word
    from gamemeta.studies.record import EACH
    from gamemeta.studies.variant import Variant

    plan = record.plan
    words = [
        "gamemeta study",
        command_word(typed_word(plan.game) or plan.game),
        "--learners",
        ",".join(Variant.named(name).word for name in record.rows),
    ]
    words += ["--seeds", str(plan.seeds)]
    words += ["--minutes", f"{plan.minutes:g}"] if plan.minutes is not None else []
    words += ["--steps", str(plan.steps)] if plan.steps is not None else []
    words += [f"--set {command_word(setting)}" for setting in plan.overrides]
    words += ["--levels", str(plan.levels)] if plan.levels is not None else []
    words += ["--levels", command_word(plan.level_files)] if plan.level_files is not None else []
    words += ["--variations", str(plan.variations)] if plan.variations is not None else []
    words += ["--tiles", command_word(plan.tiles)] if plan.tiles is not None else []
    words += [] if plan.baselines == EACH else ["--baselines", plan.baselines]
    return " ".join(words)
