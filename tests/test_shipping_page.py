"""The code of the page on shipping, run beside an agent of a game."""

import re
from pathlib import Path

import numpy as np
import pytest

import gamemeta
from gamemeta.assets import asset, pyinstaller_hooks
from gamemeta.errors import MemoryMismatch

PAGE = (Path(__file__).parents[1] / "docs" / "shipping.md").read_text(encoding="utf-8")
SEEN = {"view": np.zeros((5, 5), np.uint8), "place": np.zeros(2, np.uint8)}


@pytest.fixture
def page(tmp_path):
    (tmp_path / "guard.safetensors").write_bytes(asset("agents/maze.safetensors").read_bytes())
    names = {"__file__": str(tmp_path / "game.py")}
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(code, names)
    return names


def test_a_game_goes_on_as_if_it_had_not_been_left(page):
    mind = page["agent"].begin(seed=7)
    for _ in range(3):
        mind.act(SEEN)
    other, reward, done = page["opened"](page["agent"], page["saved"](mind, 0.5, True))
    assert (reward, done) == (0.5, True)
    actions = [[m.act(SEEN, reward, done) for _ in range(9)] for m in (mind, other)]
    assert actions[0] == actions[1] and mind.memory == other.memory


def test_another_agent_begins_anew_and_its_error_is_the_one_on_the_page(page):
    data = page["saved"](page["agent"].begin(), 1.0, False)
    tag = gamemeta.load("tag")
    with pytest.raises(MemoryMismatch) as error:
        page["resumed"](tag, data)
    pieces = ("this memory belongs to agent", "this agent is", "that was playing when the game was saved.")
    assert all(piece in str(error.value) and piece in " ".join(PAGE.split()) for piece in pieces)
    assert page["opened"](tag, data)[1:] == (0.0, False)


def test_the_hooks_of_pyinstaller_are_where_it_looks_for_them():
    (folder,) = map(Path, pyinstaller_hooks())
    for package in ("gamemeta", "gamemeta_levels"):
        names = {}
        exec((folder / f"hook-{package}.py").read_text(encoding="utf-8"), names)
        assert {"torch", "numba"} <= set(names["excludedimports"])
        assert all(Path(file).is_file() for file, _ in names.get("datas", []))
