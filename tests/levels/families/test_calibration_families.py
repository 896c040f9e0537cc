"""What bandits, MDPs and the grid have in common with every family."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta_levels.errors import ConfigError, LevelError, UnknownName
from gamemeta_levels.families.bandit.family import Bandit, BanditParameters
from gamemeta_levels.families.corridor.family import Corridor, CorridorParameters
from gamemeta_levels.families.darkroom.family import DarkRoom
from gamemeta_levels.families.grid.family import HiddenGoal
from gamemeta_levels.families.keydoor.family import KeyDoor
from gamemeta_levels.families.mdp.family import TabularMDP, TabularMDPParameters
from gamemeta_levels.families.navigation.family import Navigation, NavigationParameters
from gamemeta_levels.families.popgym.family import POPGymLevels
from gamemeta_levels.families.popgym.tasks import SIZES
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse
from gamemeta_levels.level import Level
from gamemeta_levels.registry import families
from gamemeta_levels.split import MAX_SEED, split_of

WIDE = TabularMDPParameters(reward_mean=-8.0, reward_spread=4.0)
FAMILIES = [
    Bandit(),
    Bandit(BanditParameters(probability=(0.25, 0.5)), arms=50),
    TabularMDP(),
    TabularMDP(WIDE, states=3, actions=2),
    Navigation(),
    Navigation(NavigationParameters(reach=(0.2, 0.3))),
    POPGymLevels(),
    POPGymLevels(size=SIZES[-1]),
    KeyDoor(),
    DarkRoom(),
    HiddenGoal(),
    Corridor(CorridorParameters(length=(3, 900))),
]
HOLDING_OUT = FAMILIES[:-3]
each_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda f: f"{f.name}-{FAMILIES.index(f)}")
seeds = st.integers(0, MAX_SEED)


@each_family
def test_it_is_found_by_name(family):
    assert families()[family.name] is type(family)


@each_family
@settings(max_examples=25)
@given(seed=seeds)
def test_a_level_survives_its_json_form(family, seed):
    level = generate(family, seed)
    read = parse(dumps(level, ".json"), "another")
    assert read == level
    assert read.seed == seed


@each_family
@settings(max_examples=25)
@given(seed=seeds)
def test_a_level_packs_into_the_arrays_it_was_copied_from(family, seed):
    arrays = generate_arrays(family, [seed], "any")
    packed = family.pack([family.unpack(arrays, 0)])
    for name, array in {**vars(arrays), **arrays.more}.items():
        if name != "more":
            again = packed.more[name] if name in arrays.more else getattr(packed, name)
            np.testing.assert_array_equal(again, array, err_msg=name)


@each_family
def test_the_kernel_hashes_content_as_the_value_does(family):
    arrays = generate_arrays(family, range(50), "any")
    assert [family.unpack(arrays, i).content_hash for i in range(50)] == arrays.content_hash.tolist()


@pytest.mark.parametrize("split", ["train", "validation", "test"])
@pytest.mark.parametrize("family", HOLDING_OUT, ids=lambda f: f"{f.name}-{FAMILIES.index(f)}")
def test_a_level_drawn_for_a_split_lies_in_it(family, split):
    arrays = generate_arrays(family, range(60), split)
    assert {split_of(int(value)) for value in arrays.content_hash} == {split}


@each_family
def test_a_level_depends_on_its_seed_alone(family):
    whole = generate_arrays(family, range(20), "test")
    part = generate_arrays(family, [13, 4], "test")
    np.testing.assert_array_equal(part.content_hash, whole.content_hash[[13, 4]])


@each_family
def test_every_generated_level_has_a_plan_of_the_length_that_measure_finds(family):
    arrays = generate_arrays(family, range(20), "any")
    plans = [family.solve(family.unpack(arrays, row)) for row in range(20)]
    assert family.measure(arrays).tolist() == arrays.par_steps.tolist() == [len(plan) for plan in plans]


@each_family
def test_measure_finds_levels_whose_tiles_were_spoiled(family):
    arrays = generate_arrays(family, range(3), "any")
    arrays.tiles[1, 0, 0] = 0
    assert (family.measure(arrays) < 0).tolist() == [False, True, False]


@each_family
@settings(max_examples=25)
@given(seed=seeds)
def test_a_mutated_level_is_another_playable_one(family, seed):
    level = generate(family, 5)
    changed = family.mutate(level, seed)
    assert changed != level
    assert changed == family.mutate(level, seed)
    family.pack([changed])


@each_family
def test_a_level_of_another_family_is_refused(family):
    with pytest.raises(LevelError, match="family 'maze'"):
        family.pack([Level(family="maze", tiles=[[1]])])


@each_family
def test_a_tile_without_meaning_is_refused(family):
    level = generate(family, 0)
    tiles = level.tiles.copy()
    tiles[0, -1] = 4
    with pytest.raises(LevelError, match=r"row 1, column \d+: '\^' \(hazard\) has no meaning"):
        family.solve(Level(family=family.name, tiles=tiles, hidden=level.hidden))


@each_family
def test_hidden_numbers_of_another_name_are_refused(family):
    level = generate(family, 0)
    with pytest.raises(LevelError, match=r"this level has .*colour"):
        family.pack([Level(family=family.name, tiles=level.tiles, hidden={**level.hidden, "colour": (1,)})])


@each_family
@pytest.mark.parametrize(
    ("rows", "numbers", "message"),
    [([0, 1], [1], "as many seeds"), ([0], [-1], "start at 0"), ([9], [1], "do not fit")],
)
def test_rows_and_seeds_that_do_not_fit_are_refused(family, rows, numbers, message):
    with pytest.raises(LevelError, match=message):
        family.fill(family.arrays(2), np.array(rows), np.array(numbers), "any")


@each_family
def test_an_unknown_split_is_refused(family):
    with pytest.raises(UnknownName, match="'tset'"):
        generate_arrays(family, [0], "tset")


@pytest.mark.parametrize("family", [Bandit(), TabularMDP(), Navigation(), HiddenGoal()], ids=lambda f: f.name)
def test_where_nothing_lies_outside_far_says_so(family):
    with pytest.raises(ConfigError, match="no far"):
        generate(family, 0, "far")
