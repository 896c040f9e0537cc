"""`gamemeta.games.outside.godot.agent_group`: what an engine tells of its agents."""

from copy import deepcopy

import numpy as np
import pytest
from gymnasium import spaces
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.errors import EngineError
from gamemeta.games.outside.godot.agent_group import AgentGroup, action_message

INFO = {
    "type": "env_info",
    "n_agents": 2,
    "observation_space": [
        {
            "obs": {"size": [3], "space": "box"},
            "room": {"size": 4, "space": "discrete"},
            "camera_2d": {"size": [2, 2, 1], "space": "box"},
        }
    ]
    * 2,
    "action_space": [
        {"jump": {"size": 2, "action_type": "discrete"}, "move": {"size": 2, "action_type": "continuous"}}
    ]
    * 2,
}
OBS = {"obs": [0.5, 1, -2], "room": 3, "camera_2d": "00ff0102"}


def changed(*path, value) -> dict:
    """The info with something else at this place."""
    info = deepcopy(INFO)
    inner = info
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return info


def test_agents_and_their_spaces_are_read():
    group = AgentGroup.of_info(INFO)
    assert group.agents == 2
    assert group.actions["jump"] == spaces.Discrete(2)
    assert group.actions["move"] == spaces.Box(-1, 1, (2,), np.float32)
    assert group.observations["room"] == spaces.Discrete(4)
    assert group.observations["camera_2d"] == spaces.Box(0, 255, (2, 2, 1), np.uint8)
    assert group.observations["obs"].shape == (3,)


def test_an_older_plugin_tells_once_what_all_agents_are():
    info = INFO | {key: INFO[key][0] for key in ("observation_space", "action_space")}
    assert AgentGroup.of_info(info) == AgentGroup.of_info(INFO)


def test_whole_numbers_may_come_as_floats():
    assert AgentGroup.of_info(INFO | {"n_agents": 2.0}) == AgentGroup.of_info(INFO)


def test_an_observation_is_arrays_of_its_spaces_and_pictures_are_decoded():
    obs = AgentGroup.of_info(INFO).observation(OBS)
    assert obs["obs"].tolist() == [0.5, 1, -2]
    assert obs["room"] == 3
    assert obs["camera_2d"].tolist() == [[[0], [255]], [[1], [2]]]


def test_an_action_is_sent_in_plain_numbers():
    action = {"jump": np.int64(1), "move": np.float32([0.5, -1])}
    assert action_message(action) == {"jump": 1, "move": [0.5, -1.0]}


@pytest.mark.parametrize(
    ("info", "told"),
    [
        (changed("n_agents", value=0), "n_agents = 0"),
        (changed("n_agents", value="2"), "n_agents = '2'"),
        (changed("n_agents", value=3), "no observation_space that can be read for 3"),
        (changed("action_space", value=None), "no action_space"),
        (changed("action_space", 1, value={"a": {"size": 2, "action_type": "discrete"}}), "differ in their"),
        (changed("observation_space", value=[{"obs": {"size": [2], "space": "ball"}}] * 2), "'ball' space"),
        (changed("observation_space", value=[{"obs": 3}] * 2), "None space"),
        (changed("observation_space", value=[{"obs": {"size": [0], "space": "box"}}] * 2), "the size"),
        (changed("observation_space", value=[{"obs": {"size": [9**9, 9], "space": "box"}}] * 2), "the size"),
        (changed("observation_space", value=[{"obs": {"size": [1.5], "space": "box"}}] * 2), "the size"),
        (changed("action_space", value=[{"a": {"size": 2, "action_type": "sung"}}] * 2), "type 'sung'"),
        (
            changed("action_space", value=[{"level_seed": {"size": 2, "action_type": "discrete"}}] * 2),
            "'level_seed'",
        ),
    ],
)
def test_what_cannot_be_played_is_told(info, told):
    with pytest.raises(EngineError) as caught:
        AgentGroup.of_info(info)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("obs", "told"),
    [
        ([1, 2], "lacks 'obs'"),
        ({"obs": [1, 2, 3]}, "lacks 'room'"),
        (OBS | {"obs": [1, 2]}, "has 2 numbers; env_info says 3"),
        (OBS | {"obs": [1, [2], 3]}, "not made of numbers"),
        (OBS | {"obs": "abc"}, "not made of numbers"),
        (OBS | {"camera_2d": "0x"}, "no picture"),
        (OBS | {"camera_2d": [1, 2]}, "no picture"),
        (OBS | {"camera_2d": "00ff"}, "has 2 numbers; env_info says 2 x 2 x 1"),
    ],
)
def test_an_observation_that_is_not_as_announced_is_told(obs, told):
    with pytest.raises(EngineError) as caught:
        AgentGroup.of_info(INFO).observation(obs)
    assert told in str(caught.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(st.sampled_from(["n_agents", "observation_space", "action_space"]), _JSON)
def test_any_info_is_read_or_refused_with_one_clear_error(key, value):
    try:
        AgentGroup.of_info(INFO | {key: value})
    except EngineError as error:
        assert str(error)


@given(st.sampled_from(list(OBS)), _JSON)
def test_any_observation_is_read_or_refused_with_one_clear_error(key, value):
    try:
        AgentGroup.of_info(INFO).observation(OBS | {key: value})
    except EngineError as error:
        assert str(error)
