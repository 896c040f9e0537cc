"""`gamemeta levels`: make, show, check, compare, change, rate and play-test levels; one file a command."""

from gamemeta_cli import rate
from gamemeta_cli.levels import check, diff, families, mutate, new, playtest, show, soak, stats, watch, words
from gamemeta_cli.terminal.help import Application

app = Application(help="Generate, show, check, compare, change, rate and play-test levels.")
app.command()(new.new)
app.command()(show.show)
app.command()(check.check)
app.command()(rate.rate)
app.command()(playtest.playtest)
app.command()(watch.watch)
app.command()(mutate.mutate)
app.command()(diff.diff)
app.command()(stats.stats)
app.command()(words.words)
app.command()(soak.soak)
app.command("list")(families.list_families)
