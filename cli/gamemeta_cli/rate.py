"""`gamemeta levels rate`: how hard levels are for an agent, and how unlike those it knows."""

import json
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gamemeta.agent.file import AGENT_FILE
from gamemeta.playing.choose import choose_agent
from gamemeta_cli.levels.options import number_of
from gamemeta_cli.options import Json, Seed, Tiles, words_in
from gamemeta_cli.terminal.chart import spread_evenly
from gamemeta_cli.terminal.console import PlainConsole, ProgressLine, echo, print_sentence
from gamemeta_cli.terminal.whole_table import WholeTable
from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats import Reading, family_named_by
from gamemeta_levels.formats.gather import each_level, is_gathering
from gamemeta_levels.formats.once import ReadOnce
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.split import parse_address

if TYPE_CHECKING:
    from gamemeta.evaluation.rating import Rating
    from gamemeta.evaluation.statistics.scores import Curve

MOST_COLUMNS = 6
"""Episodes that the table shows at most; JSON has them all."""

LEVEL_WIDTH, COLUMN_WIDTH = 28, 7
"""Columns of the terminal that are kept for the name of a level and for a score."""
UNUSUAL = "what is unusual"
INTERRUPTED = 130
"""Exit code where Ctrl-C ended the play, and what is known was printed."""

LEAST_SHOWN = 0.05
"""Standard deviations below which a level counts as like those trained on."""

AGENT_SUFFIX = Path(AGENT_FILE).suffix
Words = Annotated[
    list[str],
    typer.Argument(
        metavar="[AGENT] LEVEL...",
        help="Levels: 17, test:17, far:3 or level files. An agent file, the directory of a run, or a game "
        "may come first. Without one: the newest run below ./runs that plays the first level, else an "
        "included agent.",
        show_default=False,
    ),
]
Episodes = Annotated[
    int | None,
    typer.Option(min=1, max=1000, metavar="K", help="Episodes on each level. Default: as in training."),
]
Repeats = Annotated[
    int,
    typer.Option(min=1, max=1000, metavar="N", help="Trials on each level; more make intervals narrower."),
]


def rate(
    words: Words,
    episodes: Episodes = None,
    repeats: Repeats = 16,
    seed: Seed = 0,
    as_json: Json = False,
    tiles: Tiles = None,
) -> None:
    """Rate levels by an agent: scores by episode, difficulty, distance from its training levels."""
    from gamemeta.agent.file import read_agent
    from gamemeta.evaluation.rating import rate_agent
    from gamemeta.evaluation.watch import Watch

    agent, levels = agent_and_levels(words)
    meaning, read = words_in(tiles), ReadOnce()
    first = None if agent else first_readable(levels, meaning, read)
    path = choose_agent(agent, level=first, tiles=meaning, read=read)
    file = read_agent(path)
    with ProgressLine("playing trials") as line:
        asked = rate_agent(
            file,
            levels,
            tiles=meaning,
            read=read,
            episodes=episodes,
            repeats=repeats,
            seed=seed,
            watch=Watch(show=line),
            reading=line.saying("reading levels"),
        )
    ratings = [rating for rating in asked if rating.known]
    if as_json:
        typer.echo(json.dumps({"agent": file.digest, "levels": [r.to_json() for r in ratings]}, indent=1))
    else:
        show(ratings, f"{path} ({file.digest})", repeats)
    if len(ratings) < len(asked):
        echo(f"stopped: {len(ratings)} of {number_of(len(asked), 'level')}", err=True)
        raise typer.Exit(INTERRUPTED)
    if any(rating.error for rating in ratings):
        raise typer.Exit(2)


def agent_and_levels(words: list[str]) -> tuple[Path | None, list[str]]:
    """The agent, where the first word names one, and the levels, those of folders and patterns one by one.

    Raises:
        BadParameter: no level is named.
        LevelError: a folder or a pattern without level files.
    """
    agent = Path(words[0]) if _is_agent(words[0]) else None
    levels = [level for word in words[agent is not None :] for level in each_level(word)]
    if not levels:
        raise typer.BadParameter("name at least one level: 17, test:17, far:3, a level file or a folder.")
    return agent, levels


