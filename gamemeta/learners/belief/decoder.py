"""What a latent says about a trial: the reward of any of its steps."""

import torch
from torch import Tensor, nn

from gamemeta.networks.cells.cell import linear
from gamemeta.networks.encoders.encoder import Encoder
from gamemeta.spec import Spec

REWARD = "previous_reward"
Posteriors = Tensor
"""Means and log variances [T, n, 2 L]."""


class RewardDecoder(nn.Module):
    """The reward of a step, by what it reached and the action that led there, given a latent.

    Args:
        spec: of the game.
        latent: L.
        width: units of its layers.
        image_encoder: as `NetworkConfig` has it.
    """

    def __init__(self, spec: Spec, latent: int, width: int, image_encoder: str) -> None:
        super().__init__()
        shown = tuple(b for b in spec.inputs() if b.name != REWARD)
        self.reached = Encoder(shown, width, rectify=False, image_encoder=image_encoder)
        self.latent, self.out = linear(width, latent), linear(1, width)
        self.hidden, self.bias = linear(width, width), nn.Parameter(torch.zeros(width))

    def errors(self, sample: Tensor, inputs: dict[str, Tensor], steps: Tensor) -> Tensor:
        """Half the squared errors [J, S, n] of rewards.

        Args:
            sample: latents [S, n, L].
            inputs: of the network, normalised, [T, n, ...]; the reward before input k is predicted from the
                rest of it.
            steps: int64 [J, S, n], the inputs k for each latent.
        """
        reached, lanes = self.reached(inputs), torch.arange(sample.shape[1])
        x = torch.relu((sample @ self.latent.t())[None] + reached[steps, lanes])
        x = torch.relu(x @ self.hidden.t() + self.bias)
        wanted = inputs[REWARD][..., 0][steps, lanes]
        return 0.5 * ((x @ self.out.t())[..., 0] - wanted).square()


def sampled(posterior: Posteriors, noise: Tensor) -> Tensor:
    """Latents [T, n, L], drawn by the noise of the standard normal so that gradients pass (Kingma and Welling
    2014)."""
    mean, log_variance = posterior.chunk(2, -1)
    return mean + (0.5 * log_variance).exp() * noise


def divergence(posterior: Posteriors, before: Posteriors) -> Tensor:
    """Kullback-Leibler divergence [T, n] of each posterior from the one before it."""
    (mean, log_variance), (old_mean, old) = posterior.chunk(2, -1), before.chunk(2, -1)
    spread = ((log_variance).exp() + (mean - old_mean).square()) / old.exp()
    return 0.5 * (old - log_variance + spread - 1).sum(-1)


def shifted(posterior: Posteriors, first: Tensor, reset: Tensor) -> Posteriors:
    """The posterior before each step: `first` [n, 2 L] before the first, the standard normal after resets
    [T, n]."""
    before = torch.cat([first[None], posterior[:-1]])
    return before * (reset == 0)[..., None]
