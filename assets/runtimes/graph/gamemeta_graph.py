"""Plays an agent whose step is a graph: what stands around it, in NumPy alone. SPDX-License-Identifier: MIT

It is written to be translated: what stands here and not in the model is all that a game needs to add.
"""

import base64
import operator
import struct
from zlib import crc32

import numpy as np

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
HEADER = struct.Struct("<8sIIQd16s6I")
MOST_STEPS, MOST_STATE, MOST_NUMBERS = 2**48, 1e12, 2**27
F = np.float32


class GamemetaError(ValueError):
    """What is wrong with a model, an input or a save game. Nothing has changed then."""


def mix(x):
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def combine(seeds, numbers):
    return mix(mix(seeds + GOLDEN) ^ (numbers * GOLDEN + GOLDEN))


def uniform(lanes, numbers):
    return (combine(lanes, numbers) >> np.uint64(40)).astype(F) * F(2.0**-24)


def normal(lanes, numbers):
    bits = combine(lanes, numbers)
    radius = np.sqrt(-2 * np.log(((bits >> np.uint64(32)).astype(np.float64) + 1) * 2.0**-32))
    angle = 2 * np.pi * 2.0**-32 * (bits & np.uint64(0xFFFFFFFF)).astype(np.float64)
    return (radius * np.cos(angle)).astype(F)


def array_of(name, values, kind, shape):
    """Values as an array of a kind and shape, none of them changed."""
    try:
        given = np.asarray(values)
        if given.dtype.kind not in "biuf":
            raise ValueError("no numbers")
        with np.errstate(all="ignore"):
            array = np.ascontiguousarray(given, kind)
    except (ValueError, TypeError, OverflowError) as error:
        raise GamemetaError(f"{name} must be an array of numbers: {error}") from None
    if array.ndim < len(shape) and array.size == np.prod(shape):
        array, given = array.reshape(shape), given.reshape(shape)
    if array.shape != shape:
        raise GamemetaError(f"{name} must be of shape {shape}, and is of shape {array.shape}")
    if array.dtype.kind != "f" and not (array == given).all():
        lowest, highest = np.iinfo(kind).min, np.iinfo(kind).max
        raise GamemetaError(f"{name} must be whole numbers from {lowest} to {highest}")
    return array


def whole(name, value, least, most):
    """The value as an int."""
    try:
        number = operator.index(value)
    except TypeError:
        number = least - 1
    if not least <= number <= most:
        raise GamemetaError(f"{name} must be a whole number from {least} to {most}, and is {value!r:.50}")
    return number


