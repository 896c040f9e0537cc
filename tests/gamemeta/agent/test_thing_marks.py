"""Marks of things: what came of each, beside the words in which the dungeon tells it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from gamemeta.agent.marks.by_fact import marks_of
from gamemeta.agent.marks.things import MOVED, ROSE, STAYED, ThingMarks
from gamemeta.agent.reference.beliefs import BeliefHeads as NumpyHeads
from gamemeta.agent.reference.beliefs import softmax
from gamemeta.errors import SpecError
from gamemeta.games.builtin.dungeon.game import DungeonGame
from gamemeta.games.game import StepBuffers
from gamemeta.networks.beliefs import BeliefHeads
from gamemeta_levels.family import generate_arrays

GAMES, STEPS, HEALTH, HAND = 48, 60, 0, 1


@pytest.fixture(scope="module")
def played():
    """Random play: the marks after every step, what was touched with what in hand, and what the game says."""
    game = DungeonGame(GAMES)
    marks, out = marks_of(game.facts, game.spec)["bronze key"], StepBuffers.empty(game)
    game.reset(generate_arrays(game.family(), range(GAMES), "any"), np.ones(GAMES, bool), out)
    state, rng, action = marks.init(GAMES), np.random.default_rng(0), np.zeros((GAMES, 1, 1), np.int64)
    steps, hand = [], np.zeros(GAMES, np.int64)
    for t in range(STEPS):
        inputs = {name: array[:, 0].copy() for name, array in out.obs.items()}
        inputs |= {"previous_action": (action[:, 0] + 1) * (t > 0), "previous_reward": out.reward * (t > 0)}
        inputs["previous_done"] = np.zeros((GAMES, 1), np.uint8)
        state = marks.after(state, inputs, np.full(GAMES, t == 0))
        told = [" ".join(game.events(i)) if t and out.alive[i, 0] else "" for i in range(GAMES)]
        steps.append((state, inputs["touched"][:, 0].astype(int), hand, told))
        hand = inputs["status"][:, HAND].astype(int)
        action = rng.integers(0, 4, (GAMES, 1, 1))
        game.step(action, out)
    return game, marks, steps


@pytest.mark.parametrize(
    ("words", "bit"),
    [
        ("key opens", MOVED),
        ("key does not fit", STAYED),
        (": healed", ROSE + HEALTH),
        (": hurt", ROSE + 4 + HEALTH),
        ("clock stands still", ROSE + 2),
        ("the compass shows", ROSE + 3),
    ],
)
def test_what_the_game_tells_is_marked(played, words, bit):
    _, marks, steps = played
    seen = 0
    for state, thing, hand, told in steps:
        for i, text in enumerate(told):
            if words in text and thing[i]:
                key = thing[i] * 4 + hand[i]
                assert int(state[i, key]) >> bit & 1
                assert marks.drawn(state[i : i + 1])[0].reshape(marks.bits, -1)[bit, key] == 1
                seen += 1
    assert seen


def test_only_what_was_touched_is_marked_and_clearing_clears(played):
    game, marks, steps = played
    touched = [set() for _ in range(GAMES)]
    for state, thing, hand, _ in steps:
        for i in range(GAMES):
            touched[i] |= {int(thing[i] * 4 + hand[i])} if thing[i] else set()
            assert set(np.flatnonzero(state[i, : marks.shape[0] // marks.bits])) <= touched[i]
    assert sum(len(one) for one in touched) > GAMES
    marks.check(steps[-1][0])
    assert not marks.drawn(marks.init(2)).any()
    flawed = steps[-1][0].copy()
    flawed[0, -1] = 200
    with pytest.raises(ValueError, match="do not exist"):
        marks.check(flawed)
    with pytest.raises(SpecError, match="cannot show what things do"):
        ThingMarks(replace(marks.shown, held=9), game.spec)


def test_heads_that_read_things_say_the_same_in_numpy(played):
    game, marks, steps = played
    heads = BeliefHeads(game.facts, 6, 16, marks_of(game.facts, game.spec))
    for parameter in heads.parameters():
        torch.nn.init.normal_(parameter, std=0.5, generator=torch.Generator().manual_seed(parameter.numel()))
    weights = {name: x.detach().numpy() for name, x in heads.named_parameters()}
    twin = NumpyHeads(lambda name, shape: weights[name].reshape(shape), game.facts, 6, 16, heads.marks)
    known, drawn = np.random.default_rng(0).normal(size=(GAMES, 6)), marks.drawn(steps[-1][0])
    known = known.astype(np.float32)
    wanted = heads(torch.from_numpy(known), {"bronze key": torch.from_numpy(drawn)})
    believed = twin(known, {"bronze key": drawn})
    for name, logits in wanted.items():
        np.testing.assert_allclose(believed[name], softmax(logits.detach().numpy()), atol=1e-5)
    without = twin(known, {"bronze key": np.zeros_like(drawn)})
    assert any((without[name] != believed[name]).any() for name in game.facts)
