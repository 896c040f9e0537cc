"""The game `duel` beside its plain twin: walks, shots, traps, scripted players, what seats see, results."""

from itertools import pairwise

import numpy as np
import pytest

from gamemeta.errors import SpecError
from gamemeta.games.builtin.arena.offset_kernels import REACH
from gamemeta.games.builtin.duel import rules as r
from gamemeta.games.builtin.duel.game import DuelConfig, DuelGame
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.arena.family import Arena, ArenaParameters
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.tiles import HAZARD, MOVES, PLAYER_1
from tests.helpers.arenas import begun, places, with_style
from tests.helpers.duel_twin import DuelTwin

MIXED = ArenaParameters(
    height=(7, 11),
    width=(7, 13),
    walls=(0, 6),
    cover=(0, 4),
    ammunition=(0, 3),
    spawn_distance=(1, 6),
    skill=(0.3, 1.0),
)
SETTINGS = [
    {},
    {"fresh_maps": False, "limit": 12, "view": 11},
    {"others": "outside"},
    {"others": "outside", "fresh_maps": False},
]
LEVEL = """
    ####1####
    #.......#
    #S.....S#
    #.......#
    4...G...3
    #.......#
    #S.....S#
    #.......#
    ####2####
"""
STAY, SHOOT, TRAP = [r.STAY, 0], [r.SHOOT, 0], [r.TRAP, 0]


def twin_of(game, levels, i, scripted):
    """The twin of a match that has just begun, on the map that it is played on."""
    tiles = np.where(game._worlds.inner("board", i)[0] == r.BLOCKED, 0, 1)
    tiles[game._worlds.inner("board", i)[0] == r.IN_COVER] = 27
    tiles[game._worlds.inner("board", i)[0] == r.PICK_UP] = 28
    gear = game._worlds.state["gear"][i]
    return DuelTwin(
        tiles,
        places(game, i),
        [int(gear[r.FACING]), int(gear[r.GEAR + r.FACING])],
        levels.more["others"][i],
        levels.chance[i],
        limit=game.config.limit,
        scripted=scripted,
    )


def match(style=(500,) * 8, skill=1000, text=LEVEL, first=(6, 1), second=(2, 7), looks=(3, 2), **settings):
    """A match on a drawn map, with both players put somewhere."""
    game = DuelGame(1, DuelConfig(fresh_maps=False, **settings))
    out = begun(game, with_style(text, style, skill))
    x = game._worlds.state
    x["at"][0] = (*first, *second)
    x["gear"][0, [r.FACING, r.GEAR + r.FACING]] = looks
    return game, out


def played(game, out, *actions):
    """Play these actions, one a step: [action, aim] of the first seat, or of both."""
    for action in actions:
        game.step(np.array(action).reshape(1, game.seats, 2), out)
    return out


