"""Cached machine code follows every source it was made from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gamemeta_levels import kernel as kernels
from gamemeta_levels.sources import digest_of_sources

INNER = (
    "from gamemeta_levels.kernel import kernel\n"
    "FACTOR = {factor}\n\n"
    "@kernel\ndef inner(x):\n    return x + {step}\n"
)
OUTER = (
    "from gamemeta_levels.kernel import kernel\n"
    "{imports}\n\n"
    "@kernel\ndef outer(x):\n    return factor * inner(x)\n"
)
IMPORTS = {
    "absolute": "from here.inner import FACTOR as factor, inner",
    "relative": "from .inner import FACTOR as factor, inner",
    "relative module": "from . import inner as m\ninner, factor = m.inner, m.FACTOR",
    "two in a line": "import os, here.inner\ninner, factor = here.inner.inner, here.inner.FACTOR",
    "in brackets": "from here import (\n    inner as m,\n)\ninner, factor = m.inner, m.FACTOR",
    "in a try": "try:\n    from here.inner import FACTOR as factor, inner\nexcept ImportError:\n    raise",
    "in an if": "import os\nif os.sep:\n    from here.inner import FACTOR as factor, inner",
    "in an except": (
        "try:\n    import no_such\nexcept ImportError:\n    import here.inner as m\n"
        "inner, factor = m.inner, m.FACTOR"
    ),
    "everything": "from .inner import *\nfactor = FACTOR",
    "through the package": "from . import again\ninner, factor = again.inner, again.FACTOR",
}


def write_package(folder: Path, imports: str) -> Path:
    package = folder / "here"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "again.py").write_text("from .inner import FACTOR, inner\n")
    (package / "outer.py").write_text(OUTER.format(imports=imports))
    return package


def outcome(folder: Path) -> int:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)])}
    command = [sys.executable, "-c", "from here.outer import outer; print(outer(1))"]
    return int(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{"step": 2}, {"factor": 10}])
def test_a_kernel_is_compiled_anew_when_what_it_calls_or_takes_in_has_changed(tmp_path, changed):
    package = write_package(tmp_path, IMPORTS["absolute"])
    numbers = {"step": 1, "factor": 5}
    (package / "inner.py").write_text(INNER.format(**numbers))
    assert outcome(tmp_path) == 10
    assert list(package.glob("__pycache__/*.nbi")), "nothing was cached"

    (package / "inner.py").write_text(INNER.format(**numbers | changed))
    numbers |= changed
    assert outcome(tmp_path) == numbers["factor"] * (1 + numbers["step"])


DIGEST = (
    "import here.inner, here.outer\n"
    "from gamemeta_levels.sources import digest_of_sources\n"
    "print(digest_of_sources(here.outer.__name__))"
)


def digest(folder: Path) -> str:
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)]),
        "NUMBA_DISABLE_JIT": "1",
    }
    command = [sys.executable, "-c", DIGEST]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.mark.slow
@pytest.mark.parametrize("imports", IMPORTS.values(), ids=IMPORTS)
def test_what_a_kernel_imports_in_any_way_is_part_of_its_digest(tmp_path, imports):
    package = write_package(tmp_path, imports)
    (package / "inner.py").write_text(INNER.format(step=1, factor=5))
    first = digest(tmp_path)
    assert digest(tmp_path) == first
    (package / "inner.py").write_text(INNER.format(step=2, factor=5))
    assert digest(tmp_path) != first


@pytest.mark.parametrize(
    "imports",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import here.inner",
        "def later():\n    import here.inner",
    ],
)
def test_what_may_or_may_not_be_loaded_is_no_part_of_it(tmp_path, imports):
    package = write_package(tmp_path, "")
    (package / "outer.py").write_text(f"{imports}\n")
    (package / "inner.py").write_text("A = 1\n")
    first = digest(tmp_path)
    (package / "inner.py").write_text("A = 2\n")
    assert digest(tmp_path) == first


def test_numba_still_has_the_attribute_that_holds_the_digest():
    """Fails when numba renames or drops the stamp by which its cache takes machine code for out of date."""
    stamp = kernels.mix64._cache._cache_file._source_stamp
    assert stamp[1] == digest_of_sources(kernels.__name__)


def test_where_nothing_can_be_cached_kernels_are_compiled_all_the_same():
    scope = {"kernel": kernels.kernel, "__name__": __name__}
    exec(compile("@kernel\ndef doubled(x):\n    return 2 * x\n", "no file", "exec"), scope)
    assert scope["doubled"](4) == 8
