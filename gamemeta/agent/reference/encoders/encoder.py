"""From inputs to features in NumPy, as `gamemeta.networks` computes them for one step of n agents."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from gamemeta.agent.reference.encoders.images import ImageEncoder
from gamemeta.agent.reference.encoders.quantities import QuantityEncoder
from gamemeta.agent.reference.encoders.symbols import SymbolEncoder
from gamemeta.agent.shape.normalising import normalised, normalised_reward, one_normalised_reward
from gamemeta.agent.shape.weights import Array, Take, within
from gamemeta.spec import Buffer, Image, Quantities, Symbols

Inputs = Mapping[str, NDArray[Any]]


class Normaliser:
    """`networks.normaliser.Normaliser`: inputs with normalised quantities and rewards in place of raw."""

    def __init__(self, take: Take, obs: tuple[Buffer, ...], *, reward: bool) -> None:
        scaled = [(b.name, b.unit_shape) for b in obs if b.unit_shape is not None]
        self.statistics = [
            (name, take(f"{k}.mean", shape), take(f"{k}.deviation", shape))
            for k, (name, shape) in enumerate(scaled)
        ]
        self.reward = (take("reward.centre", (1,)), take("reward.deviation", (1,))) if reward else None
        """Centre and deviation of rewards; None where they are taken as they are."""
        self._floats = [] if self.reward is None else [float(x[0]) for x in self.reward]

    def reward_of(self, reward: float) -> float:
        """One reward as inputs show it."""
        return reward if self.reward is None else one_normalised_reward(reward, *self._floats)

    def __call__(self, inputs: Inputs) -> Inputs:
        if not self.statistics and self.reward is None:
            return inputs
        seen = {name: normalised(inputs[name], mean, by) for name, mean, by in self.statistics}
        if self.reward is not None:
            seen["previous_reward"] = normalised_reward(inputs["previous_reward"], *self.reward)
        return {**inputs, **seen}


class Encoder:
    """`networks.encoders.encoder.Encoder` before its ReLU: a bias, and what the encoder of each kind sees."""

    def __init__(self, take: Take, buffers: tuple[Buffer, ...], width: int, image_encoder: str) -> None:
        self.kinds = {type(b) for b in buffers}
        self.bias = take("bias", (width,))
        self.symbols = SymbolEncoder(take, [b for b in buffers if isinstance(b, Symbols)], width)
        self.quantities = QuantityEncoder(take, [b for b in buffers if isinstance(b, Quantities)], width)
        self.images = [
            (b.name, ImageEncoder(within(take, f"images.{k}."), b, width, image_encoder))
            for k, b in enumerate(b for b in buffers if isinstance(b, Image))
        ]

    def __call__(self, inputs: Inputs) -> Array:
        """bias + sum over buffers of rows looked up, quantities times a matrix, and images seen: [n, D]."""
        n = len(next(iter(inputs.values())))
        x: Array = self.symbols(inputs, n) + self.bias
        for name, image in self.images:
            x += image(inputs[name])
        if self.quantities.names:
            x += self.quantities(inputs, n)
        return x
