"""The encoder: from what is shown and the step before to features."""

from dataclasses import dataclass

import numpy as np

from gamemeta.agent.shape.normalising import CLIP
from gamemeta.export.description import NORMALISED
from gamemeta.export.graph.builder import Builder
from gamemeta.export.graph.weights import Array, Part, Weights

ENDLESS = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Seen:
    """What is shown to the graph, by names of values; an empty name where an agent sees none.

    Args:
        symbols: int32 [n, C], within their codes.
        quantities: float32 [n, Q].
        images: float32 [n, channels, height, width] each, 0 to `white`.
        white: the value of white.
    """

    symbols: str
    quantities: str
    images: list[str]
    white: float = 255.0


@dataclass(frozen=True)
class Before:
    """What the step before led to.

    Args:
        codes: int32 [n, H], action codes + 1.
        numbers: float32 [n, K].
        reward, done: float32 [n, 1].
    """

    codes: str
    numbers: str
    reward: str
    done: str


def encoded(g: Builder, agent: Weights, name: str, seen: Seen, before: Before | None) -> str:
    """The features [n, D] of an encoder, without its ReLU."""
    table, bias = agent[f"{name}.symbols"], agent[f"{name}.bias"]
    codes = [part.codes for part in agent.symbols for _ in range(part.size)]
    looked_up, quantities, rows = seen.symbols, _normalised(g, agent, seen.quantities), _rows(agent, name)
    if before is not None:
        codes += [max(agent.heads, default=0) + 1] * len(agent.heads)
        looked_up = g.concat([seen.symbols, before.codes])
        # whether an episode ended is a symbol of two codes: the row of the first belongs to the bias
        not_done, done = table[sum(codes)], table[sum(codes) + 1]
        bias, rows = bias + not_done, np.concatenate([rows, (done - not_done)[None]])
        quantities = g.concat([quantities, before.numbers, _reward(g, agent, before.reward), before.done])
    x = g.constant(bias[None], name="bias")
    if looked_up:
        firsts = g.constant(np.cumsum([0, *codes[:-1]])[None], np.int32)
        each_row = g("Gather", g.constant(table[: sum(codes)], name="symbols"), g("Add", looked_up, firsts))
        x = g("Add", g("ReduceSum", each_row, g.ints(1), keepdims=0), x)
    if quantities:
        x = g("Add", g("MatMul", quantities, g.constant(rows, name="quantities")), x)
    for k, (part, image) in enumerate(zip(agent.images, seen.images, strict=True)):
        x = g("Add", _image(g, agent, f"{name}.images.{k}", part, image, seen.white), x)
    return x


def _scales(agent: Weights) -> list[tuple[Array, Array, bool]]:
    """Mean, deviation (0 where a quantity counts for nothing) and whether it is normalised, of every part."""
    return [
        (agent[f"parts.{p.place}.mean"], agent[f"parts.{p.place}.deviation"], True)
        if p.kind == NORMALISED
        else (np.zeros(p.size, np.float32), np.ones(p.size, np.float32), False)
        for p in agent.quantities
    ]


def _normalised(g: Builder, agent: Weights, quantities: str) -> str:
    """Quantities as deviations from their mean; those that are shown as they are stay so."""
    scales = _scales(agent)
    if not any(normal for _, _, normal in scales):
        return quantities
    mean, deviation = (np.concatenate([scale[k] for scale in scales])[None] for k in (0, 1))
    limit = np.concatenate([np.full(len(m), CLIP if normal else ENDLESS) for m, _, normal in scales])[None]
    away = g("Sub", quantities, g.constant(mean))
    scaled = g("Div", away, g.constant(np.where(deviation > 0, deviation, 1)))
    return g("Max", g("Min", scaled, g.constant(limit)), g.constant(-limit))


def _rows(agent: Weights, name: str) -> Array:
    """The matrix of quantities, with zeros for those that count for nothing."""
    rows: Array = agent[f"{name}.quantities"].copy()
    counts = [deviation > 0 for _, deviation, _ in _scales(agent)]
    known = np.concatenate([np.zeros(0, np.bool_), *counts])
    rows[: len(known)] *= known[:, None]
    if agent.integer["reward_normalised"] and len(rows) > len(known) and not agent["reward.deviation"][0] > 0:
        rows[-1] = 0
    return rows


def _reward(g: Builder, agent: Weights, reward: str) -> str:
    if not agent.integer["reward_normalised"]:
        return reward
    deviation = agent["reward.deviation"]
    away = g("Sub", reward, g.constant(agent["reward.mean"]))
    squeezed = g("Asinh", g("Div", away, g.constant(np.where(deviation > 0, deviation, 1))))
    return g("Clip", squeezed, g.constant(-CLIP), g.constant(CLIP))


def _image(g: Builder, agent: Weights, name: str, part: Part, x: str, white: float) -> str:
    """Features [n, D] of one image."""
    (height, width, channels), k = part.shape, 0

    def convolved(x: str, scale: float = 1.0) -> str:
        nonlocal k, channels
        matrix, bias = agent[f"{name}.{k}.weight"], agent[f"{name}.{k}.bias"]
        kernel = (matrix * np.float32(scale)).reshape(len(bias), 3, 3, channels).transpose(0, 3, 1, 2)
        k, channels = k + 1, len(bias)
        kernels = g.constant(kernel, name="convolution")
        return g("Conv", x, kernels, g.constant(bias), kernel_shape=[3, 3], pads=[1, 1, 1, 1])

    for stage in range(agent.integer["stages"]):
        x = convolved(x, 1.0 if stage else 255.0 / white)
        x = g("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
        height, width = (height + 1) // 2, (width + 1) // 2
        for _ in range(agent.integer["blocks"]):
            x = g("Add", x, convolved(g("Relu", convolved(g("Relu", x)))))
    out = agent[f"{name}.out"].reshape(-1, height, width, channels).transpose(0, 3, 1, 2)
    flat = g("Reshape", g("Relu", x), g.ints(0, height * width * channels))
    return g("MatMul", flat, g.constant(out.reshape(len(out), -1).T, name="features"))
