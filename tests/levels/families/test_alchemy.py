"""The family `alchemy`: which graphs there are, what potions do, and the best play."""

import itertools

import numpy as np
import pytest

from gamemeta_levels.errors import ConfigError, LevelError
from gamemeta_levels.families.alchemy import kernels, planner_kernels
from gamemeta_levels.families.alchemy.chemistry import first_graphs, graphs
from gamemeta_levels.families.alchemy.family import Alchemy, AlchemyParameters
from gamemeta_levels.families.alchemy.planner import all_ways
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.level import Level

SAME = np.array([0, 1, 2, 1, 1, 1], np.int8)
"""A potion map that changes nothing."""


def test_there_are_as_many_graphs_of_each_number_of_conditions_as_published():
    assert np.diff(first_graphs()).tolist() == [1, 12, 48, 48]


def test_every_number_of_conditions_is_drawn_equally_often():
    drawn = np.count_nonzero(generate_arrays(Alchemy(), range(4000), "any").more["graph"], axis=1)
    assert np.allclose(np.bincount(drawn) / 4000, 0.25, atol=0.03)


def test_a_level_comes_back_from_arrays_as_it_was():
    level = generate(Alchemy(), 5, "test")
    assert Alchemy().unpack(Alchemy().pack([level]), 0) == level
    assert generate_arrays(Alchemy(), [5], "test").content_hash[0] == level.content_hash


def test_another_chemistry_differs_in_what_potions_do_alone():
    level = generate(Alchemy(), 5)
    changed = Alchemy().mutate(level, 1)
    assert {name for name in level.hidden if level.hidden[name] != changed.hidden[name]} == {"potion_map"}


def test_a_potion_does_nothing_where_its_edge_is_missing():
    graph = np.array([0, 1, 0, 0, 0, 0], np.int8)  # along the first axis only where the third is +1
    reaction = np.empty((6, 8), np.uint8)
    kernels.reactions(graph, SAME, reaction)
    assert reaction[1].tolist() == [0, 1, 2, 3, 5, 5, 7, 7]
    assert reaction[2].tolist() == [0, 1, 0, 1, 4, 5, 4, 5]


def test_a_turned_stone_shows_a_zero_in_one_feature():
    look = np.empty((8, 3), np.int8)
    for rotation in range(4):
        kernels.looks(np.array([1, -1, 1], np.int8), rotation, look)
        assert len({tuple(seen) for seen in look.tolist()}) == 8
        assert ((look == 0).sum(1) == (rotation > 0)).all()


def best_by_trying(reaction, stones, potions):
    """The most that can be earned, by trying every stone in every potion, one after the other."""
    most = sum(max(0, int(planner_kernels.values_of(stone))) for stone in stones)
    for s, p in itertools.product(range(len(stones)), range(len(potions))):
        after = int(reaction[potions[p], stones[s]])
        if after != stones[s]:
            rest = potions[:p] + potions[p + 1 :]
            most = max(most, best_by_trying(reaction, (*stones[:s], after, *stones[s + 1 :]), rest))
    return most


def test_the_planner_earns_as_much_as_trying_everything():
    rng, reaction, ways = np.random.default_rng(0), np.empty((6, 8), np.uint8), all_ways()
    for _ in range(40):
        g = rng.integers(len(graphs()))
        stones, potions = rng.integers(8, size=3), rng.integers(6, size=4)
        kernels.reactions(graphs()[g].astype(np.int8), SAME, reaction)
        counts = planner_kernels.packed(SAME, np.bincount(potions, minlength=6))
        score = planner_kernels.best(*(part[g] for part in ways), stones, counts)
        wanted = best_by_trying(reaction, tuple(stones.tolist()), tuple(potions.tolist()))
        assert planner_kernels.reward_of(score) == wanted


@pytest.mark.parametrize(
    ("name", "numbers", "what"),
    [
        ("graph", (1, 1, -1, 1, 1, -1), "a way from every stone"),
        ("potion_map", (0, 0, 2, 1, 1, 1), "axes 0, 1, 2"),
        ("stone_map", (1, 2, 1), "three sides"),
        ("rotation", (4,), "0 to 3"),
        ("rotation", (0, 0), "holds 1 numbers"),
    ],
)
def test_a_chemistry_that_cannot_be_is_refused(name, numbers, what):
    level = generate(Alchemy(), 0)
    wrong = Level(family="alchemy", tiles=level.tiles, hidden={**level.hidden, name: numbers})
    with pytest.raises(LevelError, match=what):
        Alchemy().validate(wrong)


def test_more_conditions_than_there_are_are_refused():
    with pytest.raises(ConfigError, match="0 to 3"):
        AlchemyParameters(conditions=4)
