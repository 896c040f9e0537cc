"""The drawings on the page about drawing levels can be played, and its tables name every tile."""

import re
from pathlib import Path

import pytest

from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.inspection.file_check import check_file
from gamemeta_levels.registry import family_class
from gamemeta_levels.tiles import ARENA_TILES, DUNGEON_TILES, GLYPHS, MAZE_TILES

PAGE = (Path(__file__).parents[1] / "docs" / "drawing-levels.md").read_text(encoding="utf-8")
SECTIONS = {
    title.split(":")[0].strip(): text
    for title, text in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)
}
DRAWINGS = re.findall(r"^```text\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.parametrize("number", range(5))
def test_a_drawing_is_valid_and_solvable(tmp_path, number):
    assert len(DRAWINGS) == 5
    (tmp_path / "level.txt").write_text(DRAWINGS[number], encoding="utf-8")
    assert check_file(tmp_path / "level.txt").error is None
    level = parse(DRAWINGS[number], "none")
    assert family_class(level.family)().solve(level)


@pytest.mark.parametrize(
    ("title", "tiles"), [("maze", MAZE_TILES), ("dungeon", DUNGEON_TILES), ("arena", ARENA_TILES)]
)
def test_a_table_names_the_tiles_of_its_family(title, tiles):
    rows = [line for line in SECTIONS[title].splitlines() if line.startswith("| `")]
    cells = [cell for row in rows for cell in row.strip("|").split("|")[::2]]
    assert sorted(glyph for cell in cells for glyph in re.findall(r"`(.)`", cell)) == sorted(
        GLYPHS[tile] for tile in tiles
    )
