"""The game `xland`: its contract, layouts, what it shows, what it saves, its words."""

import numpy as np
import pytest

from gamemeta.errors import ConfigError, LevelError
from gamemeta.games.builtin.xland.game import XLandConfig, XLandGame
from gamemeta.games.builtin.xland.words import events, glyph
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.family import XLand, XLandParameters
from gamemeta_levels.families.xland.rule_kernels import PICK_UP, PUT_DOWN
from gamemeta_levels.family import generate_arrays

N = 20
BALL, KEY, GOAL_TILE = (shape * e.COLOURS + 1 for shape in (e.BALL, e.KEY, e.GOAL))


@pytest.fixture(scope="module")
def levels():
    arrays = generate_arrays(XLand(XLandParameters(rooms=4, side=11)), range(N), "test")
    arrays.chance[:] = np.arange(N)
    return arrays


def begun(levels, **settings):
    game = XLandGame(len(levels), XLandConfig(**settings))
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(len(levels), bool), out)
    return game, out


def test_it_keeps_its_contract_with_all_that_it_can_show():
    everything = {"revealed": True, "show_held": True, "show_taken": True, "show_front": True}
    check_game(lambda n: XLandGame(n, XLandConfig(**everything, steps_per_tile=1.0)), seeds=8)


def test_it_keeps_its_contract_where_layouts_are_kept():
    check_game(lambda n: XLandGame(n, XLandConfig(layout="kept", steps_per_tile=0.5)), seeds=4, steps=60)


def test_a_plan_pays_what_par_says_where_layouts_are_kept(levels):
    game, out = begun(levels, layout="kept")
    family, par = XLand(), game.par(levels)
    for i in range(N):
        if par[i] == 0.0:
            continue
        one, out = begun(levels.take(slice(i, i + 1)), layout="kept")
        for action in family.solve(family.unpack(levels, i)):
            assert not out.terminated[0, 0]
            one.step(np.full((1, 1, 1), action), out)
        assert out.terminated[0, 0]
        assert out.success[0, 0]
        assert out.reward[0, 0] == pytest.approx(par[i])
        assert one.events(0)[-1] == "reached the goal"
    assert (par > 0).mean() >= 0.8


def test_who_follows_the_labels_reaches_the_goal_in_about_the_steps_of_a_plan():
    levels = generate_arrays(XLand(XLandParameters()), range(60), "test")
    game = XLandGame(60, XLandConfig(layout="kept"))
    out, returns = StepBuffers.empty(game, labels=True), np.zeros(60)
    game.reset(levels, np.ones(60, bool), out)
    for _ in range(80):
        bits = out.labels["planned"][:, 0]
        assert (bits > 0).all()
        right = (bits[:, None] >> np.arange(6)) & 1
        game.step(right.argmax(1)[:, None, None], out)
        returns += out.reward[:, 0]
    par = game.par(levels)
    assert par.mean() >= 0.85
    assert returns.mean() >= 0.97 * par.mean()


def test_a_label_says_what_part_the_tile_in_front_has(levels):
    game = XLandGame(N, XLandConfig(label="part", revealed=True, steps_per_tile=0.5))
    out, rng, told = StepBuffers.empty(game, labels=True), np.random.default_rng(0), set()
    game.reset(levels, np.ones(N, bool), out)
    for _ in range(60):
        game.step(rng.choice([0, 0, 1, 2, 3, 4], (N, 1, 1)), out)
        role = out.obs["roles"][:, 0, -2, 2]
        wanted = np.where(out.alive[:, 0], 1 << np.minimum(role, 3), 15)
        np.testing.assert_array_equal(out.labels["part"][:, 0], wanted)
        told |= set(wanted.tolist())
    assert told == {1, 2, 4, 8, 15}
    with pytest.raises(ConfigError, match="give planned or part"):
        XLandConfig(label="goal")


def test_layouts_are_drawn_anew_or_kept(levels):
    other = levels.take(slice(None))
    other.chance[:] += 1000
    for layout, same in (("anew", False), ("kept", True)):
        boards = [begun(some, layout=layout)[0].save(3) for some in (levels, other)]
        assert (boards[0] == boards[1]) is same


def test_every_thing_lies_on_the_board_and_every_room_has_doors(levels):
    game, _ = begun(levels)
    for i in range(N):
        board = game._worlds.grid(i)
        things = levels.more["things"][i]
        shapes = board // e.COLOURS
        assert sorted(board[np.isin(shapes, e.INPUTS)]) == sorted(things[things > 0])
        assert (shapes == e.CLOSED).sum() == 4


