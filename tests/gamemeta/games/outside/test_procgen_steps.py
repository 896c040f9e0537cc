"""What is noted of the episodes of Procgen's games, without Procgen, beside plain NumPy."""

import numpy as np
import pytest

from gamemeta.games.outside.procgen.facts import ACTIONS, NOTHING
from gamemeta.games.outside.procgen.step_kernels import EPISODE, begin_episode, begin_step, end_step

N, LIMIT = 50, 9


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def drawn(rng):
    """Episodes as a step finds them: those that are over may show their last frame already."""
    now = np.zeros(N, EPISODE)
    now["steps"], now["returns"] = rng.integers(0, LIMIT, N), rng.normal(size=N)
    now["over"] = rng.random(N) < 0.5
    for name in ("truncated", "success", "held"):
        now[name] = now["over"] & (rng.random(N) < 0.5)
    return now


def test_those_who_play_press_their_keys_and_count_the_step(rng):
    now, actions, keys = drawn(rng), rng.integers(0, ACTIONS, (N, 1, 1)), np.zeros(N, np.int32)
    before = now.copy()
    wrong, some = begin_step(actions, now, LIMIT, keys)
    assert wrong == -1
    assert (keys == np.where(before["over"], NOTHING, actions[:, 0, 0])).all()
    assert (now["steps"] == before["steps"] + ~before["over"]).all()
    last = ~before["over"] & (before["steps"] == LIMIT - 1)
    assert (now["keep"] == (last | (before["over"] & ~before["held"]))).all()
    assert some == now["keep"].any()
    assert (now["held"] == before["over"]).all()


@pytest.mark.parametrize("action", [-1, ACTIONS])
def test_the_first_action_that_does_not_exist_is_named_and_nothing_changes(rng, action):
    now, actions, keys = drawn(rng), np.zeros((N, 1, 1), np.int64), np.zeros(N, np.int32)
    actions[[7, 20]] = action
    before = now.copy()
    assert begin_step(actions, now, LIMIT, keys) == (7, False)
    assert (now == before).all()


def test_a_step_pays_those_who_play_and_notes_how_episodes_ended(rng):
    now = drawn(rng)
    now["steps"] += 1
    now["held"] = now["over"]
    before, plays = now.copy(), ~now["over"]
    reward = rng.normal(size=N).astype(np.float32)
    ended, completed = rng.random(N) < 0.5, rng.integers(0, 2, N).astype(np.uint8)
    paid, flags = np.zeros((N, 1), np.float32), [np.zeros((N, 1), np.bool_) for _ in range(4)]
    some = end_step(now, LIMIT, reward, ended, completed, paid, *flags)
    ends, done = plays & ended, completed != 0
    cut = ends & (before["steps"] >= LIMIT) & ~done
    assert (paid[:, 0] == np.where(plays, reward, 0)).all()
    assert (now["returns"] == before["returns"] + paid[:, 0]).all()
    assert (now["over"] == (before["over"] | ends)).all()
    assert (now["success"] == np.where(ends, done, before["success"])).all()
    assert (now["truncated"] == np.where(ends, cut, before["truncated"])).all()
    assert (now["held"] == (before["held"] | cut)).all()
    assert some == now["held"].any()
    terminated, truncated, success, alive = (flag[:, 0] for flag in flags)
    assert (truncated == now["truncated"]).all()
    assert (terminated == (now["over"] & ~now["truncated"])).all()
    assert (success == now["success"]).all()
    assert (alive == ~now["over"]).all()


def test_an_episode_begins_with_nothing_played_and_leaves_the_others(rng):
    now, alive = drawn(rng), np.zeros((N, 1), np.bool_)
    before, rows = now.copy(), np.array([3, 8])
    begin_episode(rows, np.arange(N)[:, None], now, alive)
    assert [one.item() for one in now[rows][["level", "steps", "returns", "over", "held"]]] == [
        (row, 0, 0.0, False, False) for row in rows
    ]
    others = np.setdiff1d(np.arange(N), rows)
    assert (now[others] == before[others]).all()
    assert (np.flatnonzero(alive) == rows).all()
