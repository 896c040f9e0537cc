"""`gamemeta export`: agents as runtimes of other languages, each proved by a golden trace."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.whole_table import WholeTable

if TYPE_CHECKING:
    from gamemeta.export.exporter import Result

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `gamemeta export` wrote.")]
MOST_MEMORY = 1 << 30
CHECK, LIST = "check", "list"


def export(
    agent: Annotated[
        str,
        typer.Argument(
            metavar="AGENT|check|list",
            help="Agent file, the directory of a run, or a game: its newest run below ./runs, else the agent "
            "that is included for it. `check DIR` checks an export again; `list` shows all targets.",
        ),
    ],
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Of `check`: an export.", show_default=False)
    ] = None,
    to: Annotated[
        str,
        typer.Option("--to", metavar="TARGET[,TARGET..]", help="Targets of `export list`, or all."),
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="New folder, or an earlier export to replace; of several targets, each gets a folder in it.",
            show_default=False,
        ),
    ] = None,
    memory: Annotated[
        Path | None,
        typer.Option(
            "--memory",
            metavar="SAVE",
            help="Memory of a mind after an episode, which every mind begins with.",
            show_default=False,
        ),
    ] = None,
    skill: Annotated[
        float, typer.Option("--skill", metavar="S", help="1: plays as trained; 0: at random.")
    ] = 1.0,
) -> None:
    """Export an agent to other languages, with a golden trace and a checker that replays it."""
    if agent in (CHECK, LIST) and not Path(agent).exists():
        _list() if agent == LIST else _check(folder)
    else:
        _export(agent, folder, to, out, memory, skill)


def _list() -> None:
    from gamemeta.export.registry import targets

    table = WholeTable(["target", "what it is", "checked here"])
    for target in targets().values():
        missing = target.missing()
        state = target.unchecked or ("yes" if not missing else f"no: {', '.join(missing)} not installed")
        table.add_row(target.name, target.about, state)
    PlainConsole().print(table)


def _check(folder: Path | None) -> None:
    from gamemeta.errors import ExportError
    from gamemeta.export.exporter import check_export

    if folder is None:
        raise ExportError("give the folder of an export: gamemeta export check DIR")
    _show(check_export(folder))


def _export(
    agent: str, extra: Path | None, to: str, out: Path | None, memory: Path | None, skill: float
) -> None:
    from gamemeta.agent.backend import NUMPY
    from gamemeta.agent.runtime import load
    from gamemeta.errors import ExportError
    from gamemeta.export.exporter import export_agent
    from gamemeta.export.registry import ALL, chosen, targets
    from gamemeta.playing.choose import choose_agent

    names = [name.strip() for name in to.split(",") if name.strip()]
    if extra is not None:
        raise ExportError(f"{extra}: not understood. Write: gamemeta export {agent} --to TARGET --out DIR")
    if not names or out is None:
        known = ", ".join(targets())
        raise ExportError(f"give --to ({known}, or all) and --out, a folder: --to c --out {agent}-c")
    path = choose_agent(agent)
    player = load(path, backend=NUMPY).with_skill(skill)
    if memory is not None:
        player = player.beginning_with(_saved(memory))
    with PlainConsole(stderr=True).status("exporting") as status:
        results = export_agent(
            player,
            chosen(names),
            out,
            name=player.game,
            leave_out=ALL in names,
            progress=status.update,
        )
    _show(results)


def _saved(memory: Path) -> bytes:
    from gamemeta.errors import MemoryMismatch
    from gamemeta_levels.files.reading import read_bounded

    try:
        return read_bounded(memory, MOST_MEMORY)
    except (OSError, ValueError) as error:
        words: Any = getattr(error, "strerror", None) or error
        raise MemoryMismatch(f"--memory {memory}: {words}. Give a file that holds `mind.memory`.") from error


def _show(results: "list[Result]") -> None:
    console = PlainConsole(soft_wrap=True)
    for each in results:
        if each.folder is None:
            console.print(f"{each.target.name}: left out: {each.note}")
            continue
        checked = f"not checked ({each.note})" if each.checked is None else each.checked.words()
        console.print(f"{each.target.name}: {each.folder}, {each.size / 1000:,.0f} kB: {checked}")
