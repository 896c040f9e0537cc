"""sb3-contrib's RecurrentPPO from end to end, on random observations that cost nothing to make."""

import gymnasium
import numpy as np
import torch
from harness import SIZES, print_rate
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import VecEnv

EPISODE_STEPS = 50
N, SIDE = SIZES["environments"], SIZES["view"]


class Nothing(VecEnv):
    """Environments that show a random view, pay nothing, and end every so many steps."""

    def __init__(self) -> None:
        shown = gymnasium.spaces.Box(0, 2, (SIDE * SIDE,), np.uint8)
        super().__init__(N, shown, gymnasium.spaces.Discrete(4))
        self.views = np.random.default_rng(0).integers(0, 3, (64, N, SIDE * SIDE), np.uint8)
        self.reward, self.infos, self.step_count = np.zeros(N, np.float32), [{} for _ in range(N)], 0

    def reset(self):
        """The first view."""
        return self.views[0]

    def step_async(self, actions):
        """Nothing depends on what is done."""

    def step_wait(self):
        """The next view; every so often an episode ends."""
        self.step_count += 1
        ended = (self.step_count + np.arange(N)) % EPISODE_STEPS == 0
        infos = [{"terminal_observation": self.views[0, k]} if e else {} for k, e in enumerate(ended)]
        return self.views[self.step_count % 64], self.reward, ended, infos

    def close(self):
        """Nothing is open."""

    def get_attr(self, attr_name, indices=None):
        """There is nothing to ask."""
        return [None] * N

    def set_attr(self, attr_name, value, indices=None):
        """There is nothing to set."""

    def env_method(self, method_name, *args, indices=None, **kwargs):
        """There is nothing to call."""
        return [None] * N

    def env_is_wrapped(self, wrapper_class, indices=None):
        """Nothing is wrapped."""
        return [False] * N


torch.set_num_threads(1)
model = RecurrentPPO(
    "MlpLstmPolicy",
    Nothing(),
    n_steps=SIZES["rollout_steps"],
    batch_size=SIZES["batch"],
    n_epochs=SIZES["epochs"],
    policy_kwargs={
        "lstm_hidden_size": SIZES["hidden"],
        "net_arch": [],
        "shared_lstm": True,
        "enable_critic_lstm": False,
    },
    device="cpu",
    seed=0,
)


def work() -> int:
    """One iteration: a rollout and all passes over it."""
    steps = N * SIZES["rollout_steps"]
    model.learn(steps, reset_num_timesteps=False)
    return steps


print_rate("sb3-contrib", work)
