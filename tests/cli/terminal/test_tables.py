"""Tables of an evaluation, as the terminal shows them."""

import io

import pytest
from rich.console import Console

from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.evaluation.statistics.scores import Curve
from gamemeta.games.setup import GameSetup
from gamemeta_cli.terminal.tables import adaptation_table, score_cell


@pytest.mark.parametrize(("game", "held_out"), [("grid", False), ("bandit", True)])
def test_the_table_says_where_no_level_is_held_out(game, held_out):
    setup = GameSetup(game)
    result = evaluate(RandomActor(setup.game().spec), setup, levels=20, episodes=2, threads=1)
    console = Console(file=io.StringIO(), width=200)
    console.print(*adaptation_table(result))
    assert ("none is held out" in console.file.getvalue()) != held_out


@pytest.mark.parametrize(
    ("half", "scored", "cell"),
    [(0.9, True, "0.500 ±0.900"), (2.4, True, "0.500"), (2.4, False, "0.500 ±2.400")],
)
def test_an_interval_wider_than_the_scale_of_scores_is_left_out(half, scored, cell):
    curve = Curve(
        score=[0.5],
        score_low=[0.5 - half],
        score_high=[0.5 + half],
        returns=[0.5],
        success=[1.0],
        steps=[3.0],
    )
    assert score_cell(curve, 0, scored) == cell
