"""Expressions of compiled rules as JavaScript.

Arrays are `Grid` of assets/playground/rules/grid.js; Python's integers are JavaScript's numbers, which hold
them exactly up to 2**53, and unsigned 64-bit ones are `BigInt`.
"""

import ast
from collections.abc import Callable, Sequence
from typing import Any

RESERVED = frozenset(
    (
        *("case", "class", "const", "default", "delete", "enum", "export", "function", "let", "new"),
        *("switch", "this", "var", "void"),
    )
)
GRID = (
    *("Fields", "arange", "assign", "at", "at2", "at3", "at4", "constant", "countOthers", "cut", "full"),
    *("modulo", "part", "put", "put2", "put3", "put4", "rint", "toUint32", "uint64", "zeros", "zerosLike"),
)
"""What assets/playground/rules/grid.js exports."""
BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.BitAnd: "&", ast.BitOr: "|"}
BINARY |= {ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>"}
RANK = {ast.Mult: 15, ast.Div: 15, ast.Add: 14, ast.Sub: 14, ast.LShift: 13, ast.RShift: 13, ast.Compare: 11}
RANK |= {ast.BitAnd: 9, ast.BitXor: 8, ast.BitOr: 7, ast.And: 5, ast.Or: 4, ast.IfExp: 3, ast.UnaryOp: 16}
"""How strongly an operator of JavaScript binds its parts."""
WHOLE = 20
"""How strongly a name, a call or an index does."""
UNARY = {ast.USub: "-", ast.Not: "!", ast.Invert: "~", ast.UAdd: "+"}
COMPARED = {ast.Eq: "===", ast.NotEq: "!==", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
CALLS = {"min": "Math.min", "max": "Math.max", "abs": "Math.abs", "int": "Math.trunc", "slice": "cut"}
CONVERTED = {"int8", "int16", "int32", "int64", "uint8", "uint16", "float64"}
"""Conversions that change no number of the rules."""
MADE = {"empty": "zeros", "zeros": "zeros", "full": "full", "arange": "arange", "empty_like": "zerosLike"}
AT = ("", "at", "at2", "at3", "at4")
TRUE, FALSE = "true", "false"


class Untranslatable(Exception):
    """Something that no rule of this translation covers."""


def name_of(name: str) -> str:
    """A name that JavaScript allows."""
    return f"{name}_" if name in RESERVED or name in GRID else name


def rank_of(node: ast.expr, text: str) -> int:
    """How strongly the JavaScript of an expression binds."""
    if text in (TRUE, FALSE):
        return WHOLE
    match node:
        case ast.BinOp(op=ast.FloorDiv() | ast.Mod()):
            return WHOLE
        case ast.BinOp(op=op) | ast.BoolOp(op=op):
            return RANK[type(op)]
        case ast.Compare(ops=ops):
            several = len(ops) > 1 or isinstance(ops[0], ast.NotIn)
            return RANK[ast.And] if several else RANK[ast.Or if isinstance(ops[0], ast.In) else ast.Compare]
        case ast.UnaryOp() | ast.IfExp():
            return RANK[type(node)]
        case _:
            return RANK[ast.UnaryOp] if text.startswith("-") else WHOLE


class Expressions:
    """Expressions of one function.

    Args:
        reference: the JavaScript of a name of the module, given as a node: a function, constant or class.
        local: names of parameters and variables.
        is_plain: whether a node is a tuple, which is a plain array in JavaScript.
        indices_alone: whether unsigned 64-bit numbers are nothing but indices, and stay numbers.
    """

    def __init__(
        self,
        reference: Callable[[ast.expr], str | None],
        local: frozenset[str],
        is_plain: Callable[[ast.expr], bool],
        indices_alone: bool = False,
    ) -> None:
        self._reference, self.local, self._is_plain = reference, local, is_plain
        self._indices_alone = indices_alone

    def text(self, node: ast.expr) -> str:
        """An expression.

        Raises:
            Untranslatable: with the line of the source.
        """
        does: Callable[[Any], str] | None = getattr(self, f"_{type(node).__name__.lower()}", None)
        if does is None:
            raise Untranslatable(f"line {node.lineno}: {ast.unparse(node)}")
        return does(node)

    def inner(self, node: ast.expr, least: int = WHOLE) -> str:
        """An expression as a part of a larger one, which binds its parts as strongly as `least`."""
        text = self.text(node)
        return text if rank_of(node, text) >= least else f"({text})"

    def _constant(self, node: ast.Constant) -> str:
        if node.value is None or isinstance(node.value, str):
            raise Untranslatable(f"line {node.lineno}: {node.value!r}")
        return literal(node.value)

    def _name(self, node: ast.Name) -> str:
        if node.id in self.local:
            return name_of(node.id)
        known = self._reference(node)
        if known is None:
            raise Untranslatable(f"line {node.lineno}: the name {node.id}")
        return known

    def _attribute(self, node: ast.Attribute) -> str:
        return self._reference(node) or f"{self.inner(node.value)}.{node.attr}"

    def _tuple(self, node: ast.Tuple) -> str:
        return f"[{', '.join(map(self.text, node.elts))}]"

    def _unaryop(self, node: ast.UnaryOp) -> str:
        return f"{UNARY[type(node.op)]}{self.inner(node.operand)}"

    def _binop(self, node: ast.BinOp) -> str:
        left, right = node.left, node.right
        if isinstance(node.op, ast.FloorDiv):
            rank = RANK[ast.Div]
            return f"Math.floor({self.inner(left, rank)} / {self.inner(right, rank + 1)})"
        if isinstance(node.op, ast.Mod):
            return f"modulo({self.text(left)}, {self.text(right)})"
        if type(node.op) not in BINARY:
            raise Untranslatable(f"line {node.lineno}: {ast.unparse(node)}")
        rank = RANK[type(node.op)]
        return f"{self.inner(left, rank)} {BINARY[type(node.op)]} {self.inner(right, rank + 1)}"

    def _boolop(self, node: ast.BoolOp) -> str:
        """With a part that is known to be true or false, such as a stride of 1, the whole may be known."""
        is_or = isinstance(node.op, ast.Or)
        decides, neutral = (TRUE, FALSE) if is_or else (FALSE, TRUE)
        texts = [self.inner(part, RANK[type(node.op)]) for part in node.values]
        if decides in texts:
            return decides
        kept = [text for text in texts if text != neutral]
        return f" {'||' if is_or else '&&'} ".join(kept) or neutral

    def _compare(self, node: ast.Compare) -> str:
        parts = []
        for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators, strict=False):
            parts.append(self._comparison(left, op, right))
        return " && ".join(parts)

    def _comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        if ".strides" in ast.unparse(left):  # the pieces of memory that it asks about are not copied whole
            return FALSE if isinstance(op, ast.Eq) else TRUE
        if isinstance(op, ast.In | ast.NotIn):
            sign, word = ("===", " || ") if isinstance(op, ast.In) else ("!==", " && ")
            if not isinstance(right, ast.Tuple):
                whole = f"{self.inner(right)}.includes({self.text(left)})"
                return whole if isinstance(op, ast.In) else f"!{whole}"
            return word.join(f"{self.inner(left)} {sign} {self.inner(one)}" for one in right.elts)
        rank = RANK[ast.Compare] + 1
        return f"{self.inner(left, rank)} {COMPARED[type(op)]} {self.inner(right, rank)}"

    def _ifexp(self, node: ast.IfExp) -> str:
        rank = RANK[ast.IfExp]
        yes, no = self.inner(node.body, rank), self.inner(node.orelse, rank)
        return f"{self.inner(node.test, rank + 1)} ? {yes} : {no}"

    def _starred(self, node: ast.Starred) -> str:
        return f"...{self.inner(node.value)}"

    # --- arrays

    def _subscript(self, node: ast.Subscript) -> str:
        array = self.inner(node.value)
        if self._is_plain(node.value) or (
            isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
        ):
            if isinstance(node.slice, ast.Slice):
                return f"{array}.slice({self._bounds(node.slice)})"
            return f"{array}[{self.text(node.slice)}]"
        places, is_part = self.places(node)
        return (
            f"part({array}, {places})"
            if is_part
            else f"{AT[places.count(SEPARATOR) + 1]}({array}, {shown(places)})"
        )

    def places(self, node: ast.Subscript) -> tuple[str, bool]:
        """The indices of a subscript, separated by `SEPARATOR` unless they select a part of the array."""
        parts: Sequence[ast.expr] = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        is_part = any(isinstance(part, ast.Slice) for part in parts)
        texts = [self._place(node.value, axis, part) for axis, part in enumerate(parts)]
        return (", " if is_part else SEPARATOR).join(texts), is_part

    def _place(self, array: ast.expr, axis: int, part: ast.expr) -> str:
        if isinstance(part, ast.Slice):
            return f"cut({self._bounds(part)})"
        if isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.USub):
            return f"{self.inner(array)}.shape[{axis}] - {self.inner(part.operand)}"
        return self.text(part)

    def _bounds(self, part: ast.Slice) -> str:
        low = self.text(part.lower) if part.lower else ("0" if part.upper else "")
        return f"{low}, {self.text(part.upper)}" if part.upper else low

    # --- calls

    def _call(self, node: ast.Call) -> str:
        called = node.func
        if isinstance(called, ast.Attribute) and ast.unparse(called.value) == "np":
            return self._numpy(called.attr, node)
        if isinstance(called, ast.Name) and called.id == "len":
            return f"{self.inner(node.args[0])}.length"
        if isinstance(called, ast.Name) and called.id in CALLS:
            return f"{CALLS[called.id]}({self._arguments(node)})"
        target = self.text(called)
        return f"{target}({self._arguments(node)})"

    def _arguments(self, node: ast.Call) -> str:
        if node.keywords:
            raise Untranslatable(f"line {node.lineno}: {ast.unparse(node)}")
        return ", ".join(map(self.text, node.args))

    def _numpy(self, name: str, node: ast.Call) -> str:
        first = node.args[0]
        if name in CONVERTED or (name == "uint64" and self._indices_alone):
            return self.inner(first)
        if name == "uint32":
            return f"toUint32({self.text(first)})"
        if name == "float32":
            return f"Math.fround({self.text(first)})"
        if name in ("uint64", "rint"):
            return f"{name}({self.text(first)})"
        if name == "count_nonzero" and isinstance(first, ast.Compare) and isinstance(first.ops[0], ast.NotEq):
            return f"countOthers({self.text(first.left)}, {self.text(first.comparators[0])})"
        if name in MADE:
            *sizes, last = node.args
            kind = last.attr if isinstance(last, ast.Attribute) and last.attr in KINDS else None
            values = sizes if kind else node.args
            made = ", ".join(map(self.text, values))
            return (
                f"{MADE[name]}({made})"
                if name in ("arange", "empty_like")
                else f'{MADE[name]}("{kind or "float64"}", {made})'
            )
        raise Untranslatable(f"line {node.lineno}: np.{name}")


KINDS = ("bool_", "int8", "uint8", "int16", "uint16", "int32", "int64", "uint64", "float32", "float64")
SEPARATOR = "\x1f"


def shown(places: str) -> str:
    """Indices as arguments."""
    return places.replace(SEPARATOR, ", ")


def literal(value: Any) -> str:
    """A number, a truth value, or a tuple of them."""
    if isinstance(value, bool):
        return TRUE if value else FALSE
    if isinstance(value, tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return repr(int(value))
