"""Values by name in one text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamemeta.config import make
from gamemeta.errors import ConfigError
from gamemeta.games.outside.gymnasium.game import GymnasiumConfig
from gamemeta.games.outside.python_class.game import PlainConfig
from gamemeta.games.outside.seed_levels.variation import parse_varied
from gamemeta.named_values import as_text, named_values

names = st.from_regex(r"[a-z_][a-z0-9_]{0,5}", fullmatch=True)
finite = st.floats(allow_nan=False, allow_infinity=False)
plain = st.one_of(st.booleans(), st.none(), st.integers(), finite, st.text())
values = st.recursive(plain, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(), x, max_size=3))


@given(st.dictionaries(names, values, max_size=4))
def test_values_survive_the_text(values):
    assert named_values("arguments", as_text(values)) == values


def test_commas_within_brackets_and_quotes_belong_to_the_value():
    text = "a=[[1, 0], [0, 1]],b={'x': (1, 2)},c='one, two', d=8x8 ,e=true,f=none,g=../maps,h=1..3"
    assert named_values("arguments", text) == {
        "a": [[1, 0], [0, 1]],
        "b": {"x": (1, 2)},
        "c": "one, two",
        "d": "8x8",
        "e": True,
        "f": None,
        "g": "../maps",
        "h": "1..3",
    }
    with pytest.raises(ConfigError, match="NAME=VALUE"):
        named_values("arguments", "3")


def test_a_table_of_a_file_is_such_a_text():
    made = make(GymnasiumConfig, {"arguments": {"layout": [[1], [0]], "name": "8x8"}}, "game")
    assert named_values("arguments", made.arguments) == {"layout": [[1], [0]], "name": "8x8"}
    (one,) = parse_varied(make(GymnasiumConfig, {"vary": {"gravity": [5, 15]}}, "game").vary).numbers
    assert (one.name, one.low, one.high) == ("gravity", 5, 15)
    (one,) = parse_varied(make(GymnasiumConfig, {"vary": {"gravity": "5..15"}}, "game").vary).numbers
    assert (one.low, one.high) == (5, 15)


def test_numbers_of_numpy_are_those_of_python():
    made = make(PlainConfig, {"step_limit": np.int64(5), "par": np.float64(1.5)}, "game")
    assert (type(made.step_limit), type(made.par)) == (int, float)
