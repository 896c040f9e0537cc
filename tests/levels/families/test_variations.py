"""Variations of a level: solvable, and no two equal."""

from itertools import islice

import pytest

from gamemeta_levels.errors import LevelError
from gamemeta_levels.families.variations import variations
from gamemeta_levels.family import generate
from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.registry import family_class


@pytest.mark.parametrize("name", ["arena", "bandit", "dungeon", "maze", "mdp"])
@pytest.mark.parametrize("most_changes", [1, 4])
def test_variations_are_solvable_and_differ_from_one_another(name, most_changes):
    family = family_class(name)()
    level = generate(family, 5)
    found = list(islice(variations(family, level, 0, most_changes), 40))
    assert len({level.content_hash, *(one.content_hash for one in found)}) == 41
    assert (family.pack(found).par_steps > 0).all()


def test_they_end_when_nothing_new_is_found():
    family = family_class("grid")()
    found = list(variations(family, generate(family, 0)))
    assert len(found) == len({one.content_hash for one in found}) > 10
    assert list(variations(family, generate(family, 0))) == found


def test_a_level_that_cannot_be_changed_is_refused():
    family = family_class("maze")()
    with pytest.raises(LevelError, match="no change"):
        next(variations(family, parse("S.G\n", "maze")))
