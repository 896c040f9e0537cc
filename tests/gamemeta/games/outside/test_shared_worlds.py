"""Environments are opened once, used again, shared where one copy alone can run, and closed."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces

from gamemeta.errors import GameCheckError
from gamemeta.evaluation.episodes import Memory, RandomActor, play_episodes
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.python_class.game import plain_game
from gamemeta.games.registry import make_game
from gamemeta_levels.family import generate_arrays


class Counted(gym.Env):
    observation_space, action_space = spaces.Box(-1, 1, (2,), np.float32), spaces.Discrete(2)
    opened = closed = 0
    most = 100

    def __init__(self):
        if Counted.opened - Counted.closed >= Counted.most:
            raise RuntimeError("no licence is left")
        Counted.opened += 1

    def close(self):
        Counted.closed += 1

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.x = 0, float(self.np_random.random())
        return np.array([self.x, 0], np.float32), {}

    def step(self, action):
        self.t += 1
        return np.array([self.x, self.t / 8], np.float32), self.x, self.t >= 6, False, {}


gym.register("TestCounted-v0", entry_point=Counted)


@pytest.fixture(autouse=True)
def _none_open(monkeypatch):
    monkeypatch.setattr(Counted, "opened", 0)
    monkeypatch.setattr(Counted, "closed", 0)
    yield
    assert Counted.opened == Counted.closed


def begun(n):
    game = make_game("gymnasium/TestCounted-v0", n)
    out, levels = StepBuffers.empty(game), generate_levels(game, n)
    game.reset(levels, np.ones(n, np.bool_), out)
    return game, out


def generate_levels(game, n):
    family = game.family()
    levels = generate_arrays(family, range(n), "any")
    family.close()
    return levels


def step(game, out):
    game.step(np.zeros((game.n, 1, 1), np.int64), out)


def play(game):
    actor, n = RandomActor(game.spec), game.n
    seeds = np.arange(n, dtype=np.uint64)
    memory = Memory.blank(actor, game.spec, n)
    return play_episodes(actor, game, generate_levels(game, n), memory, seeds, seeds).returns


def test_a_second_game_uses_what_the_first_has_left():
    with begun(2)[0]:
        opened = Counted.opened
        for _ in range(3):
            with make_game("gymnasium/TestCounted-v0", 3) as other:
                play(other)
        assert Counted.opened <= opened + 2 * 3


def test_where_one_copy_alone_can_run_it_goes_from_game_to_game_and_nothing_changes(monkeypatch):
    with begun(1)[0] as game, make_game("gymnasium/TestCounted-v0", 4) as other:
        out, expected = StepBuffers.empty(game), play(other)
        step(game, out)
        step(game, out)
        wanted = out.obs["obs"].copy()
    monkeypatch.setattr(Counted, "most", Counted.opened - Counted.closed + 1)
    game, out = begun(1)
    step(game, out)
    with make_game("gymnasium/TestCounted-v0", 4) as other:
        assert (play(other) == expected).all()
    step(game, out)
    assert (out.obs["obs"] == wanted).all()
    assert not out.truncated.any()
    game.close()


def test_more_lanes_than_copies_are_refused_by_the_name_of_the_setting(monkeypatch):
    make_game("gymnasium/TestCounted-v0", 1)
    monkeypatch.setattr(Counted, "most", Counted.opened - Counted.closed + 1)
    game = make_game("gymnasium/TestCounted-v0", 2)
    levels = generate_levels(game, 2)
    with pytest.raises(GameCheckError, match=r"no licence is left.*run\.lanes=1"):
        game.reset(levels, np.ones(2, np.bool_), StepBuffers.empty(game))
    game.close()


def test_a_closed_game_goes_on_where_it_was():
    game, out = begun(1)
    step(game, out)
    game.close()
    step(game, out)
    assert out.obs["obs"][0, 0, 1] == 2 / 8
    game.close()


def test_objects_of_a_plain_class_are_closed_and_as_few_as_it_says():
    class Few:
        actions, step_limit, at_once = 2, 3, 1
        opened = closed = 0

        def __init__(self):
            Few.opened += 1
            assert Few.opened - Few.closed <= 2  # one more looks at what it shows

        def close(self):
            Few.closed += 1

        def reset(self, level):
            return [0.0]

        def step(self, action):
            return [0.0], 1.0, False

    cls = plain_game(Few, "few.py:Few")
    with cls(3) as game:
        assert game.at_once() == 1
        assert play(game).tolist() == [3.0, 3.0, 3.0]
        game.family().close()
    assert Few.opened == Few.closed
