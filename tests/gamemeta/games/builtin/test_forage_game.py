"""The game `forage` beside its plain twin: moves, outings, choices of the partner, labels and results."""

import numpy as np
import pytest

from gamemeta.errors import ConfigError, LevelError
from gamemeta.games.builtin.forage.game import ForageConfig, ForageGame, ForageParameters
from gamemeta.games.check.check import check_game
from gamemeta_levels.families.arena.family import Arena
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.tiles import LOAD, PLAYER_1, POTION_1, WALL
from tests.helpers.arenas import begun, places, with_style
from tests.helpers.forage_twin import ForageTwin

LIFT = 4
MIXED = ForageParameters(height=(7, 11), width=(7, 13), walls=(0, 6), spawn_distance=(1, 4), skill=(0.3, 1.0))
SETTINGS = [
    {},
    {"fresh_maps": False, "outings": 4},
    {"outings": 1, "limit": 30, "view": 3},
    {"others": "outside"},
    {"others": "outside", "players": 4, "fresh_maps": False, "limit": 40},
]
LEVEL = """
    ####1####
    #.......#
    #.L...L.#
    #...S...#
    4..SGS..3
    #...S...#
    #.L...L.#
    #.......#
    ####2####
"""


def ahead(out):
    """The first of the labelled moves of every seat."""
    bits = out.labels["towards"].astype(int)
    return np.select([bits >> k & 1 == 1 for k in range(5)], range(5), LIFT)[:, :, None]


@pytest.mark.parametrize("settings", [*SETTINGS, {"revealed": True, "view": 9}])
def test_it_keeps_its_contract(settings):
    check_game(lambda n: ForageGame(n, ForageConfig(**settings)), seeds=8, steps=60)


@pytest.mark.slow
@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("split", ["any", "far"])
def test_it_plays_as_its_plain_twin(settings, split):
    config, n = ForageConfig(**settings), 60
    game = ForageGame(n, config)
    levels = generate_arrays(Arena(MIXED), range(n), split)
    out = begun(game, levels)
    twins = [
        ForageTwin(
            game.scene(i).tiles,
            places(game, i, "spots"),
            places(game, i),
            levels.more["others"][i] / 1000,
            levels.chance[i],
            limit=config.limit,
            outings=config.outings if config.others == "scripted" else 0,
        )
        for i in range(n)
    ]
    rng = np.random.default_rng(1)
    for t in range(config.limit + 2):
        actions = rng.integers(0, 5, (n, game.seats, 1))
        actions[::2] = np.where(rng.random((n, game.seats, 1)) < 0.9, ahead(out), actions)[::2]
        for i, twin in enumerate(twins):
            _check_seen(out, i, twin)
        game.step(actions, out)
        for i, twin in enumerate(twins):
            paid = twin.step(actions[i, :, 0].tolist())
            assert out.reward[i].tolist() == pytest.approx([paid] * game.seats), (t, i)
            assert places(game, i) == twin.places, (t, i)
            assert out.terminated[i].all() == twin.over
            assert out.success[i].all() == (twin.over and twin.lifted == twin.wanted)
    assert out.terminated.all()
    assert not out.truncated.any()
    assert out.success.any()
    assert not out.success.all()


def _check_seen(out, i, twin):
    row, column = twin.places[0]
    for k in range(4):
        seen = out.obs["loads"][i, 0, 2 * k : 2 * k + 2].tolist()
        r, c = twin.loads.get(k, (row + 17, column + 17))
        assert seen == [r - row + 16, c - column + 16]
    others = [(r - row + 16, c - column + 16) for r, c in twin.places[1:]]
    assert out.obs["players"][i, 0].tolist() == [code for place in others for code in place]
    outcome = 0 if twin.last is None else 1 + twin.last[0] + 4 * (not twin.last[1])
    assert out.obs["outcome"][i, 0, 0] == outcome
    load = twin.next_load()
    if load is None:
        assert out.labels["load"][i, 0] == out.labels["towards"][i, 0] == 0
    else:
        assert out.labels["load"][i, 0] == 1 << load
        assert out.labels["towards"][i, 0] == sum(1 << m for m in twin.towards(twin.places[0], load))


def test_a_partner_goes_for_the_loads_in_the_order_that_it_likes_them():
    game = ForageGame(1, ForageConfig(fresh_maps=False, outings=4))
    out, said = begun(game, with_style(LEVEL, [300, 900, 0, 600, 0, 0, 0, 0])), []
    while not out.terminated.all():
        game.step(np.zeros((1, 1, 1), int), out)
        said += [event for event in game.events(0) if "falls" in event]
    assert said == [f"the {colour} load falls apart" for colour in ("blue", "violet", "red", "green")]


