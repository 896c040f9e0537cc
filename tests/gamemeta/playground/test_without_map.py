"""Games without a map in the playground: pictures, text, random play, and no file that nobody has named."""

import base64
import contextlib
import io
import json

import numpy as np
import pytest
from PIL import Image

from gamemeta.agent.file import AGENT_FILE, write_agent
from gamemeta.command_line import command_word
from gamemeta.errors import ConfigError
from gamemeta.games import registry
from gamemeta.games.registry import use_game
from gamemeta.games.setup import GameSetup
from gamemeta.playground.levels.openings import openings
from gamemeta.playground.levels.uploads import read_upload
from gamemeta.playground.levels.values import level_from, plain_level
from gamemeta.playground.offers import Offers
from gamemeta.playground.tab import Tab
from gamemeta.playground.without_map.appearance import as_colours
from gamemeta_cli import playground as command
from gamemeta_levels.errors import LevelError, PluginError
from gamemeta_levels.formats.file_set import FileSet
from gamemeta_levels.level import Level
from tests.helpers.agents import tiny_agent

TEXT = '''
from gymnasium.spaces import Dict, Discrete

class Doors:
    """Three doors, and one of them is right."""
    actions = ("left", "middle", "right")
    observation_space = Dict({"night": Discrete(5), "wind": Discrete(3)})
    step_limit = 4

    def reset(self, level):
        self.right, self.night = level % 3, 0
        return {"night": 0, "wind": 2}

    def step(self, action):
        self.night += 1
        return {"night": self.night, "wind": 2}, float(action == self.right), self.night == 4
'''
PICTURE = (
    TEXT
    + """
    def picture(self):
        import numpy as np
        return np.full((6, 8, 3), 40 * (self.night // 2), np.uint8)
"""
)


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(registry, "_typed", registry.Typed())


def game_of(folder, source=TEXT, file="doors.py"):
    """The name of a game in a file."""
    (folder / file).write_text(source)
    return use_game(f"{folder / file}:Doors")


def agent_in(folder, game):
    """An untrained agent of a game, in a file."""
    file = tiny_agent(spec=GameSetup(game).game().spec)
    file.game, file.game_config, file.level_parameters = game, {}, {}
    path = folder / "runs" / "mine" / AGENT_FILE
    path.parent.mkdir(parents=True)
    write_agent(file, path)
    return path


def ask(tab, **message):
    return tab.answer(message)[-1]


def opened(offers):
    """A tab of the first agent, and what the page knows of it."""
    tab = Tab(offers)
    return tab, ask(tab, do="agent", name=offers.first)


def watched(tab, count=5, **more):
    """Messages of the first steps on a level."""
    level = ask(tab, do="level", word="test:0")["level"]
    assert ask(tab, do="watch", level=level, **more)["type"] == "watching"
    return tab.answer({"do": "more", "count": count})


def test_a_game_without_an_agent_is_played_at_random_and_says_how_to_train_one(tmp_path):
    game = game_of(tmp_path)
    tab, about = opened(Offers(untrained=game))
    assert about["name"] == "random play" and not about["is_trained"] and not about["is_shared"]
    assert "gamemeta train " + command_word(f"{tmp_path / 'doors.py'}:Doors") in about["no_agent"]
    tries = [watched(tab, seed=seed) for seed in range(4)]
    assert all(len(one["lanes"]) == 1 for messages in tries for one in messages)
    played = [[one["lanes"][0]["text"].split()[2] for one in messages[1:]] for messages in tries]
    assert {name for names in played for name in names} == {"left", "middle", "right"}


CARDS = """
class Doors:
    actions, step_limit = 3, 2

    def reset(self, level):
        self.cards = [[1.0, 5.0], [0.0, 7.0]]
        return {"choices": self.cards}

    def step(self, action):
        self.cards.pop(action)
        return {"choices": self.cards}, 1.0, not self.cards
"""


def test_choices_that_a_game_describes_are_shown_by_their_features(tmp_path):
    tab, _ = opened(Offers(untrained=game_of(tmp_path, CARDS)))
    begun, step, last = watched(tab)[:3]
    texts = [one["lanes"][0]["text"].splitlines() for one in (begun, step, last)]
    assert [line for line in texts[0] if "choices" in line] == ["choices 0  1 5", "choices 1  0 7"]
    assert [line for line in texts[1] if "choices" in line] in (["choices 0  1 5"], ["choices 0  0 7"])
    assert not [line for line in texts[2] if "choices" in line]


def test_where_a_game_draws_nothing_its_words_and_what_the_agent_sees_are_shown(tmp_path):
    tab, about = opened(Offers(untrained=game_of(tmp_path)))
    begun, step, *_ = watched(tab)
    assert "what it shows of itself" in about["no_map"] and not about["has_map"]
    assert begun["lanes"][0]["text"].splitlines()[-2:] == ["night  0", "wind   2"]
    assert step["lanes"][0]["text"].startswith("step 1:") and "night  1" in step["lanes"][0]["text"]
    assert "rows" not in begun["lanes"][0] and "at" not in step["lanes"][0]


def test_drawing_is_refused_in_the_words_of_the_page(tmp_path):
    tab, about = opened(Offers(untrained=game_of(tmp_path)))
    level = ask(tab, do="level", word="test:0")["level"]
    assert ask(tab, do="clear", level=level)["words"] == about["no_map"]


