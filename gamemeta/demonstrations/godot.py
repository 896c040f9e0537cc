"""Demonstrations of Godot RL Agents' recorder: its JSON file as one of ours.

The recorder writes a list of episodes, each a pair of lists: observations, and the actions that followed
them. The last observation of an episode was reached by its last action, and no action follows it. An
observation is the list `obs` of the scene's `get_obs`; an action is the list of `get_action`, in the order of
the keys of `get_action_space`. Rewards and levels are not written.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.demonstrations.demonstration import (
    GOES_ON,
    RECORDER,
    TERMINATED,
    Demonstration,
    PlayedLevel,
    Player,
)
from gamemeta.demonstrations.file import LARGEST_REWARD, MOST_STEPS, Demonstrations
from gamemeta.errors import DemonstrationError, GamemetaError
from gamemeta.files import whole_number
from gamemeta.interface.actions import Actions, Choice, Joined, Node, Row
from gamemeta.interface.game_interface import GameInterface
from gamemeta.spec import Spec
from gamemeta_levels.files.reading import read_bounded

NAME = "Godot RL Agents"
MOST_BYTES = 512 * 2**20
"""Largest JSON file that is read."""
Array = NDArray[Any]


def converted(
    path: Path, like: Demonstrations, interface: GameInterface | None, episodes: int = 1
) -> Demonstrations:
    """The recorder's file as demonstrations of a game.

    Args:
        path: the JSON file.
        like: of the game, without trials: the only observation of its spec is the recorder's list.
        interface: what the scene takes; None where actions are rows of codes, then numbers.
        episodes: how many episodes in a row were played on one level, so that they are one trial.
    Raises:
        DemonstrationError: it cannot be read, or does not fit the spec.
    """
    spec = like.spec
    if len(spec.obs) != 1:
        raise DemonstrationError(
            f"{path}: the recorder writes one list of numbers, and this game shows "
            f"{', '.join(b.name for b in spec.obs)}."
        )
    try:
        values = json.loads(read_bounded(path, MOST_BYTES), parse_int=whole_number)
    except OSError as error:
        raise DemonstrationError(f"{path}: cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise DemonstrationError(f"{path}: this is no JSON: {error}.") from error
    if not isinstance(values, list) or not values:
        raise DemonstrationError(f"{path}: the recorder writes a list of episodes, [[[obs...], [acts...]]].")
    made = replace(like, trials=[], rewards=False)
    form = _form(spec, interface)
    played = [_episode(path, number, value, spec, form) for number, value in enumerate(values)]
    for first in range(0, len(played), episodes):
        made.trials.append(_trial(spec, played[first : first + episodes]))
        if made.trials[-1].steps > MOST_STEPS:
            raise DemonstrationError(f"{path}: a trial of over {MOST_STEPS:,} steps. Give fewer --episodes.")
    return made


def _form(spec: Spec, interface: GameInterface | None) -> Node:
    """What the scene takes: a dict of parts, in the order in which the recorder writes them."""
    if interface is not None:
        return interface.actions[0].form
    return Row(choices=spec.action.heads, least=spec.action.low, most=spec.action.high)


def _episode(path: Path, number: int, value: Any, spec: Spec, form: Node) -> tuple[Array, Array]:
    """Observations and actions of one episode, [T, ...] both."""
    place = f"{path}: episode {number + 1}"
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(part, list) for part in value):
        raise DemonstrationError(f"{place} is not a pair of lists, observations and actions.")
    seen, done = value
    if not done or len(seen) - len(done) not in (0, 1):
        raise DemonstrationError(
            f"{place} has {len(seen):,} observations and {len(done):,} actions; the recorder writes one "
            "observation more than actions, and at least one action."
        )
    (buffer,) = spec.obs
    try:
        obs = buffer.checked(_numbers(seen[: len(done)], buffer.size).reshape(-1, *buffer.shape), len(done))
        row = Actions(form).row(_taken(_numbers(done, spec.action.width), form), len(done))
        return obs, spec.action.checked(row, len(done))
    except (GamemetaError, TypeError, ValueError, OverflowError) as error:
        raise DemonstrationError(f"{place} does not fit the game: {error}") from error


def _taken(flat: NDArray[np.float64], form: Node) -> Any:
    """The recorder's numbers [T, width] as the actions that the scene takes, stacked."""
    if not isinstance(form, Joined):
        return flat if form.low or (flat != np.floor(flat)).any() else flat.astype(np.int64)
    values, first = {}, 0
    for key, part in form.parts:
        columns = flat[:, first : first + len(part.heads) + len(part.low)]
        first += columns.shape[1]
        values[key] = _taken(columns[:, 0] if isinstance(part, Choice) else columns, part)
    return values if form.named else tuple(values.values())


def _numbers(rows: Sequence[Any], width: int) -> NDArray[np.float64]:
    """Lists of numbers, [T, width]."""
    for row in rows:
        if not isinstance(row, list) or len(row) != width:
            raise ValueError(f"a row is no list of {width} numbers")
        if not all(isinstance(x, (int, float)) and abs(x) <= LARGEST_REWARD for x in row):
            raise ValueError("a row holds what is no number, or an enormous one")
    return np.array(rows, np.float64)


def _trial(spec: Spec, played: Sequence[tuple[Array, Array]]) -> Demonstration:
    (buffer,) = spec.obs
    ends = [np.full(len(action), GOES_ON, np.uint8) for _, action in played]
    for end in ends:
        end[-1] = TERMINATED
    steps = sum(map(len, ends))
    return Demonstration(
        obs={buffer.name: np.concatenate([obs for obs, _ in played])},
        action=np.concatenate([action for _, action in played]),
        reward=np.zeros(steps, np.float32),
        end=np.concatenate(ends),
        imitated=np.ones(steps, np.bool_),
        level=PlayedLevel(),
        player=Player(RECORDER, NAME),
    )
