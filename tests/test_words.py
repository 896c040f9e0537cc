"""Names and docstrings in plain words: no verb stands for the thing that it was done to."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("gamemeta", "levels", "cli")
DIALECT = {"told", "said", "given", "own", "found", "lent"}
VERBS = re.compile(r"(tells?|told|says?|said|gives?|given|owns?|owned|finds?|found|lends?|lent)\b", re.I)


def names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and text of every name that the module gives, takes or uses."""
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 1)
        if isinstance(node, ast.Name):
            yield line, node.id
        elif isinstance(node, ast.Attribute):
            yield line, node.attr
        elif isinstance(node, ast.arg) or (isinstance(node, ast.keyword) and node.arg):
            yield line, node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield line, node.name
        elif isinstance(node, ast.alias):
            yield from ((line, part) for part in node.name.split("."))
            yield line, node.asname or ""
        elif isinstance(node, ast.ImportFrom):
            yield from ((line, part) for part in (node.module or "").split("."))
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs):
            yield line, node.name or ""


def is_dialect(name: str) -> bool:
    """Whether the name is one of these words, however it is written: `told`, `_told`, `TOLD`."""
    return name.strip("_").lower() in DIALECT


def first_lines(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and first line of every public docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text and not getattr(node, "name", "").startswith("_"):
                yield getattr(node, "lineno", 1), text.partition("\n")[0]


def wrong_in(source: str, file: str = "") -> list[str]:
    """Every place in this source that is in the dialect."""
    tree = ast.parse(source)
    wrong = [f"{file}:{line}: {name}" for line, name in names(tree) if is_dialect(name)]
    return wrong + [f"{file}:{line}: {text}" for line, text in first_lines(tree) if VERBS.match(text)]


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_name_and_no_docstring_is_in_the_dialect(folder):
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    wrong = [place for file in files for place in wrong_in(file.read_text("utf-8"), str(file))]
    wrong += [str(file) for file in files if is_dialect(file.stem) or is_dialect(file.parent.name)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "source",
    [
        "told = 1",
        "x._said",
        "def f(given): ...",
        "f(own=1)",
        "class Found: ...",
        "from a.given import x",
        "TOLD = 2",
        'def f():\n    """Tells how it goes."""',
        '"""Given levels."""',
    ],
)
def test_the_dialect_is_noticed(source):
    assert wrong_in(source)


@pytest.mark.parametrize(
    "source",
    ["held = 1", "FileNotFoundError", 'def f():\n    """Levels that were found."""', "def gives(x): ..."],
)
def test_plain_words_pass(source):
    assert not wrong_in(source)
