"""Modules of JavaScript as one script, for a page that has all in one file."""

import re
from collections.abc import Mapping
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const)\b)", re.MULTILINE)
_NAME = re.compile(r"^export (?:async function|function|class|const) (\w+|\[[^\]]*\])", re.MULTILINE)
_LIST = re.compile(r"^export \{([^}]*)\};\n?", re.MULTILINE)


class Bundle:
    """Modules, each after those that it imports.

    Args:
        root: folder that all modules lie in.
        instead: modules, by path below `root`, that others take the place of.
    """

    def __init__(self, root: Path, instead: Mapping[str, str] | None = None) -> None:
        self._root, self._instead = root.resolve(), dict(instead or {})
        self._texts: dict[str, str] = {}

    def script(self, entry: str, call: str = "") -> str:
        """A script that runs the module `entry` last; `call` stands after it."""
        name = self._add(entry)
        last = self._texts.pop(name)
        return "\n\n".join([*self._texts.values(), f"{last}\n{call}".rstrip()])

    def function(self, entry: str) -> str:
        """A function without a name that returns what the module `entry` exports."""
        name = self._add(entry)
        body = "\n\n".join(self._texts.values())
        return f'() => {{\n"use strict";\n{body}\nreturn {name};\n}}'

    def _add(self, path: str) -> str:
        """Add a module and what it imports; returns the name of its exports."""
        path = self._instead.get(path, path)
        name = "m_" + re.sub(r"\W", "_", path)
        if name in self._texts:
            return name
        source = (self._root / path).read_text("utf-8")
        imports = []
        for names, target in _IMPORT.findall(source):
            place = ((self._root / path).parent / target).resolve().relative_to(self._root).as_posix()
            imports.append(f"const {{ {_renamed(names, ' as ', ': ')} }} = {self._add(place)};")
        body = "\n".join([*imports, _EXPORT.sub("", _LIST.sub("", _IMPORT.sub("", source))).strip()])
        exported = _exports(source)
        is_last = not exported
        self._texts[name] = (
            body if is_last else f"const {name} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();"
        )
        return name


def _exports(source: str) -> str:
    """What a module exports, as the fields of an object."""
    names = [name for group in _NAME.findall(source) for name in re.findall(r"\w+", group)]
    for listed in _LIST.findall(source):
        names += [_renamed(name, r" as ", ": ", swapped=True) for name in listed.split(",")]
    return ", ".join(names)


def _renamed(names: str, old: str, new: str, *, swapped: bool = False) -> str:
    """`a as b` of imports and exports as the fields of an object."""
    parts = []
    for one in filter(None, (name.strip() for name in names.split(","))):
        first, _, second = one.partition(old)
        parts.append(
            f"{second}{new}{first}" if second and swapped else f"{first}{new}{second}" if second else first
        )
    return ", ".join(parts)
