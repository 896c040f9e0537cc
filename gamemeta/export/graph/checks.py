"""What is wrong with the inputs of a step, worked out by the graph itself."""

import numpy as np

from gamemeta.export.graph.builder import Builder
from gamemeta.export.graph.weights import Weights

SYMBOL, NOT_FINITE, NO_CHOICE, ANSWER = 1, 2, 4, 8
"""What `wrong` is the sum of."""
WRONG = {
    SYMBOL: "a symbol is outside its part",
    NOT_FINITE: "a quantity, reward or done is NaN or infinite",
    NO_CHOICE: "the mask leaves a head without a legal choice",
    ANSWER: "the network answers with NaN or infinity",
}


def within_codes(g: Builder, agent: Weights, symbols: str) -> tuple[str, str]:
    """Symbols brought within their codes, and SYMBOL [n, 1] where one was outside."""
    last = np.array([[part.codes - 1 for part in agent.symbols for _ in range(part.size)]])
    within = g("Max", g("Min", symbols, g.constant(last, np.int32)), g.constant([[0]], np.int32))
    same = g("ReduceMin", g.cast(g("Equal", within, symbols), np.float32), axes=[1], keepdims=1)
    return within, g("Sub", g.constant(SYMBOL), same)


def not_finite(g: Builder, values: str, number: int) -> str:
    """The number [n, 1] where one of the values [n, ...] is NaN or infinite."""
    nothing = g("ReduceSum", g("Mul", values, g.constant(0)), g.ints(1), keepdims=1)
    finite = g.cast(g("Equal", nothing, g.constant(0)), np.float32)
    return g("Mul", g("Sub", g.constant(1), finite), g.constant(number))


def no_choice(g: Builder, agent: Weights, legal: str) -> str:
    """NO_CHOICE [n, 1] where a head has no legal choice; legal is bool [n, A]."""
    flags = g.split(g.cast(legal, np.float32), agent.heads)
    most = [g("ReduceMax", head, axes=[1], keepdims=1) for head in flags]
    least = most[0] if len(most) == 1 else g("Min", *most)
    return g("Mul", g("Sub", g.constant(1), least), g.constant(NO_CHOICE))
