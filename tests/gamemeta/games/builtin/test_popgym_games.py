"""The games `popgym/...` beside recorded steps of the package, their contracts, and what they refuse."""

from pathlib import Path

import numpy as np
import pytest

from gamemeta.errors import ConfigError, LevelError, SpecError, UnknownName
from gamemeta.games.builtin.popgym.game import POPGymConfig, popgym_game
from gamemeta.games.check.check import check_game
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import make_game
from gamemeta_levels.families.popgym.family import NUMBERS
from gamemeta_levels.families.popgym.tasks import PREFIX, SIZES, TASKS
from gamemeta_levels.family import generate_arrays
from tests.helpers.popgym_replay import differences

RECORDED = Path(__file__).parent / "recorded" / "popgym.npz"
each_task = pytest.mark.parametrize("task", TASKS)


@pytest.fixture(scope="module")
def recorded():
    with np.load(RECORDED) as arrays:
        return dict(arrays)


def begun(task, n=2, **settings):
    game = make_game(PREFIX + task, n, POPGymConfig(**settings))
    levels = generate_arrays(game.family(), range(n), "test")
    out = StepBuffers.empty(game)
    game.reset(levels, np.ones(n, bool), out)
    return game, levels, out


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_recorded_steps_of_the_package_are_shown_paid_and_ended_alike(recorded, size):
    found = differences(recorded, size)
    assert found.pop("steps") >= 300
    assert set(found.values()) == {0}


def test_a_change_of_what_was_recorded_is_noticed(recorded):
    size = SIZES[0]
    changed = dict(recorded)
    for part in ("rewards", "obs"):
        changed[f"{size.name}/{part}"] = changed[f"{size.name}/{part}"].copy()
    changed[f"{size.name}/rewards"][20] += 0.1
    changed[f"{size.name}/obs"][3] ^= 1
    changed[f"{size.name}/length"] = changed[f"{size.name}/length"] - np.eye(1, 6, dtype=np.int32)[0]
    changed[f"{size.name}/actions"] = np.delete(changed[f"{size.name}/actions"], 50)
    changed[f"{size.name}/rewards"] = np.delete(changed[f"{size.name}/rewards"], 50)
    changed[f"{size.name}/obs"] = np.delete(changed[f"{size.name}/obs"], 51, 0)
    found = differences(changed, size)
    assert (found["observation"], found["reward"], found["end"]) == (1, 1, 1)


@pytest.mark.parametrize("task", ["autoencode", "concentration", "multiarmed_bandit"])
def test_they_keep_their_contracts_when_revealed(task):
    check_game(lambda n: popgym_game(PREFIX + task)(n, POPGymConfig(revealed=True)), seeds=2)


@each_task
def test_who_follows_the_revealed_answer_earns_par(task):
    game, levels, out = begun(task, n=20, revealed=True)
    returns = np.zeros(20)
    while out.alive.any():
        game.step(out.obs["answer"].astype(np.int64), out)
        returns += out.reward[:, 0]
    near = 0.25 if task == "multiarmed_bandit" else 1e-5
    np.testing.assert_allclose(returns, game.par(levels), atol=near)
    assert out.success.all() or task == "higher_lower"


def test_a_pair_stays_open_and_a_card_turned_twice_is_paid_for():
    game, levels, out = begun("concentration", n=1)
    cards = levels.more[NUMBERS][0]
    other = int((cards == cards[0]).nonzero()[0][1])
    paid = []
    for place in (0, other, 0, 1, 1):
        game.step(np.full((1, 1, 1), place), out)
        paid.append(round(float(out.reward[0, 0]) * 104))
    assert paid == [0, 4, -1, 0, -2]
    shown = out.obs["cards"][0, 0]
    assert (shown != 2).nonzero()[0].tolist() == sorted({0, 1, other})


@pytest.mark.parametrize(
    ("task", "steps", "text"),
    [
        ("repeat_previous", 3, "card 4 of 52: "),
        ("autoencode", 51, "say card 52 of 52"),
        ("count_recall", 0, "so far"),
        ("higher_lower", 51, "card 52 of 52: "),
        ("concentration", 1, "? ? ?"),
        ("battleship", 1, ". . ."),
        ("minesweeper", 1, ". . ."),
        ("multiarmed_bandit", 1, "the last one"),
    ],
)
def test_people_read_what_is_shown(task, steps, text):
    game, _, out = begun(task)
    for _ in range(steps):
        game.step(np.zeros((2, 1, 1), np.int64), out)
    assert text in game.scene(0).text and game.scene(0).step <= steps


def test_bad_settings_names_and_actions_are_refused():
    with pytest.raises(ConfigError, match="'extreme': choose one of easy, medium, hard"):
        POPGymConfig(difficulty="extreme")
    with pytest.raises(UnknownName, match="gymnasium/popgym:ID"):
        popgym_game("popgym/chess")
    game, _, out = begun("minesweeper")
    with pytest.raises(SpecError, match=r"action 16 is not in 0\.\.15"):
        game.step(np.full((2, 1, 1), 16), out)


@each_task
def test_bytes_that_are_no_saved_game_are_refused(task):
    game, _, _ = begun(task)
    size = len(game.save(0))
    for data in (b"", b"\xff" * size, (100_000_000).to_bytes(4, "little") * (size // 4) + b"\0" * (size % 4)):
        with pytest.raises(LevelError, match="saved"):
            game.load(0, data)


def test_levels_of_another_task_size_or_range_are_refused():
    game, levels, out = begun("repeat_previous")
    others = [
        generate_arrays(make_game("popgym/autoencode", 1).family(), range(2), "any"),
        begun("repeat_previous", difficulty="hard")[1],
        levels.take(slice(None)),
        levels.take(slice(None)),
    ]
    others[2].more[NUMBERS][1, 7] = 4
    del others[3].more[NUMBERS]
    for other in others:
        with pytest.raises(LevelError):
            game.reset(other, np.ones(2, bool), out)
