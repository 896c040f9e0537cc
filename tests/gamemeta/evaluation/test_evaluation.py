"""What an evaluation says of records that are made up: its words, its JSON, and what it takes."""

from dataclasses import replace

import numpy as np
import pytest

from gamemeta.errors import ConfigError
from gamemeta.evaluation.evaluation import NOT_JUDGED, Evaluation, _check_numbers, evaluate_agent
from gamemeta.evaluation.statistics.learning import (
    LEARNED,
    LEARNED_SCORE,
    NEGLIGIBLE_SCORE,
    NEGLIGIBLE_SPREAD,
    NOT_LEARNED,
    TOO_FEW,
)
from gamemeta.evaluation.statistics.scores import Arm, curves
from gamemeta.evaluation.statistics.verdict import ADAPTS, TOO_SMALL, UNCLEAR
from gamemeta.games.setup import GameSetup
from gamemeta_levels.families.maze.family import Maze
from tests.helpers.agents import tiny_agent

LEVELS, COMMAND = 8, "gamemeta evaluate a.gma"


def arm(*by_episode, seeds=None, spread=0.0):
    """The same on every level, or alternately more and less by `spread`."""
    apart = spread * np.resize([1.0, -1.0], LEVELS)[:, None]
    returns = np.array(by_episode) + apart
    returns = returns if seeds is None else np.stack([returns] * seeds)
    return Arm(returns, np.ones_like(returns), np.ones_like(returns))


def made(arms, **changes):
    """An evaluation with these records, of three episodes."""
    one = Evaluation(GameSetup("maze"), "test", LEVELS, 3, 0, curves(arms), arms, Maze().arrays(0))
    return replace(one, **changes)


def scored(*agent, **more):
    return {"agent": arm(*agent), "random": arm(0.0, 0.0, 0.0), "par": arm(1.0, 1.0, 1.0), **more}


def paid(*agent, **more):
    """Without par, with random play at 3."""
    return {"agent": arm(*agent), "random": arm(3.0, 3.0, 3.0), **more}


def varied(agent, spread):
    """Without par: an agent whose levels differ by `spread`, and random play of mean 3 and deviation 1."""
    return {"agent": arm(agent, agent, agent, spread=spread), "random": arm(3.0, 3.0, 3.0, spread=1.0)}


@pytest.mark.parametrize(
    ("arms", "word"),
    [
        (scored(0.9, 0.9, LEARNED_SCORE + 0.01), LEARNED),
        (scored(0.9, 0.9, NEGLIGIBLE_SCORE + 0.01), LEARNED),
        (scored(0.9, 0.9, LEARNED_SCORE - 0.01), NOT_LEARNED),
        ({**scored(0.0), "agent": arm(0.68, 0.68, 0.68, spread=1.0)}, TOO_FEW),
        ({**scored(0.0), "agent": arm(0.0, 0.0, 0.0, spread=1.0)}, TOO_FEW),
        (paid(9.0, 9.0, 3.01), LEARNED),
        (paid(9.0, 9.0, 3.0), NOT_LEARNED),
        (paid(9.0, 9.0, 2.0), NOT_LEARNED),
        (varied(3.1, 1.2), TOO_FEW),
        (varied(3.3, 1.2), LEARNED),
        (varied(3.0, 1.0 + NEGLIGIBLE_SPREAD / 2), NOT_LEARNED),
        (varied(3.0, 1.0 + NEGLIGIBLE_SPREAD * 2), TOO_FEW),
    ],
)
def test_an_agent_has_learned_nothing_or_something_or_the_levels_are_too_few(arms, word):
    found = made(arms)
    assert found.learning == word
    assert found.word == (NOT_LEARNED if word == NOT_LEARNED else NOT_JUDGED)
    assert ("too few to tell the agent from random play" in found.verdict()) == (word == TOO_FEW)


def test_of_a_single_level_nothing_can_be_told():
    arms = {name: one.take(1) for name, one in scored(0.68, 0.68, 0.68).items()}
    assert made(arms, levels=1).learning == TOO_FEW


def test_an_agent_that_learned_nothing_is_told_so_with_its_last_episode_and_random_play():
    said = made(scored(0.5, 0.2, 0.01)).verdict()
    assert said.startswith("Nothing was learned: score 0.01 in episode 3, random play 0. Train longer")
    said = made(paid(9.0, 5.0, 2.5)).verdict()
    assert said.startswith("Nothing was learned: return 2.50 in episode 3, random play 3.00. ")


def unsure(seeds=None, **changes):
    """An agent that may be better than its wiped control, or not."""
    agent, wiped = arm(0.2, 0.5, 0.6, seeds=seeds), arm(0.55, 0.55, 0.55, seeds=seeds, spread=0.2)
    return made({**scored(), "agent": agent, "wiped": wiped, "swapped": wiped}, **changes)


