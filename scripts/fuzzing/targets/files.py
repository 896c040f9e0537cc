"""Agent files, memories and checkpoints: damaged as they are, and changed with a checksum that fits again."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any
from zlib import crc32

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save

from gamemeta.agent.file import FORMAT as AGENT
from gamemeta.agent.file import AgentFile, parse_agent, read_agent
from gamemeta.agent.memory_file import MEMORY_FORMAT
from gamemeta.agent.runtime import Agent, Mind
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.networks.restore import weights_of
from gamemeta.spec import ActionSpec, Spec, quantities, symbols
from gamemeta.tensor_file import KEY, parse_tensor_file, tensor_file
from gamemeta.training import session
from gamemeta.training.checkpoint import FORMAT as CHECKPOINT
from gamemeta.training.config import load_config
from gamemeta.training.run_directory import RunDirectory
from gamemeta_cli.info import _lines
from scripts.fuzzing import mutations as m
from scripts.fuzzing.target import Target

STEPS = 3
SPECS = {
    "choices": Spec(
        obs=(symbols("place", (3,), 9), quantities("speed", (2,))), action=ActionSpec(heads=(3, 2))
    ),
    "numbers": Spec(
        obs=(quantities("x", (2,), normalised=True),), action=ActionSpec(low=(-1.0,), high=(2.0,))
    ),
}
RUNS = {
    "maze": ("curriculum.kind=plr", "network.cell=mingru"),
    "tag": ("game.others=outside", "selfplay.pool=uniform", "selfplay.every=1", "network.cell=gru"),
    "bandit": ("network.cell=table", "network.keys=action"),
}
"""Game -> settings of a training whose checkpoint is damaged."""
SMALL = ("run.lanes=8", "run.rollout_steps=4", "run.shards=1", "run.steps=320", "run.validations=0")
SMALL_NETWORK = ("network.width=16", "network.layers=1", "ppo.minibatches=2", "ppo.epochs=1")


def targets() -> Iterator[Target]:
    """A target for each kind of file."""
    yield Target(name="files/agent", seeds=_agents, play=_play_agent, mutate=mutate_arrays(AGENT))
    yield Target(name="files/memory", seeds=_memories, play=_play_memory, mutate=_mutate_memory)
    older, mutate = _older_memories, mutate_arrays(MEMORY_FORMAT)
    yield Target(name="files/older-memory", seeds=older, play=_play_memory, mutate=mutate)
    for game in RUNS:
        yield Target(
            name=f"files/checkpoint-{game}",
            seeds=partial(_checkpoints, game),
            play=partial(_play_checkpoint, game),
            mutate=mutate_arrays(CHECKPOINT),
        )


def _agents() -> Sequence[bytes]:
    agents = []
    for name, spec in SPECS.items():
        for cell in ("mingru", "gru", "table"):
            if cell == "table" and name == "numbers":
                continue
            agents.append(_agent(spec, cell).to_bytes())
    return agents


def _agent(spec: Spec, cell: str) -> AgentFile:
    torch.manual_seed(0)
    keys = {"keys": "place"} if cell == "table" else {}
    policy = MemoryPolicy(spec, NetworkConfig(cell=cell, width=16, layers=1, **keys), {})
    return AgentFile(
        game="maze",
        game_config={"view": 5},
        level_parameters={"width": [5, 9]},
        spec=spec,
        network=policy.config.shape(),
        episodes=4,
        memory="trial",
        weights=weights_of(policy),
        training={"steps": 10, "config": {"run": {"seed": 1}}, "version": "0.1.0"},
        scores={"test": {"agent": {"score": [0.5, 0.75]}, "levels": 8}},
    )


def _play_agent(data: bytes, folder: Path) -> None:
    """What `gamemeta info`, a game loop and an evaluation do with an agent file."""
    path = folder / "agent.safetensors"
    path.write_bytes(data)
    file = read_agent(path)
    assert parse_agent(file.to_bytes(), "again").digest == file.digest
    _lines({**file.metadata(), "digest": file.digest, "parameters": 1})
    agent = Agent(file, backend="numpy")
    mind = agent.begin(2, seed=1)
    _act(mind)
    assert agent.resume(mind.memory).memory == mind.memory
    learner_of(file).init(1)
    GameSetup.of(file).fits(file.spec)


def _act(mind: Mind) -> None:
    for step in range(STEPS):
        obs = {b.name: np.zeros((mind.n, *b.shape), b.dtype) for b in mind.agent.spec.obs}
        mind.act(obs, 0.5, step == 1)


@cache
def _players() -> list[Agent]:
    agents = [Agent(parse_agent(data, "x"), backend="numpy") for data in _agents()]
    return [*agents, agents[0].with_skill(0.5)]


def _minds() -> Iterator[Mind]:
    for agent in _players():
        mind = agent.begin(2, seed=3)
        _act(mind)
        yield mind


def _memories() -> Sequence[bytes]:
    return [mind.memory for mind in _minds()]


def _older_memories() -> Sequence[bytes]:
    memories = []
    for mind in _minds():
        about = {"agent": mind.agent.digest, "n": mind.n, "seed": mind.seed, "skill": mind.agent.skill}
        memories.append(tensor_file(MEMORY_FORMAT, about, mind.arrays()))
    return memories


def _mutate_memory(random: Random, seeds: Sequence[bytes]) -> bytes:
    """Damaged bytes, in three inputs of four with a fitting checksum."""
    memory = m.mutate_bytes(random, seeds)
    return memory if random.random() < 0.25 else memory[:-4] + crc32(memory[:-4]).to_bytes(4, "little")


def _play_memory(data: bytes, folder: Path) -> None:
    """A save game taken up by the agent that it belongs to, or by another."""
    agents = {agent.digest: agent for agent in _players()}
    stated = next((agent for digest, agent in agents.items() if digest.encode() in data), _players()[0])
    mind = stated.resume(data)
    _act(mind)
    assert stated.resume(mind.memory).memory == mind.memory


def _settings(game: str) -> list[str]:
    return [*SMALL, *SMALL_NETWORK, *RUNS[game]]


@cache
def _checkpoints(game: str) -> Sequence[bytes]:
    saved = []
    with tempfile.TemporaryDirectory() as folder:
        training, run = session.begin(load_config(game, overrides=_settings(game)), Path(folder, "run"))
        saved.append(run.checkpoint.read_bytes())
        for _ in zip(training.run(), range(2), strict=False):
            session.save(training, run)
            saved.append(run.checkpoint.read_bytes())
    return saved


def _play_checkpoint(game: str, data: bytes, folder: Path) -> None:
    """A run that goes on from the checkpoint."""
    run = RunDirectory(folder)
    run.checkpoint.write_bytes(data)
    run.log.write_bytes(b"")
    training, directory = session.resume(folder)
    try:
        if training.iteration < training.iterations <= 1000:
            next(iter(training.run()))
    finally:
        directory.unlock()


def mutate_arrays(file_format: str) -> Callable[[Random, Sequence[bytes]], bytes]:
    """Damaged bytes in one input of four; else other contents, of version 1 or with a fitting checksum."""

    def mutate(random: Random, seeds: Sequence[bytes]) -> bytes:
        if random.random() < 0.25:
            return m.mutate_bytes(random, seeds)
        metadata, arrays = parse_tensor_file(random.choice(seeds), "seed", file_format, advice="")
        about: Any = {k: v for k, v in metadata.items() if k != "checksum"}
        about = {k: v for k, v in about.items() if k not in ("format", "version")}
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            if random.random() < 0.5:
                about = _other_document(random, about)
            else:
                arrays = _other_arrays(random, arrays)
        try:
            if random.random() < 0.5:
                return tensor_file(file_format, about, arrays)
            old = {**about, "format": file_format, "version": 1}
            return save(arrays, metadata={KEY: json.dumps(old)})
        except (ValueError, TypeError, UnicodeError, RecursionError):  # what cannot be written
            return m.mutate_bytes(random, seeds)

    return mutate


def _other_document(random: Random, about: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(about).encode()
    try:
        changed = json.loads(m.change_value(random, text, [text]))
    except (ValueError, RecursionError):
        return about
    return changed if isinstance(changed, dict) else about


Array = NDArray[Any]


def _other_arrays(random: Random, arrays: dict[str, Array]) -> dict[str, Array]:
    """One array left out, of another shape or type, or with other numbers."""
    arrays, name = dict(arrays), random.choice(list(arrays))
    array, choice = arrays[name], random.randrange(8)
    if choice == 0:
        del arrays[name]
    elif choice == 1:
        arrays[name] = array[..., None]
    elif choice == 2:
        arrays[name] = array.reshape(-1)[: random.randrange(array.size + 1)].copy()
    elif choice == 3:
        arrays[name] = np.concatenate([array.reshape(-1)] * 2)
    elif choice == 4:
        with np.errstate(all="ignore"):
            arrays[name] = array.astype(random.choice(["f4", "f8", "i8", "u1", "i4", "?", "u8", "f2"]))
    elif choice == 5:
        other = random.choice(list(arrays))
        arrays[name], arrays[other] = arrays[other], arrays[name]
    else:
        arrays[name] = _other_numbers(random, array)
    return arrays


def _other_numbers(random: Random, array: Array) -> Array:
    if not array.size:
        return array
    array = array.copy()
    flat = array.reshape(-1)
    for _ in range(random.choice((1, 1, 2, flat.size))):
        if array.dtype.kind == "f":
            numbers = (0.0, -1.0, 1e9, -1e9, 1e30, -1e38, np.nan, np.inf, 1e-40, 3.4e38)
        elif array.dtype.kind == "b":
            numbers = (True, False)
        else:
            info = np.iinfo(array.dtype)
            numbers = (0, 1, 2, info.max, info.min, info.max // 2, random.randrange(256) % (info.max + 1))
        with np.errstate(all="ignore"):
            flat[random.randrange(flat.size)] = random.choice(numbers)
    return array
