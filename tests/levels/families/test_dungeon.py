"""The family `dungeon`: what its generator promises, and how its levels are read, hashed and changed."""

from collections import deque
from dataclasses import replace

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.dungeon.change import escapes
from gamemeta_levels.families.dungeon.drawn import with_rules
from gamemeta_levels.families.dungeon.family import Dungeon, DungeonParameters
from gamemeta_levels.families.dungeon.rules.constants import HIDDEN
from gamemeta_levels.family import UNREACHABLE, generate, generate_arrays
from gamemeta_levels.formats import dumps, read_level, write_level
from gamemeta_levels.registry import families, family_class
from gamemeta_levels.split import MAX_SEED, split_of
from gamemeta_levels.tiles import GLYPHS, GOAL, MOVES, SPAWN, WALL
from tests.helpers.dungeon_twin import DOORS, KEYS, MONSTERS, Twin

MANY = 20_000
PROMISED = DungeonParameters(
    height=(9, 11),
    width=(9, 11),
    rooms=(2, 4),
    caves=0.25,
    gold=(2, 4),
    potions=(2, 4),
    scrolls=(0, 2),
    traps=(0, 2),
    monsters=(0, 2),
    vaults=(0, 1),
    exit_distance=5,
    shuffled_moves=False,
)
WIDE = DungeonParameters(
    height=(9, 16), width=(10, 14), caves=0.5, vaults=(0, 2), monsters=(0, 5), shuffled_moves=True
)


@pytest.fixture(scope="module")
def many():
    """20,000 levels of the training split."""
    return generate_arrays(Dungeon(), range(MANY), "train")


def counts(arrays, glyphs):
    codes = [GLYPHS.index(glyph) for glyph in glyphs]
    return np.isin(arrays.tiles, codes).sum((1, 2))


def ways(level, blocked="#DEF^G"):
    """Tiles of a level that are none of these glyphs."""
    rows = str(level).split("\n")
    return {(y, x) for y, row in enumerate(rows) for x, glyph in enumerate(row) if glyph not in blocked}


def reachable(start, tiles):
    """Steps from a tile to every other, by breadth-first search."""
    found, queue = {start: 0}, deque([start])
    while queue:
        here = queue.popleft()
        for move in MOVES:
            near = Twin.plus(here, move)
            if near in tiles and near not in found:
                found[near] = found[here] + 1
                queue.append(near)
    return found


def right_key(level):
    """Place of the key to the exit's door, and of the door."""
    twin = Twin(level, 100)
    ((row, column),) = level.find(GOAL)
    door = next(Twin.plus((row, column), m) for m in MOVES if twin.at(Twin.plus((row, column), m)) in DOORS)
    key = KEYS[level.hidden["keys"].index(DOORS.index(twin.at(door)))]
    return level.find(GLYPHS.index(key))[0], door


def test_every_one_of_many_levels_is_solvable(many):
    assert np.array_equal(Dungeon().measure(many), many.par_steps)
    assert many.par_steps.min() >= 1


def test_every_one_of_many_levels_can_be_escaped_under_any_rules(many):
    for row in range(0, MANY, 10):
        assert escapes(many.take(slice(row, row + 1)))


def test_a_level_holds_as_many_things_as_the_parameters_say(many):
    for glyphs, low, high in [
        ("$", 2, 4),
        ("abcd", 2, 4),
        ("uvw", 0, 2),
        ("^", 0, 2),
        (MONSTERS, 0, 2),
        ("*", 0, 1),
        *[(glyph, 1, 1) for glyph in "SGklm"],
    ]:
        found = counts(many, glyphs)
        assert (found.min(), found.max()) == (low, high)


def test_the_spawn_is_as_far_from_the_exit_as_the_parameters_say(many):
    nearest = min(
        many.distance[row][tuple(many.spawn[row])] for row in range(MANY)
    )  # the way with the key in hand
    assert nearest >= 5


def test_sizes_take_every_number_of_their_range(many):
    assert {tuple(size) for size in many.size.tolist()} == {(h, w) for h in (9, 10, 11) for w in (9, 10, 11)}


def test_the_exit_and_the_chests_lie_in_niches(many):
    tiles = np.pad(many.tiles, ((0, 0), (2, 2), (2, 2)))
    for code in "G*":
        for i, row, column in np.argwhere(tiles == GLYPHS.index(code)):
            around = [(row + d, column + e) for d, e in MOVES if tiles[i, row + d, column + e] != WALL]
            assert len(around) == 1
            door = around[0]
            down, right = door[0] - row, door[1] - column
            assert GLYPHS[tiles[(i, *door)]] in DOORS
            assert tiles[i, door[0] + right, door[1] + down] == WALL
            assert tiles[i, door[0] - right, door[1] - down] == WALL
            assert GLYPHS[tiles[i, door[0] + down, door[1] + right]] in ".S" + MONSTERS


def test_chests_lie_behind_doors_that_the_exits_key_does_not_open():
    arrays = generate_arrays(Dungeon(DungeonParameters(vaults=(1, 1))), range(300), "any")
    for row in range(300):
        level = Dungeon().unpack(arrays, row)
        found = [glyph for glyph in str(level) if glyph in DOORS]
        assert len(set(found)) == 2


