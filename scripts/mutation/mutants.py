"""Small changes to a source, one at a time, made where the syntax tree has a place for them.

Neither mutmut nor cosmic-ray does: mutmut puts all variants of a function behind a trampoline, which numba
cannot compile, and cosmic-ray unparses whole files, after which every kernel of a file is compiled anew and
comments are gone from what survivors show. Here a mutant is one replacement in the text.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

COMPARED = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
COUNTED = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "minimum": "maximum", "maximum": "minimum"}
SKIPPED = (ast.Raise, ast.Import, ast.ImportFrom, ast.Assert)
"""Statements that are left alone: messages of errors, and what types alone need."""


@dataclass(frozen=True)
class Mutant:
    """One change of one file."""

    file: str
    line: int
    start: int
    """Offset in the source, in characters."""
    old: str
    new: str

    @property
    def key(self) -> str:
        """Names the change, as long as the file stays the same before it."""
        return f"{self.file}:{self.line}:{self.start}:{self.old}->{self.new}"

    def applied(self, source: str) -> str:
        """The source with this change."""
        assert source[self.start : self.start + len(self.old)] == self.old
        return source[: self.start] + self.new + source[self.start + len(self.old) :]

    def __str__(self) -> str:
        first = self.old.strip().splitlines()[0]
        return f"{self.file}:{self.line}: {first} -> {self.new.strip() or 'left out'}"


def mutants(file: str, source: str) -> list[Mutant]:
    """All changes of a source, in the order of places."""
    found = {m.key: m for m in _Search(file, source).found()}
    return sorted(found.values(), key=lambda m: (m.start, m.new))


def digest(source: str) -> str:
    """Names a version of a file."""
    return blake2b(source.encode(), digest_size=6).hexdigest()


class _Search:
    def __init__(self, file: str, source: str) -> None:
        self.file, self.source, self.tree = file, source, ast.parse(source)
        lines = source.splitlines(keepends=True)
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))
        self.lines = lines

    def found(self) -> Iterator[Mutant]:
        yield from self._block(self.tree)

    def _offset(self, line: int, column: int) -> int:
        """Of a place that the syntax tree gives in bytes."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def _span(self, node: ast.AST) -> tuple[int, int]:
        return (
            self._offset(node.lineno, node.col_offset),
            self._offset(node.end_lineno, node.end_col_offset),
        )

    def _changed(self, node: ast.AST, new: str) -> Mutant:
        start, end = self._span(node)
        return Mutant(self.file, node.lineno, start, self.source[start:end], new)

    def _between(self, left: ast.AST, right: ast.AST, old: str, new: str) -> Iterator[Mutant]:
        """A change of the operator between two operands."""
        start, end = self._span(left)[1], self._span(right)[0]
        at = self.source.find(old, start, end)
        if at >= 0:
            yield Mutant(self.file, self.source.count("\n", 0, at) + 1, at, old, new)

    def _block(self, node: ast.AST) -> Iterator[Mutant]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, SKIPPED):
                continue
            yield from self._statement(child)
            yield from self._expression(child)
            if isinstance(child, ast.AnnAssign):
                yield from self._value(child)
            elif isinstance(child, ast.FunctionDef):
                for part in child.body:
                    yield from self._block(ast.Module([part], []))
            else:
                yield from self._block(child)

    def _value(self, node: ast.AnnAssign) -> Iterator[Mutant]:
        if node.value is not None:
            yield from self._block(ast.Expression(node.value))

    def _statement(self, node: ast.AST) -> Iterator[Mutant]:
        """A call or an assignment in place left out."""
        call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        stored = isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript | ast.Attribute)
        if call or stored or isinstance(node, ast.AugAssign):
            yield self._changed(node, "pass")

    def _expression(self, node: ast.AST) -> Iterator[Mutant]:
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                yield from self._between(left, right, *COMPARED[type(op)])
            case ast.BinOp(left=left, op=op, right=right) if type(op) in COUNTED:
                if not isinstance(right, ast.Constant) or right.value is not None:
                    yield from self._between(left, right, *COUNTED[type(op)])
            case ast.BoolOp(op=op, values=values):
                old, new = ("and", "or") if isinstance(op, ast.And) else ("or", "and")
                yield from self._between(values[0], values[1], old, new)
            case ast.UnaryOp(op=ast.Not() | ast.Invert() | ast.USub(), operand=operand):
                start, end = self._span(operand)
                yield self._changed(node, self.source[start:end])
            case ast.IfExp(test=test):
                yield self._changed(test, f"(not {self._text(test)})")
            case ast.Constant(value=bool() as value):
                yield self._changed(node, str(not value))
            case ast.Constant(value=int() | float() as value):
                yield self._changed(node, str(value + 1))
            case ast.Call(func=ast.Name(id=name) as func) if name in NAMES:
                yield self._changed(func, NAMES[name])
            case ast.Call(func=ast.Attribute(attr=name) as func) if name in NAMES:
                start, end = self._span(func)
                yield Mutant(self.file, func.end_lineno, end - len(name), name, NAMES[name])

    def _text(self, node: ast.AST) -> str:
        start, end = self._span(node)
        return self.source[start:end]
