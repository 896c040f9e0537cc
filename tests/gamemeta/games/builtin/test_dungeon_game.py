"""The dungeon game: what it shows is compared with a plain twin that looks at a world of its own."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta import check_game
from gamemeta.games.builtin.dungeon import words
from gamemeta.games.builtin.dungeon.game import DungeonConfig, DungeonGame
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.dungeon.family import Dungeon
from gamemeta_levels.families.dungeon.parameters import DungeonParameters
from gamemeta_levels.families.dungeon.planner.planner import layout_of
from gamemeta_levels.families.dungeon.rules import constants as rules
from gamemeta_levels.families.dungeon.rules.kernels import advance, begin
from gamemeta_levels.families.dungeon.rules.world import World
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.level import Level
from gamemeta_levels.tiles import CODE_OF_GLYPH, GOAL, MOVES, WALL

UP, DOWN, LEFT, RIGHT = range(4)
PLAIN = {
    "harmless": (0, 1, 0),
    "keys": (0, 1, 2),
    "moves": (0, 1, 2, 3),
    "potions": (rules.HEAL, rules.HURT, rules.HASTE, rules.FORTUNE),
    "scrolls": (rules.ONWARD, rules.HOMEWARD, rules.REVEAL),
}
ROOM = """
    ###########
    #.........#
    #.S{row}#
    #.........#
    #k.l.m....#
    ####D######
    ####G######
    ###########
