"""The families `darkroom` and `keydoor`: which levels there are, how they are drawn, and their plans."""

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.darkroom.family import DarkRoom, tile_of
from gamemeta_levels.families.darkroom.kernels import CELLS, START, move
from gamemeta_levels.families.keydoor.family import PAIRS, KeyDoor
from gamemeta_levels.family import generate, generate_arrays, plan_words
from gamemeta_levels.split import counted_splits
from gamemeta_levels.tiles import DOOR, FLOOR, GOAL, KEY, MOVE_NAMES, MOVES, SPAWN
from tests.helpers.oracles import drawn

ROOM = "\n".join(["........."] * 4 + ["....S...."] + ["........."] * 4)


def room(*things, family="darkroom"):
    """The empty room with things (glyph, row, column) on it."""
    rows = [list(line) for line in ROOM.splitlines()]
    for glyph, row, column in things:
        rows[row][column] = glyph
    return drawn("\n".join("".join(row) for row in rows), family)


def test_moves_lead_where_their_names_say_and_stop_at_the_edges():
    steps = dict(zip(MOVE_NAMES, MOVES, strict=True)) | {"stay": (0, 0)}
    for cell in range(CELLS):
        for action, name in enumerate(DarkRoom.about.action_names):
            wanted = np.clip(np.add(tile_of(cell), steps[name]), 0, 8)
            assert tile_of(move(cell, action)) == tuple(wanted)


@pytest.mark.parametrize("split", ["train", "test"])
def test_every_goal_is_drawn_in_every_split_of_the_dark_room(split):
    levels = generate_arrays(DarkRoom(), range(16_200), split)
    _, counts = np.unique(levels.content_hash, return_counts=True)
    assert len(counts) == 81
    assert np.abs(counts - 200).max() < 5 * 200**0.5


def test_key_and_door_are_any_two_cells_and_pairs_are_held_out():
    levels = generate_arrays(KeyDoor(), range(60_000), "any")
    places = np.concatenate([levels.more["key"], levels.goal], axis=1)
    assert (places[:, :2] != places[:, 2:]).any(1).all()
    _, first = np.unique(levels.content_hash, return_index=True)
    assert PAIRS == 6480 and len(first) > 0.999 * PAIRS
    counts = counted_splits(levels.content_hash[first])
    assert counts["test"] == pytest.approx(PAIRS / 10, rel=0.15) == counts["validation"]
    _, by_key = np.unique(levels.more["key"] @ [9, 1], return_counts=True)
    assert np.abs(by_key - 60_000 / 81).max() < 5 * (60_000 / 81) ** 0.5


def test_plans_walk_straight_and_end_as_the_levels_ask():
    dark, pair = DarkRoom(), KeyDoor()
    assert plan_words(dark, dark.solve(room(("G", 2, 5)))) == ["up"] * 2 + ["right"] + ["stay"] * 17
    level = room(("k", 4, 4), ("D", 5, 2), family="keydoor")
    assert plan_words(pair, pair.solve(level)) == ["stay", "down", "left", "left"]
    assert pair.pack([level]).par_steps.tolist() == [4]


def test_what_lies_in_the_middle_is_drawn_in_place_of_the_spawn():
    levels = generate_arrays(DarkRoom(), range(400), "any")
    (rows,) = np.nonzero((levels.goal == 4).all(1))
    level = DarkRoom().unpack(levels, int(rows[0]))
    assert level.tiles[tile_of(START)] == GOAL
    assert sorted(np.unique(level.tiles)) == [FLOOR, GOAL]
    DarkRoom().validate(level)


def test_distances_are_steps_to_the_goal_and_to_the_door():
    wanted = [[abs(r - 1) + abs(c - 7) for c in range(9)] for r in range(9)]
    assert DarkRoom().pack([room(("G", 1, 7))]).distance[0].tolist() == wanted
    level = room(("k", 0, 0), ("D", 1, 7), family="keydoor")
    assert KeyDoor().pack([level]).distance[0].tolist() == wanted
    assert sorted(np.unique(level.tiles)) == sorted([FLOOR, SPAWN, KEY, DOOR])


@pytest.mark.parametrize(
    ("things", "message"),
    [
        ([], "exactly one goal"),
        ([("G", 0, 0), ("G", 1, 1)], "exactly one goal"),
        ([("G", 0, 0), (".", 4, 4)], "in the middle"),
        ([("G", 4, 4), ("S", 3, 4)], "in the middle"),
        ([("G", 0, 0), ("S", 3, 4)], "in the middle"),
    ],
)
def test_a_room_without_one_goal_or_with_another_spawn_is_refused(things, message):
    with pytest.raises(LevelError, match=message):
        DarkRoom().pack([room(*things)])


def test_rooms_of_another_size_or_without_a_door_are_refused():
    with pytest.raises(LevelError, match="9 x 9 tiles; this one has 1 x 3"):
        DarkRoom().pack([drawn("S.G", "darkroom")])
    with pytest.raises(LevelError, match="exactly one door 1"):
        KeyDoor().pack([room(("k", 0, 0), family="keydoor")])


@pytest.mark.parametrize("family", [DarkRoom(), KeyDoor()])
def test_nothing_lies_outside(family):
    with pytest.raises(ConfigError, match="no far"):
        generate(family, 0, "far")
