"""An agent as runtimes of other languages read it: whole numbers, names and float32 arrays in a fixed order.

The order is that of docs/exporting.md. What could be worked out beforehand is: matrices [outputs, inputs],
spreads are exponentials already, a deviation that counts for nothing is 0, a picture's division by 255 is in
the first convolution.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.agent.file import GRADIENT
from gamemeta.agent.reference.cells.attention import Attention
from gamemeta.agent.reference.cells.cell import Cell
from gamemeta.agent.reference.cells.gru import GRU
from gamemeta.agent.reference.cells.mingru import MinGRU
from gamemeta.agent.reference.cells.table import Table
from gamemeta.agent.reference.encoders.encoder import Encoder
from gamemeta.agent.reference.encoders.images import Convolution, ImageEncoder
from gamemeta.agent.reference.network import Network
from gamemeta.agent.runtime import Agent
from gamemeta.agent.shape.normalising import LEAST_DEVIATION
from gamemeta.errors import ExportError
from gamemeta.spec import Buffer, Image, Quantities, Symbols

Array = NDArray[np.float32]
MEMORIES = ("trial", "episode", "step")
SYMBOLS, QUANTITIES, NORMALISED, IMAGE = range(4)
"""Kinds of parts of an observation."""
MINGRU, GRU_CELL, TABLE, ATTENTION = range(4)
"""Kinds of cells."""
ACTION_ALONE, LEARNED = -1, -2
"""What addresses a table, where it is no part of the observation."""
WHITE = np.float32(255)


@dataclass
class Description:
    """An agent in the order in which runtimes read it.

    Args:
        agent: what is described.
        integers: whole numbers by name, in order.
        arrays: float32 arrays by name, in order.
    """

    agent: Agent
    integers: list[tuple[str, int]] = field(default_factory=list)
    arrays: list[tuple[str, Array]] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """Names: one line a part of the observation, then one line a head with its actions, tabs between."""
        action = self.agent.spec.action
        names = [*action.names, *((),) * (len(action.heads) - len(action.names))]
        heads = ["\t".join(map(_one_line, head)) for head in names[: len(action.heads)]]
        return [_one_line(b.name) for b in self.agent.spec.obs] + heads

    @property
    def attention(self) -> bool:
        """Whether the agent has a cell with attention."""
        return any(isinstance(cell, Attention) for cell in self.agent.network.cells)

    @property
    def images(self) -> bool:
        """Whether the agent sees pictures."""
        return any(isinstance(b, Image) for b in self.agent.spec.obs)


def describe(agent: Agent) -> Description:
    """The description of an agent.

    Raises:
        ExportError: it adapts in a way that only Python knows.
    """
    network = agent.network
    if agent.file.task_learner == GRADIENT:
        raise ExportError(
            "this agent changes its weights by a gradient step after each episode, and no exported runtime "
            "has a backward pass. Let it play in Python, or export an agent of the learner rl2."
        )
    if type(network) is not Network:
        raise ExportError(
            f"this agent adapts by {agent.file.task_learner!r}, which only Python knows. "
            "Export an agent that adapts by its memory."
        )
    if agent.spec.choices is not None:
        raise ExportError(
            f"this agent chooses by features that the observation {agent.spec.choices.name!r} describes, "
            "which exported runtimes do not know. Let it play in Python, or give actions by their numbers."
        )
    writer = _Writer(agent)
    writer.sizes()
    writer.statistics()
    writer.encoder("encoder", network.encoder, agent.spec.inputs())
    for k, cell in enumerate(network.cells):
        writer.cell(f"cells.{k}", cell)
    writer.array("actor", network.actor.T)
    writer.array("actor_bias", network.actor_bias)
    if network.choice_actor is not None:
        writer.array("choice_actor", network.choice_actor)
    return writer.description


def kind_of(part: Buffer) -> int:
    """The number of a kind of part."""
    if isinstance(part, Symbols):
        return SYMBOLS
    if isinstance(part, Image):
        return IMAGE
    return NORMALISED if isinstance(part, Quantities) and part.normalised else QUANTITIES


def _one_line(name: str) -> str:
    return " ".join(name.split())


class _Writer:
    """Writes the description of an agent from its first number to the last."""

    def __init__(self, agent: Agent) -> None:
        self.agent, self.description = agent, Description(agent)

    def integer(self, name: str, value: int) -> None:
        self.description.integers.append((name, int(value)))

    def array(self, name: str, values: NDArray[Any]) -> None:
        self.description.arrays.append((name, np.array(values, "<f4", order="C")))

    def sizes(self) -> None:
        """All whole numbers but those of cells."""
        agent, spec, network = self.agent, self.agent.spec, self.agent.network
        self.integer("memory", MEMORIES.index(agent.memory))
        self.integer("width", network.width)
        self.integer("state", len(agent.start.state))
        self.integer("heads", len(spec.action.heads))
        for k, choices in enumerate(spec.action.heads):
            self.integer(f"heads.{k}", choices)
        self.integer("numbers", spec.action.continuous)
        self.integer("parts", len(spec.obs))
        for k, part in enumerate(spec.obs):
            self._part(f"parts.{k}", part)
        names = [part.name for part in spec.obs]
        self.integer("mask", names.index(ACTION_MASK) if ACTION_MASK in names else -1)
        self.integer("reward_normalised", network.normaliser.reward is not None)
        self._stages([image for _, image in network.encoder.images])
        for k, code in enumerate(agent.start.before.get("previous_action", ())):
            self.integer(f"start.action.{k}", code)
        self.integer("start.done", agent.start.before["previous_done"][0])
        self.integer("cells", len(network.cells))

    def _part(self, name: str, part: Buffer) -> None:
        self.integer(f"{name}.kind", kind_of(part))
        self.integer(f"{name}.size", part.size)
        self.integer(f"{name}.codes", part.codes if isinstance(part, Symbols) else 0)
        sides = part.shape if isinstance(part, Image) else (0, 0, 0)
        for word, side in zip(("height", "width", "channels"), sides, strict=True):
            self.integer(f"{name}.{word}", side)

    def _stages(self, images: Sequence[ImageEncoder]) -> None:
        stages = images[0].stages if images else []
        self.integer("stages", len(stages))
        self.integer("blocks", len(stages[0].firsts) if stages else 0)
        for k, stage in enumerate(stages):
            self.integer(f"stages.{k}.channels", len(stage.conv.bias))

    def statistics(self) -> None:
        """The start of a mind, the statistics of what it sees, and the distributions of numbers."""
        agent, normaliser = self.agent, self.agent.network.normaliser
        start, action = agent.start, agent.spec.action
        self.array("start.state", start.state)
        self.array("start.numbers", start.before.get("previous_numbers", np.zeros(0)))
        self.array("start.reward", start.before["previous_reward"])
        names = [part.name for part in agent.spec.obs]
        for name, mean, deviation in normaliser.statistics:
            self._scale(f"parts.{names.index(name)}", mean, deviation)
        if normaliser.reward is not None:
            self._scale("reward", *normaliser.reward)
        low, high = np.array(action.low), np.array(action.high)
        self.array("numbers.spread", np.exp(agent.network.log_std))
        self.array("numbers.middle", (low + high) / 2)
        self.array("numbers.half", (high - low) / 2)
        for name, limit in zip(("low", "high"), action.limits, strict=True):
            self.array(f"numbers.{name}", limit)

    def _scale(self, name: str, mean: Array, deviation: Array) -> None:
        self.array(f"{name}.mean", mean.ravel())
        counts = deviation > LEAST_DEVIATION * np.abs(mean)
        self.array(f"{name}.deviation", np.where(counts, deviation, 0).ravel())

    def encoder(self, name: str, encoder: Encoder, parts: Sequence[Buffer]) -> None:
        """The encoder of all inputs, or of the keys of a table."""
        self.array(f"{name}.bias", encoder.bias)
        self.array(f"{name}.symbols", encoder.symbols.table)
        self.array(f"{name}.quantities", encoder.quantities.table)
        for k, (_, image) in enumerate(encoder.images):
            for j, (matrix, bias) in enumerate(_convolutions(image)):
                self.array(f"{name}.images.{k}.{j}.weight", matrix)
                self.array(f"{name}.images.{k}.{j}.bias", bias)
            self.array(f"{name}.images.{k}.out", image.out)

    def cell(self, name: str, cell: Cell) -> None:
        """A memory cell: its kind among the whole numbers, its weights among the arrays."""
        if isinstance(cell, Table):
            self._table(name, cell)
            return
        if isinstance(cell, Attention):
            self._attention(name, cell)
            return
        if not isinstance(cell, MinGRU | GRU):
            raise ExportError(
                f"the memory cell `{type(cell).__name__.lower()}` of this agent ({name}) is known to Python "
                "alone. Export an agent that was trained with network.cell=mingru, gru, table or attention."
            )
        self.integer(f"{name}.kind", GRU_CELL if isinstance(cell, GRU) else MINGRU)
        self.array(f"{name}.weight", cell.weight)
        self.array(f"{name}.bias", cell.bias)
        if isinstance(cell, GRU):
            self.array(f"{name}.recurrent", cell.recurrent)
            self.array(f"{name}.recurrent_bias", cell.recurrent_bias)
        self.array(f"{name}.out", cell.out.T)

    def _attention(self, name: str, cell: Attention) -> None:
        self.integer(f"{name}.kind", ATTENTION)
        self.integer(f"{name}.attention_heads", cell.shape.heads)
        self.integer(f"{name}.window", cell.shape.window)
        self.array(f"{name}.weight", cell.weight)
        self.array(f"{name}.bias", cell.bias)
        self.array(f"{name}.distance_bias", cell.distance_bias)
        self.array(f"{name}.out", cell.out.T)

    def _table(self, name: str, cell: Table) -> None:
        shape, parts = cell.shape, [part.name for part in self.agent.spec.obs]
        keys = (
            LEARNED if shape.learned else ACTION_ALONE if shape.key is None else parts.index(shape.key.name)
        )
        self.integer(f"{name}.kind", TABLE)
        self.integer(f"{name}.keys", keys)
        self.integer(f"{name}.rows", shape.rows)
        self.integer(f"{name}.values", shape.width - 1)
        self.integer(f"{name}.units", len(cell.pick))
        self.integer(f"{name}.carry", cell.carry is not None)
        for word in ("value", "value_bias", "read", "context", "context_bias"):
            self.array(f"{name}.{word}", getattr(cell, word))
        if cell.carry is not None:
            self.array(f"{name}.carry", cell.carry)
        for word in ("mix", "pick", "out"):
            self.array(f"{name}.{word}", getattr(cell, word))
        if shape.learned:
            self.encoder(f"{name}.keys", cell.keys, self.agent.spec.obs)
            self.array(f"{name}.action_keys", cell.action_keys)


def _convolutions(image: ImageEncoder) -> Iterator[tuple[Array, Array]]:
    """Matrix [outputs, 9 * inputs] and bias of every convolution; the first takes bytes."""
    convolutions: list[Convolution] = [c for stage in image.stages for c in stage.convolutions]
    for k, convolution in enumerate(convolutions):
        yield convolution.matrix.T / (WHITE if k == 0 else np.float32(1)), convolution.bias
