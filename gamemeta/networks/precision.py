"""How exactly matrices of float32 are multiplied while the weights are improved."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from gamemeta.errors import ConfigError

FLOAT32, BFLOAT16 = "float32", "bfloat16"
PRECISIONS = (FLOAT32, BFLOAT16)
_TORCH_WORDS = {FLOAT32: "highest", BFLOAT16: "medium"}


def can_multiply(precision: str) -> bool:
    """Whether this processor has matrix products of this precision."""
    return precision == FLOAT32 or bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def check_precision(precision: str) -> None:
    """Refuse what this processor cannot do.

    Raises:
        ConfigError: it cannot multiply in bfloat16; torch would then use float32 without a word, and the
            same settings would give other results.
    """
    if not can_multiply(precision):
        raise ConfigError(
            "run.precision = 'bfloat16': this processor has no matrix products in bfloat16 (AVX-512 or AMX). "
            "Give 'float32'."
        )


def factor_type() -> torch.dtype:
    """What the factors of matrix products are rounded to at the moment."""
    medium = torch.get_float32_matmul_precision() == _TORCH_WORDS[BFLOAT16]
    return torch.bfloat16 if medium else torch.float32


@contextmanager
def matrix_products(precision: str) -> Iterator[None]:
    """All matrix products of torch, in every thread, with factors rounded to this precision.

    Sums are float32 whatever the precision. With bfloat16 the factors lose 16 of their 24 bits on the way in;
    `functions.MinGRUBlock` also keeps its own products and what it notes for the backward pass so.
    """
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision(_TORCH_WORDS[precision])
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)
