"""Games in a file, and the bases that authors begin with."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest

from gamemeta import check_game
from gamemeta.authoring import Draws, quick_check
from gamemeta.errors import ConfigError, GameCheckError, LevelError, PluginError, SpecError, UnknownName
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import game_class, make_game, typed_word, use_game
from gamemeta.games.setup import GameSetup
from gamemeta_levels.families.drawn_family import DrawnFamily
from gamemeta_levels.family import generate, generate_arrays
from gamemeta_levels.inspection.inspect import inspect_generated
from gamemeta_levels.kernel import below, combine
from gamemeta_levels.level import Level
from gamemeta_levels.plugins import parse_reference
from gamemeta_levels.split import split_of

PAGE = Path(__file__).parents[3] / "docs" / "your-own-game.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
CODE = next(code for code in BLOCKS if code.startswith('"""A row'))


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("authored") / "my_game.py"
    path.write_text(CODE, encoding="utf-8")
    return path


@pytest.fixture
def name(file):
    return use_game(f"{file}:MyGame")


def edited(folder, *replacements):
    """The reference of the game of the page with some code replaced."""
    code = CODE
    for old, new in replacements:
        assert old in code
        code = code.replace(old, new)
    (folder / "other.py").write_text(code, encoding="utf-8")
    return f"{folder / 'other.py'}:MyGame"


def test_the_game_of_the_page_has_fewer_than_100_lines():
    assert len(CODE.splitlines()) < 100


@pytest.mark.slow
def test_the_game_of_the_page_keeps_the_contract(name):
    for revealed in (False, True):
        cls = game_class(name)
        check_game(lambda n, c=cls, r=revealed: c(n, c.Config(revealed=r)))


@pytest.mark.slow
def test_the_check_of_the_page_runs_as_it_stands(file, monkeypatch):
    monkeypatch.syspath_prepend(str(file.parent))
    exec(BLOCKS[-1], {})


@pytest.mark.parametrize("split", ["train", "validation", "test", "far"])
def test_its_levels_are_solvable_and_in_their_split(name, split):
    family = make_game(name, 1).family()
    assert inspect_generated(family, split, 200).solvable == 200
    if split != "far":
        arrays = generate_arrays(family, range(200), split)
        assert {split_of(int(content)) for content in arrays.content_hash} == {split}


@pytest.mark.parametrize(
    ("text", "file", "cls"),
    [
        ("my_game.py:MyGame", "my_game.py", "MyGame"),
        ("a/b c/my_game.py:MyGame", "a/b c/my_game.py", "MyGame"),
        (r"C:\x\my_game.py:MyGame", r"C:\x\my_game.py", "MyGame"),
        ("C:/x/my_game.py:MyGame", "C:/x/my_game.py", "MyGame"),
    ],
)
def test_a_class_in_a_file_is_read(text, file, cls):
    reference = parse_reference(text)
    assert reference is not None
    assert (str(reference.file), reference.cls) == (str(Path(file)), cls)


@pytest.mark.parametrize("text", ["maze", "my_game", "test:17", "C:MyGame", "", "my.pyx:A"])
def test_any_other_name_is_no_reference(text):
    assert parse_reference(text) is None


@pytest.mark.parametrize("text", ["my_game.py", r"C:\x\my_game.py", "my_game.py:", "my_game.py:My Game"])
def test_a_file_without_a_class_is_refused(text):
    with pytest.raises(PluginError, match=r"name a class .*my_game\.py:MyGame"):
        parse_reference(text)


def test_the_name_of_a_game_in_a_file_has_no_folder(name, file):
    assert name == "my_game.py:MyGame"
    assert typed_word(name) == f"{file}:MyGame"
    assert use_game("maze") == "maze"


def test_a_name_alone_runs_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "trap.py").write_text("raise SystemExit('it ran')")
    for name in ("trap.py:Trap", f"{tmp_path / 'trap.py'}:Trap"):
        with pytest.raises(PluginError, match="only when you name it"):
            game_class(name)
    with pytest.raises(UnknownName):
        game_class("trap")