def _is_agent(word: str) -> bool:
    path = Path(word)
    if path.suffix == AGENT_SUFFIX or (path / AGENT_FILE).is_file():
        return True
    return not (parse_address(word) or is_gathering(word) or path.exists())


def first_readable(levels: list[str], tiles: TileWords, read: Reading) -> str | None:
    """The first level whose file can be read; the others are listed with what is wrong with them."""
    for word in levels:
        with suppress(LevelError):
            family_named_by(word, words=tiles, read=read)
            return word
    return None


def show(ratings: list["Rating"], agent: str, repeats: int) -> None:
    """The agent in words, and the levels that can be played, the hardest first; then those that cannot."""
    console = PlainConsole(soft_wrap=True)
    good = sorted((r for r in ratings if r.rank is not None), key=lambda r: r.rank or 0)
    if good:
        title = (
            f"agent {agent}, {repeats} trials a level\nscore 0 is random play, 1 the solver\nhardest first"
        )
        console.print(_table(good, title, console.width))
    for rating in filter(lambda r: r.cut_off, good):
        print_sentence(console, f"{rating.name} is {rating.cut_off}.", "yellow")
    for rating in filter(lambda r: r.outside, good):
        measures = ", ".join(name.replace("_", " ") for name in rating.outside)
        print_sentence(
            console,
            f"{rating.name} is unlike every training level ({measures}): its scores show how this agent "
            "copes with something new, and little of how hard the level is.",
            "yellow",
        )
    for rating in ratings:
        if rating.error is not None:
            print_sentence(console, f"{rating.name}: cannot be rated: {rating.error}", "red")


def _table(ratings: list["Rating"], title: str, width: int) -> WholeTable:
    """Two lines a level: scores above the half widths of their 95% intervals, its size, what is unusual."""
    columns = max(2, min(MOST_COLUMNS, (width - LEVEL_WIDTH) // COLUMN_WIDTH - 2))
    episodes = spread_evenly(_curve(ratings[0]).score, columns)
    headings = ["level", "par", *(f"ep {k + 1}" for k in episodes), "mean", UNUSUAL]
    table = WholeTable(
        headings, title=title, prose=[UNUSUAL], bold=["mean"], pad_edge=False, collapse_padding=True
    )
    for rating in ratings:
        scores = (_score(_curve(rating), k) for k in episodes)
        head = (_name(rating), str(rating.par_steps))
        table.add_row(*head, *scores, f"{rating.score:.2f}", _unlike(rating))
    return table


def _curve(rating: "Rating") -> "Curve":
    assert rating.curve is not None
    return rating.curve


def _score(curve: "Curve", k: int) -> str:
    margin = (curve.score_high[k] - curve.score_low[k]) / 2
    return f"{curve.score[k]:.2f}" + (f"\n±{margin:.2f}" if isfinite(margin) else "")


def _name(rating: "Rating") -> str:
    assert rating.level is not None
    return f"{rating.name}\n{rating.level.height} x {rating.level.width}"


def _unlike(rating: "Rating") -> str:
    """The measure that deviates most from the training levels, in words."""
    from gamemeta_levels.inspection.measures import MEASURES

    assert rating.deviations is not None and rating.unlike is not None
    worst = rating.deviations[rating.unlike]
    if abs(worst.z) < LEAST_SHOWN:
        return "usual in every measure"
    name = rating.unlike.replace("_", " ")
    value, low, high, mean = (
        MEASURES[rating.unlike].shown(x) for x in (worst.value, worst.low, worst.high, worst.mean)
    )
    if worst.outside:
        return f"{name} {value}; trained on {low} to {high}"
    return f"{name} {value}, usually {mean} ({worst.z:+.1f} sd)"
