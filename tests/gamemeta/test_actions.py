"""Actions with numbers: their spec, their bounds, and which are refused."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.errors import SpecError
from gamemeta.spec import ActionSpec, Spec, quantities

NUMBERS = ActionSpec(low=(-1.0, 0.0), high=(1.0, 5.0))
MIXED = ActionSpec(heads=(4, 2), low=(-0.1,), high=(0.3,))
OBS = (quantities("speed", (1,)),)

finite = st.floats(-1e30, 1e30)
raws = st.floats(width=32, allow_nan=False)


@st.composite
def bounds(draw):
    low = draw(finite)
    high = draw(st.floats(low, 2e30, exclude_min=True))
    return low, high


def fits(low: float, high: float) -> bool:
    """Whether at least two float32 lie within the bounds, by walking from the nearest to the low one."""
    x = np.float32(low)
    while float(x) < low:
        x = np.nextafter(x, np.float32(np.inf))
    return float(np.nextafter(x, np.float32(np.inf))) <= high


@given(st.lists(bounds().filter(lambda b: fits(*b)), min_size=1, max_size=3), st.data())
def test_played_numbers_never_leave_their_bounds(pairs, data):
    low, high = zip(*pairs, strict=True)
    spec = ActionSpec(low=low, high=high)
    raw = np.array([data.draw(raws) for _ in low], np.float32)
    played = spec.played(np.zeros(0, np.int64), raw)
    assert played.dtype == np.float32
    for value, least, most in zip(played.tolist(), low, high, strict=True):
        assert least <= value <= most
    assert spec.checked(played) is not None


@given(st.lists(bounds().filter(lambda b: fits(*b)), min_size=1, max_size=3), st.data())
def test_what_is_told_of_numbers_lies_in_minus_1_to_1(pairs, data):
    low, high = zip(*pairs, strict=True)
    spec = ActionSpec(low=low, high=high)
    share = np.array([data.draw(st.floats(0, 1)) for _ in low])
    actions = np.clip((np.array(low) * (1 - share) + np.array(high) * share), *spec.limits).astype(np.float32)
    told = spec.before(actions)["previous_numbers"]
    assert told.dtype == np.float32
    assert (np.abs(told) <= 1).all()


def test_bounds_are_told_as_minus_1_and_1_and_the_middle_as_0():
    actions = np.array([[-1, 0], [1, 5], [0, 2.5]], np.float32)
    assert NUMBERS.before(actions)["previous_numbers"].tolist() == [[-1, -1], [1, 1], [0, 0]]


def test_numbers_are_squashed_by_tanh_onto_their_span():
    played = NUMBERS.played(np.zeros((1, 0), np.int64), np.array([[0.5, -2.0]], np.float32))
    np.testing.assert_allclose(played, [[np.tanh(0.5), 2.5 + 2.5 * np.tanh(-2.0)]], rtol=1e-6)


def test_far_from_the_middle_the_bounds_themselves_are_played():
    played = NUMBERS.played(np.zeros((2, 0), np.int64), np.array([[50, 50], [-50, -50]], np.float32))
    assert played.tolist() == [[1, 5], [-1, 0]]


def test_codes_come_first_and_are_told_as_code_plus_1():
    played = MIXED.played(np.array([[3, 1]]), np.zeros((1, 1), np.float32))
    np.testing.assert_allclose(played, [[3, 1, 0.1]], rtol=1e-6)
    told = MIXED.before(played)
    assert told["previous_action"].tolist() == [[4, 2]]
    assert told["previous_action"].dtype == np.uint8


def test_without_numbers_the_codes_are_the_action():
    codes = np.array([[3, 1]])
    spec = ActionSpec(heads=(4, 2))
    assert spec.played(codes, np.zeros((1, 0), np.float32)) is codes
    assert spec.before(codes)["previous_action"].tolist() == [[4, 2]]
    assert set(spec.before(codes)) == {"previous_action"}


@pytest.mark.parametrize(
    ("action", "names"),
    [
        (ActionSpec(heads=(3,)), ["previous_action"]),
        (NUMBERS, ["previous_numbers"]),
        (MIXED, ["previous_action", "previous_numbers"]),
    ],
)
def test_inputs_tell_of_heads_and_numbers_where_there_are_any(action, names):
    spec = Spec(obs=OBS, action=action)
    assert [b.name for b in spec.inputs()] == ["speed", *names, "previous_reward", "previous_done"]
    blank = action.nothing_before(3)
    assert {b.name: (b.shape, b.dtype) for b in spec.before() if b.name in blank} == {
        name: (array.shape[1:], array.dtype.name) for name, array in blank.items()
    }
    assert not any(array.any() for array in blank.values())


@pytest.mark.parametrize("action", [NUMBERS, MIXED])
def test_a_spec_with_numbers_survives_json(action):
    spec = Spec(obs=OBS, action=action)
    assert Spec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


def test_the_json_of_a_spec_without_numbers_says_nothing_of_them():
    assert ActionSpec(heads=(2,), names=(("a", "b"),)).to_json() == {"heads": (2,), "names": (("a", "b"),)}


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [
        ((0.0,), (), "1 low and 0 high bounds"),
        ((1.0,), (1.0,), r"number 0 lies in 1.0..1.0: give bounds"),
        ((0.0, 2.0), (1.0, 1.0), r"number 1 lies in 2.0..1.0"),
        ((-np.inf,), (1.0,), "finite in float32, low below high"),
        ((np.nan,), (1.0,), "finite in float32"),
        ((0.0,), (1e39,), "finite in float32"),
        ((1.0,), (1.0 + 1e-9,), "finite in float32, low below high"),
    ],
)
def test_bounds_without_room_between_them_are_refused(low, high, message):
    with pytest.raises(SpecError, match=message):
        ActionSpec(low=low, high=high)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ([[4, 0, 0.0]], r"row 0: action 4.0 of head 0 is not in 0..3"),
        ([[0.5, 0, 0.0]], r"action 0.5 of head 0"),
        ([[np.nan, 0, 0.0]], "nan .*head 0"),
        ([[0, 0, 0.31]], r"0.31\d* as number 0 is not in -0.1..0.3"),
        ([[0, 0, -0.11]], "as number 0"),
        ([[0, 0, np.nan]], "nan as number 0"),
        ([[0, 0, np.inf]], "inf as number 0"),
        ([[0, 0]], r"shape \(1, 3\)"),
    ],
)
def test_actions_that_do_not_exist_are_refused(action, message):
    with pytest.raises(SpecError, match=message):
        MIXED.checked(np.array(action), 1)


def test_bounds_given_in_double_precision_are_accepted():
    checked = MIXED.checked(np.array([[0, 1, -0.1], [3, 0, 0.3]]), 2)
    assert checked.dtype == np.float32


def test_fractions_are_no_codes_where_there_are_no_numbers():
    with pytest.raises(SpecError, match="need integers"):
        ActionSpec(heads=(3,)).checked(np.zeros((1, 1), np.float32), 1)


def test_an_action_is_described_by_the_names_of_its_choices_then_by_its_numbers():
    spec = ActionSpec(heads=(2, 3), names=(("wait", "fire"),), low=(-1.0,), high=(1.0,))
    assert spec.described([1.0, 2.0, 0.25]) == "fire, 2, 0.25"
