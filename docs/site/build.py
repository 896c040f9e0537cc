"""The whole site in a folder: the guides, and a page for every public module, which pdoc makes."""

import importlib
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pdoc import render
from pdoc.doc import Class, Doc, Module
from pygments.formatters import HtmlFormatter

from docs.site.guides import Guide, body, guides
from docs.site.sources import ROOT, inherited_docs, public_modules
from docs.site.types import shorten

API = "api"
COLOURS = {"light": "default", "dark": "github-dark"}
"""Pygments styles of code."""

SHOWN = "@public"
"""What pdoc shows although it says nothing else."""


def build(out: Path) -> list[str]:
    """Write the site into a folder, which is emptied before, and return what pdoc warned of."""
    shutil.rmtree(out, ignore_errors=True)
    groups = public_modules()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        modules = {name: _module(name) for names in groups.values() for name in names}
        _configure(groups)
        _write_api(out / API, modules)
        for section in guides().values():
            for guide in section:
                _write_guide(out, guide, modules)
        _write_folders(out)
    return [str(warning.message) for warning in caught]


def _module(name: str) -> Module:
    """The module as pdoc sees it; names that are imported when first asked for are there."""
    obj = importlib.import_module(name)
    for exported in getattr(obj, "__all__", []):
        setattr(obj, exported, getattr(obj, exported))
    module = Module(obj)
    module.submodules = []  # the pages of a group follow one another; nothing is nested
    module.source = ""  # functions show theirs
    for member in _members(module):
        _complete(member)
        shorten(member)
    return module


def _complete(member: Doc[Any]) -> None:
    """Give a silent method the words of its protocol, and let silent constructors be shown."""
    declared = inherited_docs().get(".".join(member.taken_from))
    if declared and not member.docstring:
        member.docstring = f"{declared[1]}\n\nDeclared by `{declared[0]}`."
    if isinstance(member, Class):
        member.source = ""
        constructor = member.members.get("__init__")
        if constructor and not constructor.docstring and _is_made(member.obj):
            constructor.docstring = SHOWN


def _is_made(cls: type[Any]) -> bool:
    """Whether anybody makes one of these: no protocol, and not what comes from another project."""
    home = getattr(cls.__init__, "__module__", "")
    return not getattr(cls, "_is_protocol", False) and home.startswith("gamemeta")


def _members(namespace: Any) -> Iterator[Doc[Any]]:
    """Everything in it; a class comes before its members."""
    for member in namespace.own_members:
        yield member
        if isinstance(member, Class):
            yield from _members(member)


def _configure(groups: dict[str, list[str]]) -> None:
    render.configure(docformat="google", include_undocumented=False, template_directory=Path(__file__).parent)
    render.env.globals |= {
        "sections": guides(),
        "groups": groups,
        "api": API,
        "code_colours": {
            mode: HtmlFormatter(style=style).get_style_defs(".pdoc-code") for mode, style in COLOURS.items()
        },
    }


def _write_api(out: Path, modules: dict[str, Module]) -> None:
    for name, module in modules.items():
        _write(out / f"{name.replace('.', '/')}.html", render.html_module(module, modules))
    _write(out / "index.html", render.html_index(modules))
    _write(out / "search.js", render.search_index(modules))


def _write_guide(out: Path, guide: Guide, modules: dict[str, Module]) -> None:
    text, files = body(guide, _addresses(modules))
    template = render.env.get_template("guide.html.jinja2")
    _write(out / guide.url, template.render(guide=guide, body=text, root="../" * guide.url.count("/")))
    for file in files:
        (out / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, out / file)


def _write_folders(out: Path) -> None:
    """A page for every folder of guides, since guides link to folders."""
    template = render.env.get_template("folder.html.jinja2")
    for title, listed in guides().items():
        for folder in {guide.source.rpartition("/")[0] for guide in listed} - {""}:
            inside = [guide for guide in listed if guide.source.startswith(f"{folder}/")]
            root = "../" * (folder.count("/") + 1)
            _write(out / folder / "index.html", template.render(title=title, listed=inside, root=root))


def _addresses(modules: dict[str, Module]) -> Callable[[str], str | None]:
    def address_of(name: str) -> str | None:
        if name in modules:
            return f"{API}/{name.replace('.', '/')}.html"
        owner, _, member = name.rpartition(".")
        if owner in modules and (found := modules[owner].get(member)) and found.docstring:
            return f"{API}/{owner.replace('.', '/')}.html#{member}"
        return None

    return address_of


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
