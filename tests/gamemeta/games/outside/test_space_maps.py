"""Gymnasium spaces to buffers and heads, and back, against what the spaces themselves sample."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.wrappers import TransformAction
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta.errors import GameCheckError, SpecError
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.spec import image
from tests.helpers.buffers import choices

shapes = st.lists(st.integers(1, 3), min_size=1, max_size=2).map(tuple)


def boxes(shape, low, width, dtype):
    return spaces.Box(low, low + width, shape, dtype)


leaves = st.one_of(
    st.builds(spaces.Discrete, st.integers(1, 200), start=st.integers(-5, 5)),
    st.builds(spaces.MultiDiscrete, st.lists(st.integers(1, 9), min_size=1, max_size=3)),
    st.builds(spaces.MultiBinary, st.integers(1, 4)),
    st.builds(boxes, shapes, st.integers(-4, 4), st.integers(1, 30), st.just(np.int16)),
    st.builds(boxes, shapes, st.floats(-4, 4, width=16), st.sampled_from([0.5, 8.0]), st.just(np.float32)),
)


def nested(inner):
    names = st.sampled_from(["a", "b", "c"])
    return st.one_of(
        st.dictionaries(names, inner, min_size=1, max_size=3).map(spaces.Dict),
        st.lists(inner, min_size=1, max_size=3).map(spaces.Tuple),
    )


any_space = st.recursive(leaves, nested, max_leaves=4)


def flat(space, sample):
    """The numbers of a sample in the order of the space, written out."""
    if isinstance(space, spaces.Dict):
        return [x for key, inner in space.spaces.items() for x in flat(inner, sample[key])]
    if isinstance(space, spaces.Tuple):
        return [x for k, inner in enumerate(space.spaces) for x in flat(inner, sample[k])]
    return np.asarray(sample, np.float64).reshape(-1).tolist()


@settings(max_examples=60, deadline=None)
@given(space=any_space, seed=st.integers(0, 2**31 - 1))
def test_every_number_of_an_observation_comes_back_out_of_the_buffers(space, seed):
    space.seed(seed)
    found = ObservationMap.of_space(space)
    arrays = {b.name: np.zeros((2, *b.shape), b.dtype) for b in found.buffers}
    sample = space.sample()
    found.write(sample, arrays, 1)
    back = [arrays[p.buffer.name][1] + np.asarray(p.start) for p in found.parts]
    np.testing.assert_allclose(np.concatenate([x.reshape(-1) for x in back]), flat(space, sample), rtol=1e-6)
    assert not any(array[0].any() for array in arrays.values())
    for buffer in found.buffers:
        assert not choices(buffer) or arrays[buffer.name].max() < choices(buffer)


@settings(max_examples=60, deadline=None)
@given(space=any_space, seed=st.integers(0, 2**31 - 1))
def test_every_action_of_the_spec_is_one_of_the_space(space, seed):
    found, rng = ActionMap.of_space(space), np.random.default_rng(seed)
    spec = found.spec
    codes = [rng.integers(0, k) for k in spec.heads]
    numbers = [rng.uniform(low, high) for low, high in zip(*spec.limits, strict=True)]
    action = found(np.array([*codes, *numbers], spec.dtype))
    assert space.contains(action)


@settings(max_examples=30, deadline=None)
@given(space=leaves, seed=st.integers(0, 2**31 - 1))
def test_other_actions_of_the_spec_are_other_actions_of_the_space(space, seed):
    found, rng = ActionMap.of_space(space), np.random.default_rng(seed)
    if not found.spec.heads:
        return
    rows = {tuple(int(rng.integers(0, k)) for k in found.spec.heads) for _ in range(5)}
    made = {tuple(flat(space, found(np.array(row, np.int64)))) for row in rows}
    assert len(made) == len(rows)


def test_floats_are_normalised_quantities_and_pictures_are_images():
    space = spaces.Dict(
        {
            "speed": spaces.Box(-np.inf, np.inf, (2, 3), np.float64),
            "camera": spaces.Box(0, 255, (32, 24, 3), np.uint8),
            "grey": spaces.Box(0, 255, (32, 24), np.uint8),
            "board": spaces.Box(0, 255, (7, 7, 3), np.uint8),
            "few": spaces.Box(0, 255, (7, 7, 3), np.uint8),
        }
    )
    buffers = {b.name: b for b in ObservationMap.of_space(space, {"few": 11}).buffers}
    assert (buffers["speed"].shape, buffers["speed"].normalised) == ((6,), True)
    assert buffers["camera"] == image("camera", (32, 24, 3))
    assert buffers["grey"] == image("grey", (32, 24, 1))
    assert (buffers["board"].codes, buffers["few"].codes) == (256, 11)


def test_a_picture_whose_channels_come_first_is_turned_to_have_them_last():
    found = ObservationMap.of_space(spaces.Box(0, 255, (3, 32, 24), np.uint8))
    (buffer,) = found.buffers
    assert buffer == image(buffer.name, (32, 24, 3))
    picture, into = (
        np.arange(3 * 32 * 24).reshape(3, 32, 24).astype(np.uint8),
        np.zeros(buffer.shape, np.uint8),
    )
    found.write(picture, {"obs": into[None]}, 0)
    assert all(np.array_equal(into[..., channel], picture[channel]) for channel in range(3))


def test_nested_parts_are_named_by_their_way():
    inner = spaces.Tuple([spaces.Discrete(2), spaces.Dict({"x": spaces.Discrete(3)})])
    found = ObservationMap.of_space(spaces.Dict({"a": inner}))
    assert [b.name for b in found.buffers] == ["a.0", "a.1.x"]
    assert [b.name for b in ObservationMap.of_space(spaces.Discrete(4)).buffers] == ["obs"]


def test_a_text_beside_other_things_is_left_out_with_a_note():
    space = spaces.Dict({"image": spaces.MultiBinary(3), "mission": spaces.Text(10)})
    found = ObservationMap.of_space(space)
    assert [b.name for b in found.buffers] == ["image"]
    assert found.notes[1:] == ("observation 'mission' is text and is left out",)


@pytest.mark.parametrize(
    ("space", "words"),
    [
        (spaces.Text(5), "'obs' .*Text"),
        (spaces.Sequence(spaces.Discrete(3)), "'obs' .*Sequence"),
        (spaces.Graph(spaces.Box(0, 1, (1,)), None), "'obs' .*Graph"),
        (spaces.Discrete(70_000), "70,000 symbols"),
        (spaces.Dict({"said": spaces.Text(5)}), "nothing"),
    ],
)
def test_what_cannot_be_seen_is_refused_by_name(space, words):
    with pytest.raises(SpecError, match=words):
        ObservationMap.of_space(space)


@pytest.mark.parametrize(
    ("space", "words"),
    [
        (spaces.Box(-np.inf, np.inf, (2,)), "need finite bounds.*TransformAction"),
        (spaces.MultiDiscrete(np.zeros(0, np.int64)), "give at least one"),
        (spaces.Discrete(300), "a choice among 300"),
        (spaces.Dict({"say": spaces.Text(5)}), r"action\.say .*Text"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(space, words):
    with pytest.raises(SpecError, match=words):
        ActionMap.of_space(space)


def test_an_environment_without_bounds_can_be_wrapped_as_the_message_says():
    env = gym.Env()
    env.action_space = spaces.Box(-np.inf, np.inf, (2,))
    wrapped = TransformAction(env, lambda action: action, spaces.Box(-1, 1, (2,)))
    assert ActionMap.of_space(wrapped.action_space).spec.high == (1.0, 1.0)


def test_a_single_number_without_an_axis_is_an_array_as_its_space_has_it():
    space = spaces.Box(-1.0, 1.0, ())
    action = ActionMap.of_space(space)(np.array([0.5], np.float32))
    assert isinstance(action, np.ndarray)
    assert space.contains(action)


@pytest.mark.parametrize(
    ("space", "obs", "words"),
    [
        (spaces.Box(-1, 1, (2,)), np.array([0, np.nan]), "NaN or infinity"),
        (spaces.Box(-1, 1, (2,)), np.zeros(3), r"must be an array of shape \(2,\)"),
        (spaces.Discrete(3), 3, "not 0..2"),
        (spaces.Dict({"a": spaces.Discrete(3)}), {"b": 1}, "lacks 'a'"),
    ],
)
def test_an_observation_outside_its_space_is_refused(space: gym.Space, obs, words):
    found = ObservationMap.of_space(space)
    arrays = {b.name: np.zeros((1, *b.shape), b.dtype) for b in found.buffers}
    with pytest.raises(GameCheckError, match=words):
        found.write(obs, arrays, 0)


def test_symbols_of_an_unknown_part_are_refused_with_the_parts_there_are():
    with pytest.raises(SpecError, match=r"'imag'.*It has: image"):
        ObservationMap.of_space(spaces.Dict({"image": spaces.Box(0, 9, (2,), np.uint8)}), {"imag": 3})
