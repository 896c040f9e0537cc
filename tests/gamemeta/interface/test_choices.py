"""Choices that a game describes, as many as there are now, and what is refused."""

import numpy as np
import pytest

from gamemeta.errors import SpecError
from gamemeta.interface.observations import Observations, by_name
from gamemeta.spec import choices, quantities, symbols

CARDS = choices("choices", (4, 2))
MASK = symbols("action_mask", (6,), 2)
OBS = Observations(by_name((quantities("lead", (1,)), CARDS, MASK)))
LEAD = {"lead": [0.5]}


def read(cards, n=1, **more):
    return OBS.read({**LEAD, "choices": cards, **more}, n)


def test_choices_that_are_not_there_are_filled_up_and_masked():
    seen = read([[1, 2], [3, 4.5]])
    assert seen["choices"].tolist() == [[[1, 2], [3, 4.5], [0, 0], [0, 0]]]
    assert seen["action_mask"].tolist() == [[1, 1, 0, 0, 1, 1]]


def test_what_is_not_legal_stays_so():
    seen = read(np.ones((3, 2)), action_mask=[1, 0, 1, 1, 0, 1])
    assert seen["action_mask"].tolist() == [[1, 0, 1, 0, 0, 1]]


def test_a_mask_may_tell_of_the_choices_alone_that_are_there():
    alone = Observations(by_name((CARDS, symbols("action_mask", (4,), 2))))
    seen = alone.read({"choices": [[1, 2], [3, 4]], "action_mask": [0, 1]})
    assert seen["action_mask"].tolist() == [[0, 1, 0, 0]]
    seen = alone.read([[1, 2], [3, 4]], mask=[True, False])
    assert seen["action_mask"].tolist() == [[1, 0, 0, 0]]


def test_no_choice_is_a_hand_that_is_empty():
    assert read([])["action_mask"].tolist() == [[0, 0, 0, 0, 1, 1]]


def test_each_of_several_observations_has_as_many_choices_as_it_has():
    hands = [[[1, 2]], [[3, 4], [5, 6], [7, 8]]]
    one = OBS.read([{**LEAD, "choices": hand} for hand in hands], 2)
    stacked = OBS.read({"lead": np.full((2, 1), 0.5), "choices": hands}, 2)
    for seen in (one, stacked):
        assert seen["choices"][:, 0].tolist() == [[1, 2], [3, 4]]
        assert seen["action_mask"].tolist() == [[1, 0, 0, 0, 1, 1], [1, 1, 1, 0, 1, 1]]


@pytest.mark.parametrize(
    ("cards", "message"),
    [
        ([[1, 2]] * 5, "describes 5 choices, and there are 4 actions"),
        ([[1, 2], [3]], r"rows of different lengths \(2, 1\)"),
        ([[1, 2, 3]], r"has shape \(1, 3\); it must hold a row of 2 numbers for each choice"),
        ([1, 2], r"has shape \(2,\)"),
        ([[1, 2], [3, float("nan")]], "NaN or infinity: feature 1 of choice 1 is nan"),
        ([[1, 1e300]], "feature 1 of choice 0 is 1e"),
        ([["ace", "king"]], "must hold a row of 2 numbers"),
        (7, r"has shape \(\)"),
    ],
)
def test_choices_that_no_agent_could_tell_apart_are_refused(cards, message):
    with pytest.raises(SpecError, match=message):
        read(cards)


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(SpecError, match="'action_mask'"):
        read([[1, 2]], action_mask=[1, 0])
    with pytest.raises(SpecError, match="each of 2 observations"):
        OBS.read({"lead": [[0], [0]], "choices": [[[1, 2]]]}, 2)


def test_without_a_mask_all_choices_are_there():
    whole = Observations(by_name((CARDS,)))
    assert whole.read({"choices": np.ones((4, 2))})["choices"].shape == (1, 4, 2)
    with pytest.raises(SpecError, match="3 choices, and this agent has no"):
        whole.read({"choices": np.ones((3, 2))})
