"""One copy of a scene: started or waited for, greeted, and connected again after a loss."""

import contextlib
import socket
import subprocess
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from gamemeta.errors import EngineError
from gamemeta.games.outside.godot.agent_group import AgentGroup
from gamemeta.games.outside.godot.reception import NoScene, receive_scene
from gamemeta.games.outside.godot.wire import EngineLost, Message, Wire

MOST_LOSSES = 5
"""How often in a row a copy may be lost before it has made a step."""
PHYSICS_PER_S = 60
"""Physics steps in a second of a game with the plugin, before it is sped up."""
_STOP_S = 2.0


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a scene is and how it runs.

    Args:
        path: the exported game to start; None waits for one that somebody else starts.
        host, port: where to listen; port 0 takes a free one.
        others: see `gamemeta.games.outside.godot.config.GodotConfig`.
    """

    path: Path | None
    host: str
    port: int
    copies: int
    speedup: int
    action_repeat: int
    show: bool
    connect_s: float
    answer_s: float


@dataclass
class Reply:
    """The engine's answer to one agent after a step."""

    obs: dict[str, Any]
    reward: float
    done: bool
    info: dict[str, Any]


class Copy:
    """One copy of the scene.

    Args:
        address: of the scene.
        listener: where it connects.
        number: which copy, from 0.
        cast: the agents that it must have; any if None.
    """

    def __init__(
        self, address: Address, listener: socket.socket, number: int, group: AgentGroup | None = None
    ) -> None:
        self._address, self._listener, self._number = address, listener, number
        self._process: subprocess.Popen[bytes] | None = None
        self._wire: Wire | None = None
        self._losses = 0
        self.group = group

    def connect(self) -> list[dict[str, Any]]:
        """Start the copy where need be, greet it and reset it; the first observation of each agent.

        Raises:
            EngineError: it cannot be started, does not come, or is another scene than before.
        """
        while True:
            try:
                return self._greet()
            except EngineLost as error:
                self.lost(error)

    def lost(self, error: EngineLost) -> None:
        """Take note that the connection has ended.

        Raises:
            EngineError: that happens again and again.
        """
        self._close_wire()
        self._end_process()
        self._losses += 1
        if self._losses >= MOST_LOSSES:
            raise EngineError(
                f"{self._who()} was lost {self._losses} times in a row before it made a step. The last time: "
                f"{error}"
            ) from error

    def send(self, actions: list[dict[str, Any]]) -> None:
        """Let every agent act.

        Raises:
            EngineLost: the connection has ended.
        """
        if self._wire is None:
            raise EngineLost("the engine is not connected.")
        self._wire.send({"type": "action", "action": actions})

    def receive(self) -> list[Reply]:
        """The engine's answer to every agent after its action.

        Raises:
            EngineLost: the connection has ended.
            EngineError: the answer is malformed.
        """
        if self._wire is None:
            raise EngineLost("the engine is not connected.")
        message = self._wire.receive("step")
        self._losses = 0
        obs = self._each(message, "obs")
        rewards, done = self._each(message, "reward"), self._each(message, "done")
        info = self._each(message, "info") if "info" in message else [{}] * len(obs)
        assert self.group is not None
        return [
            Reply(self.group.observation(o), _number(r), bool(d), i if isinstance(i, dict) else {})
            for o, r, d, i in zip(obs, rewards, done, info, strict=True)
        ]

    def stop(self) -> None:
        """Ask the copy to close, and end its process if it was started here."""
        if self._wire is not None:
            with contextlib.suppress(EngineError):
                self._wire.send({"type": "close"})
        self._close_wire()
        self._end_process()

    def _greet(self) -> list[dict[str, Any]]:
        self._start()
        wire, info = self._scene()
        self._wire = wire
        group = AgentGroup.of_info(info)
        if self.group is not None and group != self.group:
            raise EngineError(
                f"{self._who()} is another scene than before: its agents, or what they see or do, have "
                "changed. Start the same scene again."
            )
        self.group = group
        wire.send({"type": "reset"})
        return [group.observation(obs) for obs in self._each(wire.receive("reset"), "obs")]

    def _start(self) -> None:
        """Start the process, unless it runs or the user starts it."""
        address = self._address
        if address.path is None or (self._process is not None and self._process.poll() is None):
            return
        command = [str(address.path), f"--port={self._listener.getsockname()[1]}"]
        command += [f"--env_seed={self._number}", f"--speedup={address.speedup}"]
        command += [f"--action_repeat={address.action_repeat}"]
        if not address.show:  # a frame for each physics step, without a wait for the clock
            command += ["--disable-render-loop", "--headless"]
            command += ["--fixed-fps", str(PHYSICS_PER_S * address.speedup)]
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the process that trains
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same, on Windows
            )
        except OSError as error:
            raise EngineError(
                f"{address.path} cannot be started: {error.strerror or error}. Give the exported game, which "
                "can be run."
            ) from error

    def _scene(self) -> tuple[Wire, Message]:
        """The connection of the scene, and its answer to `env_info`, while the process runs."""
        address = self._address
        try:
            return receive_scene(self._listener, address.connect_s, address.answer_s, self._check_process)
        except NoScene as error:
            host, port = self._listener.getsockname()[:2]
            raise EngineError(
                f"{self._who()} did not connect to {host}:{port} within {address.connect_s:g} s "
                "(game.connect_s). Start the scene with its Sync node in training mode, and the same port."
                f"{error}"
            ) from error

    def _check_process(self) -> None:
        """Raises EngineLost where the process that was started has ended."""
        if self._process is not None and self._process.poll() is not None:
            raise EngineLost(f"it ended with the exit code {self._process.returncode}.")

    def _each(self, message: Message, key: str) -> list[Any]:
        """One entry for each agent."""
        values = message.get(key)
        assert self.group is not None
        if not isinstance(values, list) or len(values) != self.group.agents:
            has = f"{len(values)} entries" if isinstance(values, list) else repr(values)[:40]
            raise EngineError(
                f"the engine's {message['type']} message has {has} as {key!r}; there are {self.group.agents} "
                "agent(s)."
            )
        return values

    def _end_process(self) -> None:
        """A scene without its connection closes; one that does not is made to."""
        if self._process is not None and self._process.poll() is None:
            try:
                self._process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _close_wire(self) -> None:
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _who(self) -> str:
        path = self._address.path
        return f"{path} (copy {self._number + 1})" if path else "the engine"


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise EngineError(f"the engine gave the reward {value!r}; a finite number is due.")
    return float(value)
