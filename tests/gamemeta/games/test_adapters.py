"""Games of other libraries: one row each says how they are named, made and installed."""

import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from gamemeta.errors import PluginError
from gamemeta.games import registry
from gamemeta.games.adapters import ADAPTERS, GODOT, GYMNASIUM, METAWORLD, Adapter, adapter_of, is_path_like
from gamemeta.games.registry import game_class

PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda one: one.prefix)
def test_every_row_names_a_function_and_an_extra_that_exist(adapter):
    module, _, function = adapter.maker.partition(":")
    assert callable(getattr(import_module(module), function))
    assert not adapter.extra or adapter.extra in PROJECT["optional-dependencies"]
    assert adapter_of(f"{adapter.prefix}anything") is adapter


def test_other_names_have_no_adapter():
    assert adapter_of("maze") is adapter_of("my_game.py:MyGame") is adapter_of("gymnasium") is None
    assert adapter_of("godot") is GODOT
    assert [is_path_like(name) for name in ("metaworld/ml10", "godot:attach", "maze")] == [True, False, False]


def test_a_module_is_part_of_the_name_where_the_library_takes_one():
    assert GYMNASIUM.module_in("gymnasium/minigrid:MiniGrid-Empty-5x5-v0") == "minigrid"
    assert GYMNASIUM.module_in("gymnasium/CartPole-v1") == ""
    assert METAWORLD.module_in("metaworld/ml1:reach") == ""


def test_a_library_that_is_missing_is_one_error_with_the_extra():
    error = Adapter(prefix="go/", maker="a:b", extra="go").missing("no module go")
    assert isinstance(error, PluginError)
    assert "go/" in str(error)
    assert "no module go" in str(error)
    assert str(error).endswith('pip install "gamemeta[go]"')


def test_a_scene_that_nobody_typed_is_not_started(monkeypatch):
    monkeypatch.setattr(registry, "_typed", registry.Typed())
    with pytest.raises(PluginError) as error:
        game_class("godot")
    assert all(f"--game {word}" in str(error.value) for word in GODOT.typed)
