import re
import shlex
import sys
from pathlib import Path

import numpy as np
import pytest

from gamemeta import check_game
from gamemeta.agent.file import write_agent
from gamemeta.games.game import StepBuffers
from gamemeta.games.registry import make_game, use_game
from gamemeta_cli.app import main
from gamemeta_levels.family import generate_arrays
from tests.helpers.agents import tiny_agent

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
PYTHON = [code for language, code in BLOCKS if language == "python"]


class OneMaze:
    """A game as plain as anybody's: reset and step."""

    def __init__(self):
        self.game = make_game("maze", 1)
        self.levels = generate_arrays(self.game.family(), [0], "test")
        self.out = StepBuffers.empty(self.game)
        self.episodes = 0

    def obs(self):
        return {name: array[0, 0].copy() for name, array in self.out.obs.items()}

    def reset(self):
        self.episodes += 1
        self.game.reset(self.levels, np.ones(1, np.bool_), self.out)
        return self.obs()

    def step(self, action):
        self.game.step(np.full((1, 1, 1), action), self.out)
        done = bool(self.out.terminated[0, 0] or self.out.truncated[0, 0])
        return self.obs(), float(self.out.reward[0, 0]), done


def test_the_game_loop_of_the_readme_runs_as_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_agent(tiny_agent(), tmp_path / "agent.safetensors")
    (code,) = [code for code in PYTHON if code.startswith("import gamemeta")]
    game = OneMaze()
    names = {"game": game}
    exec(code, names)
    assert game.episodes == 4
    assert isinstance(names["saved"], bytes)


@pytest.mark.slow
def test_the_game_of_the_readme_passes_the_check_of_games(tmp_path):
    (code,) = [code for code in PYTHON if code.startswith("# safe.py")]
    path = tmp_path / "safe.py"
    path.write_text(code, encoding="utf-8")
    check_game(lambda n: make_game(use_game(f"{path}:Safe"), n))


def commands():
    for language, code in BLOCKS:
        if language == "sh":
            for line in code.splitlines():
                yield from (shlex.split(part, comments=True) for part in line.split("&&"))


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_every_command_of_the_readme_exists(words, monkeypatch, capsys):
    program = Path(words[0])
    if program.parts[0] == "scripts":
        assert (ROOT / program).exists()
        return
    assert program.name == "gamemeta"
    monkeypatch.setattr(sys, "argv", ["gamemeta", words[1], "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    helped = capsys.readouterr().out
    assert all(word in helped for word in words if word.startswith("--"))


def test_the_command_table_of_the_readme_names_real_options(monkeypatch, capsys):
    rows = re.findall(r"^\| `gamemeta (\w+)[^|]*\|([^\n]*)\|$", README, re.MULTILINE)
    assert len(rows) == 10
    for command, text in rows:
        monkeypatch.setattr(sys, "argv", ["gamemeta", command, "--help"])
        with pytest.raises(SystemExit):
            main()
        helped = capsys.readouterr().out
        for option in re.findall(r"--[a-z-]+", text):
            assert option in helped, (command, option)


def test_links_of_the_documents_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    for page in pages:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (page.parent / target).exists(), (page.name, target)


def test_the_page_of_settings_is_what_the_code_says():
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        import make_docs
    finally:
        sys.path.pop(0)
    assert make_docs.PAGE.read_text(encoding="utf-8") == make_docs.page(), "run scripts/make_docs.py"
