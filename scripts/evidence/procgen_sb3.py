"""Stable-Baselines3's PPO on Procgen, with the image encoder, batch, epochs and discount of ours, and rewards
on a running scale, as is usual there. It needs `pip install stable-baselines3`."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from stable_baselines3 import PPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor
from stable_baselines3.common.vec_env import VecEnv, VecNormalize

from gamemeta.games.outside.procgen.facts import ACTIONS, FRAME, PREFIX
from gamemeta.games.outside.procgen.game import procgen_game
from gamemeta.games.outside.procgen.vector import make_vector
from gamemeta.networks.encoders.images import ImageEncoder
from gamemeta.training.config import TrainConfig

TRAINED_ON = 200
"""Training levels, 0 to 199."""


@contextmanager
def torch_threads(count: int) -> Iterator[None]:
    """So many threads for each torch operation, if any are said."""
    before = torch.get_num_threads()
    torch.set_num_threads(count or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def make_ppo(game: str, mode: str, config: TrainConfig, seed: int = 0) -> PPO:
    """PPO on Procgen's own vector of games, with these settings.

    Args:
        game: such as `maze`.
        mode: of its levels.
        config: of our training.
        seed: of the training.
    """
    run, ppo = config.run, config.learner
    envs = VecNormalize(Procgen(game, mode, run.lanes), norm_obs=False, gamma=ppo.discount)
    return PPO(
        "CnnPolicy",
        envs,
        learning_rate=ppo.learning_rate,
        n_steps=run.rollout_steps,
        batch_size=run.lanes * run.rollout_steps // ppo.minibatches,
        n_epochs=ppo.epochs,
        gamma=ppo.discount,
        gae_lambda=ppo.lam,
        ent_coef=ppo.entropy,
        seed=seed,
        device="cpu",
        policy_kwargs={
            "features_extractor_class": SameEncoder,
            "features_extractor_kwargs": {
                "width": config.network.width,
                "name": config.network.image_encoder,
            },
            "normalize_images": False,
            "net_arch": [],
        },
    )


class SameEncoder(BaseFeaturesExtractor):
    """Our image encoder for Stable-Baselines3, whose pictures are [N, C, H, W]."""

    def __init__(self, observation_space: spaces.Box, width: int, name: str) -> None:
        super().__init__(observation_space, width)
        buffer = procgen_game(PREFIX + "maze").spec.obs[0]
        self.encoder = ImageEncoder(buffer, width, name, 1.0)

    def forward(self, observations: torch.Tensor) -> torch.Tensor:
        """[N, width]."""
        return torch.relu(self.encoder(observations.permute(0, 2, 3, 1)))


class Until(BaseCallback):
    """Stops a training at a moment of `time.monotonic`."""

    def __init__(self, end: float) -> None:
        super().__init__()
        self.end = end

    def _on_step(self) -> bool:
        return time.monotonic() < self.end


class Procgen(VecEnv):
    """Procgen's own vector of games, on the training levels."""

    def __init__(self, game: str, mode: str, lanes: int) -> None:
        self.env = make_vector(game, mode, lanes, 0, levels=TRAINED_ON)
        self.render_mode = None
        super().__init__(lanes, spaces.Box(0, 255, FRAME, np.uint8), spaces.Discrete(ACTIONS))

    def reset(self) -> NDArray[np.uint8]:
        """The first frames; later ones begin by themselves."""
        return self.env.observe()[1]

    def step_async(self, actions: NDArray[Any]) -> None:
        """Begin a step."""
        self.env.act(actions.astype(np.int32))

    def step_wait(self) -> tuple[Any, Any, Any, list[dict[str, Any]]]:
        """What the step led to."""
        reward, frames, ended = self.env.observe()
        return frames, reward, ended, [{} for _ in range(self.num_envs)]

    def close(self) -> None:
        """Nothing is left open."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The same for every game."""
        return [getattr(self, attr_name)] * self.num_envs

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Nothing can be set."""

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **more: Any) -> list[Any]:
        """There are no methods."""
        return [None] * self.num_envs

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """None is."""
        return [False] * self.num_envs
