"""The target `html`: one web page that runs from a file."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from gamemeta.export.target import Command, Export, Target
from gamemeta.export.targets.js import NODE
from gamemeta.export.web_page import web_page

PAGE = "index.html"


def files(export: Export) -> Mapping[str, bytes]:
    """The page, which has everything in it."""
    return {PAGE: web_page(export)}


def commands(folder: Path, build: Path) -> Sequence[Command]:
    """Run the scripts of the page in node."""
    return [[NODE, str(folder / "check.mjs"), str(folder / PAGE)]]


TARGET = Target(
    name="html",
    about="one page for any browser, which runs from a file and replays its golden trace",
    tools=(NODE,),
    commands=commands,
    files=files,
    binary=False,
    attention=True,
)
