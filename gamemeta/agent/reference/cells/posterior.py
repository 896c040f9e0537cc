"""One step of a posterior over a latent in NumPy."""

import numpy as np

from gamemeta.agent.reference.cells.cell import Cell, Stream, rms_norm
from gamemeta.agent.reference.encoders.encoder import Encoder
from gamemeta.agent.shape.cell_place import CellPlace
from gamemeta.agent.shape.config import check_latent
from gamemeta.agent.shape.posterior_shape import WIDEST
from gamemeta.agent.shape.weights import Array, Take, within


class Posterior(Cell):
    """`gamemeta.networks.cells.posterior.cell.Posterior`."""

    def __init__(self, take: Take, place: CellPlace) -> None:
        config = place.config
        check_latent(config, later=place.later)
        width, self.state_size = config.width, 2 * config.latent
        self.infer, self.infer_bias = (
            take("infer", (self.state_size, width)),
            take("infer_bias", (self.state_size,)),
        )
        self.sight = Encoder(within(take, "sight."), place.spec.obs, width, config.image_encoder)
        self.posterior = take("act.posterior", (width, self.state_size))
        self.hidden, self.bias = take("act.hidden", (width, width)), take("act.bias", (width,))
        self.out = take("act.out", (width, width))

    def __call__(self, stream: Stream, state: Array) -> Array:
        believed = rms_norm(stream.x) @ self.infer.T + self.infer_bias
        half = self.state_size // 2
        believed[:, half:] = WIDEST * np.tanh(believed[:, half:] / np.float32(WIDEST))
        x = np.maximum(self.sight(stream.inputs) + believed @ self.posterior.T, 0.0)
        stream.x = x + np.maximum(rms_norm(x) @ self.hidden.T + self.bias, 0.0) @ self.out.T
        stream.posterior = believed
        return believed
