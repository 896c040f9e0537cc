"""`gamemeta.envs.trial`: K episodes on one level as one, for our environments and for anybody's."""

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.utils.env_checker import check_env, data_equivalence

from gamemeta.envs import NAMES, GameEnv, TrialEnv
from gamemeta.errors import ConfigError

ENVS = [*(f"gamemeta/{name}-v0" for name in NAMES.values()), "CartPole-v1", "MountainCarContinuous-v0"]
UNBOUNDED = "ignore:.*(different from the unwrapped version|space m(in|ax)imum value is -?infinity)"


class Countdown(gymnasium.Env):
    """Ends after `seed % 3 + 2` steps, terminated if that is even. It shows the seed and the step."""

    observation_space = spaces.Box(0, 100, (2,), np.int64)
    action_space = spaces.MultiDiscrete([2, 3])
    seed = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.seed = self.seed if seed is None else seed % 100
        self.length, self.clock, self.options = self.seed % 3 + 2, 0, options
        return np.array([self.seed, 0]), {}

    def step(self, action):
        self.clock += 1
        done = self.clock == self.length
        even = self.length % 2 == 0
        return np.array([self.seed, self.clock]), 0.5, done and even, done and not even, {}


def played(env: TrialEnv, action, **reset):
    """(obs, reward, terminated, truncated, info) of every step of a trial, after (obs, info) of its reset."""
    steps = [env.reset(**reset)]
    while len(steps) == 1 or not (steps[-1][2] or steps[-1][3]):
        steps.append(env.step(action))
    return steps


@pytest.mark.filterwarnings(UNBOUNDED)
@pytest.mark.parametrize("env_id", ENVS)
def test_gymnasium_finds_nothing_to_say_about_a_trial_that_is_not_said_of_its_environment(env_id):
    check_env(TrialEnv(gymnasium.make(env_id), episodes=3), skip_render_check=True)


@pytest.mark.parametrize("env_id", ["gamemeta/Maze-v0", "CartPole-v1"])
def test_every_observation_lies_in_its_space(env_id):
    env = TrialEnv(gymnasium.make(env_id), episodes=3)
    env.action_space.seed(0)
    obs, over = env.reset(seed=0)[0], False
    while not over:
        assert obs in env.observation_space
        obs, _, terminated, truncated, _ = env.step(env.action_space.sample())
        over = terminated or truncated
    assert obs in env.observation_space


def test_a_trial_is_k_episodes_on_the_level_of_the_seed():
    first, *steps = played(TrialEnv(Countdown(), episodes=3), [0, 0], seed=7)  # 3 steps each, truncated
    assert [tuple(step[0]["obs"]) for step in (first, *steps)] == [
        *((7, 0), (7, 1), (7, 2)),
        *((7, 0), (7, 1), (7, 2)),
        *((7, 0), (7, 1), (7, 2), (7, 3)),
    ]
    assert [step[4]["episode_number"] for step in steps] == [1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert [step[4].get("episode_return") for step in steps] == [None, None, 1.5] * 3


@pytest.mark.parametrize(("seed", "terminated"), [(0, True), (1, False), (2, True)])
def test_a_trial_ends_as_its_last_episode_does(seed, terminated):
    *_, (_, _, dead, cut, _) = played(TrialEnv(Countdown(), episodes=2), [0, 0], seed=seed)
    assert (dead, cut) == (terminated, not terminated)


def test_the_first_observation_of_an_episode_comes_with_the_end_of_the_one_before():
    first, *steps = played(TrialEnv(Countdown(), episodes=2), [1, 2], seed=0)  # 2 steps an episode
    before = [
        (*step[0]["previous_action"], *step[0]["previous_reward"], *step[0]["previous_done"])
        for step in (first, *steps)
    ]
    tried = (0, 1, 0, 0, 1)  # one-hot of 1 among 2 and of 2 among 3
    assert before == [(0,) * 7, (*tried, 0.5, 0), (*tried, 0.5, 1), (*tried, 0.5, 0), (*tried, 0.5, 1)]


def test_the_next_trial_has_another_level_that_the_first_seed_decides():
    env = TrialEnv(Countdown(), episodes=2)

    def levels() -> list[int]:
        seeds = [env.reset(seed=3)[0]["obs"][0]]
        return [*seeds, *(env.reset()[0]["obs"][0] for _ in range(5))]

    assert levels() == levels()
    assert len(set(levels())) > 1


def test_one_trial_can_have_another_number_of_episodes():
    env = TrialEnv(Countdown(), episodes=2)
    assert played(env, [0, 0], seed=0, options={"episodes": 5, "map": 3})[-1][4]["episode_number"] == 5
    assert env.env.options == {"map": 3}
    assert played(env, [0, 0], seed=0)[-1][4]["episode_number"] == 2


def test_trials_of_our_games_go_on_from_level_to_level():
    env = TrialEnv(GameEnv("maze"), episodes=2)
    levels = [played(env, 0, **reset)[0][1]["level"] for reset in ({"seed": 5}, {}, {})]
    bare = GameEnv("maze")
    assert levels == [bare.reset(**reset)[1]["level"] for reset in ({"seed": 5}, {}, {})]


def test_episodes_of_a_trial_differ_in_luck_where_the_environment_can_keep_its_level():
    steps = played(TrialEnv(GameEnv("mdp"), episodes=4), 0, seed=2)[1:]
    rewards = np.array([step[1] for step in steps]).reshape(4, -1)
    assert len(np.unique(rewards, axis=0)) == 4


def test_a_dictionary_keeps_its_names_and_what_was_before_joins_it():
    names = set(TrialEnv(GameEnv("maze")).observation_space)
    assert names == {"view", "place", "previous_action", "previous_reward", "previous_done"}


def test_trials_flatten_and_stack_as_any_environment():
    env = gymnasium.wrappers.FlattenObservation(TrialEnv(gymnasium.make("CartPole-v1"), episodes=2))
    assert env.reset(seed=0)[0].shape == (4 + 2 + 1 + 1,)


def test_trials_run_side_by_side():
    envs = gymnasium.make_vec(
        "gamemeta/Grid-v0", num_envs=3, vectorization_mode="sync", wrappers=[lambda env: TrialEnv(env, 2)]
    )
    envs.reset(seed=0)
    ends = [envs.step(np.zeros(3, np.int64))[2].all() for _ in range(30)]
    assert ends == [False] * 29 + [True]


def test_a_trial_can_be_made_again_from_what_its_spec_says():
    env = TrialEnv(gymnasium.make("gamemeta/Maze-v0"), episodes=7)
    again = gymnasium.make(gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert again.episodes == 7
    assert data_equivalence(again.reset(seed=1), env.reset(seed=1))


@pytest.mark.parametrize("episodes", [0, 1001, 2.5])
def test_a_number_of_episodes_that_cannot_be_is_refused(episodes):
    with pytest.raises(ConfigError, match="episodes = "):
        TrialEnv(Countdown(), episodes=episodes)
    with pytest.raises(ConfigError, match="episodes = "):
        TrialEnv(Countdown()).reset(options={"episodes": episodes})


def test_a_trial_within_a_trial_is_refused():
    with pytest.raises(ConfigError, match="previous_action"):
        TrialEnv(TrialEnv(Countdown()))
