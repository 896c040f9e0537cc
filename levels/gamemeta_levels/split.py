"""Which levels may be trained on. A level's content decides, so equal levels never fall apart."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError, UnknownName, shortened

TRAIN, VALIDATION, TEST, ANY = 0, 1, 2, -1

SPLITS = {"train": TRAIN, "validation": VALIDATION, "test": TEST, "far": ANY, "any": ANY}
"""Split codes by name. `far` takes any content, because its parameters lie outside the training
ranges; `any` is a plain seed, whichever split its level falls into."""

TENTHS = (VALIDATION, TEST)
"""Split of the levels whose hash modulo 10 is 0 and 1; the rest is for training."""

_CODES = np.array([*TENTHS, *[TRAIN] * (10 - len(TENTHS))])
"""Split of the levels whose hash modulo 10 is 0 to 9."""
_OUTSIDE = {code: np.not_equal(_CODES, code) for code in (TRAIN, VALIDATION, TEST)}
"""Of the levels whose hash modulo 10 is 0 to 9, whether they lie outside this split."""

MAX_SEED = 2**63 - 1
"""Largest seed of a level."""

_ADDRESS = re.compile(r"(?:(?P<split>[a-z]+):)?(?P<seed>[0-9]+)")


def split_of(content_hash: int) -> str:
    """`train` (80%), `validation` (10%) or `test` (10%) for a level's content hash."""
    tenth = content_hash % 10
    code = TENTHS[tenth] if tenth < len(TENTHS) else TRAIN
    return ("train", "validation", "test")[code]


def outside_split(content_hash: NDArray[np.uint64], split: str) -> NDArray[np.int64]:
    """Indices of the levels whose content does not belong to this split; none for `any` and `far`.

    Raises:
        UnknownName: no such split.
    """
    code = split_code(split)
    if code == ANY:
        return np.zeros(0, np.int64)
    wrong: NDArray[np.bool_] = _OUTSIDE[code][content_hash % np.uint64(10)]
    return wrong.nonzero()[0]


def counted_splits(content_hash: NDArray[np.uint64]) -> dict[str, int]:
    """Numbers of levels with these content hashes that belong to `train`, `validation` and `test`."""
    tenth = np.bincount((content_hash % np.uint64(10)).astype(np.int64), minlength=10)
    held = {code: int(tenth[number]) for number, code in enumerate(TENTHS)}
    rest = len(content_hash) - sum(held.values())
    return {"train": rest, "validation": held[VALIDATION], "test": held[TEST]}


def split_code(name: str) -> int:
    """The code that generators take.

    Raises:
        UnknownName: with the names that exist.
    """
    if name not in SPLITS:
        raise UnknownName(f"no split called {shortened(name)}. Choose one of: {', '.join(SPLITS)}.")
    return SPLITS[name]


@dataclass(frozen=True)
class LevelAddress:
    """A generated level by name: `17` or `test:17`."""

    split: str
    seed: int

    def __str__(self) -> str:
        return str(self.seed) if self.split == "any" else f"{self.split}:{self.seed}"


def parse_address(text: str) -> LevelAddress | None:
    """Read `17`, `test:17` or `far:3`; None when the text has another form (a file name, say).

    Raises:
        UnknownName: the form is right and the split does not exist.
        LevelError: the form is right and the seed is too large.
    """
    match = _ADDRESS.fullmatch(text)
    if match is None:
        return None
    split = match["split"] or "any"
    split_code(split)
    digits = match["seed"].lstrip("0") or "0"
    if len(digits) > len(str(MAX_SEED)) or int(digits) > MAX_SEED:
        raise LevelError(f"the seed in {shortened(text)} is too large: give 0 to {MAX_SEED}.")
    return LevelAddress(split=split, seed=int(digits))
