#!/usr/bin/env python3
"""A scene without an engine: a client that behaves as the Godot RL Agents plugin does (sync.gd, 0.7).

`stub.py --port=P [--agents=2] [--picture] [--lazy]`. In a level one of three buttons is right: the one of
the level's seed modulo 3. An agent sees how many steps it has played, in fourths, and pays -1..1 of a lever
times 0.1 besides; an episode ends after 4 steps. `--lose=N` ends the process in the N-th step.
"""

import json
import socket
import struct
import sys
import time

STEPS = 4


class Agent:
    """An AIController with a level, an episode and the flags of the plugin."""

    def __init__(self) -> None:
        self.seed, self.step, self.reward, self.done = 0, 0, 0.0, False

    def set_action(self, action: dict) -> None:
        if "level_seed" in action:
            assert isinstance(action["level_seed"], int)
            assert isinstance(action["chance_seed"], int)
            self.seed, self.step, self.done, self.reward = action["level_seed"], 0, False, 0.0
        elif self.step < STEPS and "level_wait" not in action:
            (lever,) = action["lever"]
            assert -1 <= lever <= 1
            self.step += 1
            self.reward = float(action["button"] == self.seed % 3) + 0.1 * lever
            self.done = self.step == STEPS

    def obs(self, picture: bool) -> dict:
        seen = {"obs": [self.step / STEPS, 1.0]}
        return seen | ({"camera_2d": bytes([self.step] * (16 * 16 * 3)).hex()} if picture else {})


class Client:
    """The plugin's Sync node: it answers one message after the other."""

    def __init__(self, port: int, agents: int, picture: bool) -> None:
        self.stream = socket.create_connection(("127.0.0.1", port))
        self.agents, self.picture = [Agent() for _ in range(agents)], picture

    def get(self) -> dict:
        (length,) = struct.unpack("<I", self._read(4))
        return json.loads(self._read(length))

    def put(self, message: dict) -> None:
        data = json.dumps(message).encode()
        self.stream.sendall(struct.pack("<I", len(data)) + data)

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.stream.recv(size - len(data))
            if not piece:
                sys.exit()  # the server has gone: the plugin quits
            data += piece
        return data

    def info(self) -> dict:
        seen = {"obs": {"size": [2], "space": "box"}}
        seen |= {"camera_2d": {"size": [16, 16, 3], "space": "box"}} if self.picture else {}
        does = {
            "button": {"size": 3, "action_type": "discrete"},
            "lever": {"size": 1, "action_type": "continuous"},
        }
        n = len(self.agents)
        return {
            "type": "env_info",
            "observation_space": [seen] * n,
            "action_space": [does] * n,
            "n_agents": n,
            "agent_policy_names": ["shared_policy"] * n,
        }

    def all_obs(self) -> list[dict]:
        return [agent.obs(self.picture) for agent in self.agents]

    def play(self, lose: int) -> None:
        hello = self.get()
        assert hello == {"type": "handshake", "major_version": "0", "minor_version": "7"}
        steps = 0
        while True:
            message = self.get()
            if message["type"] == "env_info":
                self.put(self.info())
            elif message["type"] == "reset":
                self.put({"type": "reset", "obs": self.all_obs(), "info": [{}] * len(self.agents)})
            elif message["type"] == "close":
                return
            else:
                steps += 1
                if steps == lose:
                    return
                self.put(self.step(message["action"]))

    def step(self, actions: list[dict]) -> dict:
        for agent, action in zip(self.agents, actions, strict=True):
            agent.set_action(action)
        reply = {
            "type": "step",
            "obs": self.all_obs(),
            "reward": [agent.reward for agent in self.agents],
            "done": [agent.done for agent in self.agents],
            "info": [{"is_success": agent.reward > 0.5} for agent in self.agents],
        }
        for agent in self.agents:
            agent.reward, agent.done = 0.0, False
        return reply


def main() -> None:
    given = dict(word.lstrip("-").partition("=")[::2] for word in sys.argv[1:])
    for _ in range(200):  # the server may not listen yet
        try:
            client = Client(int(given["port"]), int(given.get("agents", 2)), "picture" in given)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    else:
        sys.exit("no server")
    client.play(int(given.get("lose", 0)))


if __name__ == "__main__":
    main()
