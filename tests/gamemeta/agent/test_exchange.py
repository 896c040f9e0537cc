"""Agents of outside games in the game's own loop: they take what it shows and answer as it asks."""

from dataclasses import replace

import numpy as np
import pytest
from gymnasium import spaces

import gamemeta
from gamemeta.agent.file import read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.errors import AgentFileError, MemoryMismatch, SpecError
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.mask import with_mask_space
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.interface.actions import Actions
from gamemeta.interface.game_interface import GameInterface
from gamemeta.interface.observations import Observations
from gamemeta.spec import Spec, symbols
from tests.helpers.agents import tiny_agent

HYBRID = spaces.Dict(
    move=spaces.Box(-2, 2, (2, 3), np.float32), aim=spaces.Discrete(3, start=-1), jump=spaces.MultiBinary(2)
)
BARE = spaces.Discrete(4, start=-3)
SEEN = {
    "bare": BARE,
    "dict": spaces.Dict(a=spaces.Dict(b=spaces.Discrete(3)), c=spaces.Box(-1, 1, (2,))),
    "tuple": spaces.Tuple([spaces.Dict(x=spaces.Discrete(3)), spaces.Box(-1, 1, ())]),
    "array": spaces.Box(-np.inf, np.inf, (4,)),
}
DONE = {
    "discrete": spaces.Discrete(3, start=5),
    "whole": spaces.Box(-2, 2, (2, 3), np.int32),
    "hybrid": HYBRID,
    "tuple": spaces.Tuple([spaces.Discrete(2), spaces.Box(-1, 1, (1,))]),
}


def agent_for(seen, done, *, mask=False, backend="numpy", seats=(), tell_seat=False):
    actions = [ActionMap.of_space(space) for space in (done if seats else [done])]
    space = with_mask_space(seen, actions[0].spec) if mask else seen
    obs = ObservationMap.of_space(space)
    buffers = (*obs.buffers, symbols("seat", (1,), 2)) if tell_seat else obs.buffers
    interface = GameInterface(
        obs=Observations(obs.parts),
        actions=tuple(Actions(one.form) for one in actions),
        seats=seats,
        seat_buffer="seat" if tell_seat else "",
    )
    file = tiny_agent(spec=Spec(obs=buffers, action=actions[0].spec))
    file = read_agent(replace(file, interface=interface).to_bytes())
    return Agent(file, backend=backend)


@pytest.mark.parametrize("backend", ["numpy", "numba"])
@pytest.mark.parametrize("done", DONE)
@pytest.mark.parametrize("seen", SEEN)
def test_act_takes_what_the_game_shows_and_answers_as_it_asks(seen, done, backend):
    seen, done = SEEN[seen], DONE[done]
    seen.seed(0)
    agent = agent_for(seen, done, backend=backend)
    shown = [seen.sample() for _ in range(3)]
    alone, many = [agent.begin(seed=k) for k in range(3)], agent.begin(3, seed=1)
    for _ in range(2):
        for mind, obs in zip(alone, shown, strict=True):
            assert done.contains(mind.act(obs, 0.5, np.bool_(False)))
        answers = many.act(shown, np.ones((3, 1)), [False, True, False])
        answers = answers if isinstance(answers, list) else list(answers)
        assert all(done.contains(np.asarray(a) if isinstance(a, np.ndarray) else a) for a in answers)


@pytest.mark.parametrize("done", DONE)
def test_what_really_happened_is_given_in_the_form_of_the_game(done):
    agent = agent_for(BARE, DONE[done])
    DONE[done].seed(1)
    happened = DONE[done].sample()
    one, other = agent.begin(seed=3), agent.begin(seed=3)
    row = ActionMap.of_space(DONE[done]).row(happened)
    for mind in (one, other):
        mind.act(-1)
    one.act(0, 1.0, previous_action=happened)
    other._previous = agent.spec.action.before(agent.spec.action.checked(row[None], 1))
    other.act(0, 1.0)
    assert one.memory == other.memory
    with pytest.raises(SpecError, match="action"):
        one.act(0, previous_action={"no": 1})


def test_a_class_that_counts_its_actions_gets_ints():
    actions = ActionMap.of_spec(ActionMap.of_space(spaces.Discrete(4)).spec)
    assert type(actions(np.array([2]))) is int
    assert type(agent_for(BARE, spaces.Discrete(4)).begin().act(-3)) is np.int64


