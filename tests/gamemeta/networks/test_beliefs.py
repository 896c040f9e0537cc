"""Beliefs of hidden facts: what heads learn, that nothing else changes, and that every form says the same."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from gamemeta.agent import belief_file
from gamemeta.agent.belief_file import belief_bytes, with_beliefs, without_beliefs
from gamemeta.agent.file import parse_agent, read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.assets import asset_files
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.evaluation.beliefs import evaluate_beliefs
from gamemeta.evaluation.statistics.reliability import Reliability
from gamemeta.facts import UNKNOWN, Fact
from gamemeta.games.builtin.grid.game import GridGame
from gamemeta.games.builtin.maze.game import MazeGame
from gamemeta.games.game import StepBuffers
from gamemeta.games.setup import GameSetup
from gamemeta.learners.flat_adam import FlatAdam
from gamemeta.networks.beliefs import BeliefHeads
from gamemeta.playing import picture
from gamemeta.playing.session import Session
from gamemeta.training.config import load_config
from gamemeta.training.course import agent_of
from gamemeta.training.loop import Training
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.tiles import GOAL
from tests.helpers.agents import tiny_agent

FACTS = {"key": Fact(words=("bronze", "silver", "gold")), "goal": Fact(places=(3, 4))}
SMALL = [
    "network.cell=mingru",
    "network.width=16",
    "run.lanes=16",
    "run.rollout_steps=20",
    "ppo.minibatches=2",
    "ppo.epochs=1",
    "run.steps=640",
]


def trained(*more: str) -> Training:
    training = Training(load_config("grid", overrides=[*SMALL, *more]))
    for _ in training.run():
        pass
    return training


@pytest.fixture(scope="module")
def believer() -> Training:
    return trained("ppo.belief_weight=1")


def test_a_head_learns_a_fact_that_it_is_shown():
    torch.manual_seed(0)
    heads = BeliefHeads(FACTS, 12, 16)
    adam = FlatAdam(heads.parameters())
    goal = torch.arange(12).repeat(8)
    known, truth = torch.eye(12)[goal], {"key": goal % 3, "goal": goal}
    assert heads.loss(known, {}, truth).item() / 96 == pytest.approx(np.log(3) + np.log(12), rel=1e-5)
    for _ in range(150):
        grads = torch.autograd.grad(heads.loss(known, {}, truth), list(heads.parameters()))
        adam.clip(list(grads), 1e6)
        adam.step(0.05)
    assert heads.loss(known, {}, truth).item() / 96 < 0.05


def test_an_unknown_fact_teaches_nothing():
    heads = BeliefHeads({"key": FACTS["key"]}, 2, 4)
    loss = heads.loss(torch.ones(2, 2), {}, {"key": torch.full((2,), UNKNOWN)})
    assert loss.item() == 0


def test_beliefs_change_nothing_for_the_policy_unless_asked(believer):
    plain, shaped = trained().learner.weights(), trained("ppo.belief_weight=1", "ppo.belief_shapes=true")
    beside = believer.learner.weights()
    assert all((beside[name] == array).all() for name, array in plain.items())
    assert {name.split(".")[0] for name in beside.keys() - plain.keys()} == {"belief_heads"}
    assert any((shaped.learner.weights()[name] != array).any() for name, array in plain.items())


def test_beliefs_are_trained_alone_on_an_agent_that_stays_as_it_is(believer):
    alone = Training(replace(believer.config, learner=replace(believer.config.learner, beliefs_only=True)))
    alone.learner.begin_from(without_beliefs(agent_of(believer, {})))
    before = alone.learner.weights()
    for _ in alone.run():
        pass
    after = alone.learner.weights()
    changed = {name.split(".")[0] for name, array in after.items() if (array != before[name]).any()}
    assert changed == {"belief_heads"}
    with pytest.raises(ConfigError, match=r"ppo\.beliefs_only trains beliefs"):
        replace(alone.config.learner, belief_weight=0.0)


def test_heads_lie_in_a_file_beside_an_included_agent(believer, tmp_path, monkeypatch):
    full = agent_of(believer, {})
    plain, path = without_beliefs(full), tmp_path / "grid.safetensors"
    path.write_bytes(belief_bytes(full))
    monkeypatch.setattr(
        belief_file, "find_asset", lambda name: path if name == f"beliefs/{path.name}" else None
    )
    again = with_beliefs(plain)
    assert again.digest == full.digest
    assert again.facts == full.facts
    other = replace(plain, weights={name: array + 1 for name, array in plain.weights.items()})
    assert with_beliefs(other) is other
    assert with_beliefs(full) is full
    flawed = bytearray(path.read_bytes())
    flawed[-1] ^= 1
    path.write_bytes(bytes(flawed))
    with pytest.raises(AgentFileError, match="damaged"):
        with_beliefs(plain)


def test_the_included_heads_fit_their_agent():
    agent = with_beliefs(read_agent("maze"))
    level = generate(MazeGame(1).family(), 3, "test")
    frames = list(Session(Agent(agent, backend="numpy"), level, episodes=2, beliefs=True, seed=0).frames())
    goal, found = [], False
    for frame in frames:
        goal.append((found, float(frame.beliefs[0].on_map[frame.scene.tiles == GOAL].sum())))
        found = found or any(result.success for result in frame.finished)
    assert min(p for known, p in goal if known) > 0.9
    assert max(p for known, p in goal if not known) < 0.9


def test_every_included_agent_that_has_heads_takes_them():
    for path in asset_files("beliefs"):
        agent = Agent(with_beliefs(read_agent(path.stem)), backend="numpy")
        assert set(agent.facts) == set(GameSetup.of(agent.file).game().facts)


def test_a_training_with_beliefs_goes_on_bit_for_bit(believer):
    again = Training(believer.config)
    first = next(again.run())
    other = Training(believer.config)
    other.load(first.step // other.steps_per_iteration, again.arrays())
    for training in (again, other):
        for _ in training.run():
            pass
    ours, theirs = again.learner.weights(), other.learner.weights()
    assert all((ours[name] == theirs[name]).all() for name in ours)
    assert all((ours[name] == array).all() for name, array in believer.learner.weights().items())


@pytest.mark.parametrize("backend", ["numpy", "numba"])
def test_a_mind_believes_what_torch_does(believer, backend):
    file = parse_agent(agent_of(believer, {}).to_bytes(), "file")
    mind, learner = Agent(file, backend=backend).begin(n=3, seed=1), believer.learner.task_learner
    with pytest.raises(ConfigError, match="let them act first"):
        mind.beliefs()
    state, previous = learner.init(3), np.zeros((3, 1), np.uint8)
    for t in range(4):
        cell, reward = (
            np.array([[t], [t + 5], [24 - t]], np.uint8),
            np.full((3, 1), 0.1 * (t > 0), np.float32),
        )
        inputs = {"cell": cell, "previous_action": previous, "previous_reward": reward}
        inputs["previous_done"] = np.zeros((3, 1), np.uint8)
        believed = learner.beliefs(state, inputs, np.zeros(3, np.uint8))["goal"]
        state, _ = learner.step(state, inputs, np.zeros(3, np.uint8))
        action = mind.decide({"cell": cell}, reward[:, 0], np.zeros(3, bool))
        previous = (np.asarray(action).reshape(3, 1) + 1).astype(np.uint8)
        np.testing.assert_allclose(mind.beliefs()["goal"].reshape(3, -1), believed, atol=1e-5)


def test_an_agent_without_beliefs_says_so():
    with pytest.raises(ConfigError, match="no beliefs about hidden facts"):
        Agent(tiny_agent(), backend="numpy").begin().beliefs()


def test_exact_inference_rules_out_cells_until_the_goal_is_found():
    game = GridGame(2)
    levels = generate_arrays(game.family(), [3, 4], "any")
    out, exact = StepBuffers.empty(game), game.posterior()
    game.reset(levels, np.ones(2, bool), out)
    goal, rng = game.hidden_facts()["goal"], np.random.default_rng(0)
    visited = [set(), set()]
    action = np.zeros((2, 1, 1), np.int64)
    for t in range(15):
        inputs = {"cell": out.obs["cell"][:, 0], "previous_action": (action[:, 0] + 1) * (t > 0)}
        inputs["previous_reward"] = out.reward
        believed = exact.after(np.arange(2), inputs)["goal"]
        for i in range(2):
            visited[i].add(int(out.obs["cell"][i, 0, 0]))
            found = int(goal[i]) in visited[i]
            assert believed[i, goal[i]] == 1 if found else not believed[i, list(visited[i])].any()
            assert believed[i].sum() == pytest.approx(1)
            assert believed[i, goal[i]] > 0
        action = rng.integers(0, 5, (2, 1, 1))
        game.step(action, out)


@pytest.mark.parametrize("cls", [GridGame, MazeGame])
def test_the_goal_is_the_tile_that_the_game_says(cls):
    game = cls(3)
    game.reset(generate_arrays(game.family(), [3, 4, 5], "any"), np.ones(3, bool), StepBuffers.empty(game))
    for i, goal in enumerate(game.hidden_facts()["goal"]):
        here = game.places(i, "goal") == goal
        assert (here == (game.scene(i).tiles == GOAL)).all()


def test_a_session_shows_what_its_agent_believes(believer):
    file = agent_of(believer, {})
    session = Session(
        Agent(file, backend="numpy"), generate(GridGame(1).family(), 0), episodes=1, beliefs=True
    )
    frames = list(session.frames())
    assert all(frame.beliefs[0].name == "goal" for frame in frames)
    first = frames[0].beliefs[0]
    assert first.on_map.shape == (5, 5)
    assert first.on_map.sum() + first.elsewhere == pytest.approx(1, abs=1e-5)
    assert "goal: likeliest place" in first.line()
    board = picture.draw(frames[0], session)
    assert (np.asarray(board) != np.asarray(picture.draw(replace(frames[0], beliefs=()), session))).any()


def test_reliability_by_hand():
    one = Reliability(2)
    one.add(0, np.array([[0.75, 0.25], [0.75, 0.25]], np.float32), np.array([0, 1]))
    one.add(1, np.array([[0.5, 0.5]], np.float32), np.array([1]))
    assert one.log_loss == pytest.approx([-(np.log(0.75) + np.log(0.25)) / 2, np.log(2)])
    assert one.right.tolist() == [0.5, 0.0]
    assert one.error == pytest.approx([0.25, 0.5])
    assert one.steps.tolist() == [2, 1]


def test_beliefs_are_held_against_the_truth_and_exact_inference(believer):
    report = evaluate_beliefs(agent_of(believer, {}), levels=12, episodes=2, split="any")
    ours, exact = report.facts["goal"], report.exact["goal"]
    assert ours.steps.tolist() == exact.steps.tolist() == [12 * 15, 12 * 15]
    assert (exact.log_loss < ours.log_loss).all()
    assert exact.log_loss[1] < exact.log_loss[0] < np.log(21)
    assert report.to_json()["facts"]["goal"]["exact"]["bins"]
