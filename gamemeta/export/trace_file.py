"""The file `trace.bin`: a golden trace as checkers read it.

Little-endian, without gaps:

    8 bytes    GMTRACE1
    uint32 2x  P observations, E events
    int32      symbols [P, C]
    float32    quantities [P, Q]
    uint8      images [P, I], filled up with zeros to a multiple of 4 bytes
    events, each: uint32 kind, uint32 bytes of what follows (a multiple of 4), and then

    1 begin    uint32 n; uint64 seed; float64 skill
    2 act      int32 obs [n]; float32 reward [n]; int32 done [n]; float32 outputs [n, O], action [n, H + K]
    3 forget   int32 which [n]
    4 save     uint32 bytes, and so many bytes of memory, filled up with zeros to a multiple of 4
    5 resume   as 4
"""

import struct

import numpy as np

from gamemeta.export.trace import Act, Begin, Event, Forget, Resume, Trace

TRACE_BIN = "trace.bin"
MARK = b"GMTRACE1"


def trace_bin(trace: Trace) -> bytes:
    """The bytes of `trace.bin`."""
    pool = trace.symbols.astype("<i4").tobytes() + trace.quantities.astype("<f4").tobytes()
    images = _padded(trace.images.tobytes())
    header = MARK + struct.pack("<2I", len(trace.symbols), len(trace.events))
    return header + pool + images + b"".join(map(_event, trace.events))


def _event(event: Event) -> bytes:
    if isinstance(event, Begin):
        kind, body = 1, struct.pack("<IQd", event.n, event.seed, event.skill)
    elif isinstance(event, Act):
        kind, body = (
            2,
            b"".join(
                np.asarray(array, dtype).tobytes()
                for array, dtype in (
                    (event.obs, "<i4"),
                    (event.reward, "<f4"),
                    (event.done, "<i4"),
                    (event.outputs, "<f4"),
                    (event.action, "<f4"),
                )
            ),
        )
    elif isinstance(event, Forget):
        kind, body = 3, event.which.astype("<i4").tobytes()
    else:
        kind = 5 if isinstance(event, Resume) else 4
        body = _padded(struct.pack("<I", len(event.memory)) + event.memory)
    return struct.pack("<2I", kind, len(body)) + body


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)
