"""The game `grid` beside a plain twin: moves, rewards, par and the labelled moves."""

import numpy as np
import pytest

from gamemeta.calibration.grid import instances, oracle_return
from gamemeta.errors import LevelError, SpecError
from gamemeta.games.builtin.grid.game import GridConfig, GridGame
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.grid.family import HiddenGoal
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.tiles import GOAL, SPAWN
from tests.helpers.chance import played

STEPS = 15
MOVES = [(0, 0), (1, 0), (0, 1), (-1, 0), (0, -1)]  # rows count upwards


def moved(here, action):
    return tuple(min(max(a + b, 0), 4) for a, b in zip(here, MOVES[action], strict=True))


def best_returns(goal):
    """What the best play earns from each cell with each number of steps left: [16][cell]."""
    values = [dict.fromkeys(np.ndindex(5, 5), 0.0)]
    for _ in range(STEPS):
        reached = {here: [moved(here, a) for a in range(5)] for here in np.ndindex(5, 5)}
        pays = {cell: (1.0 if cell == goal else -0.1) + value for cell, value in values[-1].items()}
        values.append({here: max(pays[cell] for cell in cells) for here, cells in reached.items()})
    return values


@pytest.fixture(scope="module")
def levels():
    return generate_arrays(HiddenGoal(), range(40), "test")


def test_it_keeps_its_contract_when_revealed():
    check_game(lambda n: GridGame(n, GridConfig(revealed=True)), steps=40)


def test_it_moves_and_pays_as_its_plain_twin(levels):
    actions = np.random.default_rng(0).integers(0, 5, (STEPS, 40))
    record = played(GridGame(40), levels, actions)
    for i, cell in enumerate(instances(levels)):
        here, goal = (0, 0), divmod(int(cell), 5)
        for t in range(STEPS):
            assert divmod(int(record["cell"][t, i]), 5) == here
            here = moved(here, actions[t, i])
            assert record["reward"][t, i] == np.float32(1.0 if here == goal else -0.1)
        assert record["success"][-1, i] == (here == goal)
    assert record["terminated"].tolist() == [[False] * 40] * 14 + [[True] * 40]


def test_par_is_the_oracle_s_return_which_is_the_best_there_is(levels):
    par = GridGame(1).par(levels)
    for value, goal in zip(par, instances(levels), strict=True):
        assert value == pytest.approx(oracle_return(int(goal)), abs=1e-5)
        assert value == pytest.approx(best_returns(divmod(int(goal), 5))[STEPS][0, 0], abs=1e-5)


def test_labelled_moves_are_those_that_lose_nothing(levels):
    game = GridGame(40)
    out = StepBuffers.empty(game, labels=True)
    game.reset(levels, np.ones(40, bool), out)
    values = [best_returns(divmod(int(goal), 5)) for goal in instances(levels)]
    rng = np.random.default_rng(2)
    for t in range(6):
        for i, goal in enumerate(instances(levels)):
            here = divmod(int(out.obs["cell"][i, 0, 0]), 5)
            left = values[i][STEPS - t]
            for action in range(5):
                cell = moved(here, action)
                pays = (1.0 if cell == divmod(int(goal), 5) else -0.1) + values[i][STEPS - t - 1][cell]
                best = pays == pytest.approx(left[here], abs=1e-9)
                assert bool(int(out.labels["optimal_moves"][i, 0]) >> action & 1) == best
        game.step(rng.integers(1, 3, (40, 1, 1)), out)


def test_the_goal_shows_only_when_it_is_revealed(levels):
    shown = played(GridGame(40, GridConfig(revealed=True)), levels, np.zeros((1, 40), int))
    np.testing.assert_array_equal(shown["goal"][0], instances(levels))
    assert {b.name for b in GridGame(1).spec.obs} == {"cell"}


def test_a_viewer_sees_the_level_as_it_is_drawn_and_the_agent_goes_up_on_it():
    game, level = GridGame(1), generate(HiddenGoal(), 3)
    played(game, game.family().pack([level]), [[1], [2]])
    scene = game.scene(0)
    np.testing.assert_array_equal(scene.tiles, level.tiles)
    assert scene.agent == (3, 1)
    assert (scene.tiles[4, 0], GOAL in scene.view, SPAWN in scene.view) == (SPAWN, False, False)


@pytest.mark.parametrize("actions", [np.zeros((1, 1)), np.full((1, 1, 1), 5)])
def test_actions_that_do_not_fit_are_refused(actions):
    game = GridGame(1)
    with pytest.raises(SpecError):
        game.step(actions, StepBuffers.empty(game))


@pytest.mark.parametrize("data", [b"", b"\xff" * 16, bytes(16)])
def test_bytes_that_are_not_a_saved_grid_are_refused(data):
    with pytest.raises(LevelError, match="saved grid"):
        GridGame(1).load(0, data)
