"""Files of Godot RL Agents' recorder, as its plugin writes them (sync.gd, version 0.7)."""

import json

import numpy as np
import pytest

from gamemeta.demonstrations.demonstration import RECORDER
from gamemeta.demonstrations.file import Demonstrations
from gamemeta.demonstrations.godot import converted
from gamemeta.errors import DemonstrationError
from gamemeta.interface.actions import Actions, Choice, Joined, Numbers
from gamemeta.interface.game_interface import GameInterface
from gamemeta.interface.observations import Observations
from gamemeta.spec import ActionSpec, Spec, quantities

SPEC = Spec(
    obs=(quantities("obs", (2,), normalised=True),),
    action=ActionSpec(heads=(3,), low=(-1.0, -1.0), high=(1.0, 1.0)),
)
STEERED = GameInterface(
    obs=Observations(()),
    actions=(
        Actions(
            Joined(
                parts=(
                    ("steer", Numbers(shape=(2,), least=(-1.0, -1.0), most=(1.0, 1.0))),
                    ("gear", Choice(choices=3)),
                ),
                named=True,
            )
        ),
    ),
)
"""The scene's action: numbers first, then a choice; rows have choices first."""


def plays(tmp_path, value, **more):
    path = tmp_path / "recorded.json"
    path.write_text(value if isinstance(value, str) else json.dumps(value) + "\n")
    return converted(path, Demonstrations("godot", {}, {}, SPEC), STEERED, **more)


TWO = [
    [[[0.5, 1], [0, 0], [9, 9]], [[0.25, -1, 2], [0, 0, 1.0]]],
    [[[1, 2], [9, 9]], [[1, 1, 0]]],
]
"""Two episodes; the last observation of each was reached by its last action."""


def test_episodes_become_trials_with_the_parts_of_actions_in_their_places(tmp_path):
    made = plays(tmp_path, TWO)
    first, second = made.trials
    assert first.obs["obs"].tolist() == [[0.5, 1], [0, 0]]
    assert first.action.tolist() == [[2, 0.25, -1], [1, 0, 0]]
    assert second.action.tolist() == [[0, 1, 1]]
    assert first.end.tolist() == [0, 1] and not first.reward.any() and not made.rewards
    assert first.player.kind == RECORDER and first.level.split == "unknown"


def test_episodes_of_one_level_become_one_trial(tmp_path):
    (trial,) = plays(tmp_path, TWO, episodes=2).trials
    assert trial.end.tolist() == [0, 1, 1] and trial.episodes == 2
    np.testing.assert_array_equal(trial.episode, [0, 0, 1])


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ({}, "list of episodes"),
        ([], "list of episodes"),
        ([[[[1, 2]]]], "episode 1 is not a pair"),
        ([[[[1, 2]], []]], "at least one action"),
        ([[[[1, 2]] * 4, [[0, 0, 1]]]], "4 observations and 1 actions"),
        ([[[[1, 2, 3]], [[0, 0, 1]]]], "episode 1 does not fit"),
        ([[[[1, None]], [[0, 0, 1]]]], "episode 1 does not fit"),
        ([[[[1, 2]], [[0, 0, 3]]]], "episode 1 does not fit"),
        ([[[[1, 2]], [[0, 0, 0.5]]]], "episode 1 does not fit"),
        ([[[[1, 2]], [[5, 0, 1]]]], "episode 1 does not fit"),
        ("[[[[1, NaN]], [[0, 0, 1]]]]", "episode 1 does not fit"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(tmp_path, value, why):
    with pytest.raises(DemonstrationError, match=why):
        plays(tmp_path, value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(DemonstrationError, match="cannot be read"):
        converted(tmp_path / "none.json", Demonstrations("godot", {}, {}, SPEC), STEERED)
