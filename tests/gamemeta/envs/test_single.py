"""Our games as environments of Gymnasium: `gamemeta.envs.single`, `spaces`, `lanes` and `registration`."""

import re

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector.utils import batch_space

import gamemeta.envs
from gamemeta.envs import NAMES, GameEnv
from gamemeta.envs.spaces import action_space, game_actions, observation_space
from gamemeta.errors import ConfigError, LevelError, PluginError, SpecError, UnknownName
from gamemeta.games.builtin.maze.game import MazeConfig
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import make_game
from gamemeta.playing.picture import TILE
from gamemeta.spec import ActionSpec, Spec, image, quantities, symbols
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.formats import write_level
from gamemeta_levels.split import split_of

IDS = [f"gamemeta/{name}-v0" for name in NAMES.values()]


def levels_of(env, resets: int, **reset) -> list[str]:
    env.reset(**reset)
    return [env.reset()[1]["level"] for _ in range(resets)]


@pytest.mark.parametrize("mode", ["rgb_array", "ansi"])
@pytest.mark.parametrize("env_id", IDS)
def test_gymnasium_finds_nothing_to_say_about_any_of_them(env_id, mode):
    env = gymnasium.make(env_id, render_mode=mode)
    check_env(env.unwrapped)
    env.close()


@pytest.mark.parametrize("env_id", IDS)
def test_an_environment_can_be_made_again_from_what_its_spec_says(env_id):
    env = gymnasium.make(env_id, split="test")
    again = gymnasium.make(gymnasium.envs.registration.EnvSpec.from_json(env.spec.to_json()))
    assert again.reset(seed=4)[1] == env.reset(seed=4)[1]


def test_a_seed_names_the_level_of_the_train_split():
    _, info = GameEnv("maze").reset(seed=17)
    level = generate(Maze(), 17, "train")
    assert info == {"level": level.digest, "level_seed": 17}


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_every_level_belongs_to_the_split(split):
    env = GameEnv("maze", split=split)
    assert {split_of(int(digest, 16)) for digest in levels_of(env, 20, seed=0)} == {split}


def test_far_levels_are_those_of_the_family_far_away():
    _, info = GameEnv("maze", split="far").reset(seed=2)
    assert info["level"] == generate(Maze(), 2, "far").digest


def test_a_reset_without_a_seed_moves_on_to_levels_that_the_seed_decides():
    env = GameEnv("maze")
    first, second = levels_of(env, 5, seed=3), levels_of(env, 5, seed=3)
    assert first == second
    assert len(set(first)) == 5
    assert first != levels_of(env, 5, seed=4)


def test_an_environment_that_was_never_seeded_draws_its_own_levels():
    assert levels_of(GameEnv("maze"), 3) != levels_of(GameEnv("maze"), 3)


def test_it_plays_as_the_game_itself_does():
    game, levels = make_game("maze", 1), generate_arrays(Maze(), [5], "train")
    out, env = StepBuffers.empty(game), GameEnv("maze")
    game.reset(levels, np.ones(1, np.bool_), out)
    obs, _ = env.reset(seed=5)
    draws = np.random.default_rng(0)
    for _ in range(60):
        assert all(np.array_equal(obs[name], out.obs[name][0, 0]) for name in obs)
        action = int(draws.integers(4))
        game.step(np.array([[[action]]]), out)
        obs, reward, terminated, truncated, info = env.step(action)
        assert reward == out.reward[0, 0]
        assert (terminated, truncated) == (out.terminated[0, 0], out.truncated[0, 0])
        assert info == {"success": bool(out.success[0, 0])}
        if terminated or truncated:
            return
    pytest.fail("the episode never ended")


def test_keep_level_begins_another_episode_on_the_same_level():
    env = GameEnv("maze")
    obs, info = env.reset(seed=8)
    env.step(0)
    again, told = env.reset(options={"keep_level": True})
    assert told == info
    assert data_equivalence(again, obs, exact=True)


def test_another_episode_on_the_same_level_has_other_luck():
    env = GameEnv("mdp", config={"horizon": 40})

    def rewards(**reset) -> list[float]:
        env.reset(**reset)
        return [env.step(0)[1] for _ in range(40)]

    first, second = rewards(seed=1), rewards(options={"keep_level": True})
    assert first != second
    assert rewards(seed=1) == first


def test_keep_level_before_the_first_reset_draws_a_level():
    obs, _ = GameEnv("maze").reset(options={"keep_level": True})
    assert obs in GameEnv("maze").observation_space


def test_a_level_can_be_given_to_one_episode_and_to_all():
    wanted = generate(Maze(), 3, "test").digest
    env = GameEnv("maze", level="test:3")
    assert set(levels_of(env, 3, seed=0)) == {wanted}
    free = GameEnv("maze")
    assert free.reset(seed=0, options={"level": "test:3"})[1]["level"] == wanted
    assert free.reset()[1]["level"] == generate(Maze(), 0, "train").digest


def test_a_given_level_of_another_size_leaves_room_for_the_next_ones(tmp_path):
    large = generate(Maze(MazeParameters(height=(31, 31), width=(31, 31))), 0)
    write_level(large, tmp_path / "large.json")
    env = GameEnv("maze")
    for level in (large, tmp_path / "large.json", str(tmp_path / "large.json")):
        assert env.reset(options={"level": level})[1]["level"] == large.digest
        assert env.reset()[1]["level"] != large.digest


def test_settings_are_plain_values_or_the_games_own_classes():
    plain = GameEnv("maze", config={"view": 7}, parameters={"height": (7, 7), "width": [7, 7]})
    own = GameEnv("maze", config=MazeConfig(view=7), parameters=MazeParameters(height=(7, 7), width=(7, 7)))
    assert plain.observation_space == own.observation_space
    assert plain.observation_space["view"].shape == (7, 7)
    assert levels_of(plain, 2, seed=0) == levels_of(own, 2, seed=0)


