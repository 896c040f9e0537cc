"""Cached machine code follows every source it was made from."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gamemeta_levels import kernel as kernels
from gamemeta_levels import sources
from gamemeta_levels.kernel_cache import KernelCacheFile, is_trusted
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


# The new numbers are longer, as Python tells files written within one second apart by their length alone.
@pytest.mark.slow
@pytest.mark.parametrize("changed", [{"step": 20}, {"factor": 10}])
def test_a_kernel_is_compiled_anew_when_what_it_calls_or_takes_in_has_changed(tmp_path, changed):
    package = write_package(tmp_path, IMPORTS["absolute"])
    numbers = {"step": 1, "factor": 5}
    (package / "inner.py").write_text(INNER.format(**numbers))
    assert outcome(tmp_path) == 10
    assert list(package.glob("__pycache__/*.nbi")), "nothing was cached"

    (package / "inner.py").write_text(INNER.format(**numbers | changed))
    numbers |= changed
    assert outcome(tmp_path) == numbers["factor"] * (1 + numbers["step"])


def purge(folder: Path) -> None:
    """Forget the modules of a folder, as a new process has not loaded them."""
    for name, module in list(sys.modules.items()):
        facts = getattr(module, "__dict__", {})  # some modules answer any name
        places = [facts.get("__file__"), *facts.get("__path__", ())]
        if any(place is not None and Path(place).is_relative_to(folder) for place in places):
            del sys.modules[name]
    importlib.invalidate_caches()
    sources._source.cache_clear()


@pytest.fixture
def digest(monkeypatch):
    """The digest of a module in a folder, imported as by a new process."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # two sources of one size and second

    def digest(folder: Path, module: str = "here.outer") -> str:
        purge(folder)
        with monkeypatch.context() as path:
            path.syspath_prepend(folder)
            try:
                importlib.import_module(module)
                return digest_of_sources(module)
            finally:
                purge(folder)

    return digest


@pytest.mark.parametrize("imports", IMPORTS.values(), ids=IMPORTS)
def test_what_a_kernel_imports_in_any_way_is_part_of_its_digest(tmp_path, digest, imports):
    package = write_package(tmp_path, imports)
    (package / "inner.py").write_text(INNER.format(step=1, factor=5))
    first = digest(tmp_path)
    assert digest(tmp_path) == first
    (package / "inner.py").write_text(INNER.format(step=2, factor=5))
    assert digest(tmp_path) != first


BESIDE = {
    "a module": ("inner.py", "from inner import FACTOR as factor, inner"),
    "a package": ("inner/__init__.py", "from inner import FACTOR as factor, inner"),
    "part of a package": ("more/inner.py", "import more.inner as m\ninner, factor = m.inner, m.FACTOR"),
}


@pytest.mark.parametrize(("file", "imports"), BESIDE.values(), ids=BESIDE)
def test_modules_that_lie_beside_a_single_file_are_part_of_its_digest(tmp_path, digest, file, imports):
    """A game is often a file, with another file of kernels beside it."""
    inner = tmp_path / file
    inner.parent.mkdir(exist_ok=True)
    (tmp_path / "outer.py").write_text(OUTER.format(imports=imports))
    digests = set()
    for step in (1, 2):
        inner.write_text(INNER.format(step=step, factor=5))
        digests.add(digest(tmp_path, "outer"))
    assert len(digests) == 2


@pytest.mark.parametrize(
    "imports",
    [
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import here.inner",
        "def later():\n    import here.inner",
    ],
)
def test_what_may_or_may_not_be_loaded_is_no_part_of_it(tmp_path, digest, imports):
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


