"""What `gamemeta new` writes is clean and passes its own tests (scripts/check-wheel installs it)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gamemeta.authoring.package import KINDS, MOST_LETTERS, class_prefix, write_package
from gamemeta.errors import ConfigError

ROOTS = [str(Path(__file__).parents[3] / folder) for folder in (".", "levels", "cli")]


def run(folder, *words, path=()):
    """Run a module in a folder; what it printed."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*map(str, path), *ROOTS])}
    done = subprocess.run(
        [sys.executable, "-m", *map(str, words)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module", params=KINDS)
def package(request, tmp_path_factory):
    name = f"lock_{request.param}"
    return write_package(request.param, name, tmp_path_factory.mktemp("authored") / name)


@pytest.mark.slow
def test_it_passes_its_own_tests(package):
    assert " passed" in run(package, "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", path=["."])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["ab", "a" * MOST_LETTERS, "my_lock_game"])
def test_it_is_clean_whatever_its_name(tmp_path, kind, name):
    package = write_package(kind, name, tmp_path / "package")
    run(package, "ruff", "check", "--no-cache", ".")
    run(package, "ruff", "format", "--no-cache", "--check", ".")


def test_nothing_of_the_template_is_left_in_it(package):
    for path in package.rglob("*"):
        assert "newgame" not in path.name
        if path.suffix in (".py", ".toml", ".md"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"newgame|\bNew(Game|Family|Parameters|Config)", text), path


def test_classes_are_named_after_the_package():
    assert class_prefix("lockpick") == "Lockpick"
    assert class_prefix("lock_pick") == "LockPick"
    assert class_prefix("my_game") == "My"
    assert class_prefix("game") == "Game"


def test_a_failure_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(self, text, **more):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises(OSError, match="No space left"):
        write_package("game", "lockpick", tmp_path / "lockpick")
    assert not list(tmp_path.iterdir())


def test_an_unknown_kind_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="Choose one of: game, family"):
        write_package("agent", "lockpick", tmp_path / "lockpick")
