"""Procgen's games. What other tests say of every game is said here of these sixteen."""

from importlib.util import find_spec

import numpy as np
import pytest

from gamemeta.envs.vector import GameVectorEnv
from gamemeta.errors import LevelError, SpecError
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.procgen.facts import EXPLORATION, GAMES, NOTHING, PREFIX
from gamemeta.games.outside.procgen.game import ProcgenConfig, procgen_game
from gamemeta.games.outside.procgen.replay import replay
from gamemeta.games.outside.procgen.states import narrowed, read
from gamemeta.games.outside.procgen.vector import PACKAGES
from gamemeta_levels.family import generate_arrays

if not any(map(find_spec, PACKAGES)):
    pytest.skip('procgen is not installed: pip install "gamemeta[procgen]"', allow_module_level=True)

MINER_BESIDE_THE_EXIT = 1339207832
"""A level of miner whose player stands beside the exit, to the left of it or so."""


class Played:
    """One game on one level."""

    def __init__(self, game, number, mode="easy", buffers=StepBuffers.empty):
        self.game = procgen_game(PREFIX + game)(1, ProcgenConfig(mode=mode))
        self.levels = generate_arrays(self.game.family(), [number], "any")
        self.out = buffers(self.game)
        self.begin()

    def begin(self):
        self.game.reset(self.levels, np.ones(1, np.bool_), self.out)
        return self.frame

    @property
    def frame(self):
        return self.out.obs["frame"][0, 0].copy()

    def step(self, action=NOTHING):
        self.game.step(np.array([[[action]]]), self.out)
        return self.frame


@pytest.mark.slow
@pytest.mark.parametrize("game", GAMES)
def test_every_game_keeps_its_contract(game):
    check_game(procgen_game(PREFIX + game), seeds=3, steps=30)


@pytest.mark.parametrize("game", GAMES)
def test_every_game_replays_levels_bit_for_bit(game):
    numbers = np.random.default_rng(1).integers(0, 2**31 - 1, 3).tolist()
    found = replay(game, "easy", numbers, steps=60)
    assert found.same, found


@pytest.mark.parametrize(("game", "mode"), [(g, m) for g, f in GAMES.items() for m in f.modes])
def test_every_mode_begins_and_has_the_limit_that_is_stated(game, mode):
    played = Played(game, GAMES[game].exploration if mode == EXPLORATION else 5, mode)
    assert played.frame.any()
    assert played.game.engine.limit == GAMES[game].limit(mode)


def test_the_exploration_level_is_a_hard_one():
    number = GAMES["maze"].exploration
    assert (Played("maze", number, "exploration").frame == Played("maze", number, "hard").frame).all()


def test_threads_do_not_change_what_is_played():
    cls = procgen_game("procgen/coinrun")
    frames = []
    for threads in (0, 2):
        game = cls(4, ProcgenConfig(threads=threads))
        out = StepBuffers.empty(game)
        game.reset(generate_arrays(game.family(), range(4), "any"), np.ones(4, np.bool_), out)
        for _ in range(20):
            game.step(np.full((4, 1, 1), 7), out)
        frames.append(out.obs["frame"].copy())
    assert (frames[0] == frames[1]).all()


def test_what_an_episode_of_miner_leaves_does_not_reach_the_next():
    for action in range(9):
        played = Played("miner", MINER_BESIDE_THE_EXIT)
        played.step(action)
        assert not played.out.terminated[0, 0]


@pytest.mark.parametrize("buffers", [StepBuffers.empty, StepBuffers.sharing])
def test_an_episode_is_cut_at_procgens_limit_and_shows_the_frame_before(buffers):
    played = Played("maze", 3, buffers=buffers)
    for _ in range(GAMES["maze"].limit("easy") - 1):
        before = played.step()
    assert not played.out.truncated[0, 0]
    last = played.step()
    assert played.out.truncated[0, 0]
    assert not played.out.terminated[0, 0]
    assert (last == before).all()
    assert (played.step() == before).all()


@pytest.mark.parametrize("buffers", [StepBuffers.empty, StepBuffers.sharing])
def test_a_level_that_was_cut_begins_with_its_first_frame(buffers):
    played = Played("maze", 3, buffers=buffers)
    first = played.frame
    for _ in range(GAMES["maze"].limit("easy")):
        played.step()
    assert played.out.truncated[0, 0]
    assert (played.begin() == first).all()


def test_frames_are_lent_where_procgen_writes_them():
    played = Played("coinrun", 3, buffers=StepBuffers.sharing)
    assert np.shares_memory(played.out.obs["frame"], played.game.engine.frames)


def test_an_environment_gives_copies_of_what_is_lent():
    env = GameVectorEnv("procgen/coinrun", num_envs=2)
    seen, _ = env.reset(seed=1)
    before = seen["frame"].copy()
    env.step(np.array([7, 7]))
    assert (seen["frame"] == before).all()


def test_a_refused_action_plays_nothing():
    played = Played("coinrun", 3)
    before = played.game.save(0)
    with pytest.raises(SpecError, match=r"game 0: action 15 is not in 0\.\.14"):
        played.step(15)
    assert played.game.save(0) == before


def test_a_level_begun_again_looks_the_same_after_other_levels():
    played = Played("dodgeball", 11)
    first = played.frame
    other = generate_arrays(played.game.family(), [12], "any")
    for levels in (other, played.levels):
        played.levels = levels
        played.begin()
        for action in (1, 7, 1):
            played.step(action)
    assert (played.begin() == first).all()


def test_a_saved_game_goes_on_in_a_file(tmp_path):
    played = Played("coinrun", 1234)
    for action in (7, 8, 7, 5):
        played.step(action)
    path = tmp_path / "level.bin"
    path.write_bytes(played.game.save(0))
    other = Played("coinrun", 5)
    other.game.load(0, path.read_bytes())
    assert (other.step(7) == played.step(7)).all()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: data[:-1], "damaged"),
        (lambda data: data[:-9] + b"x" + data[-8:], "damaged"),
        (lambda data: data.replace(b"coinrun", b"bigfish", 1), "bigfish"),
        (lambda data: data.replace(b'"easy"', b'"hard"', 1), "hard mode"),
        (lambda data: data.replace(b'"version": 1', b'"version": 2', 1), "version 2"),
        (lambda data: b"", "not a saved game"),
        (lambda data: b"[]\n" + data, "not a saved game"),
    ],
)
def test_bytes_that_are_no_saved_game_are_refused(spoil, message):
    played = Played("coinrun", 1)
    with pytest.raises(LevelError, match=message):
        played.game.load(0, spoil(played.game.save(0)))


def test_a_game_that_was_never_reset_cannot_be_saved():
    with pytest.raises(LevelError, match="never reset"):
        procgen_game("procgen/maze")(1).save(0)


def test_a_state_tells_its_level_and_what_follows():
    state = Played("maze", 77).game.engine.state(0)
    found = read(state)
    assert (found.game, found.level, found.low, found.high, found.steps) == ("maze", 77, 77, 78, 0)
    assert read(narrowed(state, 5)).low == 5
