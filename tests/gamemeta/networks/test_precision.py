import pytest
import torch

from gamemeta.errors import ConfigError
from gamemeta.networks import precision
from gamemeta.networks.precision import BFLOAT16, FLOAT32, matrix_products
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training

needs_bfloat16 = pytest.mark.skipif(
    not precision.can_multiply(BFLOAT16), reason="the processor cannot multiply in bfloat16"
)


@needs_bfloat16
def test_bfloat16_rounds_the_factors_and_adds_up_in_float32():
    torch.manual_seed(0)
    a, b = torch.randn(256, 128), torch.randn(128, 384)
    with matrix_products(BFLOAT16):
        product = a @ b
    rounded = a.bfloat16().double() @ b.bfloat16().double()
    assert product.dtype == torch.float32
    torch.testing.assert_close(product.double(), rounded, rtol=1e-5, atol=1e-4)


def test_a_processor_that_keeps_float32_factors_is_found_out(monkeypatch):
    precision.can_multiply.cache_clear()
    monkeypatch.setitem(precision._TORCH_WORDS, BFLOAT16, "highest")
    try:
        assert not precision.can_multiply(BFLOAT16)
    finally:
        precision.can_multiply.cache_clear()


def test_products_are_as_before_afterwards_whatever_happened():
    before = torch.get_float32_matmul_precision()
    with pytest.raises(KeyError), matrix_products(BFLOAT16):
        raise KeyError
    assert torch.get_float32_matmul_precision() == before


def test_float32_is_what_torch_does_by_itself():
    a, b = torch.randn(256, 128), torch.randn(128, 384)
    with matrix_products(FLOAT32):
        product = a @ b
    assert torch.equal(product, a @ b)


def test_a_processor_without_bfloat16_is_told_before_anything_starts(monkeypatch):
    monkeypatch.setattr(precision, "can_multiply", lambda precision: False)
    with pytest.raises(ConfigError, match=r"bfloat16.*Give 'float32'"):
        Training(load_config("maze", overrides=["run.precision=bfloat16"]))


def test_another_precision_is_refused_by_name():
    with pytest.raises(ConfigError, match="precision = 'float16': give 'float32' or 'bfloat16'"):
        load_config("maze", overrides=["run.precision=float16"])


def test_a_precision_that_is_not_asked_for_leaves_no_trace_in_the_settings():
    assert "precision" not in load_config("maze").to_json()["run"]
    asked = load_config("maze", overrides=["run.precision=bfloat16"]).to_json()
    assert asked["run"]["precision"] == "bfloat16"
