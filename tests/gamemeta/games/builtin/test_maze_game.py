"""The maze game against a plain twin, written from what the docstrings say."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta.errors import ConfigError, LevelError, SpecError, UnsolvableLevel
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import CODE_OF_GLYPH, FLOOR, GOAL, SPAWN, WALL

UP, DOWN, LEFT, RIGHT = range(4)
MOVES = {UP: (-1, 0), DOWN: (1, 0), LEFT: (0, -1), RIGHT: (0, 1)}
OPEN, BLOCKED, GOAL_SEEN = 0, 1, 2


def drawn(text: str) -> Level:
    rows = text.split()
    return Level(family="maze", tiles=np.array([[CODE_OF_GLYPH[g] for g in row] for row in rows]))


class Twin:
    """One maze, one tile at a time."""

    def __init__(self, level: Level, config: MazeConfig) -> None:
        self.config = config
        self.tiles = {(r, c): int(code) for (r, c), code in np.ndenumerate(level.tiles)}
        (self.spawn,), (self.goal,) = level.find(SPAWN), level.find(GOAL)
        self.limit = max(1, round(config.steps_per_tile * (level.height * level.width)))
        self.at, self.played = self.spawn, 0
        self.terminated = self.truncated = False

    def free(self, place) -> bool:
        return self.tiles.get(place, WALL) != WALL

    def step(self, action: int) -> float:
        """The reward."""
        if self.terminated or self.truncated:
            return 0.0
        self.played += 1
        ahead = (self.at[0] + MOVES[action][0], self.at[1] + MOVES[action][1])
        if self.free(ahead):
            self.at = ahead
        self.terminated = self.at == self.goal
        self.truncated = not self.terminated and self.played == self.limit
        return 1 - 0.9 * self.played / self.limit if self.terminated else 0.0

    def tile_code(self, place) -> int:
        if not self.free(place):
            return BLOCKED
        return GOAL_SEEN if place == self.goal and self.config.goal_visible else OPEN

    def view(self) -> list[list[int]]:
        reach = range(-(self.config.view // 2), self.config.view // 2 + 1)
        row, column = self.at
        return [[self.tile_code((row + y, column + x)) for x in reach] for y in reach]

    def place(self) -> list[int]:
        row, column = self.at[0] - self.spawn[0], self.at[1] - self.spawn[1]
        return [(row % 5) * 5 + column % 5, (row % 7) * 7 + column % 7]

    def goal_offset(self) -> list[int]:
        return [max(-16, min(16, self.goal[k] - self.at[k])) + 16 for k in range(2)]

    def steps_to_goal(self, start) -> int:
        steps, queue = {start: 0}, deque([start])
        while queue:
            place = queue.popleft()
            if place == self.goal:
                return steps[place]
            for down, right in MOVES.values():
                ahead = (place[0] + down, place[1] + right)
                if self.free(ahead) and ahead not in steps:
                    steps[ahead] = steps[place] + 1
                    queue.append(ahead)
        raise AssertionError("no way to the goal")

    def optimal_moves(self) -> int:
        here, bits = self.steps_to_goal(self.at), 0
        for action, (down, right) in MOVES.items():
            ahead = (self.at[0] + down, self.at[1] + right)
            if self.free(ahead) and self.steps_to_goal(ahead) == here - 1:
                bits |= 1 << action
        return bits


def assert_equal_to_twins(out: StepBuffers, twins: list[Twin], rewards: list[float]) -> None:
    done = [twin.terminated or twin.truncated for twin in twins]
    np.testing.assert_array_equal(out.obs["view"][:, 0], [twin.view() for twin in twins])
    np.testing.assert_array_equal(out.obs["place"][:, 0], [twin.place() for twin in twins])
    if "goal_offset" in out.obs:
        offsets = [twin.goal_offset() for twin in twins]
        np.testing.assert_array_equal(out.obs["goal_offset"][:, 0], offsets)
    np.testing.assert_array_equal(out.labels["optimal_moves"][:, 0], [twin.optimal_moves() for twin in twins])
    np.testing.assert_array_equal(out.reward[:, 0], np.float32(rewards))
    np.testing.assert_array_equal(out.terminated[:, 0], [twin.terminated for twin in twins])
    np.testing.assert_array_equal(out.truncated[:, 0], [twin.truncated for twin in twins])
    np.testing.assert_array_equal(out.success[:, 0], [twin.terminated for twin in twins])
    np.testing.assert_array_equal(out.alive[:, 0], np.logical_not(done))


def play_beside_twins(levels: list[Level], config: MazeConfig, actions) -> None:
    game, arrays = MazeGame(len(levels), config), Maze().pack(levels)
    twins = [Twin(level, config) for level in levels]
    np.testing.assert_array_equal(game.step_limit(arrays), [twin.limit for twin in twins])
    out = StepBuffers.empty(game, labels=True)
    game.reset(arrays, np.ones(len(levels), np.bool_), out)
    assert_equal_to_twins(out, twins, [0.0] * len(levels))
    for row in actions:
        game.step(np.array(row)[:, None, None], out)
        rewards = [twin.step(action) for twin, action in zip(twins, row, strict=True)]
        assert_equal_to_twins(out, twins, rewards)


configs = st.builds(
    MazeConfig,
    view=st.sampled_from([3, 5, 7]),
    goal_visible=st.booleans(),
    revealed=st.booleans(),
    steps_per_tile=st.sampled_from([0.1, 0.5, 1.3]),
)


@st.composite
def drawn_levels(draw) -> Level:
    """Any grid, walled in or not, on which the goal can be reached."""
    height, width = draw(st.integers(1, 8)), draw(st.integers(2, 8))
    area = height * width
    spawn, goal = draw(st.lists(st.integers(0, area - 1), min_size=2, max_size=2, unique=True))
    share = draw(st.sampled_from([0.0, 0.25, 0.4]))
    noise = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).random(area)
    for tiles in (np.where(noise < share, WALL, FLOOR), np.full(area, FLOOR)):
        tiles[spawn], tiles[goal] = SPAWN, GOAL
        level = Level(family="maze", tiles=tiles.reshape(height, width))
        try:
            Maze().pack([level])
        except UnsolvableLevel:
            continue
        return level
    raise AssertionError("an empty grid is solvable")


def generated_levels(family: Maze, split: str, seeds: list[int]) -> list[Level]:
    arrays = family.arrays(len(seeds))
    family.fill(arrays, np.arange(len(seeds)), np.array(seeds), split)
    return [family.unpack(arrays, row) for row in range(len(seeds))]


@pytest.mark.slow
@settings(max_examples=40)
@given(levels=st.lists(drawn_levels(), min_size=1, max_size=4), config=configs, seed=st.integers(0))
def test_drawn_levels_play_as_their_twins(levels, config, seed):
    actions = np.random.default_rng(seed).integers(0, 4, (30, len(levels)))
    play_beside_twins(levels, config, actions)


@settings(max_examples=10)
@given(seed=st.integers(0, 2**40), config=configs)
def test_generated_and_far_levels_play_as_their_twins(seed, config):
    near = Maze(MazeParameters(height=(5, 9), width=(5, 9), goal_distance=3))
    levels = generated_levels(near, "train", [seed, seed + 1])
    levels += generated_levels(near.far(), "any", [seed])
    actions = np.random.default_rng(seed).integers(0, 4, (25, 3))
    play_beside_twins(levels, config, actions)


@settings(max_examples=10)
@given(level=drawn_levels(), config=configs)
def test_the_solvers_plan_earns_par(level, config):
    game, arrays = MazeGame(1, config), Maze().pack([level])
    twin = Twin(level, config)
    total = sum(twin.step(action) for action in Maze().solve(level))
    assert game.par(arrays)[0] == np.float32(total)


@pytest.mark.slow
def test_a_wall_and_the_rim_stop_the_agent_and_cost_a_step():
    play_beside_twins([drawn("S#G ...")], MazeConfig(steps_per_tile=2), [[k] for k in (3, 0, 2, 1)])


def test_the_revealed_offset_is_cut_at_sixteen_tiles():
    level = drawn("S" + "." * 28 + "G")
    game = MazeGame(1, MazeConfig(revealed=True))
    out = StepBuffers.empty(game)
    game.reset(Maze().pack([level]), np.ones(1, np.bool_), out)
    assert out.obs["goal_offset"][0, 0].tolist() == [16, 32]


def test_a_larger_level_leaves_the_games_that_are_under_way_alone():
    family, small = Maze(), drawn("S...G")
    game = MazeGame(2, MazeConfig(steps_per_tile=10))
    out = StepBuffers.empty(game, labels=True)
    game.reset(family.pack([small, small]), np.array([True, True]), out)
    game.step(np.full((2, 1, 1), RIGHT), out)
    large = drawn(" ".join(["." * 20] * 18 + ["S" + "." * 18 + "G"]))
    game.reset(family.pack([small, large]), np.array([False, True]), out)
    twins = [Twin(small, game.config), Twin(large, game.config)]
    twins[0].step(RIGHT)
    game.step(np.array([RIGHT, UP])[:, None, None], out)
    assert_equal_to_twins(out, twins, [twins[0].step(RIGHT), twins[1].step(UP)])


def levels_by_hand(text: str, content: int):
    arrays = Maze().pack([drawn(text)])
    arrays.content_hash[:] = content
    return arrays


def first_view(game: MazeGame, arrays) -> list:
    out = StepBuffers.empty(game)
    game.reset(arrays, np.ones(1, np.bool_), out)
    return out.obs["view"][0, 0].tolist()


def test_levels_without_a_hash_are_told_apart():
    game = MazeGame(1)
    first_view(game, levels_by_hand("S.G ...", content=0))
    seen = first_view(game, levels_by_hand("S#G ...", content=0))
    assert seen == first_view(MazeGame(1), levels_by_hand("S#G ...", content=0))


def test_a_level_starts_anew_in_a_game_that_was_loaded_with_another():
    game, other = MazeGame(1), MazeGame(1)
    first, second = Maze().pack([drawn("S.G ...")]), Maze().pack([drawn("S#G ...")])
    fresh = first_view(game, first)
    first_view(other, second)
    game.load(0, other.save(0))
    assert first_view(game, first) == fresh


def test_a_game_stands_still_before_its_first_reset():
    game = MazeGame(2)
    out = StepBuffers.empty(game)
    game.step(np.zeros((2, 1, 1), np.int64), out)
    assert not out.alive.any()
    assert not out.reward.any()


@pytest.mark.parametrize("action", [-1, 4, 1000])
def test_an_action_outside_its_head_is_refused_before_anything_moves(action):
    game = MazeGame(2)
    out = StepBuffers.empty(game)
    level = drawn("..... ..S.. ....G")
    game.reset(Maze().pack([level, level]), np.ones(2, np.bool_), out)
    saved = game.save(0)
    with pytest.raises(SpecError, match=f"game 1: action {action} is not in 0..3"):
        game.step(np.array([RIGHT, action])[:, None, None], out)
    assert game.save(0) == saved


@pytest.mark.parametrize("actions", [np.zeros((2, 1), int), np.zeros((2, 1, 1))])
def test_actions_of_another_shape_or_type_are_refused(actions):
    game = MazeGame(2)
    with pytest.raises(SpecError, match=r"2 mazes .*\(2, 1, 1\)"):
        game.step(actions, StepBuffers.empty(game))


def test_levels_and_mask_must_fit_the_number_of_games():
    game = MazeGame(2)
    with pytest.raises(LevelError, match="2 games need 2 levels"):
        game.reset(Maze().arrays(1), np.ones(1, np.bool_), StepBuffers.empty(game))


def saved_maze() -> bytes:
    game = MazeGame(1)
    level = drawn("S.. ..G")
    game.reset(Maze().pack([level]), np.ones(1, np.bool_), StepBuffers.empty(game))
    return game.save(0)


@settings(max_examples=200)
@given(place=st.integers(0, len(saved_maze()) - 1), byte=st.integers(0, 255))
def test_saved_bytes_with_one_changed_are_played_safely_or_refused(place, byte):
    data = bytearray(saved_maze())
    data[place] = byte
    game = MazeGame(1)
    out = StepBuffers.empty(game, labels=True)
    try:
        game.load(0, bytes(data))
    except LevelError:
        return
    for action in range(4):
        game.step(np.full((1, 1, 1), action), out)
        game.spec.checked_obs({k: v[:, 0] for k, v in out.obs.items()}, 1)
        assert np.isfinite(out.reward).all()


@pytest.mark.parametrize("data", [b"", b"x" * 43, saved_maze()[:-1], saved_maze() + b"\0"])
def test_bytes_of_another_length_are_no_saved_maze(data):
    with pytest.raises(LevelError, match="saved maze"):
        MazeGame(1).load(0, data)


@pytest.mark.parametrize(
    ("setting", "value"), [("view", 4), ("view", 1), ("view", 33), ("steps_per_tile", 0.0)]
)
def test_settings_out_of_range_are_refused_by_name(setting, value):
    with pytest.raises(ConfigError, match=f"{setting} = {value}"):
        MazeConfig(**{setting: value})
