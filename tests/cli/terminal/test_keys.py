"""Keys that are made from the names of actions."""

import pytest

from gamemeta.errors import ConfigError
from gamemeta.games.setup import GameSetup
from gamemeta.spec import ActionSpec
from gamemeta_cli.terminal.keys import QUIT, Keys, keys_of, pressed

MOVES = ("up", "down", "left", "right")


def spec_of(*names):
    return ActionSpec(heads=tuple(map(len, names)), names=tuple(map(tuple, names)))


def reached(keys):
    """Every action that a key leads to."""
    return {action for table in keys.values() for action in table.actions.values()}


@pytest.mark.parametrize("game", ["tag", "duel", "forage"])
@pytest.mark.parametrize("people", [(0,), (0, 1)])
def test_every_choice_of_every_game_has_a_key(game, people):
    spec = GameSetup(game).game().spec.action
    for table in keys_of(spec, people).values():
        assert {action[0] for action in table.actions.values()} == set(range(spec.heads[0]))


def test_lift_has_its_letter():
    assert Keys(spec_of((*MOVES, "lift"))).names["l"] == ("lift",)


def test_actions_of_somebody_elses_game_take_letters_of_their_names():
    keys = Keys(spec_of(("left", "right", "jump", "duck", "wait")))
    assert keys.names == {
        "a": ("left",), "left": ("left",), "d": ("right",), "right": ("right",),
        "j": ("jump",), "u": ("duck",), "space": ("wait",),
    }  # fmt: skip
    assert keys.words() == [
        "a: left",
        "d: right",
        "left: left",
        "right: right",
        "j: jump",
        "u: duck",
        "space: wait",
    ]


def test_actions_without_names_take_their_numbers():
    keys = Keys(ActionSpec(heads=(4,)))
    assert keys.actions == {str(k): (k,) for k in range(4)}


def test_further_heads_are_chosen_along_with_an_action():
    keys = Keys(spec_of(("stay", "throw"), ("high", "low")))
    assert set(keys.actions.values()) == {(0, 0), (1, 0), (1, 1)}


def test_two_people_share_no_key_and_q_is_nobodys():
    spec = spec_of((*MOVES, "stay", "queue", "quack", "lift"))
    first, second = keys_of(spec, (0, 1)).values()
    assert first.actions.keys().isdisjoint(second.actions.keys())
    assert QUIT not in first.actions and QUIT not in second.actions
    assert reached({0: first}) == reached({1: second}) == {(k,) for k in range(8)}


def test_a_key_moves_its_own_seat_alone():
    keys = keys_of(spec_of(MOVES), (0, 1))
    assert pressed(keys, "w") == {0: (0,)} and pressed(keys, "up") == {1: (0,)}
    assert pressed(keys, "z") == {}


@pytest.mark.parametrize("spec", [ActionSpec(heads=(200,)), ActionSpec(low=(0.0,), high=(1.0,))])
def test_what_no_keyboard_can_play_is_refused(spec):
    with pytest.raises(ConfigError, match="agent play it"):
        Keys(spec)
