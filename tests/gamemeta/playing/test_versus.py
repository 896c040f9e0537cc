"""People against bots, agents and one another."""

import numpy as np
import pytest

import gamemeta
from gamemeta.agent.belief_file import with_beliefs
from gamemeta.agent.file import AgentFile
from gamemeta.agent.runtime import Agent
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.games.builtin.duel import rules as r
from gamemeta.games.builtin.duel.game import DuelGame
from gamemeta.games.builtin.tag.game import TagGame
from gamemeta.networks.restore import weights_of
from gamemeta.playing.versus import BOT, DRAW, HUMAN, LOST, WON, Versus, action_named
from gamemeta_levels.family import generate
from tests.helpers.agents import tiny_agent, tiny_policy


def agent_for(game):
    policy = tiny_policy(game.spec)
    file = AgentFile(
        game=game.name,
        game_config=vars(game.config).copy(),
        level_parameters={"ammunition": [1, 1]},
        spec=game.spec,
        network=vars(policy.config).copy(),
        episodes=4,
        memory="trial",
        weights=weights_of(policy),
    )
    return Agent(file)


def played(versus, matches=2, seed=0):
    """Places in every step, and what each match paid."""
    level, rng, seen, paid = generate(versus.family, 3), np.random.default_rng(seed), [], []
    heads = versus.game.spec.action.heads
    for _ in range(matches):
        versus.begin(level)
        while not versus.over:
            versus.step({seat: rng.integers(0, heads).tolist() for seat in versus.people})
            seen.append(versus.scene.tiles.tobytes() + bytes(versus.scene.agent))
        paid.append(versus.returns)
    return seen, paid


@pytest.mark.parametrize("game", ["duel", "tag"])
def test_a_person_plays_against_the_games_own(game):
    versus = Versus(game, BOT)
    assert versus.people == (0,) and versus.game.seats == 1
    seen, paid = played(versus)
    assert versus.match == len(paid) == 2
    assert played(Versus(game, BOT)) == (seen, paid)


@pytest.mark.parametrize(("game", "people"), [(DuelGame, (0,)), (TagGame, (1,))])
def test_an_agent_takes_a_seat_that_it_was_trained_for(game, people):
    versus = Versus(game.name, agent_for(game(1)), seed=4)
    assert versus.people == people and versus.game.seats == 2
    _, paid = played(versus)
    assert [sum(points) for points in paid] == [1.0, 1.0]


def test_an_agent_carries_its_memory_from_match_to_match():
    versus = Versus("duel", agent_for(DuelGame(1)))
    versus.begin(generate(versus.family, 3))
    steps = 0
    for _ in range(2):
        while not versus.over:
            versus.step({0: (r.STAY, 0)})
            steps += 1
        versus.begin(generate(versus.family, 3))
    assert versus._mind.arrays()["steps"].tolist() == [steps]


def test_two_people_have_a_seat_each():
    versus = Versus("duel", HUMAN)
    assert versus.people == (0, 1)
    _, paid = played(versus, matches=1)
    assert sum(paid[0]) == 1.0


def test_its_levels_are_those_that_suit_the_game_or_that_the_agent_knows():
    assert Versus("duel", BOT).family.parameters.cover == tuple(DuelGame.about.recipe["levels"]["cover"])
    assert Versus("duel", agent_for(DuelGame(1))).family.parameters.ammunition == (1, 1)


@pytest.mark.parametrize(
    ("game", "against", "error", "message"),
    [
        ("maze", BOT, ConfigError, "maze .*alone"),
        ("duel", Agent(tiny_agent()), AgentFileError, "plays maze, not duel"),
    ],
)
def test_what_cannot_be_played_is_refused(game, against, error, message):
    with pytest.raises(error, match=message):
        Versus(game, against)


def test_an_agent_for_another_form_of_the_game_is_refused():
    agent = agent_for(DuelGame(1))
    agent.game_config = {**agent.game_config, "view": 9}
    with pytest.raises(AgentFileError, match="another form"):
        Versus("duel", agent)


def test_actions_are_found_by_the_names_of_their_choices():
    spec = DuelGame(1).spec.action
    assert action_named(spec, ("shoot", "to the left")) == (r.SHOOT, r.TO_LEFT)
    assert action_named(spec, ("up",)) == (r.UP, r.AHEAD)
    assert action_named(TagGame(1).spec.action, ("shoot", "ahead")) is None
    assert action_named(TagGame(1).spec.action, ("up", "ahead")) is None


def test_a_frame_tells_what_has_happened_and_which_matches_are_over():
    versus = Versus("duel", BOT, matches=2, seed=3)
    level = generate(versus.family, 1)
    for match in (1, 2):
        versus.begin(level)
        assert versus.frame.episode == match and len(versus.frame.finished) == match - 1
        while not versus.over:
            versus.step({0: (1, 1)[: len(versus.game.spec.action.heads)]})
        frame = versus.frame
        assert frame.done and len(frame.path) == frame.scene.step + 1
        assert frame.finished[-1].returns == versus.returns[0] == frame.returns
        assert {event.step for event in frame.events} <= set(range(1, frame.scene.step + 1))


def played_by(versus, action):
    versus.begin(generate(versus.family, 3))
    while not versus.over:
        versus.step(dict.fromkeys(versus.people, action))
    return versus.finished[-1]


def test_a_match_in_which_nobody_shoots_is_drawn():
    assert played_by(Versus("duel", HUMAN), (r.STAY, 0)).outcome == DRAW


@pytest.mark.parametrize("against", [BOT, HUMAN])
@pytest.mark.parametrize("game", ["duel", "tag"])
def test_who_won_agrees_with_what_it_paid(game, against):
    versus = Versus(game, against, matches=12)
    _, paid = played(versus, matches=12)
    words = {0.0: LOST, 0.5: DRAW, 1.0: WON}
    assert [result.outcome for result in versus.finished] == [words[points[0]] for points in paid]


def test_players_who_work_together_neither_win_nor_lose():
    versus = Versus("forage", BOT)
    played(versus, matches=1)
    assert versus.outcomes == {} and versus.finished[0].outcome == ""


def test_people_are_told_who_they_are():
    assert Versus("tag", BOT).who(0) == "the guard"
    assert [Versus("tag", HUMAN).who(seat) for seat in (0, 1)] == ["the guard", "the runner"]
    assert Versus("duel", BOT).who(0) == "the first player"
    assert Versus("tag", agent_for(TagGame(1))).outcomes[WON] == "you (runner)"


def test_a_guess_about_a_person_changes_nothing_and_is_a_distribution():
    agent = Agent(with_beliefs(gamemeta.load("tag", backend="numpy").file), backend="numpy")
    asked, silent = (Versus("tag", agent, seed=4) for _ in range(2))
    level = generate(asked.family, 3)
    for _ in range(2):
        for versus in (asked, silent):
            versus.begin(level)
            while not versus.over:
                versus.step({1: (0,)})
        for guess in asked.guesses().values():
            assert sum(guess.chances.values()) == pytest.approx(1, abs=1e-5)
        assert asked._mind.memory == silent._mind.memory


def test_a_guess_is_asked_between_two_matches():
    agent = Agent(with_beliefs(gamemeta.load("tag", backend="numpy").file), backend="numpy")
    versus = Versus("tag", agent)
    versus.begin(generate(versus.family, 3))
    with pytest.raises(ConfigError, match="between two matches"):
        versus.guesses()
