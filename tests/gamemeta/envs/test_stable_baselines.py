"""Another library plays our games and trials: Stable-Baselines3, where it is installed."""

import gymnasium
import numpy as np
import pytest

from gamemeta.envs import NAMES, TrialEnv

pytest.importorskip("stable_baselines3")


ARMS, EPISODES, TRIALS = 5, 20, 100


@pytest.mark.filterwarnings("ignore:Your observation view has an unconventional shape")  # a grid of codes
@pytest.mark.parametrize("name", NAMES.values())
def test_its_own_check_of_environments_passes(name):
    from stable_baselines3.common.env_checker import check_env

    check_env(gymnasium.make(f"gamemeta/{name}-v0").unwrapped)
    check_env(TrialEnv(gymnasium.make(f"gamemeta/{name}-v0"), episodes=2))


def trial() -> gymnasium.Env:
    return TrialEnv(gymnasium.make("gamemeta/Bandit-v0", config={"arms": ARMS}), episodes=EPISODES)


def mean_reward(act) -> float:
    """Mean reward of an episode on unseen seeds."""
    total, env = 0.0, trial()
    for number in range(TRIALS):
        obs, over = env.reset(seed=10_000 + number)[0], False
        while not over:
            obs, reward, over, _, _ = env.step(act(obs))
            total += reward
    return total / (EPISODES * TRIALS)


@pytest.mark.slow
def test_an_agent_without_memory_learns_from_a_trial_to_stay_with_an_arm_that_paid():
    """That rule, played by hand, wins about 0.15 over chance here; some of it is learnt in seconds."""
    from stable_baselines3 import PPO
    from stable_baselines3.common.env_util import make_vec_env

    draws = np.random.default_rng(0)

    def stay_or_shift(obs) -> int:
        paid = obs["previous_reward"][0] > 0
        return int(np.argmax(obs["previous_action"])) if paid else int(draws.integers(ARMS))

    model = PPO(
        "MultiInputPolicy",
        make_vec_env(trial, 16, seed=0),
        n_steps=64,
        batch_size=256,
        n_epochs=8,
        learning_rate=3e-3,
        gamma=0.5,
        gae_lambda=0.8,
        seed=0,
        device="cpu",
    )
    model.learn(12_000)
    random, rule = mean_reward(lambda _: int(draws.integers(ARMS))), mean_reward(stay_or_shift)
    learnt = mean_reward(lambda obs: int(model.predict(obs)[0]))
    assert rule > random + 0.1
    assert learnt > random + 0.04
