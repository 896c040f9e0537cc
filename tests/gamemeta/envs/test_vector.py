"""`gamemeta.envs.vector`. The oracle is Gymnasium's own `SyncVectorEnv` over single environments."""

import gymnasium
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode, SyncVectorEnv

from gamemeta.envs import NAMES, GameEnv, GameVectorEnv
from gamemeta.errors import ConfigError, LevelError, SpecError

N = 5


def both(game: str, mode: AutoresetMode, **kwargs):
    singles = [lambda: GameEnv(game, **kwargs) for _ in range(N)]
    return (
        GameVectorEnv(game, num_envs=N, autoreset_mode=mode, **kwargs),
        SyncVectorEnv(singles, autoreset_mode=mode),
    )


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
@pytest.mark.parametrize("game", list(NAMES))
def test_it_gives_what_single_environments_side_by_side_give(game, mode):
    ours, theirs = both(game, mode)
    assert ours.single_observation_space == theirs.single_observation_space
    assert ours.observation_space == theirs.observation_space
    assert ours.action_space == theirs.action_space
    assert data_equivalence(ours.reset(seed=9), theirs.reset(seed=9), exact=True)
    ours.action_space.seed(1)
    for _ in range(150):
        actions = ours.action_space.sample()
        here, there = ours.step(actions), theirs.step(actions)
        assert here[0] in ours.observation_space
        assert data_equivalence(here, there, exact=True)
    assert data_equivalence(ours.reset(), theirs.reset(), exact=True)


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_the_metadata_tell_when_games_begin_again(mode):
    ours = gymnasium.make_vec("gamemeta/Maze-v0", num_envs=3, autoreset_mode=mode)
    assert isinstance(ours, GameVectorEnv)
    assert ours.metadata["autoreset_mode"] is mode
    assert "autoreset_mode" not in GameEnv.metadata
    assert ours.spec.id == "gamemeta/Maze-v0"


def test_without_autoreset_a_mask_says_which_games_begin_again():
    ours, theirs = both("grid", AutoresetMode.DISABLED, config={"revealed": True})
    assert data_equivalence(ours.reset(seed=2), theirs.reset(seed=2), exact=True)
    actions = np.zeros(N, np.int64)
    for _ in range(15):
        here, there = ours.step(actions), theirs.step(actions)
        assert data_equivalence(here, there, exact=True)
    with pytest.raises(ResetNeeded, match="5 of 5"):
        ours.step(actions)
    mask = np.array([True, False, True, True, False])
    # SyncVectorEnv takes the mask out of the options it is given
    assert data_equivalence(
        ours.reset(options={"reset_mask": mask}), theirs.reset(options={"reset_mask": mask}), exact=True
    )
    with pytest.raises(ResetNeeded, match="2 of 5"):
        ours.step(actions)


def test_games_of_a_trial_keep_their_level_where_the_mask_holds():
    ours = GameVectorEnv("maze", num_envs=3, autoreset_mode="Disabled")
    _, before = ours.reset(seed=0)
    _, after = ours.reset(options={"reset_mask": np.array([True, True, False]), "keep_level": True})
    assert list(after["level"][:2]) == list(before["level"][:2])
    assert list(after["_level"]) == [True, True, False]


def test_each_game_can_have_a_seed_of_its_own():
    ours = GameVectorEnv("maze", num_envs=3)
    _, infos = ours.reset(seed=[7, None, 7])
    assert infos["level_seed"][0] == infos["level_seed"][2] == 7
    assert infos["level"][0] == infos["level"][2]
    _, again = ours.reset(seed=7)
    assert list(again["level_seed"]) == [7, 8, 9]


def test_what_was_given_before_stays_as_it_was():
    ours = GameVectorEnv("maze", num_envs=2)
    obs, _ = ours.reset(seed=0)
    kept = {name: array.copy() for name, array in obs.items()}
    for action in range(4):
        ours.step(np.full(2, action))
    assert data_equivalence(obs, kept, exact=True)


def test_a_picture_of_every_game():
    ours = GameVectorEnv("maze", num_envs=2, render_mode="ansi")
    ours.reset(seed=[3, 4])
    single = GameEnv("maze", render_mode="ansi")
    single.reset(seed=4)
    assert ours.render()[1] == single.render()
    assert GameVectorEnv("maze", num_envs=2).render() is None


def test_pictures_follow_games_into_their_next_episode():
    ours = GameVectorEnv("bandit", num_envs=2, render_mode="rgb_array", autoreset_mode="SameStep")
    ours.reset(seed=0)
    for _ in range(3):
        ours.step(np.zeros(2, np.int64))
    assert ours.render()[0].dtype == np.uint8


@pytest.mark.parametrize(
    ("use", "error", "told"),
    [
        (lambda: GameVectorEnv("maze", num_envs=0), ConfigError, "num_envs = 0"),
        (lambda: GameVectorEnv("maze", autoreset_mode="Never"), ConfigError, "autoreset_mode = 'Never'"),
        (lambda: GameVectorEnv("maze", num_envs=2).reset(seed=[1]), ConfigError, "1 seeds for 2 games"),
        (lambda: GameVectorEnv("maze").reset(seed=[-1]), LevelError, "the seed -1"),
        (lambda: GameVectorEnv("maze").reset(options={"reset_mask": [1]}), ConfigError, "reset_mask"),
        (lambda: GameVectorEnv("maze").reset(options={"level": "3"}), ConfigError, "no option 'level'"),
        (lambda: GameVectorEnv("maze").step(np.zeros(1, np.int64)), ResetNeeded, "call `reset`"),
    ],
)
def test_what_cannot_be_is_told_clearly(use, error, told):
    with pytest.raises(error) as caught:
        use()
    assert told in str(caught.value)


@pytest.mark.parametrize("actions", [np.zeros(3, np.int64), np.zeros(2), np.array([0, 4])])
def test_actions_that_do_not_fit_are_refused(actions):
    ours = GameVectorEnv("maze", num_envs=2)
    ours.reset(seed=0)
    with pytest.raises(SpecError):
        ours.step(actions)