@pytest.mark.slow
def test_damaged_machine_code_is_compiled_anew_without_a_word_and_whole_again(tmp_path):
    package = write_package(tmp_path, IMPORTS["absolute"])
    (package / "inner.py").write_text(INNER.format(step=1, factor=5))
    assert outcome(tmp_path) == 10
    kept = {file: file.read_bytes() for file in (package / "__pycache__").glob("*.nb?")}
    assert len(kept) == 4, "an index and machine code of two kernels"
    for file, data in kept.items():
        file.write_bytes(data[:-1] + b"?" if "inner" in file.name else data[: len(data) // 2])
    assert outcome(tmp_path) == 10
    assert all(len(file.read_bytes()) > len(data) // 2 for file, data in kept.items()), "not written anew"


def test_every_flipped_bit_and_every_cut_of_a_cache_file_is_noticed(tmp_path):
    kept = KernelCacheFile(str(tmp_path), "f", "stamp")
    kept.save("key", {"code": b"12345"})
    assert kept.load("key") == {"code": b"12345"}
    for file in tmp_path.iterdir():
        whole = file.read_bytes()
        for k in range(8 * len(whole)):
            file.write_bytes(whole[: k // 8] + bytes([whole[k // 8] ^ 1 << k % 8]) + whole[k // 8 + 1 :])
            assert kept.load("key") is None
        for size in range(len(whole)):
            file.write_bytes(whole[:size])
            assert kept.load("key") is None
        file.write_bytes(whole)
    assert kept.load("key") == {"code": b"12345"}
    assert KernelCacheFile(str(tmp_path), "f", "another stamp").load("key") is None


def test_a_full_disk_only_means_that_nothing_is_kept(tmp_path, monkeypatch):
    kept = KernelCacheFile(str(tmp_path), "f", "stamp")
    monkeypatch.setattr(kept, "_open_for_write", lambda path: (_ for _ in ()).throw(OSError(28, "full")))
    kept.save("key", "code")
    assert kept.load("key") is None


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has other rights")
@pytest.mark.parametrize(("mode", "trusted"), [(0o700, True), (0o755, True), (0o775, True), (0o777, False)])
def test_a_cache_that_everyone_can_write_to_is_not_trusted(tmp_path, mode, trusted):
    source, folder = tmp_path / "source" / "a.py", tmp_path / "cache"
    source.parent.mkdir(mode=0o755)
    source.write_text("")
    assert is_trusted(folder, source), "it does not exist yet"
    folder.mkdir()
    folder.chmod(mode)
    assert is_trusted(folder, source) is trusted
    source.parent.chmod(0o777)
    assert is_trusted(folder, source), "who may write the source may write its machine code"


def test_a_cache_of_another_user_is_not_trusted_unless_the_source_is_theirs(tmp_path, monkeypatch):
    if not hasattr(os, "getuid"):
        pytest.skip("Windows has other rights")
    source, folder = tmp_path / "a.py", tmp_path / "cache"
    source.write_text("")
    folder.mkdir()
    owner, stat = folder.stat().st_uid, Path.stat

    def of_a_stranger(path, **more):
        found = list(stat(path, **more))
        found[4] = owner + 7 if path == folder else owner
        return os.stat_result(found)

    monkeypatch.setattr(Path, "stat", of_a_stranger)
    assert not is_trusted(folder, source)
    monkeypatch.setattr(os, "getuid", lambda: owner + 7)
    assert is_trusted(folder, source)


def test_a_cache_that_is_not_trusted_is_not_used_and_the_cure_is_told(tmp_path, monkeypatch):
    (tmp_path / "open_to_all.py").write_text(
        "from gamemeta_levels.kernel import kernel\n\n@kernel\ndef doubled(x):\n    return 2 * x\n"
    )
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__").chmod(0o777)
    monkeypatch.syspath_prepend(tmp_path)
    if not hasattr(os, "getuid"):
        pytest.skip("Windows has other rights")
    with pytest.warns(RuntimeWarning, match="written to by others, .*NUMBA_CACHE_DIR"):
        import open_to_all
    assert open_to_all.doubled(4) == 8
    assert not list((tmp_path / "__pycache__").glob("*.nb?"))
