"""`gamemeta evaluate`: is the agent good, and is it its memory that makes it so?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gamemeta_cli.judging.baselines import EXIT_CODES, baselines_table, summary, trainer
from gamemeta_cli.options import GameFile, Json, Seed, Tiles, words_in
from gamemeta_cli.terminal.console import PlainConsole, ProgressLine, echo, echo_sentence, print_sentence

if TYPE_CHECKING:
    from gamemeta.agent.file import AgentFile
    from gamemeta.evaluation.beliefs import BeliefReport
    from gamemeta.evaluation.study import Study
    from gamemeta_levels.families.level_set import LevelSet

MOST_LEVELS = 10**6

Agents = Annotated[
    list[Path],
    typer.Argument(
        metavar="AGENT...",
        help="Agent files, directories of runs, or a game: its newest run below ./runs, else the agent that "
        "is included for it. Several must be of one training, with different seeds.",
        show_default=False,
    ),
]
Split = Annotated[
    str | None,
    typer.Option(
        metavar="test|validation|far|train|any",
        help="Levels to play: unseen ones (test, validation), ones outside the training ranges (far), or "
        "those trained on (train). Default: test; of level files that the agent was not trained on, all "
        "(any).",
        show_default=False,
    ),
]
Levels = Annotated[
    str | None,
    typer.Option(
        metavar="N|DIR|GLOB",
        help="How many levels of the split (default 1024), or level files: a folder, or a pattern in quotes.",
        show_default=False,
    ),
]
Episodes = Annotated[
    int | None,
    typer.Option(metavar="K", help="Episodes on each level. Default: as in training.", min=1),
]
Report = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.html", help="Also write a web page that needs no other file.", show_default=False
    ),
]
Figure = Annotated[
    Path | None,
    typer.Option(
        "--figure",
        metavar="FILE.png|.svg",
        help="Also draw the score by episode.",
        show_default=False,
    ),
]
Baselines = Annotated[
    bool,
    typer.Option(
        "--baselines",
        help="Also train the reset-trained and the revealed baseline with the same budget (or take them from "
        "the cache), and show how much of the room between them the agent gains by adapting.",
    ),
]
Beliefs = Annotated[
    bool,
    typer.Option(
        "--beliefs",
        help="Also hold what the agents believe of hidden facts against what is true: log loss and "
        "reliability by episode, beside exact inference where it is known.",
    ),
]
Cache = Annotated[Path, typer.Option(metavar="DIR", help="Where trained baselines are kept.")]
Assert = Annotated[
    str | None,
    typer.Option(
        "--assert",
        metavar="adapted",
        help="For scripts: compare with the baselines and exit with 0 (adapts), 3 (too small to "
        "matter) or 4 (cannot say).",
        show_default=False,
    ),
]


def evaluate(
    agents: Agents,
    split: Split = None,
    levels: Levels = None,
    tiles: Tiles = None,
    episodes: Episodes = None,
    seed: Seed = 0,
    as_json: Json = False,
    report: Report = None,
    figure: Figure = None,
    beliefs: Beliefs = False,
    baselines: Baselines = False,
    cache: Cache = Path("runs/baselines"),
    claim: Assert = None,
    game: GameFile = None,
) -> None:
    """Score an agent on unseen levels, beside itself without memory, random play and the solver.

    Several agents of one training with different seeds are scored together: means, with intervals over levels
    and seeds.
    """
    from gamemeta.evaluation.study import evaluate_study
    from gamemeta.evaluation.watch import Watch

    check_outputs(report, figure)
    check_claim(claim)
    names, files = read_agents(agents, game)
    files = believing(files) if beliefs else files
    compares = baselines or claim is not None
    number, level_set, part = chosen_levels(files, levels, split, tiles)
    with ProgressLine(f"playing {'the ' * (part != 'any')}{part.replace('any', 'all')} levels") as line:
        study = evaluate_study(
            files,
            names=names,
            baselines=trainer(files, cache, level_set, line.stop) if compares else None,
            split=part,
            levels=number,
            episodes=episodes,
            seed=seed,
            level_set=level_set,
            watch=Watch(show=line, cut=False),
        )
    reports = held_against_truth(study, level_set) if beliefs else []
    show(study, as_json, "" if level_set else again(agents[0], game, part), reports)
    write_outputs(study, report, figure)
    if claim:
        raise typer.Exit(EXIT_CODES[study.evaluation.word])


def read_agents(agents: Sequence[Path], game: str | None) -> "tuple[list[str], list[AgentFile]]":
    """Paths and agent files.

    Raises:
        GamemetaError: one cannot be read, or plays another game than `game`.
    """
    from gamemeta.agent.file import read_agent
    from gamemeta.games.registry import refuse_other_game, use_game
    from gamemeta.playing.choose import choose_agent

    named = use_game(game) if game else None
    paths = [choose_agent(agent) for agent in agents]
    files = [read_agent(path) for path in paths]
    for agent, path in zip(agents, paths, strict=True):
        if agent not in (path, path.parent):
            echo(f"{agent} is {path}", err=True)
    for file in files:
        refuse_other_game(named, file.game)
    return [str(path) for path in paths], files


def chosen_levels(
    files: Sequence["AgentFile"], word: str | None, split: str | None, tiles: Path | None = None
) -> "tuple[int, LevelSet | None, str]":
    """How many levels to play, the files they come from, if they do, and which of them: a split."""
    from gamemeta.evaluation.evaluation import usual_levels
    from gamemeta.evaluation.level_set import levels_for, needs_levels, note_on, part_of
    from gamemeta.games.setup import GameSetup

    if word is None:
        needs_levels(files)
        return usual_levels(GameSetup.of(files[0])), None, split or "test"
    number, _ = number_or_files(word)
    if number is not None:
        return number, None, split or "test"
    level_set = levels_for(files[0], word, words_in(tiles))
    part = split or part_of(files, level_set)
    echo_sentence(note_on(files, level_set, part), err=True)
    return MOST_LEVELS, level_set, part


def number_or_files(word: str | None) -> tuple[int | None, str | None]:
    """What `--levels` says: a number of levels, or level files; neither where it was not given.

    Raises:
        ConfigError: a number out of range.
    """
    from gamemeta.errors import ConfigError

    if word is None or not word.lstrip("+-").isdigit():
        return None, word
    if len(word) > len(str(MOST_LEVELS)) or not 1 <= int(word) <= MOST_LEVELS:
        raise ConfigError(f"--levels {word[:20]}: give 1 to {MOST_LEVELS}, or level files.")
    return int(word), None


def again(agent: Path, game: str | None, split: str) -> str:
    """The command that evaluates an agent on these levels once more."""
    from gamemeta.command_line import evaluate_command

    return evaluate_command(agent, game) + ("" if split == "test" else f" --split {split}")


def believing(files: Sequence["AgentFile"]) -> "list[AgentFile]":
    """The agents with heads of beliefs. Raises ConfigError for one without, before anything is played."""
    from gamemeta.agent.belief_file import with_beliefs
    from gamemeta.agent.beliefs import need_facts

    believers = [with_beliefs(file) for file in files]
    for file in believers:
        need_facts(file.facts)
    return believers


def held_against_truth(study: "Study", level_set: "LevelSet | None") -> "list[BeliefReport]":
    """What the beliefs of each agent are worth, on the levels and episodes that it was evaluated on."""
    from gamemeta.evaluation.beliefs import evaluate_beliefs

    one = study.evaluation
    return [
        evaluate_beliefs(
            member.agent,
            split=one.split,
            levels=one.levels,
            episodes=one.episodes,
            seed=one.seed,
            level_set=level_set,
        )
        for member in study.members
    ]


def show(
    study: "Study", as_json: bool = False, command: str = "", beliefs: "Sequence[BeliefReport]" = ()
) -> None:
    """Print tables, the curve and a verdict, or JSON; `command` as `Evaluation.verdict` takes it."""
    if as_json:
        more = {"beliefs": [report.to_json() for report in beliefs]} if beliefs else {}
        typer.echo(json.dumps(study.to_json() | more, indent=1))
        return
    from gamemeta_cli.terminal.chart import draw_curve
    from gamemeta_cli.terminal.tables import adaptation_table, belief_table, seeds_table

    console, result = PlainConsole(), study.evaluation
    console.print(*adaptation_table(result))
    if len(study.members) > 1:
        console.print(seeds_table(study.members))
    for report in beliefs:
        console.print(belief_table(report))
    if result.scored:
        console.print(draw_curve(result.curves, ascii_only=console.options.ascii_only, width=console.width))
    print_sentence(console, result.verdict(command))
    if built_in := study.members[0].built_in:
        console.print(f"Built into its memory: {built_in}.")
    if "reset_trained" in result.arms:
        console.print(baselines_table(result))
    if result.adaptation:
        print_sentence(console, summary(result.adaptation))


def check_claim(claim: str | None) -> None:
    """Raises ConfigError for anything else than what `--assert` knows."""
    from gamemeta.errors import ConfigError

    if claim not in (None, "adapted"):
        raise ConfigError(f"--assert {claim}: the one thing that can be asserted is `adapted`.")


def check_outputs(report: Path | None, figure: Path | None) -> None:
    """Before anything is played: can both files be made?

    Raises:
        ConfigError: a name of the wrong kind, or what makes the file is not installed.
        OSError: a folder that is missing or cannot be written to.
    """
    from gamemeta.evaluation.page.charts import check_matplotlib
    from gamemeta.evaluation.page.figure import FORMATS
    from gamemeta.evaluation.page.html import check_target

    if report:
        check_target(report, (".html", ".htm"))
    if figure:
        check_target(figure, FORMATS)
    if report or figure:
        check_matplotlib()


def write_outputs(study: "Study", report: Path | None, figure: Path | None) -> None:
    """Write the page and the figure that were asked for, and say where."""
    from gamemeta.evaluation.page.figure import write_figure
    from gamemeta.evaluation.page.report import write_report

    if report:
        write_report(study, report)
    if figure:
        write_figure(study.evaluation, figure)
    for path in filter(None, (report, figure)):
        echo(f"wrote {path}", err=True)
