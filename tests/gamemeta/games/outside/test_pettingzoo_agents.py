"""Agents of PettingZoo that join, leave and come back, and masks of agents that have different choices."""

import numpy as np
import pytest
from gymnasium import spaces
from pettingzoo import ParallelEnv

from gamemeta.errors import GameCheckError, PluginError
from gamemeta.evaluation.episodes import Memory, RandomActor, play_episodes
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.pettingzoo.game import PettingZooConfig
from gamemeta.games.registry import make_game, use_game
from gamemeta_levels.family import generate_arrays

HERE = __name__


class Base(ParallelEnv):
    """Each agent is paid 1 a step in which it is asked and plays; `there` says who is there after step t."""

    metadata, possible_agents, length = {"name": "base"}, ["p_0", "p_1"], 6

    def there(self, t):
        return list(self.possible_agents)

    def observation_space(self, agent):
        return spaces.Box(0, 1, (2,), np.float32)

    def action_space(self, agent):
        return spaces.Discrete(3)

    def see(self, agent):
        return np.array([self.t / self.length, int(agent[-1])], np.float32)

    def info(self, agent):
        return {}

    def reset(self, seed=None, options=None):
        self.t, self.agents = 0, self.there(0)
        return {a: self.see(a) for a in self.agents}, {a: self.info(a) for a in self.agents}

    def step(self, actions):
        assert set(actions) == set(self.agents)
        before, self.t = self.agents, self.t + 1
        over = self.t >= self.length
        now = [] if over else self.there(self.t)
        told = sorted({*before, *now})
        self.agents = now
        return (
            {a: self.see(a) for a in told},
            {a: float(a in actions) for a in told},
            {a: a not in now for a in told},
            dict.fromkeys(told, False),
            {a: self.info(a) for a in told if a in now},
        )


class Late(Base):
    def there(self, t):
        return ["p_0"] if t < 2 else ["p_0", "p_1"]


class Back(Base):
    def there(self, t):
        return ["p_0"] if t in (2, 3) else ["p_0", "p_1"]


class Stranger(Base):
    def there(self, t):
        return ["p_0", "p_1"] if t < 2 else ["p_0", "p_9"]


class Unnamed(Base):
    possible_agents = ()

    def there(self, t):
        return ["p_0", "p_1"]


class Nobody(Base):
    possible_agents = ()


class Unequal(Base):
    def action_space(self, agent):
        return spaces.Discrete(2 + 3 * int(agent[-1]))

    def info(self, agent):
        return {"action_mask": np.array([0, 1] + [0, 1, 1] * int(agent[-1]), np.int8), "success": True}


def built(name, n=1, **config):
    return make_game(use_game(f"pettingzoo/{HERE}:{name}"), n, PettingZooConfig(**config))


def played(name, steps=6, **config):
    """alive and reward [steps, 2] where everybody does action 1."""
    with built(name, **config) as game:
        out, levels = StepBuffers.empty(game), generate_arrays(game.family(), [1], "any")
        game.reset(levels, np.ones(1, np.bool_), out)
        rows = [(out.alive[0].tolist(), [0.0, 0.0])]
        for _ in range(steps):
            game.step(np.ones((1, 2, 1), np.int64), out)
            rows.append((out.alive[0].tolist(), out.reward[0].tolist()))
        game.family().close()
        assert (out.terminated | out.truncated).all()
    return rows, out


def test_an_agent_that_joins_late_is_played_and_paid():
    rows, _ = played("Late")
    assert [alive[1] for alive, _ in rows] == [False, False, True, True, True, True, False]
    assert [paid[1] for _, paid in rows] == [0, 0, 0, 1, 1, 1, 1]


def test_an_agent_that_comes_back_is_played_and_paid():
    rows, _ = played("Back")
    assert [alive[1] for alive, _ in rows] == [True, True, False, False, True, True, False]
    assert [paid[1] for _, paid in rows] == [0, 1, 1, 0, 0, 1, 1]


@pytest.mark.parametrize(("name", "returns"), [("Late", 5.0), ("Back", 5.0), ("Base", 6.0)])
def test_an_evaluation_lets_them_play_with_their_memory(name, returns):
    with built(name, 3) as game:
        actor, seeds = RandomActor(game.spec), np.arange(3, dtype=np.uint64)
        memory = Memory.blank(actor, game.spec, 3, 2)
        levels = generate_arrays(game.family(), range(3), "any")
        episodes = play_episodes(actor, game, levels, memory, seeds, seeds)
        game.family().close()
    assert episodes.returns.tolist() == [returns] * 3
    assert memory.steps.reshape(3, 2)[:, 0].tolist() == [6] * 3
    assert memory.steps.reshape(3, 2)[:, 1].tolist() == [{"Late": 4, "Back": 4, "Base": 6}[name]] * 3


def test_an_agent_that_nobody_knew_of_is_refused():
    with pytest.raises(GameCheckError, match=r"'p_9'.*possible_agents"):
        played("Stranger")


def test_agents_may_be_known_from_the_first_reset_alone():
    assert built("Unnamed").seats == 2


def test_an_environment_without_agents_is_refused():
    with pytest.raises(PluginError, match="no agents"):
        built("Nobody")


def test_masks_of_unequal_length_are_filled_up_and_none_is_needed_at_the_end():
    with built("Unequal", info_mask=True) as game:
        out, levels = StepBuffers.empty(game), generate_arrays(game.family(), [1], "any")
        game.reset(levels, np.ones(1, np.bool_), out)
        game.family().close()
    assert out.obs["action_mask"][0].tolist() == [[0, 1, 0, 0, 0], [0, 1, 0, 1, 1]]
    rows, last = played("Unequal", info_mask=True)
    assert last.obs["action_mask"].all()
    assert rows[-1][1] == [1.0, 1.0]
