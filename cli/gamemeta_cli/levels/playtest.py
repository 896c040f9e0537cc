"""`gamemeta levels playtest`: what players will do on a level, by an agent that tries it several times."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gamemeta.playing.choose import choose_agent
from gamemeta_cli.levels.options import number_of
from gamemeta_cli.options import Json, Seed, Tiles, words_in
from gamemeta_cli.rate import INTERRUPTED, agent_and_levels, first_readable
from gamemeta_cli.terminal.console import PlainConsole, ProgressLine, echo
from gamemeta_cli.terminal.whole_table import WholeTable
from gamemeta_levels.formats.once import ReadOnce

if TYPE_CHECKING:
    from gamemeta.evaluation.playtest.level_test import LevelTest
    from gamemeta.evaluation.playtest.playtest import PlayTest

BAR = 20
"""Characters of a bar of difficulty 1."""

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="[AGENT] LEVEL...",
        help="Levels: 17, test:17, far:3, level files, folders of them, or patterns in quotes. An agent "
        "file, the directory of a run, or a game may come first. Without one: the newest run below ./runs "
        "that plays the first level, else an included agent.",
        show_default=False,
    ),
]
Report = Annotated[
    Path | None,
    typer.Option(metavar="FILE.html", help="Also write a page with heat maps.", show_default=False),
]
Order = Annotated[bool, typer.Option("--order", help="Print the levels from the easiest to the hardest.")]
Episodes = Annotated[
    int | None,
    typer.Option(min=1, max=1000, metavar="K", help="Tries of a player. Default: as in training."),
]
Repeats = Annotated[
    int, typer.Option(min=1, max=1000, metavar="N", help="Players on each level, each with other luck.")
]


def playtest(
    words: Words,
    report: Report = None,
    order: Order = False,
    episodes: Episodes = None,
    repeats: Repeats = 16,
    seed: Seed = 0,
    as_json: Json = False,
    tiles: Tiles = None,
) -> None:
    """Play-test levels: first try against last, where players die, what they miss, and what is wrong."""
    from gamemeta.agent.file import read_agent
    from gamemeta.evaluation.page.html import check_target
    from gamemeta.evaluation.playtest.page import write_page
    from gamemeta.evaluation.playtest.playtest import playtest as play
    from gamemeta.evaluation.watch import Watch

    if report:
        check_target(report, (".html", ".htm"))
    agent, levels = agent_and_levels(words)
    meaning, read = words_in(tiles), ReadOnce()
    first = None if agent else first_readable(levels, meaning, read)
    file = read_agent(choose_agent(agent, level=first, tiles=meaning, read=read))
    with ProgressLine("playing tries") as line:
        result = play(
            file,
            levels,
            tiles=meaning,
            read=read,
            episodes=episodes,
            repeats=repeats,
            seed=seed,
            watch=Watch(show=line),
        )
    if as_json:
        typer.echo(json.dumps(result.to_json(), indent=1))
    elif order:
        _show_order(result)
    else:
        _show(result)
    if report:
        write_page(result, report)
        echo(f"wrote {report}", err=True)
    if result.stopped:
        echo(f"stopped: {len(result.tests)} of {number_of(result.asked, 'level')}", err=True)
        raise typer.Exit(INTERRUPTED)
    if result.refused:
        raise typer.Exit(2)


def _show(result: "PlayTest") -> None:
    """The table of the levels, the hardest first, then what stands out in each."""
    console = PlainConsole(soft_wrap=True)
    hardest = result.ranked[::-1]
    if hardest:
        title = (
            f"agent {result.agent}, {number_of(result.repeats, 'player')} a level, "
            f"{number_of(result.episodes, 'try').replace('trys', 'tries')} each\n"
            "first try above, last try below; hardest first"
        )
        headings = ["level", "difficulty", "solved", "steps", "detour", "deaths", "unseen tiles"]
        table = WholeTable(headings, title=title, bold=["difficulty"], pad_edge=False, collapse_padding=True)
        for test in hardest:
            table.add_row(*_row(test))
        console.print(table)
    for test in [*result.refused, *hardest]:
        for finding in test.findings:
            console.print(f"{test.name}: {finding.words}", style="red" if finding.problem else "yellow")
        if test.rating.error and not test.findings:
            console.print(f"{test.name}: cannot be played: {test.rating.error}", style="red")
    wrong = sum(bool(test.problems or test.rating.error) for test in result.tests)
    console.print(f"{number_of(len(result.tests), 'level')}, {wrong} with problems")


def _row(test: "LevelTest") -> tuple[str, ...]:
    """First try above last."""
    agent, detours, deaths = test.curves["agent"], test.detours, test.deaths
    unseen, reachable = int(test.never_visited.sum()), int(test.reachable.sum())

    def both(values: list[str]) -> str:
        return f"{values[0]}\n{values[-1]}"

    return (
        f"{test.name}\n{test.level.height} x {test.level.width}",
        f"{test.difficulty:.2f}",
        both([f"{share:.0%}" for share in agent.success]) if agent.knows_success else "",
        both([f"{steps:.1f}" for steps in agent.steps]),
        "" if detours is None else both(["-" if one is None else f"x{one:.1f}" for one in detours]),
        both([f"{share:.0%}" for share in deaths]),
        f"{unseen}\nof {reachable}",
    )


def _show_order(result: "PlayTest") -> None:
    """Names, the easiest first, with difficulty as a curve of bars."""
    console = PlainConsole(soft_wrap=True)
    table = WholeTable(["level", "difficulty", "curve"], prose=["curve"], box=None, pad_edge=False)
    for test in result.ranked:
        bar = "=" * round(BAR * min(max(test.difficulty, 0.0), 1.0))
        table.add_row(test.name, f"{test.difficulty:.2f}", bar)
    console.print(table)
    for test in result.refused:
        console.print(f"{test.name}: cannot be played: {test.rating.error}", style="red")
