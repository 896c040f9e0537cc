"""What is said of a level file that lacks its hidden rules."""

from dataclasses import replace

import pytest

from gamemeta_levels.families.arena.family import Arena
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import SUFFIXES, write_level
from gamemeta_levels.inspection.file_check import check_file
from gamemeta_levels.inspection.words import drawn_rules_in_words

PREFIXES = {".tmx": "gamemeta.hidden.", ".tmj": "gamemeta.hidden.", ".ldtk": "gamemeta_hidden_", ".json": ""}


@pytest.mark.parametrize("family", [Dungeon(), Arena()])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_without_rules_is_told_which_properties_would_fix_them(tmp_path, family, suffix):
    whole = generate(family, 3)
    bare = replace(whole, hidden={}, seed=None)
    write_level(bare, tmp_path / f"bare{suffix}")
    note = check_file(tmp_path / f"bare{suffix}").note
    assert f"seed = its digest {bare.digest}" in note
    assert all(name in note for name in whole.hidden)
    if suffix in PREFIXES:
        write_level(whole, tmp_path / f"whole{suffix}")
        assert check_file(tmp_path / f"whole{suffix}").note == ""
        text = (tmp_path / f"whole{suffix}").read_text()
        names = [f"{PREFIXES[suffix]}{name}" for name in whole.hidden]
        assert all(name in text and name in note for name in names)


def test_rules_that_are_drawn_are_those_that_the_note_names(tmp_path):
    for family in (Dungeon(), Arena()):
        bare = replace(generate(family, 3), hidden={}, seed=None)
        played = family.unpack(family.pack([bare]), 0)
        assert set(family.drawn_rules(bare)) == set(played.hidden)
        assert family.drawn_rules(played) == ()


def test_of_a_family_without_hidden_rules_nothing_is_said():
    assert drawn_rules_in_words(Maze(), generate(Maze(), 3), "a.txt") == ""
