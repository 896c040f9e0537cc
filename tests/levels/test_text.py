import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta_levels.errors import AgentFileError
from gamemeta_levels.text import MESSAGE, in_one_line, plain_number, shown

HOSTILE = "\x1b[31m\x07\r\x9b\x00\u202e\u2066\u061c\u2028\ufeff\udcff\U000e0041"
"""Escape sequences, a bell, a carriage return, C1, marks that turn the direction of writing, half a character
and an invisible tag."""


def test_what_would_act_on_a_terminal_is_shown_as_an_escape():
    words = shown(f"maze{HOSTILE}")
    assert words.isprintable()
    assert words.startswith(r"maze\x1b[31m\x07\r\x9b\x00\u202e\u2066\u061c\u2028\ufeff\udcff")
    assert words.endswith(r"\U000e0041")


def test_words_of_any_language_and_line_ends_stay():
    for words in ("Łódź 迷路 متاهة भूलभुलैया 👩\u200d💻", "two\nlines", "a\u00a0b", "$x_1$ [/] <b>"):
        assert shown(words) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        *((65025.0, "65,025"), (12.345, "12.35"), (0.5, "0.5"), (-7.0, "-7"), (1234.6, "1,235")),
        *((0.00002, "0.00002"), (999.96, "1000"), (1e12, "1,000,000,000,000")),
    ],
)
def test_a_number_for_people_has_no_power_of_ten(value, text):
    assert plain_number(value) == text


def test_a_long_text_keeps_its_beginning_and_its_end():
    words = shown("a" * 5000 + "z" * 5000, 300)
    assert words.startswith("a" * 150) and words.endswith("z" * 80) and "9,700 characters" in words
    assert len(words) == 300


@given(st.text(), st.integers(3, 150))
def test_nothing_hidden_is_left_whatever_the_text(text, limit):
    for words in (shown(text), shown(text, limit), in_one_line(text, limit)):
        kinds = {unicodedata.category(c) for c in words if c not in "\n\t\u200c\u200d"}
        assert kinds.isdisjoint({"Cc", "Cf", "Cs", "Zl", "Zp"})
    assert not {"\n", "\t"} & set(in_one_line(text, limit))
    assert len(in_one_line(text, limit)) <= limit


def test_errors_are_one_line_escaped_and_bounded():
    message = str(AgentFileError(f"{HOSTILE} cannot be read.\n  Why: " + "x" * 5000 + " Copy it again."))
    assert message.isprintable() and len(message) <= MESSAGE
    assert message.endswith("Copy it again.") and " cannot be read. Why: x" in message
    assert str(pickle.loads(pickle.dumps(AgentFileError(message)))) == message
