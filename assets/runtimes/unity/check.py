"""Loads the model as ML-Agents does: python check.py ml-agents.onnx trace.bin [--time].

Unity is not run: names, shapes, types and operators are those that ML-Agents and Inference Engine 2 ask
for, and onnxruntime replays the golden trace. The model draws its own random numbers, so every action must
be legal, be what the memory notes, and be as frequent as it should; then the golden action takes its place
in the memory. SPDX-License-Identifier: MIT
"""

import json
import struct
import sys
import time

import numpy as np
import onnx
import onnxruntime

LIMIT, MEMORY_LIMIT = 2e-5, 1e-4
BEGIN, ACT, FORGET, SAVE, RESUME = range(1, 6)
HEADER = struct.Struct("<8sIIQd16s6I")
FREQUENT = 6.0
"""Deviations that the count of a choice may be away from what is expected."""
OPERATORS = """
Abs Add And Asinh Cast Clip Concat Constant Conv Div Equal Exp Gather Gemm Greater Identity
Less LessOrEqual MatMul Max MaxPool Min Mul Neg Not Or RandomNormalLike RandomUniformLike
Reciprocal ReduceMax ReduceMean ReduceMin ReduceSum Relu Reshape Sigmoid Slice Softmax Split
Sqrt Squeeze Sub Tanh Transpose Unsqueeze Where
"""
"""Operators of Inference Engine 2.2.1, as far as agents need them."""
F = np.float32


class Model:
    def __init__(self, path):
        model = onnx.load(path)
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
        strange = {node.op_type for node in model.graph.node} - set(OPERATORS.split())
        if strange or model.opset_import[0].version > 15:
            raise SystemExit(f"Inference Engine does not know {', '.join(sorted(strange)) or 'this opset'}")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        self.about = json.loads(self.session.get_modelmeta().custom_metadata_map["gamemeta"])
        self.inputs = {each.name: each.shape for each in self.session.get_inputs()}
        self.names = [each.name for each in self.session.get_outputs()]
        self.heads = [head["choices"] for head in self.about["action"]["heads"]]
        self.bounds = self.about["action"]["numbers"]
        sizes = dict(self.about["columns"])
        ends = np.cumsum(list(sizes.values())).tolist()
        self.columns = {name: slice(end - sizes[name], end) for name, end in zip(sizes, ends)}
        self.probe()

    def run(self, feed):
        return dict(zip(self.names, self.session.run(None, feed)))

    def probe(self):
        """A run on zeros, from which ML-Agents reads the version, the sizes and the kinds of action."""
        out = self.run({name: np.zeros([1, *shape[1:]], F) for name, shape in self.inputs.items()})
        if "memory_size" not in out or "version_number" not in out:
            raise SystemExit("version_number or memory_size is missing")
        self.size = int(out["memory_size"][0])
        wanted = {f"obs_{k}": each["shape"] for k, each in enumerate(self.about["sensors"])}
        wanted["recurrent_in"] = [1, self.size]
        kinds = {
            "version_number": ((1,), F),
            "memory_size": ((1,), F),
            "recurrent_out": ((1, 1, self.size), F),
        }
        if self.heads:
            wanted["action_masks"] = [sum(self.heads)]
            shape = (1, len(self.heads))
            kinds |= {f"{word}discrete_actions": (shape, np.int32) for word in ("", "deterministic_")}
            kinds["discrete_action_output_shape"] = (shape, F)
        if self.bounds:
            shape = (1, len(self.bounds))
            kinds |= {f"{word}continuous_actions": (shape, F) for word in ("", "deterministic_")}
            kinds["continuous_action_output_shape"] = ((1,), F)
        right = {name: shape[1:] for name, shape in self.inputs.items()} == wanted
        right &= {name: (value.shape, value.dtype.type) for name, value in out.items()} == kinds
        right &= out["version_number"][0] == 3 and all(np.isfinite(value).all() for value in out.values())
        if not right:
            raise SystemExit("names, shapes or types are not those that ML-Agents asks for")


