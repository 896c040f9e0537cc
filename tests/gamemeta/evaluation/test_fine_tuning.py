from dataclasses import replace

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.fine_tuning import best_settings, candidates, fine_tuned
from gamemeta.games.builtin.maze.game import MazeConfig, MazeGame
from gamemeta.learners.fine_tuning import FineTuningConfig, PlayedEpisode, settings_in_words
from gamemeta.learners.rl2.fine_tuner import FineTuning, fine_tuning, returns_of
from gamemeta.trials.sampling import Drawn, draw
from gamemeta.trials.streams import Stream, trial_seeds
from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import FLOOR, GOAL, SPAWN
from tests.helpers.agents import tiny_agent, tiny_policy

GAME = MazeGame(1, MazeConfig(view=3, steps_per_tile=3.0))


def corridors(count):
    """The goal two steps to the right of the spawn, a dead end of the same length to the left."""
    tiles = np.full((1, 5), FLOOR)
    tiles[0, 2], tiles[0, 4] = SPAWN, GOAL
    return Maze().pack([Level(family="maze", tiles=tiles)] * count)


@pytest.mark.slow
@pytest.mark.parametrize("scaled", [False, True])
def test_a_gradient_after_each_episode_finds_the_goal_sooner(scaled):
    config = FineTuningConfig(learning_rate=0.01, gradient_steps=10)
    policy = tiny_policy(GAME.spec)
    arm = fine_tuned(FineTuning(policy, config, scaled_values=scaled), GAME, corridors(24), 8)
    first, last = arm.returns[:, 0].mean(), arm.returns[:, -1].mean()
    assert last > first + 0.1


@pytest.mark.slow
def test_values_on_a_scale_that_is_not_known_do_not_matter():
    policy, shifted = tiny_policy(GAME.spec), tiny_policy(GAME.spec)
    shifted.critic.bias.data += 50
    config = FineTuningConfig(learning_rate=0.01, gradient_steps=10)

    def played(policy, *, scaled):
        return fine_tuned(FineTuning(policy, config, scaled_values=scaled), GAME, corridors(4), 4).steps

    np.testing.assert_array_equal(played(policy, scaled=True), played(shifted, scaled=True))
    assert (played(policy, scaled=False) != played(shifted, scaled=False)).any()


@pytest.mark.parametrize("scaled", [False, True])
def test_the_discount_decides_what_an_early_action_is_credited_with(scaled):
    def played(discount):
        config = FineTuningConfig(learning_rate=0.01, gradient_steps=10)
        tuning = FineTuning(tiny_policy(GAME.spec), config, discount=discount, scaled_values=scaled)
        return fine_tuned(tuning, GAME, corridors(4), 4)

    near, far = played(0.2), played(1.0)
    np.testing.assert_array_equal(near.steps[:, 0], far.steps[:, 0])
    assert (near.steps != far.steps).any()


def test_without_gradient_steps_every_episode_is_the_same_in_distribution():
    config = FineTuningConfig(gradient_steps=0)
    arm = fine_tuned(FineTuning(tiny_policy(GAME.spec), config), GAME, corridors(40), 6)
    halves = arm.returns[:, :3].mean(), arm.returns[:, 3:].mean()
    spread = arm.returns.std() / np.sqrt(120) * np.sqrt(2)
    assert abs(halves[0] - halves[1]) < 4 * spread


def test_the_policy_is_left_as_it_was_and_levels_do_not_touch_each_other():
    policy = tiny_policy(GAME.spec)
    before = {k: v.clone() for k, v in policy.state_dict().items()}
    two = fine_tuned(FineTuning(policy), GAME, corridors(2), 3)
    assert all((before[k] == v).all() for k, v in policy.state_dict().items())
    one = fine_tuned(FineTuning(policy), GAME, corridors(1), 3)
    np.testing.assert_array_equal(two.returns[:1], one.returns)


def test_settings_out_of_range_are_refused():
    with pytest.raises(ConfigError, match="out of range"):
        FineTuningConfig(learning_rate=0.0)


def test_returns_are_discounted_sums_of_what_follows():
    episode = PlayedEpisode([], [], [], [1.0, 0.0, 2.0], success=False)
    assert returns_of(episode, 0.5, end_value=8.0)[:, 0] == pytest.approx([1.5, 1.0, 2.0])


def test_what_would_have_come_after_a_truncation_counts():
    episode = PlayedEpisode([], [], [], [1.0, 0.0, 2.0], success=False, cut_off=True)
    assert returns_of(episode, 0.5, end_value=8.0)[:, 0] == pytest.approx([2.5, 3.0, 6.0])


