"""Things by name that are imported when they are asked for."""

import sys

import pytest

from gamemeta.games.registry import INCLUDED as GAMES
from gamemeta_levels.on_demand import OnDemand
from gamemeta_levels.registry import INCLUDED as FAMILIES


def test_to_list_names_imports_nothing_and_to_ask_for_one_imports_that_alone(tmp_path, monkeypatch):
    for name in ("first_thing", "second_thing"):
        (tmp_path / f"{name}.py").write_text("class Thing:\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    things = OnDemand({"one": "first_thing:Thing", "two": "second_thing:Thing", "three": lambda: 3})
    assert list(things) == ["one", "two", "three"] and "two" in things and len(things) == 3
    assert not {"first_thing", "second_thing"} & set(sys.modules)
    assert things["one"].__module__ == "first_thing" and things["three"] == 3
    assert "second_thing" not in sys.modules
    with pytest.raises(KeyError):
        things["four"]
    monkeypatch.delitem(sys.modules, "first_thing")


@pytest.mark.parametrize("included", [GAMES, FAMILIES], ids=["games", "families"])
def test_what_is_included_is_called_as_it_calls_itself(included):
    assert {name: cls.name for name, cls in included.items()} == {name: name for name in included}
