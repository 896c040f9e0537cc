"""Saved dungeons, and what the game refuses."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games.builtin.dungeon.game import DungeonConfig, DungeonGame
from gamemeta.games.game import StepBuffers
from gamemeta.playing.session import Session
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate_arrays
from tests.gamemeta.games.builtin.test_dungeon_game import DOWN, LEFT, RIGHT, UP, Playing, drawn, playing

# Refusals and saved games


def saved_dungeon() -> bytes:
    played = playing(drawn("x$ab"))
    for action in (LEFT, DOWN, DOWN):
        played.step([action])
    return played.game.save(0)


@pytest.fixture(scope="module")
def saved() -> bytes:
    return saved_dungeon()


@settings(max_examples=300, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_saved_bytes_with_one_changed_are_played_safely_or_refused(saved, place, byte):
    data = bytearray(saved)
    data[int(place * len(data))] = byte
    game = DungeonGame(1, DungeonConfig(revealed=True))
    out = StepBuffers.empty(game, labels=True)
    try:
        game.load(0, bytes(data))
    except LevelError:
        return
    for action in (UP, RIGHT, DOWN, LEFT):
        game.step(np.full((1, 1, 1), action), out)
        game.spec.checked_obs({k: v[:, 0] for k, v in out.obs.items()}, 1)
        assert all(out.labels[name][0, 0] < 1 << classes for name, classes in game.labels.items())
        assert all(isinstance(word, str) for word in game.events(0))
        game.scene(0)


def test_a_saved_dungeon_that_is_loaded_saves_to_the_same_bytes(saved):
    game = DungeonGame(3)
    game.load(2, saved)
    assert game.save(2) == saved


@pytest.mark.parametrize("cut", [0, 43, -1, None])
def test_bytes_of_another_length_are_no_saved_dungeon(saved, cut):
    with pytest.raises(LevelError, match="saved dungeon"):
        DungeonGame(1).load(0, saved + b"\0" if cut is None else saved[:cut])


def test_a_refused_load_leaves_the_game_alone(saved):
    game = DungeonGame(1)
    game.load(0, saved)
    with pytest.raises(LevelError):
        game.load(0, saved[:-1])
    assert game.save(0) == saved


@pytest.mark.parametrize("action", [-1, 4, 1000])
def test_an_action_outside_its_head_is_refused_before_anything_moves(action):
    levels = generate_arrays(Dungeon(), range(2), "any")
    played = Playing(levels, DungeonConfig())
    before = played.game.save(0)
    with pytest.raises(SpecError, match=f"game 1: action {action} is not in 0..3"):
        played.game.step(np.array([RIGHT, action])[:, None, None], played.out)
    assert played.game.save(0) == before


@pytest.mark.parametrize("actions", [np.zeros((2, 1), int), np.zeros((2, 1, 1))])
def test_actions_of_another_shape_or_type_are_refused(actions):
    game = DungeonGame(2)
    with pytest.raises(SpecError, match=r"2 dungeons .*\(2, 1, 1\)"):
        game.step(actions, StepBuffers.empty(game))


def test_levels_must_fit_the_games_and_be_dungeons():
    game = DungeonGame(2)
    with pytest.raises(LevelError, match="2 games need 2 levels"):
        game.reset(Dungeon().arrays(1), np.ones(1, np.bool_), StepBuffers.empty(game))
    with pytest.raises(LevelError, match="family 'dungeon'"):
        game.reset(Maze().arrays(2), np.ones(2, np.bool_), StepBuffers.empty(game))


def test_a_game_stands_still_before_its_first_reset():
    game = DungeonGame(2)
    out = StepBuffers.empty(game, labels=True)
    game.step(np.zeros((2, 1, 1), np.int64), out)
    assert not out.alive.any() and not out.reward.any()


@pytest.mark.parametrize(
    ("setting", "value"), [*product(["view"], [1, 4, 33]), ("steps_per_tile", 0.0), ("steps_per_tile", 101.0)]
)
def test_settings_out_of_range_are_refused_by_name(setting, value):
    with pytest.raises(ConfigError, match=f"{setting} = {value}"):
        DungeonConfig(**{setting: value})


class Planner:
    """Plays the plan of the solver in every episode."""

    game, game_config, level_parameters, episodes = "dungeon", {"view": 9}, {}, 2
    spec = DungeonGame(1, DungeonConfig(view=9)).spec

    def __init__(self, level):
        self.plan, self.left = Dungeon().solve(level), []

    def begin(self, n=1, seed=0):
        return self

    def decide(self, obs, reward, done):
        self.left = self.left or list(self.plan)
        return self.left.pop(0)

    def forget(self):
        pass


def test_a_session_of_the_solver_earns_par_and_is_told():
    level = Dungeon().unpack(generate_arrays(Dungeon(), [7], "any"), 0)
    session = Session(Planner(level), level)
    *_, last = session.frames()
    assert [result.steps for result in last.finished] == [session.par_steps] * 2
    assert [result.returns for result in last.finished] == pytest.approx([session.par_return] * 2)
    assert last.events[-1].words == "reached the exit" and last.events[-1].step == session.par_steps
