"""Plays agent.onnx with NumPy and onnxruntime alone. SPDX-License-Identifier: MIT

It is written to be translated: what stands here and not in the model is all that a game needs to add.
"""

import base64
import json
import struct
from zlib import crc32

import numpy as np
import onnxruntime

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
HEADER = struct.Struct("<8sIIQd16s6I")
F = np.float32


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


class Agent:
    """An agent; `skill` is that of minds that begin from now on."""

    def __init__(self, path, threads=1):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.about = json.loads(self.session.get_modelmeta().custom_metadata_map["gamemeta"])
        self.inputs = {each.name: each for each in self.session.get_inputs()}
        self.digest, self.skill = self.about["agent"]["digest"], self.about["agent"]["skill"]
        self.heads = [head["choices"] for head in self.about["action"]["heads"]]
        self.numbers = len(self.about["action"]["numbers"])
        sizes = dict(self.about["columns"])
        ends = np.cumsum(list(sizes.values())).tolist()
        self.columns = {name: slice(end - sizes[name], end) for name, end in zip(sizes, ends)}
        self.width, start = ends[-1], base64.b64decode(self.about["start"])
        self.start = np.frombuffer(start, "<f4") if start else np.zeros(sizes["state"], F)

    def begin(self, n=1, seed=0, skill=None):
        skill = self.skill if skill is None else skill
        return Minds(self, n, seed, skill, np.zeros((n, self.width), F), np.zeros(n, np.uint64))

    def resume(self, data):
        """The minds of a save game, which any language may have written."""
        if len(data) < HEADER.size + 4 or data[:8] != b"GMMEMORY":
            raise ValueError("these bytes are not the memory of an agent")
        _, version, n, seed, skill, digest, state, numbers, thought, heads, episodes, _ = HEADER.unpack_from(
            data
        )
        row = 8 + 4 * (state + numbers + thought + 1) + heads + 1
        if (
            version != 3
            or len(data) != HEADER.size + n * row + 4
            or crc32(data[:-4]) != int.from_bytes(data[-4:], "little")
        ):
            raise ValueError("this memory is cut off, damaged or of another version: take an earlier save")
        if digest.decode("ascii", "replace") != self.digest or episodes:
            raise ValueError("this memory belongs to another agent")
        found, at = {}, HEADER.size
        for name, size, kind in (
            ("steps", 1, "<u8"),
            ("state", state, "<f4"),
            ("numbers", numbers, "<f4"),
            ("thought", thought, "<f4"),
            ("seat", 1, "<i4"),
            ("action", heads, "u1"),
            ("begun", 1, "u1"),
        ):
            found[name] = np.frombuffer(data, kind, n * size, at).reshape(n, size)
            at += found[name].nbytes
        minds = Minds(
            self, n, seed, skill, np.zeros((n, self.width), F), found["steps"][:, 0].astype(np.uint64)
        )
        minds.seats = found["seat"]
        for name in ("state", "numbers", "action", "begun", *(["thought"] if thought else [])):
            minds.tensor[:, self.columns[name]] = found[name]
        if not self._sound(minds.tensor):
            raise ValueError("this memory holds what no mind can have: take an earlier save")
        return minds

    def _sound(self, tensor):
        codes, numbers = tensor[:, self.columns["action"]], tensor[:, self.columns["numbers"]]
        bounded = np.abs(tensor).max(initial=0) < 1e12 and np.abs(numbers).max(initial=0) <= 1
        return bool(bounded and (codes <= np.array(self.heads, F)).all())


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
        given = {**obs, "reward": np.reshape(reward, (-1, 1)), "done": np.reshape(done, (-1, 1))}
        given |= {**self.chance(), "memory": self.tensor}
        feed = {}
        for name, about in self.agent.inputs.items():
            kind = {"tensor(int32)": np.int32, "tensor(uint8)": np.uint8}.get(about.type, F)
            if name not in given:
                raise ValueError(f"obs lacks {name!r}")
            feed[name] = np.ascontiguousarray(given[name], kind)
            wanted = (1,) if name == "skill" else (self.n, about.shape[1])
            if feed[name].shape != wanted:
                raise ValueError(f"{name} must be of shape {wanted}, and is of shape {feed[name].shape}")
        action, tensor, self.outputs, wrong = self.agent.session.run(None, feed)
        if wrong.any():
            mind = int(np.flatnonzero(wrong)[0])
            reasons = [words for bit, words in self.agent.about["wrong"].items() if wrong[mind, 0] & int(bit)]
            raise ValueError(f"mind {mind}: {'; '.join(reasons)}")
        self.tensor, self.steps = tensor, self.steps + np.uint64(1)
        return action

    def forget(self, which=None):
        """Clear the memory on a new level, of all minds or of those in `which`."""
        keep = np.zeros(self.n, np.bool_) if which is None else ~np.array(which, np.bool_)
        self.tensor = np.where(keep[:, None], self.tensor, F(0))

    @property
    def memory(self):
        """The bytes for a save game."""
        part = {name: self.tensor[:, columns] for name, columns in self.agent.columns.items()}
        begun = part["begun"] > 0.5
        state = np.where(begun, part["state"], self.agent.start)
        thought = part["thought"] if self.skill < 1 else np.zeros((self.n, 0), F)
        sizes = (state.shape[1], self.agent.numbers, thought.shape[1], len(self.agent.heads), 0, 0)
        data = (
            HEADER.pack(b"GMMEMORY", 3, self.n, self.seed, self.skill, self.agent.digest.encode(), *sizes)
            + self.steps.astype("<u8").tobytes()
        )
        for values in (state, part["numbers"], thought):
            data += values.astype("<f4").tobytes()
        data += (
            self.seats.tobytes()
            + part["action"].astype(np.uint8).tobytes()
            + begun.astype(np.uint8).tobytes()
        )
        return data + struct.pack("<I", crc32(data))