class GraphAgent:
    """An agent; `skill` is that of minds that begin from now on.

    Args:
        about: what stands in the model's metadata.
        inputs: type and columns of the graph's inputs by name.
    """

    def __init__(self, about, inputs):
        self.about, self.inputs = about, inputs
        self.digest, self.skill = about["agent"]["digest"], about["agent"]["skill"]
        self.heads = [head["choices"] for head in about["action"]["heads"]]
        self.numbers = len(about["action"]["numbers"])
        sizes = dict(about["columns"])
        ends = np.cumsum(list(sizes.values())).tolist()
        self.columns = {name: slice(end - sizes[name], end) for name, end in zip(sizes, ends)}
        self.width, start = ends[-1], base64.b64decode(about["start"])
        self.start = np.frombuffer(start, "<f4") if start else np.zeros(sizes["state"], F)

    def run(self, feed):
        """One step: arrays by name into action, memory, outputs and what is wrong."""
        raise NotImplementedError

    def begin(self, n=1, seed=0, skill=None):
        """n minds that know nothing of their level."""
        skill = self.skill if skill is None else skill
        n, seed = whole("n", n, 1, MOST_NUMBERS // self.width), whole("seed", seed, 0, 2**64 - 1)
        if not (isinstance(skill, (int, float)) and 0 <= skill <= 1):
            raise GamemetaError(f"skill must be a number from 0 to 1, and is {skill!r:.50}")
        return Minds(self, n, seed, float(skill), np.zeros((n, self.width), F), np.zeros(n, np.uint64))

    def resume(self, data):
        """The minds of a save game, which any language may have written."""
        data = bytes(data) if isinstance(data, (bytes, bytearray, memoryview)) else b""
        if len(data) < HEADER.size + 4 or data[:8] != b"GMMEMORY":
            raise GamemetaError("these bytes are not the memory of an agent")
        _, version, n, seed, skill, digest, *sizes = HEADER.unpack_from(data)
        state, numbers, thought, heads, episodes, _ = sizes
        row = 8 + 4 * (state + numbers + thought + 1) + heads + 1
        whole = len(data) == HEADER.size + n * row + 4 and n
        if version != 3 or not whole or crc32(data[:-4]) != int.from_bytes(data[-4:], "little"):
            raise GamemetaError("this memory is cut off, damaged or of another version: take an earlier save")
        width = {name: columns.stop - columns.start for name, columns in self.columns.items()}
        known = 0 <= skill <= 1 and thought == (width["thought"] if skill < 1 else 0)
        fits = (state, numbers, heads, episodes) == (width["state"], self.numbers, len(self.heads), 0)
        if digest.decode("ascii", "replace") != self.digest or not known or not fits:
            raise GamemetaError("this memory belongs to another agent")
        minds = Minds(self, n, seed, skill, np.zeros((n, self.width), F), np.zeros(n, np.uint64))
        minds.read(data, (1, state, numbers, thought, 1, heads, 1))
        if not self._sound(minds):
            raise GamemetaError("this memory holds what no mind can have: take an earlier save")
        return minds

    def _sound(self, minds):
        names = ("state", "numbers", "action", "thought")
        state, numbers, codes, thought = (minds.tensor[:, self.columns[name]] for name in names)
        good = bool((np.abs(state) <= MOST_STATE).all() and (np.abs(numbers) <= 1).all())
        good &= bool((codes <= np.array(self.heads, F)).all() and np.isfinite(thought).all())
        good &= bool((minds.steps < np.uint64(MOST_STEPS)).all())
        for first, rows, width, places, learned in self.about["tables"]:
            table, last = state[:, first : first + rows * width], state[:, first + rows * width]
            shape = (-1, width, rows) if learned else (-1, rows, width)
            counts = table.reshape(shape)[:, -1] if learned else table.reshape(shape)[:, :, -1]
            good &= bool((counts >= 0).all())
            good &= learned or bool(((last >= 0) & (last < places) & (last == np.floor(last))).all())
        for place, window in self.about["rings"]:
            count = state[:, place]
            good &= bool(((count >= 0) & (count < 2 * window) & (count == np.floor(count))).all())
        return good


class Minds:
    """n minds; `tensor` is the model's own memory, zeros in a mind that knows nothing."""

    def __init__(self, agent, n, seed, skill, tensor, steps):
        self.agent, self.n, self.seed, self.skill = agent, n, seed, skill
        self.tensor, self.steps, self.seats = tensor, steps, np.full((n, 1), -1, "<i4")
        self.lanes, self.reactions, self.blurs = (
            combine(np.full(n, seed ^ apart, np.uint64), np.arange(n, dtype=np.uint64))
            for apart in (0, 1 << 61, 1 << 62)
        )

    def chance(self):
        """The random numbers of this step."""
        heads, numbers = len(self.agent.heads), self.agent.numbers
        first = self.steps * np.uint64(heads + numbers)

        def drawn(draw, lanes, first, count):
            columns = [draw(lanes, first + np.uint64(k)) for k in range(count)]
            return np.stack(columns, axis=1) if columns else np.zeros((self.n, 0), F)

        late = uniform(self.reactions, self.steps) < F(0.5 * (1 - self.skill))
        return {
            "uniform": drawn(uniform, self.lanes, first, heads),
            "normal": drawn(normal, self.lanes, first + np.uint64(heads), numbers),
            "blur": drawn(uniform, self.blurs, self.steps * np.uint64(numbers), numbers),
            "late": late[:, None].astype(F),
            "skill": np.array([self.skill], F),
        }

    def act(self, obs, reward, done):
        """The next actions [n, heads + numbers] from `symbols`, `quantities` and `images` [n, ...] in obs."""
        shown = dict(obs) if isinstance(obs, dict) else {}
        given = {**shown, "reward": reward, "done": done, **self.chance(), "memory": self.tensor}
        feed = {}
        for name, (kind, columns) in self.agent.inputs.items():
            if name not in given:
                raise GamemetaError(f"obs lacks {name!r}")
            shape = (1,) if name == "skill" else (self.n, columns)
            feed[name] = array_of(name, given[name], kind, shape)
        action, tensor, outputs, wrong = self.agent.run(feed)
        if wrong.any():
            mind = int(np.flatnonzero(wrong)[0])
            reasons = [words for bit, words in self.agent.about["wrong"].items() if wrong[mind, 0] & int(bit)]
            raise GamemetaError(f"mind {mind}: {'; '.join(reasons)}")
        self.tensor, self.outputs, self.steps = tensor, outputs, self.steps + np.uint64(1)
        return action

    def forget(self, which=None):
        """Clear the memory on a new level, of all minds or of those in `which`."""
        cleared = np.ones(self.n, F) if which is None else array_of("which", which, F, (self.n,))
        self.tensor = np.where((cleared == 0)[:, None], self.tensor, F(0))

    def read(self, data, widths):
        """Take what was learned out of the bytes of a save game of n minds."""
        at, names = HEADER.size, ("steps", "state", "numbers", "thought", "seat", "action", "begun")
        for name, size, kind in zip(names, widths, ("<u8", "<f4", "<f4", "<f4", "<i4", "u1", "u1")):
            found = np.frombuffer(data, kind, self.n * size, at).reshape(self.n, size)
            at += found.nbytes
            if name == "steps":
                self.steps = found[:, 0].astype(np.uint64)
            elif name == "seat":
                self.seats = found
            elif size:
                self.tensor[:, self.agent.columns[name]] = found != 0 if name == "begun" else found

    @property
    def memory(self):
        """The bytes for a save game."""
        part = {name: self.tensor[:, columns] for name, columns in self.agent.columns.items()}
        begun = part["begun"] > 0.5
        state = np.where(begun, part["state"], self.agent.start)
        thought = part["thought"] if self.skill < 1 else np.zeros((self.n, 0), F)
        sizes = (state.shape[1], self.agent.numbers, thought.shape[1], len(self.agent.heads), 0, 0)
        head = (b"GMMEMORY", 3, self.n, self.seed, self.skill, self.agent.digest.encode(), *sizes)
        data = HEADER.pack(*head) + self.steps.astype("<u8").tobytes()
        for values in (state, part["numbers"], thought):
            data += values.astype("<f4").tobytes()
        codes = part["action"].astype(np.uint8)
        data += self.seats.tobytes() + codes.tobytes() + begun.astype(np.uint8).tobytes()
        return data + struct.pack("<I", crc32(data))
