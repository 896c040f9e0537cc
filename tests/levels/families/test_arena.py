"""The family `arena`: mirrored maps, and styles of others that are held out by cells."""

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError, UnsolvableLevel
from gamemeta_levels.families.arena import styles
from gamemeta_levels.families.arena.family import Arena, ArenaParameters
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse
from gamemeta_levels.inspection.soak import soak
from gamemeta_levels.inspection.words import rules_in_words
from gamemeta_levels.kernel import combine
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_of
from gamemeta_levels.tiles import AMMUNITION, COVER, EXIT_1, GOAL, LOAD, SPAWN, WALL
from tests.helpers.oracles import distances, drawn

FULL = ArenaParameters(
    height=(9, 13), width=(9, 13), cover=(1, 2), ammunition=(1, 2), loads=(0, 2), spawn_distance=(3, 9)
)
LEVEL = """
    ##1####
    #.....#
    3.S.S.#
    #..G..#
    #.S.S.4
    #.....#
    ####2##
"""


def arena(text):
    return drawn(text, "arena")


def split_of_style(style):
    cell = 0
    for number in style:
        cell = 3 * cell + number * 3 // 1000
    return split_of(int(combine(np.uint64(0x57E1), np.uint64(cell))))


@pytest.mark.parametrize("split", ["any", "train", "validation", "test", "far"])
def test_generated_levels_are_good(split):
    assert soak(Arena(FULL), split, 300).fault is None


def test_a_map_turned_by_half_is_the_same_but_for_the_colours():
    for seed in range(40):
        tiles = generate(Arena(FULL), seed).tiles.copy()
        exits = (tiles >= EXIT_1) & (tiles < EXIT_1 + 4)
        assert sorted(tiles[exits]) == [EXIT_1 + k for k in range(4)]
        tiles[exits] = EXIT_1
        assert np.array_equal(tiles, tiles[::-1, ::-1])


