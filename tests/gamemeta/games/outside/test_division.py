"""Levels of outside games are divided by what they do."""

import random
import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from gymnasium import spaces

from gamemeta.games.outside.python_class.game import plain_game
from gamemeta.games.outside.seed_levels.division import COUNTED, LEAST, LOOKED_AT, REPEATED
from gamemeta.games.outside.seed_levels.family import SEED, SeedLevels, SeedParameters
from gamemeta.games.outside.seed_levels.fingerprint import DEPTHS, EPISODES, _fixed_actions, encoded
from gamemeta.spec import ActionSpec
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.split import split_of

SPLITS = ("train", "validation", "test")


class Toy:
    """Eight steps; what is right differs by level."""

    actions = ("a", "b", "c")
    step_limit = 8

    def reset(self, level):
        self.t = 0
        self.world = self.draw(random.Random(level))
        return self.observe()

    def draw(self, draws):
        raise NotImplementedError

    def observe(self):
        return np.array([self.t / 8, 0.0], np.float32)

    def right(self, action):
        return action == self.world[self.t % len(self.world)]

    def step(self, action):
        reward = float(self.right(action))
        self.t += 1
        return self.observe(), reward, self.t >= 8


def codes(length, choices):
    """A toy whose levels are codes."""

    class Codes(Toy):
        def draw(self, draws):
            return [draws.randrange(choices) for _ in range(length)]

    return Codes


class Unused(Toy):
    """What differs is never seen."""

    def draw(self, draws):
        self.never_seen = draws.random()
        return [0]


class Picture(Toy):
    observation_space = spaces.Box(0, 255, (20, 20, 3), np.uint8)

    def draw(self, draws):
        return [draws.randrange(20)]

    def observe(self):
        return np.full((20, 20, 3), 10 * self.world[0], np.uint8)


class Vector(Toy):
    def draw(self, draws):
        return [draws.random()]

    def observe(self):
        return np.array([self.t / 8, self.world[0]], np.float32)


class Lucky(codes(4, 3)):
    """Chance of its own in every step."""

    def right(self, action):
        return random.random() < 0.5


class Lock(Toy):
    """Nothing is told before the whole code of three is typed: fixed play opens hardly any."""

    actions = tuple("0123456789")

    def draw(self, draws):
        self.typed = []
        return [draws.randrange(10) for _ in range(3)]

    def right(self, action):
        self.typed.append(action)
        return self.typed[-3:] == self.world


class Delayed(Toy):
    """The code counts from the fortieth step on."""

    step_limit = 100

    def draw(self, draws):
        return [draws.randrange(3) for _ in range(6)]

    def step(self, action):
        _, reward, _ = super().step(action)
        return self.observe(), reward * (self.t > 40), self.t >= 100


def family_of(toy, parameters=None):
    family = plain_game(toy, f"{toy.__name__}.py:{toy.__name__}")(1).family(parameters)
    assert isinstance(family, SeedLevels)
    return family


def worlds(family, toy, split, count):
    """What is really drawn in each level."""
    seeds = generate_arrays(family, range(count), split).more[SEED][:, 0]
    return [tuple(toy().draw(random.Random(int(seed)))) for seed in seeds]


@pytest.mark.parametrize(
    "toy", [codes(4, 2), codes(3, 3), codes(4, 3), codes(7, 3), Picture, Vector, Delayed], ids=str
)
def test_no_level_of_a_split_is_also_in_another(toy):
    family = family_of(toy)
    found = {split: set(worlds(family, toy, split, 25)) for split in SPLITS}
    for one, other in (("train", "test"), ("train", "validation"), ("validation", "test")):
        assert not found[one] & found[other]
    assert all(found.values()) and family.unseen


def test_a_few_levels_are_counted_and_a_fourth_of_them_is_kept_for_the_test():
    toy = codes(4, 2)
    family = family_of(toy)
    assert family.division.different == 16
    assert len(set(worlds(family, toy, "test", 80))) == 4
    assert len(set(worlds(family, toy, "train", 200))) == 11
    assert "16 can be told apart, of which 11 are trained on, 1 validated and 4 tested" in family.notes()[0]


@pytest.mark.parametrize("choices", [2, 3])
def test_where_none_can_be_spared_this_is_said(choices):
    family = family_of(codes(2, choices))
    assert choices**2 < LEAST and family.division.different == choices**2
    assert not family.unseen
    assert (
        f"{choices**2} different levels, as far as fixed play can tell, all of them trained on too"
        in family.notes()[0]
    )
    levels = generate_arrays(family, range(50), "test")
    assert len(set(family.fingerprints(levels).tolist())) == choices**2


def test_levels_that_differ_in_nothing_that_shows_are_one():
    family = family_of(Unused)
    assert "all levels are the same" in family.notes()[0] and not family.unseen
    assert len(set(family.fingerprints(generate_arrays(family, range(20), "test")).tolist())) == 1


def test_chance_of_a_game_s_own_is_found_and_said():
    family = family_of(Lucky)
    assert "does not play the same way twice" in family.notes()[0] and not family.unseen
    levels = generate_arrays(family, range(20), "test")
    assert len(set(family.fingerprints(levels).tolist())) == 20


def test_levels_that_fixed_play_cannot_tell_apart_are_not_called_few():
    (note,) = family_of(Lock).notes()
    assert f"levels are the same in everything that {DEPTHS[-1]} steps" in note and "different" not in note


