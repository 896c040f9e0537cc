"""What may stand in the buffers of an observation."""

from gamemeta.spec import Buffer, Image, Symbols


def choices(buffer: Buffer) -> int:
    """Of how many whole numbers an element of a buffer is one; 0 for quantities."""
    if isinstance(buffer, Symbols):
        return buffer.codes
    return 256 if isinstance(buffer, Image) else 0
