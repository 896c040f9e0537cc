from importlib.metadata import EntryPoint

import pytest

from gamemeta_levels import plugins
from gamemeta_levels.errors import PluginError, UnknownName

GOOD = EntryPoint("good", "fractions:Fraction", "group")
BROKEN = EntryPoint("broken", "no_such_package:Thing", "group")
OWN = {"own": int}


@pytest.fixture(autouse=True)
def _points(monkeypatch):
    monkeypatch.setattr(plugins, "entry_points", lambda group: (GOOD, BROKEN))


def test_ours_and_others_are_found_by_name():
    assert plugins.find("thing", "own", OWN, "group") is int
    assert plugins.find("thing", "good", OWN, "group").__name__ == "Fraction"


def test_a_broken_package_is_named_only_when_it_is_asked_for():
    assert set(plugins.all_of("thing", OWN, "group")) == {"own", "good"}
    with pytest.raises(PluginError, match=r"'broken' \(no_such_package:Thing\) cannot be imported"):
        plugins.find("thing", "broken", OWN, "group")


def test_things_of_libraries_are_named_by_a_form_and_suggested_by_their_end():
    own = {"maze": int, "procgen/coinrun": int, "procgen/maze": int}
    with pytest.raises(UnknownName) as error:
        plugins.find("game", "coinrunn", own, "group", "procgen/NAME or FILE.py:CLASS")
    assert str(error.value) == (
        "no game called 'coinrunn'. Did you mean procgen/coinrun? Choose one of: broken, good, maze, "
        "procgen/NAME or FILE.py:CLASS."
    )
    with pytest.raises(UnknownName, match=r"Did you mean maze\?"):
        plugins.find("game", "mazze", own, "group", "others")


def test_an_unknown_name_comes_with_those_that_exist():
    with pytest.raises(UnknownName, match=r"no thing called .x.\. Choose one of: broken, good, own"):
        plugins.find("thing", "x", OWN, "group")
