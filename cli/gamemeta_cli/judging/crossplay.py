"""`gamemeta crossplay`: agents of one game against each other, in every role."""

import io
import json
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from gamemeta.agent.file import AGENT_FILE
from gamemeta_cli.options import AgentPaths, Json, Seed
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.whole_table import WholeTable

if TYPE_CHECKING:
    from gamemeta.agent.file import AgentFile
    from gamemeta.evaluation.crossplay import CrossPlay

Game = Annotated[
    str | None,
    typer.Option(
        "--game",
        metavar="GAME|FILE.py:CLASS",
        help="Game that all agents must play; a file is run.",
        show_default=False,
    ),
]
Matches = Annotated[
    int | None,
    typer.Option(
        metavar="K", min=1, max=1000, help="Matches in a row. Default: as the first agent was trained."
    ),
]
Levels = Annotated[
    int, typer.Option(metavar="N", min=1, max=10**6, help="Test levels that each pair plays on.")
]
Out = Annotated[
    Path | None,
    typer.Option(metavar="FILE.png", help="Also draw the scores as a picture.", show_default=False),
]


def crossplay(
    agents: AgentPaths,
    game: Game = None,
    matches: Matches = None,
    levels: Levels = 256,
    seed: Seed = 0,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Let agents, the game's own bots and random play meet each other in every role.

    The tables show the return of the agent of the row. Agents keep their memory from match to match.
    """
    from gamemeta.evaluation.crossplay import CrossPlayConfig
    from gamemeta.evaluation.crossplay import crossplay as play

    check_picture(out)
    files = named_agents(agents, game)
    first = next(iter(files.values()))
    config = CrossPlayConfig(levels=levels, matches=matches or first.episodes, seed=seed)
    result = play(files, config)
    if out is not None:
        write_picture(result, out)
    if as_json:
        typer.echo(json.dumps(result.to_json(), indent=1))
    else:
        show(result)


def check_picture(out: Path | None) -> None:
    """Raises BadParameter where a picture cannot be written, before anything is played."""
    if out is not None and out.suffix.lower() != ".png":
        raise typer.BadParameter(f"{out}: give a name that ends in .png.", param_hint="--out")
    if out is not None and not out.absolute().parent.is_dir():
        raise typer.BadParameter(f"{out.parent}: there is no such folder. Make it first.", param_hint="--out")


def named_agents(paths: list[Path], game: str | None) -> dict[str, "AgentFile"]:
    """Agents by distinct names: those of their folders or files, numbered where they are equal.

    Raises:
        GamemetaError: an agent cannot be read, or plays another game than `game`.
    """
    from gamemeta.agent.file import read_agent
    from gamemeta.games.registry import refuse_other_game, use_game
    from gamemeta.playing.choose import choose_agent

    named, files = use_game(game) if game else None, {}
    for path in paths:
        place = choose_agent(path)
        file = read_agent(place)
        refuse_other_game(named, file.game)
        base = place.absolute().parent.name if place.name == AGENT_FILE else place.stem
        name, count = base, 1
        while name in files:
            count += 1
            name = f"{base} {count}"
        files[name] = file
    return files


def write_picture(result: "CrossPlay", out: Path) -> None:
    """The matrix as a PNG file."""
    from gamemeta.evaluation.page.crossplay_picture import draw_crossplay
    from gamemeta.files import write_atomically

    data = io.BytesIO()
    draw_crossplay(result).save(data, "PNG")
    write_atomically(out, data.getvalue())


def show(result: "CrossPlay") -> None:
    """A table for each role."""
    console = PlainConsole(soft_wrap=True)
    played = result.config
    console.print(
        f"{result.game}: {played.levels:,} test levels, trials of {played.matches} matches\n"
        "mean score of the row with half its 95% interval, over levels only; first match > last match"
    )
    for role in range(len(result.roles)):
        console.print(_table(result, role))
        unknown = [name for row, name in enumerate(result.rows) if np.isnan(result.score[role, row]).all()]
        if unknown:
            console.print(
                f"{', '.join(unknown)} cannot play {result.roles[role]}: trained beside scripted players, in "
                f"the role {result.roles[0]} alone (train with --set game.others=outside for every role)",
            )


def _table(result: "CrossPlay", role: int) -> WholeTable:
    from gamemeta.evaluation.crossplay import WHOLE

    met = ~np.isnan(result.score[role, ..., WHOLE])
    columns = [k for k in range(len(result.columns)) if met[:, k].any()]
    headings = ["", *(result.columns[k] for k in columns)]
    table = WholeTable(headings, title=f"as {result.roles[role]}, against")
    for row in np.flatnonzero(met.any(axis=1)).tolist():
        table.add_row(result.rows[row], *(_cell(result, role, row, k) for k in columns))
    return table


def _cell(result: "CrossPlay", role: int, row: int, column: int) -> str:
    *matches, mean = result.score[role, row, column].tolist()
    if isnan(mean):  # there is no such pair
        return "-"
    half = (result.high[role, row, column, -1] - result.low[role, row, column, -1]) / 2
    return f"{mean:.2f} ±{half:.2f}\n{matches[0]:.2f} > {matches[-1]:.2f}"
