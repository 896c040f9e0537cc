"""The backends that compute an agent's steps: compiled code, or NumPy alone."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from gamemeta.agent.reference.network import Network
from gamemeta.errors import ConfigError

if TYPE_CHECKING:
    from gamemeta.agent.compiled.network import CompiledNetwork

AUTO, NUMBA, NUMPY = "auto", "numba", "numpy"
BACKENDS = (AUTO, NUMBA, NUMPY)


def compiled_network(network: Network, backend: str) -> "CompiledNetwork | None":
    """The same network in compiled code; None where NumPy alone is to be used.

    Raises:
        ConfigError: there is no such backend; or numba was asked for and is not installed, or does not know
            this kind of network.
    """
    if backend not in BACKENDS:
        raise ConfigError(f"backend = {backend!r}: choose one of {', '.join(BACKENDS)}.")
    why_not = "" if backend == NUMPY else _why_not(network)
    if backend == NUMBA and why_not:
        raise ConfigError(f"backend = 'numba': {why_not}. Use 'auto' or 'numpy'.")
    if backend == NUMPY or why_not:
        return None
    from gamemeta.agent.compiled.network import CompiledNetwork

    return CompiledNetwork(network)


def _why_not(network: Network) -> str:
    """Why compiled code cannot be used, in words; empty where it can."""
    try:
        installed = find_spec("numba") is not None
    except ValueError:  # something stands in its place that is no module
        installed = False
    if not installed:
        return "numba is not installed"
    if type(network) is not Network:
        return "there is compiled code for agents that adapt by memory alone"
    from gamemeta.agent.compiled.network import is_compiled

    return (
        ""
        if is_compiled(network)
        else "there is compiled code for `mingru` and `gru` alone, over symbols, quantities and images"
    )
