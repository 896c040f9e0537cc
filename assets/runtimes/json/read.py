"""A whole runtime that needs NumPy alone, and a checker: python read.py agent.json trace.json [--time].

It is written to be read: the shortest way from docs/exporting.md to code. SPDX-License-Identifier: MIT
"""

import json
import struct
import sys
import time
from zlib import crc32

import numpy as np

MASK, GOLDEN = 2**64 - 1, 0x9E3779B97F4A7C15
LIMIT, MEMORY_LIMIT = 2e-5, 1e-4
"""Of outputs and numbers; of memories, which are sums over hundreds of steps."""
MOST_STEPS, MOST_STATE, MOST_FLOAT = 2**48, 1e12, float(np.finfo(np.float32).max)
F = np.float32


class GamemetaError(ValueError):
    """What is wrong with an agent, an input or a save game. Nothing has changed then."""


def need(good, words):
    if not good:
        raise GamemetaError(words)


def real(value, most=MOST_FLOAT):
    return isinstance(value, (int, float, np.number)) and abs(value) <= most


def mix(x):
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & MASK
    return x ^ (x >> 31)


def combine(seed, number):
    return mix(mix((seed + GOLDEN) & MASK) ^ ((number * GOLDEN + GOLDEN) & MASK))


def uniform(lane, number):
    return (combine(lane, number) >> 40) * 2.0**-24


def normal(lane, number):
    bits = combine(lane, number)
    radius = np.sqrt(-2 * np.log(((bits >> 32) + 1) * 2.0**-32))
    return float(F(radius * np.cos(2 * np.pi * 2.0**-32 * (bits & 0xFFFFFFFF))))


def sigmoid(x):
    return 1 / (1 + np.exp(-np.maximum(x, F(-80))))


def rms_norm(x):
    return x / np.sqrt(np.mean(x * x) + F(1e-5))


def softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


