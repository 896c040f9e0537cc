"""Memory cells without recurrent operators: products, sigmoid and tanh, which every engine has."""

from dataclasses import dataclass

import numpy as np

from gamemeta.export.description import ACTION_ALONE, ATTENTION, GRU_CELL, LEARNED, TABLE
from gamemeta.export.graph.builder import Builder
from gamemeta.export.graph.encoder import Before, Seen, encoded
from gamemeta.export.graph.weights import Weights

EPSILON = 1e-5
NOT_TAKEN = -1e9
"""Score of a slot that holds no step yet."""


@dataclass
class Stream:
    """What goes from cell to cell.

    Args:
        x: float32 [n, W].
        choices: float32 [n, A, U], what tables say of every choice; empty before the first.
    """

    x: str
    choices: str = ""


def rms_norm(g: Builder, x: str) -> str:
    """x over the root of its mean square."""
    mean = g("ReduceMean", g("Mul", x, x), axes=[1], keepdims=1)
    return g("Div", x, g("Sqrt", g("Add", mean, g.constant(EPSILON))))


def gate(g: Builder, x: str) -> str:
    """The sigmoid of x; that of onnxruntime is off by 1.5e-7, which adds up in a memory."""
    return g("Reciprocal", g("Add", g("Exp", g("Neg", x)), g.constant(1)))


def silu(g: Builder, x: str) -> str:
    """x times its sigmoid."""
    return g("Mul", x, g("Sigmoid", x))


def product(g: Builder, x: str, agent: Weights, name: str) -> str:
    """x times a matrix [outputs, inputs]."""
    return g("MatMul", x, g.constant(agent[name].T, name=name))


def affine(g: Builder, x: str, agent: Weights, name: str, bias: str) -> str:
    """x [n, inputs] times a matrix, and a bias."""
    weights = g.constant(agent[name], name=name), g.constant(agent[bias], name=bias)
    return g("Gemm", x, *weights, transB=1)


def cell(g: Builder, agent: Weights, k: int, stream: Stream, state: str, seen: Seen, before: Before) -> str:
    """Bring the stream through a cell; its new state."""
    kind, name = agent.integer[f"cells.{k}.kind"], f"cells.{k}"
    if kind == TABLE:
        return _Table(g, agent, name).step(stream, state, seen, before)
    if kind == ATTENTION:
        return _attention(g, agent, name, stream, state)
    thirds = [agent.integer["width"]] * 3
    p = g.split(affine(g, rms_norm(g, stream.x), agent, f"{name}.weight", f"{name}.bias"), thirds)
    if kind == GRU_CELL:
        q = g.split(affine(g, state, agent, f"{name}.recurrent", f"{name}.recurrent_bias"), thirds)
        reset, keep = (gate(g, g("Add", p[j], q[j])) for j in (0, 1))
        candidate = g("Tanh", g("Add", p[2], g("Mul", reset, q[2])))
        shown = after = g("Add", candidate, g("Mul", keep, g("Sub", state, candidate)))
    else:
        moved = g("Mul", gate(g, p[0]), g("Sub", g("Tanh", p[1]), state))
        after = g("Add", state, moved)
        shown = g("Mul", after, silu(g, p[2]))
    stream.x = g("Add", stream.x, product(g, shown, agent, f"{name}.out"))
    return after