@pytest.mark.parametrize(
    ("code", "cls", "message"),
    [
        ("class Other: pass", "MyGame", "'MyGame'.*classes: Other"),
        ("MyGame = 3", "MyGame", "'MyGame'"),
        ("class MyGame: pass", "MyGame", "lacks Config, Parameters, name"),
        (
            "import sys\nimport no_such_module",
            "MyGame",
            "broken.py, line 2: .* cannot be imported: ModuleNotFoundError",
        ),
        ("raise SystemExit(0)", "MyGame", "cannot be imported: SystemExit"),
        ("\ndef (", "MyGame", "broken.py, line 2: .* cannot be imported: SyntaxError: invalid syntax"),
    ],
)
def test_a_file_that_holds_no_game_is_told(tmp_path, code, cls, message):
    (tmp_path / "broken.py").write_text(code)
    with pytest.raises(PluginError, match=message):
        use_game(f"{tmp_path / 'broken.py'}:{cls}")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(PluginError, match="no such file"):
        use_game(f"{tmp_path / 'none.py'}:MyGame")


def test_a_module_beside_the_file_can_be_imported(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    (tmp_path / "beside_the_game.py").write_text("PRICE = 0.25")
    word = edited(
        tmp_path, ("import numpy as np\n", "import numpy as np\nfrom beside_the_game import PRICE\n")
    )
    assert use_game(word) == "other.py:MyGame"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("np.where(right, 1.0, -0.25)", "np.where(right, np.nan, -0.25)", "reward .*not finite"),
        ("return levels.par_steps.astype", "return 2 * levels.par_steps.astype", "and par says"),
        ("state[:, 0] += right", "state[:, 0] += Right", r"NameError: .*other.py, line \d+"),
        ("def observe", "def observes", "TypeError: .*abstract class"),
        ("state[:, :1], ", "state[:, :1] * 9, ", "holds codes"),
    ],
)
def test_the_quick_check_tells_what_is_broken_in_one_error(tmp_path, old, new, message):
    name = use_game(edited(tmp_path, (old, new)))
    with pytest.raises(GameCheckError, match=message):
        quick_check(GameSetup(name))


def test_draws_are_those_of_the_kernels():
    for seed, number in ((0, 0), (7, 3), (2**63 - 1, 9_999)):
        stream = np.array([combine(np.uint64(seed), np.uint64(number))], np.uint64)
        draws = Draws(seed, number)
        for n in (1, 2, 10, 1000, 2**32 - 1):
            assert draws.below(n) == below(stream, n)


def test_between_meets_both_ends():
    draws = Draws(1)
    assert {draws.between(3, 6) for _ in range(200)} == {3, 4, 5, 6}


def test_a_level_comes_back_from_its_arrays(name):
    family = make_game(name, 1).family()
    for seed in range(20):
        level = generate(family, seed, "test")
        assert family.unpack(family.pack([level]), 0) == level
        assert level.seed == seed


def test_a_mutated_level_is_another_one_and_solvable(name):
    family = make_game(name, 1).family()
    level = generate(family, 5)
    changed = [family.mutate(level, seed) for seed in range(10)]
    assert all(other != level and family.solve(other) for other in changed)
    assert changed == [family.mutate(level, seed) for seed in range(10)]


def test_levels_that_do_not_fit_are_refused(name):
    family = make_game(name, 1).family()
    good = generate(family, 0)
    with pytest.raises(LevelError, match="family 'other'"):
        family.pack([Level(family="other", tiles=good.tiles)])
    with pytest.raises(LevelError, match=r"code \(at most 12\); this level has: none"):
        family.pack([Level(family=family.name, tiles=good.tiles)])
    with pytest.raises(LevelError, match="are at most 1 x 13"):
        family.pack([Level(family=family.name, tiles=np.ones((2, 40), np.uint8), hidden=good.hidden)])
    with pytest.raises(LevelError, match="draw S"):
        family.pack([Level(family=family.name, tiles=good.tiles, hidden={"code": [9]})])


def test_a_family_without_far_levels_says_so(name):
    class Near(type(make_game(name, 1).family())):
        far = DrawnFamily.far

    with pytest.raises(ConfigError, match="has no far levels"):
        Near().far()


def test_bytes_that_are_no_saved_game_are_refused(name):
    game = make_game(name, 2)
    levels = generate_arrays(game.family(), [0, 1], "train")
    game.reset(levels, np.ones(2, np.bool_), StepBuffers.empty(game))
    saved = game.save(0)
    for data in (b"", saved[:-1], saved + b"0", saved[:4], b"\xff" * len(saved)):
        with pytest.raises(LevelError, match="not a saved game"):
            game.load(1, data)


def test_actions_of_another_shape_are_refused(name):
    game = make_game(name, 2)
    with pytest.raises(SpecError, match=r"integers .*\(2, 1, 1\)"):
        game.step(np.zeros((2, 1), np.int64), StepBuffers.empty(game))
