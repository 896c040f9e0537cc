import subprocess
import sys
import textwrap

import pytest

import gamemeta


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_gamemeta_loads_nothing_heavy():
    run(
        """
        import sys, numpy
        import gamemeta
        heavy = {"torch", "numba", "gymnasium", "pettingzoo", "rich", "typer", "PIL", "safetensors"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
        """
    )


def test_every_exported_name_is_there():
    assert sorted(gamemeta.__all__) == dir(gamemeta)
    for name in gamemeta.__all__:
        assert getattr(gamemeta, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    try:
        _ = gamemeta.nonsense
    except AttributeError as error:
        assert "nonsense" in str(error)
    else:
        raise AssertionError


@pytest.mark.slow
def test_evaluation_knows_nothing_of_training():
    run(
        """
        import sys
        import gamemeta.evaluation.evaluation
        assert not [name for name in sys.modules if name.startswith("gamemeta.training")]
        """
    )


@pytest.mark.slow
def test_levels_know_neither_games_nor_torch():
    run(
        """
        import sys
        import gamemeta_levels.families.maze.family, gamemeta_levels.inspection.inspect
        import gamemeta_levels.formats
        bad = [n for n in sys.modules if n == "gamemeta" or n.startswith(("gamemeta.", "torch"))]
        assert not bad, bad
        """
    )
