"""Taking weights out of an agent file by name, each of the shape that spec and network ask for."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import AgentFileError

Array = NDArray[np.float32]
Take = Callable[[str, tuple[int, ...]], Array]
"""The weights of a name, which must have this shape. Raises AgentFileError where there are none such."""


def taken_from(weights: Mapping[str, Array]) -> Take:
    """A function that takes weights of an agent by name."""

    def take(name: str, shape: tuple[int, ...]) -> Array:
        if name not in weights:
            raise AgentFileError(f"the weights lack {name!r}; this agent file is not complete.")
        if weights[name].shape != shape:
            raise AgentFileError(
                f"the weights {name!r} have shape {weights[name].shape}; the spec asks for {shape}."
            )
        return weights[name]

    return take


def weight_name(name: str) -> str:
    """The name of a buffer as part of the name of its weights: without dots, which torch keeps to itself."""
    return name.replace("%", "%25").replace(".", "%2E")


def within(take: Take, prefix: str) -> Take:
    """A function that takes weights whose names begin with a prefix."""
    return lambda name, shape: take(prefix + name, shape)
