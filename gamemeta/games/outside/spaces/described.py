"""Choices that an observation describes, by their space: the part `choices` of a Dict."""

from typing import Any

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import SpecError
from gamemeta.games.outside.spaces import kinds
from gamemeta.interface.observations import Part, Path
from gamemeta.spec import ActionSpec, choices, symbols

CHOICES = "choices"
"""Name of the part."""
CURE = (
    f"An observation called {CHOICES!r} describes the actions to choose from, with a row of features each: a "
    "Box of shape (actions, features), or a Sequence of a Box of shape (features,). If it is something else, "
    f"give --set game.parts={CHOICES}=numbers, or another name"
)


def part(path: Path, space: Any, action: ActionSpec) -> Part:
    """The part that describes the choices of the first head.

    Raises:
        SpecError: a space of another kind, or one with more rows than there are choices.
    """
    if not action.heads:
        raise SpecError(f"observation {CHOICES!r}: there are no discrete actions to choose from. {CURE}.")
    most, kind = action.heads[0], kinds.kind(space)
    inner = space.feature_space if kind == kinds.SEQUENCE else space
    row = kind == kinds.SEQUENCE
    shape = kinds.shape_of(inner) if kinds.kind(inner) in (kinds.BOX, kinds.MULTI_BINARY) else ()
    if len(shape) != (1 if row else 2) or 0 in shape:
        raise SpecError(f"observation {CHOICES!r} is {str(space)[:100]}. {CURE}.")
    if not row and shape[0] > most:
        raise SpecError(
            f"observation {CHOICES!r} describes {shape[0]} choices, and there are {most} actions. Declare as "
            "many actions as there may be choices."
        )
    buffer = choices(CHOICES, (most, shape[-1]), normalised=True)
    return Part(buffer=buffer, path=path, shape=buffer.shape)


def mask(action: ActionSpec) -> Part:
    """The part that says which choices are there, for a game that says nothing else of what is legal."""
    buffer = symbols(ACTION_MASK, (sum(action.heads),), 2)
    return Part(buffer=buffer, path=(ACTION_MASK,), shape=buffer.shape)
