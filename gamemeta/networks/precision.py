"""Precision of matrix products while the weights are improved."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

from gamemeta.errors import ConfigError

FLOAT32, BFLOAT16 = "float32", "bfloat16"
PRECISIONS = (FLOAT32, BFLOAT16)
_TORCH_WORDS = {FLOAT32: "highest", BFLOAT16: "medium"}


@cache
def can_multiply(precision: str) -> bool:
    """Whether torch multiplies float32 matrices in this precision here, found out by doing it.

    The precision is leave to round, no order: where it does not make a product faster, torch takes float32.
    With AMX it rounds; with the bfloat16 instructions of AVX-512 alone it does not.
    """
    if precision == FLOAT32:
        return True
    factor = torch.full((256, 256), 1 + 2**-9)
    with matrix_products(precision):
        product = factor @ torch.eye(256)
    return bool((product == factor.bfloat16()).all())


def check_precision(precision: str) -> None:
    """Refuse what this processor cannot do.

    Raises:
        ConfigError: it cannot multiply in bfloat16; torch would then use float32 without a word, and the
            same settings would give other results.
    """
    if not can_multiply(precision):
        raise ConfigError(
            "run.precision = 'bfloat16': torch has no matrix products in bfloat16 on this processor (they "
            "take AMX). Give 'float32'."
        )


def factor_type() -> torch.dtype:
    """The type that factors of matrix products are rounded to at the moment."""
    medium = torch.get_float32_matmul_precision() == _TORCH_WORDS[BFLOAT16]
    return torch.bfloat16 if medium else torch.float32


@contextmanager
def matrix_products(precision: str) -> Iterator[None]:
    """All matrix products of torch, in every thread, with factors rounded to this precision.

    Sums are float32 whatever the precision. With bfloat16 the factors lose 16 of their 24 bits on the way in;
    `cells.mingru.function.MinGRUBlock` also keeps products and notes for the backward pass so.
    """
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(_TORCH_WORDS[precision])
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
