"""Tables of an evaluation, as the terminal shows them."""

import io

import pytest
from rich.console import Console

from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.games.setup import GameSetup
from gamemeta_cli.terminal.tables import adaptation_table


@pytest.mark.parametrize(("game", "held_out"), [("grid", False), ("bandit", True)])
def test_the_table_says_where_no_level_is_held_out(game, held_out):
    setup = GameSetup(game)
    result = evaluate(RandomActor(setup.game().spec), setup, levels=20, episodes=2, threads=1)
    console = Console(file=io.StringIO(), width=200)
    console.print(*adaptation_table(result))
    assert ("none is held out" in console.file.getvalue()) != held_out
