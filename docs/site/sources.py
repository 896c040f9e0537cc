"""The project's modules as source: which there are, which are public, and what in them lacks a docstring.

Nothing is imported here, so that a module that cannot be imported is judged too.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SOURCE_ROOTS = {"gamemeta": ROOT, "gamemeta_levels": ROOT / "levels", "gamemeta_cli": ROOT / "cli"}
CALLED_BY_TORCH = {"forward", "backward"}
"""Methods of a `torch.autograd.Function`: torch says what they do."""
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Class:
    """A class as it is written.

    Args:
        name: without its module.
        module: where it is defined.
        bases: names of its bases, without their modules.
        docs: docstring of every public method, empty where there is none.
    """

    name: str
    module: str
    bases: tuple[str, ...]
    docs: dict[str, str]


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the three packages by name."""
    found = {}
    for package, root in SOURCE_ROOTS.items():
        for path in sorted((root / package).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def public_modules() -> dict[str, list[str]]:
    """Names of the public modules by the title of their group, in the order of `api.toml`."""
    listed = _listed()
    left = [name for name in _modules() if not _fits(name, listed["internal"])]
    left += [name for name in _modules() if name not in left and name in _patterns(listed)]
    groups: dict[str, list[str]] = {}
    for group in listed["group"]:
        chosen = groups.setdefault(group["title"], [])
        for pattern in group["modules"]:
            matched = [name for name in left if fnmatchcase(name, pattern)]
            chosen += matched
            left = [name for name in left if name not in matched]
    return groups


def unlisted() -> list[str]:
    """Modules that `api.toml` neither puts into a group nor calls internal, and what it lists in vain."""
    listed = _listed()
    patterns = [*_patterns(listed), *listed["internal"]]
    forgotten = [name for name in _modules() if not _fits(name, patterns)]
    return forgotten + [p for p in patterns if not any(fnmatchcase(name, p) for name in _modules())]


def _listed() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "api.toml").read_text(encoding="utf-8"))


def _patterns(listed: dict[str, Any]) -> list[str]:
    return [pattern for group in listed["group"] for pattern in group["modules"]]


def _fits(name: str, patterns: list[str]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _modules() -> list[str]:
    return [name for name, tree in sources().items() if tree.body]


def undocumented() -> list[str]:
    """Public modules, classes, functions and methods that say nothing, by their full names.

    A method may be silent where a base class says what it does, a protocol that its class fulfils, or torch.
    """
    silent = [name for name, tree in sources().items() if tree.body and not ast.get_docstring(tree)]
    for module, tree in sources().items():
        names = {
            qualname: f"{module}.{qualname}"
            for qualname, part in _public(tree)
            if not ast.get_docstring(part)
        }
        torch_calls = {
            f"{cls.name}.{method}"
            for cls in _classes()
            if cls.module == module and "Function" in cls.bases
            for method in CALLED_BY_TORCH
        }
        silent += [
            full for name, full in names.items() if name not in torch_calls and full not in inherited_docs()
        ]
    return silent


@cache
def inherited_docs() -> dict[str, tuple[str, str]]:
    """For every silent method that is declared elsewhere: the declaring class, and the docstring there."""
    found = {}
    for cls in _classes():
        parents = [parent for parent in _classes() if parent is not cls and _declares(parent, cls)]
        for method, doc in cls.docs.items():
            declared = [p for p in parents if p.docs.get(method)]
            if not doc and declared:
                owner = max(declared, key=lambda parent: len(parent.docs))
                full = f"{owner.module}.{owner.name}"
                found[f"{cls.module}.{cls.name}.{method}"] = full, owner.docs[method]
    return found


def _declares(parent: Class, cls: Class) -> bool:
    if any(base.name == parent.name for base in _ancestors(cls)):
        return True
    methods = set(cls.docs).union(*(base.docs for base in _ancestors(cls)))
    return "Protocol" in parent.bases and bool(parent.docs) and methods >= set(parent.docs)


def _ancestors(cls: Class) -> list[Class]:
    direct = [other for other in _classes() if other.name in cls.bases and other is not cls]
    return direct + [far for near in direct for far in _ancestors(near)]


@cache
def _classes() -> list[Class]:
    found = []
    for module, tree in sources().items():
        for qualname, definition in _public(tree):
            if isinstance(definition, ast.ClassDef):
                bases = (ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in definition.bases)
                docs = {
                    part.name: ast.get_docstring(part) or ""
                    for part in definition.body
                    if isinstance(part, Definition) and not part.name.startswith("_")
                }
                found.append(Class(qualname, module, tuple(bases), docs))
    return found


def _public(tree: ast.Module | ast.ClassDef, before: str = "") -> Iterator[tuple[str, Definition]]:
    for part in tree.body:
        if isinstance(part, Definition) and not part.name.startswith("_"):
            yield before + part.name, part
            if isinstance(part, ast.ClassDef):
                yield from _public(part, f"{before}{part.name}.")