def test_many_different_levels_need_no_note():
    assert family_of(codes(7, 3)).notes() == () and family_of(Vector).notes() == ()


def test_a_look_at_the_first_observation_is_enough_where_it_differs():
    assert family_of(Vector).division.depth == 0
    assert family_of(codes(4, 2)).division.depth > 0


def test_a_single_seed_leaves_nothing_to_test_on():
    family = family_of(codes(4, 2), SeedParameters(seeds=(5, 5)))
    assert len({tuple(x) for x in generate_arrays(family, range(9), "train").more[SEED]}) == 1


def test_a_level_keeps_its_split_whatever_its_number():
    """Each level of `any` is in the split that its content says, and equals the level of that name."""
    family = family_of(codes(4, 2))
    for seed in range(40):
        level = generate(family, seed)
        assert generate(family, seed, split_of(level.content_hash)) == level


def test_a_changed_level_is_in_its_own_split():
    family = family_of(codes(4, 2))
    for seed in range(20):
        changed = family.mutate(generate(family, 0), seed)
        assert split_of(changed.content_hash) == family.division.split(
            int(family.fingerprints(family.pack([changed]))[0])
        )


def test_another_process_names_the_same_levels():
    """No fingerprint depends on what Python seeds its own hashes with."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import test_division as t\n"
        "from gamemeta_levels.family import generate_arrays\n"
        "f = t.family_of(t.codes(4, 3)); a = generate_arrays(f, range(12), 'test')\n"
        "print(a.more['seed'][:, 0].tolist(), f.fingerprints(a).tolist())"
    )
    here = str(__file__).rpartition("/")[0]
    run = subprocess.run([sys.executable, "-c", program, here], capture_output=True, text=True, check=True)
    family = family_of(codes(4, 3))
    levels = generate_arrays(family, range(12), "test")
    assert run.stdout.strip() == f"{levels.more[SEED][:, 0].tolist()} {family.fingerprints(levels).tolist()}"


def test_last_digits_of_real_numbers_count_for_nothing():
    x = np.array([1.0, -3.5, 1e-9, 700.0])
    assert encoded(x) == encoded(x * (1 + 1e-9)) != encoded(x * 1.001)
    assert encoded(0.25) == encoded(0.25 + 1e-12) != encoded(0.26)


def test_texts_count_for_nothing_and_the_rest_does():
    assert encoded({"a": 1, "words": "go"}) == encoded({"words": "stay", "a": 1})
    shown = [
        encoded(value) for value in (0, 1, True, None, [1], (1, 2), {"a": np.int64(3)}, np.zeros(2, bool))
    ]
    assert len(set(shown)) == len(shown) - 1  # True is 1


def test_the_look_at_the_levels_is_bounded():
    played = 0

    class Counted(codes(4, 2)):
        def step(self, action):
            nonlocal played
            played += 1
            return super().step(action)

    division = family_of(Counted).division
    assert division.different == 16
    assert played <= LOOKED_AT * DEPTHS[-1] + (COUNTED + 2 * REPEATED) * division.depth


def test_all_codes_of_a_small_game_fall_to_one_split_each():
    toy = codes(3, 3)
    family = family_of(toy)
    split_of_code: dict[tuple[int, ...], set[str]] = {}
    for split in SPLITS:
        for code in worlds(family, toy, split, 150):
            split_of_code.setdefault(code, set()).add(split)
    assert set(split_of_code) == set(product(range(3), repeat=3))
    assert all(len(splits) == 1 for splits in split_of_code.values())


def test_a_game_of_one_copy_is_left_alone():
    class Single(codes(4, 2)):
        running = 0

        def __init__(self):
            if Single.running:
                raise RuntimeError("only one instance may run")
            Single.running = 1

        def close(self):
            Single.running = 0

    assert "only one copy of this game" in family_of(Single).notes()[0]


def test_an_error_in_fixed_play_is_no_error_of_the_levels():
    class Fails(codes(4, 2)):
        def step(self, action):
            if self.t == 3:
                raise RuntimeError("broken")
            return super().step(action)

    assert family_of(Fails).division.different
    assert generate(family_of(Fails), 0, "train").hidden["seed"]


def test_games_of_short_episodes_are_played_with_other_actions_each_time():
    action = ActionSpec(heads=(8,))
    played = [_fixed_actions(action, episode, 8, ()).tolist() for episode in range(4 * len(EPISODES))]
    assert all(one not in played[:k] for k, one in enumerate(played))


class Prices:
    """Four hidden prices of eight; an episode has eight steps."""

    actions, step_limit, par = 8, 8, 4.0

    def reset(self, level):
        draw = random.Random(level)
        self.prices, self.clock = [draw.randrange(8) for _ in range(4)], 0
        return [0.0, 0.0]

    def step(self, offer):
        good, self.clock = offer >= self.prices[self.clock % 4], self.clock + 1
        return [float(self.clock), float(good)], float(good), self.clock >= 8


def test_levels_of_short_episodes_are_told_apart():
    family = plain_game(Prices, "prices.py:Prices")(1).family()
    fingerprints = family.fingerprints(generate_arrays(family, range(128), "test"))
    assert len(np.unique(fingerprints)) > 60
    assert not family.notes()
