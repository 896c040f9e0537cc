"""The game `tag` beside its plain twin: moves, chases, choices of the runner, labels and results."""

from itertools import pairwise

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.games.builtin.tag.game import TagConfig, TagGame
from gamemeta.games.check.check import check_game
from gamemeta_levels.families.arena.family import Arena, ArenaParameters
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.tiles import EXIT_1, GOAL, PLAYER_1, WALL
from tests.helpers.arenas import begun, places, with_style
from tests.helpers.tag_twin import TagTwin

STAY = 4
MIXED = ArenaParameters(height=(7, 11), width=(7, 13), walls=(0, 6), spawn_distance=(1, 4), skill=(0.3, 1.0))
SETTINGS = [
    {},
    {"fresh_maps": False, "players": 4},
    {"others": "outside", "players": 2},
    {"others": "outside", "players": 4, "fresh_maps": False, "limit": 14},
]
LEVEL = """
    ####1####
    #.......#
    #.......#
    #...S...#
    4..SGS..3
    #...S...#
    #.......#
    #.......#
    ####2####
"""


@pytest.mark.parametrize("settings", [*SETTINGS, {"revealed": True, "view": 9}])
def test_it_keeps_its_contract(settings):
    check_game(lambda n: TagGame(n, TagConfig(**settings)), seeds=8, steps=40)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("split", ["any", "far"])
def test_it_plays_as_its_plain_twin(settings, split):
    config, n = TagConfig(**settings), 60
    game, scripted = TagGame(n, config), config.others == "scripted"
    levels = generate_arrays(Arena(MIXED), range(n), split)
    out = begun(game, levels)
    others = levels.more["others"] / 1000
    twins = [
        TagTwin(
            game.scene(i).tiles,
            places(game, i),
            others[i],
            levels.chance[i],
            limit=config.limit,
            scripted=scripted,
        )
        for i in range(n)
    ]
    rng = np.random.default_rng(1)
    for t in range(config.limit + 2):
        actions = rng.integers(0, 5, (n, game.seats, 1))
        chasing = np.array([_one_of(int(bits)) for bits in out.labels["towards"][:, 0]])
        actions[::2, 0, 0] = np.where(out.labels["towards"][:, 0] > 0, chasing, 4)[::2]
        for i, twin in enumerate(twins):
            _check_seen(out, i, twin, scripted)
        game.step(actions, out)
        for i, twin in enumerate(twins):
            assert out.reward[i].tolist() == twin.step(actions[i, :, 0].tolist()), (t, i)
            assert places(game, i) == twin.places, (t, i)
            assert out.terminated[i].all() == twin.over
    assert out.terminated.all()
    assert not out.truncated.any()
    winners = {twin.winner for twin in twins}
    assert winners == {"guards", "runner"} if scripted else "guards" in winners


def _one_of(bits):
    return next((k for k in range(5) if bits >> k & 1), 4)


def _check_seen(out, i, twin, scripted):
    row, column = twin.places[0]
    offsets = np.array([(r - row + 16, c - column + 16) for r, c in twin.exits]).ravel()
    assert out.obs["exits"][i, 0].tolist() == offsets.tolist()
    runner = [a - b + 16 for a, b in zip(twin.places[-1], twin.places[0], strict=True)]
    assert out.obs["runner"][i, 0].tolist() == runner
    known = 5 if twin.aim is None else 1 + twin.aim
    assert out.obs["outcome"][i, 0, 0] == (known if twin.winner else 0)
    aim = twin.favourite() if scripted and twin.aim is None else twin.aim
    if twin.winner or aim is None:
        assert out.labels["exit"][i, 0] == out.labels["towards"][i, 0] == 0
    else:
        assert out.labels["exit"][i, 0] == 1 << aim
        assert out.labels["towards"][i, 0] == sum(1 << m for m in twin.towards(twin.places[0], aim))


def test_fresh_maps_are_arrangements_of_the_level():
    n = 30
    levels = generate_arrays(Arena(MIXED), range(n), "any")
    game, maps = TagGame(n), []
    for chance in (0, 1, 0):
        begun(game, levels, chance)
        maps.append([game.scene(i).tiles for i in range(n)])
    for i, (one, other, again) in enumerate(zip(*maps, strict=True)):
        level = Arena().unpack(levels, i)
        assert np.array_equal(one, again)
        assert one.shape == other.shape == level.tiles.shape
        assert (one == WALL).sum() == (other == WALL).sum() == (level.tiles == WALL).sum()
        inside = np.where((one >= EXIT_1) & (one < EXIT_1 + 4), EXIT_1, one)
        assert np.array_equal(inside, inside[::-1, ::-1])
    assert sum(np.array_equal(one, other) for one, other in zip(maps[0], maps[1], strict=True)) < n / 4