def test_roles_say_which_part_each_tile_in_view_has(levels):
    _, out = begun(levels, revealed=True, show_front=True, view=15)
    for i in range(N):
        goal, rules = levels.more["goal"][i], levels.more["rules"][i]
        wanted = {}
        for k in reversed(range(int((rules[:, 0] > 0).sum()))):
            wanted |= {int(rules[k, 2]): 4 + 2 * k, int(rules[k, 1]): 3 + 2 * k}
        wanted |= {int(goal[2]): 2, int(goal[1]): 1}
        wanted.pop(0, None)
        view = out.obs["view"][i, 0].astype(int)
        codes = view[..., 0] * e.COLOURS + view[..., 1]
        assert out.obs["front"][i, 0, 0] == codes[13, 7]
        assert out.obs["roles"][i, 0].tolist() == [[wanted.get(c, 0) for c in row] for row in codes]
        assert out.obs["kinds"][i, 0].tolist() == [goal[0], *rules[:, 0]]


def test_what_is_shown_as_taken_follows_from_what_was_seen_and_done(levels):
    """A twin that sees views and actions alone: a thing in front that is picked up with empty hands is taken,
    until it is put down on floor."""
    game, out = begun(levels, show_taken=True, show_held=True)
    taken, told = np.zeros(N, int), 0
    draw = np.random.default_rng(5)
    for _ in range(400):
        ahead = out.obs["view"][:, 0, 3, 2].astype(int) @ [e.COLOURS, 1]
        actions = draw.choice(6, p=[0.4, 0.1, 0.1, 0.2, 0.2, 0.0], size=(N, 1, 1))
        game.step(actions, out)
        for i in range(N):
            if actions[i] == PICK_UP and not taken[i] and ahead[i] // e.COLOURS in e.OBJECTS:
                taken[i] = ahead[i]
            elif actions[i] == PUT_DOWN and ahead[i] == e.FLOOR_TILE:
                taken[i] = 0
        running = out.alive[:, 0]
        shown = out.obs["taken"][:, 0].astype(int) @ [e.COLOURS, 1]
        held = out.obs["held"][:, 0].astype(int) @ [e.COLOURS, 1]
        assert (shown == taken)[running].all()
        assert ((held > 0) == (taken > 0))[running].all()
        told += int((shown > 0)[running].sum())
    assert told > 100


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda data: data[:50], "at least"),
        (lambda data: data[:-1], "length"),
        (lambda data: data[:-1] + bytes([e.FLOOR_TILE]), "a wall"),
        (lambda data: b"\xff\xff" + data[2:], "the clock"),
        (lambda data: data[:16] + bytes(4) + data[20:], "the agent"),
        (lambda data: data[:32] + b"\x03" + data[33:], "what was taken"),
        (lambda data: data[:44] + b"\x09" + data[45:], "an aim"),
        (lambda data: data[:60] + b"\x02" + data[61:], "2 is no kind of goal"),
    ],
)
def test_bytes_that_are_no_saved_game_are_refused(levels, change, why):
    game, _ = begun(levels)
    saved = game.save(0)
    with pytest.raises(LevelError, match=why):
        game.load(0, change(saved))
    assert game.save(0) == saved


def test_levels_whose_rules_would_change_walls_are_refused(levels):
    wrong = levels.take(slice(None))
    wrong.more["rules"][2, 0] = e.RULE_NEAR, e.WALL_TILE, 0, BALL
    with pytest.raises(LevelError, match="level 2"):
        begun(wrong)


def test_the_scene_shows_the_board_and_what_its_letters_mean(levels):
    game, _ = begun(levels)
    board = game._worlds.grid(0)
    lines = game.scene(0).text.splitlines()
    thing = int(levels.more["things"][0, 0])
    row, column = np.argwhere(board == thing)[0]
    assert lines[row][3 * column :].strip().startswith(glyph(thing))
    assert any("holds nothing" in line for line in lines)


def test_events_say_what_a_step_changed():
    floor, wall = e.FLOOR_TILE, e.WALL_TILE

    def told(was, now, held=(0, 0), reached=False):
        return events(np.array([was], np.uint8), np.array([now], np.uint8), held=held, reached=reached)

    assert told([wall, BALL], [wall, floor], (0, BALL)) == ("took a red ball",)
    assert told([BALL], [floor], (0, KEY)) == ("took a red ball", "it turned into a red key")
    assert told([floor, KEY], [BALL, KEY], (BALL, 0), True) == ("put down a red ball", "reached the goal")
    assert told([KEY], [GOAL_TILE]) == ("a red key turned into a red goal tile",)
    assert told([e.CLOSED * e.COLOURS + 1], [e.OPEN * e.COLOURS + 1]) == ("opened a door",)
