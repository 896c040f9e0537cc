"""One decision of one mind in one compiled call, where the observation is exactly of its spec's types."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.compiled import step_kernels as kernels
from gamemeta.agent.reference.encoders.encoder import Encoder, Normaliser
from gamemeta.spec import Buffer, Quantities, Spec, Symbols

if TYPE_CHECKING:
    from gamemeta.agent.compiled.network import CompiledNetwork

FORGETS = {"trial": 0, "episode": 1, "step": 2}
PLAIN = (float, int, bool, np.float64, np.float32)
FLAGS = (bool, np.bool_)
LARGEST = float(np.finfo(np.float32).max)


class SingleStepPath:
    """Room for the observation of one mind, and what `step_kernels.decide` needs to know.

    Args:
        spec: what the agent sees and does; see `has_single_step_path`.
        encoder, normaliser: of the network.
        network: what decides.
        memory: when the agent forgets.
    """

    def __init__(
        self, spec: Spec, encoder: Encoder, normaliser: Normaliser, network: "CompiledNetwork", memory: str
    ) -> None:
        heads = spec.action.heads
        choices = [b.codes for b in spec.inputs() if isinstance(b, Symbols) for _ in range(b.size)]
        self._symbols = np.array([np.zeros(len(choices)), encoder.symbols.first_rows, choices], np.int32)
        self._values = np.zeros((1, len(encoder.quantities.table)), np.float32)
        self._places = _places(spec, self._symbols[0], self._values[0])
        self._codes = np.zeros(len(heads), np.int64)
        self._fixed = (
            np.array(heads, np.int64),
            network.start,
            network.cells,
            network.weights,
            network.table,
        )
        self._forgets = FORGETS[memory]
        self._reward_of = normaliser.reward_of
        self._nothing = self._reward_of(0.0)

    def __call__(
        self, obs: Mapping[str, Any], reward: Any, done: Any, memory: tuple[NDArray[Any], ...]
    ) -> Any:
        """The code, or the codes [heads], with the memory brought up to date.

        Args:
            obs, reward, done: as `Mind.act` takes them.
            memory: state, previous action, steps and lane of the mind, changed in place.

        Returns: None where something is not exactly as expected; then nothing has changed.
        """
        if type(reward) not in PLAIN or type(done) not in FLAGS or not -LARGEST <= reward <= LARGEST:
            return None
        for name, kind, shape, lead, place in self._places:
            value = obs.get(name)
            if type(value) is not np.ndarray or value.dtype != kind or value.shape not in (shape, lead):
                return None
            place[...] = value
        good = kernels.decide(
            self._symbols,
            self._codes,
            self._values,
            self._reward_of(float(reward)),
            self._nothing,
            bool(done),
            self._forgets,
            *self._fixed,
            *memory,
        )
        if not good:
            return None
        return int(self._codes[0]) if len(self._codes) == 1 else self._codes.copy()


def has_single_step_path(spec: Spec) -> bool:
    """Whether decisions are codes, all legal, made out of small symbols and quantities as they are, without
    images."""
    return (
        bool(spec.action.heads)
        and not spec.action.continuous
        and not spec.masked
        and all(_is_plain(buffer) for buffer in spec.obs)
    )


def _is_plain(buffer: Buffer) -> bool:
    if isinstance(buffer, Symbols):
        return buffer.dtype in ("uint8", "uint16")
    return isinstance(buffer, Quantities) and not buffer.normalised


def _places(spec: Spec, symbols: NDArray[np.int32], values: NDArray[np.float32]) -> list[Any]:
    """Of every buffer its name, dtype, shape with and without the leading axis, and its place."""
    places, at = [], {Symbols.kind: 0, Quantities.kind: 0}
    for b in spec.obs:
        room, first = (symbols if isinstance(b, Symbols) else values), at[b.kind]
        at[b.kind] += b.size
        place = room[first : first + b.size].reshape(b.shape)
        places.append((b.name, b.numpy_type, b.shape, (1, *b.shape), place))
    return places
