"""Specs: what is derived from them, and which observations they refuse."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.errors import SpecError
from gamemeta.spec import ActionSpec, Buffer, Image, Quantities, Spec, Symbols, image, quantities, symbols

SPEC = Spec(
    obs=(
        symbols("view", (2, 2), 3),
        quantities("speed", (1,)),
    ),
    action=ActionSpec(heads=(4, 2)),
)


def observation(n: int, **changes):
    obs = {"view": np.zeros((n, 2, 2), np.uint8), "speed": np.zeros((n, 1), np.float32)}
    return obs | changes


names = st.text(min_size=1, max_size=8)
shapes = st.lists(st.integers(1, 9), max_size=3).map(tuple)
small = st.builds(Symbols, name=names, shape=shapes, codes=st.integers(1, 999))
large = st.builds(Symbols, name=names, shape=shapes, dtype=st.just("int32"), codes=st.integers(1, 9999))
measured = st.builds(Quantities, name=names, shape=shapes, normalised=st.booleans())
sides = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4))
pictures = st.builds(Image, name=names, shape=sides)
buffers = st.one_of(small, large, measured, pictures)
specs = st.builds(
    Spec,
    obs=st.lists(buffers, min_size=1, max_size=4, unique_by=lambda b: b.name).map(tuple),
    action=st.builds(
        ActionSpec,
        heads=st.lists(st.integers(1, 255), min_size=1, max_size=3).map(tuple),
        names=st.lists(st.lists(st.text(max_size=5), max_size=4).map(tuple), max_size=3).map(tuple),
    ),
)


@given(specs)
def test_a_spec_survives_json(spec):
    assert Spec.from_json(json.loads(json.dumps(spec.to_json()))) == spec


@pytest.mark.parametrize("name", ["view", "previous_action", "previous_reward", "previous_done"])
def test_a_spec_refuses_two_inputs_of_one_name(name):
    extra = symbols(name, (1,), 2)
    with pytest.raises(SpecError, match="two buffers have the same name"):
        Spec(obs=(*SPEC.obs, extra), action=SPEC.action)


@pytest.mark.parametrize(
    "change",
    [
        {"obs": None},
        {"obs": [{"name": "view"}]},
        {"obs": [{"name": "view", "shape": [1], "dtype": "no such type", "codes": 0}]},
        {"action": {"heads": ["many"], "names": []}},
        {"action": {"heads": [], "names": []}},
        {"action": 3},
    ],
)
def test_malformed_json_is_refused(change):
    with pytest.raises(SpecError):
        Spec.from_json(SPEC.to_json() | change)


def test_inputs_add_what_happened_before():
    assert SPEC.inputs() == (
        symbols("view", (2, 2), 3),
        quantities("speed", (1,)),
        symbols("previous_action", (2,), 5),
        quantities("previous_reward", (1,)),
        symbols("previous_done", (1,), 2),
    )


def test_table_rows_are_symbols_times_elements():
    assert [b.rows for b in SPEC.obs] == [12, 1]


def test_a_fitting_observation_passes_and_takes_the_dtype():
    checked = SPEC.checked_obs(observation(3, view=np.ones((3, 2, 2), np.int64)), 3)
    assert checked["view"].dtype == np.uint8
    assert checked["view"].shape == (3, 2, 2)


def test_a_single_seat_may_leave_its_axis_out():
    checked = SPEC.checked_obs({"view": [[0, 1], [2, 0]], "speed": [0.5]}, 1)
    assert checked["view"].shape == (1, 2, 2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"view": np.zeros((2, 2, 3))}, r"'view' has shape \(2, 2, 3\); it must be \(2, 2, 2\)"),
        ({"view": np.full((2, 2, 2), 3)}, r"'view' .*3\.\.3.*0\.\.2"),
        ({"view": np.full((2, 2, 2), -1)}, r"'view' holds codes -1..-1"),
        ({"view": np.full((2, 2, 2), 0.5)}, "'view' holds fractions"),
        ({"view": np.full((2, 2, 2), "a")}, "'view' .*<U1"),
        ({"speed": np.full((2, 1), np.nan)}, "'speed' .*NaN"),
        ({"speed": np.full((2, 1), -np.inf)}, "'speed' .*NaN"),
        ({"speed": np.full((2, 1), 1e300)}, "'speed' .*NaN"),
    ],
)
def test_an_observation_that_does_not_fit_is_refused(change, message):
    with pytest.raises(SpecError, match=message):
        SPEC.checked_obs(observation(2, **change), 2)


def test_a_missing_buffer_is_named():
    with pytest.raises(SpecError, match=r"lacks 'speed'\. It needs: view, speed"):
        SPEC.checked_obs({"view": np.zeros((1, 2, 2))}, 1)


@pytest.mark.parametrize("heads", [(), (0,), (4, 256)])
def test_heads_that_no_previous_action_could_hold_are_refused(heads):
    with pytest.raises(SpecError, match="each of 1 to 255"):
        ActionSpec(heads=heads)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dtype": "float64", "codes": 0}, "quantities are float32"),
        ({"dtype": "int32", "codes": 0}, "quantities are float32"),
        ({"dtype": "float32", "codes": 5}, "do not fit float32"),
        ({"dtype": "uint8", "codes": 257}, "do not fit uint8"),
        ({"dtype": "uint8", "codes": -1}, "must be positive"),
        ({"dtype": "uint8", "codes": 2, "shape": (0,)}, "must be positive"),
    ],
)
def test_a_buffer_that_no_network_could_read_is_refused(settings, message):
    with pytest.raises(SpecError, match=message):
        Buffer.from_json({"name": "x", "shape": (2,), **settings})


EYES = Spec(obs=(image("eye", (2, 3, 1)),), action=ActionSpec(heads=(2,)))


def test_json_tells_of_images_and_statistics_only_where_there_are_some():
    assert SPEC.to_json()["obs"][1] == {"name": "speed", "shape": (1,), "dtype": "float32", "codes": 0}
    assert EYES.to_json()["obs"][0] == {
        "name": "eye",
        "shape": (2, 3, 1),
        "dtype": "uint8",
        "codes": 0,
        "image": True,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"dtype": "uint8", "image": True, "shape": (8, 8)},
        {"dtype": "float32", "image": True, "shape": (8, 8, 3)},
        {"dtype": "uint8", "image": True, "shape": (8, 8, 3), "codes": 256},
        {"dtype": "uint8", "image": True, "shape": (8, 8, 3), "normalised": True},
        {"dtype": "uint8", "shape": (3,), "codes": 4, "normalised": True},
        {"dtype": "float64", "shape": (3,), "normalised": True},
        {"dtype": "uint8", "shape": (8, 8, 3)},
    ],
)
def test_a_buffer_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(SpecError, match="buffer 'x'"):
        Buffer.from_json({"name": "x", "codes": 0, **wrong})


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "uint16", "int64"])
def test_pixels_of_any_integer_type_are_taken(dtype):
    given_pixels = np.arange(6).reshape(1, 2, 3, 1) * 20
    eye = EYES.checked_obs({"eye": given_pixels.astype(dtype)}, 1)["eye"]
    assert eye.dtype == np.uint8
    assert (eye == given_pixels).all()
    assert (EYES.checked_obs({"eye": given_pixels[0].astype(dtype)}, 1)["eye"] == given_pixels).all()


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (np.ones((2, 3, 1)), r"whole numbers in 0\.\.255, best uint8\. Where 1\.0 is white"),
        (np.ones((2, 3, 1), np.bool_), r"whole numbers in 0\.\.255"),
        (np.full((2, 3, 1), 256), r"256\.\.256.* 0\.\.255"),
        (np.full((2, 3, 1), -1), r"-1\.\.-1.* 0\.\.255"),
        (np.zeros((1, 2, 3), np.uint8), "shape"),
    ],
)
def test_pixels_that_are_none_are_refused(pixels, message):
    with pytest.raises(SpecError, match=message):
        EYES.checked_obs({"eye": pixels}, 1)


def test_a_buffer_of_no_kind_is_refused_with_those_there_are():
    with pytest.raises(SpecError, match=r"symbols\(.*quantities\(.*image\("):
        Buffer(name="x", shape=(2,))


def test_symbols_take_the_smallest_type_that_holds_them():
    assert symbols("x", (1,), 256).dtype == "uint8"
    assert symbols("x", (1,), 257).dtype == "uint16"
