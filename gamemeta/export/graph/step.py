"""One step of n minds: clearing, the network, and drawing an action from numbers that come from outside."""

from dataclasses import dataclass

import numpy as np

from gamemeta.agent.handicap import NEARLY_ONE
from gamemeta.export.graph.builder import Builder
from gamemeta.export.graph.cells import Stream, affine, cell, rms_norm
from gamemeta.export.graph.encoder import Before, Seen, encoded
from gamemeta.export.graph.weights import Weights

ILLEGAL = -1e9
EVERY_STEP, WHERE_DONE = 2, 1
"""When a memory is cleared by itself."""


@dataclass(frozen=True)
class Chance:
    """Where randomness comes from.

    Args:
        uniform: float32 [n, H], 0 to below 1.
        normal: float32 [n, K].
        skill: float32 [1]; empty at skill 1, and then the rest is empty, too.
        late: bool [n, 1], who has not reacted yet.
        blur: float32 [n, K], 0 to below 1.
    """

    uniform: str
    normal: str
    skill: str = ""
    late: str = ""
    blur: str = ""


@dataclass(frozen=True)
class Stepped:
    """What a step gives.

    Args:
        outputs: float32 [n, O], logits of all heads, then means.
        codes: float32 [n, H].
        numbers: float32 [n, K].
        memory: float32 [n, M].
    """

    outputs: str
    codes: str
    numbers: str
    memory: str


def step(
    g: Builder, agent: Weights, seen: Seen, legal: str, outcome: tuple[str, str], memory: str, chance: Chance
) -> Stepped:
    """Add a step to the graph.

    Args:
        g: the graph.
        agent: whose step.
        seen: the observation.
        legal: bool [n, A], which choices are legal; empty where all are.
        outcome: reward and done of the step before, float32 [n, 1] each.
        memory: float32 [n, M].
        chance: where randomness comes from.
    """
    states, before, thought = _begun(g, agent, outcome, memory)
    stream = Stream(g("Relu", encoded(g, agent, "encoder", seen, before)))
    after = [cell(g, agent, k, stream, state, seen, before) for k, state in enumerate(states)]
    outputs = affine(g, rms_norm(g, stream.x), agent, "actor", "actor_bias")
    if stream.choices:
        of_choices = g("MatMul", stream.choices, g.constant(agent["choice_actor"][:, None]))
        outputs = g("Add", outputs, g("Reshape", of_choices, g.ints(0, agent.choices)))
    thoughts = g("Where", chance.late, thought, outputs) if chance.late else outputs
    logits, means = g.split(thoughts, [agent.choices, agent.continuous])
    codes = _codes(g, agent, logits, legal, chance)
    numbers, shown = _numbers(g, agent, means, chance)
    ones = g("Add", g("Mul", before.done, g.constant(0)), g.constant(1))
    previous = g("Add", codes, g.constant(1)) if codes else ""
    memory = g.concat([*after, shown, previous, ones, thoughts])
    return Stepped(outputs, codes, numbers, memory)


def _begun(
    g: Builder, agent: Weights, outcome: tuple[str, str], memory: str
) -> tuple[list[str], Before, str]:
    """States, the step before and thoughts, those of the start in minds that begin."""
    sizes, kind = agent.columns, agent.integer["memory"]
    first = sum(sizes.values()) - agent.outputs - 1
    begun = g("Slice", memory, g.ints(first), g.ints(first + 1), g.ints(1))
    start = g("Less", begun, g.constant(0.5))
    if kind == WHERE_DONE:
        start = g("Or", start, g("Greater", outcome[1], g.constant(0.5)))
    if kind == EVERY_STEP:
        start = g("Or", start, g.constant([[True]], np.bool_))
    row = np.concatenate(
        [
            agent["start.state"],
            agent["start.numbers"],
            [agent.integer[f"start.action.{h}"] for h in range(len(agent.heads))],
            np.zeros(1 + agent.outputs),
            agent["start.reward"],
            [agent.integer["start.done"]],
        ]
    )
    everything = g("Where", start, g.constant(row[None], name="start"), g.concat([memory, *outcome]))
    pieces = g.split(everything, [*agent.states, *list(sizes.values())[1:], 1, 1])
    *states, numbers, action, _, thought, reward, done = pieces
    codes = g.cast(action, np.int32) if action else ""
    return states, Before(codes, numbers, reward, done), thought


def _codes(g: Builder, agent: Weights, logits: str, legal: str, chance: Chance) -> str:
    """Drawn codes [n, H]."""
    if not agent.heads:
        return ""
    if chance.skill:
        logits = g("Mul", logits, g("Mul", chance.skill, chance.skill))
    if legal:
        logits = g("Where", legal, logits, g.constant(ILLEGAL))
    uniforms = g.split(chance.uniform, [1] * len(agent.heads))
    flags = g.split(g.cast(legal, np.float32), agent.heads) if legal else [""] * len(agent.heads)
    heads = zip(g.split(logits, agent.heads), flags, uniforms, agent.heads, strict=True)
    return g.concat([_drawn(g, *head) for head in heads])


def _drawn(g: Builder, logits: str, legal: str, uniform: str, choices: int) -> str:
    """The code of one head, [n, 1]."""
    if choices == 1:
        return g("Mul", uniform, g.constant(0))
    sums = np.triu(np.ones((choices, choices), np.float32))
    share = g("Softmax", logits, axis=1)
    if not legal:
        below = g("LessOrEqual", g("MatMul", share, g.constant(sums[:, :-1])), uniform)
        return g("ReduceSum", g.cast(below, np.float32), g.ints(1), keepdims=1)
    # sums are rounded, so that a choice of no probability has to be left out, not only passed over
    numbers, legal = g.constant(np.arange(choices)[None]), g("Greater", legal, g.constant(0.5))
    above = g("And", legal, g("Greater", g("MatMul", share, g.constant(sums)), uniform))
    first = g("ReduceMin", g("Where", above, numbers, g.constant(choices)), axes=[1], keepdims=1)
    last = g("ReduceMax", g("Where", legal, numbers, g.constant(0)), axes=[1], keepdims=1)
    return g("Min", first, last)


def _numbers(g: Builder, agent: Weights, means: str, chance: Chance) -> tuple[str, str]:
    """Numbers [n, K], and what the next inputs say of them."""
    if not means:
        return "", ""
    raw = g("Add", means, g("Mul", g.constant(agent["numbers.spread"][None]), chance.normal))
    unit = g("Tanh", raw)
    if chance.skill:
        one, limit = g.constant(1), float(NEARLY_ONE)
        centred = g("Sub", g("Mul", chance.blur, g.constant(2)), one)
        rest = g("Sub", one, chance.skill)
        mixed = g("Add", g("Mul", unit, chance.skill), g("Mul", centred, rest))
        mixed = g("Clip", mixed, g.constant(-limit), g.constant(limit))
        unit = g("Where", g("Less", chance.skill, one), mixed, unit)
    middle, half, low, high = (
        g.constant(agent[f"numbers.{word}"][None]) for word in ("middle", "half", "low", "high")
    )
    value = g("Max", g("Min", g("Add", middle, g("Mul", half, unit)), high), low)
    shown = g("Clip", g("Div", g("Sub", value, middle), half), g.constant(-1), g.constant(1))
    return value, shown