"""


def drawn(row: str, hidden=PLAIN) -> Level:
    """A room with these seven tiles to the right of the spawn, and keys and the exit further down."""
    lines = ROOM.format(row=row.ljust(7, ".")).split()
    tiles = np.array([[CODE_OF_GLYPH[glyph] for glyph in line] for line in lines])
    return Level(family="dungeon", tiles=tiles, hidden=hidden)


class Playing:
    """One level in the game and, beside it, in a world that only the rules' kernels touch."""

    def __init__(self, levels, config: DungeonConfig) -> None:
        self.n = len(levels)
        self.game, self.config = DungeonGame(self.n, config), config
        self.out = StepBuffers.empty(self.game, labels=True)
        self.game.reset(levels, np.ones(self.n, np.bool_), self.out)
        _, height, width = levels.tiles.shape
        self.board = np.zeros((self.n, height + 2, width + 2), np.uint8)
        self.places = np.zeros((self.n, rules.PLACE_SIZE), np.int32)
        self.rules = np.zeros((self.n, rules.HIDDEN_SIZE), np.uint8)
        self.hero = np.zeros((self.n, 2), np.int32)
        self.status = np.zeros((self.n, rules.STATUS_SIZE), np.int32)
        self.monsters = np.full((self.n, rules.MOST_MONSTERS, rules.MONSTER_SIZE), -1, np.int32)
        self.happened = np.zeros((self.n, rules.HAPPENED_SIZE), np.int32)
        self.right_key = []
        self.notes: list[dict[int, tuple[int, int]]] = [{} for _ in range(self.n)]
        for i in range(self.n):
            begin(i, 1, layout_of(levels), self.game.clock_limit(levels), self.world())
            self.right_key.append(self.key_of_the_exit(i))

    def world(self):
        return World(
            self.board, self.places, self.rules, self.hero, self.status, self.monsters, self.happened
        )

    def step(self, actions) -> list[float]:
        """The rewards that the rules pay."""
        self.game.step(np.array(actions)[:, None, None], self.out)
        running = self.status[:, rules.ENDED] == rules.RUNNING
        return [advance(i, a, 1, self.world()) if running[i] else 0.0 for i, a in enumerate(actions)]

    def tile(self, i: int, row: int, column: int) -> int:
        height, width = self.board.shape[1] - 2, self.board.shape[2] - 2
        inside = 0 <= row < height and 0 <= column < width
        return int(self.board[i, row + 1, column + 1]) if inside else WALL

    def key_of_the_exit(self, i: int) -> int:
        row, column = self.places[i, rules.EXIT_AT : rules.EXIT_AT + 2]
        around = [self.tile(i, row + down, column + right) for down, right in MOVES]
        (door,) = [rules.DOORS.index(tile) for tile in around if tile in rules.DOORS]
        return list(self.rules[i, rules.KEY_OPENS : rules.KEY_OPENS + 3]).index(door)

    def view(self, i: int) -> list[list[int]]:
        reach = range(-(self.config.view // 2), self.config.view // 2 + 1)
        row, column = self.hero[i]
        seen = {(y, x): self.tile(i, row + y, column + x) for y in reach for x in reach}
        for y, x, _, _, kind in self.monsters[i]:
            if kind >= 0 and (y - row, x - column) in seen:
                seen[y - row, x - column] = rules.FIRST_MONSTER + kind
        return [[seen[y, x] for x in reach] for y in reach]

    def place(self, i: int) -> list[int]:
        row, column = self.hero[i] - self.places[i, :2]
        return [(row % 5) * 5 + column % 5, (row % 7) * 7 + column % 7]

    def condition(self, i: int) -> list[int]:
        health, hand, haste, compass = self.status[i, :4]
        return [health, hand, min(3, -(-haste // 5)), compass]

    def touched(self, i: int) -> int:
        thing, _, met = self.happened[i]
        kinds = [k for k in range(3) if met >> k & 1]
        return thing or (rules.FIRST_MONSTER + kinds[0] if kinds else 0)

    def offset(self, i: int, place) -> list[int]:
        return [min(16, max(-16, place[k] - self.hero[i, k])) + 16 for k in range(2)]

    def landmarks(self, i: int) -> list[int]:
        """Keys and exit where they were last in sight; what is looked at and not there is forgotten."""
        notes, reach = self.notes[i], self.config.view // 2
        row, column = self.hero[i]
        for name, (y, x) in list(notes.items()):
            if max(abs(y - row), abs(x - column)) <= reach and name in rules.KEYS:
                del notes[name]
        for y, x in product(range(row - reach, row + reach + 1), range(column - reach, column + reach + 1)):
            if self.tile(i, y, x) in (*rules.KEYS, GOAL):
                notes[self.tile(i, y, x)] = (y, x)
        if self.config.revealed or self.status[i, rules.COMPASS]:
            notes[GOAL] = tuple(self.places[i, rules.EXIT_AT : rules.EXIT_AT + 2])
        return [
            offset
            for name in (*rules.KEYS, GOAL)
            for offset in (self.offset(i, notes[name]) if name in notes else [33, 33])
        ]

    def key_offset(self, i: int) -> list[int]:
        lying = np.argwhere(self.board[i] == rules.KEYS[self.right_key[i]]) - 1
        return self.offset(i, lying[0]) if len(lying) else [33, 33]

    def check(self) -> None:
        obs, labels, everyone = self.out.obs, self.out.labels, range(self.n)
        np.testing.assert_array_equal(obs["view"][:, 0], [self.view(i) for i in everyone])
        np.testing.assert_array_equal(obs["place"][:, 0], [self.place(i) for i in everyone])
        np.testing.assert_array_equal(obs["status"][:, 0], [self.condition(i) for i in everyone])
        np.testing.assert_array_equal(obs["landmarks"][:, 0], [self.landmarks(i) for i in everyone])
        if self.config.revealed:
            np.testing.assert_array_equal(obs["rules"][:, 0], self.rules)
            np.testing.assert_array_equal(obs["key_offset"][:, 0], [self.key_offset(i) for i in everyone])
        for i in everyone:
            assert labels["right_key"][i, 0] == 1 << self.right_key[i]


def playing(level: Level, **config) -> Playing:
    return Playing(Dungeon().pack([level]), DungeonConfig(**config))


def said(level: Level, *actions: int) -> list[tuple[str, ...]]:
    """What the game says after each action."""
    played = playing(level)
    return [(played.step([action]), played.game.events(0))[1] for action in actions]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("config", "parameters"),
    [
        (DungeonConfig(), DungeonParameters()),
        (DungeonConfig(view=11, revealed=True), DungeonParameters(shuffled_moves=True)),
        (DungeonConfig(view=3, steps_per_tile=0.2), DungeonParameters()),
    ],
)
def test_the_game_keeps_the_contract_of_games(config, parameters):
    levels = generate_arrays(Dungeon(parameters), range(8), "any")
    check_game(lambda n: DungeonGame(n, config), levels=levels, steps=120)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**40),
    view=st.sampled_from([3, 7, 11]),
    revealed=st.booleans(),
    far=st.booleans(),
    shuffled=st.booleans(),
)
def test_what_the_agent_sees_is_what_its_twin_says(seed, view, revealed, far, shuffled):
    family = Dungeon(DungeonParameters(shuffled_moves=shuffled))
    levels = generate_arrays(family.far() if far else family, [seed, seed + 1], "any")
    played = Playing(levels, DungeonConfig(view=view, revealed=revealed))
    assert played.out.obs["touched"].max() == 0
    played.check()
    for actions in np.random.default_rng(seed).integers(0, 4, (50, 2)).tolist():
        running = played.out.alive[:, 0].copy()
        rewards = played.step(actions)
        played.check()
        np.testing.assert_array_equal(played.out.reward[:, 0], np.float32(rewards))
        for i in np.flatnonzero(running):
            assert played.out.obs["touched"][i, 0, 0] == played.touched(i)
        np.testing.assert_array_equal(
            played.out.success[:, 0], played.status[:, rules.ENDED] == rules.ESCAPED
        )


def test_who_follows_the_labels_walks_the_shortest_way_through_key_and_exit():
    levels = generate_arrays(
        Dungeon(DungeonParameters(shuffled_moves=True, monsters=(0, 0))), range(64), "any"
    )
    played = Playing(levels, DungeonConfig())
    arrived = np.zeros(64, np.int32)
    for step in range(1, int(levels.par_steps.max()) + 1):
        nearer = played.out.labels["nearer"][:, 0].astype(int)
        assert (nearer[played.out.alive[:, 0]] > 0).all()
        played.step([int(bits & -bits).bit_length() - 1 if bits else 0 for bits in nearer])
        arrived[(arrived == 0) & played.out.success[:, 0]] = step
    np.testing.assert_array_equal(arrived, levels.par_steps)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**40))
