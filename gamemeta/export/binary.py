"""The file `agent.bin`: everything that a runtime of another language needs, in the order of its reading.

Little-endian, without gaps:

    8 bytes    GMEXPORT
    uint32     version, 1
    uint32 3x  I whole numbers, T bytes of text (a multiple of 4), F floats
    float64    skill of its minds
    16 bytes   digest of the agent, hexadecimal digits
    int32 [I]  whole numbers
    [T]        names as UTF-8, a newline after each line, filled up with newlines
    float32 [F]
    uint32     CRC-32 of everything before
"""

import struct
from zlib import crc32

import numpy as np

from gamemeta.export.description import Description

AGENT_BIN = "agent.bin"
MARK, VERSION = b"GMEXPORT", 1
HEADER = struct.Struct("<8s4Id16s")


def agent_bin(description: Description) -> bytes:
    """The bytes of `agent.bin`; equal agents give equal bytes."""
    agent = description.agent
    text = "".join(f"{line}\n" for line in description.lines).encode()
    text += b"\n" * (-len(text) % 4)
    integers = np.array([value for _, value in description.integers], "<i4")
    floats = np.concatenate([array.ravel() for _, array in description.arrays], dtype="<f4")
    sizes = len(integers), len(text), len(floats)
    header = HEADER.pack(MARK, VERSION, *sizes, agent.skill, agent.digest.encode())
    data = header + integers.tobytes() + text + floats.tobytes()
    return data + crc32(data).to_bytes(4, "little")
