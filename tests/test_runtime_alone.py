"""What `pip install gamemeta` brings: an agent acts, and whatever needs more says so in one sentence."""

import re
import subprocess
import sys
import textwrap
import tomllib
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import typer.main

from gamemeta.agent.file import write_agent
from gamemeta.spec import ActionSpec, Spec, image, quantities, symbols
from gamemeta_cli.app import app
from gamemeta_levels.packages import RUNTIME, TRAIN, for_training, install_command
from tests.helpers.agents import tiny_agent

ROOT = Path(__file__).parents[1]
OURS = ("gamemeta", "gamemeta_levels", "gamemeta_cli")
SENTENCE = "this needs more than the runtime: {} is not installed. Run: " + install_command("train")
WITHOUT = f"""
import sys
from importlib.machinery import BuiltinImporter, FrozenImporter, PathFinder

RUNTIME = {{*sys.stdlib_module_names, *{(*RUNTIME, *OURS)}}}

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        first = name.partition(".")[0]
        there = first not in MISSING if MISSING else first in RUNTIME or first.startswith("_sysconfigdata")
        return PathFinder.find_spec(name, path, target) if there else None

sys.meta_path[:] = BuiltinImporter, FrozenImporter, Finder
"""
MIXED = Spec(
    obs=(symbols("tiles", (3, 3), 5), quantities("place", (2,)), image("picture", (16, 16, 3))),
    action=ActionSpec(heads=(3,), low=(-1.0,), high=(2.0,)),
)


def run(code, missing=()):
    """Output of a program that can import all but these packages, or the runtime alone if there are none."""
    program = f"MISSING = {tuple(missing)}\n{WITHOUT}\n{textwrap.dedent(code)}"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_agents_play_save_and_go_on(tmp_path):
    for cell, spec in (("gru", MIXED), ("mingru+table", None)):
        write_agent(tiny_agent(cell, spec=spec), tmp_path / f"{cell}.safetensors")
    printed = run(
        f"""
        from pathlib import Path

        import numpy as np
        import gamemeta
        from gamemeta.assets import shipped_agents

        for name in [*shipped_agents(), *Path({str(tmp_path)!r}).glob("*.safetensors")]:
            agent = gamemeta.load(name).with_skill(0.9)
            draws = np.random.default_rng(1)
            show = lambda: {{
                b.name: draws.integers(0, getattr(b, "codes", 3), (2, *b.shape)).astype(b.dtype)
                for b in agent.spec.obs
            }}
            mind = agent.begin(n=2, seed=3)
            for step in range(8):
                mind.act(show(), [0.5, 0.0], [step == 4, False])
            other, obs = agent.resume(mind.memory), show()
            actions = [m.act(obs, [1.0, 0.0], [False, True]).tolist() for m in (mind, other)]
            assert actions[0] == actions[1] and mind.memory == other.memory
            mind.forget(np.array([True, False]))
            mind.act(show())
            print(agent.backend)
        """
    )
    assert printed.split() == ["numpy"] * 7


def test_what_needs_more_than_the_runtime_says_so():
    printed = run(
        """
        from importlib import import_module
        import gamemeta, gamemeta_levels, gamemeta.authoring

        for what in (
            lambda: gamemeta.train,
            lambda: gamemeta.check_game,
            lambda: gamemeta.make_game("maze", 1),
            lambda: gamemeta.make_game("gymnasium/CartPole-v1", 1),
            lambda: gamemeta_levels.family_class("maze"),
            lambda: gamemeta_levels.Maze,
            lambda: gamemeta.authoring.quick_check,
            lambda: import_module("gamemeta.envs"),
        ):
            try:
                what()
            except gamemeta.GamemetaError as error:
                assert isinstance(error, ImportError) and error.name
                print(error)
        """
    ).splitlines()
    assert len(printed) == 8
    assert {re.sub("runtime: [a-z]+ is", "runtime: {} is", line) for line in printed} == {SENTENCE}


RUN_COMMANDS = """
        import contextlib, io
        from gamemeta_cli.__main__ import main

        for words in COMMANDS:
            sys.argv, out, error, code = ["gamemeta", *words], io.StringIO(), io.StringIO(), 0
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
                try:
                    main()
                except SystemExit as end:
                    code = end.code
            print(code, " ".join((out.getvalue() + error.getvalue()).split()))
"""


def commands():
    """Every command of the command line, as words."""
    for name, command in typer.main.get_command(app).commands.items():
        inner = getattr(command, "commands", None)
        yield from ([name, word] for word in inner) if inner else [[name]]


def outcomes(lines, missing=()):
    """Exit code and output of each of these commands."""
    printed = run(RUN_COMMANDS.replace("COMMANDS", repr(lines)), missing)
    return [(int(code), text) for code, _, text in (line.partition(" ") for line in printed.splitlines())]


def test_every_command_says_what_to_install():
    lines = [[], ["--help"], *commands()]
    assert len(lines) > 20
    assert outcomes(lines) == [(2, f"error: {SENTENCE.format('typer')}")] * len(lines)


@pytest.mark.slow
def test_where_one_package_is_missing_commands_work_or_name_it():
    lines = [["levels", "list"], ["new", "game", "--help"], ["train"]]
    listed, help_shown, refused = outcomes(lines, ["torch"])
    assert listed[0] == help_shown[0] == 0
    assert refused == (2, f"error: {SENTENCE.format('torch')}")


def test_the_version_needs_the_runtime_alone():
    ((code, text),) = outcomes([["--version"]])
    assert code == 0 and re.fullmatch(r"gamemeta [\d.]+", text)


def test_a_package_that_no_extra_brings_is_missing_as_ever():
    with pytest.raises(ModuleNotFoundError, match="minigolf"), for_training():
        import_module("minigolf")


def test_the_extra_brings_every_module_that_is_named():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements):
        return {re.split(r"[^\w-]", line)[0].replace("-", "_").lower() for line in requirements}

    def packages(modules):
        found = packages_distributions()
        return names(found[module][0] for module in modules)

    assert packages(RUNTIME) == names(project["dependencies"])
    of_others = {"llvmlite", "markupsafe"}  # numba and jinja2 bring them
    assert packages(TRAIN) - of_others == names(project["optional-dependencies"]["train"])
