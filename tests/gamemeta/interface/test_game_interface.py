"""What games show and take, through the agent's buffers and rows and back, against what spaces sample."""

import json

import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta.errors import SpecError
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.interface.actions import Actions
from gamemeta.interface.game_interface import GameInterface
from gamemeta.interface.observations import Observations
from gamemeta.spec import Spec
from tests.gamemeta.games.outside.test_space_maps import any_space

PICTURE = spaces.Box(0, 255, (3, 16, 20), np.uint8)
NESTED = spaces.Dict(
    {
        "self": spaces.Dict(place=spaces.MultiDiscrete([4, 5], start=[1, -2]), key=spaces.Discrete(2)),
        "seen": spaces.Tuple([PICTURE, spaces.Box(-1, 1, (2, 3))]),
        "heat": spaces.Box(-np.inf, np.inf, ()),
    }
)


def interface_of(seen, done, spec=None):
    obs, actions = ObservationMap.of_space(seen), ActionMap.of_space(done)
    made = GameInterface(obs=Observations(obs.parts), actions=(Actions(actions.form),))
    return made, spec or Spec(obs=obs.buffers, action=actions.spec)


def same(one, other):
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, tuple):
        for a, b in zip(one, other, strict=True):
            same(a, b)
    else:
        np.testing.assert_allclose(np.asarray(one, float), np.asarray(other, float), rtol=1e-6)


def stacked(samples):
    if isinstance(samples[0], dict):
        return {key: stacked([one[key] for one in samples]) for key in samples[0]}
    if isinstance(samples[0], tuple):
        return tuple(stacked(list(parts)) for parts in zip(*samples, strict=True))
    return np.stack(samples)


@settings(max_examples=40, deadline=None)
@given(seen=any_space, done=any_space)
def test_an_interface_survives_json(seen, done):
    made, spec = interface_of(seen, done)
    assert GameInterface.from_json(json.loads(json.dumps(made.to_json())), spec) == made


@settings(max_examples=40, deadline=None)
@given(space=any_space, seed=st.integers(0, 2**31 - 1))
def test_what_a_game_shows_comes_back_out_of_the_buffers(space, seed):
    space.seed(seed)
    obs = ObservationMap.of_space(space)
    samples = [space.sample() for _ in range(3)]
    same(obs.shown(obs.read(samples[0])), stacked(samples[:1]))
    same(obs.shown(obs.read(samples, 3)), stacked(samples))
    same(obs.shown(obs.read(stacked(samples), 3)), stacked(samples))


@settings(max_examples=40, deadline=None)
@given(space=any_space, seed=st.integers(0, 2**31 - 1))
def test_the_row_of_an_action_gives_that_action(space, seed):
    space.seed(seed)
    actions = ActionMap.of_space(space)
    samples = [space.sample() for _ in range(3)]
    for sample in samples:
        again = actions(actions.row(sample))
        assert space.contains(again)
        same(again, sample)
    same(actions(actions.row(stacked(samples), 3)), stacked(samples))


def test_every_form_of_a_value_is_read_alike():
    obs = ObservationMap.of_space(NESTED)
    sample = NESTED.sample()
    wanted = obs.read(sample)
    picture, table = sample["seen"]
    forms = [
        {**sample, "heat": sample["heat"].item(), "seen": [picture.tolist(), table[None]]},
        {**sample, "heat": sample["heat"][None], "seen": (np.asfortranarray(picture), table.ravel())},
        {**sample, "seen": (np.moveaxis(picture, 0, -1), table.astype(">f8"))},
        {**sample, "self": {**sample["self"], "place": tuple(sample["self"]["place"].tolist())}},
        {**sample, "self": {"key": np.array([sample["self"]["key"]]), "place": sample["self"]["place"]}},
    ]
    for form in forms:
        read = obs.read(form)
        assert all(np.array_equal(read[name], wanted[name]) for name in wanted)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"heat": None}, "'heat' is None, which is not made of numbers"),
        ({"heat": [1.0, 2.0]}, r"'heat' is float64 of shape \(2,\); it must be a number"),
        ({"heat": np.nan}, "'heat' holds NaN"),
        ({"self": {"key": 1}}, r"lacks 'self.place': no 'place' in what has key"),
        ({"self": {"key": 2, "place": [1, 1]}}, r"'self.key' holds \[2\], not 0..1"),
        ({"self": {"key": 0.5, "place": [1, 1]}}, r"'self.key' holds \[0.5\], not 0..1"),
        ({"self": {"key": 0, "place": [0, 1]}}, r"'self.place' holds \[\[0, 1\]\], not -2"),
        (
            {"seen": (np.zeros((4, 16, 20)),)},
            r"'seen.0' is float64 of shape \(4, 16, 20\); it must be",
        ),
        ({"seen": 3}, "lacks 'seen.0': no 0 in 3"),
        ({"seen": (np.full((3, 16, 20), 0.5), np.zeros((2, 3)))}, r"within 0..1.*astype"),
        ({"heat": [[1.0], [2.0, 3.0]]}, "'heat' is .* which is no array"),
    ],
)
def test_an_error_names_the_part_what_came_and_what_is_due(change, words):
    obs = ObservationMap.of_space(NESTED)
    with pytest.raises(SpecError, match=words) as caught:
        obs.read({**NESTED.sample(), **change})
    assert len(str(caught.value)) < 400


def test_a_picture_of_fractions_is_scaled_to_bytes():
    obs = ObservationMap.of_space(spaces.Box(0.0, 1.0, (16, 20, 1)))
    read = obs.read(np.linspace(0, 1, 320).reshape(16, 20, 1))["obs"]
    assert read.dtype == np.uint8 and (read.min(), read.max()) == (0, 255)
    assert np.array_equal(read.ravel(), np.rint(np.linspace(0, 255, 320)))
    with pytest.raises(SpecError, match="not 0 to 1"):
        obs.read(np.full((16, 20, 1), 1.5))


@pytest.mark.parametrize(
    "change",
    [
        {"obs": [{"buffer": "none", "path": [], "shape": [2]}]},
        {"obs": [{"buffer": "obs", "path": [], "shape": [3]}]},
        {"obs": [{"buffer": "obs", "path": [1.5], "shape": []}]},
        {"obs": [{"buffer": "obs", "path": [], "shape": [], "start": [1, 2]}]},
        {"obs": 2},
        {"actions": []},
        {"actions": [{"kind": "no such"}]},
        {"actions": [{"kind": "choice", "choices": 9, "start": 0, "dtype": "int64"}]},
        {"actions": [{"kind": "choice", "choices": 2, "start": 0, "dtype": "object"}]},
        {"actions": [{"kind": "dict", "parts": []}]},
        {"actions": [{"kind": "numbers", "shape": [1], "least": [float("nan")], "most": [1], "dtype": "f4"}]},
    ],
)
def test_a_malformed_interface_is_refused(change):
    made, spec = interface_of(spaces.Discrete(3, start=1), spaces.Discrete(2))
    with pytest.raises((SpecError, LookupError, TypeError, ValueError, AttributeError)):
        GameInterface.from_json({**made.to_json(), **change}, spec)


def test_an_action_nested_without_end_is_refused():
    made, spec = interface_of(spaces.Discrete(3), spaces.Discrete(2))
    node = made.to_json()["actions"][0]
    for _ in range(100):
        node = {"kind": "tuple", "parts": [[0, node]]}
    with pytest.raises(ValueError, match="too deeply"):
        GameInterface.from_json({**made.to_json(), "actions": [node]}, spec)
