"""A normal distribution over a latent as the last cell: what comes behind it sees the world through it."""

from dataclasses import replace
from typing import Self

import torch
from torch import Tensor, nn

from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.config import check_latent
from gamemeta.agent.shape.posterior_shape import WIDEST
from gamemeta.networks.cells.cell import MemoryCell, Stream, linear, rms_norm
from gamemeta.networks.encoders.encoder import Encoder
from gamemeta.spec import Spec


class Posterior(MemoryCell):
    """Mean and log variance of a latent, then features of the observation and of them alone.

    The posterior is the state: cleared, it is the standard normal distribution. `sight` and `act` belong to
    the policy, and what they learn stops at the posterior unless `shaped_by_policy` is set.

    Args:
        spec: of the game.
        width: D, of the features.
        latent: L.
        image_encoder: as `NetworkConfig` has it.
    """

    shaped_by_policy = False

    def __init__(self, spec: Spec, width: int, latent: int, image_encoder: str) -> None:
        super().__init__()
        self.state_size = 2 * latent
        self.infer = linear(2 * latent, width, gain=0.1)
        self.infer_bias = nn.Parameter(torch.zeros(2 * latent))
        self.sight = Encoder(spec.obs, width, rectify=False, image_encoder=image_encoder)
        self.act = nn.ParameterDict(
            {
                "posterior": linear(width, 2 * latent),
                "hidden": linear(width, width),
                "bias": nn.Parameter(torch.zeros(width)),
                "out": linear(width, width, gain=0.5),
            }
        )

    @classmethod
    def of(cls, place: CellPlace) -> Self:
        check_latent(place.config, later=place.later)
        return cls(place.spec, place.config.width, place.config.latent, place.config.image_encoder)

    def advance(self, stream: Stream, state: Tensor, reset: Tensor) -> tuple[Stream, Tensor]:
        """T steps; the posterior of each is in the stream."""
        mean, log_variance = (rms_norm(stream.x) @ self.infer.t() + self.infer_bias).chunk(2, -1)
        posterior = torch.cat([mean, WIDEST * torch.tanh(log_variance / WIDEST)], -1)
        seen = posterior if self.shaped_by_policy else posterior.detach()
        x = torch.relu(self.sight(stream.inputs) + seen @ self.act["posterior"].t())
        hidden = torch.relu(rms_norm(x) @ self.act["hidden"].t() + self.act["bias"])
        x = x + hidden @ self.act["out"].t()
        return replace(stream, x=x, posterior=posterior), posterior[-1].detach()