def test_no_thing_cuts_the_floor_in_two(many):
    """Every free tile reaches every other, and every thing lies beside a free tile, whatever is avoided."""
    for row in range(0, MANY, 20):
        level = Dungeon().unpack(many, row)
        free = ways(level, "#DEFG^klm$abcduvw*")
        assert reachable(level.find(SPAWN)[0], free).keys() == free
        for thing in ways(level) - free - {tuple(place) for place in level.find(GLYPHS.index("*"))}:
            assert any(Twin.plus(thing, move) in free for move in MOVES)


def test_walking_the_plain_way_survives_the_monsters(many):
    for row in range(0, MANY, 40):
        level = Dungeon().unpack(many, row)
        level = replace(level, hidden={**level.hidden, "harmless": (0, 0, 0)})
        key, door = right_key(level)
        free = ways(level, "#DEFG^klm$abcduvw*") | {key}
        twin = Twin(level, 1000)
        for goal, tiles in ((key, free), (level.find(GOAL)[0], free | {door, level.find(GOAL)[0]})):
            steps = reachable(goal, tiles)
            while twin.hero != goal and not twin.ended:
                moves = [
                    a
                    for a, m in enumerate(MOVES)
                    if steps.get(Twin.plus(twin.hero, m), 999) < steps[twin.hero]
                ]
                twin.step(moves[0])
        assert twin.ended == "escaped"


@pytest.mark.parametrize("family", [Dungeon(PROMISED), Dungeon(WIDE), Dungeon(WIDE).far()])
def test_arrays_agree_with_the_tiles(family):
    arrays = generate_arrays(family, range(100), "any")
    for row in range(100):
        level = family.unpack(arrays, row)
        height, width = arrays.size[row]
        assert level.find(SPAWN) == [tuple(arrays.spawn[row].tolist())]
        assert level.find(GOAL) == [tuple(arrays.goal[row].tolist())]
        assert not arrays.tiles[row, height:].any()
        assert not arrays.tiles[row, :, width:].any()
        assert level.content_hash == arrays.content_hash[row]


def test_distances_are_those_of_a_search_that_takes_care():
    arrays = generate_arrays(Dungeon(WIDE), range(150), "any")
    for row in range(150):
        level = Dungeon(WIDE).unpack(arrays, row)
        hidden = level.hidden
        bad = "abcd"[hidden["potions"].index(1)] + "".join("uvw"[hidden["scrolls"].index(k)] for k in (0, 1))
        key, door = right_key(level)
        exit_at = level.find(GOAL)[0]
        free = ways(level, "#DEFG^klm" + bad) | {key}
        for name, goal, tiles in (
            ("key_distance", key, free),
            ("distance", exit_at, free | {door, exit_at}),
        ):
            steps = reachable(goal, tiles)
            array = arrays.distance if name == "distance" else arrays.more[name]
            expected = np.full(array.shape[1:], UNREACHABLE)
            for tile, count in steps.items():
                expected[tile] = count
            np.testing.assert_array_equal(array[row], expected)
        way = arrays.more["key_distance"][row][level.find(SPAWN)[0]] + arrays.distance[row][key]
        assert arrays.par_steps[row] == way


def chi_square(observed, kinds):
    found = np.unique(observed, return_counts=True)[1]
    assert len(found) == kinds
    expected = len(observed) / kinds
    return float(((found - expected) ** 2 / expected).sum())


@pytest.mark.parametrize("split", ["any", "test"])
def test_hidden_rules_are_drawn_uniformly_and_apart_from_each_other(split):
    hidden = generate_arrays(Dungeon(WIDE), range(8_000), split).more["hidden"].astype(int)
    start, codes = 0, []
    for count in HIDDEN.values():
        codes.append(hidden[:, start : start + count] @ 4 ** np.arange(count))
        start += count
    for code, kinds in zip(codes, (8, 6, 24, 24, 6), strict=True):
        assert chi_square(code, kinds) < kinds - 1 + 4.5 * (2 * (kinds - 1)) ** 0.5
    pairs = codes[1] * 1000 + codes[4]
    assert chi_square(pairs, 36) < 35 + 4.5 * 70**0.5


def test_moves_stay_as_they_are_unless_they_are_shuffled(many):
    assert (many.more["hidden"][:, 6:10] == np.arange(4)).all()


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_levels_lie_in_their_split(split):
    arrays = generate_arrays(Dungeon(), range(300), split)
    assert {split_of(Dungeon().unpack(arrays, row).content_hash) for row in range(300)} == {split}


def test_the_same_seed_gives_the_same_level_alone_or_among_others():
    together = generate_arrays(Dungeon(), [5, 900, 5, 2**40], "test")
    for row, seed in enumerate([5, 900, 5, 2**40]):
        assert generate(Dungeon(), seed, "test") == Dungeon().unpack(together, row)
        assert together.seed[row] == seed


