import pytest

from gamemeta.calibration import bandits, mdps
from gamemeta.calibration.bayes import bayes_optimal_value
from gamemeta.calibration.grid import GOALS, first_episode_bound, oracle_return
from gamemeta.calibration.published import (
    FIGURES,
    MARKS,
    PROJECT,
    RL2,
    RL2_CODE,
    SNAIL,
    figures,
    published,
)
from gamemeta_levels.errors import UnknownName


@pytest.mark.parametrize(
    ("cell", "source", "value", "mark"),
    [
        (("bandits", "rl2", 100, 50), RL2, 84.9, "recalled-and-checked"),
        (("bandits", "snail", 500, 5), SNAIL, 408.1, "recalled"),
        (("bandits", "gittins", 100, 10), RL2_CODE, 83.63, "found"),
        (("mdp", "rl2", 25), RL2, 445.7, "recalled-and-checked"),
        (("mdp", "beb", 10), RL2, 150.2, "recalled"),
        (("mdp", "greedy", 10), PROJECT, 150.1, "simulated"),
        (("mdp_normalised", "snail", 100), SNAIL, 0.941, "recalled"),
    ],
)
def test_a_figure_is_found_with_its_mark(cell, source, value, mark):
    figure = published(*cell, source=source)
    assert (figure.value, figure.mark, figure.source) == (value, mark, source)


def test_no_cell_has_two_figures_of_one_player_from_one_source():
    cells = [(f.game, f.player, f.n, f.k, f.source) for f in FIGURES]
    assert len(set(cells)) == len(cells)


def test_every_mark_is_explained():
    assert {figure.mark for figure in FIGURES} == set(MARKS)


@pytest.mark.parametrize(
    ("game", "player"),
    [("mdp", "beb"), ("mdp_normalised", "maml"), ("mdp_normalised", "snail"), ("bandits", "maml")],
)
def test_columns_that_nothing_could_check_are_never_called_checked(game, player):
    marks = {figure.mark for figure in figures(game) if figure.player == player}
    assert marks == {"recalled"}


def test_a_hyphen_in_a_table_is_no_figure():
    assert not [figure for figure in figures("bandits", 500, 5) if figure.player == "maml"]


def test_the_two_recalled_tables_of_mdps_divide_to_one_normaliser_for_each_row():
    for n in (10, 25, 50, 75, 100):
        low, high = 0.0, float("inf")
        for share in figures("mdp_normalised", n):
            if share.mark == "recalled-and-checked":
                total = published("mdp", share.player, n).value
                low = max(low, (total - 0.05) / (share.value + 0.0005))
                high = min(high, (total + 0.05) / (share.value - 0.0005))
        assert low <= high


def test_exact_figures_are_what_the_calculations_give():
    for figure in figures("bandits", source=PROJECT):
        if figure.player == "bayes_optimal":
            assert figure.value == pytest.approx(bayes_optimal_value(figure.k, figure.n), abs=5e-4)
    oracle = sum(oracle_return(int(cell)) for cell in GOALS) / len(GOALS)
    assert published("grid", "oracle", 4, source=PROJECT).value == pytest.approx(oracle, abs=0.005)
    bound = published("grid", "first_episode_bound", 1, source=PROJECT).value
    assert bound == pytest.approx(first_episode_bound())


def test_classic_players_of_the_paper_are_in_our_tables():
    learned = {"rl2"}
    assert {f.player for f in figures("bandits", source=RL2)} - learned <= set(bandits.PLAYERS)
    assert {f.player for f in figures("mdp", source=RL2)} - learned <= set(mdps.PLAYERS)


def test_a_missing_figure_is_told_what_the_cell_has():
    with pytest.raises(UnknownName, match=r"'dqn' by Duan.*n = 10, k = 5.*rl2 \(Duan et al. 2016\)"):
        published("bandits", "dqn", 10, 5)
    with pytest.raises(UnknownName, match="There are: none"):
        published("mdp", "rl2", 11)
