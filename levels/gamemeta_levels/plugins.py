"""Things by name: built in, those that other packages offer through entry points, and classes in a file."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from importlib.util import module_from_spec, spec_from_file_location
from inspect import isfunction
from pathlib import Path
from traceback import walk_tb
from typing import Any

from gamemeta_levels.errors import PluginError, UnknownName, cut, shortened
from gamemeta_levels.text import MESSAGE, in_one_line

FILE_PREFIX = "gamemeta_file_"
"""How the modules are called that files are run as."""
_REFERENCE = re.compile(r"(?P<file>.+\.py):(?P<cls>[^:/\\]*)", re.DOTALL)


def find(what: str, name: str, builtin: Mapping[str, Any], group: str, others: str = "") -> Any:
    """The thing of this name; no other package is imported for it.

    Args:
        what: the kind of thing, for messages.
        name: which one.
        builtin: things of this package by name; they come first.
        group: entry-point group of the others.
        others: how things are named that have no name of their own here, for messages. Those called
            `LIBRARY/NAME` are then not listed one by one.
    Raises:
        UnknownName: with the names that exist.
        PluginError: the package that offers it cannot be imported.
    """
    if name in builtin:
        return builtin[name]
    points = {point.name: point for point in entry_points(group=group)}
    if name not in points:
        raise UnknownName(
            f"no {what} called {shortened(name)}. {_suggestion(name, sorted({*builtin, *points}), others)}"
        )
    return _load(what, points[name])


def _suggestion(name: str, known: list[str], others: str) -> str:
    """The names that are near, with or without what stands before their slash; then what there is."""
    short = {one.rpartition("/")[2]: one for one in reversed(known)} | {one: one for one in known}
    near = dict.fromkeys(short[one] for one in get_close_matches(name, short, n=3, cutoff=0.65))
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    listed = [one for one in known if not (others and "/" in one)]
    return f"{meant}Choose one of: {', '.join([*listed, *filter(None, [others])])}."


def all_of(what: str, builtin: Mapping[str, Any], group: str) -> dict[str, Any]:
    """Everything that can be imported, by name; `find` says why something is missing."""
    things = dict(builtin)
    for point in entry_points(group=group):
        if point.name not in things:
            try:
                things[point.name] = _load(what, point)
            except PluginError:
                continue
    return things


def offered(builtin: Mapping[str, Any], group: str) -> dict[str, str]:
    """Names of what other packages offer, each with the package, sorted; some may be broken."""
    points = sorted(entry_points(group=group), key=lambda point: point.name)
    return {p.name: p.dist.name if p.dist else "" for p in points if p.name not in builtin}


def _load(what: str, point: EntryPoint) -> Any:
    try:
        return point.load()
    except (Exception, SystemExit) as error:  # any error of the other package
        raise PluginError(
            f"the {what} {cut(point.name, 60)!r} ({cut(point.value, 100)}) cannot be imported: "
            f"{cut(repr(error), 300)}. "
            "Repair or uninstall the package that offers it."
        ) from error


@dataclass(frozen=True)
class FileReference:
    """A class in a file of Python source, written `path/to/my_game.py:MyGame`."""

    file: Path
    cls: str

    @property
    def name(self) -> str:
        """The reference without its folder: what agent files say, and the same on every machine."""
        return f"{self.file.name}:{self.cls}"


def parse_reference(text: str) -> FileReference | None:
    """Read `path/to/my_game.py:MyGame`, `C:\\games\\my_game.py:MyGame` too; None for any other name.

    Raises:
        PluginError: a file is named, and no class in it.
    """
    match = _REFERENCE.fullmatch(text)
    if match and match["cls"].isidentifier():
        return FileReference(Path(match["file"]), match["cls"])
    if match or text.endswith(".py"):
        file = match["file"] if match else text
        raise PluginError(f"{text}: name a class in this file, such as {file}:MyGame.")
    return None


def load_reference(what: str, reference: FileReference) -> Any:
    """Run the file, as `python FILE` would, and take the class, or the function that makes things, out of it.

    Modules beside the file can be imported by it.

    Raises:
        PluginError: there is no such file, running it fails, or it has no such class.
    """
    module = _run_file(what, reference.file)
    cls = getattr(module, reference.cls, None)
    if isinstance(cls, type) or isfunction(cls):
        return cls
    classes = [name for name, value in vars(module).items() if _is_class_of(value, module.__name__)]
    raise PluginError(
        f"{reference.file} has no class {reference.cls!r}. Its classes: {', '.join(classes) or 'none'}."
    )


def find_beside(module: str, folder: Path | None = None) -> None:
    """Let a module in a folder be imported by its name; an installed one goes before it.

    Args:
        module: as it is imported.
        folder: where it may lie; the working directory if None.
    """
    first, place = module.partition(".")[0], (folder or Path.cwd()).resolve()
    there = first and ((place / f"{first}.py").is_file() or (place / first).is_dir())
    if there and str(place) not in sys.path:
        sys.path.append(str(place))  # last: a file there never stands in for an installed module


def _run_file(what: str, file: Path) -> Any:
    if not file.is_file():
        raise PluginError(f"{file}: there is no such file to take the {what} from.")
    name = FILE_PREFIX + re.sub(r"\W", "_", file.stem)
    spec = spec_from_file_location(name, file.resolve())
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    folder = str(file.resolve().parent)
    if folder not in sys.path:
        sys.path.append(folder)  # last: a file there never stands in for an installed module
    before = sys.modules.get(name)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # any error of the file
        sys.modules.pop(name)
        if before is not None:
            sys.modules[name] = before
        raise PluginError(_import_failed(what, file, error)) from error
    return module


def _import_failed(what: str, file: Path, error: BaseException) -> str:
    """What went wrong in a file of Python, and in which line of it."""
    line, words = None, str(error)
    if isinstance(error, SyntaxError) and Path(error.filename or "") == file.resolve():
        line, words = error.lineno, error.msg
    else:
        frames = walk_tb(error.__traceback__)
        lines = [number for frame, number in frames if Path(frame.f_code.co_filename) == file.resolve()]
        line = lines[-1] if lines else None
    place = f", line {line}" if line else ""
    words = in_one_line(words, MESSAGE)
    kind = type(error).__name__ + (": " if words else "")
    return f"{file}{place}: the {what} cannot be imported: {kind}{words}. Repair this file."


def _is_class_of(value: Any, module: str) -> bool:
    return isinstance(value, type) and value.__module__ == module
