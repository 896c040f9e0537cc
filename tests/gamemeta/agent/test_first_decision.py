"""The first decision in a game needs nothing that was not loaded before."""

import sys

import numpy as np
import pytest

import gamemeta
from gamemeta.assets import asset


@pytest.mark.parametrize("n", [1, 5])
def test_begin_loads_all_that_a_decision_needs(n):
    agent = gamemeta.load(asset("agents/maze.safetensors"))
    mind = agent.begin(n, seed=3)
    modules, kernels = set(sys.modules), _compiled()
    lead = () if n == 1 else (n,)
    obs = {b.name: np.zeros((*lead, *b.shape), b.dtype) for b in agent.spec.obs}
    mind.act(obs, 0.0 if n == 1 else np.zeros(n), False if n == 1 else np.zeros(n, np.bool_))
    assert set(sys.modules) == modules
    assert _compiled() == kernels


def _compiled() -> int:
    """Number of signatures that compiled functions have in memory."""
    import gc

    from numba.core.registry import CPUDispatcher

    return sum(len(one.signatures) for one in gc.get_objects() if type(one) is CPUDispatcher)


def test_minds_choose_alike_whether_or_not_another_began_before():
    agent = gamemeta.load(asset("agents/maze.safetensors"))
    obs = {b.name: np.zeros(b.shape, b.dtype) for b in agent.spec.obs}
    first, second = agent.begin(seed=3), agent.begin(seed=3)
    assert [first.act(obs) for _ in range(20)] == [second.act(obs) for _ in range(20)]
    assert first.memory == second.memory
