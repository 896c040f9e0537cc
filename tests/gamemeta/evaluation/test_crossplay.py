"""Cross-play: whose score stands where, with which memory, and how it is drawn."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from gamemeta.agent.file import write_agent
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.evaluation.crossplay import CrossPlay, CrossPlayConfig, _Arena, _Entrant, crossplay
from gamemeta.evaluation.episodes import Actor, Memory, Player, RandomActor, play_seats
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.evaluation.page.crossplay_picture import CELL, TRACK, draw_crossplay
from gamemeta.games.registry import use_game
from gamemeta.training.config import load_config
from gamemeta.training.course import agent_of
from gamemeta.training.loop import Training
from gamemeta.trials.task_learner import Decision
from gamemeta_cli.app import app
from gamemeta_cli.judging.crossplay import named_agents
from gamemeta_levels.family import generate_arrays
from tests.helpers.fists import HANDS, PAPER, ROCK, SCISSORS, FistsFamily, FistsGame
from tests.helpers.wrapping import squeezed

TINY = ["network.width=8", "network.layers=1", "run.lanes=16", "run.steps=2000"]
QUICK = CrossPlayConfig(levels=64, matches=3)


@pytest.fixture(scope="module")
def game():
    return use_game(f"{Path(__file__).parents[2] / 'helpers' / 'fists.py'}:FistsGame")


def showing(game, hand):
    """An agent that always shows this hand."""
    training = Training(load_config(game, overrides=TINY))
    with torch.no_grad():
        training.learner.policy.actor.bias.copy_(50.0 * torch.eye(HANDS)[hand])
    return agent_of(training, {})


@pytest.fixture(scope="module")
def hands(game):
    return {name: showing(game, hand) for hand, name in enumerate(("rock", "paper", "scissors"))}


@pytest.fixture(scope="module")
def result(hands):
    return crossplay(hands, QUICK)


def test_in_every_role_whoever_wins_always_has_score_one(result):
    assert result.roles == ("player_0", "player_1")
    wanted = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
    for role in range(2):
        scores = result.score[role, :3, :3]
        np.testing.assert_array_equal(scores, np.repeat(wanted[:, :, None], QUICK.matches + 1, 2))
        np.testing.assert_array_equal(result.low[role, :3, :3], scores)


def test_random_play_neither_wins_nor_loses(result):
    assert result.rows[-1] == result.columns[-1] == "random"
    assert (result.low[:, -1, :, -1] <= 0.03).all()
    assert (result.high[:, -1, :, -1] >= -0.03).all()
    assert (result.low[:, -1] < result.high[:, -1]).all()


def test_the_last_column_is_the_mean_over_the_matches(result):
    np.testing.assert_allclose(result.score[..., :-1].mean(-1), result.score[..., -1])


class Copier(Actor):
    """Shows what beats the other's last hand, as far as it remembers one; paper at first."""

    def init(self, n):
        return {"hand": np.full((n, 1), PAPER, np.float32)}

    def step(self, state, inputs, reset):
        own, paid = inputs["previous_action"][:, 0].astype(int) - 1, inputs["previous_reward"][:, 0]
        other = (own - np.where(paid > 0, 1, np.where(paid < 0, 2, 0))) % HANDS
        hand = np.where(own >= 0, (other + 1) % HANDS, state["hand"][:, 0])
        logits = np.where(np.arange(HANDS) == hand[:, None], 60, 0).astype(np.float32)
        return {"hand": hand[:, None].astype(np.float32)}, Decision((logits,), np.zeros(len(hand)))


class Shows(RandomActor):
    """The same hand again and again."""

    def __init__(self, hand):
        self.hand = hand

    def step(self, state, inputs, reset):
        logits = np.tile(60.0 * np.eye(HANDS, dtype=np.float32)[self.hand], (len(reset), 1))
        return state, Decision((logits,), np.zeros(len(reset)))


