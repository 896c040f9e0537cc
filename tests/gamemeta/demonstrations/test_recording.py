"""Plays of solvers, agents and people."""

import numpy as np
import pytest

from gamemeta.agent.runtime import Agent
from gamemeta.demonstrations.demonstration import PERSON, TERMINATED
from gamemeta.demonstrations.players import AgentPlays, solver_of
from gamemeta.demonstrations.recording import record
from gamemeta.errors import ConfigError
from gamemeta.games.setup import GameSetup
from gamemeta.playing.versus import BOT, Versus
from gamemeta_levels.family import generate, generate_arrays
from tests.helpers.plays import solved


@pytest.mark.parametrize("game", ["grid", "corridor"])
def test_a_solver_earns_par_on_training_levels(game):
    made = solved(game, 4, episodes=3)
    setup = GameSetup(game)
    par = setup.game(4).par(generate_arrays(setup.family(), range(4), "train"))
    for trial, best in zip(made.trials, par, strict=True):
        earned = np.bincount(trial.episode, trial.reward)
        np.testing.assert_allclose(earned, np.full(3, best), rtol=1e-5)
        assert trial.episodes == 3 and trial.end[-1] == TERMINATED


def test_trials_are_on_levels_of_their_split_and_the_seed_decides():
    made = [solved("grid", 3, episodes=1, seed=seed).to_bytes() for seed in (5, 5, 6)]
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize(("game", "why"), [("duel", "chooses one of the 2"), ("navigation", "has no solver")])
def test_a_game_without_a_solver_says_so(game, why):
    with pytest.raises(ConfigError, match=why):
        solver_of(GameSetup(game).game())


def test_an_agent_is_recorded_as_it_plays(shipped_duel):
    setup = GameSetup.of(shipped_duel)
    game = setup.game()
    made = record(setup, game, AgentPlays(shipped_duel, game), trials=2, episodes=2)
    assert [str(trial.player) for trial in made.trials] == [f"agent {shipped_duel.digest}"] * 2
    trial, mind = made.trials[0], shipped_duel.begin(seed=0)
    for t in range(trial.steps):
        obs = {name: array[t] for name, array in trial.obs.items()}
        before = (trial.reward[t - 1], trial.end[t - 1] != 0) if t else (0.0, False)
        assert mind.decide(obs, *before).tolist() == trial.action[t].tolist()


@pytest.fixture(scope="module")
def shipped_duel():
    from gamemeta.agent.file import read_agent

    return Agent(read_agent("duel"), backend="numpy")


def test_what_a_person_does_is_recorded_match_after_match():
    versus = Versus("duel", BOT, matches=2)
    level, actions = generate(versus.family, 0, "train"), []
    for _ in range(2):
        versus.begin(level)
        while not versus.over:
            actions.append((len(actions) % 7, 1))
            versus.step({0: actions[-1]})
    versus.begin(level)
    versus.step({0: (0, 0)})  # a match that is not played to its end
    made = versus.record.demonstrations()
    (trial,) = made.trials
    assert trial.action.tolist() == [list(action) for action in actions]
    assert trial.episodes == 2 and trial.player.kind == PERSON
    assert (trial.level.digest, trial.level.split) == (level.digest, "train")
    np.testing.assert_allclose(
        np.bincount(trial.episode, trial.reward), [result.returns for result in versus.finished], rtol=1e-6
    )
