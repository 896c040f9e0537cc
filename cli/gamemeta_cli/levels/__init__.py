"""`gamemeta levels`: make, show, check, compare, change and rate levels; one file a command."""

import typer

from gamemeta_cli import rate
from gamemeta_cli.levels import check, diff, families, mutate, new, show, soak, stats

app = typer.Typer(no_args_is_help=True, help="Make, show, check, compare, change, list and rate levels.")
app.command()(new.new)
app.command()(show.show)
app.command()(check.check)
app.command()(rate.rate)
app.command()(mutate.mutate)
app.command()(diff.diff)
app.command()(stats.stats)
app.command()(soak.soak)
app.command("list")(families.list_families)
