"""The games `darkroom` and `keydoor` beside plain twins: moves, rewards, ends, par and labels."""

import numpy as np
import pytest

from gamemeta.calibration import darkroom, keydoor
from gamemeta.errors import LevelError, SpecError
from gamemeta.games.builtin.darkroom.game import DarkRoomConfig, DarkRoomGame
from gamemeta.games.builtin.keydoor.game import KeyDoorConfig, KeyDoorGame
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta_levels.families.darkroom.family import DarkRoom
from gamemeta_levels.families.keydoor.family import KeyDoor
from gamemeta_levels.family import generate_arrays
from gamemeta_levels.tiles import DOOR, GOAL, KEY
from tests.helpers.chance import played

N = 30
MOVES = [(0, 0), (-1, 0), (0, 1), (1, 0), (0, -1)]


def moved(here, action):
    return tuple(min(max(a + b, 0), 8) for a, b in zip(here, MOVES[action], strict=True))


@pytest.fixture(scope="module")
def rooms():
    return generate_arrays(DarkRoom(), range(N), "test")


@pytest.fixture(scope="module")
def pairs():
    return generate_arrays(KeyDoor(), range(N), "test")


def test_they_keep_their_contracts_when_revealed():
    check_game(lambda n: DarkRoomGame(n, DarkRoomConfig(revealed=True, show_next=True)), steps=45)
    check_game(lambda n: KeyDoorGame(n, KeyDoorConfig(revealed=True, show_next=True)), steps=55)


def test_the_dark_room_moves_and_pays_as_its_plain_twin(rooms):
    family, rng = DarkRoom(), np.random.default_rng(0)
    plans = np.array([family.solve(family.unpack(rooms, i)) for i in range(N)]).T
    actions = np.where(rng.random((20, N)) < 0.8, plans, rng.integers(0, 5, (20, N)))
    record = played(DarkRoomGame(N), rooms, actions)
    assert record["reward"].sum() > N
    for i, goal in enumerate(darkroom.instances(rooms)):
        here = (4, 4)
        for t in range(20):
            assert divmod(int(record["cell"][t, i]), 9) == here
            here = moved(here, actions[t, i])
            assert record["reward"][t, i] == (here == divmod(int(goal), 9))
        assert record["success"][-1, i] == (here == divmod(int(goal), 9))
    assert record["terminated"].tolist() == [[False] * N] * 19 + [[True] * N]


@pytest.mark.parametrize(
    ("game", "family"),
    [
        (DarkRoomGame(N, DarkRoomConfig(show_next=True)), DarkRoom()),
        (KeyDoorGame(N, KeyDoorConfig(show_next=True)), KeyDoor()),
    ],
    ids=["darkroom", "keydoor"],
)
def test_what_actions_lead_to_is_shown(game, family):
    out, rng = StepBuffers.empty(game), np.random.default_rng(2)
    game.reset(generate_arrays(family, range(N), "test"), np.ones(N, bool), out)
    for _ in range(20):
        for cell, following in zip(out.obs["cell"][:, 0, 0], out.obs["next"][:, 0], strict=True):
            ways = [moved(divmod(int(cell), 9), action) for action in range(5)]
            assert [divmod(int(one), 9) for one in following] == ways
        game.step(rng.integers(0, 5, (N, 1, 1)), out)


def test_key_and_door_pay_once_each_and_in_this_order(pairs):
    family, rng = KeyDoor(), np.random.default_rng(1)
    game, out = KeyDoorGame(N), StepBuffers.empty(KeyDoorGame(N))
    game.reset(pairs, np.ones(N, bool), out)
    plans = [family.solve(family.unpack(pairs, i)) for i in range(N)]
    here, has_key, over = [(4, 4)] * N, [False] * N, [False] * N
    total, at = np.zeros(N), [0] * N
    for t in range(50):
        strays = rng.random(N) < 0.1
        actions = np.zeros((N, 1, 1), np.int64)
        for i in range(N):
            back = strays[i] and not has_key[i] and at[i] == 0
            actions[i] = int(rng.integers(5)) if back else plans[i][min(at[i], len(plans[i]) - 1)]
            at[i] += not back
        game.step(actions, out)
        for i, (key, door) in enumerate(keydoor.instances(pairs)):
            reward = 0.0
            if not over[i]:
                here[i] = moved(here[i], int(actions[i, 0, 0]))
                if not has_key[i] and here[i] == divmod(int(key), 9):
                    has_key[i], reward = True, 1.0
                elif has_key[i] and here[i] == divmod(int(door), 9):
                    over[i], reward = True, 1.0
            assert out.reward[i, 0] == reward
            assert out.success[i, 0] == over[i]
            assert out.terminated[i, 0] == (over[i] or t == 49)
            assert divmod(int(out.obs["cell"][i, 0, 0]), 9) == here[i]
            total[i] += reward
    assert total.max() == 2


