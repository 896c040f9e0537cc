"""Where an observation describes the choices of the first head, what else the network sees, and of which
cells it is made.

Which place a choice stands at is to mean nothing. So the encoder gets neither the number of the choice
before nor the first head's part of the action mask: the cell `choices` tells what they stand for.
"""

from collections.abc import Mapping
from typing import Any

from gamemeta.action_mask import ACTION_MASK
from gamemeta.agent.shape.config import CHOICES, POSTERIOR, TABLE, NetworkConfig
from gamemeta.errors import ConfigError
from gamemeta.spec import Buffer, Spec, Symbols

PREVIOUS = "previous_action"


def cell_names(config: NetworkConfig, spec: Spec) -> tuple[str, ...]:
    """Names of all cells of a network, from the first to the last.

    Raises:
        ConfigError: a cell that knows actions by their numbers alone, where numbers mean nothing.
    """
    if spec.choices is None:
        return config.cells
    for name in (TABLE, POSTERIOR):
        if name in config.cells:
            what = f"network.cell = {config.cell!r}" if name == TABLE else f"network.latent = {config.latent}"
            raise ConfigError(
                f"{what}: it knows actions by their numbers, and here {spec.choices.name!r} says what they "
                "are. Give network.cell=mingru, gru or attention, and the learner rl2."
            )
    return (CHOICES, *config.cells)


def encoded(spec: Spec) -> tuple[Buffer, ...]:
    """The buffers of the encoder: all inputs; where choices are described, without them and their numbers."""
    skipped = _skipped(spec)
    return tuple(
        Symbols(name=b.name, shape=(b.size - skipped[b.name],), codes=b.codes)
        if b.name in skipped and isinstance(b, Symbols)
        else b
        for b in spec.inputs()
        if b is not spec.choices and b.size > skipped.get(b.name, 0)
    )


def without_first_head(spec: Spec, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Inputs, arrays or tensors [..., elements], as the buffers of `encoded` have them."""
    skipped = _skipped(spec)
    if not skipped:
        return inputs
    return {**inputs, **{name: inputs[name][..., first:] for name, first in skipped.items()}}


def _skipped(spec: Spec) -> dict[str, int]:
    """How many leading elements of a buffer belong to the first head, by name."""
    if spec.choices is None:
        return {}
    mask = {ACTION_MASK: spec.action.heads[0]} if spec.masked else {}
    return {PREVIOUS: 1, **mask}
