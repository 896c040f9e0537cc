"""The parameters of a level family: what they mean, and how to change them in words."""

import ast
import inspect
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any

from gamemeta_levels.errors import ConfigError
from gamemeta_levels.family import LevelFamily

RANGE = ".."


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a family."""

    name: str
    help: str
    """Its one-line help; empty when the source has none."""
    value: Any
    """A number, or the two ends of a range."""
    far: Any
    """The same in the split `far`."""


def describe(family: LevelFamily) -> list[Parameter]:
    """The parameters of a family, in the order in which they are declared."""
    notes = field_help(type(family.parameters))
    far = family.far().parameters
    return [
        Parameter(
            name=field.name,
            help=notes.get(field.name, ""),
            value=getattr(family.parameters, field.name),
            far=getattr(far, field.name),
        )
        for field in fields(family.parameters)
    ]


def field_help(cls: type) -> dict[str, str]:
    """The text that follows each field in the source of a class, by the name of the field."""
    try:
        source = textwrap.dedent(inspect.getsource(cls))
    except OSError:  # installed without its source
        return {}
    (definition,) = ast.parse(source).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    found = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match text:
                case ast.Expr(value=ast.Constant(value=str(note))):
                    found[field.target.id] = inspect.cleandoc(note)
    return found


def override(parameters: Any, settings: Sequence[str]) -> Any:
    """Parameters with some of them replaced.

    Args:
        parameters: a dataclass of numbers and ranges of numbers.
        settings: `name=value`, or `name=low..high` for a range; one value makes a range of one.
    Raises:
        ConfigError: an unknown name, something that is no number, or a value out of range.
    """
    changes = {}
    known = [field.name for field in fields(parameters)]
    for setting in settings:
        name, equals, text = (part.strip() for part in setting.partition("="))
        if not equals:
            raise ConfigError(f"{setting!r} sets nothing. Write name=value or name=low..high.")
        if name not in known:
            raise ConfigError(f"no parameter called {name!r}. Choose one of: {', '.join(known)}.")
        changes[name] = _read(name, text, getattr(parameters, name))
    return replace(parameters, **changes)


def in_words(value: Any) -> str:
    """A parameter's value as `override` reads it: `6` or `9..11`."""
    return RANGE.join(map(str, value)) if isinstance(value, tuple) else str(value)


def _read(name: str, text: str, like: Any) -> Any:
    """The text as a value of the same kind as `like`."""
    is_range = isinstance(like, tuple)
    number = type(like[0]) if is_range else type(like)
    low, dots, high = text.partition(RANGE)
    try:
        return (number(low), number(high if dots else low)) if is_range else number(text)
    except ValueError:
        one = "a whole number" if number is int else "a number"
        form = f"{one} or a range such as {in_words(like)}" if is_range else one
        raise ConfigError(f"{name} = {text!r}: give {form}.") from None
