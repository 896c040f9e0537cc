"""Keys that change the pace of what is watched."""

import time

import pytest

from gamemeta_cli.terminal.pace import Pace

STEP_S = 0.02


class Pressed:
    """A keyboard on which these keys are pressed, one whenever somebody looks."""

    def __init__(self, *keys):
        self.keys = list(keys)

    def key_within(self, seconds):
        if self.keys:
            key = self.keys.pop(0)
            if key is EOFError:
                raise EOFError
            return key
        time.sleep(max(0.0, seconds))
        return None


def test_without_a_keyboard_frames_follow_each_other():
    pace, begun = Pace(None, 1.0), time.monotonic()
    assert all(pace.wait(STEP_S) for _ in range(5))
    assert time.monotonic() - begun >= 4 * STEP_S
    assert pace.hint == ""


def test_space_stops_until_space():
    drawn = []
    pace = Pace(Pressed("space", "x", "space"), 1.0)
    assert pace.wait(STEP_S, lambda: drawn.append(pace.hint))
    assert ["go on" in hint for hint in drawn] == [True, True, False]
    assert not pace.paused


@pytest.mark.parametrize("key", ["n", "."])
def test_a_step_at_a_time(key):
    keyboard = Pressed(key, key, "q")
    pace = Pace(keyboard, 1.0)
    assert pace.wait(60.0) and pace.paused
    assert pace.wait(60.0) and pace.paused
    assert not pace.wait(60.0)


def test_the_speed_doubles_and_halves_within_bounds():
    pace = Pace(Pressed("+", "+", "-"), 100.0)
    pace.wait(STEP_S)
    assert pace.speed == 200.0
    pace = Pace(Pressed(*["-"] * 40, "q"), 1.0)
    pace.wait(60.0)
    assert pace.speed == 0.05


@pytest.mark.parametrize("key", ["q", "escape"])
def test_q_ends(key):
    pace = Pace(Pressed(key), 1.0)
    assert not pace.wait(60.0) and not pace.wait(0.0)


def test_a_terminal_that_goes_away_lets_the_session_end():
    pace = Pace(Pressed("space", EOFError), 1.0)
    assert pace.wait(STEP_S) and pace.hint == ""


@pytest.mark.parametrize("paused", [False, True])
@pytest.mark.parametrize("speed", [0.05, 1, 2, 0.125])
def test_the_hint_fits_a_narrow_window(paused, speed):
    pace = Pace(Pressed(), speed)
    pace.paused = paused
    assert len(pace.hint) <= 43