def test_masks_stand_in_the_observation_or_beside_it():
    done = spaces.MultiDiscrete([3, 2])
    mask, far = np.array([0, 0, 1, 1, 0]), spaces.Dict(obs=BARE, action_mask=spaces.MultiBinary(5))
    for agent in (agent_for(BARE, done, mask=True), agent_for(far, done), agent_for(BARE, done)):
        mind = agent.begin(seed=1)
        for k in range(8):
            beside = (mask, mask.astype(bool), (mask[:3], mask[3:]), mask.tolist())[k % 4]
            assert mind.act(-2, mask=beside).tolist() == [2, 0]
        if agent.spec.masked:
            assert mind.act({"obs": -2, "action_mask": mask}).tolist() == [2, 0]
            with pytest.raises(SpecError, match=r"lacks 'action_mask'.*mask=info"):
                mind.act(-2)
    with pytest.raises(SpecError, match="the mask is"):
        agent_for(BARE, done).begin().act(-2, mask=[1, 1])
    two = agent_for(BARE, done).begin(2, seed=1)
    assert two.act([-2, -3], mask=[(mask[:3], mask[3:])] * 2).tolist() == [[2, 0], [2, 0]]


def test_seats_have_names_and_forms_of_their_own():
    done = (spaces.Discrete(3), spaces.Discrete(2, start=1))
    agent = agent_for(BARE, done, seats=("cat", "mouse"), tell_seat=True)
    both = agent.begin(2, seed=1)
    answers = both.act({"cat": -1, "mouse": 0}, {"cat": 1.0, "mouse": 0.0}, {"cat": False, "mouse": False})
    assert list(answers) == ["cat", "mouse"]
    assert all(space.contains(answers[name]) for name, space in zip(answers, done, strict=True))
    mouse = agent.begin(seat="mouse", seed=4)
    assert all(done[1].contains(mouse.act(-1)) for _ in range(20))
    again = agent.resume(bytearray(mouse.memory))
    assert again.seats == (1,) and again.act(-1) == agent.resume(mouse.memory).act(-1)
    with pytest.raises(SpecError, match=r"say which one to play.*cat, mouse"):
        agent.begin().act(-1)
    with pytest.raises(SpecError, match=r"no such seat.*cat, mouse"):
        agent.begin(seat="dog")
    with pytest.raises(SpecError, match="nothing is shown to mouse"):
        both.act({"cat": -1})


def test_a_hidden_fact_that_the_game_does_not_show_is_asked_for():
    agent = agent_for(BARE, spaces.Discrete(2))
    spec = Spec(obs=(*agent.spec.obs, symbols("hidden", (1,), 2)), action=agent.spec.action)
    file = replace(tiny_agent(spec=spec), interface=agent.interface)
    with pytest.raises(SpecError, match="also sees 'hidden'"):
        Agent(file, backend="numpy").begin().act(-1)
    assert Agent(file, backend="numpy").begin().act({"obs": -1, "hidden": [1]}) in (0, 1)


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "1", None, True, np.float64(3)])
def test_seeds_that_cannot_be_held_are_refused(seed):
    with pytest.raises(SpecError, match=r"seed = .*give a whole number from 0 to 2\*\*64 - 1"):
        agent_for(BARE, spaces.Discrete(2)).begin(seed=seed)


def test_the_largest_seed_and_numpy_seeds_are_held():
    agent = agent_for(BARE, spaces.Discrete(2))
    for seed in (2**64 - 1, np.uint64(2**64 - 1), np.int8(3)):
        mind = agent.begin(np.int64(1), seed)
        assert agent.resume(mind.memory).seed == int(seed)
    with pytest.raises(SpecError, match=r"n = 2\.0"):
        agent.begin(2.0)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_files_and_memories_are_read_from_bytes_of_any_kind(kind):
    data = agent_for(BARE, spaces.Discrete(2)).file.to_bytes()
    agent = gamemeta.load(kind(data), backend="numpy")
    memory = agent.begin(seed=3).memory
    assert agent.resume(kind(memory)).memory == memory
    with pytest.raises(AgentFileError, match="these bytes"):
        gamemeta.load(kind(data[:-5]))
    with pytest.raises(MemoryMismatch):
        agent.resume(kind(memory[:-5]))
