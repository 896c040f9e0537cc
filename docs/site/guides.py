"""The Markdown files of the repository as pages: the README in front, the rest under the paths they have."""

import html
import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pdoc.render_helpers import to_html

from docs.site.sources import ROOT

README = "README.md"
SECTIONS = {
    "Guides": [README, "docs/*.md", "CHANGELOG.md"],
    "Results": ["docs/results/*.md"],
    "Decisions": ["docs/decisions/*.md"],
}
LINK = re.compile(r'\b(href|src)="([^":#]+)(#[^"]*)?"')
DOTTED = re.compile(r"<code>(gamemeta(?:_levels)?(?:\.\w+)*)(\(\))?</code>")


@dataclass(frozen=True)
class Guide:
    """A Markdown file.

    Args:
        source: where it lies in the repository, with forward slashes.
        title: its first heading; the README is the start.
    """

    source: str
    title: str

    @property
    def url(self) -> str:
        """Its page, from the root of the site."""
        return page_of(self.source)


def page_of(source: str) -> str:
    """The page of a Markdown file or a folder of them; any other file stays what it is."""
    if source == README:
        return "index.html"
    if (ROOT / source).is_dir():
        return posixpath.join(source, "index.html")
    return str(PurePosixPath(source).with_suffix(".html")) if source.endswith(".md") else source


def guides() -> dict[str, list[Guide]]:
    """All guides by the title of their section."""
    return {
        title: [_guide(path) for pattern in patterns for path in sorted(ROOT.glob(pattern))]
        for title, patterns in SECTIONS.items()
    }


def _guide(path: Path) -> Guide:
    source = path.relative_to(ROOT).as_posix()
    heading = path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ")
    return Guide(source, "Start" if source == README else heading.removeprefix("Results: ").replace("`", ""))


def body(guide: Guide, address_of: Callable[[str], str | None]) -> tuple[str, set[str]]:
    """The guide as HTML, and the files it shows or links to that are no pages.

    Args:
        guide: what to convert.
        address_of: the page and anchor of a public name, or None.

    A link to what does not exist stays broken, for the search for broken links to find.
    """
    text = to_html((ROOT / guide.source).read_text(encoding="utf-8"))
    here, files = posixpath.dirname(guide.url), set()

    def relinked(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(guide.source), html.unescape(match[2])))
        page = page_of(target)
        if page == target and (ROOT / target).is_file():
            files.add(target)
        return f'{match[1]}="{posixpath.relpath(page, here or ".")}{match[3] or ""}"'

    def named(match: re.Match[str]) -> str:
        address = address_of(match[1])
        return f'<a href="{posixpath.relpath(address, here or ".")}">{match[0]}</a>' if address else match[0]

    return DOTTED.sub(named, LINK.sub(relinked, str(text))), files
