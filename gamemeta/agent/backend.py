"""The backends that compute an agent's steps: compiled code, or NumPy alone."""

from contextlib import suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from gamemeta.action_mask import ACTION_MASK
from gamemeta.agent.reference.network import Network
from gamemeta.errors import ConfigError, SpecError
from gamemeta.spec import Spec

if TYPE_CHECKING:
    from gamemeta.agent.compiled.network import CompiledNetwork

AUTO, NUMBA, NUMPY = "auto", "numba", "numpy"
BACKENDS = (AUTO, NUMBA, NUMPY)


def compiled_network(network: Network, backend: str) -> "CompiledNetwork | None":
    """The same network in compiled code; None where NumPy alone is to be used.

    Raises:
        ConfigError: there is no such backend; or numba was asked for and does not work, or does not know this
            kind of network.
    """
    if backend not in BACKENDS:
        raise ConfigError(f"backend = {backend!r}: choose one of {', '.join(BACKENDS)}.")
    if backend == NUMPY:
        return None
    compiled, why_not = _compiled(network)
    if backend == NUMBA and why_not:
        raise ConfigError(f"backend = 'numba': {why_not}. Use 'auto' or 'numpy'.")
    return compiled


def _compiled(network: Network) -> "tuple[CompiledNetwork | None, str]":
    """The network in compiled code; or None, and why it cannot be used."""
    try:
        installed = find_spec("numba") is not None
    except ValueError:  # something stands in its place that is no module
        installed = False
    if not installed:
        return None, "numba is not installed"
    if type(network) is not Network:
        return None, "there is compiled code for agents that adapt by memory alone"
    try:
        import numba

        if getattr(numba.config, "DISABLE_JIT", False):
            return None, "numba is told not to compile (NUMBA_DISABLE_JIT)"
        from gamemeta.agent.compiled.network import CompiledNetwork, is_compiled

        if is_compiled(network):
            return CompiledNetwork(network), ""
    except Exception as error:  # of numba: another release, another NumPy, no processor that it knows
        return None, f"numba does not work here ({type(error).__name__}: {str(error)[:200]})"
    return (
        None,
        "compiled code knows `mingru`, `gru` and `attention` alone, over symbols, quantities and images",
    )


def decide_once(mind: Any, spec: Spec) -> None:
    """Let a mind decide that plays no game, so that the first decision in a game takes no longer than others.

    Args:
        mind: a new `gamemeta.Mind`; of no use afterwards.
        spec: what it sees.
    """
    lead = () if mind.n == 1 else (mind.n,)
    blank = {b.name: np.full((*lead, *b.shape), b.name == ACTION_MASK, b.dtype) for b in spec.obs}
    with suppress(SpecError):
        if lead:
            mind.decide(blank, np.zeros(lead), np.zeros(lead, np.bool_))
        else:
            mind.decide(blank, 0.0, False)
