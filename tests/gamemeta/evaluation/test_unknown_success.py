"""Where nothing says whether an episode succeeded, success is unknown, and not 0%."""

import inspect
import io
import json
import textwrap
from math import isnan

import numpy as np
import pytest
from rich.console import Console

from gamemeta.config import make
from gamemeta.evaluation.controls import adaptation_table
from gamemeta.evaluation.episodes import RandomActor
from gamemeta.evaluation.evaluation import evaluate
from gamemeta.evaluation.statistics.scores import curves
from gamemeta.games.outside.python_class.game import plain_game
from gamemeta.games.registry import use_game
from gamemeta.games.setup import GameSetup
from gamemeta_cli.terminal.tables import adaptation_table as drawn
from gamemeta_levels.family import generate_arrays

LEVELS = 8


class Silent:
    """Pays for the right side, and says no more."""

    actions, step_limit = 2, 3

    def reset(self, level):
        self.side, self.t = level % 2, 0
        return np.zeros(1, np.float32)

    def step(self, action):
        self.t += 1
        return np.zeros(1, np.float32), float(action == self.side), self.t >= 3


class Boastful(Silent):
    """Says `success` where there was one, and nothing where there was none."""

    def step(self, action):
        obs, reward, over = super().step(action)
        return obs, reward, over, False, {"success": True} if over and reward else {}


class Aimed(Silent):
    par = 2.0


class Failing(Silent):
    """Says that every episode failed."""

    def step(self, action):
        return *super().step(action), False, {"is_success": False}


def table(plain, **settings):
    cls = plain_game(plain, f"games.py:{plain.__name__}")

    def game(n):
        return cls(n, make(cls.Config, settings, "game"))

    levels = generate_arrays(game(1).family(), range(LEVELS), "any")
    return adaptation_table(RandomActor(game(1).spec), game, levels, 2)


@pytest.mark.parametrize("plain", [Silent, Aimed])
def test_without_a_word_of_the_game_success_is_unknown_whatever_par_is(plain):
    arms = table(plain)
    assert all(np.isnan(arm.success).all() for name, arm in arms.items() if name != "par")
    curve = curves(arms)["agent"]
    assert not curve.knows_success and all(map(isnan, curve.success))
    assert json.loads(json.dumps(curve.to_json()))["success"] == [None, None]


def test_one_success_makes_every_episode_known():
    arms = table(Boastful)
    success = np.concatenate([arms[name].success for name in ("agent", "wiped", "random")])
    assert np.isin(success, (0, 1)).all() and 0 < success.mean() < 1


def test_where_the_game_says_that_all_failed_it_is_known():
    assert (table(Failing)["agent"].success == 0).all()


def test_par_from_the_settings_says_nothing_of_it():
    assert np.isnan(table(Silent, par=2.0)["agent"].success).all()


@pytest.mark.parametrize(("plain", "shown"), [(Silent, False), (Aimed, False), (Boastful, True)])
def test_tables_show_a_share_only_where_it_is_known(tmp_path, plain, shown):
    sources = map(textwrap.dedent, map(inspect.getsource, (Silent, Aimed, Boastful)))
    (tmp_path / "sides.py").write_text("import numpy as np\n\n" + "\n".join(sources))
    setup = GameSetup(use_game(f"{tmp_path / 'sides.py'}:{plain.__name__}"))
    result = evaluate(RandomActor(setup.game().spec), setup, levels=LEVELS, episodes=2, split="train")
    console = Console(file=io.StringIO(), width=200)
    console.print(*drawn(result))
    text = console.file.getvalue().replace("95%", "")
    assert ("%" in text) == shown and ("success" in text) == shown
    assert "steps of an episode" in text


def test_where_random_play_reaches_par_returns_are_compared_and_no_scores(tmp_path):
    class Easy(Silent):
        par = 0.0

    arms = table(Easy)
    assert "par" not in arms
    source = textwrap.dedent(inspect.getsource(Silent)).replace("step_limit = 3", "step_limit, par = 3, 0.0")
    (tmp_path / "easy.py").write_text(f"import numpy as np\n\n{source}")
    setup = GameSetup(use_game(f"{tmp_path / 'easy.py'}:Silent"))
    result = evaluate(RandomActor(setup.game().spec), setup, levels=LEVELS, episodes=2, split="train")
    assert not result.scored
