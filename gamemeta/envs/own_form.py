"""What the environment of a game shows and takes: values as the game itself has them."""

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.envs.spaces import LARGEST, action_space, game_actions, observation_space, shown
from gamemeta.games.game import Game
from gamemeta.interface.actions import Choice, Choices, Joined, Node, Numbers
from gamemeta.interface.observations import WHITE, Part
from gamemeta.spec import Buffer, Image, Symbols


class OwnForm:
    """What one seat of a game shows and takes.

    Observations are dicts by the names of the buffers, so that all games look alike; their values, and
    actions, are those of the game: `start` of its numbers, order of the axes of its pictures, names of the
    parts of its actions. So an agent's `act` takes and gives them.

    Args:
        game: whose form it is.
        seat: the number of the seat.
    """

    def __init__(self, game: Game, seat: int = 0) -> None:
        interface = game.interface()
        parts = () if interface is None else interface.obs.parts
        self._spec = game.spec
        self._parts = {part.name: part for part in parts if part.name != ACTION_MASK}
        self._actions = None if interface is None else interface.actions_of(seat)

    def observation_space(self) -> spaces.Dict:
        """The space of an observation."""
        plain = observation_space(self._spec)
        by_part = {name: _space_of(part) for name, part in self._parts.items()}
        return spaces.Dict({name: by_part.get(name, space) for name, space in plain.spaces.items()})

    def action_space(self) -> gymnasium.Space[Any]:
        """The space of an action."""
        if self._actions is None:
            return action_space(self._spec.action)
        return _space_of_node(self._actions.form) or action_space(self._spec.action)

    def obs(self, arrays: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Observations [n, ...] by name, copied out of buffers [n, ...]."""
        return {b.name: self._value(b, arrays[b.name]) for b in self._spec.obs}

    def rows(self, action: Any, n: int) -> NDArray[Any]:
        """Actions of n environments as a game takes them: [n, 1, heads + numbers].

        Raises:
            SpecError: others than the space has.
        """
        if self._actions is None or _space_of_node(self._actions.form) is None:
            return game_actions(self._spec.action, action, n)
        rows = self._actions.row(action, n).reshape(n, -1)
        return self._spec.action.checked(rows[:, None], n, 1)

    def _value(self, buffer: Buffer, array: NDArray[Any]) -> NDArray[Any]:
        part = self._parts.get(buffer.name)
        if part is None:
            return shown(buffer, array)
        return part.shown(array).astype(_type_of(part))


def _type_of(part: Part) -> Any:
    match part.buffer:
        case Symbols():
            return np.int64
        case Image():
            return np.uint8 if (part.low, part.high) == (0.0, WHITE) else np.float32
        case _:
            return np.float32


def _space_of(part: Part) -> gymnasium.Space[Any]:
    dtype = _type_of(part)
    match part.buffer:
        case Symbols(codes=codes) if not part.shape:
            return spaces.Discrete(codes, start=int(part.starts.reshape(-1)[0]))
        case Symbols(codes=codes):
            start = np.broadcast_to(part.starts, part.buffer.shape).reshape(part.shape)
            if len(part.shape) == 1:
                return spaces.MultiDiscrete(np.full(part.shape, codes), start=start)
            return spaces.Box(start, start + codes - 1, part.shape, dtype)
        case Image():
            return spaces.Box(part.low, part.high, part.shape, dtype)
        case _:
            return spaces.Box(-LARGEST, LARGEST, part.shape, dtype)


def _space_of_node(node: Node) -> gymnasium.Space[Any] | None:
    """The space of an action; None for a row, which is that of the spec."""
    match node:
        case Choice():
            return spaces.Discrete(node.choices, start=node.start)
        case Choices():
            choices, start = (np.array(x).reshape(node.shape) for x in (node.choices, node.start))
            return spaces.MultiDiscrete(choices, dtype=np.int64, start=start)
        case Numbers():
            low, high = (np.array(x, node.dtype).reshape(node.shape) for x in (node.least, node.most))
            return spaces.Box(low, high, node.shape, np.dtype(node.dtype).type)
        case Joined():
            parts = [(str(key), _space_of_node(part)) for key, part in node.parts]
            inner = [(key, part) for key, part in parts if part is not None]
            return spaces.Dict(dict(inner)) if node.named else spaces.Tuple([part for _, part in inner])
        case _:
            return None
