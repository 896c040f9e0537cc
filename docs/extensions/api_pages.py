"""Writes a page of the API for every folder of public modules, before Sphinx reads the sources.

A module is public unless `INTERNAL` says otherwise, so a new one is on the site without being listed.
"""

import ast
import shutil
from fnmatch import fnmatchcase
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {"gamemeta": ROOT, "gamemeta_levels": ROOT / "levels"}
INTERNAL = (
    "*kernels",
    "gamemeta.agent.[!fr]*",  # the file and the runtime are public
    "gamemeta.agent.reference*",
    "gamemeta.arithmetic*",
    "gamemeta.assets",
    "gamemeta.bench.peers.scripts*",
    "gamemeta.evaluation.page.sections*",
    "gamemeta.networks*",
)

HEAD = """API
===

Every public module, a page for each folder. What has no page here is internal and may change.

"""


def modules() -> list[str]:
    """Names of all modules of the library that hold anything; folders before what lies in them."""
    return sorted(
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        for package, root in SOURCES.items()
        for path in (root / package).rglob("*.py")
        if path.stat().st_size
    )


def public_modules() -> list[str]:
    """Those of them that have a place on the site."""
    return [name for name in modules() if not any(fnmatchcase(name, pattern) for pattern in INTERNAL)]


def rooms() -> dict[str, list[str]]:
    """The modules of every folder, the folder's own docstring first."""
    inside: dict[str, list[str]] = {}
    for name in public_modules():
        root = SOURCES[name.partition(".")[0]]
        is_folder = (root / name.replace(".", "/")).is_dir()
        inside.setdefault(name if is_folder else name.rpartition(".")[0], []).append(name)
    return inside


def page(room: str, names: list[str], below: list[str]) -> str:
    """A page as reStructuredText: each module under a heading, and the list of the folders in this one."""
    parts = [f"{room}\n{'=' * len(room)}\n"]
    if room in names:
        parts.append(f".. automodule:: {room}\n")
        handed_on = ", ".join(f"`{room}.{name}`" for name in exports(room))
        parts.append(f"For users: {handed_on}.\n" if handed_on else "")
    for name in names:
        if name != room:
            short = name.removeprefix(f"{room}.")
            parts.append(f"{short}\n{'-' * len(short)}\n\n.. automodule:: {name}\n")
    if below:
        parts.append(toctree(below, short=True))
    return "\n".join(parts)


def exports(room: str) -> list[str]:
    """The names that a folder hands on from the modules in it."""
    path = SOURCES[room.partition(".")[0]] / room.replace(".", "/") / "__init__.py"
    for part in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(part, ast.Assign) and ast.unparse(part.targets[0]) == "__all__":
            return [name for name in ast.literal_eval(part.value) if not name.startswith("__")]
    return []


def toctree(names: list[str], *, short: bool = False) -> str:
    """A list of pages, by their whole names or by the last word of each."""
    rows = (f"   {name.rpartition('.')[2]} <{name}>\n" if short else f"   {name}\n" for name in names)
    return ".. toctree::\n   :maxdepth: 1\n\n" + "".join(rows)


def write_pages(app: Sphinx) -> None:
    """Replace the folder `api` beside the guides."""
    folder = Path(app.srcdir) / "api"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    pages = rooms()
    for room, names in pages.items():
        below = [other for other in pages if parent(other, pages) == room]
        (folder / f"{room}.rst").write_text(page(room, names, below), encoding="utf-8")
    top = [room for room in pages if parent(room, pages) is None]
    (folder / "index.rst").write_text(HEAD + toctree(top), encoding="utf-8")


def parent(room: str, pages: dict[str, list[str]]) -> str | None:
    """The nearest folder around a room that has a page."""
    above = room.rpartition(".")[0]
    return above if above in pages else parent(above, pages) if above else None


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}
