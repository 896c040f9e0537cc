"""Marks of places: what was met there, in every form, through save games, and nothing after clearing."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from gamemeta.agent.marks.places import ENDED, PAID, STOOD, PlaceMarks
from gamemeta.agent.reference.beliefs import MapHead as NumpyHead
from gamemeta.agent.runtime import Agent
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.errors import MemoryMismatch, SpecError
from gamemeta.facts import Fact, Shown
from gamemeta.games.builtin.grid.game import GridGame
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.games.game import StepBuffers
from gamemeta.learners.rl2.memory_learner import MemoryLearner
from gamemeta.networks.beliefs import MapHead
from gamemeta.networks.policy import MemoryPolicy
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.tiles import WALL
from tests.helpers.agents import agent_of_policy

RIGHT, STAY = 3, 4


def inputs_of(out: StepBuffers, action: int = 0, reward: float = 0.0, done: int = 0) -> dict:
    """Inputs of one agent; `action` counts from 1."""
    seen = {name: array[:, 0].copy() for name, array in out.obs.items()}
    last = {"previous_action": np.array([[action]], np.uint8), "previous_done": np.array([[done]], np.uint8)}
    return {**seen, **last, "previous_reward": np.array([[reward]], np.float32)}


def test_marks_of_a_maze_are_what_was_stood_on_and_seen():
    game = MazeGame(1)
    level = generate(game.family(), 3)
    marks, out = PlaceMarks(game.facts["goal"], game.spec), StepBuffers.empty(game)
    game.reset(generate_arrays(game.family(), [3], "any"), np.ones(1, bool), out)
    state, place = marks.init(1), game.places(0, "goal")
    stood, looked = np.zeros(place.shape, bool), np.zeros(place.shape, bool)
    rng, action = np.random.default_rng(1), -1
    for _ in range(12):
        state = marks.after(state, inputs_of(out, action + 1), np.zeros(1, np.uint8))
        row, column = game.scene(0).agent
        stood[row, column] = True
        looked[max(0, row - 2) : row + 3, max(0, column - 2) : column + 3] = True
        planes = marks.drawn(state)[0].reshape(marks.planes, -1)[:, place]
        wall = level.tiles == WALL
        assert (planes[STOOD] == stood).all()
        assert (planes[marks.bits - 2] == looked & wall).all()
        assert planes[-1].sum() == planes[-1][row, column] == 1
        action = int(rng.integers(4))
        game.step(np.full((1, 1, 1), action), out)
    assert not planes[PAID].any()
    assert not planes[ENDED : ENDED + 8].any()


def test_the_end_of_an_episode_marks_where_it_was_ended_from():
    game = GridGame(1)
    marks, out = PlaceMarks(game.facts["goal"], game.spec), StepBuffers.empty(game)
    game.reset(generate_arrays(game.family(), [3], "any"), np.ones(1, bool), out)
    state = marks.after(marks.init(1), inputs_of(out), np.ones(1, np.uint8))
    for reward, plane in ((1.0, ENDED + RIGHT), (-0.1, ENDED + 5 + RIGHT)):
        after = marks.drawn(marks.after(state, inputs_of(out, RIGHT + 1, reward, 1), np.zeros(1, np.uint8)))
        assert after[0, plane].sum() == after[0, plane, 0, 0] == 1
        assert after[0, :-1].sum() == 2
    paid = marks.drawn(marks.after(state, inputs_of(out, STAY + 1, 1.0), np.zeros(1, np.uint8)))[0]
    assert paid[PAID].sum() == paid[PAID, 0, 0] == 1
    cleared = marks.drawn(marks.after(state, inputs_of(out), np.ones(1, np.uint8)))
    assert cleared[0, :-1].sum() == 1


def test_steps_of_a_batch_are_drawn_as_they_were():
    game, rng = GridGame(3), np.random.default_rng(0)
    marks = PlaceMarks(game.facts["goal"], game.spec)
    inputs = {"cell": rng.integers(0, 25, (6, 3, 1)), "previous_action": rng.integers(0, 6, (6, 3, 1))}
    inputs |= {"previous_reward": rng.normal(size=(6, 3, 1)), "previous_done": rng.integers(0, 2, (6, 3, 1))}
    reset, steps = rng.integers(0, 2, (6, 3)), np.array([[0, 1, 2], [3, 5, 4]])
    state = marks.init(3)
    drawn = marks.drawn_at(state, inputs, reset, steps)
    for t in range(6):
        state = marks.after(state, {name: array[t] for name, array in inputs.items()}, reset[t])
        for row, lane in np.argwhere(steps == t):
            assert (drawn[row, lane] == marks.drawn(state)[lane]).all()


@pytest.mark.parametrize("game", [GridGame(1), MazeGame(1)])
def test_map_heads_say_the_same_in_numpy(game):
    marks = PlaceMarks(game.facts["goal"], game.spec)
    head = MapHead(marks, torch.Generator().manual_seed(1))
    for name, parameter in head.named_parameters():
        torch.nn.init.normal_(parameter, generator=torch.Generator().manual_seed(len(name)))
    weights = {name: x.detach().numpy() for name, x in head.named_parameters()}
    drawn = np.random.default_rng(0).integers(0, 2, (2, marks.planes, marks.rows, marks.columns))
    drawn = drawn.astype(np.float32)
    wanted = head(torch.from_numpy(drawn)[None])[0].detach().numpy()
    ours = NumpyHead(lambda name, shape: weights[name].reshape(shape), marks)(drawn)
    np.testing.assert_allclose(ours, wanted, rtol=1e-4, atol=1e-4)


def test_beliefs_go_on_from_a_save_game():
    game = MazeGame(1)
    torch.manual_seed(0)
    policy = MemoryPolicy(game.spec, NetworkConfig(width=16, layers=1), {}, facts=game.facts)
    for parameter in policy.belief_heads.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    file = replace(agent_of_policy(policy), facts=dict(game.facts))
    agent, learner, out = Agent(file, backend="numpy"), MemoryLearner(policy), StepBuffers.empty(game)
    game.reset(generate_arrays(game.family(), [3], "any"), np.ones(1, bool), out)
    mind, state, action, done = agent.begin(), learner.init(1), -1, 0
    for t in range(8):
        inputs, nothing = inputs_of(out, action + 1, 0.0, done), np.zeros(1, np.uint8)
        believed = learner.beliefs(state, inputs, nothing)["goal"][0]
        state, _ = learner.step(state, inputs, nothing)
        obs = {name: out.obs[name][0, 0] for name in ("view", "place")}
        mind = agent.resume(mind.memory) if t % 3 == 2 else mind
        action, done = int(mind.decide(obs, 0.0, bool(done))), int(t == 4)
        np.testing.assert_allclose(mind.beliefs()["goal"].ravel(), believed, atol=1e-5)
        game.step(np.full((1, 1, 1), action), out)
    learner.check(state)
    state["marks.goal"][0, 0] = 1 << 40
    with pytest.raises(ValueError, match="marks of places that do not exist"):
        learner.check(state)
    flaw = bytearray(mind.memory)
    flaw[len(flaw) // 2] ^= 1
    with pytest.raises(MemoryMismatch):
        agent.resume(bytes(flaw))
    mind.forget()
    mind.decide(obs)
    assert (mind.beliefs()["goal"] != believed.reshape(35, 35)).any()


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (Shown(place="cells", moduli=(5,)), "shows no symbols called 'cells'"),
        (Shown(place="cell", moduli=(5, 7)), "cannot show places modulo"),
        (Shown(place="cell", moduli=(6,)), "cannot show places modulo"),
    ],
)
def test_what_cannot_be_marked_is_said(shown, words):
    with pytest.raises(SpecError, match=words):
        PlaceMarks(Fact(places=(5, 5), shown=shown), GridGame(1).spec)


def test_a_fact_is_the_same_out_of_a_file():
    for fact in (*MazeGame.facts.values(), *GridGame.facts.values(), Fact(words=("a", "b"))):
        assert Fact.from_json(fact.to_json()) == fact
    with pytest.raises(ValueError, match="moduli"):
        Fact.from_json({"places": [5, 5], "shown": {"place": "cell", "moduli": [0], "view": "", "wraps": 1}})