@pytest.mark.parametrize("seat", [0, 1])
@pytest.mark.parametrize(("hand", "first"), [(ROCK, 1), (PAPER, 0), (SCISSORS, -1)])
def test_players_who_share_a_game_carry_each_their_own_memory(seat, hand, first):
    game, levels = FistsGame(10), generate_arrays(FistsFamily(), range(10), "any")
    own, seeds = np.tile(np.arange(2) == seat, 10), np.arange(10, dtype=np.uint64)
    players = [
        Player(actor, Memory.blank(actor, game.spec, 10, 2), mine)
        for actor, mine in ((Copier(), own), (Shows(hand), ~own))
    ]
    played = [play_seats(players, game, levels, seeds, seeds).returns for _ in range(3)]
    assert [set(returns[own].tolist()) for returns in played] == [{first}, {1}, {1}]
    assert [set(returns[~own].tolist()) for returns in played] == [{-first}, {-1}, {-1}]


def test_the_games_own_bots_are_met_in_the_first_role():
    training = Training(load_config("tag", overrides=[*TINY, "game.others=outside"]))
    result = crossplay({"guard": agent_of(training, {})}, CrossPlayConfig(levels=8, matches=2))
    assert result.roles == ("guard_0", "runner_0")
    assert result.columns == ("guard", "random", "bot")
    unknown = np.isnan(result.score[..., -1])
    assert unknown[1, :, 2].all()
    assert unknown.sum() == 2
    both = result.score[0, 0, 0, -1] + result.score[1, 0, 0, -1]
    np.testing.assert_allclose(both, 1.0)  # somebody wins every match, and luck is the same for all


def test_json_tells_every_pair_that_played_by_match_and_as_a_mean():
    numbers = np.arange(16.0).reshape(1, 1, 4, 4) / 3
    numbers[0, 0, 1] = np.nan
    config = CrossPlayConfig(levels=9, matches=3, seed=7)
    columns = ("a", "b", "random", "bot")
    made = CrossPlay("tag", config, ("guard",), ("a",), columns, numbers, numbers - 1, numbers + 1)
    found = made.to_json()
    pairs = found.pop("pairs")
    assert found == {"game": "tag", "split": "test", "levels": 9, "matches": 3, "seed": 7}
    assert [(p["role"], p["agent"], p["against"]) for p in pairs] == [
        ("guard", "a", against) for against in ("a", "random", "bot")
    ]
    assert pairs[1] == {
        "role": "guard",
        "agent": "a",
        "against": "random",
        "score": [2.66667, 3.0, 3.33333],
        "low": [1.66667, 2.0, 2.33333],
        "high": [3.66667, 4.0, 4.33333],
        "mean": 3.66667,
        "mean_interval": [2.66667, 4.66667],
    }


@pytest.mark.parametrize(
    ("role", "row", "column", "meet"),
    [
        (0, True, True, True),
        (1, True, True, True),
        (0, False, True, True),
        (1, False, True, False),  # the row knows the first role alone
        (0, True, False, False),  # so does the column
        (1, True, False, True),
        (0, True, None, True),
        (1, True, None, False),  # bots play all roles but the first
        (0, False, None, True),
    ],
)
def test_agents_meet_in_roles_that_both_know(role, row, column, meet):
    arena, spec = object.__new__(_Arena), FistsGame(1).spec
    arena.roles = ("guard", "runner")
    entrants = [None if knows is None else _Entrant(Copier(), spec, knows) for knows in (row, column)]
    assert arena.can_meet(role, *entrants) == meet


@pytest.mark.parametrize(
    ("bots", "spec", "every_role"),
    [
        (False, "all", True),
        (True, "all", True),
        (True, "first", False),
        (False, "first", None),
        (True, "", None),
    ],
)
def test_an_agent_takes_part_that_knows_all_roles_or_beside_bots_the_first(
    bots, spec, every_role, monkeypatch
):
    def check_fits(spec):
        raise AgentFileError("it does not fit")

    monkeypatch.setattr("gamemeta.evaluation.crossplay.learner_of", lambda file: Copier())
    arena, file = object.__new__(_Arena), SimpleNamespace(spec=spec)
    arena.has_bots, arena.setup = bots, SimpleNamespace(fits=lambda s: s == "all", check_fits=check_fits)
    arena._scripted = lambda: SimpleNamespace(fits=lambda s: s in ("all", "first"))
    if every_role is None:
        with pytest.raises(AgentFileError, match="does not fit"):
            arena.admit(file)
    else:
        assert (entrant := arena.admit(file)).every_role == every_role
        assert entrant.spec == spec