def test_after_any_play_the_labels_still_lead_out(seed):
    levels = generate_arrays(Dungeon(DungeonParameters(monsters=(0, 0), traps=(0, 0))), [seed], "any")
    played = Playing(levels, DungeonConfig(steps_per_tile=5))
    for action in np.random.default_rng(seed).integers(0, 4, 60).tolist():
        played.step([action])
    for _ in range(200):
        if not played.out.alive[0, 0]:
            break
        bits = int(played.out.labels["nearer"][0, 0])
        assert bits
        played.step([(bits & -bits).bit_length() - 1])
    assert not played.out.alive[0, 0]


def test_a_key_that_was_put_down_is_where_the_revealed_agent_is_sent():
    played = playing(drawn(""), revealed=True)
    for action in (LEFT, DOWN, DOWN):  # to the bronze key, which fits
        played.step([action])
    assert played.out.obs["key_offset"][0, 0].tolist() == [33, 33]
    for action in (RIGHT, RIGHT):  # to the silver key, where it is put down
        played.step([action])
    assert played.out.obs["status"][0, 0, 1] == 2
    assert played.out.obs["key_offset"][0, 0].tolist() == [16, 16]
    played.step([RIGHT])
    assert played.out.obs["key_offset"][0, 0].tolist() == [16, 15]
    assert played.out.labels["nearer"][0, 0] == 1 << LEFT
    played.step([LEFT])
    assert played.game.events(0) == ("took the bronze key", "put down the silver key")


def test_nothing_but_the_view_tells_the_rules_unless_they_are_revealed():
    other = PLAIN | {"potions": PLAIN["potions"][::-1], "scrolls": PLAIN["scrolls"][::-1], "keys": (2, 1, 0)}
    for revealed in (False, True):
        shown = [playing(drawn("abcduvw", h), revealed=revealed).out.obs for h in (PLAIN, other)]
        same = all(np.array_equal(shown[0][name], shown[1][name]) for name in shown[0])
        assert same == (not revealed)


@pytest.mark.parametrize("potion", [".", "c"])
def test_an_episode_is_cut_off_after_twice_the_limit_of_the_clock_haste_or_not(potion):
    played = playing(drawn(potion))
    most = 2 * int(played.status[0, rules.LIMIT])
    for action in [RIGHT, *[UP] * (most - 1)]:
        assert played.out.alive[0, 0]
        played.step([action])
    assert played.out.truncated[0, 0] and not played.out.terminated[0, 0] and not played.out.success[0, 0]
    assert played.game.scene(0).step == played.game.scene(0).limit == most


