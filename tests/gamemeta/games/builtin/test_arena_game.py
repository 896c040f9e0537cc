"""What `tag`, `duel` and `forage` have in common: refusals, saved bytes, and others whose style is told."""

import numpy as np
import pytest

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games.builtin.duel.game import DuelConfig, DuelGame
from gamemeta.games.builtin.forage.game import ForageConfig, ForageGame
from gamemeta.games.builtin.tag.game import TagConfig, TagGame
from gamemeta_levels.family import generate_arrays
from tests.helpers.arenas import begun, with_style

GAMES = (TagGame, DuelGame, ForageGame)
WORDS = {
    TagGame: (0, 1, 3, 11, 12, 28, 31, 32, 36, 37),
    DuelGame: (0, 1, 3, 12, 28, 32, 38, 42, 46),
    ForageGame: (0, 1, 3, 11, 12, 20, 24, 26),
}
"""Of the numbers that a game saves: sides, one of each kind that follows, and some of its clock."""
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
every_game = pytest.mark.parametrize("game_class", GAMES, ids=lambda one: one.name)


@pytest.fixture
def playing(game_class):
    """A game that has begun, its levels, and its buffers."""
    game = game_class(1)
    levels = generate_arrays(game.family(), [0], "any")
    return game, levels, begun(game, levels)


@pytest.mark.slow
@every_game
def test_the_revealed_game_tells_the_style(game_class):
    game = game_class(1, game_class.Config(revealed=True))
    out = begun(game, with_style(LEVEL, [0, 250, 500, 750, 999, 0, 0, 0]))
    assert out.obs["style"][0, 0].tolist() == pytest.approx([-1, -0.5, 0, 0.5, 0.998, -1, -1, -1, 1])


@every_game
def test_what_is_told_of_a_style_changes_only_where_a_match_begins(game_class):
    game = game_class(2, game_class.Config(revealed=True))
    levels = generate_arrays(game.family(), range(4), "any")
    out = begun(game, levels.take(slice(0, 2)))
    before = out.obs["style"].copy()
    game.reset(levels.take(slice(2, 4)), np.array([False, True]), out)
    assert (out.obs["style"][0] == before[0]).all()
    assert (out.obs["style"][1] != before[1]).any()


@every_game
def test_nothing_has_happened_where_a_match_begins(playing):
    game, levels, out = playing
    still = np.array([4] * len(game.spec.action.heads)) % game.spec.action.heads
    while not out.terminated.all():
        game.step(still[None, None], out)
    assert game.events(0)
    game.reset(levels, np.ones(1, bool), out)
    assert game.events(0) == ()


@pytest.mark.parametrize("config", [TagConfig, DuelConfig, ForageConfig])
@pytest.mark.parametrize(
    ("settings", "message"),
    [({"others": "human"}, "others = 'human'"), ({"view": 4}, "view = 4"), ({"limit": 3}, "limit = 3: give")],
)
def test_settings_that_no_arena_can_have_are_refused(config, settings, message):
    with pytest.raises(ConfigError, match=message):
        config(**settings)


@every_game
def test_actions_of_another_shape_or_kind_are_refused(playing):
    game, _, out = playing
    heads = len(game.spec.action.heads)
    for actions in (np.zeros((1, 2, heads), int), np.zeros((1, 1, heads))):
        with pytest.raises(SpecError, match=f"1 games of {game.name} need integers of shape"):
            game.step(actions, out)


@every_game
def test_actions_that_do_not_exist_are_refused(playing):
    game, _, out = playing
    with pytest.raises(SpecError, match=rf"game 0: .* is not in 0\.\.{game.spec.action.heads[0] - 1}"):
        game.step(np.array([[game.spec.action.heads]]), out)


@every_game
def test_levels_without_others_are_refused(playing):
    game, levels, out = playing
    levels.more.clear()
    with pytest.raises(LevelError, match="family 'arena'"):
        game.reset(levels, np.ones(1, bool), out)


@pytest.mark.parametrize(("game_class", "word"), [(game, word) for game in GAMES for word in WORDS[game]])
def test_bytes_with_a_word_out_of_range_never_load(playing, word):
    game, _, _ = playing
    saved = bytearray(game.save(0))
    saved[8 * word : 8 * word + 8] = (2**40).to_bytes(8, "little")
    with pytest.raises(LevelError, match="saved arena"):
        game.load(0, bytes(saved))


@every_game
@pytest.mark.parametrize("length", [0, 7, 100, -1])
def test_cut_bytes_never_load(playing, length):
    game, _, _ = playing
    with pytest.raises(LevelError, match="saved arena"):
        game.load(0, game.save(0)[:length])
