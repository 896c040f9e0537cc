"""The agent file: one safetensors file with weights, and metadata that says what they are.

All metadata is one JSON text under one key, so that equal training gives equal bytes. No pickle is ever read.
"""

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.assets import find_asset, shipped_agents
from gamemeta.errors import AgentFileError, SpecError
from gamemeta.facts import Fact, facts_from_json
from gamemeta.files import write_atomically
from gamemeta.interface.game_interface import GameInterface
from gamemeta.spec import Spec
from gamemeta.tensor_file import VERSION, parse_tensor_file, tensor_file
from gamemeta_levels.files.reading import read_bounded

FORMAT, AGENT_FILE = "gamemeta-agent", "agent.safetensors"
ADVICE = "Give a whole agent file, such as the agent.safetensors that `gamemeta train` writes."
MOST_BYTES = 512 * 2**20
"""Largest file that is read."""
MOST_EPISODES = 1000
LARGEST_WEIGHT = 1e9
"""Far above what training leads to; a network of such weights gives NaN."""
RL2, MEMORY = "rl2", "memory"
"""The learner and the task learner of files that name none: those of before there were others."""
MAML, GRADIENT = "maml", "gradient"
"""The learner and the task learner of agents that change their weights."""
Weights = dict[str, NDArray[np.float32]]
Bytes = bytes | bytearray | memoryview


@dataclass
class AgentFile:
    """An agent as its file holds it: weights, and what they are.

    Args:
        game: name of the game it plays.
        game_config: settings of that game, as the fields of its config.
        level_parameters: ranges of the levels it was trained on.
        spec: what it sees and does.
        network: shape, as the fields of `NetworkConfig`.
        episodes: K, episodes of a trial.
        memory: `trial`; `episode` or `step` for an agent whose memory is cleared before each of these.
        training: how it was made: settings, seed, steps, commit. No clock times, no paths.
        scores: what it scored, by split.
        weights: float32 arrays by name.
        learner: what trained it, by the name in `gamemeta.learners.registry`.
        task_learner: what adapts in it, by the name in `gamemeta.agent.task_learners`.
        interface: what the game shows and takes; None where that is the buffers and rows of the spec.
        facts: hidden facts that it has beliefs about, by name.
    """

    game: str
    game_config: dict[str, Any]
    level_parameters: dict[str, Any]
    spec: Spec
    network: dict[str, Any]
    episodes: int
    memory: str
    weights: Weights
    training: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    learner: str = RL2
    task_learner: str = MEMORY
    interface: GameInterface | None = None
    facts: dict[str, Fact] = field(default_factory=dict)

    def metadata(self) -> dict[str, Any]:
        """Everything but the weights, as plain JSON data."""
        data = {k: v for k, v in vars(self).items() if k not in ("weights", "interface", "facts")}
        if self.interface is not None:
            data["interface"] = self.interface.to_json()
        if self.facts:
            data["facts"] = [[name, fact.to_json()] for name, fact in self.facts.items()]
        return {"format": FORMAT, "version": VERSION, **data, "spec": self.spec.to_json()}

    def to_bytes(self) -> bytes:
        """The file as bytes; equal agents give equal bytes."""
        weights = {k: np.ascontiguousarray(v, np.float32) for k, v in self.weights.items()}
        return tensor_file(FORMAT, self.metadata(), weights)

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that name these weights for this spec and network."""
        state = blake2b(digest_size=8)
        identity = {"spec": self.spec.to_json(), "network": self.network, "memory": self.memory}
        if self.task_learner != MEMORY:
            identity["task_learner"] = self.task_learner
        state.update(json.dumps(identity, sort_keys=True).encode())
        for name in sorted(self.weights):
            state.update(name.encode())
            state.update(np.ascontiguousarray(self.weights[name], np.float32).tobytes())
        return state.hexdigest()


def write_agent(agent: AgentFile, path: Path | str) -> None:
    """Save an agent.

    Raises:
        OSError: as `write_atomically`.
    """
    write_atomically(Path(path), agent.to_bytes())


def read_agent(path: Path | str | Bytes) -> AgentFile:
    """Load an agent.

    Args:
        path: the file, or its contents; or what else `agent_path` takes.
    Raises:
        AgentFileError: missing, not an agent file, damaged, or of a version this release cannot read.
    """
    if isinstance(path, (bytes, bytearray, memoryview)):
        return parse_agent(bytes(path), "these bytes")
    path = agent_path(path)
    try:
        data = read_bounded(path, MOST_BYTES)
    except FileNotFoundError as error:
        raise AgentFileError(
            f"{path}: there is no such file. Give an agent file, the directory of a run, or the name of an "
            f"agent that comes with gamemeta: {', '.join(shipped_agents())}."
        ) from error
    except OSError as error:
        raise AgentFileError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise AgentFileError(f"{path}: cannot be the name of a file: {error}.") from error
    return parse_agent(data, str(path))


def parse_agent(data: bytes, path: str) -> AgentFile:
    """An agent out of the bytes of its file.

    Raises:
        AgentFileError: as `read_agent`.
    """
    metadata, weights = parse_tensor_file(data, path, FORMAT, advice=ADVICE)
    try:
        spec = Spec.from_json(metadata["spec"])
        agent = AgentFile(
            game=str(metadata["game"]),
            game_config=dict(metadata["game_config"]),
            level_parameters=dict(metadata["level_parameters"]),
            spec=spec,
            network=dict(metadata["network"]),
            episodes=_episodes(metadata["episodes"]),
            memory=_memory(metadata["memory"]),
            training=dict(metadata["training"]),
            scores=dict(metadata["scores"]),
            weights=weights,
            learner=str(metadata.get("learner", RL2)),
            task_learner=str(metadata.get("task_learner", MEMORY)),
            interface=_interface(metadata.get("interface"), spec),
            facts=facts_from_json(dict(metadata.get("facts", ()))),
        )
    except (LookupError, TypeError, ValueError, OverflowError, AttributeError, SpecError) as error:
        raise AgentFileError(
            f"{path}: this agent file is damaged ({error}). Copy it again, or train again."
        ) from error
    for name, array in weights.items():
        if array.dtype != np.float32 or not (np.abs(array) <= LARGEST_WEIGHT).all():
            raise AgentFileError(
                f"{path}: {name} is not made of float32 numbers between -{LARGEST_WEIGHT:g} and "
                f"{LARGEST_WEIGHT:g}. Copy the file again, or train again."
            )
    return agent


def _episodes(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MOST_EPISODES:
        raise ValueError(f"episodes = {value!r} is not a number from 1 to {MOST_EPISODES}")
    return value


def _memory(value: Any) -> str:
    if value not in ("trial", "episode", "step"):
        raise ValueError(f"memory = {value!r} is none of 'trial', 'episode' and 'step'")
    return str(value)


def _interface(data: Any, spec: Spec) -> GameInterface | None:
    return None if data is None else GameInterface.from_json(data, spec)


def agent_path(location: Path | str) -> Path:
    """The agent file itself, the one in the directory of a run, or one that comes with gamemeta.

    Args:
        location: a file, a directory, or the name of a game such as `tag`. What exists is never taken for a
            name.
    """
    path = Path(location)
    if path.is_dir():
        return path / AGENT_FILE
    if path.exists() or path.suffix or path.name != str(path):
        return path
    return find_asset(f"agents/{path.name}.safetensors") or path
