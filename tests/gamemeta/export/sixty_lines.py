"""A reader of the plain text of an export, from docs/exporting.md alone: minGRU cells and symbols."""

import numpy as np

MASK, GOLDEN = 2**64 - 1, 0x9E3779B97F4A7C15


def mix(x):
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def combine(seed, number):
    return mix(mix(seed + GOLDEN & MASK) ^ (number * GOLDEN + GOLDEN & MASK))


def rms(x):
    return x / np.sqrt(np.mean(x * x) + 1e-5)


def outputs(agent, arrays, codes, reward, state):
    sizes, row, x = agent["integers"], 0, arrays["encoder.bias"].copy()
    counts = [
        sizes[f"parts.{k}.codes"] for k in range(sizes["parts"]) for _ in range(sizes[f"parts.{k}.size"])
    ]
    for code, count in zip(codes, [*counts, sizes["heads.0"] + 1, 2], strict=True):
        x += arrays["encoder.symbols"][row + code]
        row += count
    x = np.maximum(x + reward * arrays["encoder.quantities"][0], 0)
    for k in range(sizes["cells"]):
        h, name = state[k], f"cells.{k}"
        z, c, g = np.split(arrays[f"{name}.weight"] @ rms(x) + arrays[f"{name}.bias"], 3)
        h += (1 + np.tanh(z / 2)) / 2 * (np.tanh(c) - h)
        x = x + arrays[f"{name}.out"] @ (h * g * (1 + np.tanh(g / 2)) / 2)
    return arrays["actor"] @ rms(x) + arrays["actor_bias"]


def largest_error(agent, trace):
    """Of all outputs until the first event that is neither begin nor act; inf where an action differs."""
    arrays, worst = {name: np.array(values) for name, values in agent["arrays"].items()}, 0.0
    for event in trace["events"]:
        if "begin" in event:
            n, seed = event["begin"]["n"], int(event["begin"]["seed"])
            state = np.zeros((n, agent["integers"]["cells"], agent["integers"]["width"]))
            before, steps = [0] * n, 0
        elif "act" in event:
            act = event["act"]
            for i in range(n):
                reward, done = (act["reward"][i], int(act["done"][i])) if steps else (0.0, 0)
                codes = [*trace["symbols"][act["obs"][i]], before[i], done]
                heard, golden = outputs(agent, arrays, codes, reward, state[i]), np.array(act["outputs"][i])
                worst = max(worst, np.max(np.abs(heard - golden) / np.maximum(1, np.abs(golden))))
                total = np.cumsum(np.exp(heard - heard.max()))
                wanted = (combine(combine(seed, i), steps) >> 40) / 2**24 * total[-1]
                before[i] = int(np.sum(total[:-1] <= wanted)) + 1
                worst = worst if before[i] - 1 == act["action"][i][0] else np.inf
            steps += 1
    return worst
