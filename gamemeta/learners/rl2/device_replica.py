"""Gradients on another device, by a replica of the network there, in plain torch.

Everything else stays where it is. Games and acting are compiled for the processor; Adam takes gradients
that came back, and so checkpoints, pools of earlier selves and agent files do not depend on it.

Never run on a GPU so far. Tests run it on the processor, and watch on torch's device `meta`, which computes
nothing, that every operation finds its tensors there. Equal inputs should give equal gradients on a GPU, but
for pictures: the backward pass of max-pooling may add up in any order there.
"""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor

from gamemeta.learners.device import CUDA
from gamemeta.learners.rl2.memory_learner import tensors
from gamemeta.networks.functions.in_torch import plain_torch
from gamemeta.networks.normaliser import Normaliser
from gamemeta.networks.policy import MemoryPolicy, PolicyOutput
from gamemeta.rollout.batch import Batch


class DeviceReplica:
    """A policy's network on a device. It keeps no weights: it copies the policy's each time.

    Args:
        policy: what acts and is changed.
        device: where gradients of it are computed.
    """

    def __init__(self, policy: MemoryPolicy, device: torch.device) -> None:
        self._source, self._device = policy, device
        self.policy = copy.deepcopy(policy)
        self.policy.normaliser = Normaliser((), reward=False)
        self.policy.to(device)
        self._lock = threading.Lock()

    @property
    def device(self) -> str:
        """Its name, for people."""
        return torch.cuda.get_device_name(self._device) if self._device.type == CUDA else self._device.type

    @contextmanager
    def up_to_date(self) -> Iterator[None]:
        """A block in which the replica has the newest weights and belongs to the calling thread alone.

        Convolutions are float32 throughout, and such as give equal sums for equal inputs.
        """
        exact = torch.backends.cudnn.flags(
            enabled=True, benchmark=False, deterministic=True, allow_tf32=False
        )
        with self._lock, plain_torch(), exact:
            weights = [p.detach() for p in self._source.parameters()]
            vector = torch.cat([p.reshape(-1) for p in weights]).to(self._device)
            parts = torch.split(vector, [p.numel() for p in weights])
            for parameter, part in zip(self.policy.parameters(), parts, strict=True):
                parameter.data = part.view_as(parameter)
            yield

    def scan(self, batch: Batch) -> PolicyOutput:
        """The network's output for a batch. The policy normalises: its statistics are not copied."""
        inputs = self._source.normaliser(tensors(batch.inputs))
        there = {name: x.to(self._device) for name, x in inputs.items()}
        names = [f"cells.{k}" for k in range(len(self.policy.cells))]
        state = [torch.from_numpy(batch.state[name]).to(self._device) for name in names]
        reset = torch.from_numpy(np.ascontiguousarray(batch.reset)).to(self._device)
        output: PolicyOutput
        output, _ = self.policy(there, state, reset)
        return output

    def to_cpu(self, grads: list[Tensor]) -> list[Tensor]:
        """The gradients where the policy is, in one transfer."""
        vector = torch.cat([grad.reshape(-1) for grad in grads]).to("cpu")
        parts = torch.split(vector, [grad.numel() for grad in grads])
        return [part.view_as(grad) for part, grad in zip(parts, grads, strict=True)]