@pytest.mark.parametrize(
    ("seed", "digest"),
    [(0, "5b8b022276d91fdf"), (1, "1e9176c4268b062f"), (2**40, "361b5c043d59f581")],
)
def test_a_seed_names_the_same_dungeon_on_every_platform(seed, digest):
    assert generate(Dungeon(PROMISED), seed).digest == digest


def test_fill_leaves_other_rows_as_they_are():
    arrays = Dungeon().arrays(3)
    Dungeon().fill(arrays, np.array([1]), np.array([7]), "any")
    assert Dungeon().unpack(arrays, 1) == generate(Dungeon(), 7)
    assert not arrays.tiles[[0, 2]].any()


def test_far_levels_are_larger_with_more_monsters_and_traps():
    arrays = generate_arrays(Dungeon(), range(300), "far")
    assert (arrays.size.min(), arrays.size.max()) == (13, 15)
    assert counts(arrays, MONSTERS).min() == 3
    assert counts(arrays, "^").min() == 3


@pytest.mark.parametrize(
    "parameters", [{"height": (7, 7), "width": (7, 7), "exit_distance": 1}, {"height": (60, 60)}]
)
def test_small_and_large_dungeons_are_generated(parameters):
    few = {"gold": (0, 1), "potions": (0, 1), "scrolls": (0, 0), "traps": (0, 0), "monsters": (0, 1)}
    family = Dungeon(DungeonParameters(**few, **parameters))
    arrays = generate_arrays(family, range(50), "any")
    assert np.array_equal(family.measure(arrays), arrays.par_steps)


def test_a_level_with_room_for_too_little_is_an_error():
    with pytest.raises(ConfigError, match=r"room .*Make them larger"):
        generate(Dungeon(DungeonParameters(potions=(500, 500))), 0)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"height": (6, 9)}, r"height = 6..9: give two numbers, 7 <= low <= high <= 255"),
        ({"width": (9, 256)}, r"width = 9..256"),
        ({"rooms": (0, 2)}, r"rooms = 0..2"),
        ({"gold": (-1, 2)}, r"gold = -1..2"),
        ({"potions": (3, 2)}, r"potions = 3..2"),
        ({"monsters": (0, 13)}, r"monsters = 0..13: .* <= 12"),
        ({"caves": 1.5}, r"caves = 1.5: give a share"),
        ({"caves": float("nan")}, r"caves = nan"),
        ({"exit_distance": 0}, r"exit_distance = 0: .*1\.\.18"),
    ],
)
def test_parameters_out_of_range_are_refused(parameters, message):
    with pytest.raises(ConfigError, match=message):
        DungeonParameters(**parameters)


def test_the_largest_dungeons_have_no_far_ones():
    with pytest.raises(ConfigError, match="no far dungeons"):
        Dungeon(DungeonParameters(height=(9, 255), width=(9, 255))).far()


def test_a_seed_out_of_range_is_refused():
    with pytest.raises(LevelError, match="seeds start at 0"):
        Dungeon().fill(Dungeon().arrays(1), np.array([0]), np.array([-1]), "any")
    assert generate(Dungeon(), MAX_SEED).seed == MAX_SEED


@pytest.mark.parametrize(("rows", "n"), [([2], 2), ([-1], 2)])
def test_rows_outside_the_arrays_are_refused(rows, n):
    with pytest.raises(LevelError, match="do not fit"):
        Dungeon().fill(Dungeon().arrays(n), np.array(rows), np.array([0]), "any")
    with pytest.raises(LevelError, match=r"1 rows .*seeds; got 2"):
        Dungeon().fill(Dungeon().arrays(n), np.array([0]), np.array([0, 1]), "any")


def test_the_family_is_found_by_name():
    assert families()["dungeon"] is family_class("dungeon") is Dungeon


def test_packing_gives_what_was_generated():
    arrays = generate_arrays(Dungeon(), range(50), "any")
    packed = Dungeon().pack([Dungeon().unpack(arrays, row) for row in range(50)])
    for row in range(50):
        height, width = arrays.size[row]
        for name in ("size", "spawn", "goal", "par_steps", "seed", "content_hash"):
            assert np.array_equal(getattr(packed, name)[row], getattr(arrays, name)[row])
        assert np.array_equal(packed.distance[row, :height, :width], arrays.distance[row, :height, :width])
        assert np.array_equal(packed.more["hidden"][row], arrays.more["hidden"][row])


def test_a_level_survives_json(tmp_path):
    for seed in range(20):
        level = generate(Dungeon(), seed)
        write_level(level, tmp_path / "level.json")
        assert read_level(tmp_path / "level.json") == level


def test_a_drawing_survives_ascii_and_always_gets_the_same_rules(tmp_path):
    drawing = replace(generate(Dungeon(), 3), hidden={})
    write_level(drawing, tmp_path / "level.txt")
    read = read_level(tmp_path / "level.txt")
    assert read == drawing
    level = Dungeon().unpack(Dungeon().pack([read]), 0)
    assert level == with_rules(drawing)
    assert dumps(drawing, ".txt").startswith("; family: dungeon")


def test_drawings_get_different_rules():
    found = {str(with_rules(replace(generate(Dungeon(), s), hidden={})).hidden) for s in range(50)}
    assert len(found) > 40