class Agent:
    def __init__(self, document):
        """The agent of agent.json, which plays a step to see that its sizes fit."""
        try:
            self.read(document)
            need(all(np.isfinite(array).all() for array in self.a.values()), "a weight is NaN or infinite")
            nothing = [[1 if k == self.i["mask"] else 0] * part["size"] for k, part in enumerate(self.parts)]
            for skill in (self.skill, 0.5):
                mind = Mind(self, 0, 0, skill)
                mind.act(nothing, 0.0, False)
                mind.act(nothing, 0.0, True)
                need(np.isfinite(mind.numbers).all(), "a number of an action has no range")
                need(len(mind.outputs) == self.actions + self.numbers, "its outputs do not fit")
        except Exception as error:
            raise GamemetaError(
                f"agent.json is damaged: {str(error)[:200]}. Export the agent again."
            ) from error

    def read(self, document):
        self.digest, self.skill = document["digest"], document["skill"]
        self.i, sizes = document["integers"], document["integers"]
        self.a = {name: np.array(values, F) for name, values in document["arrays"].items()}
        self.heads = [sizes[f"heads.{h}"] for h in range(sizes["heads"])]
        self.numbers, self.actions = sizes["numbers"], sum(self.heads)
        words = ("kind", "size", "codes", "height", "width", "channels")
        self.parts = [{w: sizes[f"parts.{k}.{w}"] for w in words} for k in range(sizes["parts"])]
        self.names = document["names"]
        self.start = self.a["start.state"]

    def encode(self, name, obs, before, width):
        """The features of observations and, where there is a `before`, of what the step before led to."""
        table, x, row = self.a[f"{name}.symbols"], self.a[f"{name}.bias"].copy(), 0
        codes, values, images = [], [], 0
        for part, seen in zip(self.parts, obs):
            if part["kind"] == 0:
                codes += [(int(code), part["codes"]) for code in seen]
            elif part["kind"] < 3:
                values += list(seen)
            else:
                x += self.look(f"{name}.images.{images}", part, seen)
                images += 1
        if before:
            codes += [(code, max(self.heads) + 1) for code in before["action"]] + [(before["done"], 2)]
            values += [*before["numbers"], before["reward"]]
        for code, count in codes:
            x += table[row + code]
            row += count
        for number, value in enumerate(values):
            x += F(value) * self.a[f"{name}.quantities"][number]
        return x

    def convolve(self, name, x):
        height, width, _ = x.shape
        wide = np.pad(x, ((1, 1), (1, 1), (0, 0)))
        patches = [wide[i : i + height, j : j + width] for i in range(3) for j in range(3)]
        return np.concatenate(patches, axis=-1) @ self.a[f"{name}.weight"].T + self.a[f"{name}.bias"]

    def look(self, name, part, seen):
        x, k = np.array(seen, np.float64).reshape(part["height"], part["width"], part["channels"]), 0
        for _ in range(self.i["stages"]):
            x, k = self.convolve(f"{name}.{k}", x), k + 1
            wide = np.pad(x, ((1, 1), (1, 1), (0, 0)), constant_values=-np.inf)
            height, width, _ = x.shape
            x = np.max(
                [wide[i : i + height : 2, j : j + width : 2] for i in range(3) for j in range(3)], axis=0
            )
            for _ in range(self.i["blocks"]):
                first = self.convolve(f"{name}.{k}", np.maximum(x, 0))
                x, k = x + self.convolve(f"{name}.{k + 1}", np.maximum(first, 0)), k + 2
        return self.a[f"{name}.out"] @ np.maximum(x, 0).ravel()

    def recur(self, name, gru, x, state):
        a, width = self.a, len(x)
        p = a[f"{name}.weight"] @ rms_norm(x) + a[f"{name}.bias"]
        if gru:
            q = a[f"{name}.recurrent"] @ state + a[f"{name}.recurrent_bias"]
            reset, keep = sigmoid(p[:width] + q[:width]), sigmoid(p[width : 2 * width] + q[width : 2 * width])
            candidate = np.tanh(p[2 * width :] + reset * q[2 * width :])
            state[:] = candidate + keep * (state - candidate)
            return x + a[f"{name}.out"] @ state
        state += sigmoid(p[:width]) * (np.tanh(p[width : 2 * width]) - state)
        gate = p[2 * width :]
        return x + a[f"{name}.out"] @ (state * gate * sigmoid(gate))

    def attend(self, name, x, state):
        a, width, heads, window = (
            self.a,
            len(x),
            *(self.i[f"{name}.{w}"] for w in ("attention_heads", "window")),
        )
        size, p = width // heads, a[f"{name}.weight"] @ rms_norm(x) + a[f"{name}.bias"]
        query, gate, key, value = np.split(p, [width, 2 * width, 2 * width + size])
        keys, values = (part.reshape(-1, size) for part in np.split(state[:-1], 2))
        keys, newest, count = keys.reshape(size, window), int(state[-1]) % window, int(state[-1]) + 1
        keys[:, newest], values[newest], state[-1] = key, value, count if count < 2 * window else window
        slots = np.arange(min(count, window))
        score = query.reshape(heads, size) @ keys[:, slots] / F(np.sqrt(size))
        score += a[f"{name}.distance_bias"].reshape(heads, window)[:, (newest - slots) % window]
        read = np.concatenate([softmax(row) @ values[slots] for row in score])
        return x + a[f"{name}.out"] @ (read * gate * sigmoid(gate))

    def table(self, name, obs, before, x, state, choices):
        a, sizes = self.a, {w: self.i[f"{name}.{w}"] for w in ("keys", "rows", "values", "carry")}
        rows, width, seen = sizes["rows"], sizes["values"] + 1, rms_norm(x)
        written = np.append(a[f"{name}.value"] @ seen + a[f"{name}.value_bias"], F(1))
        table, last = state[: rows * width], state[rows * width :]
        firsts = np.cumsum([0, *self.heads[:-1]])
        taken = [first + code - 1 for first, code in zip(firsts, before["action"]) if code]
        if sizes["keys"] == -2:

            def address(action):
                weight = np.exp(together(action) - together(action).max())
                return weight / np.sqrt(np.sum(weight * weight))

            def together(action):
                return last + a[f"{name}.action_keys"][action]

            table = table.reshape(width, rows)
            for action in taken:
                table += np.outer(written, address(action))
            last[:] = self.encode(f"{name}.keys", obs, None, rows)
            y = np.array([table @ address(action) for action in range(self.actions)])
        else:
            table, here = table.reshape(rows, width), 0
            for action in taken:
                table[int(last[0]) * self.actions + action] += written
            if sizes["keys"] >= 0:
                for code in obs[sizes["keys"]]:
                    here = here * self.parts[sizes["keys"]]["codes"] + int(code)
            y, last[0] = table[here * self.actions :][: self.actions].copy(), here
        share = 1 / (1 + y[:, -1:])
        facts = np.concatenate([y[:, :-1] * share, share], axis=1)
        known = facts @ a[f"{name}.read"].T + a[f"{name}.context"] @ seen + a[f"{name}.context_bias"]
        if sizes["carry"] and choices is not None:
            known = known + choices @ a[f"{name}.carry"].T
        known = known * sigmoid(known)
        mixed = known @ a[f"{name}.mix"].T
        known = known + mixed * sigmoid(mixed)
        best = softmax(known @ a[f"{name}.pick"]) @ known
        x = x + a[f"{name}.out"] @ np.concatenate([best, known.mean(axis=0)])
        return x, known if choices is None else choices + known

    def cells(self, state):
        """Kind, name and part of the state of every cell."""
        at = 0
        for name in (f"cells.{k}" for k in range(self.i["cells"])):
            kind, size = self.i[f"{name}.kind"], self.i["width"]
            if kind == 2:
                rows, keys = self.i[f"{name}.rows"], self.i[f"{name}.keys"]
                size = rows * (self.i[f"{name}.values"] + 1) + (rows if keys == -2 else 1)
            if kind == 3:
                heads, window = self.i[f"{name}.attention_heads"], self.i[f"{name}.window"]
                need(heads > 0 and window > 0 and size % heads == 0, "its heads do not fit")
                size = 2 * window * (size // heads) + 1
            yield kind, name, state[at : at + size]
            at += size
        need(at == len(state), "its cells do not fit")

    def possible(self, state):
        """Whether acting can lead to a state: tables have counts, and places that there are; attention has a
        number of steps."""
        good = bool((np.abs(state) <= MOST_STATE).all())
        for _, name, part in (cell for cell in self.cells(state) if cell[0] == 3):
            good = good and part[-1] in range(2 * self.i[f"{name}.window"])
        for _, name, part in (cell for cell in self.cells(state) if cell[0] == 2):
            rows, width, keys = (self.i[f"{name}.{w}"] for w in ("rows", "values", "keys"))
            table, last = part[: rows * (width + 1)], part[rows * (width + 1) :]
            counts = table[rows * width :] if keys == -2 else table[width :: width + 1]
            there = keys == -2 or last[0] in range(rows // self.actions)
            good = good and there and bool((counts >= 0).all())
        return good

    def network(self, obs, before, state):
        """What the network says; the state is brought forward in place."""
        x, choices = np.maximum(self.encode("encoder", obs, before, self.i["width"]), 0), None
        for kind, name, part in self.cells(state):
            if kind == 2:
                x, choices = self.table(name, obs, before, x, part, choices)
            elif kind == 3:
                x = self.attend(name, x, part)
            else:
                x = self.recur(name, kind == 1, x, part)
        outputs = self.a["actor"] @ rms_norm(x) + self.a["actor_bias"]
        return outputs if choices is None else outputs + choices @ self.a["choice_actor"]

    def checked_part(self, name, part, shown):
        try:
            values = np.asarray(shown)
        except (ValueError, TypeError) as error:
            raise GamemetaError(f"{name}: give {part['size']} numbers: {error}") from None
        right = values.dtype.kind in "biuf" and values.size == part["size"]
        need(right, f"{name}: give {part['size']} numbers")
        values, most = values.ravel().astype(np.float64), part["codes"] - 1 if part["kind"] == 0 else 255
        if part["kind"] in (1, 2):
            need((np.abs(values) <= MOST_FLOAT).all(), f"{name}: give finite numbers")
        else:
            whole = (values >= 0) & (values <= most) & (values == np.floor(values))
            need(whole.all(), f"{name}: give whole numbers from 0 to {most}")
        return values

    def checked(self, obs):
        """The parts of an observation as arrays, which are as they should be."""
        need(
            isinstance(obs, (list, tuple)) and len(obs) == len(self.parts),
            f"obs: give {len(self.parts)} parts",
        )
        checked = [self.checked_part(*three) for three in zip(self.names, self.parts, obs)]
        if self.i["mask"] >= 0:
            heads = np.split(checked[self.i["mask"]], np.cumsum(self.heads)[:-1])
            need(all(head.any() for head in heads), "action_mask leaves a head without a legal choice")
        return checked

    def shown(self, obs):
        """The observation with normalised parts."""
        means, deviations = (
            [self.a.get(f"parts.{k}.{w}") for k in range(len(obs))] for w in ("mean", "deviation")
        )
        return [
            values if mean is None else [scaled(*three) for three in zip(values, mean, deviation)]
            for values, mean, deviation in zip(obs, means, deviations)
        ]


def scaled(value, mean, deviation, squeeze=lambda away: away):
    if not deviation > 0:
        return 0.0
    return float(np.clip(squeeze((float(value) - float(mean)) / float(deviation)), -10, 10))


class Mind:
    """One mind of n; its number makes its own random stream."""

    def __init__(self, agent, seed, number, skill):
        need(isinstance(seed, int) and 0 <= seed <= MASK, "seed: give a whole number from 0 to 2^64 - 1")
        need(real(skill, 1) and skill >= 0, "skill: give a number from 0 to 1")
        self.agent, self.seed, self.number, self.skill = agent, seed, number, float(skill)
        self.steps, self.seat = 0, -1
        self.forget()

    def forget(self):
        agent = self.agent
        self.state, self.begun = agent.start.copy(), False
        self.action, self.numbers = [0] * len(agent.heads), [0.0] * agent.numbers
        self.thought = np.zeros(agent.actions + agent.numbers, F)

    def act(self, obs, reward, done):
        agent, memory, obs = self.agent, self.agent.i["memory"], self.agent.checked(obs)
        need(real(reward), "reward: give a finite number")
        need(isinstance(done, (bool, int, np.bool_)) and done in (0, 1), "done: give True or False")
        before = {"action": self.action, "numbers": self.numbers, "reward": reward, "done": int(done)}
        start = not self.begun or memory == 2 or (memory == 1 and done)
        state = agent.start.copy() if start else self.state.copy()
        if start:
            before["action"] = [agent.i[f"start.action.{h}"] for h in range(len(agent.heads))]
            before |= {"numbers": list(agent.a["start.numbers"]), "reward": agent.a["start.reward"][0]}
            before["done"] = agent.i["start.done"]
        if agent.i["reward_normalised"]:
            scale = (agent.a[f"reward.{w}"][0] for w in ("mean", "deviation"))
            before["reward"] = scaled(before["reward"], *scale, np.arcsinh)
        mask = None if agent.i["mask"] < 0 else np.array(obs[agent.i["mask"]])
        outputs = agent.network(agent.shown(obs), before, state)
        good = np.isfinite(outputs).all() and (np.abs(state) <= MOST_STATE).all()
        need(good, "the network answers with NaN or infinity; is an observation or reward enormous?")
        self.outputs, self.state = outputs, state
        action = self.choose(mask, start)
        self.begun, self.steps = True, self.steps + 1
        return action

    def choose(self, mask, start):
        agent, width = self.agent, len(self.agent.heads) + self.agent.numbers
        lane, late = combine(self.seed, self.number), False
        logits, first, action = self.outputs, 0, []
        if self.skill < 1:
            late = uniform(combine(self.seed ^ 1 << 61, self.number), self.steps) < F(0.5 * (1 - self.skill))
            self.thought = self.thought * F(not start) if late else self.outputs.copy()
            logits = self.thought
        tempered = logits * F(self.skill**2)
        for h, choices in enumerate(agent.heads):
            head = tempered[first : first + choices]
            if mask is not None:
                head = np.where(mask[first : first + choices] != 0, head, F(-1e9))
            total = np.cumsum(np.exp(head - head.max()))
            wanted = F(uniform(lane, self.steps * width + h)) * total[-1]
            action.append(int(np.sum(total[:-1] <= wanted)))
            first += choices
        self.action = [code + 1 for code in action]
        self.numbers = []
        for k in range(agent.numbers):
            spread, middle, half, low, high = (
                float(agent.a[f"numbers.{w}"][k]) for w in ("spread", "middle", "half", "low", "high")
            )
            raw = float(logits[first + k]) + spread * normal(lane, self.steps * width + len(agent.heads) + k)
            unit = np.tanh(raw)
            if self.skill < 1:
                chance = (
                    2 * uniform(combine(self.seed ^ 1 << 62, self.number), self.steps * agent.numbers + k) - 1
                )
                unit = np.clip(self.skill * unit + (1 - self.skill) * chance, -1 + 1e-6, 1 - 1e-6)
            value = float(np.clip(F(middle + half * unit), low, high))
            action.append(value)
            self.numbers.append(float(np.clip((value - middle) / half, -1, 1)))
        return action


def memory_of(minds):
    """The bytes of n minds."""
    first, n, agent = minds[0], len(minds), minds[0].agent
    thought = len(first.thought) if first.skill < 1 else 0
    sizes = (len(first.state), agent.numbers, thought, len(agent.heads), 0, 0)
    data = struct.pack(
        "<8sIIQd16s6I", b"GMMEMORY", 3, n, first.seed, first.skill, agent.digest.encode(), *sizes
    )
    data += b"".join(struct.pack("<Q", m.steps) for m in minds)
    for values in (
        [m.state for m in minds],
        [m.numbers for m in minds],
        [m.thought[:thought] for m in minds],
    ):
        data += np.array(values, "<f4").tobytes()
    data += b"".join(struct.pack("<i", m.seat) for m in minds)
    data += b"".join(bytes(m.action) for m in minds) + bytes(m.begun for m in minds)
    return data + struct.pack("<I", crc32(data))


def resumed(agent, data):
    """n minds out of bytes."""
    need(isinstance(data, bytes) and len(data) > 76, "these bytes are not the memory of an agent")
    mark, version, n, seed, skill, digest, *sizes = struct.unpack_from("<8sIIQd16s6I", data)
    row = 8 + 4 * (sum(sizes[:3]) + 1) + sizes[3] + 1
    need(mark == b"GMMEMORY" and version == 3, "these bytes are not the memory of an agent")
    whole = len(data) == 72 + n * row + 4 and n and crc32(data[:-4]) == struct.unpack("<I", data[-4:])[0]
    need(whole, "this memory is cut off or damaged; take an earlier save")
    need(digest.decode("ascii", "replace") == agent.digest, "this memory belongs to another agent")
    outputs = agent.actions + agent.numbers if skill < 1 else 0
    fits = sizes[:5] == [len(agent.start), agent.numbers, outputs, len(agent.heads), 0]
    need(fits, "this memory is damaged: its sizes are not those of this agent")
    minds, at = [Mind(agent, seed, i, skill) for i in range(n)], 72
    for name, size, kind in (
        ("steps", 1, "<u8"),
        ("state", sizes[0], "<f4"),
        ("numbers", sizes[1], "<f4"),
        ("thought", sizes[2], "<f4"),
        ("seat", 1, "<i4"),
        ("action", sizes[3], "u1"),
        ("begun", 1, "u1"),
    ):
        for mind in minds:
            values = np.frombuffer(data, kind, size, at)
            at += values.nbytes
            if name in ("steps", "seat", "begun"):
                setattr(mind, name, int(values[0]))
            elif size or name != "thought":
                setattr(mind, name, values.astype(F) if name in ("state", "thought") else values.tolist())
    need(all(map(sound, minds)), "this memory holds what no mind can have; take an earlier save")
    return minds


def sound(mind):
    """Whether acting can lead to what a mind remembers."""
    codes = all(code <= choices for code, choices in zip(mind.action, mind.agent.heads))
    numbers = all(abs(number) <= 1 for number in mind.numbers)
    return (
        codes
        and numbers
        and mind.steps < MOST_STEPS
        and np.isfinite(mind.thought).all()
        and mind.agent.possible(mind.state)
    )


class Replay:
    """Plays a trace and counts what differs."""

    def __init__(self, agent, trace):
        self.agent, self.trace, self.minds = agent, trace, []
        self.error, self.equal, self.actions, self.memory, self.decisions = 0.0, 0, 0, True, 0

    def play(self):
        for event in self.trace["events"]:
            ((word, value),) = event.items()
            getattr(self, word)(value)

    def begin(self, about):
        self.minds = [Mind(self.agent, int(about["seed"]), i, about["skill"]) for i in range(about["n"])]

    def act(self, step):
        for i, mind in enumerate(self.minds):
            pools = (self.trace[kind] for kind in ("symbols", "quantities", "images"))
            kinds = [iter(pool[step["obs"][i]] if pool else ()) for pool in pools]
            obs = [[next(kinds[(0, 1, 1, 2)[p["kind"]]]) for _ in range(p["size"])] for p in self.agent.parts]
            action = mind.act(obs, step["reward"][i], step["done"][i])
            golden = np.array(step["outputs"][i])
            away = np.abs(mind.outputs - golden) / np.maximum(1, np.abs(golden))
            self.error = max(self.error, float(np.max(away)))
            heads = len(self.agent.heads)
            for k, (mine, theirs) in enumerate(zip(action, step["action"][i])):
                near = LIMIT * self.agent.a["numbers.half"][k - heads] if k >= heads else 0
                self.equal += abs(mine - theirs) <= near
                self.actions += 1
            self.decisions += 1

    def forget(self, which):
        for mind, forgets in zip(self.minds, which):
            if forgets:
                mind.forget()

    def save(self, text):
        golden, mine = bytes.fromhex(text), memory_of(self.minds)
        first, floats = 72 + 8 * len(self.minds), sum(struct.unpack_from("<3I", golden, 48)) * len(self.minds)
        end = first + 4 * floats
        a, b = (np.frombuffer(data, "<f4", floats, first) for data in (mine, golden))
        same = mine[:first] == golden[:first] and mine[end:-4] == golden[end:-4]
        self.memory &= bool(same and np.all(np.abs(a - b) <= MEMORY_LIMIT * np.maximum(1, np.abs(b))))
        self.minds = resumed(self.agent, mine)

    def resume(self, text):
        self.minds = resumed(self.agent, bytes.fromhex(text))


def main(words):
    with open(words[0], encoding="utf-8") as agent, open(words[1], encoding="utf-8") as trace:
        replay = Replay(Agent(json.load(agent)), json.load(trace))
    begun = time.perf_counter()
    replay.play()
    seconds = time.perf_counter() - begun
    good = replay.error <= LIMIT and replay.equal == replay.actions and replay.memory
    print(f"error {replay.error:.3g}\nactions {replay.equal} {replay.actions}")
    print(f"memory {'equal' if replay.memory else 'differs'}")
    if "--time" in words:
        print(f"us {1e6 * seconds / replay.decisions:.3g}")
    print("ok" if good else "failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
