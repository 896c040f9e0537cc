"""Checks of what one rollout carries over to the next, read from a checkpoint."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.spec import Spec, Symbols
from gamemeta.trials.task_learner import Inputs


def check_codes(spec: Spec, inputs: Inputs) -> None:
    """Check inputs [L, ...] for symbols that do not exist, which kernels would look up all the same, and
    for continuous parts of actions outside -1..1.

    Raises:
        ValueError: naming the input.
    """
    most: dict[str, Any] = {b.name: b.codes - 1 for b in spec.inputs() if isinstance(b, Symbols)}
    if spec.action.heads:
        most["previous_action"] = np.array(spec.action.heads)
    for name, code in most.items():
        symbols = inputs[name]
        if (symbols < 0).any() or (symbols > code).any():
            raise ValueError(f"inputs.{name} holds symbols that do not exist")
    if spec.action.continuous and not (np.abs(inputs["previous_numbers"]) <= 1).all():
        raise ValueError("inputs.previous_numbers holds numbers outside -1..1")


def part(carried: dict[str, NDArray[Any]], prefix: str) -> dict[str, NDArray[Any]]:
    """The arrays whose names begin so, without this beginning."""
    return {k.removeprefix(prefix): v for k, v in carried.items() if k.startswith(prefix)}
