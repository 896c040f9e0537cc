"""The compiled hash is that of the value, whatever the hidden numbers are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gamemeta_levels.hash_kernels import finished, hash_of_tiles, name_bytes, with_numbers
from gamemeta_levels.level import Level
from gamemeta_levels.split import MAX_SEED

NUMBERS = st.lists(st.integers(-MAX_SEED, MAX_SEED), max_size=6)


@given(first=NUMBERS, second=NUMBERS)
def test_hidden_numbers_are_hashed_as_the_value_does(first, second):
    level = Level(family="any", tiles=[[1, 2], [3, 1]], hidden={"b": second, "a.x": first})
    value = np.uint64(hash_of_tiles(level.tiles, 2, 2))
    for name, numbers in (("a.x", first), ("b", second)):
        value = np.uint64(with_numbers(value, name_bytes(name), np.array(numbers, np.int64)))
    assert int(finished(value)) == level.content_hash
