"""Pictures of levels without a game."""

import numpy as np
import pytest
from PIL import Image

from gamemeta.playing.level_picture import LEAST_WIDTH, draw_level, write_level_picture
from gamemeta.playing.picture import TILE, draw_tiles
from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import generate
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.registry import families
from gamemeta_levels.tiles import NAMES


def test_every_kind_of_tile_is_drawn_with_its_own_picture():
    image = np.asarray(draw_tiles(np.arange(len(NAMES), dtype=np.uint8)[None]))
    assert image.shape == (TILE, TILE * len(NAMES), 3)
    assert len({image[:, k * TILE : (k + 1) * TILE].tobytes() for k in range(len(NAMES))}) == len(NAMES)


def test_a_path_is_marked_where_it_leads():
    tiles = np.ones((2, 3), np.uint8)
    plain, marked = np.asarray(draw_tiles(tiles)), np.asarray(draw_tiles(tiles, [(1, 2)]))
    rows, columns = np.nonzero((plain != marked).any(2))
    assert (rows // TILE == 1).all() and (columns // TILE == 2).all() and len(rows)


@pytest.mark.parametrize("name", ["maze", "bandit", "mdp", "grid", "dungeon"])
def test_levels_of_every_family_have_a_picture_with_room_for_words(name):
    level = generate(families()[name](), 3)
    plain, told = draw_level(level), draw_level(level, (), ["hidden " * 40])
    assert plain.width == told.width >= LEAST_WIDTH
    assert told.height > plain.height


def test_things_are_drawn_on_the_board_and_in_the_legend():
    tiles = np.ones((3, 3), np.uint8)
    bare, bats = draw_level(Level("maze", tiles)), draw_level(Level("maze", tiles, (Entity("bat", 1, 1),)))
    assert bare.size == bats.size
    assert not np.array_equal(np.asarray(bare), np.asarray(bats))


@pytest.mark.slow
def test_the_largest_level_has_a_picture():
    assert draw_level(Level("maze", np.ones((255, 255), np.uint8))).width == 255 * TILE


def test_a_picture_is_written_whole_or_not_at_all(tmp_path):
    level = generate(families()["maze"](), 3)
    write_level_picture(tmp_path / "a.png", level)
    with Image.open(tmp_path / "a.png") as image:
        assert np.array_equal(np.asarray(image), np.asarray(draw_level(level)))
    with pytest.raises(LevelError, match=r"ends in \.png"):
        write_level_picture(tmp_path / "a.txt", level)
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
