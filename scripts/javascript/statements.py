"""Statements of compiled rules as JavaScript."""

import ast
from collections.abc import Sequence
from itertools import count
from typing import Any

from scripts.javascript.expressions import FALSE, SEPARATOR, TRUE, Expressions, Untranslatable, name_of, shown

PUT = ("", "put", "put2", "put3", "put4")


def assigned_names(node: ast.FunctionDef) -> list[str]:
    """The variables of a function, in the order in which they appear."""
    names = [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
    return sorted(dict.fromkeys(names))


class Statements:
    """The body of one function.

    Args:
        expressions: how its expressions are written.
    """

    def __init__(self, expressions: Expressions) -> None:
        self._e, self._numbers = expressions, count()

    def text(self, body: Sequence[ast.stmt], depth: int = 1) -> str:
        """Statements, a line each or more.

        Raises:
            Untranslatable: with the line of the source.
        """
        return "".join(self._statement(node, depth) for node in body)

    def _statement(self, node: ast.stmt, depth: int) -> str:
        pad = "  " * depth
        match node:
            case ast.Expr(value=ast.Constant()):
                text = ""
            case ast.Expr(value=value):
                text = f"{pad}{self._e.text(value)};\n"
            case ast.Return(value=value):
                text = f"{pad}return{f' {self._e.text(value)}' if value else ''};\n"
            case ast.Continue() | ast.Break():
                text = f"{pad}{type(node).__name__.lower()};\n"
            case ast.If():
                text = self._if(node, depth)
            case ast.While(test=test, body=body):
                text = f"{pad}while ({self._e.text(test)}) {{\n{self.text(body, depth + 1)}{pad}}}\n"
            case ast.For():
                text = self._for(node, depth)
            case ast.Assign():
                text = self._assignment(node, pad)
            case ast.AugAssign():
                text = self._change(node, pad)
            case _:
                raise Untranslatable(f"line {node.lineno}: {ast.unparse(node)}")
        return text

    def _if(self, node: ast.If, depth: int) -> str:
        pad, test = "  " * depth, self._e.text(node.test)
        if test == TRUE:
            return self.text(node.body, depth)
        if test == FALSE:
            return self.text(node.orelse, depth)
        text = f"{pad}if ({test}) {{\n{self.text(node.body, depth + 1)}{pad}}}"
        if node.orelse:
            other = self.text(node.orelse, depth + 1)
            if (
                len(node.orelse) == 1
                and isinstance(node.orelse[0], ast.If)
                and other.lstrip().startswith("if")
            ):
                return f"{text} else {self.text(node.orelse, depth).lstrip()}"
            text += f" else {{\n{other}{pad}}}" if other else ""
        return f"{text}\n"

    def _for(self, node: ast.For, depth: int) -> str:
        pad, body = "  " * depth, self.text(node.body, depth + 1)
        number = next(self._numbers)
        match node.iter:
            case ast.Call(func=ast.Name(id="range"), args=args):
                assert isinstance(node.target, ast.Name)
                texts = [self._e.text(arg) for arg in args]
                low, high = (["0", *texts] if len(texts) == 1 else texts)[:2]
                step = texts[2] if len(texts) > 2 else "1"
                sign = ">" if step.startswith("-") else "<"
                on = f"k{number}_ += {step}" if step != "1" else f"k{number}_++"
                begin = f"let k{number}_ = {low}, end{number}_ = {high}"
                head = f"for ({begin}; k{number}_ {sign} end{number}_; {on}) {{"
                taken = f"{pad}  {name_of(node.target.id)} = k{number}_;\n"
            case _:
                head = f"for (const item{number}_ of {self._e.text(node.iter)}) {{"
                taken = f"{pad}  {self._target_text(node.target)} = item{number}_;\n"
        return f"{pad}{head}\n{taken}{body}{pad}}}\n"

    def _target_text(self, target: ast.expr) -> str:
        """Names that something is unpacked into."""
        if isinstance(target, ast.Tuple):
            return f"[{', '.join(map(self._target_text, target.elts))}]"
        assert isinstance(target, ast.Name)
        return name_of(target.id)

    def _assignment(self, node: ast.Assign, pad: str) -> str:
        targets: list[ast.expr] = node.targets
        first = targets[0]
        if len(targets) == 1 and isinstance(first, ast.Tuple):
            if isinstance(node.value, ast.Tuple):
                return self._several(first.elts, node.value.elts, pad)
            if all(isinstance(one, ast.Name) for one in first.elts):
                return f"{pad}{self._target_text(first)} = {self._e.text(node.value)};\n"
            name = f"all{next(self._numbers)}_"
            sets = "".join(self._set(one, f"{name}[{k}]", pad) for k, one in enumerate(first.elts))
            return f"{pad}const {name} = {self._e.text(node.value)};\n{sets}"
        value = self._e.text(node.value)
        if len(targets) == 1:
            return self._set(first, value, pad)
        name = f"value{next(self._numbers)}_"
        return f"{pad}const {name} = {value};\n" + "".join(self._set(one, name, pad) for one in targets)

    def _several(self, targets: Sequence[ast.expr], values: Sequence[ast.expr], pad: str) -> str:
        """As many values as targets; all values are taken before the first target changes."""
        changed = {
            one.id for target in targets for one in ast.walk(base_of(target)) if isinstance(one, ast.Name)
        }
        read = {one.id for value in values for one in ast.walk(value) if isinstance(one, ast.Name)}
        texts = [self._e.text(value) for value in values]
        if not changed & read:
            return "".join(self._set(target, text, pad) for target, text in zip(targets, texts, strict=True))
        names = [f"new{next(self._numbers)}_" for _ in texts]
        taken = ", ".join(f"{name} = {text}" for name, text in zip(names, texts, strict=True))
        sets = "".join(self._set(target, name, pad) for target, name in zip(targets, names, strict=True))
        return f"{pad}const {taken};\n{sets}"

    def _set(self, target: ast.expr, value: str, pad: str) -> str:
        match target:
            case ast.Name(id=name):
                return f"{pad}{name_of(name)} = {value};\n"
            case ast.Subscript():
                places, is_part = self._e.places(target)
                array = self._e.inner(target.value)
                if is_part:
                    return f"{pad}assign(part({array}, {places}), {value});\n"
                return f"{pad}{PUT[places.count(SEPARATOR) + 1]}({array}, {shown(places)}, {value});\n"
        raise Untranslatable(f"line {target.lineno}: {ast.unparse(target)}")

    def _change(self, node: ast.AugAssign, pad: str) -> str:
        value: Any = ast.BinOp(left=read_of(node.target), op=node.op, right=node.value)
        return self._set(node.target, self._e.text(ast.copy_location(value, node)), pad)


def base_of(target: ast.expr) -> ast.expr:
    """The array that a target is a place of; a name itself."""
    while isinstance(target, ast.Subscript | ast.Attribute):
        target = target.value
    return target


def read_of(target: ast.expr) -> ast.expr:
    """A target as an expression that is read."""
    read = ast.parse(ast.unparse(target), mode="eval").body
    return ast.copy_location(read, target)