@pytest.mark.parametrize("settings", [*SETTINGS, {"revealed": True, "view": 9}])
def test_it_keeps_its_contract(settings):
    check_game(lambda n: DuelGame(n, DuelConfig(**settings)), seeds=6, steps=44)


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("split", ["any", "far"])
def test_it_plays_as_its_plain_twin(settings, split):
    config, n = DuelConfig(**settings), 30
    game, scripted = DuelGame(n, config), config.others == "scripted"
    levels = generate_arrays(Arena(MIXED), range(n), split)
    out = begun(game, levels)
    twins = [twin_of(game, levels, i, scripted) for i in range(n)]
    rng = np.random.default_rng(1)
    for t in range(config.limit + 1):
        actions = np.stack([rng.integers(0, 7, (n, game.seats)), rng.integers(0, 3, (n, game.seats))], -1)
        actions[::2, :, 0] = np.where(rng.random((n // 2, game.seats)) < 0.5, r.SHOOT, actions[::2, :, 0])
        for i, twin in enumerate(twins):
            check_seen(out, i, twin)
            if scripted and twin.end is None:
                assert out.labels["good"][i, 0] == sum(1 << k for k in good_actions(twin)), (t, i)
        game.step(actions, out)
        for i, twin in enumerate(twins):
            assert out.reward[i].tolist() == twin.step(actions[i].tolist()), (t, i)
            assert places(game, i) == [player.place for player in twin.players], (t, i)
            assert out.terminated[i].all() == twin.over
    ends = {twin.end for twin in twins}
    assert out.terminated.all() and not out.truncated.any()
    assert ends == {"first", "second", "draw"} if scripted else len(ends) > 1


def check_seen(out, i, twin):
    """What the first seat sees of this match."""
    me, other = twin.players
    seen = {name: array[i, 0] for name, array in out.obs.items()}
    assert (seen["other"].astype(int) - 16).tolist() == list(twin.away(0))
    assert seen["status"].tolist() == [me.shots, me.traps, me.facing, other.facing, other.shots]
    assert seen["in_line"][0] == twin.aims(0) + 2 * twin.aims(1) + 4 * (twin.flights[1] is not None)
    assert (seen["did"][0], seen["landed"][0]) == (twin.did[1][0], twin.landed[1])
    assert seen["outcome"][0] == {None: 0, "first": 1, "second": 2, "draw": 3}[twin.end]
    view, reach = seen["view"], len(seen["view"]) // 2
    for (row, column), code in np.ndenumerate(view):
        here = (me.place[0] + row - reach, me.place[1] + column - reach)
        assert code == kind_of(twin, here), (here, code)


def good_actions(twin):
    """What the first player would do if it saw where shots go."""
    me, shot = twin.players[0], twin.flights[1]
    if shot:
        now, safe = me.place, []
        for move, (down, right) in enumerate([*MOVES, (0, 0)]):
            there = (now[0] + down, now[1] + right)
            me.place = there if there in twin.free else now
            safe += [] if twin.hit(shot, me) else [move]
        me.place = now
        return safe or [r.STAY]
    return [r.SHOOT] if twin.aims(0) else [twin.walk(0)]


def kind_of(twin, here):
    if here == twin.players[1].place:
        return r.OTHER
    if here == twin.players[0].trap:
        return r.TRAP_SEEN
    if here not in twin.free:
        return r.BLOCKED
    return r.IN_COVER if here in twin.cover else r.PICK_UP if here in twin.pick_ups else r.OPEN


def test_both_seats_see_the_same_match_from_their_own_side():
    n = 20
    game = DuelGame(n, DuelConfig(others="outside"))
    out = begun(game, generate_arrays(Arena(MIXED), range(n), "any"))
    rng = np.random.default_rng(0)
    for _ in range(game.config.limit):
        game.step(np.stack([rng.integers(0, 7, (n, 2)), rng.integers(0, 3, (n, 2))], -1), out)
        one, two = out.obs["status"][:, 0], out.obs["status"][:, 1]
        assert (one[:, [0, 2]] == two[:, [4, 3]]).all() and (two[:, [0, 2]] == one[:, [4, 3]]).all()
        assert (out.obs["other"].astype(int).sum(1) == 32).all()
        swapped = np.array([0, 2, 1, 3])
        assert (out.obs["outcome"][:, 0] == swapped[out.obs["outcome"][:, 1]]).all()
        assert (out.obs["in_line"][:, 0] % 4 == swapped[out.obs["in_line"][:, 1] % 4]).all()
    assert (out.reward.sum(1) <= 1).all()


def test_a_shot_ahead_wins_a_match_that_is_shown_for_a_step():
    game, out = match(others="outside", second=(6, 6))
    played(game, out, [SHOOT, STAY])
    assert (out.obs["in_line"].ravel() & r.IT_SHOT).tolist() == [0, r.IT_SHOT]
    assert not out.obs["outcome"].any()
    played(game, out, [STAY, STAY])
    assert not out.terminated.any() and out.obs["outcome"].ravel().tolist() == [1, 2]
    played(game, out, [STAY, STAY])
    assert (
        out.terminated.all() and out.reward[0].tolist() == [1, 0] and out.success[0].tolist() == [True, False]
    )


def test_two_shots_at_once_are_a_draw():
    game, out = match(others="outside", second=(6, 6))
    played(game, out, [SHOOT, SHOOT], [STAY, STAY], [STAY, STAY])
    assert out.reward[0].tolist() == [0.5, 0.5] and not out.success.any()


def test_time_that_runs_out_is_a_draw():
    game, out = match(others="outside", limit=4)
    played(game, out, *[[STAY, STAY]] * 4)
    assert out.terminated.all() and out.reward[0].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(("aim", "move"), [(r.AHEAD, r.STAY), (r.TO_LEFT, r.UP), (r.TO_RIGHT, r.DOWN)])
@pytest.mark.parametrize("other", [r.STAY, r.UP, r.DOWN])
def test_a_shot_hits_who_steps_where_it_was_aimed(aim, move, other):
    game, out = match(others="outside", first=(4, 1), second=(4, 6))
    played(game, out, [[r.SHOOT, aim], STAY], [STAY, [other, 0]])
    assert out.obs["landed"].ravel().tolist() == [0, 1 + aim]
    assert (out.obs["outcome"][0, 0, 0] == 1) == (move == other)


def test_an_empty_gun_does_not_shoot():
    game, out = match(others="outside", second=(2, 7))
    played(game, out, [SHOOT, STAY], [STAY, STAY])
    game._worlds.state["at"][0, 2:] = (6, 6)
    played(game, out, [SHOOT, STAY], [STAY, STAY])
    assert (out.obs["outcome"] == 0).all()


def test_walls_stop_shots_and_cover_hides_from_afar():
    wall = LEVEL.replace("#S.....S#", "#S..#..S#")
    for text, hit in ((LEVEL, True), (wall, False), (LEVEL.replace("#S.....S#", "#S....%S#"), False)):
        game, out = match(others="outside", text=text, first=(6, 1), second=(6, 6))
        played(game, out, [SHOOT, STAY], [STAY, STAY])
        assert (out.obs["outcome"][0, 0, 0] == 1) == hit
    game, out = match(
        others="outside", text=LEVEL.replace("#S.....S#", "#S....%S#"), first=(6, 4), second=(6, 6)
    )
    assert played(game, out, [SHOOT, STAY], [STAY, STAY]).obs["outcome"][0, 0, 0] == 1


def test_a_trap_catches_who_comes_upon_it_and_only_its_owner_sees_it():
    game, out = match(others="outside", first=(6, 5), second=(6, 7), view=7)
    played(game, out, [TRAP, STAY])
    played(game, out, [[r.UP, 0], [r.LEFT, 0]])
    assert (out.obs["view"][0, 0] == r.TRAP_SEEN).sum() == 1
    assert (out.obs["view"][0, 1] == r.TRAP_SEEN).sum() == 0
    played(game, out, [STAY, [r.LEFT, 0]])
    assert out.obs["outcome"].ravel().tolist() == [1, 2]


def test_nobody_walks_into_or_through_the_other():
    game, out = match(others="outside", first=(6, 4), second=(6, 5), looks=(0, 0))
    played(game, out, [[r.RIGHT, 0], [r.LEFT, 0]])
    assert places(game, 0) == [(6, 4), (6, 5)]
    played(game, out, [[r.RIGHT, 0], STAY])
    assert places(game, 0) == [(6, 4), (6, 5)]
    played(game, out, [[r.RIGHT, 0], [r.RIGHT, 0]])
    assert places(game, 0) == [(6, 5), (6, 6)]


def test_a_pick_up_holds_a_shot():
    text = LEVEL.replace("#S.....S#", "#S!....S#", 1).replace("#S.....S#", "#S....!S#")
    game, out = match(others="outside", text=text, first=(2, 1), second=(6, 7))
    played(game, out, [[r.RIGHT, 0], STAY])
    assert out.obs["status"][0, :, 0].tolist() == [2, 1]


@pytest.mark.parametrize("favourite", range(3))
def test_scripted_players_shoot_where_their_style_says(favourite):
    style = [0] * 8
    style[favourite] = style[6] = 999
    game, out = match(style=style, first=(4, 1), second=(4, 6))
    played(game, out, STAY, STAY)
    assert out.obs["landed"][0, 0, 0] == 1 + favourite


@pytest.mark.parametrize(("favourite", "goes"), [(0, r.STAY), (1, r.DOWN), (2, r.UP)])
def test_scripted_players_step_aside_as_their_style_says(favourite, goes):
    style = [0] * 8
    style[3 + favourite] = 999
    game, out = match(style=style, first=(4, 1), second=(4, 6), looks=(3, 0))
    played(game, out, SHOOT, STAY)
    assert out.obs["did"][0, 0, 0] == goes


def win_rate(n, aim_of, **ranges):
    """Of a player who walks up to the other and shoots when it can: aim_of(styles [n, 8]) are its aims."""
    levels = generate_arrays(Arena(ArenaParameters(**ranges)), range(n), "any")
    game, returns = DuelGame(n), np.zeros(n)
    out, aim = begun(game, levels), aim_of(levels.more["others"][:, :8])
    while not out.terminated.all():
        away = out.obs["other"][:, 0].astype(int) - REACH
        rows, columns = away.T
        down, right = np.where(rows > 0, r.DOWN, r.UP), np.where(columns > 0, r.RIGHT, r.LEFT)
        walk = np.where(abs(rows) >= abs(columns), down, right)
        action = np.where(out.obs["in_line"][:, 0, 0] & r.I_AIM > 0, r.SHOOT, walk)
        game.step(np.stack([action, aim], -1)[:, None], out)
        returns += out.reward[:, 0]
    return returns.mean()


def blindly(styles):
    return np.arange(len(styles)) % r.AIMS


def test_who_knows_the_style_of_the_other_beats_it():
    def knowing(styles):
        its_left_is_my_right = np.array([r.AHEAD, r.TO_RIGHT, r.TO_LEFT])
        return its_left_is_my_right[styles[:, 3:6].argmax(1)]

    assert win_rate(400, knowing, skill=(1, 1)) > win_rate(400, blindly, skill=(1, 1)) + 0.2


def test_who_does_what_the_labels_say_beats_the_other():
    n = 300
    levels = generate_arrays(Arena(), range(n), "any")
    game, returns = DuelGame(n), np.zeros(n)
    out = begun(game, levels)
    aim = np.array([r.AHEAD, r.TO_RIGHT, r.TO_LEFT])[levels.more["others"][:, 3:6].argmax(1)]
    while not out.terminated.all():
        good = out.labels["good"][:, 0]
        action = [next((k for k in range(r.ACTIONS) if bits >> k & 1), r.STAY) for bits in good.tolist()]
        game.step(np.stack([action, aim], -1)[:, None], out)
        returns += out.reward[:, 0]
    assert returns.mean() > 0.7


def test_a_more_skilled_player_is_harder_to_beat():
    rates = [win_rate(800, blindly, skill=(skill, skill)) for skill in (0.0, 0.3, 0.8)]
    assert all(more > less + 0.02 for more, less in pairwise(rates)), rates


def test_labels_tell_what_the_other_likes_best():
    _, out = match(style=[1, 2, 3, 6, 5, 4, 0, 0])
    assert out.labels["shoots"][0, 0] == 4 and out.labels["escapes"][0, 0] == 1
    _, out = match(others="outside")
    assert (out.labels["shoots"] == 0).all() and (out.labels["escapes"] == 0).all()


def test_its_words_tell_what_happened():
    game, out = match(others="outside", second=(6, 6))
    said = []
    for actions in ([TRAP, STAY], [[r.SHOOT, r.TO_LEFT], SHOOT], [STAY, STAY], [STAY, STAY]):
        said += played(game, out, actions) and game.events(0)
    assert said == [
        "the first player lays a trap",
        "the first player shoots",
        "the second player shoots",
        "the shot of the first player lands to the left",
        "the shot of the second player lands ahead",
        "the first player is out",
        "the second player wins",
    ]
    assert game.scene(0).status == (
        "step 4 of 40, no shots, no trap, looks right; the other: no shots, looks left"
    )


def test_a_scene_shows_the_other_and_ones_own_trap():
    game, out = match(others="outside", first=(6, 2), second=(6, 4))
    played(game, out, [TRAP, STAY], [[r.UP, 0], STAY])
    scene = game.scene(0)
    assert scene.agent == (5, 2)
    assert scene.tiles[6, 2] == HAZARD and scene.tiles[6, 4] == PLAYER_1
    assert scene.view.shape == (5, 5)


def test_actions_and_aims_that_do_not_exist_are_refused():
    game = DuelGame(1)
    out = begun(game, generate_arrays(Arena(), [0], "any"))
    for action in ([7, 0], [0, 3], [-1, 0]):
        with pytest.raises(SpecError, match=r"is not in 0\.\.6 and 0\.\.2"):
            game.step(np.array([[action]]), out)


def test_a_saved_match_goes_on_as_it_would_have():
    n, rng = 30, np.random.default_rng(0)
    game, again = DuelGame(n), DuelGame(n)
    out = begun(game, generate_arrays(Arena(MIXED), range(n), "any"))
    actions = np.stack([rng.integers(0, 7, (20, n, 1)), rng.integers(0, 3, (20, n, 1))], -1)
    for action in actions[:5]:
        game.step(action, out)
    for i in range(n):
        again.load(i, game.save(i))
    other = StepBuffers.empty(again)
    for action in actions[5:]:
        game.step(action, out)
        again.step(action, other)
        assert all(np.array_equal(out.obs[name], other.obs[name]) for name in out.obs)
