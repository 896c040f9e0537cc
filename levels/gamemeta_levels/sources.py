"""What a module is made from: its own source and that of all it imports."""

import ast
import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_OURS = ("gamemeta", "gamemeta_levels")
_INSTALLED = ("site-packages", "dist-packages")
_LIBRARY = Path(ast.__file__).parent


def digest_of_sources(module: str) -> str:
    """A digest of the files of a module that is being imported and of those it imports, near and far.

    Files of other people's packages are left out: only those of the module's own package, of ours, and those
    that lie beside it count.
    """
    packages = {module.partition(".")[0], *_OURS}
    folder = cache(_folder)  # for this one digest: later on a name may come to mean another module
    beside = folder(module.partition(".")[0])
    sources: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        top = name.partition(".")[0]
        if name in sources or name not in sys.modules:
            continue
        if top in packages or (beside is not None and folder(top) == beside):
            sources[name], imported = _source(name)
            waiting += imported
    digest = hashlib.sha256()
    for name in sorted(sources):
        digest.update(f"{name} {sources[name]}\n".encode())
    return digest.hexdigest()


def _folder(top: str) -> Path | None:
    """The folder that a loaded top-level module or package was found in; None where it has none, and for
    folders of installed packages."""
    module = sys.modules.get(top)
    facts = getattr(module, "__dict__", {})  # some modules answer any name
    places = [*facts.get("__path__", ()), *filter(None, [facts.get("__file__")])]
    if not places:
        return None
    folder = Path(places[0]).parent
    return None if folder.name in _INSTALLED or folder == _LIBRARY else folder


@cache
def _source(module: str) -> tuple[str, tuple[str, ...]]:
    """Digest of one module's file, and the names that it imports; some may be no modules."""
    path = getattr(sys.modules[module], "__file__", None)
    if path is None or not Path(path).is_file():
        return "", ()
    source = Path(path).read_bytes()
    package = module if Path(path).name == "__init__.py" else module.rpartition(".")[0]
    return hashlib.sha256(source).hexdigest(), tuple(_imported(ast.parse(source).body, package))


def _imported(statements: list[ast.stmt], package: str) -> Iterator[str]:
    """Names imported whenever the module is: those inside functions and for type checkers alone are left out,
    as it depends on the rest of the program whether they are loaded."""
    for statement in statements:
        match statement:
            case ast.Import(names=names):
                for one in names:
                    parts = one.name.split(".")
                    yield from (".".join(parts[: k + 1]) for k in range(len(parts)))
            case ast.ImportFrom(module=origin, names=names, level=level):
                above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                full = ".".join([*above, *filter(None, [origin])])
                yield full
                yield from (f"{full}.{one.name}" for one in names)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                pass
            case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"), orelse=rest):
                yield from _imported(rest, package)
            case _:
                yield from _imported(_inner(statement), package)


def _inner(statement: ast.stmt) -> list[ast.stmt]:
    """Statements inside a compound one: branches, handlers, cases, the body of a class."""
    inner: list[ast.stmt] = []
    for part in ast.iter_child_nodes(statement):
        if isinstance(part, ast.stmt):
            inner.append(part)
        elif isinstance(part, ast.ExceptHandler | ast.match_case):
            inner += part.body
    return inner
