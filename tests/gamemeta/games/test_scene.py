"""What a viewer is shown of a game."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.games.game import StepBuffers
from gamemeta.games.scene import Scene, camera
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import CODE_OF_GLYPH, FLOOR, GOAL, WALL

RIGHT = 3
VIEWS = st.sampled_from((3, 5, 7, 13))


def drawn(text: str) -> Level:
    rows = text.split()
    return Level(family="maze", tiles=np.array([[CODE_OF_GLYPH[g] for g in row] for row in rows]))


CORRIDOR = drawn("##### #S.G# #####")


def playing(level: Level, **config) -> tuple[MazeGame, StepBuffers]:
    """The game on this level, after a larger one was played in the same place."""
    game = MazeGame(1, MazeConfig(**config))
    out = StepBuffers.empty(game)
    for shown in (generate(Maze().far(), 0), level):
        game.reset(game.family().pack([shown]), np.ones(1, np.bool_), out)
    return game, out


def move(game: MazeGame, out: StepBuffers, action: int) -> None:
    game.step(np.full((1, 1, 1), action), out)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), view=VIEWS)
def test_a_scene_shows_the_tiles_of_the_level(seed, view):
    level = generate(Maze(), seed)
    game, _ = playing(level, view=view)
    assert np.array_equal(game.scene(0).tiles, level.tiles)


def test_a_scene_follows_the_agent_and_its_clock():
    game, out = playing(CORRIDOR)
    assert (game.scene(0).agent, game.scene(0).step) == ((1, 1), 0)
    move(game, out, RIGHT)
    assert (game.scene(0).agent, game.scene(0).step) == ((1, 2), 1)
    assert game.scene(0).limit == round(0.5 * 15)


def test_a_scene_stays_as_it_was_when_the_game_goes_on():
    game, out = playing(CORRIDOR)
    before = game.scene(0)
    tiles, view = before.tiles.copy(), before.view.copy()
    move(game, out, RIGHT)
    assert np.array_equal(before.tiles, tiles) and np.array_equal(before.view, view)
    assert before.agent == (1, 1)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), view=VIEWS)
def test_lit_tiles_are_those_within_half_a_view_of_the_agent(seed, view):
    scene = playing(generate(Maze(), seed), view=view)[0].scene(0)
    for (row, column), lit in np.ndenumerate(scene.lit):
        away = max(abs(row - scene.agent[0]), abs(column - scene.agent[1]))
        assert lit == (away <= (view - 1) // 2)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), view=VIEWS, goal_visible=st.booleans())
def test_the_view_is_what_the_observation_says(seed, view, goal_visible):
    game, out = playing(generate(Maze(), seed), view=view, goal_visible=goal_visible)
    meaning = np.array([FLOOR, WALL, GOAL])
    assert np.array_equal(game.scene(0).view, meaning[out.obs["view"][0, 0]])


def test_a_hidden_goal_is_in_the_scene_but_not_in_the_view():
    scene = playing(CORRIDOR)[0].scene(0)
    assert GOAL in scene.tiles and GOAL not in scene.view


@given(data=st.data(), height=st.integers(1, 40), width=st.integers(1, 40))
def test_the_camera_fills_its_room_and_holds_the_agent(data, height, width):
    agent = data.draw(st.tuples(st.integers(0, height - 1), st.integers(0, width - 1)))
    room = data.draw(st.tuples(st.integers(1, 50), st.integers(1, 50)))
    scene = Scene(
        tiles=np.zeros((height, width), np.uint8),
        agent=agent,
        seen=(0, 0, 1, 1),
        view=np.zeros((1, 1), np.uint8),
        step=0,
        limit=1,
    )
    for window, side, at, space in zip(camera(scene, *room), (height, width), agent, room, strict=True):
        assert 0 <= window.start <= at < window.stop <= side
        assert window.stop - window.start == min(side, space)


def test_the_camera_rests_while_the_agent_takes_a_few_steps():
    level = generate(Maze(MazeParameters(height=(61, 61), width=(61, 61), goal_distance=40)), 0)
    game, out = playing(level)
    windows = []
    for action in Maze().solve(level):
        windows.append(camera(game.scene(0), 24, 24))
        move(game, out, action)
    moved = sum(a != b for a, b in pairwise(windows))
    assert 0 < moved < len(windows) / 3


@given(st.integers(0, 4), st.integers(0, 6), st.integers(1, 4))
def test_a_scene_around_an_agent_shows_walls_beyond_the_map(row, column, reach):
    tiles = np.full((5, 7), FLOOR, np.uint8)
    scene = Scene.around(tiles, (row, column), reach, step=0, limit=1, status="")
    top, left, bottom, right = scene.seen
    places = [(y, x) for y in range(top, bottom) for x in range(left, right)]
    inside = [0 <= y < 5 and 0 <= x < 7 for y, x in places]
    assert (scene.view.ravel() == np.where(inside, FLOOR, WALL)).all()
    assert scene.view[reach, reach] == tiles[row, column] and (row, column) == scene.agent
