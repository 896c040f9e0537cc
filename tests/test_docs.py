"""What the site is made of; that it builds without a warning is what `scripts/site` shows."""

import ast
import inspect
import pkgutil
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from importlib import import_module
from pathlib import Path

import pytest

from gamemeta.training.config import sections

ROOT = Path(__file__).parent.parent
EXTENSIONS = ROOT / "docs" / "extensions"
SOURCES = (ROOT / "gamemeta", ROOT / "levels" / "gamemeta_levels", ROOT / "cli" / "gamemeta_cli")
BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
ENTRY_POINTS = {"gamemeta.games", "gamemeta.families"}


@pytest.fixture
def api_pages(monkeypatch):
    monkeypatch.syspath_prepend(str(EXTENSIONS))
    return import_module("api_pages")


def public_methods(cls):
    return {
        name: member
        for name, member in vars(cls).items()
        if not name.startswith("_") and (inspect.isroutine(member) or isinstance(member, property))
    }


def fulfils(cls, protocol):
    """Whether the class has every method of the protocol; properties may be attributes of its objects."""
    methods = public_methods(protocol)
    return all(hasattr(cls, name) for name in methods if inspect.isroutine(methods[name]))


def silent_methods(classes):
    """Public methods that say nothing, unless a base class or a protocol that their class fulfils does."""
    protocols = [cls for cls in classes if getattr(cls, "_is_protocol", False)]
    return [
        f"{cls.__module__}.{cls.__qualname__}.{name}"
        for cls in classes
        if not cls.__name__.startswith("_")
        for name in public_methods(cls)
        if not inspect.getdoc(getattr(cls, name))
        and not any(
            getattr(vars(protocol).get(name), "__doc__", None) and fulfils(cls, protocol)
            for protocol in protocols
        )
    ]


def test_every_public_method_says_what_it_does(api_pages):
    modules = [import_module(name) for name in api_pages.public_modules()]
    classes = [
        cls
        for module in modules
        for cls in vars(module).values()
        if getattr(cls, "__module__", "") == module.__name__
    ]
    assert silent_methods([cls for cls in classes if inspect.isclass(cls)]) == []


class Door:
    def open(self):
        """Opens."""


class Gate(Door):
    def open(self): ...

    def shut(self): ...


def test_a_method_that_nobody_explains_is_reported():
    assert silent_methods([Door, Gate]) == [f"{__name__}.Gate.shut"]


def test_what_is_called_internal_exists(api_pages):
    for pattern in api_pages.INTERNAL:
        assert any(fnmatchcase(name, pattern) for name in api_pages.modules()), pattern


def test_every_public_module_has_one_place(api_pages):
    places = [name for names in api_pages.rooms().values() for name in names]
    assert sorted(places) == api_pages.public_modules()


def test_of_the_names_in_backticks_only_those_that_do_not_exist_are_a_warning(tmp_path):
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(EXTENSIONS)!r})\n"
        'extensions = ["myst_parser", "names"]\nnitpicky = True\n',
        encoding="utf-8",
    )
    (tmp_path / "index.md").write_text(
        "# Page\n\n`gamemeta.agent.runtime.lod`, `gamemeta.load(path)`, `gamemeta.spec.Buffer.name`, "
        "the entry point `gamemeta.games`, `x.y`\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "dummy", str(tmp_path), str(tmp_path / "out")]
    build = subprocess.run(command, capture_output=True, text=True, check=True)
    (warning,) = build.stderr.strip().splitlines()
    assert "index.md" in warning and "gamemeta.agent.runtime.lod" in warning


def names_in(body):
    """Names of classes, functions and variables of a module or a class, not those within functions."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            yield from names_in(node.body)
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (name.id for one in targets for name in ast.walk(one) if isinstance(name, ast.Name))


@pytest.fixture(scope="module")
def defined():
    """Every name of a class, a function or a variable in the sources, and the names of cells."""
    files = [path for folder in (*SOURCES, EXTENSIONS, ROOT / "tests") for path in folder.rglob("*.py")]
    found = {name for path in files for name in names_in(ast.parse(path.read_text(encoding="utf-8")).body)}
    return found | set(import_module("gamemeta.networks.cells.registry").CELLS)


def is_path(text):
    """Whether there is such a file or folder; `<name>` may be any."""
    pattern = re.sub("<[^>]*>", "*", text).rstrip("/")
    places = (ROOT, *SOURCES, *(source.parent for source in SOURCES))
    return any(any(place.glob(pattern)) for place in places)


def is_dotted_name(text):
    for name in (text, f"gamemeta.{text}"):
        try:
            pkgutil.resolve_name(name)
        except (AttributeError, ImportError, ValueError):
            continue
        return True
    return text in ENTRY_POINTS


def unresolved(page, defined):
    """What stands in backticks on a page, commands aside, and is no path and no name."""
    texts = re.findall(r"`([^`]+)`", BLOCK.sub("", page))
    return [
        text
        for text in texts
        if not text.startswith("gamemeta ") and not (text in defined or is_path(text) or is_dotted_name(text))
    ]


def test_all_that_the_architecture_names_exists(defined):
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert unresolved(page, defined) == []


def test_what_does_not_exist_is_reported(defined):
    there = "`Game`, `mingru`, `games/outside/<library>/`, `trials/`, `gamemeta.load`, `gamemeta train X`"
    gone = ["learners/packing.py", "networks/<name>/plain.py", "gamemeta.lod", "agent.twin", "Quick"]
    page = there + "".join(f" `{name}`" for name in gone) + "\n```\n`picture`\n```\n"
    assert unresolved(page, defined) == gone


DOTTED = re.compile(r"`([a-z_]+(?:\.[A-Za-z_]+)+)`")
OF_A_CALLER = {"agent.resume", "mind.memory"}
"""Methods of objects in the caller's game loop."""


def named_in_docstrings(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield from DOTTED.findall(ast.get_docstring(node) or "")


def is_name_within(text, module):
    """Whether a dotted name is one of the library, or of a folder around the module, or of the module."""
    parts = module.split(".")
    return any(is_dotted_name(".".join([*parts[:k], text])) for k in range(len(parts) + 1))


@pytest.mark.parametrize("room", ["agent", "networks"])
def test_internal_docstrings_name_what_exists(room):
    """The site, which checks names in all other rooms, leaves these out."""
    settings = tuple(f"{name}." for name in sections("maze"))
    gone = {
        (str(path.relative_to(ROOT)), text)
        for path in (ROOT / "gamemeta" / room).rglob("*.py")
        for text in named_in_docstrings(path)
        if text not in OF_A_CALLER and not text.startswith(settings)
        if not is_name_within(text, ".".join(path.relative_to(ROOT).with_suffix("").parts))
    }
    assert gone == set()