@pytest.mark.parametrize(("levels", "more"), [(10, 40), (250_000, 10**6), (300_000, 10**6)])
def test_four_times_as_many_levels_are_advised_up_to_a_million(levels, more):
    said = unsure(levels=levels).verdict(COMMAND)
    assert "Score 0.20 in episode 1, 0.60 in episode 3; +0.05 (" in said
    assert said.endswith(
        f"({levels:,} levels, one training seed). Play more levels: {COMMAND} --levels {more}."
    )


@pytest.mark.parametrize(
    ("levels", "advice"),
    [
        (8, "Play more levels (gamemeta evaluate, --levels 12)."),
        (12, "Train more seeds (--seed): there are no more levels to play."),
    ],
)
def test_no_more_levels_are_advised_than_a_family_has(monkeypatch, levels, advice):
    monkeypatch.setattr(Maze, "count", lambda self, split: 12)
    assert unsure(levels=levels).verdict().endswith(advice)


def test_of_several_seeds_more_are_advised():
    found = unsure(seeds=2)
    assert (found.seeds, found.word) == (2, UNCLEAR)
    assert found.verdict().endswith("(8 levels, 2 training seeds). Train more seeds (--seed).")


@pytest.mark.parametrize(("wiped", "word"), [(0.3, ADAPTS), (0.599, TOO_SMALL)])
def test_a_clear_word_needs_no_advice(wiped, word):
    found = made(scored(0.2, 0.5, 0.6, wiped=arm(wiped, wiped, wiped)))
    assert (found.word, found.adapts) == (word, word == ADAPTS)
    assert found.verdict().endswith(f": {word} (8 levels, one training seed).")
    assert found.to_json()["verdict"]["word"] == word
    assert found.to_json()["verdict"]["over_wiped"]["value"] == pytest.approx(0.6 - wiped)


def test_an_agent_that_played_every_side_is_not_judged():
    found = unsure(sides=2)
    assert (found.word, found.judged) == (NOT_JUDGED, None)
    assert made(scored(0.0, 0.0, 0.0), sides=2).word == NOT_JUDGED
    assert "gamemeta crossplay" in found.verdict()


@pytest.mark.parametrize(
    ("different", "words"),
    [(None, "8 test levels"), (8, "8 test levels"), (5, "8 test levels, 5 of them different")],
)
def test_levels_that_play_alike_are_counted_in_words_and_in_json(different, words):
    found = made(scored(0.9, 0.9, 0.9), different=different)
    assert found.levels_in_words() == words
    assert ("different_levels" in found.to_json()) == (different == 5)


def test_json_holds_what_is_known_and_nothing_else():
    plain = made(scored(0.9, 0.9, 0.9)).to_json()
    assert set(plain) == {
        "game", "split", "levels", "episodes", "seed", "intervals", "agent", "random", "par", "verdict"
    }  # fmt: skip
    assert set(plain["verdict"]) == {"word", "sentence"}
    more = made(paid(9.0, 9.0, 9.0), notes=("none is held out",)).to_json()
    assert (more["measure"], more["notes"]) == ("return", ["none is held out"])


def test_room_is_known_where_a_revealed_agent_is():
    arms = scored(0.2, 0.5, 0.6) | {
        name: arm(0.3, 0.3, 0.3) for name in ("wiped", "swapped", "reset_trained")
    }
    one = made(scored(0.2, 0.5, 0.6))
    assert one.with_arms(arms).adaptation is None
    shown = arms | {"revealed": arm(0.8, 0.8, 0.9)}
    found = one.with_arms(shown)
    assert found.adaptation.room.value == pytest.approx(0.6)
    assert found.curves.keys() == shown.keys()
    paid = one.with_arms({k: v for k, v in shown.items() if k != "par"})
    assert (paid.measure, paid.adaptation.room.value) == ("return", pytest.approx(0.6))


def test_evaluations_are_compared_and_shown_by_their_curves_alone():
    one, other = (evaluate_agent(tiny_agent(), levels=2, episodes=2, threads=1) for _ in range(2))
    assert one == other
    assert "array" not in repr(one)
    assert one != evaluate_agent(tiny_agent(), levels=2, episodes=2, seed=1, threads=1)


GOOD, MOST = (1, 1, 0), (10**6, 1000, 2**63 - 1)


@pytest.mark.parametrize("place", range(3))
def test_numbers_are_taken_within_their_bounds(place):
    name, least = ("levels", "episodes", "seed")[place], GOOD[place]
    _check_numbers(*GOOD)
    _check_numbers(*MOST)
    for wrong in (least - 1, MOST[place] + 1):
        with pytest.raises(ConfigError, match=f"{name} = {wrong}: give {least} to {MOST[place]}"):
            _check_numbers(*(wrong if k == place else good for k, good in enumerate(GOOD)))
