"""What an agent thinks of a person, in the game's order, and when it is sure."""

from types import SimpleNamespace

import pytest

from gamemeta.games.builtin.duel.words import AIM, DISTANCE, ESCAPE, FACTS, GUESSES
from gamemeta.playing.guesses import Guess, Opening, guesses_of


class Believing:
    """A mind that believes the same in every match."""

    memory = b""

    def __init__(self, beliefs):
        self._beliefs = beliefs
        self.agent = SimpleNamespace(
            facts={name: FACTS[name] for name in beliefs}, resume=lambda memory: self
        )

    def decide(self, obs, reward, done):
        assert done

    def beliefs(self):
        return self._beliefs


def test_the_fact_that_the_game_is_about_comes_first_whatever_the_order_of_the_file():
    even = {"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}
    mind = Believing({DISTANCE: even, ESCAPE: even, AIM: even})
    guesses = guesses_of(mind, SimpleNamespace(guesses=GUESSES), [Opening({}, 0.0)])
    assert list(guesses) == [AIM, ESCAPE, DISTANCE]
    assert guesses[AIM].question == "where you shoot"


def test_a_fact_without_sentences_goes_by_its_name():
    mind = Believing({AIM: {"a": 0.2, "b": 0.5, "c": 0.3}})
    (guess,) = guesses_of(mind, SimpleNamespace(guesses={}), [Opening({}, 0.0)]).values()
    assert guess.question == AIM and guess.chances[f"{AIM}: {FACTS[AIM].words[1]}"] == 0.5


@pytest.mark.parametrize(("top", "is_sure"), [(1 / 3, False), (0.49, False), (0.51, True), (1.0, True)])
def test_an_agent_is_sure_where_the_likeliest_value_stands_out_from_even_chances(top, is_sure):
    rest = (1 - top) / 2
    assert Guess("where", {"here": top, "there": rest, "nowhere": rest}).is_sure is is_sure
