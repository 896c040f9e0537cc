"""Puts the playground's single files on the site, with the included agents, and links to them.

Sources hold `<!-- playground pages -->` where the links stand; readers of the sources see nothing there.
"""

from pathlib import Path

from sphinx.application import Sphinx

from gamemeta.playground.single_file import GAMES, write_page

MARK = "<!-- playground pages -->"
FOLDER = "play"


def link(app: Sphinx, name: str, source: list[str]) -> None:
    """Replace the mark in a source by links."""
    if MARK not in source[0]:
        return
    up = "../" * name.count("/")
    links = ", ".join(f'<a href="{up}{FOLDER}/{game}.html">{game}</a>' for game in GAMES)
    source[0] = source[0].replace(MARK, f"**Open it here, without installing anything:** {links}.")


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the pages where the site is."""
    if error is not None or app.builder.name != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    for game in GAMES:
        write_page(folder / f"{game}.html", None, game)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", link)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True}