def test_maps_stay_as_they_are_where_nothing_is_fresh():
    levels = generate_arrays(Arena(MIXED), range(10), "any")
    game = TagGame(10, TagConfig(fresh_maps=False))
    begun(game, levels)
    for i in range(10):
        tiles = Arena().unpack(levels, i).tiles
        exits = tiles >= EXIT_1
        assert np.array_equal(game.scene(i).tiles[exits], tiles[exits])
        assert tuple(game.scene(i).agent) in Arena().unpack(levels, i).find(2)


def test_guards_start_opposite_one_another():
    game = TagGame(40, TagConfig(players=3, others="outside"))
    levels = generate_arrays(Arena(MIXED), range(40), "any")
    begun(game, levels)
    for i in range(40):
        (one, two, den), (height, width) = places(game, i), levels.size[i]
        assert two == (height - 1 - one[0], width - 1 - one[1])
        assert den == (height // 2, width // 2)


@pytest.mark.parametrize("favourite", range(4))
def test_a_runner_who_only_likes_a_colour_takes_its_exit(favourite):
    style = [0] * 8
    style[favourite] = 999
    game = TagGame(1, TagConfig(fresh_maps=False))
    out = begun(game, with_style(LEVEL, style))
    while not out.obs["outcome"][0, 0, 0]:
        game.step(np.full((1, 1, 1), STAY), out)
    assert out.obs["outcome"][0, 0, 0] == 1 + favourite


@pytest.mark.parametrize(("number", "leaves_in"), [(0, 7), (333, 7), (334, 8), (667, 9), (999, 9)])
def test_the_seventh_number_is_how_long_it_waits(number, leaves_in):
    game = TagGame(1, TagConfig(fresh_maps=False))
    out = begun(game, with_style(LEVEL, [900, 0, 0, 0, 0, 0, number, 0]))
    steps = 0
    while "the runner leaves its den" not in game.events(0):
        game.step(np.full((1, 1, 1), STAY), out)
        steps += 1
    assert steps == leaves_in


def test_a_more_skilled_runner_wins_more_often():
    n, won = 1500, []
    for skill in (0.0, 0.35, 0.7, 1.0):
        game = TagGame(n)
        levels = generate_arrays(Arena(ArenaParameters(skill=(skill, skill))), range(n), "any")
        out = begun(game, levels)
        while not out.terminated.all():
            moves = [_one_of(int(bits)) for bits in out.labels["towards"][:, 0]]
            game.step(np.array(moves)[:, None, None], out)
        won.append(1 - out.success.mean())
    assert all(less < more for less, more in pairwise(won))


def test_returns_are_shares_of_matches_won_and_par_is_winning():
    game = TagGame(5, TagConfig(others="outside"))
    levels = generate_arrays(Arena(), range(5), "any")
    out = begun(game, levels)
    total = np.zeros((5, 2))
    while not out.terminated.all():
        game.step(np.full((5, 2, 1), STAY), out)
        total += out.reward
    assert total.tolist() == [[1.0, 0.0]] * 5
    assert game.par(levels).tolist() == [1.0] * 5


def test_its_words_tell_who_won():
    game = TagGame(1, TagConfig(fresh_maps=False))
    out = begun(game, with_style(LEVEL, [0, 0, 999, 0, 0, 0, 0, 0]))
    said = []
    while not out.terminated.all():
        game.step(np.full((1, 1, 1), STAY), out)
        said += game.events(0)
    assert said == [
        "the runner leaves its den",
        "the runner escapes through the green exit",
        "the runner wins",
    ]
    assert game.scene(0).status == f"step {game.scene(0).step} of 30, the runner sprints"


def test_a_scene_shows_the_arena_and_the_runner():
    game = TagGame(1, TagConfig(fresh_maps=False))
    begun(game, with_style(LEVEL, [500] * 8))
    scene = game.scene(0)
    assert scene.tiles[4, 4] == PLAYER_1
    assert (scene.tiles != GOAL).all()
    assert scene.view.shape == (5, 5)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"players": 5}, "players = 5: give 2 to 4"),
        ({"limit": 5}, "limit = 5"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        TagConfig(**settings)
