"""The memory of minds as bytes for a save game, which exported agents write and read in every language.

Numbers are little-endian and stand one after the other without gaps:

    8 bytes    GMMEMORY
    uint32     version, 3
    uint32     n, how many minds
    uint64     seed
    float64    skill
    16 bytes   digest of the agent, hexadecimal digits
    uint32 6x  S numbers of state; K continuous numbers of an action; W numbers of `thought`, 0 at skill 1;
               H heads; E bytes of running episodes and of marks of places, 0 for agents without; 0
    uint64     steps [n]
    float32    state [n, S], previous_numbers [n, K], thought [n, W]
    int32      seat [n], -1 where there is none
    uint8      previous_action [n, H], begun [n], episodes [E]
    uint32     CRC-32 of everything before

Files of versions 1 and 2 are safetensors; they are read as well.
"""

import struct
from collections.abc import Mapping
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import Bytes
from gamemeta.errors import AgentFileError, MemoryMismatch
from gamemeta.spec import Spec
from gamemeta.tensor_file import parse_tensor_file, tensor_file

MARK, VERSION = b"GMMEMORY", 3
MEMORY_FORMAT = "gamemeta-memory"
ADVICE = "Give all bytes of a memory that `mind.memory` returned."
"""Name of the format of versions 1 and 2, and of the episodes within a memory."""
EPISODES = "episodes."
"""Prefix of the names of what a memory holds of running episodes."""
MOST_STEPS = 1 << 48
"""More than any mind takes: draws are numbered by steps and must not overflow."""
HEADER = struct.Struct("<8sIIQd16s6I")
STATE, THOUGHT, STEPS, BEGUN = "state", "thought", "steps", "begun"
CODES, NUMBERS = "previous_action", "previous_numbers"

Arrays = dict[str, NDArray[Any]]


def memory_bytes(about: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], episodes: Arrays) -> bytes:
    """The bytes of a memory; equal memories give equal bytes.

    Args:
        about: agent (its digest), n, seed, skill, and seats or None.
        arrays: `state`, `steps` and `begun`, and those of `previous_action`, `previous_numbers` and `thought`
            that there are, each [n, ...].
        episodes: running episodes of agents that learn from whole ones, else nothing.
    """
    n = about["n"]
    none = np.zeros((n, 0))
    numbers = [np.asarray(arrays.get(name, none), "<f4") for name in (STATE, NUMBERS, THOUGHT)]
    codes = np.asarray(arrays.get(CODES, none), np.uint8)
    seats = np.full(n, -1, "<i4") if about["seats"] is None else np.array(about["seats"], "<i4")
    extra = tensor_file(MEMORY_FORMAT, {}, episodes) if episodes else b""
    sizes = (*(array.shape[1] for array in numbers), codes.shape[1], len(extra), 0)
    parts = (
        HEADER.pack(MARK, VERSION, n, about["seed"], about["skill"], about["agent"].encode(), *sizes),
        arrays[STEPS].astype("<u8").tobytes(),
        *(array.tobytes() for array in numbers),
        seats.tobytes(),
        codes.tobytes(),
        arrays[BEGUN].astype(np.uint8).tobytes(),
        extra,
    )
    data = b"".join(parts)
    return data + crc32(data).to_bytes(4, "little")


def parse_memory(memory: Bytes) -> tuple[dict[str, Any], Arrays]:
    """What was given to `memory_bytes`, running episodes among the arrays with `EPISODES` before their names.

    Memories of versions 1 and 2 have the state of each cell by name in place of `state`.

    Raises:
        MemoryMismatch: the bytes are damaged, of another version, or no memory.
    """
    data = bytes(memory)
    try:
        if data[:8] != MARK:
            return parse_tensor_file(data, "memory", MEMORY_FORMAT, advice=ADVICE)
        return _parsed(data)
    except (AgentFileError, ValueError, struct.error) as error:
        raise MemoryMismatch(f"these bytes are not the memory of an agent: {error}") from error


def check_arrays(about: Mapping[str, Any], arrays: Arrays, spec: Spec) -> None:
    """Check that header and arrays of a memory fit each other and the game.

    Raises:
        LookupError, ValueError: they do not.
    """
    steps = arrays[STEPS]
    if steps.ndim != 1 or not 0 < len(steps) == about["n"] or type(about["seed"]) is not int:
        raise ValueError("its header does not fit its arrays")
    if steps.dtype != np.int64 or not ((steps >= 0) & (steps < MOST_STEPS)).all():
        raise ValueError("steps are no numbers of steps")
    if not np.isfinite(arrays.get(THOUGHT, 0.0)).all():
        raise ValueError("thought is NaN or infinite")
    heads = np.array(spec.action.heads)
    if len(heads) and (arrays[CODES] > heads).any():
        raise ValueError("previous_action is outside its heads")
    if spec.action.continuous and not (np.abs(arrays[NUMBERS]) <= 1).all():
        raise ValueError("previous_numbers are outside -1..1")


def _parsed(data: bytes) -> tuple[dict[str, Any], Arrays]:
    _, version, n, seed, skill, agent, *sizes = HEADER.unpack_from(data)
    if version != VERSION:
        raise ValueError(
            f"written in version {version} of the format; this release reads up to {VERSION}. Use the "
            "release that wrote it."
        )
    state, numbers, thought, heads, episodes, _ = sizes
    row = 8 + 4 * (state + numbers + thought + 1) + heads + 1
    if (
        len(data) != HEADER.size + n * row + episodes + 4
        or crc32(data[:-4]).to_bytes(4, "little") != data[-4:]
    ):
        raise ValueError("they are cut off or damaged. Take an earlier save.")
    at = HEADER.size

    def take(width: int, kind: str) -> NDArray[Any]:
        nonlocal at
        array = np.frombuffer(data, kind, n * width, at)
        at += array.nbytes
        return array.astype(array.dtype.newbyteorder("=")).reshape(n, width)

    arrays: Arrays = {STEPS: take(1, "<u8")[:, 0].view(np.int64)}
    arrays |= {
        name: take(size, "<f4") for name, size in zip((STATE, NUMBERS, THOUGHT), sizes[:3], strict=True)
    }
    seats = take(1, "<i4")[:, 0].tolist()
    arrays[CODES] = take(heads, "u1")
    arrays[BEGUN] = take(1, "u1")[:, 0] != 0
    if episodes:
        _, saved = parse_tensor_file(data[at : at + episodes], "episodes", MEMORY_FORMAT, advice=ADVICE)
        arrays |= {EPISODES + name: array for name, array in saved.items()}
    about = {"agent": agent.decode("ascii", "replace"), "n": n, "seed": seed, "skill": skill}
    return {**about, "seats": None if all(seat == -1 for seat in seats) else seats}, arrays