def test_the_clock_is_told_and_stands_still_in_haste():
    played = playing(drawn("c"))
    limit = int(played.status[0, rules.LIMIT])
    for _ in range(5):
        played.step([RIGHT])
    assert played.game.scene(0).status.startswith(f"health 3 of 3, clock 1 of {limit}, haste ")


# Words


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("$", ("took gold",)),
        ("*", ("opened a chest: treasure",)),
        ("^", ("stepped into a trap: hurt",)),
        ("a", ("drank red: nothing to heal",)),
        ("b", ("drank blue: hurt",)),
        ("c", ("drank green: the clock stands still",)),
        ("d", ("drank violet: fortune",)),
        ("u", ("read the white scroll: onward to the exit's door",)),
        ("v", ("read the yellow scroll: back to the start",)),
        ("w", ("read the grey scroll: the compass shows the exit",)),
        (".", ()),
    ],
)
def test_a_thing_is_told_with_what_it_did(row, words):
    assert said(drawn(row), RIGHT) == [words]


def test_a_potion_heals_who_was_hurt():
    assert said(drawn("ba"), RIGHT, RIGHT) == [("drank blue: hurt",), ("drank red: healed",)]


def test_keys_and_doors_are_told():
    way = (RIGHT, RIGHT, DOWN, DOWN, DOWN)
    assert said(drawn(""), *way)[-1] == ("the bronze door is locked",)
    with_silver = said(drawn(""), RIGHT, DOWN, DOWN, RIGHT, DOWN)
    assert with_silver[-3:] == [
        ("took the silver key",),
        (),
        ("the silver key does not fit the bronze door",),
    ]
    with_bronze = said(drawn(""), LEFT, DOWN, DOWN, UP, RIGHT, RIGHT, RIGHT, DOWN, DOWN, DOWN)
    assert with_bronze[2] == ("took the bronze key",)
    assert with_bronze[-2:] == [("the bronze key opens the bronze door",), ("reached the exit",)]


def test_a_key_that_is_put_down_is_told():
    assert said(drawn(""), LEFT, DOWN, DOWN, RIGHT, RIGHT)[-1] == (
        "took the silver key",
        "put down the bronze key",
    )


@pytest.mark.parametrize(("glyph", "words"), [("x", "the bat bites"), ("y", "the spider is harmless")])
def test_monsters_are_told(glyph, words):
    told = said(drawn("." + glyph), *[RIGHT] * 7)  # it walks ahead, turns round and comes back
    assert sum(told, ()) == (words,)


def test_the_end_is_told():
    assert said(drawn("bbb"), RIGHT, RIGHT, RIGHT)[-1] == ("drank blue: hurt", "died")
    assert said(drawn(""), *[UP] * 60)[-1] == ("out of time",)


def test_every_outcome_has_words_of_its_own():
    outcomes = range(rules.NOTHING + 1, rules.LEFT + 1)
    assert sorted(words.SENTENCES) == list(outcomes)
    told = {
        words.events((tile, outcome, 0), 1, (0, 0, 0), None, rules.RUNNING)
        for outcome, tile in product(outcomes, words.THINGS)
    }
    assert all(len(said) == 1 and said[0] for said in told)


def test_every_thing_has_a_name_of_its_own():
    assert len(set(words.THINGS.values())) == len(words.THINGS)


def test_the_status_says_what_the_hero_has():
    played = playing(drawn("bcw"))
    for action in (RIGHT, RIGHT, RIGHT, LEFT):
        played.step([action])
    assert played.game.scene(0).status == "health 2 of 3, clock 2 of 22, haste 8, compass"


# Scenes


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**40), view=st.sampled_from([3, 7, 11]))
def test_a_scene_shows_the_level_and_what_the_agent_sees_of_it(seed, view):
    levels = generate_arrays(Dungeon(), [seed], "any")
    game, out = DungeonGame(1, DungeonConfig(view=view)), None
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(1, np.bool_), out)
    assert np.array_equal(game.scene(0).tiles, Dungeon().unpack(levels, 0).tiles)
    for action in np.random.default_rng(seed).integers(0, 4, (30, 1, 1, 1)):
        game.step(action, out)
        scene = game.scene(0)
        assert np.array_equal(scene.view, out.obs["view"][0, 0])
        top, left, bottom, right = scene.seen
        assert scene.view.shape == (bottom - top, right - left)
