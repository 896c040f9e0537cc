"""Adam over one vector against torch's over many parameters."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from gamemeta.learners.flat_adam import EPSILON, FlatAdam

SHAPES = ((5, 3), (7,), (), (2, 2, 2))


def make_parameters(seed: int = 0) -> list[nn.Parameter]:
    generator = torch.Generator().manual_seed(seed)
    return [nn.Parameter(torch.randn(shape, generator=generator)) for shape in SHAPES]


def some_grads(seed: int) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for shape in SHAPES]


def test_weights_move_as_with_torchs_adam_on_each():
    parameters, plain = make_parameters(), make_parameters()
    adam, wanted = FlatAdam(parameters), torch.optim.Adam(plain, eps=EPSILON, fused=True)
    for k, rate in enumerate((0.1, 0.03, 0.2)):
        norm = adam.clip(some_grads(k), 0.5)
        adam.step(rate)
        for parameter, grad in zip(plain, some_grads(k), strict=True):
            parameter.grad = grad
        assert norm == pytest.approx(float(nn.utils.clip_grad_norm_(plain, 0.5)))
        wanted.param_groups[0]["lr"] = rate
        wanted.step()
    for one, other in zip(parameters, plain, strict=True):
        torch.testing.assert_close(one, other)


def test_its_state_is_that_of_torchs_adam_on_each():
    parameters, plain = make_parameters(), make_parameters()
    adam, wanted = FlatAdam(parameters), torch.optim.Adam(plain, eps=EPSILON, fused=True)
    adam.clip(some_grads(0), 1e9)
    adam.step(0.1)
    for parameter, grad in zip(plain, some_grads(0), strict=True):
        parameter.grad = grad
    wanted.step()
    found = adam.state_dict()
    named = {
        f"{k}.{name}": v for k, all_of in wanted.state_dict()["state"].items() for name, v in all_of.items()
    }
    assert found.keys() == named.keys()
    for name, value in named.items():
        np.testing.assert_array_equal(found[name], value.numpy(), err_msg=name)


def test_whoever_looks_at_the_memory_of_a_weight_sees_it_change():
    parameters = make_parameters()
    adam = FlatAdam(parameters)
    seen = parameters[0].detach().numpy()
    before = seen.copy()
    adam.clip(some_grads(0), 1.0)
    adam.step(0.1)
    assert (seen != before).all()


def test_weights_that_are_written_to_are_those_that_it_changes():
    parameters = make_parameters()
    adam = FlatAdam(parameters)
    with torch.no_grad():
        parameters[1].copy_(torch.full((7,), 5.0))
    adam.clip([torch.zeros(shape) for shape in SHAPES], 1.0)
    adam.step(0.1)
    assert torch.equal(parameters[1].detach(), torch.full((7,), 5.0))


def test_a_state_of_other_shapes_is_refused():
    adam = FlatAdam(make_parameters())
    adam.clip(some_grads(0), 1.0)
    adam.step(0.1)
    state = adam.state_dict()
    state["1.exp_avg"] = np.zeros((1, 7), np.float32)
    with pytest.raises(ValueError, match=r"exp_avg is .*\(1, 7\) instead of .*\(7,\)"):
        adam.load_state_dict(state)


def test_a_state_that_lacks_a_parameter_is_refused():
    adam = FlatAdam(make_parameters())
    adam.clip(some_grads(0), 1.0)
    adam.step(0.1)
    state = adam.state_dict()
    del state["3.exp_avg_sq"]
    with pytest.raises(KeyError, match="exp_avg_sq"):
        adam.load_state_dict(state)
