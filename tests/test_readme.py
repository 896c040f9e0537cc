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
    command = words[1:3] if words[1] == "levels" else words[1:2]
    monkeypatch.setattr(sys, "argv", ["gamemeta", *command, "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    helped = capsys.readouterr().out
    assert all(word in helped for word in words if word.startswith("--"))


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`gamemeta ([a-z]+)[^`]*`", README))))
def test_every_command_in_the_text_of_the_readme_exists(command, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gamemeta", command, "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code


def test_every_page_of_results_has_a_row_in_the_index():
    pages = {page.name for page in (ROOT / "docs" / "results").glob("*.md")} - {"index.md"}
    index = (ROOT / "docs" / "results" / "index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| \[[^]]+\]\(([^)]+\.md)\)", index, re.MULTILINE)) == pages


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
