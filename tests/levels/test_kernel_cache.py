"""Cached machine code follows every source it was made from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

INNER = (
    "from gamemeta_levels.kernel import kernel\n"
    "FACTOR = {factor}\n\n"
    "@kernel\ndef inner(x):\n    return x + {step}\n"
)
OUTER = (
    "from gamemeta_levels.kernel import kernel\n"
    "from here.inner import FACTOR, inner\n\n"
    "@kernel\ndef outer(x):\n    return FACTOR * inner(x)\n"
)


def outcome(folder: Path) -> int:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)])}
    command = [sys.executable, "-c", "from here.outer import outer; print(outer(1))"]
    return int(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("changed", [{"step": 2}, {"factor": 10}])
def test_a_kernel_is_compiled_anew_when_what_it_calls_or_takes_in_has_changed(tmp_path, changed):
    package = tmp_path / "here"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "outer.py").write_text(OUTER)
    numbers = {"step": 1, "factor": 5}
    (package / "inner.py").write_text(INNER.format(**numbers))
    assert outcome(tmp_path) == 10
    assert list(package.glob("__pycache__/*.nbi")), "nothing was cached"

    (package / "inner.py").write_text(INNER.format(**numbers | changed))
    numbers |= changed
    assert outcome(tmp_path) == numbers["factor"] * (1 + numbers["step"])
