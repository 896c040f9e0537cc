"""Whether games that open worlds share them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

APART = ContextVar("APART", default=False)


@contextmanager
def worlds_apart() -> Iterator[None]:
    """Games that open worlds meanwhile share them with no other, so that what a play leaves in one shows."""
    token = APART.set(True)
    try:
        yield
    finally:
        APART.reset(token)