def test_a_partner_that_minds_the_way_goes_for_what_is_near():
    text = LEVEL.replace("#.L...L.#", "#L.....L#", 1).replace("#.L...L.#", "#.L....L#")
    style = (500, 500, 500, 500, 999, 0, 0, 0)
    game = ForageGame(1, ForageConfig(fresh_maps=False))
    out = begun(game, with_style(text, style))
    assert out.labels["load"][0, 0] == 1 << 2


@pytest.mark.parametrize(("number", "tries"), [(0, 1), (499, 1), (500, 2), (999, 2)])
def test_the_sixth_number_is_how_often_it_tries(number, tries):
    game = ForageGame(1, ForageConfig(fresh_maps=False))
    out, lifting = begun(game, with_style(LEVEL, [999, 0, 0, 0, 0, number, 0, 0])), 0
    while "the red load falls apart" not in game.events(0):
        lifting += game.scene(0).status.endswith("the partner lifts")
        game.step(np.zeros((1, 1, 1), int), out)
    assert lifting == tries


def test_going_ahead_of_the_partner_lifts_everything():
    game = ForageGame(64)
    levels = generate_arrays(game.family(), range(64), "test")
    out = begun(game, levels)
    total = np.zeros(64)
    while not out.terminated.all():
        game.step(ahead(out), out)
        total += out.reward[:, 0]
    assert total.mean() == pytest.approx(game.par(levels).mean(), abs=0.05)
    assert total.mean() > 0.9


def test_par_depends_on_the_level_alone():
    levels = generate_arrays(Arena(MIXED), range(20), "any")
    game = ForageGame(20)
    par = game.par(levels)
    levels.chance = np.arange(20).astype(np.uint64)
    begun(game, levels)
    assert par.tolist() == ForageGame(20).par(levels).tolist()
    assert par[:1].tolist() == ForageGame(1).par(levels.take(slice(0, 1))).tolist()
    assert (par < 1).any()


def test_fresh_days_lay_the_loads_out_anew_with_other_colours():
    game, n = ForageGame(30), 30
    levels, seen = generate_arrays(game.family(), range(n), "any"), []
    for chance in (0, 1, 0):
        begun(game, levels, chance)
        seen.append([(game.scene(i).tiles.tobytes(), places(game, i, "spots")) for i in range(n)])
    assert seen[0] == seen[2]
    assert sum(one == other for one, other in zip(seen[0], seen[1], strict=True)) < n / 4
    for i in range(n):
        level = game.family().unpack(levels, i)
        assert len({tuple(place) for place in seen[0][i][1]}) == len(level.find(LOAD)) == 4
        assert (game.scene(i).tiles != WALL).sum() == (level.tiles != WALL).sum() - 4


def test_loads_of_one_map_keep_their_colours_where_nothing_is_fresh():
    game = ForageGame(1, ForageConfig(fresh_maps=False))
    for chance in range(3):
        begun(game, with_style(LEVEL, [500] * 8), chance)
        assert places(game, 0, "spots") == [(2, 2), (2, 6), (6, 2), (6, 6)]


def test_its_words_tell_a_day():
    game = ForageGame(1, ForageConfig(fresh_maps=False, outings=1))
    out, said = begun(game, with_style(LEVEL, [0, 0, 999, 0, 0, 0, 0, 0])), []
    while not out.terminated.all():
        game.step(ahead(out), out)
        said += game.events(0)
    assert said == [
        "the partner sets out",
        "the green load is lifted",
        "the day is over",
    ]
    assert game.scene(0).status == f"step {game.scene(0).step} of 60, 1 lifted"


def test_a_scene_shows_loads_and_partner():
    game = ForageGame(1, ForageConfig(fresh_maps=False))
    begun(game, with_style(LEVEL, [500] * 8))
    scene = game.scene(0)
    assert scene.tiles[4, 4] == PLAYER_1
    assert scene.tiles[6, 6] == POTION_1 + 3
    assert scene.tiles[0, 4] == WALL
    assert scene.view.shape == (5, 5)
    assert scene.status == "step 0 of 60, 0 lifted, the partner rests"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"players": 3}, "one scripted partner"),
        ({"players": 5, "others": "outside"}, "players = 5: give 2 to 4"),
        ({"outings": 5}, "outings = 5"),
        ({"limit": 5}, "limit = 5"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        ForageConfig(**settings)


def test_levels_without_four_loads_are_refused():
    game = ForageGame(1)
    with pytest.raises(LevelError, match="has 4 loads 'L'; this one has 0"):
        begun(game, generate_arrays(Arena(), [0], "any"))
    with pytest.raises(ConfigError, match=r"loads = 1\.\.2: forage"):
        ForageParameters(loads=(1, 2))