class Recorder:
    """Keeps the episodes that it is shown."""

    def __init__(self, policy):
        self.tuning, self.episodes = FineTuning(policy), []

    def begin(self):
        return self.tuning.begin()

    def improve(self, episode):
        self.episodes.append(episode)


def test_an_episode_that_ran_out_of_time_is_cut_off_and_one_that_reached_the_goal_is_not():
    recorder = Recorder(tiny_policy(GAME.spec))
    arm = fine_tuned(recorder, GAME, corridors(12), 3)
    reached = arm.success[:, :-1].ravel().astype(bool)
    assert {True, False} == set(reached.tolist())
    for episode, goal in zip(recorder.episodes, reached, strict=True):
        assert episode.cut_off != goal
        assert (episode.end_value != 0) == episode.cut_off


@pytest.mark.parametrize("discount", [0.5, 0.99])
def test_an_agent_is_fine_tuned_with_its_own_discount(discount, monkeypatch):
    seen = []

    def spy(episode, discount, end_value):
        seen.append(discount)
        return returns_of(episode, discount, end_value)

    monkeypatch.setattr("gamemeta.learners.rl2.fine_tuner.returns_of", spy)
    file = tiny_agent(memory="episode")
    file = replace(file, training={"config": {"ppo": {"discount": discount}}})
    fine_tuned(fine_tuning(file, FineTuningConfig(gradient_steps=1)), MazeGame(1), corridors(1), 2)
    assert set(seen) == {discount}


def test_of_all_settings_those_are_chosen_that_reached_most(monkeypatch):
    """The second episode pays what the settings are worth; the first is the same for all."""
    worth = {config: rank % 5 for rank, config in enumerate(candidates())}

    def reached(config, game, levels, episodes, *, seed):
        returns = np.array([[9.0, worth[config]]] * len(levels))
        return type("Record", (), {"returns": returns})

    monkeypatch.setattr("gamemeta.evaluation.fine_tuning.fine_tuned", reached)
    chosen = best_settings(lambda config: config, GAME, corridors(3), 2)
    assert worth[chosen] == max(worth.values())


def test_with_one_episode_all_settings_are_alike(monkeypatch):
    returns = np.array([[1.0]])
    monkeypatch.setattr(
        "gamemeta.evaluation.fine_tuning.fine_tuned", lambda *a, **b: type("Record", (), {"returns": returns})
    )
    assert best_settings(lambda config: config, GAME, corridors(1), 1) == next(candidates())


def test_an_episode_is_noted_as_it_was_played_and_draws_go_on_from_one_to_the_next():
    policy, recorder = tiny_policy(GAME.spec), Recorder(tiny_policy(GAME.spec))
    arm = fine_tuned(recorder, GAME, corridors(2), 3, seed=5)
    learner, episodes = FineTuning(policy).begin(), iter(recorder.episodes)
    seeds = trial_seeds(5, Stream.FINE_TUNED, np.arange(2))
    for i in range(2):
        number = 0
        for k in range(2):
            episode, before = next(episodes), (0, 0.0)
            state = learner.init(1)
            for t, inputs in enumerate(episode.inputs):
                told = inputs["previous_action"], inputs["previous_reward"], inputs["previous_done"]
                assert [float(x[0, 0]) for x in told] == [*before, 0]
                state, decision = learner.step(state, inputs, np.zeros(1, np.uint8))
                wanted = Drawn.empty(GAME.spec.action, 1)
                draw(decision, seeds[i : i + 1], np.array([number]), wanted)
                assert episode.drawn[t].codes == wanted.codes
                assert episode.value[t] == pytest.approx(float(decision.value[0]), abs=1e-6)
                before, number = (1 + int(wanted.codes[0, 0]), episode.reward[t]), number + 1
            assert (arm.steps[i, k], arm.returns[i, k]) == (len(episode.reward), sum(episode.reward))
            assert episode.success == arm.success[i, k] == (not episode.cut_off)


def test_the_chosen_settings_are_said_in_words():
    one, other = FineTuningConfig(learning_rate=1e-3, gradient_steps=1), FineTuningConfig(gradient_steps=16)
    assert settings_in_words([one, one]) == "Adam 0.001, 1 step an episode, chosen on other levels"
    assert "1 step an episode or Adam 0.0003, 16 steps" in settings_in_words([one, other])