class Replay:
    def __init__(self, model, data):
        self.model, self.memory = model, np.zeros((1, model.size), F)
        self.error, self.equal, self.actions, self.same = 0.0, 0, 0, True
        self.chance = np.zeros((3, sum(model.heads)))
        """How often each choice was drawn, how often it should be, and the variance of that."""
        pool, count = struct.unpack_from("<2I", data, 8)
        self.pools, self.events, at = {}, [], 16
        for kind, dtype in (("symbols", "<i4"), ("quantities", "<f4"), ("images", "u1")):
            width = sum(part["size"] for part in model.about["observation"] if part["kind"] == kind)
            self.pools[kind] = np.frombuffer(data, dtype, pool * width, at).reshape(pool, width)
            at += (self.pools[kind].nbytes + 3) // 4 * 4
        for _ in range(count):
            kind, size = struct.unpack_from("<2I", data, at)
            self.events.append((kind, data[at + 8 : at + 8 + size]))
            at += 8 + size

    def play(self):
        for kind, body in self.events:
            if kind == BEGIN:
                self.memory = np.zeros((struct.unpack_from("<I", body)[0], self.model.size), F)
            elif kind == ACT:
                self.act(body)
            elif kind == FORGET:
                self.memory = self.memory * (np.frombuffer(body, "<i4") == 0)[:, None].astype(F)
            else:
                self.saved(body[4:], kind == RESUME)

    def part(self, part, which):
        values = self.pools[part["kind"]][which, part["first"] : part["first"] + part["size"]].astype(F)
        if part["kind"] != "images":
            return values
        return np.ascontiguousarray(values.reshape(-1, *part["shape"]).transpose(0, 3, 1, 2)) / F(255)

    def feed(self, which, reward, done):
        parts, feed = self.model.about["observation"], {"recurrent_in": self.memory[:, None]}
        for k, sensor in enumerate(self.model.about["sensors"]):
            outcome = np.stack([reward, done], axis=1).astype(F)
            feed[f"obs_{k}"] = outcome if sensor["part"] < 0 else self.part(parts[sensor["part"]], which)
        if self.model.heads:
            masks = [part for part in parts if part["name"] == "action_mask"]
            ones = np.ones((len(which), sum(self.model.heads)), F)
            feed["action_masks"] = self.part(masks[0], which) if masks else ones
        return feed

    def act(self, body):
        model, n, columns, at = self.model, len(self.memory), [], 0
        thought, heads = model.columns["thought"], len(model.heads)
        sizes = (1, 1, 1, thought.stop - thought.start, heads + len(model.bounds))
        for kind, size in zip(("<i4", "<f4", "<i4", "<f4", "<f4"), sizes):
            columns.append(np.frombuffer(body, kind, n * size, at).reshape(n, size))
            at += 4 * n * size
        which, reward, done, golden, action = columns
        feed, before = self.feed(which[:, 0], reward[:, 0], done[:, 0]), self.memory
        out = model.run(feed)
        self.memory = out["recurrent_out"][:, 0].copy()
        part = {name: self.memory[:, where] for name, where in model.columns.items()}
        self.compare(part["thought"], golden, before[:, thought])
        if heads:
            self.discrete(out["discrete_actions"], part["action"], feed["action_masks"], part["thought"])
            part["action"][:] = action[:, :heads] + 1
        if model.bounds:
            low, high = (np.array([each[word] for each in model.bounds]) for word in ("low", "high"))
            played, middle, half = out["continuous_actions"], (low + high) / 2, (high - low) / 2
            noted = np.abs((played - middle) / half - part["numbers"]) <= LIMIT
            self.count(noted & (played >= low.astype(F)) & (played <= high.astype(F)))
            part["numbers"][:] = np.clip((action[:, heads:] - middle) / half, -1, 1)

    def compare(self, mine, golden, before):
        """Outputs are the golden ones; minds below their skill may go by those of the step before."""
        away = (np.abs(mine - golden) / np.maximum(1, np.abs(golden))).max(axis=1)
        if self.model.about["agent"]["skill"] < 1:
            late = (mine == before).all(axis=1) | (mine == 0).all(axis=1)
            away = np.where(late, 0, away)
        self.error = max(self.error, float(away.max()) if np.isfinite(away).all() else 1e30)

    def discrete(self, codes, noted, legal, logits):
        first, rows, skill = 0, np.arange(len(codes)), self.model.about["agent"]["skill"]
        for h, choices in enumerate(self.model.heads):
            columns, code = slice(first, first + choices), codes[:, h]
            allowed = legal[rows, first + np.clip(code, 0, choices - 1)] > 0
            self.count((code >= 0) & (code < choices) & allowed & (noted[:, h] == code + 1))
            head = np.where(legal[:, columns] > 0, logits[:, columns] * skill**2, -1e9)
            share = np.exp(head - head.max(axis=1, keepdims=True))
            share /= share.sum(axis=1, keepdims=True)
            drawn = code[:, None] == np.arange(choices)
            self.chance[:, columns] += [part.sum(axis=0) for part in (drawn, share, share * (1 - share))]
            first += choices

    def count(self, right):
        self.equal, self.actions = self.equal + int(right.sum()), self.actions + right.size

    def saved(self, body, resume):
        """A save game: its state is that of the memory, or takes its place."""
        n, sizes, at = struct.unpack_from("<I", body, 12)[0], struct.unpack_from("<6I", body, 48), HEADER.size
        held, widths = {}, (1, *sizes[:3], 1, sizes[3], 1)
        names = ("steps", "state", "numbers", "thought", "seat", "action", "begun")
        for name, size, kind in zip(names, widths, ("<u8", "<f4", "<f4", "<f4", "<i4", "u1", "u1")):
            held[name] = np.frombuffer(body, kind, n * size, at).reshape(n, size)
            at += held[name].nbytes
        if resume:
            self.memory = np.zeros((n, self.model.size), F)
            for name in ("state", "numbers", "action", "begun"):
                self.memory[:, self.model.columns[name]] = held[name]
            return
        state, begun = self.memory[:, self.model.columns["state"]], held["begun"] != 0
        away = np.abs(state - held["state"]) / np.maximum(1, np.abs(held["state"]))
        self.same &= bool((away * begun <= MEMORY_LIMIT).all())
        self.same &= bool((self.memory[:, self.model.columns["begun"]] == begun).all())

    @property
    def fair(self):
        drawn, expected, variance = self.chance
        return bool((np.abs(drawn - expected) <= FREQUENT * np.sqrt(variance) + 1).all())


def microseconds(replay):
    """The time of one decision of one mind."""
    replay.memory, count = np.zeros((1, replay.model.size), F), 0
    feed, begun = replay.feed(np.zeros(1, np.int64), np.zeros(1), np.zeros(1)), time.process_time()
    while count < 100 or time.process_time() - begun < 0.5:
        feed["recurrent_in"] = replay.model.run(feed)["recurrent_out"]
        count += 1
    return 1e6 * (time.process_time() - begun) / count


def main(words):
    with open(words[1], "rb") as file:
        replay = Replay(Model(words[0]), file.read())
    replay.play()
    equal = replay.equal - (not replay.fair)
    good = replay.error <= LIMIT and equal == replay.actions and replay.same
    if not replay.fair:
        print("warning: actions are not as frequent as they should be")
    print(f"error {replay.error:.3g}\nactions {equal} {replay.actions}")
    print(f"memory {'equal' if replay.same else 'differs'}")
    if "--time" in words:
        print(f"us {microseconds(replay):.3g}")
    print("ok" if good else "failed")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