def _attention(g: Builder, agent: Weights, name: str, stream: Stream, state: str) -> str:
    """Bring the stream through a cell with attention; its new state."""
    width, heads, window = (agent.integer[n] for n in ("width", f"{name}.attention_heads", f"{name}.window"))
    size, slots = width // heads, g.constant(np.arange(window)[None])
    p = affine(g, rms_norm(g, stream.x), agent, f"{name}.weight", f"{name}.bias")
    query, swish, key, value = g.split(p, [width, width, size, size])
    keys, values, count = g.split(state, [size * window, window * size, 1])
    around = g("Sub", count, g.constant(window))
    newest = g("Where", g("Less", around, g.constant(0)), count, around)
    here = g.cast(g("Equal", newest, slots), np.float32)
    by_slot, by_value = g("Unsqueeze", here, g.ints(1)), g("Unsqueeze", here, g.ints(2))
    keys = _put(g, g("Reshape", keys, g.ints(0, size, window)), g("Unsqueeze", key, g.ints(2)), by_slot)
    values = _put(
        g, g("Reshape", values, g.ints(0, window, size)), g("Unsqueeze", value, g.ints(1)), by_value
    )
    back = g("Sub", newest, slots)
    back = g("Where", g("Less", back, g.constant(0)), g("Add", back, g.constant(window)), back)
    bias = g("Gather", g.constant(agent[f"{name}.distance_bias"].T), g.cast(back, np.int32))
    score = g("MatMul", g("Reshape", query, g.ints(0, heads, size)), keys)
    score = g("Mul", score, g.constant(size**-0.5))
    score = g("Add", score, g("Transpose", bias, perm=[0, 2, 1]))
    steps = g("Add", count, g.constant(1))
    taken = g("Unsqueeze", g("Less", slots, steps), g.ints(1))
    weight = g("Softmax", g("Where", taken, score, g.constant(NOT_TAKEN)), axis=2)
    read = g("Reshape", g("MatMul", weight, values), g.ints(0, width))
    stream.x = g("Add", stream.x, product(g, g("Mul", read, silu(g, swish)), agent, f"{name}.out"))
    steps = g("Where", g("Less", steps, g.constant(2 * window)), steps, g.constant(window))
    flat = (g("Reshape", part, g.ints(0, size * window)) for part in (keys, values))
    return g("Concat", *flat, steps, axis=1)


def _put(g: Builder, ring: str, newest: str, here: str) -> str:
    """The ring with the newest key or value where `here` is 1."""
    kept = g("Mul", ring, g("Sub", g.constant(1), here))
    return g("Add", kept, g("Mul", newest, here))


