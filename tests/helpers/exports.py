"""Agents of every cell, observation and action, and their exports."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from zlib import crc32

import numpy as np
import torch

import gamemeta
from gamemeta.agent.runtime import Agent
from gamemeta.agent.shape.config import ACTION_ALONE, LEARNED, TABLE, NetworkConfig
from gamemeta.assets import asset_files, shipped_agents
from gamemeta.export.binary import agent_bin
from gamemeta.export.description import describe
from gamemeta.export.exporter import export_agent
from gamemeta.export.registry import targets
from gamemeta.networks.policy import MemoryPolicy
from gamemeta.spec import ActionSpec, Spec, image, quantities, symbols
from tests.helpers.agents import agent_of_policy

PLACE, SPEED = symbols("place", (2,), 3), quantities("speed", (2,))
HEIGHT, EYE = quantities("body.height", (3,), normalised=True), image("eye", (9, 8, 2))
HEADS = ActionSpec(heads=(4, 3), names=(("up", "down", "left", "right"), ("a", "b", "c")))
KERNEL_DIMENSIONS = 4
"""Of the weights of a convolution."""
SPECS = {
    "quantities": Spec(obs=(HEIGHT, PLACE, SPEED), action=HEADS),
    "image": Spec(obs=(PLACE, EYE), action=HEADS),
    "mask": Spec(obs=(symbols("action_mask", (7,), 2), PLACE), action=HEADS),
    "mixed": Spec(obs=(PLACE, SPEED), action=ActionSpec(heads=(2,), low=(0.0, -1.0), high=(1.0, 2.0))),
    "numbers": Spec(obs=(HEIGHT,), action=ActionSpec(low=(-3.0,), high=(5.0,))),
    "nothing": Spec(obs=(), action=ActionSpec(heads=(3,))),
}
CELLS = {
    "mingru": {"cell": "mingru"},
    "gru": {"cell": "gru"},
    "learned": {"cell": TABLE, "keys": LEARNED},
    "place": {"cell": TABLE, "keys": "place"},
    "action": {"cell": TABLE, "keys": ACTION_ALONE},
    "joined": {"cell": "gru+table+mingru", "keys": LEARNED, "layers": 2},
    "attention": {"cell": "attention", "window": 7},
    "around": {"cell": "mingru+attention+table+attention", "keys": LEARNED, "window": 16},
}
FEW = [
    ("mingru", "quantities", "trial"),
    ("gru", "mixed", "episode"),
    ("mingru", "numbers", "step"),
    ("learned", "quantities", "episode"),
    ("place", "mask", "trial"),
    ("action", "nothing", "trial"),
    ("joined", "image", "trial"),
    ("joined", "mask", "trial"),
]
"""Cell, spec and memory of agents that have everything among them."""
WITH_ATTENTION = [("attention", "quantities", "episode"), ("around", "mask", "trial")]
"""The same of agents with attention, which some targets refuse."""


def fits(cell: str, spec: str) -> bool:
    """Whether there is such an agent: tables have no continuous numbers and need their key."""
    if cell == "place" and PLACE not in SPECS[spec].obs:
        return False
    if cell in ("learned", "joined", "around") and not SPECS[spec].obs:
        return False
    return TABLE not in CELLS[cell]["cell"] or not SPECS[spec].action.continuous


@cache
def agent_for(cell: str, spec: str, memory: str = "trial") -> Agent:
    """A small agent of random weights, with statistics of observations and rewards."""
    torch.manual_seed(0)
    sizes = {"width": 24, "layers": 1, "slots": 5, "choice_width": 6}
    policy = MemoryPolicy(SPECS[spec], NetworkConfig(**{**sizes, **CELLS[cell]}), {})
    for parameter in policy.parameters():
        # kernels sum over hundreds of numbers, layer after layer: larger ones would let rounding errors grow
        noise = 0.2 if parameter.ndim < KERNEL_DIMENSIONS else 0.02
        parameter.data += noise * torch.randn_like(parameter)
    file = agent_of_policy(policy)
    file.memory = memory
    for name, array in file.weights.items():
        if name.startswith("normaliser.") and name.endswith(("deviation", "mean", "centre")):
            array[...] = 0.25 if name.endswith(("mean", "centre")) else 1.5
    return Agent(file, backend="numpy")


def with_weight(case: tuple[str, ...], value: float, place: int = -5) -> bytes:
    """agent.bin of an agent, one of whose weights is another number; its checksum is right."""
    data = bytearray(agent_bin(describe(agent_for(*case))))
    at = len(data) - 4 + 4 * place
    data[at : at + 4] = np.float32(value).tobytes()
    return bytes(data[:-4]) + crc32(data[:-4]).to_bytes(4, "little")


def without_range(*case: str) -> bytes:
    """agent.bin of an agent, one of whose continuous numbers has no range."""
    description = describe(agent_for(*case))
    dict(description.arrays)["numbers.half"][-1] = 0
    return agent_bin(description)


@contextmanager
def runtime_modules(*folders: str) -> Iterator[None]:
    """The Python files of these runtimes can be imported by their names, as in an export."""
    files = [path for folder in folders for path in asset_files(f"runtimes/{folder}")]
    before, places = sys.path[:], dict.fromkeys(str(path.parent) for path in files)
    sys.path[:0] = places
    try:
        yield
    finally:
        sys.path[:] = before
        for path in files:
            sys.modules.pop(path.stem, None)


def everything(target: str) -> None:
    """Export every agent to a target, and print what its checker found."""
    agents = {name: gamemeta.load(name, backend="numpy") for name in shipped_agents()}
    agents |= {
        f"{cell} {spec}": agent_for(cell, spec) for cell in CELLS for spec in SPECS if fits(cell, spec)
    }
    agents |= {" ".join(few): agent_for(*few) for few in (*FEW, *WITH_ATTENTION)}
    for name, agent in agents.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                (result,) = export_agent(agent, [targets()[target]], Path(folder) / "x")
                print(name, result.checked.words() if result.checked else result.note, flush=True)
            except gamemeta.GamemetaError as error:
                print(name, "FAILED:", error, flush=True)
