"""A file of JavaScript out of compiled rules: the entry points, and all that they need."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

from gamemeta_levels.families import breadth_first_kernels
from scripts.javascript.expressions import GRID, KINDS, Expressions, Untranslatable, literal, name_of
from scripts.javascript.sources import BY_HAND
from scripts.javascript.statements import Statements, assigned_names

HEADER = """// Made by `python scripts/make_rules.py` from the rules in Python: change those and run it again.
"""
INDICES_ALONE = (breadth_first_kernels,)
"""Modules whose unsigned 64-bit numbers are indices: they stay numbers."""


class Translation:
    """One file.

    Args:
        entries: what it exports, by the name in JavaScript.
    """

    def __init__(self, entries: Mapping[str, Any]) -> None:
        self._texts: dict[str, str] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._by_hand: set[str] = set()
        exported = {name: self._function(plain(entry)) for name, entry in entries.items()}
        self._exports = ", ".join(
            own if own == name else f"{own} as {name}" for name, own in exported.items()
        )

    def text(self) -> str:
        """The file."""
        body = "\n\n".join(self._ordered())
        used = [name for name in GRID if re.search(rf"(?<![\w.]){name}\b", body)]
        lines = [HEADER, f'import {{ {", ".join(used)} }} from "./grid.js";']
        if self._by_hand:
            lines.append(f'import {{ {", ".join(sorted(self._by_hand))} }} from "./random.js";')
        return "\n".join(lines) + f"\n\n{body}\n\nexport {{ {self._exports} }};\n"

    def _ordered(self) -> Iterator[str]:
        """Constants first, as they are needed when the file is read."""
        constants = [text for text in self._texts.values() if text.startswith("const ")]
        yield "\n".join(constants)
        yield from (text for text in self._texts.values() if not text.startswith("const "))

    def _own_name(self, module: ModuleType, name: str) -> str:
        """The name of something in the file; a second one of the same name gets that of its module, too."""
        key = (module.__name__, name)
        if key not in self._names:
            taken = {*self._names.values(), *GRID, *BY_HAND.values()}
            short = module.__name__.removesuffix(".kernels").rpartition(".")[2]
            free = name_of(name) if name_of(name) not in taken else f"{short}_{name.lstrip('_')}"
            if free in taken:
                raise Untranslatable(f"two things are called {free}")
            self._names[key] = free
        return self._names[key]

    def _function(self, function: Any) -> str:
        """Add a function or a class of named arrays; returns its name."""
        module = inspect.getmodule(function)
        assert module is not None
        own = self._own_name(module, function.__name__)
        if own in self._texts:
            return own
        self._texts[own] = ""  # it may call itself
        if inspect.isclass(function):
            self._texts[own] = fields_class(own, function)
            return own
        node = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
        assert isinstance(node, ast.FunctionDef)
        text = self._function_text(module, own, node)
        del self._texts[own]  # what it calls comes first
        self._texts[own] = text
        return own

    def _function_text(self, module: ModuleType, own: str, node: ast.FunctionDef) -> str:
        parameters = [argument.arg for argument in node.args.args]
        variables = [name for name in assigned_names(node) if name not in parameters]
        local = frozenset([*parameters, *variables])

        def reference(name: ast.expr) -> str | None:
            return self._reference(module, name, local)

        def is_plain(name: ast.expr) -> bool:
            return isinstance(value_of(module, name, local), tuple)

        expressions = Expressions(reference, local, is_plain, indices_alone=module in INDICES_ALONE)
        body = Statements(expressions).text(node.body)
        declared = f"  let {', '.join(map(name_of, variables))};\n" if variables else ""
        doc = (ast.get_docstring(node) or "").partition("\n\n")[0].replace("\n", " ")
        comment = f"/** {doc} */\n" if doc else ""
        return f"{comment}function {own}({', '.join(map(name_of, parameters))}) {{\n{declared}{body}}}"

    def _reference(self, module: ModuleType, node: ast.expr, local: frozenset[str]) -> str | None:
        """The JavaScript of a name outside of a function, or of one in another module; None for others."""
        value = value_of(module, node, local)
        if value is None:
            return None
        value = plain(value)
        for function, name in BY_HAND.items():
            if plain(function) is value:
                self._by_hand.add(name)
                return name
        if inspect.isclass(value) and issubclass(value, tuple):
            return f"new {self._function(value)}"
        if inspect.isfunction(value):
            return self._function(value)
        if isinstance(value, int | float | np.number | np.bool_ | tuple | np.ndarray):
            return self._constant(*home_of(module, node), value)
        return None

    def _constant(self, module: ModuleType, name: str, value: Any) -> str:
        own = self._own_name(module, name)
        if own not in self._texts:
            self._texts[own] = f"const {own} = {constant_text(value)};"
        return own


def plain(value: Any) -> Any:
    """A compiled function as it stands in the source."""
    return getattr(value, "py_func", value)


def value_of(module: ModuleType, node: ast.expr, local: frozenset[str]) -> Any:
    """The value of a name of a module, or of `alias.name`; None for anything else."""
    if isinstance(node, ast.Name) and node.id not in local:
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id not in local:
        alias = getattr(module, node.value.id, None)
        if inspect.ismodule(alias) and alias is not np:
            return getattr(alias, node.attr)
    return None


def home_of(module: ModuleType, node: ast.expr) -> tuple[ModuleType, str]:
    """Where a constant comes from, so that two modules that use it share it."""
    if isinstance(node, ast.Attribute):
        assert isinstance(node.value, ast.Name)
        return getattr(module, node.value.id), node.attr
    assert isinstance(node, ast.Name)
    return imported_names(module).get(node.id, (module, node.id))


@cache
def imported_names(module: ModuleType) -> dict[str, tuple[ModuleType, str]]:
    """The names that a module imports, and where each comes from."""
    lines = [line for line in ast.parse(inspect.getsource(module)).body if isinstance(line, ast.ImportFrom)]
    return {
        alias.asname or alias.name: (sys.modules[line.module], alias.name)
        for line in lines
        for alias in line.names
        if line.module in sys.modules
    }


def constant_text(value: Any) -> str:
    """A constant: a number, or an array or a tuple of numbers."""
    if isinstance(value, np.ndarray):
        kind = "bool_" if value.dtype == np.bool_ else str(value.dtype)
        assert kind in KINDS
        return f'constant("{kind}", {list(value.shape)}, {literal(tuple(value.reshape(-1).tolist()))})'
    if isinstance(value, tuple):
        return f"[{', '.join(map(constant_text, value))}]"
    if isinstance(value, np.uint64):
        return f"{int(value)}n"
    return literal(value.item() if isinstance(value, np.generic) else value)


def fields_class(own: str, cls: Any) -> str:
    """A class of named arrays, which can be iterated as the tuple that it is in Python."""
    names = ", ".join(cls._fields)
    sets = " ".join(f"this.{name} = {name};" for name in cls._fields)
    return f"class {own} extends Fields {{\n  constructor({names}) {{\n    super();\n    {sets}\n  }}\n}}"
