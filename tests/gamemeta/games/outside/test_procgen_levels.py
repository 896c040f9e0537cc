"""The levels of Procgen, their splits and constants: what needs no Procgen."""

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.errors import ConfigError, LevelError, PluginError, UnknownName
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.procgen.facts import GAMES, MODES
from gamemeta.games.outside.procgen.game import ProcgenConfig
from gamemeta.games.outside.procgen.levels import MOST_LEVEL, ProcgenLevels, ProcgenParameters
from gamemeta.games.outside.procgen.states import read
from gamemeta.games.outside.procgen.vector import PACKAGES
from gamemeta.games.registry import game_class, make_game
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse
from gamemeta_levels.split import split_of

FAMILY = ProcgenLevels("procgen/maze")


def number(level):
    return level.hidden["seed"][0]


@given(st.integers(0, MOST_LEVEL))
def test_a_plain_seed_is_that_very_level(seed):
    assert number(generate(FAMILY, seed)) == seed


@given(st.integers(0, 2**63 - 1))
def test_training_levels_are_0_to_199(seed):
    assert 0 <= number(generate(FAMILY, seed, "train")) <= 199


@given(st.integers(0, 2**63 - 1))
def test_test_levels_are_odd_and_outside_the_training_levels(seed):
    found = number(generate(FAMILY, seed, "test"))
    assert found > 199
    assert found % 2 == 1


@given(st.integers(0, 2**63 - 1), st.sampled_from(["train", "validation", "test"]))
def test_the_content_of_a_level_falls_to_its_split(seed, split):
    assert split_of(generate(FAMILY, seed, split).content_hash) == split


@given(st.integers(0, MOST_LEVEL))
def test_equal_levels_of_two_splits_do_not_exist(seed):
    assert generate(FAMILY, seed) == generate(FAMILY, seed, split_of(generate(FAMILY, seed).content_hash))


def test_arrays_hold_what_levels_do():
    arrays = generate_arrays(FAMILY, [3, 2**40], "test")
    for row, seed in enumerate((3, 2**40)):
        level = generate(FAMILY, seed, "test")
        assert FAMILY.unpack(arrays, row) == level
        assert arrays.content_hash[row] == level.content_hash
        packed = FAMILY.pack([level])
        assert all((array[row] == packed.more[name][0]).all() for name, array in arrays.more.items())
        assert packed.seed[0] == arrays.seed[row] == seed


def test_a_level_is_kept_as_a_file():
    level = generate(FAMILY, 1234)
    assert parse(dumps(level, ".json"), FAMILY.name) == level


def test_one_level_alone_is_the_exploration_mode():
    family = game_class("procgen/maze")(1, ProcgenConfig(mode="exploration")).family()
    assert {number(generate(family, seed, split)) for seed in range(3) for split in ("train", "test")} == {
        GAMES["maze"].exploration
    }


def test_training_on_all_levels_holds_nothing_out():
    family = ProcgenLevels("procgen/maze", ProcgenParameters(levels=(0, MOST_LEVEL)))
    assert not family.about.held_out
    assert number(generate(family, 5, "test")) == 5


def test_a_level_beyond_the_last_is_refused():
    level = generate(FAMILY, 7)
    wrong = type(level)(family=level.family, tiles=level.tiles, hidden={"seed": (2**31 - 1,), "part": (0,)})
    with pytest.raises(LevelError, match="its seed is"):
        FAMILY.pack([wrong])


def test_there_are_no_far_levels():
    with pytest.raises(ConfigError, match="no `far` split"):
        FAMILY.far()


@pytest.mark.parametrize("levels", [(-1, 5), (5, 4), (0, 2**31)])
def test_levels_outside_the_range_are_refused(levels):
    with pytest.raises(ConfigError, match="low end first"):
        ProcgenParameters(levels=levels)


def test_a_mode_that_the_game_lacks_is_refused_by_name():
    with pytest.raises(ConfigError, match="procgen/bigfish has easy, hard"):
        game_class("procgen/bigfish")(1, ProcgenConfig(mode="memory"))


def test_a_mode_that_does_not_exist_is_refused():
    with pytest.raises(ConfigError, match="choose one of easy"):
        ProcgenConfig(mode="simple")


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        (ProcgenConfig(mode="hard"), 13.4),
        (ProcgenConfig(mode="memory"), np.nan),
        (ProcgenConfig(mode="memory", par=10.0), 10.0),
        (ProcgenConfig(par=0.0), 0.0),
    ],
)
def test_par_is_what_was_published_or_asked_for(config, wanted):
    game = game_class("procgen/caveflyer")(1, config)
    par = game.par(generate_arrays(game.family(), [0], "any"))
    np.testing.assert_array_equal(par, np.array([wanted], np.float32))


def test_an_unknown_game_of_procgen_is_refused():
    with pytest.raises(UnknownName, match="procgen/coinrun"):
        game_class("procgen/tetris")


def test_sixteen_games_have_constants_in_order():
    assert len(GAMES) == 16
    for facts in GAMES.values():
        assert {*facts.modes} <= {*MODES}
        for mode in ("easy", "hard"):
            low, high = facts.bounds(mode)
            assert low < high


def test_a_missing_package_is_told_when_a_game_is_first_needed(monkeypatch):
    for package in PACKAGES:
        monkeypatch.setitem(sys.modules, package, None)
    game = make_game("procgen/coinrun", 1)
    levels = generate_arrays(game.family(), [0], "any")
    with pytest.raises(PluginError, match=r"gamemeta\[procgen\]"):
        game.reset(levels, np.ones(1, np.bool_), StepBuffers.empty(game))


@given(st.binary(max_size=200))
def test_bytes_that_are_no_state_are_refused(data):
    with pytest.raises(LevelError, match="no state of Procgen"):
        read(data)


@pytest.mark.parametrize(
    "levels", [(1, MOST_LEVEL - 2), (0, MOST_LEVEL - 4), (5, MOST_LEVEL), (4, MOST_LEVEL)]
)
def test_levels_that_are_held_out_are_found_where_there_are_hardly_any(levels):
    family = ProcgenLevels("procgen/coinrun", ProcgenParameters(levels=levels))
    low, high = levels
    for split, odd in (("validation", 0), ("test", 1)):
        found = {level_number(family, seed, split) for seed in range(10**9, 10**9 + 60)}
        assert found == {k for k in (*range(low), *range(high + 1, MOST_LEVEL + 1)) if k % 2 == odd}


def test_where_no_level_is_left_to_a_split_that_is_said():
    family = ProcgenLevels("procgen/coinrun", ProcgenParameters(levels=(1, MOST_LEVEL)))
    assert level_number(family, 10**9, "validation") == 0
    with pytest.raises(ConfigError, match="no level to test"):
        level_number(family, 10**9, "test")


def level_number(family, seed, split):
    return family._number(seed, split)
