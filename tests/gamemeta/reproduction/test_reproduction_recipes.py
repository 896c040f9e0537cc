import numpy as np
import pytest

from gamemeta.errors import ConfigError, UnknownName
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.reproduction.cells import PROBLEMS, Cell, find_cell
from gamemeta.reproduction.classics import players, tractable, yardstick
from gamemeta.reproduction.instances import AGENT, cell_game, instances, play_agent, strata
from gamemeta.reproduction.recipes import GRU, STEPS, TABLE, VARIANTS, training_config

CELLS = [cell for problem in PROBLEMS.values() for cell in problem.cells]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell.file)
@pytest.mark.parametrize("variant", VARIANTS)
def test_every_published_cell_has_valid_settings(cell, variant):
    config = training_config(cell, variant, 2)
    trial = int(cell_game(cell, 1).step_limit(cell_game(cell, 1).family().arrays(1))[0]) * cell.n
    assert (config.run.seed, config.trial.episodes) == (2, cell.n)
    assert config.run.steps == STEPS[cell.problem][cell.n]
    assert config.run.rollout_steps == trial, "rollouts hold whole trials"
    assert config.run.lanes >= 64
    assert (config.network.cell == "gru") == (variant == GRU)
    if cell.k:
        assert config.game.arms == cell.k


def test_one_recipe_serves_all_cells_of_a_problem():
    for problem in PROBLEMS.values():
        first, *rest = (training_config(cell, TABLE, 0).to_json() for cell in problem.cells)
        for other in rest:
            assert other["ppo"] == first["ppo"]
            assert other["network"] == first["network"]


def test_overrides_stand_before_the_recipe_and_behind_the_variant():
    cell = CELLS[0]
    overrides = ("ppo.clip=0.3", "network.cell=mingru", "run.steps=5")
    assert training_config(cell, TABLE, 0, overrides=overrides).network.cell == "mingru"
    gru = training_config(cell, GRU, 0, steps=7, overrides=overrides)
    assert (gru.network.cell, gru.learner.clip, gru.run.steps) == ("gru", 0.3, 7)


@pytest.mark.parametrize("text", ["game.arms=3", "run.seed=1", "trial.episodes=2"])
def test_what_the_cell_decides_cannot_be_set(text):
    with pytest.raises(ConfigError, match="decide that"):
        training_config(CELLS[0], TABLE, 0, overrides=[text])


def test_cells_are_found_as_they_are_typed():
    assert find_cell("bandits", "100, 50") == Cell("bandits", 100, 50)
    assert find_cell("mdp", "25") == Cell("mdp", 25)
    for problem, text, message in (
        ("bandits", "10", "write n,k for bandits"),
        ("mdp", "10,5", "write n for mdp"),
        ("bandits", "11,5", "10,5 10,10 10,50"),
        ("bandits", "ten,5", "write n,k"),
    ):
        with pytest.raises(ConfigError, match=message):
            find_cell(problem, text)
    with pytest.raises(UnknownName, match="bandits, mdp, grid"):
        find_cell("chess", "1")


def test_the_exact_optimum_stands_in_only_where_it_can_be_computed():
    small, large = Cell("bandits", 10, 50), Cell("bandits", 100, 5)
    assert (tractable(small), yardstick(small)) == (True, "bayes_optimal")
    assert (tractable(large), yardstick(large)) == (False, "gittins")
    assert "bayes_optimal" not in players(large)


@pytest.mark.parametrize(("problem", "per_episode"), [("bandits", 0.5), ("mdp", 10.0)])
def test_random_play_reaches_what_the_prior_says(problem, per_episode):
    cell = PROBLEMS[problem].cells[0]
    levels = instances(cell, 1000)
    reached = play_agent(RandomActor(cell_game(cell, 1).spec), cell, levels)[AGENT]
    expected = per_episode * cell.n
    assert abs(reached.total.mean() - expected) < 4 * reached.total.std() / 1000**0.5
    assert len(reached.curve) == cell.n
    assert sum(e.value for e in reached.curve) == pytest.approx(reached.total.mean())


def test_every_goal_of_the_grid_is_played_equally_often():
    levels = instances(PROBLEMS["grid"].cells[0], 1000)
    groups = strata(levels)
    assert np.bincount(groups).tolist() == [48] * 21
    assert strata(instances(Cell("bandits", 10, 5), 50)) is None


def test_instances_are_of_the_test_split_and_no_level_twice():
    levels = instances(Cell("mdp", 10), 200)
    assert len(np.unique(levels.content_hash)) == 200
    assert levels.seed.min() >= 1_000_000