def test_a_picture_has_the_tiles_of_the_level_and_the_way_so_far():
    level = generate(Maze(), 17)
    env = GameEnv("maze", render_mode="rgb_array", level=level)
    env.reset(seed=0)
    before = env.render()
    assert before.shape == (level.height * TILE, level.width * TILE, 3)
    for action in range(4):
        env.step(action)
    assert (env.render() != before).any()


def test_text_is_the_level_with_the_agent_in_it():
    level = generate(Maze(), 17)
    env = GameEnv("maze", render_mode="ansi", level=level)
    env.reset(seed=0)
    drawn, told, _ = env.render().rsplit("\n", 2)
    assert drawn == str(level).replace("S", "@")
    assert told == f"step 0 of {round(level.height * level.width / 2)}"


def test_a_game_without_a_map_is_drawn_in_its_own_words():
    env = GameEnv("gymnasium/CartPole-v1", render_mode="ansi")
    env.reset(seed=0)
    assert re.fullmatch(r"step +0: +return +0\.00\n", env.render())
    with pytest.raises(ConfigError, match="no map to draw"):
        GameEnv("gymnasium/CartPole-v1", render_mode="rgb_array")


def test_there_is_no_picture_without_a_mode():
    env = GameEnv("grid")
    env.reset(seed=0)
    assert env.render() is None


def test_symbols_and_quantities_have_spaces_of_their_own():
    spec = Spec(
        obs=(
            symbols("grid", (3, 4), 9),
            symbols("row", (2,), 300),
            quantities("speed", (2,)),
            image("screen", (16, 16, 3)),
        ),
        action=ActionSpec(heads=(4,)),
    )
    seen = observation_space(spec)
    assert seen["grid"] == spaces.Box(0, 8, (3, 4), np.uint8)
    assert seen["row"] == spaces.MultiDiscrete([300, 300])
    assert np.isfinite(seen["speed"].low).all()
    assert seen["screen"] == spaces.Box(0, 255, (16, 16, 3), np.uint8)
    assert action_space(spec.action) == spaces.Discrete(4)
    assert action_space(ActionSpec(heads=(4, 2))) == spaces.MultiDiscrete([4, 2])


def test_numbers_within_bounds_are_a_box_of_their_own():
    numbers = ActionSpec(low=(-1.0, 0.0), high=(1.0, 5.0))
    assert action_space(numbers) == spaces.Box(np.float32([-1, 0]), np.float32([1, 5]))
    assert game_actions(numbers, np.float32([0.5, 2]), 1).tolist() == [[[0.5, 2.0]]]
    both = ActionSpec(heads=(4,), low=(-1.0,), high=(1.0,))
    assert list(action_space(both)) == ["choices", "numbers"]
    several = batch_space(action_space(both), 3)
    several.seed(0)
    given = several.sample()
    assert game_actions(both, given, 3)[:, 0, 0].tolist() == given["choices"].tolist()
    assert game_actions(both, given, 3)[:, 0, 1].tolist() == given["numbers"][:, 0].tolist()


@pytest.mark.parametrize("given", [3, {"choices": 1}, {"choices": [1, 2], "numbers": [0.5]}])
def test_half_an_action_is_refused(given):
    with pytest.raises(SpecError):
        game_actions(ActionSpec(heads=(4,), low=(-1.0,), high=(1.0,)), given, 1)


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: GameEnv("chess"), UnknownName, "no game called 'chess'"),
        (lambda: GameEnv("maze", split="exam"), UnknownName, "no split called 'exam'"),
        (lambda: GameEnv("maze", level="nowhere.json"), LevelError, "nowhere.json"),
        (lambda: GameEnv("maze", config={"size": 3}), ConfigError, "config has no setting 'size'"),
        (lambda: GameEnv("maze", config=3), ConfigError, "config is 3"),
        (lambda: GameEnv("maze", parameters={"height": (9, 5)}), ConfigError, "height"),
        (lambda: GameEnv("maze", render_mode="human"), ConfigError, "render_mode = 'human'"),
        (lambda: GameEnv("maze").reset(options={"map": 3}), ConfigError, "no option 'map'"),
        (lambda: GameEnv("maze").reset(seed=2**63), LevelError, "names no level"),
        (lambda: GameEnv("maze").step(0), ResetNeeded, "call `reset`"),
        (lambda: GameEnv("maze", render_mode="ansi").render(), ResetNeeded, "call `reset`"),
        (lambda: gamemeta.envs.register_game("mine.py:Game"), PluginError, "namespace/Name-v0"),
    ],
)
def test_what_cannot_be_is_told_clearly(make, error, told):
    with pytest.raises(error) as caught:
        make()
    assert told in str(caught.value)


@pytest.mark.parametrize("action", [4, -1, 0.5, [0, 1]])
def test_an_action_that_the_game_does_not_have_is_refused(action):
    env = GameEnv("maze")
    env.reset(seed=0)
    with pytest.raises(SpecError):
        env.step(action)


def test_a_step_after_the_end_of_an_episode_is_refused():
    env = GameEnv("bandit")
    env.reset(seed=0)
    env.step(0)
    with pytest.raises(ResetNeeded):
        env.step(0)


def test_another_game_is_registered_under_an_id_of_its_own():
    assert gamemeta.envs.register_game("maze", "mine/Maze-v3") == "mine/Maze-v3"
    try:
        assert gymnasium.make("mine/Maze-v3").reset(seed=1)[1]["level_seed"] == 1
    finally:
        del gymnasium.registry["mine/Maze-v3"]
