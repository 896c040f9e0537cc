"""What differs between levels of somebody else's game: ranges, families of seeds, mappings of actions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.authoring import Draws
from gamemeta.errors import ConfigError, LevelError
from gamemeta.games.outside.seed_levels.family import SeedLevels, SeedParameters
from gamemeta.games.outside.seed_levels.remap import check_mapping, draw_mapping, mapping_length, remapped
from gamemeta.games.outside.seed_levels.variation import Variation, parse_varied, value_of
from gamemeta.spec import ActionSpec
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.level import Level

ACTION = ActionSpec(heads=(3, 2), low=(-1.0, 0.0), high=(3.0, 1.0))
VARIED = parse_varied("gravity=5..15,length=0.3..0.9,action=remap")


def family(**more):
    return SeedLevels("outside", varied=VARIED, action=ACTION, **more)


@given(low=st.integers(-50, 50), width=st.integers(0, 40), seed=st.integers(0, 10**6))
def test_whole_ends_draw_whole_numbers_inside_and_far_ones_outside(low, width, seed):
    one = Variation("n", low, low + width)
    inside, far = value_of(one.draw(Draws(seed))), value_of(one.draw_far(Draws(seed)))
    assert isinstance(inside, int)
    assert low <= inside <= low + width
    reach = max(1, width // 4)
    if width:
        assert low - reach <= far < low or low + width < far <= low + width + reach
        assert far > 0 or low <= 0


@given(low=st.floats(-5, 5), width=st.floats(0.01, 10), seed=st.integers(0, 10**6))
def test_other_ends_draw_any_number_inside_and_far_ones_outside(low, width, seed):
    one = Variation("x", low, low + width)
    inside, far = value_of(one.draw(Draws(seed))), value_of(one.draw_far(Draws(seed)))
    assert low - 1e-8 <= inside <= low + width + 1e-8
    assert far < low + 1e-8 or far > low + width - 1e-8
    assert low - width / 4 - 1e-8 <= far <= low + width * 1.25 + 1e-8
    assert far > 0 or low <= 1e-9


def test_a_range_is_filled_evenly_to_both_ends():
    drawn = [value_of(Variation("n", 0, 4).draw(Draws(seed))) for seed in range(500)]
    assert min(np.bincount(drawn, minlength=5)) > 60


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gravity", "write NAME=LOW..HIGH"),
        ("gravity=9..5", "low end first"),
        ("gravity=a..b", "give a range"),
        ("gravity=true..false", "give a range"),
        ("gravity=5..15,gravity=1..2", "given twice"),
        ("action=shuffle", "action=remap"),
        ("seed=1..2", "no name of a number"),
        ("x=0.1..0.1000000001", "too narrow"),
        ("a b=1..2", "no name of a number"),
    ],
)
def test_what_cannot_be_varied_is_refused(text, words):
    with pytest.raises(ConfigError, match=words):
        parse_varied(text)


@given(seed=st.integers(0, 10**6))
def test_a_mapping_moves_every_action_within_its_head_and_mirrors_numbers_within_their_bounds(seed):
    mapping = draw_mapping(ACTION, Draws(seed))
    check_mapping(ACTION, mapping)
    assert len(mapping) == mapping_length(ACTION)
    rows = [np.array([a, b, -0.5, 0.2], np.float32) for a in range(3) for b in range(2)]
    real = [remapped(ACTION, mapping, row) for row in rows]
    assert {tuple(r[:2]) for r in real} == {(a, b) for a in range(3) for b in range(2)}
    assert all(r[2] in (-0.5, 2.5) and r[3] in (np.float32(0.2), np.float32(0.8)) for r in real)
    ACTION.checked(np.array(real), len(real))


def test_every_permutation_is_as_likely_as_any_other():
    action = ActionSpec(heads=(3,))
    drawn = [draw_mapping(action, Draws(seed)) for seed in range(1200)]
    counts = [drawn.count(one) for one in set(drawn)]
    assert len(counts) == 6
    assert min(counts) > 140


def test_a_level_is_named_by_its_seed_where_its_content_falls_to_the_split():
    plain = SeedLevels("plain")
    assert generate(plain, 17).hidden == {"seed": (17,)}
    kept = [seed for seed in range(50) if generate(plain, seed, "train").hidden["seed"] == (seed,)]
    assert len(kept) > 30
    arrays = generate_arrays(plain, range(100), "test")
    assert not set(arrays.content_hash) & set(generate_arrays(plain, range(400), "train").content_hash)


def test_levels_go_into_arrays_and_come_out_as_they_were():
    levels = [generate(family(), seed, "train") for seed in range(20)]
    arrays = family().pack(levels)
    assert [family().unpack(arrays, i) for i in range(20)] == levels
    assert {len(level.hidden["action"]) for level in levels} == {7}


def test_far_levels_lie_outside_every_range():
    for seed in range(50):
        hidden = generate(family(), seed, "far").hidden
        assert not 5 <= value_of(hidden["gravity"]) <= 15
        assert not 0.3 <= value_of(hidden["length"]) <= 0.9


def test_levels_of_seeds_alone_have_nothing_far():
    with pytest.raises(ConfigError, match="drawn from a range"):
        SeedLevels("plain").far()


def test_without_seeds_only_what_varies_makes_a_level():
    found = {generate(SeedLevels("p", varied=parse_varied("n=1..3"), seeded=False), s) for s in range(60)}
    assert len(found) == 3


def test_a_changed_level_differs_in_one_thing():
    level = generate(family(), 3)
    other = family().mutate(level, 1)
    assert sum(level.hidden[name] != other.hidden[name] for name in level.hidden) == 1


def test_rules_are_told_in_words():
    words = family().rules(generate(family(), 3))
    assert [word.split()[0] for word in words] == ["actions", "gravity", "length", "seed"]


@pytest.mark.parametrize(
    ("name", "numbers", "words"),
    [("action", (0, 0, 1, 0, 1, 1, 1), "rearrange"), ("length", (5, 7), "unit"), ("seed", (-1,), "seed")],
)
def test_numbers_that_no_level_has_are_refused(name, numbers, words):
    level = generate(family(), 3)
    wrong = Level(family="outside", tiles=level.tiles, hidden={**level.hidden, name: numbers})
    with pytest.raises(LevelError, match=words):
        family().pack([wrong])


def test_seeds_outside_31_bits_are_refused():
    with pytest.raises(ConfigError, match="give a range within"):
        SeedParameters(seeds=(0, 2**31))