def test_the_door_is_not_noticed_without_the_key():
    family = KeyDoor()
    levels = generate_arrays(family, range(200), "any")
    door_first = [i for i in range(200) if levels.goal[i].tolist() == [3, 4]]
    levels = levels.take(np.array(door_first))
    record = played(KeyDoorGame(len(levels)), levels, np.ones((1, len(levels)), int))
    assert len(levels) and not record["reward"].any() and not record["terminated"].any()


def test_par_is_what_plans_and_oracles_earn(rooms, pairs):
    np.testing.assert_allclose(DarkRoomGame(1).par(rooms), darkroom.ORACLE[darkroom.instances(rooms)])
    assert (KeyDoorGame(1).par(pairs) == 2).all()


@pytest.mark.parametrize("cls", [DarkRoomGame, KeyDoorGame])
def test_labelled_moves_lead_nearer_to_what_is_wanted(cls, rooms, pairs):
    game, levels = cls(N), rooms if cls is DarkRoomGame else pairs
    wanted = darkroom.instances(rooms) if cls is DarkRoomGame else keydoor.instances(pairs)[:, 0]
    out = StepBuffers.empty(game, labels=True)
    game.reset(levels, np.ones(N, bool), out)
    for i, target in enumerate(wanted):
        row, column = divmod(int(target), 9)
        away = [abs(r - row) + abs(c - column) for r, c in (moved((4, 4), a) for a in range(5))]
        assert [int(out.labels["optimal_moves"][i, 0]) >> a & 1 for a in range(5)] == [
            distance == min(away) for distance in away
        ]


def test_places_show_only_when_they_are_revealed(rooms, pairs):
    shown = played(DarkRoomGame(N, DarkRoomConfig(revealed=True)), rooms, np.zeros((1, N), int))
    np.testing.assert_array_equal(shown["goal"][0], darkroom.instances(rooms))
    out = StepBuffers.empty(game := KeyDoorGame(N, KeyDoorConfig(revealed=True)))
    game.reset(pairs, np.ones(N, bool), out)
    np.testing.assert_array_equal(out.obs["places"][:, 0], keydoor.instances(pairs))
    for cls in (DarkRoomGame, KeyDoorGame):
        assert {buffer.name for buffer in cls(1).spec.obs} == {"cell"}


def test_viewers_see_the_room_and_agents_one_cell(rooms, pairs):
    for game, levels, codes in (
        (DarkRoomGame(N), rooms, {GOAL}),
        (KeyDoorGame(N), pairs, {KEY, DOOR}),
    ):
        played(game, levels, np.zeros((0, N), int))
        scene = game.scene(0)
        np.testing.assert_array_equal(scene.tiles, levels.tiles[0])
        assert codes <= set(scene.tiles.ravel().tolist())
        assert scene.agent == (4, 4) and scene.view.shape == (1, 1)


@pytest.mark.parametrize("cls", [DarkRoomGame, KeyDoorGame])
def test_bad_actions_and_bytes_are_refused(cls):
    game = cls(1)
    with pytest.raises(SpecError, match=r"not in 0\.\.4"):
        game.step(np.full((1, 1, 1), 5), StepBuffers.empty(game))
    size = len(game.save(0))
    for data in (b"", b"\xff" * size, (100).to_bytes(4, "little") * (size // 4)):
        with pytest.raises(LevelError, match="saved"):
            game.load(0, data)


@pytest.mark.parametrize("change", [{"key": None}, {"key": np.full((N, 2), 9, np.int32)}])
def test_levels_without_a_key_in_the_room_are_refused(pairs, change):
    levels = pairs.take(slice(None))
    levels.more = {name: array for name, array in change.items() if array is not None}
    with pytest.raises(LevelError, match="`keydoor`"):
        KeyDoorGame(N).reset(levels, np.ones(N, bool), StepBuffers.empty(KeyDoorGame(N)))
