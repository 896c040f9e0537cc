"""Replays the golden trace on an agent whose step is a graph. SPDX-License-Identifier: MIT"""

import struct
import time

import numpy as np
from gamemeta_graph import HEADER

LIMIT, MEMORY_LIMIT = 2e-5, 1e-4
"""Of outputs and numbers; of memories, which are sums over hundreds of steps."""
BEGIN, ACT, FORGET, SAVE, RESUME = range(1, 6)


def read_trace(data, agent):
    """The observations of a trace, and its events as pairs of kind and bytes."""
    pool, count = struct.unpack_from("<2I", data, 8)
    obs, at = {}, 16
    for name, kind in (("symbols", "<i4"), ("quantities", "<f4"), ("images", "u1")):
        width = agent.inputs[name][1] if name in agent.inputs else 0
        obs[name] = np.frombuffer(data, kind, pool * width, at).reshape(pool, width)
        at += (obs[name].nbytes + 3) // 4 * 4
    events = []
    for _ in range(count):
        kind, size = struct.unpack_from("<2I", data, at)
        events.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size
    return obs, events


def acted(body, n, outputs, width):
    """The columns of a step: observations, rewards, dones, outputs and actions."""
    columns, at = [], 0
    for kind, size in (("<i4", 1), ("<f4", 1), ("<i4", 1), ("<f4", outputs), ("<f4", width)):
        columns.append(np.frombuffer(body, kind, n * size, at).reshape(n, size))
        at += 4 * n * size
    return columns


class Replay:
    def __init__(self, agent, obs, events):
        self.agent, self.obs, self.events, self.minds = agent, obs, events, None
        self.error, self.equal, self.actions, self.memory = 0.0, 0, 0, True
        columns = agent.columns["thought"]
        self.outputs, self.width = columns.stop - columns.start, len(agent.heads) + agent.numbers

    def play(self):
        for kind, body in self.events:
            if kind == BEGIN:
                n, seed, skill = struct.unpack("<IQd", body)
                self.minds = self.agent.begin(n, seed, skill)
            elif kind == ACT:
                self.act(body)
            elif kind == FORGET:
                self.minds.forget(np.frombuffer(body, "<i4") != 0)
            else:
                golden = body[4 : 4 + struct.unpack_from("<I", body)[0]]
                mine = golden if kind == RESUME else self.compared(self.minds.memory, golden)
                self.minds = self.agent.resume(mine)

    def act(self, body):
        which, reward, done, outputs, golden = acted(body, self.minds.n, self.outputs, self.width)
        obs = {name: values[which[:, 0]] for name, values in self.obs.items()}
        action = self.minds.act(obs, reward, done)
        away = np.abs(self.minds.outputs - outputs) / np.maximum(1, np.abs(outputs))
        self.error = max(self.error, float(away.max()) if np.isfinite(away).all() else 1e30)
        near = LIMIT * np.array([0.0] * len(self.agent.heads) + self.agent.about["half"])
        self.equal += int((np.abs(action - golden) <= near).sum())
        self.actions += action.size

    def compared(self, mine, golden):
        """The same bytes; memories are equal where floats are nearly so, and all other bytes are."""
        n = struct.unpack_from("<I", golden, 12)[0]
        first, floats = HEADER.size + 8 * n, sum(struct.unpack_from("<3I", golden, 48)) * n
        end = first + 4 * floats
        same = len(mine) == len(golden) and mine[:first] == golden[:first] and mine[end:-4] == golden[end:-4]
        if same:
            a, b = (np.frombuffer(data, "<f4", floats, first) for data in (mine, golden))
            same = bool((np.abs(a - b) <= MEMORY_LIMIT * np.maximum(1, np.abs(b))).all())
        self.memory &= same
        return mine


def replayed(agent, path):
    """The replay of the trace in a file."""
    with open(path, "rb") as file:
        replay = Replay(agent, *read_trace(file.read(), agent))
    replay.play()
    return replay


def microseconds(replay):
    """The time of one decision of one mind: a run of the graph."""
    agent, given = replay.agent, {name: values[:1] for name, values in replay.obs.items()}
    mind = agent.begin(1)
    given |= {**mind.chance(), "memory": mind.tensor, "reward": np.zeros((1, 1)), "done": np.zeros((1, 1))}
    feed = {name: np.ascontiguousarray(given[name], kind) for name, (kind, _) in agent.inputs.items()}
    count, begun = 0, time.process_time()
    while count < 100 or time.process_time() - begun < 0.5:
        feed["memory"] = agent.run(feed)[1]
        count += 1
    return 1e6 * (time.process_time() - begun) / count


def report(replays, timed):
    """Print the largest error, equal actions of all, whether memories are equal, and ok or failed."""
    error = max(replay.error for replay in replays)
    equal, actions = (sum(getattr(replay, word) for replay in replays) for word in ("equal", "actions"))
    memory = all(replay.memory for replay in replays)
    good = error <= LIMIT and equal == actions and memory
    print(f"error {error:.3g}\nactions {equal} {actions}")
    print(f"memory {'equal' if memory else 'differs'}")
    if timed:
        print(f"us {microseconds(replays[0]):.3g}")
    print("ok" if good else "failed")
    return 0 if good else 1
