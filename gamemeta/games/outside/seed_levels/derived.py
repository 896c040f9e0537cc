"""What follows from an attribute of an outside environment, by the formulas in its constructor.

`CartPole` computes `polemass_length = masspole * length` once, when it is made. Who changes `length` later
must compute it again, or the physics contradict themselves. The source says what is computed from what; where
it does not say so plainly, changing the attribute is refused.
"""

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any

from gamemeta.errors import ConfigError

FIXED = ("observation_space", "action_space")
"""What an agent sees and does is the same in all levels."""
_NOT_THEIRS = ("gymnasium.core", "typing", "builtins", "abc")


@dataclass(frozen=True)
class Derived:
    """One attribute that is computed from others."""

    name: str
    formula: CodeType
    module: str

    def update(self, env: Any) -> None:
        """Compute it again."""
        value = eval(self.formula, vars(sys.modules[self.module]), {"self": env})
        setattr(env, self.name, value)


@cache
def derived_from(cls: type, names: tuple[str, ...]) -> tuple[Derived, ...]:
    """What has to be computed again, in order, when these attributes of an environment change.

    Raises:
        ConfigError: an attribute cannot be changed without contradictions, or nobody can tell.
    """
    search = _Search(cls, names)
    for owner, function in _functions(cls, names):
        if function.name == "__init__":
            for statement in function.body:
                search.look(owner, function, statement)
        else:
            search.refuse_changes(function)
    return tuple(search.results)


class _Search:
    def __init__(self, cls: type, names: Sequence[str]) -> None:
        self.cls, self.names = cls, set(names)
        self.tainted, self.results = set(names), list[Derived]()
        self.methods = {function.name: function for _, function in _functions(cls, tuple(names))}

    def look(self, owner: type, function: ast.FunctionDef, statement: ast.stmt) -> None:
        """One statement of a constructor."""
        target, value = _assigned(statement)
        arguments = {a.arg for a in (*function.args.args, *function.args.kwonlyargs)} - {"self"}
        used = _attributes(statement, ast.Load) & self.tainted
        if _hands_on_itself(statement):
            why = f"line `{_words(statement)}` of its constructor hands the environment to what may use it"
            self._refuse(sorted(self.names)[0], why)
        if target in self.names:
            from_arguments = sorted(_names(value) & arguments)
            if from_arguments:
                self._refuse(target, f"its constructor sets it from {', '.join(from_arguments)}: vary that")
            if sources := _attributes(statement, ast.Load):
                self._refuse(target, f"it is computed from {', '.join(sorted(sources))}: vary that")
        elif stored := _attributes(statement, ast.Store) & self.names:
            self._refuse(sorted(stored)[0], f"line `{_words(statement)}` sets it together with other things")
        elif used:
            self._derive(owner, target, value, sorted(used)[0], statement)
        for called in _called(statement):
            if called in self.methods and (hidden := self._reads(self.methods[called])):
                self._refuse(hidden, f"its constructor calls `{called}`, which uses it")

    def refuse_changes(self, function: ast.FunctionDef) -> None:
        """Raises where a method sets one of the attributes while the game is played."""
        if changed := _attributes(function, ast.Store) & self.names:
            self._refuse(sorted(changed)[0], f"`{function.name}` changes it during play")

    def _derive(
        self, owner: type, target: str | None, value: ast.expr | None, used: str, statement: ast.stmt
    ) -> None:
        known = set(vars(sys.modules[owner.__module__])) | set(vars(builtins)) | {"self"}
        if target in FIXED:
            self._refuse(used, f"{target} depends on it, and an agent sees and does the same in all levels")
        if target is None or value is None or not _names(value) <= known:
            self._refuse(used, f"line `{_words(statement)}` of its constructor cannot be computed again")
        assert target is not None and value is not None
        self.tainted.add(target)
        code = compile(ast.Expression(value), f"<{self.cls.__name__}.{target}>", "eval")
        self.results.append(Derived(target, code, owner.__module__))

    def _reads(self, function: ast.FunctionDef) -> str | None:
        return next(iter(sorted(_attributes(function, ast.Load) & self.tainted)), None)

    def _refuse(self, name: str, why: str) -> None:
        raise ConfigError(
            f"vary {name!r}: this attribute of {self.cls.__name__} cannot be changed from level to level: "
            f"{why}."
        )


def _functions(cls: type, names: tuple[str, ...]) -> Iterator[tuple[type, ast.FunctionDef]]:
    """Every function of a class, those of its first base class first."""
    for owner in reversed(cls.__mro__):
        if owner.__module__ in _NOT_THEIRS:
            continue
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0]
        except (OSError, TypeError, SyntaxError):
            raise ConfigError(
                f"vary {', '.join(names)}: the source of {owner.__name__} cannot be read, so it is unknown "
                "what else depends on it. Vary arguments of its constructor instead."
            ) from None
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                yield owner, node


def _assigned(statement: ast.stmt) -> tuple[str | None, ast.expr | None]:
    """Name and value of `self.name = value`; None for anything else."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target: ast.expr = statement.targets[0]
    elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
        target = statement.target
    else:
        return None, None
    return (
        (target.attr, statement.value)
        if _is_of_self(target) and isinstance(target, ast.Attribute)
        else (None, None)
    )


def _is_of_self(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"


def _attributes(node: ast.AST, context: type) -> set[str]:
    """Attributes of self that are read (or set) somewhere in here."""
    attributes = (n for n in ast.walk(node) if isinstance(n, ast.Attribute) and _is_of_self(n))
    return {n.attr for n in attributes if isinstance(n.ctx, context)}


def _names(node: ast.AST | None) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} if node else set()


def _called(node: ast.AST) -> set[str]:
    """Methods of self that are called somewhere in here."""
    calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
    return {f.attr for f in calls if isinstance(f, ast.Attribute) and _is_of_self(f)}


def _hands_on_itself(statement: ast.stmt) -> bool:
    """Whether self is passed to something else than the constructor of a base class."""
    known = {id(n.value) for n in ast.walk(statement) if isinstance(n, ast.Attribute)}
    for call in (n for n in ast.walk(statement) if isinstance(n, ast.Call)):
        named = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if named in ("__init__", "super"):
            known |= {id(argument) for argument in call.args}
    selves = (n for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == "self")
    return any(id(n) not in known for n in selves)


def _words(statement: ast.stmt) -> str:
    text = ast.unparse(statement).splitlines()[0]
    return text if len(text) <= 60 else f"{text[:57]}..."
