"""What heads of beliefs miss of the hidden facts of a batch."""

import numpy as np
import torch
from torch import Tensor

from gamemeta.agent.marks.marks import MARKS
from gamemeta.facts import UNKNOWN
from gamemeta.networks.beliefs import BeliefHeads
from gamemeta.rollout.batch import Batch

EVERY = 4
"""Heads learn from one in so many steps: steps next to each other say nearly the same."""
FEW_MARKS = 256
"""Where there are k times as many marks, from one in k times as many steps."""


def belief_loss(heads: BeliefHeads, known: Tensor, batch: Batch) -> Tensor:
    """Minus the log of what is believed of the truth, summed over facts, in the mean over a minibatch.

    Each lane has other steps, so that all steps of trials that run in time with each other are learned from.

    Args:
        heads: of beliefs.
        known: [T, n, F], what they see.
        batch: [T, n].
    """
    steps, lanes = known.shape[:2]
    most = max((marks.size for marks in heads.marks.values()), default=0)
    every = min(steps, EVERY * max(1, most // FEW_MARKS))
    lane = np.arange(lanes)
    step = (np.arange(steps // every) * every)[:, None] + lane % every
    truth = {name: array[step, lane] for name, array in batch.facts.items()}
    if batch.acting is not None:
        truth = {name: np.where(batch.acting[step, lane], one, UNKNOWN) for name, one in truth.items()}
    drawn = {
        name: marks.drawn_at(batch.state[MARKS + name], batch.inputs, batch.reset, step)
        for name, marks in heads.marks.items()
    }
    loss = heads.loss(
        known[step, lane],
        {name: torch.from_numpy(array).to(known.device) for name, array in drawn.items()},
        {name: torch.from_numpy(array) for name, array in truth.items()},
    )
    return loss * (steps / (len(step) * batch.rows))