class _Table:
    """A table addressed by keys."""

    def __init__(self, g: Builder, agent: Weights, name: str) -> None:
        self.g, self.agent, self.name = g, agent, name
        self.keys, self.rows = agent.integer[f"{name}.keys"], agent.integer[f"{name}.rows"]
        self.width = agent.integer[f"{name}.values"] + 1

    def step(self, stream: Stream, state: str, seen: Seen, before: Before) -> str:
        g, name = self.g, self.name
        normal = rms_norm(g, stream.x)
        values = affine(g, normal, self.agent, f"{name}.value", f"{name}.value_bias")
        written = g("Concat", values, g("Add", g("Mul", before.done, g.constant(0)), g.constant(1)), axis=1)
        recall = self._blended if self.keys == LEARNED else self._by_address
        y, after = recall(seen, before, written, state)
        self._think(stream, normal, y)
        return after

    def _taken(self, before: Before) -> str:
        """float32 [n, A]: 1 for the actions before."""
        g, heads = self.g, self.agent.heads
        sizes = [choices + 1 for choices in heads]
        ones, row = np.zeros((sum(sizes), sum(heads)), np.float32), 0
        for first, choices in zip(np.cumsum([0, *heads[:-1]]), heads, strict=True):
            ones[row + 1 + np.arange(choices), first + np.arange(choices)] = 1
            row += choices + 1
        firsts = g.constant(np.cumsum([0, *sizes[:-1]])[None], np.int32)
        rows = g("Gather", g.constant(ones), g("Add", before.codes, firsts))
        return g("ReduceSum", rows, g.ints(1), keepdims=0)

    def _by_address(self, seen: Seen, before: Before, written: str, state: str) -> tuple[str, str]:
        g, actions, width = self.g, self.agent.choices, self.width
        places = self.rows // actions
        flat, last = g.split(state, [self.rows * width, 1])
        table = g("Reshape", flat, g.ints(0, self.rows, width))
        numbers = g.constant(np.arange(places)[None])

        def at(place: str) -> str:
            return g.cast(g("Equal", place, numbers), np.float32)

        taken = g("Reshape", self._taken(before), g.ints(0, 1, actions))
        where = g("Mul", g("Reshape", at(last), g.ints(0, places, 1)), taken)
        column = g("Reshape", where, g.ints(0, self.rows, 1))
        table = g("Add", table, g("Mul", column, g("Unsqueeze", written, g.ints(1))))
        here = self._place(seen, last)
        by_place = g("Reshape", table, g.ints(0, places, actions * width))
        gathered = g("MatMul", g("Unsqueeze", at(here), g.ints(1)), by_place)
        y = g("Reshape", gathered, g.ints(0, actions, width))
        return y, g.concat([g("Reshape", table, g.ints(0, self.rows * width)), here])

    def _place(self, seen: Seen, last: str) -> str:
        """float32 [n, 1]: the symbols of the key as one number."""
        g = self.g
        if self.keys == ACTION_ALONE:
            return g("Mul", last, g.constant(0))
        sizes = [part.size for part in self.agent.symbols]
        pieces = g.split(seen.symbols, sizes)
        k = next(k for k, part in enumerate(self.agent.symbols) if part.place == self.keys)
        digits = float(self.agent.symbols[k].codes) ** np.arange(sizes[k])[::-1]
        return g("MatMul", g.cast(pieces[k], np.float32), g.constant(digits[:, None]))

    def _blended(self, seen: Seen, before: Before, written: str, state: str) -> tuple[str, str]:
        g, rows, width = self.g, self.rows, self.width
        flat, last = g.split(state, [rows * width, rows])
        table = g("Reshape", flat, g.ints(0, width, rows))
        taken = g("Unsqueeze", self._taken(before), g.ints(1))
        key = g("MatMul", taken, self._addresses(last))
        table = g("Add", table, g("Mul", g("Unsqueeze", written, g.ints(2)), key))
        logits = encoded(g, self.agent, f"{self.name}.keys", seen, None)
        if not (seen.symbols or seen.quantities or seen.images):
            logits = g("Add", logits, g("Mul", last, g.constant(0)))
        y = g("MatMul", self._addresses(logits), g("Transpose", table, perm=[0, 2, 1]))
        return y, g("Concat", g("Reshape", table, g.ints(0, width * rows)), logits, axis=1)

    def _addresses(self, logits: str) -> str:
        """float32 [n, A, rows]."""
        g = self.g
        actions = g.constant(self.agent[f"{self.name}.action_keys"][None], name="action_keys")
        together = g("Add", g("Unsqueeze", logits, g.ints(1)), actions)
        weight = g("Exp", g("Sub", together, g("ReduceMax", together, axes=[2], keepdims=1)))
        length = g("ReduceSum", g("Mul", weight, weight), g.ints(2), keepdims=1)
        return g("Div", weight, g("Sqrt", length))

    def _think(self, stream: Stream, normal: str, y: str) -> None:
        g, agent, name = self.g, self.agent, self.name
        values, count = g.split(y, [self.width - 1, 1], axis=2)
        share = g("Reciprocal", g("Add", count, g.constant(1)))
        facts = g.concat([g("Mul", values, share) if values else "", share], axis=2)
        context = affine(g, normal, agent, f"{name}.context", f"{name}.context_bias")
        known = g("Add", product(g, facts, agent, f"{name}.read"), g("Unsqueeze", context, g.ints(1)))
        if agent.integer[f"{name}.carry"] and stream.choices:
            known = g("Add", known, product(g, stream.choices, agent, f"{name}.carry"))
        known = silu(g, known)
        known = g("Add", known, silu(g, product(g, known, agent, f"{name}.mix")))
        pick = g("MatMul", known, g.constant(agent[f"{name}.pick"][:, None]))
        best = g("ReduceSum", g("Mul", g("Softmax", pick, axis=1), known), g.ints(1), keepdims=0)
        both = g("Concat", best, g("ReduceMean", known, axes=[1], keepdims=0), axis=1)
        stream.x = g("Add", stream.x, product(g, both, agent, f"{name}.out"))
        stream.choices = g("Add", stream.choices, known) if stream.choices else known
