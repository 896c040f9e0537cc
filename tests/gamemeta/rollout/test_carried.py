"""What a rollout takes over from a file: inputs that can be, and nothing else."""

import numpy as np
import pytest

from gamemeta.rollout.carried import check_codes, part
from gamemeta.spec import ActionSpec, Spec, image, quantities, symbols

SPEC = Spec(
    obs=(symbols("view", (2,), 4), quantities("speed", (1,)), image("eye", (8, 8, 1))),
    action=ActionSpec(heads=(3, 2), low=(-5.0,), high=(5.0,)),
)


def inputs(**changes):
    made = {b.name: np.zeros((4, *b.shape), b.dtype) for b in SPEC.inputs()}
    for name, row in changes.items():
        made[name][2] = row
    return made


def test_what_can_be_is_taken():
    check_codes(SPEC, inputs())
    check_codes(
        SPEC, inputs(view=[0, 3], previous_action=[3, 2], previous_numbers=[1.0], speed=[1e9], eye=255)
    )
    check_codes(SPEC, inputs(previous_numbers=[-1.0]))
    heads = Spec(obs=(symbols("view", (2,), 4),), action=ActionSpec(heads=(3,)))
    check_codes(heads, {b.name: np.zeros((4, *b.shape), b.dtype) for b in heads.inputs()})


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("view", [0, 4]),
        ("previous_action", [4, 0]),
        ("previous_action", [0, 3]),
        ("previous_numbers", [1.01]),
        ("previous_numbers", [-1.01]),
        ("previous_numbers", [np.nan]),
    ],
)
def test_what_cannot_be_is_refused_by_name(name, row):
    with pytest.raises(ValueError, match=rf"inputs\.{name} holds"):
        check_codes(SPEC, inputs(**{name: row}))


def test_codes_below_0_are_refused():
    wrong = inputs()
    wrong["view"] = wrong["view"].astype(np.int8)
    wrong["view"][2, 1] = -1
    with pytest.raises(ValueError, match=r"inputs\.view holds symbols that do not exist"):
        check_codes(SPEC, wrong)


def test_a_part_is_named_without_its_beginning():
    arrays = {"trials.a": np.zeros(1), "trials.b.c": np.ones(2), "other": np.ones(3)}
    assert {k: len(v) for k, v in part(arrays, "trials.").items()} == {"a": 1, "b.c": 2}
