"""What other people's code raises and gives is told in words, at its own line."""

from decimal import Decimal
from importlib import import_module

import numpy as np
import pytest

from gamemeta.errors import GameCheckError, LevelError
from gamemeta.games import blame
from gamemeta.games.blame import belongs_to_game, flag, info_of, naming_their_code, number, place_of
from gamemeta.interrupts import AlarmRang, Interrupted


class Mute(Exception):
    def __str__(self):
        raise ValueError


class Unready:
    def __float__(self):
        raise RuntimeError("not ready")


def raising(error):
    raise error


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(3),
        GeneratorExit(),
        MemoryError(),
        RecursionError("deep"),
        Mute(),
        OSError("gone"),
        KeyError(1),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_is_raised_becomes_one_error_with_its_line(error):
    with (
        pytest.raises(GameCheckError, match=rf"{type(error).__name__}.*test_blame\.py, line \d+"),
        naming_their_code(),
    ):
        raising(error)


@pytest.mark.parametrize("error", [LevelError("x"), Interrupted(), AlarmRang()])
def test_what_is_ours_passes(error):
    with pytest.raises(type(error)), naming_their_code():
        raising(error)


def test_an_interrupt_where_ctrl_c_does_not_reach_is_the_games():
    with pytest.raises(KeyboardInterrupt), naming_their_code():
        raising(KeyboardInterrupt())
    with pytest.raises(GameCheckError, match="KeyboardInterrupt"), naming_their_code(interrupts=False):
        raising(KeyboardInterrupt())


def test_an_installed_game_is_its_own_code_and_other_packages_are_not(monkeypatch, tmp_path):
    for name in ("game_of_others", "library_of_others"):
        text = "class Game:\n    def fails(self):\n        raise ValueError('x')\n"
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(blame, "_PACKAGES", (str(tmp_path),))
    monkeypatch.setattr(blame, "_GAMES", set())
    game, library = (import_module(f"{name}_of_others").Game for name in ("game", "library"))
    belongs_to_game(game)
    found = {}
    for cls in (game, library):
        with pytest.raises(GameCheckError) as caught, naming_their_code():
            cls().fails()
        found[cls] = place_of(caught.value.__cause__, packages=False)
    assert found[game] == f"{tmp_path / 'game_of_others.py'}, line 3"
    assert "test_blame.py" in found[library], "the line that called the library"


def test_long_errors_are_cut():
    with pytest.raises(GameCheckError) as caught, naming_their_code():
        raising(ValueError("x" * 10_000))
    assert len(str(caught.value)) < 800


@pytest.mark.parametrize(
    "value",
    [1, True, 1.0, np.float16(1), np.int64(1), np.array(1), np.array([1.0]), np.array([[1]]), Decimal(1)],
)
def test_a_number_of_any_library_is_one(value):
    assert number(value, "the reward") == 1.0


@pytest.mark.parametrize(
    "value",
    [
        "1.0",
        [1.0],
        (1.0,),
        1j,
        None,
        {},
        object(),
        np.array([1.0, 2.0]),
        np.ma.array([1.0], mask=[True]),
        10**400,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(GameCheckError, match=r"the reward .*number"):
        number(value, "the reward")


def test_an_object_whose_number_fails_is_blamed_on_its_class():
    with pytest.raises(GameCheckError, match=r"not ready \(.*test_blame\.py, line"), naming_their_code():
        number(Unready(), "the reward")


@pytest.mark.parametrize("value", [True, 1, 1.0, np.bool_(True), np.array([True]), np.array(1)])
def test_a_flag_of_any_library_is_one(value):
    assert flag(value, "done") is True


@pytest.mark.parametrize("value", ["False", None, 2, 0.5, np.array([True, False]), [True], float("nan")])
def test_what_is_no_flag_is_refused(value):
    with pytest.raises(GameCheckError, match=r"done .*neither True nor False"):
        flag(value, "done")


def test_no_info_is_an_empty_one():
    assert info_of(None, "info") == {}
    with pytest.raises(GameCheckError, match="no dict"):
        info_of([1], "info")
