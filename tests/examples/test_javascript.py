"""examples/javascript: the guard learns an exit and forgets it, and the rules are those of the game `tag`."""

import json
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import numpy as np
import pytest

import gamemeta
from gamemeta.assets import asset
from gamemeta.games.builtin.tag.game import TagConfig, TagGame
from gamemeta_levels.families.arena import family
from gamemeta_levels.families.arena.styles import STYLE_SIZE
from scripts.evidence.guards import MOVES, played, rules, weights
from tests.helpers.arenas import begun, places, with_style

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "javascript" / "guard_game.mjs"
PLAYER = Path(__file__).with_name("guard_player.mjs")
MATCHES, ROUNDS = 24, 3
pytestmark = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


@pytest.fixture(scope="module")
def moves():
    """Moves of guard and runner in some matches: runners that mostly go on as they began."""
    rng = np.random.default_rng(0)
    both = rng.integers(0, 5, (MATCHES, 31, 2))
    keep = rng.random((MATCHES, 31)) < 0.6
    for step in range(1, 31):
        both[keep[:, step], step, 1] = both[keep[:, step], step - 1, 1]
    return both


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Answers of guard_player.mjs."""
    file = tmp_path_factory.mktemp("guard") / "agent.bin"
    file.write_bytes(weights())

    def ask(asked):
        command = ["node", str(PLAYER), str(asset("runtimes/js/gamemeta.mjs")), str(EXAMPLE), str(file)]
        done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ask


def match(move):
    """The keys of a match of a player who always makes for exit 4."""
    return {"wait": 4, "right": 3, "down": 1}[move]


def test_the_guard_learns_an_exit_over_an_end_and_a_start_and_forgets_it(node, tmp_path):
    storage = {}

    def half(new):
        keys = ["new"] * new + [*map(match, MOVES), "next"] * 3
        (answer,) = node([{"storage": storage, "seed": 7, "keys": keys}])
        storage.clear()
        storage.update(answer["storage"])
        return answer["results"]

    won = played(half, ROUNDS)
    assert won == played(rules(tmp_path, 7), ROUNDS)
    assert won[0] <= 1 and sum(won[1:]) >= 0.8 * ROUNDS * 5


def test_what_is_no_save_game_is_kept_and_the_guard_begins_anew(node):
    tag = gamemeta.load("tag", backend="numpy")
    minds = [tag.begin(2).memory, tag.begin().memory[:-9], b""]
    saves = [json.dumps({"memory": b64encode(m).decode(), "reward": 0, "results": []}) for m in minds]
    saves += ["notes of mine", "{}", "null", json.dumps({"memory": "?", "reward": 0, "results": [True]})]
    for save, answer in zip(
        saves, node([{"storage": {"guard": save}, "seed": 1, "keys": [4]} for save in saves]), strict=True
    ):
        assert answer["storage"]["guard.old"] == save
        assert answer["note"].startswith("The guard begins anew; guard.old was no save game of it: ")
        assert answer["results"] == []


def example_map():
    """The map of the example, with the guard's place and three others as spawns."""
    rows = re.findall(r'"([.#1-4D]{7})"', EXAMPLE.read_text("utf-8"))[:7]
    tiles = [list(row.replace("D", "G")) for row in rows]
    for row, column in ((0, 3), (3, 0), (3, 6), (6, 3)):
        tiles[row][column] = "S"
    return "\n".join(map("".join, tiles))


def test_its_rules_are_those_of_tag_step_by_step(node, moves, monkeypatch):
    # There is no wall around its map: what lies outside is one.
    monkeypatch.setattr(family, "_check_edge", lambda level: None)
    level = with_style(example_map(), (0,) * STYLE_SIZE)
    game = TagGame(1, TagConfig(others="outside", fresh_maps=False))
    for chance in range(100):
        out = begun(game, level, chance)
        if places(game, 0)[0] == (0, 3):
            break
    ends = set()
    for both_moves, seen in zip(moves, node({"moves": moves.tolist()}), strict=True):
        out = begun(game, level, chance)
        reward, done = 0.0, False
        for both, (shown, earned, over) in zip(both_moves, seen, strict=False):
            if done:
                out = begun(game, level, chance)
            expected = {
                name: values[0, 0].ravel().tolist() for name, values in out.obs.items() if name != "role"
            }
            assert {name: np.ravel(values).tolist() for name, values in shown.items()} == expected
            assert (earned, over) == (reward, done)
            game.step(both.reshape(1, 2, 1), out)
            reward, done = float(out.reward[0, 0]), bool(out.terminated[0, 0])
            ends.add((reward, expected["outcome"][0], done))
    assert {(1.0, 0, True), (0.0, 1, True), (1.0, 5, True)} <= ends
