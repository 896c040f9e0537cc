"""Messages of a Godot scene: the three that it answers with, damaged, in the order in which they are due."""

import json
import socket
import struct
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import numpy as np

from gamemeta.games.outside.godot.agent_group import AgentGroup
from gamemeta.games.outside.godot.copy import Copy
from gamemeta.games.outside.godot.wire import Wire
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.spec import Spec
from scripts.fuzzing import mutations as m
from scripts.fuzzing.target import Target

ANSWER_S = 0.2


def targets() -> Iterator[Target]:
    """One target: a line of the input is a message, or bytes in its place."""
    yield Target(name="engine/messages", seeds=_seeds, play=_play, mutate=_mutate)


def _seeds() -> Sequence[bytes]:
    return [_messages(agents, picture) for agents in (1, 3) for picture in (False, True)]


@cache
def _messages(n: int, picture: bool) -> bytes:
    seen: dict[str, Any] = {"obs": {"size": [2], "space": "box"}, "door": {"size": 4, "space": "discrete"}}
    obs: dict[str, Any] = {"obs": [0.25, 1.0], "door": 3}
    if picture:
        seen["camera_2d"] = {"size": [4, 4, 3], "space": "box"}
        obs["camera_2d"] = bytes(48).hex()
    does = {
        "button": {"size": 3, "action_type": "discrete"},
        "lever": {"size": 2, "action_type": "continuous"},
    }
    info = {"type": "env_info", "observation_space": [seen] * n, "action_space": [does] * n, "n_agents": n}
    step = {"type": "step", "obs": [obs] * n, "reward": [0.5] * n, "done": [False] * n}
    step["info"] = [{"is_success": True}] * n
    lines = [info, {"type": "reset", "obs": [obs] * n}, step, step]
    return "\n".join(map(json.dumps, lines)).encode()


def _mutate(random: Random, seeds: Sequence[bytes]) -> bytes:
    """Other values in one of the messages, or damaged bytes anywhere."""
    if random.random() < 0.3:
        return m.mutate_text(random, seeds)
    lines = random.choice(seeds).split(b"\n")
    for _ in range(random.choice((1, 1, 2))):
        k = random.randrange(len(lines))
        lines[k] = m.mutate_json(random, [lines[k]])
    return b"\n".join(lines)


def _play(data: bytes, folder: Path) -> None:
    """A scene that says this, whatever it is asked."""
    here, there = socket.socketpair()
    there.setblocking(False)
    try:
        for line in data.split(b"\n"):
            there.send(struct.pack("<I", len(line)) + line)
    except OSError:
        pass
    there.close()
    wire = _Wire(here, ANSWER_S)
    try:
        _talk(wire)
    finally:
        wire.close()


class _Wire(Wire):
    """A wire on a connection that is none of TCP."""

    def __init__(self, connection: socket.socket, answer_s: float) -> None:
        self._socket, self._answer_s = connection, answer_s


def _talk(wire: Wire) -> None:
    group = AgentGroup.of_info(wire.receive("env_info"))
    observations = ObservationMap.of_space(group.observations)
    actions = ActionMap.of_space(group.actions)
    spec = Spec(obs=observations.buffers, action=actions.spec)
    copy = Copy(SimpleNamespace(path=None), None, 0, group)  # type: ignore[arg-type]
    copy._wire = wire
    first = [group.observation(obs) for obs in copy._each(wire.receive("reset"), "obs")]
    room = {b.name: np.zeros((1, *b.shape), b.dtype) for b in spec.obs}
    for obs in first:
        observations.write(obs, room, 0)
    for _ in range(2):
        for reply in copy.receive():
            observations.write(reply.obs, room, 0)
            assert np.isfinite(reply.reward)
