from importlib.util import find_spec

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from gamemeta.games.outside.procgen.vector import PACKAGES
from gamemeta.playing.gif import Recorder
from gamemeta.playing.picture import draw_board
from gamemeta.playing.session import Session
from gamemeta.spec import Spec
from gamemeta_cli.terminal.playback import title_of
from gamemeta_cli.terminal.stage import draw
from gamemeta_levels.family import generate

if not any(map(find_spec, PACKAGES)):
    pytest.skip('procgen is not installed: pip install "gamemeta[procgen]"', allow_module_level=True)

from gamemeta.games.registry import make_game

GAME = make_game("procgen/maze", 1)


class Idle:
    """An agent that goes right, and its mind."""

    spec: Spec = GAME.spec
    game = "procgen/maze"
    episodes = 1

    def __init__(self):
        self.game_config = {"mode": "easy", "threads": 0}
        self.level_parameters = {"levels": (0, 199)}

    def begin(self, n=1, seed=0):
        return self

    def decide(self, obs, reward, done):
        return [7]

    def forget(self):
        """It remembers nothing."""


@pytest.fixture
def session():
    return Session(Idle(), generate(GAME.family(), 1234))


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 20), (24, 9)])
def test_a_picture_fits_the_terminal(session, size):
    frame = next(session.frames())
    console = Console(width=size[0], height=size[1], color_system="truecolor", force_terminal=True)
    lines = draw(frame, session, "title", console).split()
    assert len(lines) <= size[1]
    assert max(line.cell_len for line in lines) <= size[0]


def test_the_title_tells_the_number_of_the_level(session, tmp_path):
    assert "level 1234" in title_of(session, "test:0", tmp_path)


def test_the_board_is_the_frame_itself(session):
    frame = next(session.frames())
    assert (np.asarray(draw_board(frame.scene, frame.path)) == frame.scene.image).all()


@pytest.mark.slow
def test_a_game_with_pictures_becomes_a_gif(session, tmp_path):
    recorder = Recorder(session, tmp_path / "maze.gif")
    frames = session.frames()
    for _ in range(5):
        recorder.add(next(frames))
    recorder.write()
    with Image.open(tmp_path / "maze.gif") as image:
        assert image.size[0] == 320
        assert len(image.convert("RGB").getcolors(1 << 16)) > 5