def test_an_agent_of_a_users_class_plays_beside_its_twin_and_pictures_are_sent_once(tmp_path):
    game = game_of(tmp_path, PICTURE)
    tab, about = opened(Offers(agent_in(tmp_path, game)))
    assert about["is_trained"] and about["no_agent"] == ""
    lanes = [one["lanes"] for one in watched(tab)]
    assert [frame["picture"] is not None for frame in lanes[0]] == [True, True]
    assert lanes[0][1]["picture"] is True and lanes[0][0]["size"] == [6, 8]
    assert ["picture" in frame for frame, _ in lanes] == [True, False, True, False, True]
    shown = Image.open(io.BytesIO(base64.b64decode(lanes[2][0]["picture"])))
    assert (np.asarray(shown.convert("RGB")) == 40).all() and shown.size == (8, 6)
    assert ask(tab, do="swap", word="test:1")["type"] == "swapped"


def test_a_picture_that_is_none_is_refused_by_its_form(tmp_path):
    tab, _ = opened(
        Offers(untrained=game_of(tmp_path, TEXT + "\n    def picture(self):\n        return [[0.5]]\n"))
    )
    level = ask(tab, do="level", word="test:0")["level"]
    ask(tab, do="watch", level=level)
    assert "float64 of shape (1, 1)" in ask(tab, do="more", count=1)["words"]


def test_of_a_game_that_fails_the_steps_before_are_kept_and_the_error_comes_last_and_once(tmp_path):
    failing = TEXT.replace("self.night += 1", "self.night += 1; 1 / (3 - self.night)")
    tab, _ = opened(Offers(untrained=game_of(tmp_path, failing)))
    messages = watched(tab, count=9)
    assert [one["type"] for one in messages] == ["try", "step", "step", "error"]
    assert "ZeroDivisionError" in messages[-1]["words"]
    assert "start anew" in ask(tab, do="more", count=1)["words"]


def test_pictures_of_any_channels_become_colours():
    grey = np.arange(6, dtype=np.uint8).reshape(2, 3)
    stack = np.stack([grey, grey + 1], axis=-1)
    assert (as_colours(grey) == grey[..., None]).all() and as_colours(grey).shape == (2, 3, 3)
    assert (as_colours(stack) == stack[..., 1:]).all()
    assert as_colours(np.zeros((2, 3, 4), np.uint8)).shape == (2, 3, 3)


def test_no_message_and_no_file_runs_a_class_that_the_command_did_not_name(tmp_path):
    (tmp_path / "evil.py").write_text("from pathlib import Path\nPath('ran').touch()\nclass Evil: pass\n")
    tab, _ = opened(Offers(untrained=game_of(tmp_path)))
    level = ask(tab, do="level", word="test:0")["level"]
    for word in ("evil.py:Evil", "./evil.py:Evil", "godot:evil", "gymnasium/evil:Evil-v0"):
        of_evil = {**level, "family": word}
        for message in (
            {"do": "agent", "name": word},
            {"do": "level", "word": word},
            {"do": "swap", "word": word},
            {"do": "watch", "level": of_evil},
            {"do": "watch", "level": level, "other": of_evil},
            {"do": "watch", "level": level, "rival": word},
            {"do": "inspect", "level": of_evil, "number": 1},
        ):
            answer = ask(tab, **message)
            assert answer["type"] == "error" or not answer.get("ok", True)
        document = json.dumps(of_evil | {"format": "gamemeta-level", "version": 1}).encode()
        with contextlib.suppress(LevelError, PluginError):
            read_upload(FileSet([("mine.json", document)]), word)
    assert not (tmp_path / "ran").exists()


def test_an_agent_file_alone_runs_no_class_either(tmp_path):
    path = agent_in(tmp_path, game_of(tmp_path))
    registry._typed.games.clear()
    with pytest.raises(PluginError, match="only when you name it"):
        Offers(path)


def test_hidden_numbers_of_more_than_53_bits_come_back_as_they_were():
    level = Level(family="arm", tiles=[[1]], hidden={"goal": [-(2**62) - 1, 2**53 - 1, 2**53 + 1, 0]})
    plain = json.loads(json.dumps(plain_level(level)), parse_int=float)
    plain["hidden"] = {
        name: [value if isinstance(value, str) else int(value) for value in values]
        for name, values in plain["hidden"].items()
    }
    plain["seed"] = None
    assert level_from(plain, "arm").hidden == level.hidden
    with pytest.raises(LevelError):
        level_from({**plain, "hidden": {"goal": ["9" * 30]}}, "arm")


def test_the_command_takes_a_class_with_and_without_an_agent_and_two_levels(tmp_path, monkeypatch):
    begun = []
    serve = lambda *words, **more: begun.append((words, more))  # noqa: E731
    monkeypatch.setattr("gamemeta.playground.serve.serve", serve)
    game_of(tmp_path)
    command.playground(command.Path("doors.py:Doors"), level=["3", "test:4"])
    ((path,), more), *_ = begun
    assert path is None and more["untrained"] == "doors.py:Doors"
    assert [(one.name, one.level.hidden != {}) for one in more["levels"]] == [("3", True), ("test:4", True)]
    path = agent_in(tmp_path, "doors.py:Doors")
    command.playground(command.Path("doors.py:Doors"))
    command.playground(path, game="doors.py:Doors")
    assert [words[0].resolve() for words, _ in begun[1:]] == [path.resolve()] * 2
    assert all(more["untrained"] == "" and not more["levels"] for _, more in begun[1:])


def test_more_than_two_side_by_side_are_refused(tmp_path):
    game = game_of(tmp_path)
    family = GameSetup(game).family()
    with pytest.raises(ConfigError, match="two stand side by side"):
        openings(["1", "2", "3"], family)
    path = agent_in(tmp_path, game)
    with pytest.raises(ConfigError, match="two stand side by side"):
        Offers(path, beside=path, levels=openings(["1", "2"], family))
