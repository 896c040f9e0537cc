"""The graph of the target `unity`: a step behind the names by which ML-Agents 4 loads a model."""

from typing import Any

import numpy as np

from gamemeta.export.description import IMAGE
from gamemeta.export.graph.builder import Builder, N
from gamemeta.export.graph.checks import ANSWER, not_finite, within_codes
from gamemeta.export.graph.encoder import Seen
from gamemeta.export.graph.metadata import metadata
from gamemeta.export.graph.step import Chance, step
from gamemeta.export.graph.weights import Part, Weights
from gamemeta.export.target import Export

WORDS = "An agent of gamemeta as a model of ML-Agents; a row of zeros in recurrent_in begins a mind."
VERSION = 3
"""ModelApiVersion.MLAgents2_0."""
MULTIPLE = 4
"""What memory_size is a multiple of, as in models of ML-Agents itself."""
OUTCOME = "outcome"
"""The last sensor: reward and done of the step before."""


def ml_agents_graph(export: Export) -> bytes:
    """The file ml-agents.onnx."""
    g, agent = Builder(), Weights(export.description)
    needed = sum(agent.columns.values())
    width = -(-needed // MULTIPLE) * MULTIPLE
    seen, legal, outcome = _observed(g, agent)
    recurrent = g("Reshape", g.input("recurrent_in", np.float32, N, 1, width), g.ints(0, width))
    memory, padding = g.split(recurrent, [needed, width - needed])
    after = step(g, agent, seen, legal, outcome, memory, _chance(g, agent, memory))
    wrong = g("Greater", not_finite(g, after.outputs, ANSWER), g.constant(0))
    wide = g.concat([g("Where", wrong, memory, after.memory), padding])
    g.constant_output("version_number", np.array([VERSION], np.float32))
    g.constant_output("memory_size", np.array([width], np.float32))
    _actions(g, agent, after.codes, after.numbers)
    g.output("recurrent_out", g("Reshape", wide, g.ints(0, 1, width)), np.float32, N, 1, width)
    return g.model(export.name or "agent", WORDS, metadata(export, agent, sensors=sensors(export)))


def sensors(export: Export) -> list[dict[str, Any]]:
    """Name and shape of every sensor, in the order of their names, and which part each shows."""
    agent, named = Weights(export.description), export.description.agent.spec.obs
    shown = [(named[p.place].name, _shape(p), p.place) for p in agent.parts if p != agent.mask]
    shown.append((OUTCOME, [2], -1))
    digits = max(2, len(str(len(shown) - 1)))
    return [
        {"name": f"{k:0{digits}} {name}", "shape": shape, "part": place}
        for k, (name, shape, place) in enumerate(shown)
    ]


def _shape(part: Part) -> list[int]:
    height, width, channels = part.shape
    return [channels, height, width] if part.kind == IMAGE else [part.size]


def _observed(g: Builder, agent: Weights) -> tuple[Seen, str, tuple[str, str]]:
    """What is shown, which choices are legal, and what the step before led to."""
    shown = [part for part in agent.parts if part != agent.mask]
    obs = {part.place: g.input(f"obs_{k}", np.float32, N, *_shape(part)) for k, part in enumerate(shown)}
    reward, done = g.split(g.input(f"obs_{len(shown)}", np.float32, N, 2), [1, 1])
    masks = g.input("action_masks", np.float32, N, agent.choices) if agent.heads else ""
    if agent.mask is not None:
        obs[agent.mask.place] = masks
    flat = g.concat([obs[part.place] for part in agent.symbols])
    symbols = within_codes(g, agent, g.cast(flat, np.int32))[0] if flat else ""
    quantities = g.concat([obs[part.place] for part in agent.quantities])
    seen = Seen(symbols, quantities, [obs[part.place] for part in agent.images], white=1.0)
    return seen, g("Greater", masks, g.constant(0.5)) if masks else "", (reward, done)


def _chance(g: Builder, agent: Weights, memory: str) -> Chance:
    """Random numbers drawn by the graph itself."""

    def like(op: str, columns: int) -> str:
        if not columns:
            return ""
        shape = g("Slice", memory, g.ints(0), g.ints(columns), g.ints(1))
        return g(op, shape, dtype=1)

    uniform, normal = like("RandomUniformLike", len(agent.heads)), like("RandomNormalLike", agent.continuous)
    if agent.skill == 1:
        return Chance(uniform, normal)
    late = g("Less", like("RandomUniformLike", 1), g.constant(0.5 * (1 - agent.skill)))
    blur = like("RandomUniformLike", agent.continuous)
    return Chance(uniform, normal, g.constant([agent.skill]), late, blur)


def _actions(g: Builder, agent: Weights, codes: str, numbers: str) -> None:
    """Give the actions out; the deterministic ones are the same, for they are what the memory knows of."""
    heads, count = len(agent.heads), agent.continuous
    if codes:
        whole = g.cast(codes, np.int32)
        g.output("discrete_actions", whole, np.int32, N, heads)
        g.constant_output("discrete_action_output_shape", np.array([agent.heads], np.float32))
        g.output("deterministic_discrete_actions", whole, np.int32, N, heads)
    if numbers:
        g.output("continuous_actions", numbers, np.float32, N, count)
        g.constant_output("continuous_action_output_shape", np.array([count], np.float32))
        g.output("deterministic_continuous_actions", numbers, np.float32, N, count)
