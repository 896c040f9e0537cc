"""Pictures and GIFs of a session."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from gamemeta import assets
from gamemeta.assets import asset, find_asset
from gamemeta.errors import ConfigError
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.playing import gif as recording
from gamemeta.playing import picture
from gamemeta.playing.gif import Recorder
from gamemeta.playing.lettering import length, write
from gamemeta.playing.picture import TILE, draw, draw_board
from gamemeta.playing.session import EpisodeResult, Session
from gamemeta.playing.versus import HUMAN, Versus
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate
from gamemeta_levels.tiles import WALL

LEVEL = generate(Maze(), 3)


class Walker:
    """Walks at random in its first episode and by the plan afterwards."""

    game, game_config, level_parameters, episodes = "maze", {}, {}, 3
    spec = MazeGame(1).spec

    def __init__(self, level):
        self.plan = Maze().solve(level)
        self.draws = np.random.default_rng(0)
        self.left = None

    def begin(self, n=1, seed=0):
        return self

    def decide(self, obs, reward, done):
        if done:
            self.left = list(self.plan)
        return self.left.pop(0) if self.left else int(self.draws.integers(4))

    def forget(self):
        self.left = None


def session(level=LEVEL, episodes=3) -> Session:
    return Session(Walker(level), level, episodes=episodes)


def tile(name: str) -> np.ndarray:
    with Image.open(asset(f"tiles/{name}.png")) as image:
        return np.asarray(image.convert("RGBA"))


def part(board: Image.Image, row: int, column: int) -> np.ndarray:
    pixels = np.asarray(board)
    return pixels[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]


def recorded(path: Path, played: Session, speed=1.0) -> int:
    recorder = Recorder(played, path, speed)
    for _ in recorder.collect(played.frames()):
        pass
    return recorder.write()


def test_the_tiles_in_assets_are_what_the_script_draws(monkeypatch):
    script = Path(__file__).parents[3] / "scripts" / "make_tiles.py"
    monkeypatch.syspath_prepend(script.parent)  # it imports its neighbour
    spec = importlib.util.spec_from_file_location("make_tiles", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, image in module.tiles().items():
        assert image.size == (TILE, TILE)
        assert np.array_equal(np.asarray(image), tile(name)), name


def test_assets_of_an_installed_package_lie_inside_it(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "ROOTS", (tmp_path / "inside", tmp_path / "beside"))
    for root in assets.ROOTS:
        (root / "tiles").mkdir(parents=True)
        (root / "tiles" / "wall.png").touch()
    assert asset("tiles/wall.png") == tmp_path / "inside" / "tiles" / "wall.png"


def test_a_missing_asset_is_named():
    assert find_asset("tiles/dragon.png") is None
    with pytest.raises(FileNotFoundError, match=r"dragon\.png"):
        asset("tiles/dragon.png")


def test_a_board_has_sixteen_pixels_for_each_tile():
    frame = next(session().frames())
    assert draw_board(frame.scene, frame.path).size == (TILE * LEVEL.width, TILE * LEVEL.height)


def test_what_the_agent_sees_is_drawn_as_it_is_and_the_rest_darker():
    frame = next(session().frames())
    board = draw_board(frame.scene, frame.path)
    wall, inner = tile("wall")[..., :3], slice(1, -1)  # the frame of the view covers edges
    for row, column in np.argwhere(frame.scene.tiles == WALL):
        shown = part(board, row, column)[inner, inner]
        if frame.scene.lit[row, column]:
            assert np.array_equal(shown, wall[inner, inner])
        else:
            assert shown.mean() < 0.8 * wall.mean()


def test_the_agent_stands_where_the_scene_says():
    *_, frame = session().frames()
    body = tile("agent")
    shown = part(draw_board(frame.scene, frame.path), *frame.scene.agent)
    assert np.array_equal(shown[body[..., 3] == 255], body[body[..., 3] == 255][:, :3])


def test_walked_tiles_carry_a_mark():
    *_, frame = session().frames()
    unmarked = draw_board(frame.scene, frame.path[-1:])
    marked = draw_board(frame.scene, frame.path)
    for row, column in np.ndindex(frame.scene.tiles.shape):
        same = np.array_equal(part(marked, row, column), part(unmarked, row, column))
        walked = [row, column] in frame.path.tolist() and (row, column) != frame.scene.agent
        assert same == (not walked)


def test_a_large_level_scrolls_in_a_bounded_picture():
    large = generate(Maze(MazeParameters(height=(61, 61), width=(81, 81))), 0)
    frame = next(session(large).frames())
    board = draw_board(frame.scene, frame.path)
    assert board.size == (TILE * picture.MAX_TILES, TILE * picture.MAX_TILES)


@pytest.mark.parametrize("size", [(5, 5), (5, 45), (45, 5), (17, 17)])
def test_a_picture_is_neither_too_narrow_for_its_caption_nor_huge(size):
    parameters = MazeParameters(height=(size[0],) * 2, width=(size[1],) * 2, goal_distance=2)
    played = session(generate(Maze(parameters), 0))
    image = draw(next(played.frames()), played)
    assert picture.MIN_WIDTH <= image.width <= 600 and image.height <= 700


def test_many_episodes_do_not_make_the_picture_taller():
    few, many = session(episodes=picture.MAX_BARS), session(episodes=40)
    heights = [draw(next(played.frames()), played).height for played in (few, many)]
    assert heights[0] == heights[1]


def test_the_newest_events_change_the_caption_and_not_its_size(monkeypatch):
    quiet = draw(next(session().frames()), session())
    monkeypatch.setattr(MazeGame, "events", lambda self, i: ("walked",), raising=False)
    played = session()
    first, second, *_ = played.frames()
    still = replace(second, events=())
    assert draw(first, played).size == draw(second, played).size
    assert draw(first, played).height > quiet.height
    assert draw(second, played).tobytes() != draw(still, played).tobytes()


def test_a_long_event_is_cut_to_the_picture():
    played = session()
    image = draw(next(played.frames()), played)
    cut = picture._cut("read the scroll " * 20, image.width)
    assert cut.endswith("...") and length(cut, 11) <= image.width - 2 * picture.PADDING


def test_blanks_stay_visible_between_words():
    assert length("on its way", 11) >= length("onitsway", 11) + 2 * 0.35 * 11
    image = Image.new("L", (100, 20))
    write(ImageDraw.Draw(image), (0, 0), "on its", 255, 11)
    ink = np.asarray(image).any(0)
    gaps = np.diff(np.flatnonzero(ink))
    assert gaps.max() >= 4


def test_a_gif_has_a_frame_for_every_frame_and_stays_small(tmp_path):
    played = session()
    size = recorded(tmp_path / "a.gif", played)
    assert size == (tmp_path / "a.gif").stat().st_size < 1_000_000
    with Image.open(tmp_path / "a.gif") as image:
        assert image.n_frames == len(list(session().frames()))
        assert image.info["loop"] == 0


def test_the_same_session_gives_the_same_gif(tmp_path):
    recorded(tmp_path / "a.gif", session())
    recorded(tmp_path / "b.gif", session())
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


def test_speed_shortens_how_long_a_step_shows(tmp_path):
    shown = []
    for speed in (1.0, 2.0):
        recorded(tmp_path / "a.gif", session(), speed)
        with Image.open(tmp_path / "a.gif") as image:
            image.seek(1)
            shown.append(image.info["duration"])
    assert shown == [80, 40]


def test_a_long_session_skips_steps_but_no_end(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "MAX_FRAMES", 20)
    played = session()
    recorder = Recorder(played, tmp_path / "a.gif")
    frames = list(recorder.collect(played.frames()))
    assert len(frames) > 40
    recorder.write()
    with Image.open(tmp_path / "a.gif") as image:
        assert 3 * 2 <= image.n_frames <= 20
        ends = 0
        for k in range(image.n_frames):
            image.seek(k)
            ends += image.info["duration"] in (recording.END_MS, recording.LAST_MS)
    assert ends == 3


@pytest.mark.slow
def test_a_gif_that_grew_too_large_is_thinned_out(tmp_path, monkeypatch):
    whole = recorded(tmp_path / "a.gif", session())
    monkeypatch.setattr(recording, "MAX_BYTES", whole // 2)
    assert recorded(tmp_path / "a.gif", session()) <= whole // 2


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    (tmp_path / "a.gif").write_bytes(b"old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="cannot be written: No space"):
        recorded(tmp_path / "a.gif", session())
    assert [(f.name, f.read_bytes()) for f in tmp_path.iterdir()] == [("a.gif", b"old")]


def test_a_missing_folder_is_told_before_anything_is_played(tmp_path):
    with pytest.raises(OSError, match="cannot be written"):
        Recorder(session(), tmp_path / "nowhere" / "a.gif")


def test_only_names_that_end_in_gif_are_taken(tmp_path):
    with pytest.raises(ConfigError, match=r"ends in \.gif"):
        Recorder(session(), tmp_path / "a.png")


@pytest.mark.parametrize("outcome", ["won", "lost", "draw"])
def test_a_match_has_the_colour_of_who_won_it_whether_it_was_a_success_or_not(outcome):
    for success in (True, False):
        result = EpisodeResult(episode=1, steps=3, returns=0.5, success=success, outcome=outcome)
        assert picture.colour_of(result) == picture.OUTCOMES[outcome]
    assert len(set(picture.OUTCOMES.values())) == 3


def test_an_episode_of_unknown_success_is_neither_green_nor_amber():
    result = EpisodeResult(episode=1, steps=3, returns=0.5, success=None)
    assert picture.colour_of(result) not in (picture.REACHED, picture.PLAYED, picture.TRACK)


@pytest.mark.parametrize("game", ["duel", "tag"])
def test_who_won_is_said_below_the_bars(game):
    versus = Versus(game, HUMAN)
    versus.begin(generate(versus.family, 1))
    image = np.asarray(draw(versus.frame, versus)).astype(int)
    below = image[-(picture.BAR + picture.PADDING) :]
    for colour in picture.OUTCOMES.values():
        assert (below == colour).all(-1).sum() >= 49
    assert (below[:, -picture.PADDING // 2 :] == picture.INK).all()
