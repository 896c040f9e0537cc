"""Which file imports which, and whether that follows the order of the floors.

Every import statement counts wherever it stands, in a function too: one that is put there only to break a
circle hides the circle. What stands under `if TYPE_CHECKING:` does not count, for it never runs; nor do names
in strings, by which registries find what they list.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

Graph = Mapping[str, frozenset[str]]
"""The modules that each module imports, of those that are looked at."""


def modules_under(root: Path, package: str) -> dict[str, Path]:
    """Every module of a package by its full name; `root` holds the folder of the package."""
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def function_lengths(source: str) -> dict[str, int]:
    """Lines of every function of a source, by name; of several with one name, the longest."""
    functions = (
        n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    lengths: dict[str, int] = {}
    for one in functions:
        lines = (one.end_lineno or one.lineno) - one.lineno + 1
        lengths[one.name] = max(lines, lengths.get(one.name, 0))
    return lengths


def graph_of(modules: Mapping[str, Path]) -> Graph:
    """What each module imports of the others."""
    return {name: frozenset(_known(_imports(path, name), modules) - {name}) for name, path in modules.items()}


def upward(graph: Graph, floors: Sequence[str]) -> list[str]:
    """Imports that run from a floor to a later one, and modules that stand on no floor."""
    wrong = []
    for name, imported in graph.items():
        floor = floor_of(name, floors)
        if floor is None:
            wrong.append(f"{name} stands on no floor")
            continue
        for other in sorted(imported):
            beyond = floor_of(other, floors)
            if beyond is not None and beyond > floor:
                wrong.append(f"{name} ({floors[floor]}) imports {other} ({floors[beyond]})")
    return wrong


def floor_of(name: str, floors: Sequence[str]) -> int | None:
    """The floor of a module: the longest entry that it is, or lies below."""
    fits = [k for k, floor in enumerate(floors) if name == floor or name.startswith(f"{floor}.")]
    return max(fits, key=lambda k: len(floors[k]), default=None)


def circles(graph: Graph) -> list[list[str]]:
    """Modules that import each other, directly or by way of others (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in graph[name]:
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            circle = [stack.pop()]
            while circle[-1] != name:
                circle.append(stack.pop())
            if len(circle) > 1:
                found.append(sorted(circle))

    for name in graph:
        if name not in index:
            visit(name)
    return found


def outside_imports(modules: Mapping[str, Path], packages: Sequence[str]) -> list[str]:
    """Imports of these packages, of other projects or of ours, by the module that makes them."""
    return [
        f"{name} imports {imported}"
        for name, path in modules.items()
        for imported in _imports(path, name)
        if any(imported == package or imported.startswith(f"{package}.") for package in packages)
    ]


def _known(imported: Iterator[str], modules: Mapping[str, Path]) -> set[str]:
    """The modules among the imported names; a package, where one of its own names was taken."""
    found = {_nearest(name, modules) for name in imported}
    return found - {""}


def _nearest(name: str, modules: Mapping[str, Path]) -> str:
    while name and name not in modules:
        name = name.rpartition(".")[0]
    return name


def _imports(path: Path, name: str) -> Iterator[str]:
    """Full names of all that a file imports, `a.b.c` of `from a.b import c`."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in _running(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _running(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those under `if TYPE_CHECKING:`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield other
                yield from _running(other)
            continue
        yield node
        yield from _running(node)