@pytest.mark.parametrize(
    ("name", "least", "most"), [("levels", 1, 10**6), ("matches", 1, 1000), ("seed", 0, 2**62)]
)
def test_settings_are_taken_within_their_bounds(name, least, most):
    for good in (least, most):
        assert getattr(CrossPlayConfig(**{name: good}), name) == good
    for wrong in (least - 1, most + 1):
        with pytest.raises(ConfigError, match=f"{name} = {wrong}"):
            CrossPlayConfig(**{name: wrong})


def test_games_of_one_seat_and_several_games_are_refused(hands):
    grid = agent_of(Training(load_config("grid", overrides=TINY)), {})
    with pytest.raises(ConfigError, match="one seat"):
        crossplay({"alone": grid}, QUICK)
    with pytest.raises(ConfigError, match="agents of one game"):
        crossplay({"alone": grid, **hands}, QUICK)


def test_the_picture_has_a_cell_for_every_pair(result):
    pixels = np.asarray(draw_crossplay(result))
    cells = (pixels == TRACK).all(-1)
    runs = [np.diff(np.flatnonzero(cells.any(axis))) for axis in (0, 1)]
    columns, rows = (1 + int((gaps > 1).sum()) for gaps in runs)
    assert (columns, rows) == (4, 2 * 4)
    assert cells.any(0).sum() == 4 * (CELL[0] - 3)


def test_the_command_shows_pairs_and_draws_them(hands, tmp_path):
    for name, agent in hands.items():
        write_agent(agent, tmp_path / f"{name}.gma")
    paths = [str(tmp_path / f"{name}.gma") for name in ("rock", "paper")]
    picture, small = tmp_path / "matrix.png", ["--levels", "4", "--matches", "2"]
    said = CliRunner().invoke(app, ["crossplay", *paths, *small, "--out", str(picture)])
    assert said.exit_code == 0, said.output
    assert "as player_1, against" in said.output
    assert "-1.00 ±0.00" in said.output
    assert picture.read_bytes().startswith(b"\x89PNG")
    data = json.loads(CliRunner().invoke(app, ["crossplay", *paths, *small, "--json"]).output)
    won = {(p["role"], p["agent"], p["against"]): p["mean"] for p in data["pairs"]}
    assert won["player_0", "paper", "rock"] == won["player_1", "paper", "rock"] == 1


def test_a_picture_in_no_folder_is_refused_before_anything_is_played(tmp_path):
    said = CliRunner().invoke(app, ["crossplay", "none.gma", "--out", str(tmp_path / "no" / "m.png")])
    assert said.exit_code == 2
    assert squeezed("no such folder") in squeezed(said.output)


def test_agents_are_named_by_their_file_or_run_and_numbered_where_that_is_alike(hands, tmp_path):
    for path in ("one/rock.safetensors", "two/rock.safetensors", "run.3/agent.safetensors"):
        (tmp_path / path).parent.mkdir()
        write_agent(hands["rock"], tmp_path / path)
    given = [tmp_path / "one/rock.safetensors", tmp_path / "two/rock.safetensors", tmp_path / "run.3"]
    assert list(named_agents(given, None)) == ["rock", "rock 2", "run.3"]


def test_an_agent_that_meets_itself_alone_is_sent_to_play_others(hands):
    found = evaluate_agent(hands["rock"], levels=16)
    assert found.sides == 2
    assert "gamemeta crossplay." in found.verdict()
    command = "gamemeta evaluate 'a b' --game x.py:X --split far"
    assert "gamemeta crossplay 'a b' --game x.py:X." in found.verdict(command)
