"""`gamemeta bench export`: microseconds a decision of exported agents."""

import json
from typing import Annotated, Any

import typer

from gamemeta_cli.options import Json
from gamemeta_cli.terminal.console import PlainConsole
from gamemeta_cli.terminal.whole_table import WholeTable


def export(
    agent: Annotated[
        str, typer.Argument(metavar="AGENT", help="An agent file, the directory of a run, or a game.")
    ] = "maze",
    to: Annotated[str, typer.Option("--to", metavar="TARGET[,TARGET..]", help="Targets.")] = "all",
    as_json: Json = False,
) -> None:
    """Measure the microseconds of a decision of an exported agent, in every language installed here."""
    from gamemeta.agent.backend import NUMPY
    from gamemeta.agent.runtime import load
    from gamemeta.bench.exports import exports
    from gamemeta.export.registry import chosen
    from gamemeta.playing.choose import choose_agent

    targets = chosen([name.strip() for name in to.split(",")])
    rows: list[dict[str, Any]] = []
    with PlainConsole(stderr=True).status("exporting") as status:
        for target, timed in exports(load(choose_agent(agent), backend=NUMPY), targets, status.update):
            row: dict[str, Any] = {
                "target": target.name,
                "us": None,
                "bytes": None,
                "error": None,
                "note": "",
            }
            if isinstance(timed, str):
                row["note"] = timed
            elif timed.checked:
                row.update(us=timed.checked.us, bytes=timed.size, error=timed.checked.error)
            rows.append(row)
    if as_json:
        typer.echo(json.dumps({"agent": agent, "exports": rows}, indent=1))
        return
    table = WholeTable(["target", "us a decision", "kB", "largest error", "note"])
    for row in rows:
        kilobytes = "" if row["bytes"] is None else f"{row['bytes'] / 1000:,.0f}"
        us, error = ("" if row[key] is None else f"{row[key]:.3g}" for key in ("us", "error"))
        table.add_row(str(row["target"]), us, kilobytes, error, str(row["note"]))
    PlainConsole().print(table)