def test_levels_have_what_the_parameters_say():
    for seed in range(40):
        level = generate(Arena(FULL), seed)
        steps = distances(level, (level.height // 2, level.width // 2))
        assert len(steps) == (level.tiles != WALL).sum()
        assert all(3 <= steps[spawn] <= 9 for spawn in level.find(SPAWN))
        counts = [len(level.find(code)) for code in (SPAWN, GOAL, COVER, AMMUNITION, LOAD)]
        assert counts[:2] == [4, 1]
        assert all(
            count in allowed for count, allowed in zip(counts[2:], [(2, 4), (2, 4), (0, 2, 4)], strict=True)
        )


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_no_style_is_met_outside_its_split(split):
    levels = generate_arrays(Arena(), range(300), split)
    assert {split_of_style(row[:8]) for row in levels.more["others"].tolist()} == {split}


def test_any_seed_gives_a_style_of_the_split_of_its_level():
    levels = generate_arrays(Arena(), range(300), "any")
    splits = [split_of(int(content)) for content in levels.content_hash]
    assert [split_of_style(row[:8]) for row in levels.more["others"].tolist()] == splits
    assert set(splits) == {"train", "validation", "test"}


def test_far_styles_lie_outside_the_trained_range():
    trained, far = (generate_arrays(Arena(), range(300), split).more["others"] for split in ("train", "far"))
    assert ((trained[:, :8] >= 100) & (trained[:, :8] < 900)).all()
    assert ((far[:, :8] < 100) | (far[:, :8] >= 900)).all()
    assert ((trained[:, 8] >= 800) & (trained[:, 8] <= 1000)).all()


def test_styles_fill_their_range_evenly():
    numbers = generate_arrays(Arena(), range(2000), "any").more["others"][:, :8]
    counts = np.stack([np.bincount((column - 100) // 200, minlength=4) for column in numbers.T])
    assert np.abs(counts - 500).max() < 5 * np.sqrt(500)


def test_the_plan_is_a_shortest_way_to_the_middle():
    for seed in range(10):
        level = generate(Arena(FULL), seed)
        steps = distances(level, (level.height // 2, level.width // 2))
        place = np.array(level.find(SPAWN)[0])
        plan = Arena().solve(level)
        for action in plan:
            place += [(-1, 0), (1, 0), (0, -1), (0, 1)][action]
        assert len(plan) == steps[level.find(SPAWN)[0]]
        assert tuple(place) == (level.height // 2, level.width // 2)


def test_mutation_keeps_arenas_fair_and_solvable():
    level = generate(Arena(FULL), 5)
    changes = set()
    for seed in range(30):
        changed = Arena(FULL).mutate(level, seed)
        assert changed == Arena(FULL).mutate(level, seed)
        assert changed != level
        Arena().pack([changed])
        fixed = np.where((changed.tiles >= EXIT_1) & (changed.tiles < EXIT_1 + 4), 0, changed.tiles)
        assert np.array_equal(fixed, fixed[::-1, ::-1])
        changes.add(changed.hidden["style"] != level.hidden["style"])
    assert changes == {True, False}


def test_a_drawn_level_gets_a_style_from_its_tiles():
    level = arena(LEVEL)
    one, two = (Arena().unpack(Arena().pack([level]), 0) for _ in range(2))
    assert one == two
    assert len(one.hidden["style"]) == 8


def test_levels_keep_their_others_in_files():
    level = generate(Arena(), 7)
    assert parse(dumps(level, ".json"), "arena") == level


def test_rules_tell_style_and_skill():
    level = Arena().unpack(Arena().pack([generate(Arena(), 7)]), 0)
    style, skill = rules_in_words(Arena(), level)
    assert style.count(".") == 8
    assert skill.startswith("the others' skill: ")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("G", ".", "an arena has 1 of 'goal' 'G'; this one has 0"),
        ("1", "#", "an arena has 1 of 'exit 1'"),
        ("S.S.#", "S...#", "an arena has 4 of 'spawn' 'S'; this one has 3"),
        ("3.S", "..S", "an arena has 1 of 'exit 3'"),
        ("##1####", "##1###.", "edge .*wall or exits"),
        ("..G..", ".G...", "middle"),
        ("#.....#", "#..$..#", "no meaning"),
    ],
)
def test_what_is_no_arena_is_refused(old, new, message):
    with pytest.raises(LevelError, match=message):
        Arena().pack([arena(LEVEL.replace(old, new, 1))])


def test_no_way_needs_the_middle():
    for seed in range(40):
        tiles = generate(Arena(FULL), seed).tiles.copy()
        tiles[tiles == GOAL] = WALL
        level = Level(family="arena", tiles=tiles)
        assert len(distances(level, level.find(SPAWN)[0])) == (tiles != WALL).sum()


def test_an_arena_with_a_cell_that_cannot_be_left_is_refused():
    closed = LEVEL.replace("#.....#", "#.#...#", 1).replace("3.S", "3#S", 1)
    with pytest.raises(UnsolvableLevel, match="no way"):
        Arena().pack([arena(closed)])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"height": (8, 9)}, "odd"),
        ({"walls": (3, 2)}, "walls = 3..2"),
        ({"style": (0.5, 0.5)}, "style"),
        ({"style": (0.0, 1.0), "extreme": True}, "style"),
        ({"skill": (0.0, 1.5)}, "skill = 0.0..1.5"),
    ],
)
def test_ranges_that_cannot_be_are_refused(settings, message):
    with pytest.raises(ConfigError, match=message):
        ArenaParameters(**settings)


def test_an_arena_without_room_is_refused():
    with pytest.raises(ConfigError, match="none had room"):
        generate(Arena(ArenaParameters(walls=(60, 60))), 0)


def test_cells_count_the_thirds_of_each_number():
    assert styles.cell_of(np.zeros(8, np.int64)) == 0
    assert styles.cell_of(np.full(8, 999, np.int64)) == 3**8 - 1
    assert styles.cell_of(np.array([0, 0, 0, 0, 0, 0, 333, 334], np.int64)) == 1
