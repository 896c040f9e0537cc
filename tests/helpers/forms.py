"""The seven forms of a network in one list, and which networks each of them knows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from gamemeta.action_mask import ACTION_MASK, only_legal
from gamemeta.agent.compiled.network import FEW, CompiledNetwork
from gamemeta.agent.file import AgentFile
from gamemeta.agent.reference.network import Network
from gamemeta.agent.shape.config import CHOICES
from gamemeta.learners.rl2.memory_learner import MemoryLearner, tensors
from gamemeta.networks.cells.registry import CELLS
from gamemeta.networks.functions.in_torch import plain_torch
from gamemeta.networks.restore import policy_of

EVERY = frozenset({*CELLS, CHOICES})
AGENTS = FEW + 3
"""So many that numba takes the way for many."""


@dataclass(frozen=True)
class Form:
    """One way to compute a network.

    Args:
        name: for people.
        run: of an agent file, inputs [T, n, ...] and resets [T, n]: logits, and means before tanh, of legal
            choices [T, n, heads + continuous].
        cells: the cells that it knows.
        images: whether it sees images.
    """

    name: str
    run: Callable
    cells: frozenset[str] = EVERY
    images: bool = True

    def knows(self, cells: tuple[str, ...], images: bool) -> bool:
        """Whether a network of these cells, with or without images, has this form."""
        return self.cells.issuperset(cells) and (self.images or not images)


def scan(file: AgentFile, inputs, reset) -> np.ndarray:
    learner = MemoryLearner(policy_of(file))
    with torch.no_grad():
        output, _ = learner.scan(tensors(inputs), learner.init(reset.shape[1]), torch.from_numpy(reset))
    return joined(output)


def joined(output) -> np.ndarray:
    parts = [*output.logits, *([] if output.continuous is None else [output.continuous.mean])]
    return torch.cat(parts, -1).detach().numpy()


def plain(file: AgentFile, inputs, reset) -> np.ndarray:
    with plain_torch():
        return scan(file, inputs, reset)


def acting(file: AgentFile, inputs, reset) -> np.ndarray:
    learner = MemoryLearner(policy_of(file))
    return _steps(learner, learner.step, inputs, reset)


def compiled_acting(file: AgentFile, inputs, reset) -> np.ndarray:
    learner = MemoryLearner(policy_of(file))
    return _steps(learner, learner.stepping(), inputs, reset)


def _steps(learner, step, inputs, reset) -> np.ndarray:
    state, out = learner.init(reset.shape[1]), []
    for t in range(len(reset)):
        state, decision = step(state, {name: x[t] for name, x in inputs.items()}, reset[t])
        means = [] if decision.continuous is None else [decision.continuous.mean]
        out.append(np.concatenate([*decision.logits, *means], 1))
    return np.stack(out)


def in_numpy(file: AgentFile, inputs, reset) -> np.ndarray:
    network = Network(file)
    return _calls(file, network, network, inputs, reset)


def numba_one(file: AgentFile, inputs, reset) -> np.ndarray:
    network = Network(file)
    compiled = CompiledNetwork(network)
    each = [slice(i, i + 1) for i in range(reset.shape[1])]
    parts = [
        _calls(file, network, compiled, {k: x[:, i] for k, x in inputs.items()}, reset[:, i]) for i in each
    ]
    return np.concatenate(parts, 1)


def numba_many(file: AgentFile, inputs, reset) -> np.ndarray:
    assert reset.shape[1] > FEW
    network = Network(file)
    return _calls(file, network, CompiledNetwork(network), inputs, reset)


def _calls(file: AgentFile, network: Network, call, inputs, reset) -> np.ndarray:
    """As a mind calls a network."""
    state, out = network.init(reset.shape[1]), []
    for t in range(len(reset)):
        now = {name: np.ascontiguousarray(x[t]) for name, x in inputs.items()}
        head_outputs, state = call(now, state * (reset[t] == 0)[:, None])
        if file.spec.masked:
            head_outputs = only_legal(head_outputs, now[ACTION_MASK], file.spec.action)
        out.append(head_outputs)
    return np.stack(out)


IN_NUMBA = frozenset({"mingru", "gru", "attention"})
FORMS = (
    Form("scan", scan),
    Form("plain torch", plain),
    Form("acting", acting),
    Form("compiled acting", compiled_acting, cells=frozenset({"mingru"}), images=False),
    Form("NumPy", in_numpy),
    Form("numba, one", numba_one, cells=IN_NUMBA),
    Form("numba, many", numba_many, cells=IN_NUMBA),
)
