"""Pictures of environments that can draw themselves, whatever mode they were made for."""

import warnings

import numpy as np
import pytest

from gamemeta.errors import GameCheckError
from gamemeta.games.outside.one_level.rendering import Rendering
from gamemeta.games.outside.one_level.world import drawn_picture


class Drawing:
    """An environment that draws in one mode alone, as those of Gymnasium do."""

    def __init__(self, modes=("human", "rgb_array"), inner=None, value=7):
        self.metadata, self.render_mode = {"render_modes": modes}, None
        self.env, self.value, self.asked = inner, value, 0

    @property
    def unwrapped(self):
        return self

    def render(self):
        self.asked += 1
        if self.render_mode != "rgb_array" or getattr(self.env, "render_mode", "rgb_array") != "rgb_array":
            warnings.warn("name a mode", stacklevel=1)
            return None
        if self.value is None:
            raise OSError("no screen")
        return np.full((4, 5, 3), self.value, np.uint8)


def test_an_environment_draws_for_viewers_and_keeps_the_mode_that_it_was_made_for():
    inner = Drawing()
    env = Drawing(inner=inner)
    assert (Rendering(env).picture(env) == 7).all()
    assert env.render_mode is None and inner.render_mode is None


@pytest.mark.parametrize(("env", "asked"), [(Drawing(modes=("ansi",)), 0), (Drawing(value=None), 1)])
def test_one_that_cannot_draw_is_asked_once_at_most(env, asked):
    rendering = Rendering(env)
    assert [rendering.picture(env) for _ in range(3)] == [None] * 3
    assert env.asked == asked and env.render_mode is None and rendering.picture(None) is None


@pytest.mark.parametrize("value", [np.zeros((2, 2)), np.zeros((0, 3, 3), np.uint8), [1, 2]])
def test_what_is_no_picture_is_named_by_its_form(value):
    with pytest.raises(GameCheckError, match="Give uint8"):
        drawn_picture(value)
