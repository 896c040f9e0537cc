"""Settings as frozen dataclasses: read from TOML and `a.b=c`, checked, and turned into help.

Every section is a keyword-only dataclass whose fields are each followed by a line of help, and which
checks itself when it is made. That is the only place of a default.
"""

import ast
import inspect
import math
import textwrap
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from gamemeta.errors import ConfigError
from gamemeta.named_values import as_text
from gamemeta_levels.files.sizes import MOST_TEXT, check_size


@dataclass(frozen=True)
class Setting:
    """One field of a section, as help texts show it."""

    name: str
    kind: str
    default: Any
    help: str


@cache
def settings(section: type) -> tuple[Setting, ...]:
    """The fields of a section with their one-line help."""
    helps = _helps(section)
    hints = get_type_hints(section)
    return tuple(
        Setting(
            name=f.name,
            kind=_kind(hints[f.name]),
            default=f.default_factory() if f.default_factory is not MISSING else f.default,
            help=helps.get(f.name, ""),
        )
        for f in fields(section)
    )


def settings_with(section: type, values: Mapping[str, Any]) -> tuple[Setting, ...]:
    """The fields of a section with these defaults by name; the help of each that differs says so."""
    return tuple(_with_default(s, values[s.name]) if s.name in values else s for s in settings(section))


def _with_default(setting: Setting, value: Any) -> Setting:
    if value == setting.default:
        return setting
    note = f"Set by the recipe of this game; otherwise {show_value(setting.default)}."
    return replace(setting, default=value, help=f"{setting.help} {note}")


def show_value(value: Any) -> str:
    """A value as `--set` takes it: `true`, `5..9`, `none`."""
    if isinstance(value, (tuple, list)):
        return "..".join(show_value(v) for v in value)
    return str(value).lower() if isinstance(value, bool) or value is None else str(value)


def _helps(section: type) -> dict[str, str]:
    """The string that follows each field in the source, that of a base included."""
    helps: dict[str, str] = {}
    for cls in reversed(section.__mro__):
        if is_dataclass(cls):
            helps |= _own_helps(cls)
    return helps


def _own_helps(section: type) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(section))).body[0]
    except (OSError, TypeError, SyntaxError):  # a class that was made out of values
        return {}
    if not isinstance(tree, ast.ClassDef):
        return {}
    helps = {}
    for field, after in zip(tree.body, tree.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            helps[field.target.id] = " ".join(str(after.value.value).split())
    return helps


def _kind(hint: Any) -> str:
    if get_origin(hint) is tuple:
        return f"range of {_kind(get_args(hint)[0])}"
    if get_origin(hint) is UnionType:
        return f"{_kind(get_args(hint)[0])}, or none"
    return {int: "int", float: "float", bool: "bool", str: "text"}.get(hint, str(hint))


def make(section: type, values: Mapping[str, Any], place: str) -> Any:
    """A section built from plain values.

    Args:
        section: the dataclass.
        values: by field name.
        place: name of the section, for messages.
    Raises:
        ConfigError: an unknown name, a value of the wrong type or out of range.
    """
    hints = get_type_hints(section)
    known = [f.name for f in fields(section)]
    converted = {}
    for name, value in values.items():
        if name not in known:
            raise ConfigError(f"{place} has no setting {name!r}. It has: {', '.join(known)}.")
        check_size(value, f"{place}.{name}")
        converted[name] = _convert(hints[name], value, f"{place}.{name}")
    try:
        return section(**converted)
    except ConfigError as error:
        raise ConfigError(f"{place}.{error}") from error


def _convert(hint: Any, value: Any, place: str) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if hint is str and isinstance(value, Mapping):  # a table of values by name
        value = as_text(value)
    if get_origin(hint) is tuple:
        kind = get_args(hint)[0]
        ends = list(value) if isinstance(value, (list, tuple)) else [value, value]
        if len(ends) != len(get_args(hint)) or any(isinstance(end, (list, tuple)) for end in ends):
            raise ConfigError(f"{place} = {value!r}: give a range such as 5..9 or [5, 9].")
        return tuple(_convert(kind, end, place) for end in ends)
    if get_origin(hint) is UnionType:  # a value that may be left out
        return None if value in (None, "none") else _convert(get_args(hint)[0], value, place)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError(f"{place} = {value!r}: give a finite number.")
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ConfigError(f"{place} = {value!r}: give a value of type {_kind(hint)}.")
    return value


def check_ranges(section: Any, **ranges: tuple[float, float]) -> None:
    """Check settings of a section, both ends included.

    Raises:
        ConfigError: naming the setting, its value and its range.
    """
    for name, (low, high) in ranges.items():
        value = getattr(section, name)
        if not low <= value <= high:
            raise ConfigError(f"{name} = {value}: give {low} to {high}.")


def parse_value(text: str) -> Any:
    """A value from the command line: 3, 0.5, true, a..b, [a, b], or text; a=1..2 is text, too."""
    if text.count("..") in (1, 2) and "=" not in text:
        low, _, high = text.partition("..")
        return [parse_value(low), parse_value(high)]
    if len(text) > MOST_TEXT:
        raise ConfigError(f"{text[:40]} ...: give a value of {MOST_TEXT:,} characters at most.")
    lowered = text.strip().lower()
    if lowered in ("true", "false"):
        return lowered == "true"
    try:
        return ast.literal_eval(text.strip())
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return text.strip()  # literal_eval raises all of these, by nesting and by what is no key


def parse_override(text: str) -> tuple[str, str, Any]:
    """`section.name=value` as its three parts.

    Raises:
        ConfigError: another form.
    """
    path, equals, value = text.partition("=")
    section, dot, name = path.strip().partition(".")
    if not (equals and dot and section and name):
        raise ConfigError(f"--set {text!r}: write section.name=value, such as ppo.clip=0.1.")
    return section, name, parse_value(value)
