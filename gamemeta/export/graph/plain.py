"""The graph of the target `onnx`: one step of n minds; all numbers from outside are inputs."""

from typing import Any

import numpy as np

from gamemeta.export.graph.builder import Builder, N
from gamemeta.export.graph.checks import ANSWER, NOT_FINITE, no_choice, not_finite, within_codes
from gamemeta.export.graph.encoder import Seen
from gamemeta.export.graph.metadata import metadata
from gamemeta.export.graph.step import Chance, step
from gamemeta.export.graph.weights import Weights
from gamemeta.export.target import Export

WORDS = "One step of n minds of an agent of gamemeta: memory in, action and memory out."


def plain_graph(export: Export, pixels: type[np.generic] = np.uint8) -> bytes:
    """The file agent.onnx.

    Args:
        export: what is exported.
        pixels: the type of images, each number 0 to 255.
    """
    g, agent = Builder(), Weights(export.description)
    memory_width = sum(agent.columns.values())
    seen, legal, wrong = _observed(g, agent, pixels)
    outcome = g.input("reward", np.float32, N, 1), g.input("done", np.float32, N, 1)
    memory = g.input("memory", np.float32, N, memory_width)
    wrong.append(not_finite(g, g.concat([seen.quantities, *outcome]), NOT_FINITE))
    after = step(g, agent, seen, legal, outcome, memory, _chance(g, agent))
    wrong.append(not_finite(g, after.outputs, ANSWER))
    total = wrong[0]
    for number in wrong[1:]:
        total = g("Add", total, number)
    kept = g("Where", g("Greater", total, g.constant(0)), memory, after.memory)
    g.output(
        "action", g.concat([after.codes, after.numbers]), np.float32, N, len(agent.heads) + agent.continuous
    )
    g.output("memory_out", kept, np.float32, N, memory_width)
    g.output("outputs", after.outputs, np.float32, N, agent.outputs)
    g.output("wrong", g.cast(total, np.int32), np.int32, N, 1)
    return g.model(export.name or "agent", WORDS, metadata(export, agent))


def _observed(g: Builder, agent: Weights, pixels: type[np.generic]) -> tuple[Seen, str, list[str]]:
    """What is shown, which choices are legal, and what is wrong."""
    symbols, wrong, legal = "", [], ""
    sizes = {kind: agent.width_of(getattr(agent, kind)) for kind in ("symbols", "quantities", "images")}
    if sizes["symbols"]:
        symbols, outside = within_codes(g, agent, g.input("symbols", np.int32, N, sizes["symbols"]))
        wrong.append(outside)
    quantities = g.input("quantities", np.float32, N, sizes["quantities"]) if sizes["quantities"] else ""
    images = _images(g, agent, pixels, sizes["images"]) if sizes["images"] else []
    if agent.mask is not None:
        pieces = g.split(symbols, [part.size for part in agent.symbols])
        legal = g.cast(pieces[agent.symbols.index(agent.mask)], np.bool_)
        wrong.append(no_choice(g, agent, legal))
    return Seen(symbols, quantities, images), legal, wrong


def _images(g: Builder, agent: Weights, pixels: Any, size: int) -> list[str]:
    """Each image [n, channels, height, width]."""
    flat = g.input("images", pixels, N, size)
    if pixels is not np.float32:
        flat = g.cast(flat, np.float32)
    pieces = g.split(flat, [part.size for part in agent.images])
    return [
        g("Transpose", g("Reshape", piece, g.ints(0, *part.shape)), perm=[0, 3, 1, 2])
        for piece, part in zip(pieces, agent.images, strict=True)
    ]


def _chance(g: Builder, agent: Weights) -> Chance:
    heads, numbers = len(agent.heads), agent.continuous
    uniform = g.input("uniform", np.float32, N, heads) if heads else ""
    normal = g.input("normal", np.float32, N, numbers) if numbers else ""
    skill, late = g.input("skill", np.float32, 1), g.input("late", np.float32, N, 1)
    blur = g.input("blur", np.float32, N, numbers) if numbers else ""
    return Chance(uniform, normal, skill, g("Greater", late, g.constant(0.5)), blur)
