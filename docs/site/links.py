"""Broken links of a built site: targets and anchors that are not there, and what needs the network."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

FETCHED = {"img", "script", "link", "source", "iframe", "video"}


class _Page(HTMLParser):
    """Anchors, links, and what the browser fetches by itself."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.anchors.add(value)
            elif name in ("href", "src") and value is not None:
                self.links.append(value)
                if tag in FETCHED:
                    self.fetched.append(value)


def broken_links(site: Path) -> list[str]:
    """What is wrong, one sentence a link, sorted by page."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(site.resolve().rglob("*.html"))}
    problems = []
    for path, page in pages.items():
        name = path.relative_to(site.resolve()).as_posix()
        problems += [f"{name}: {url} is fetched from the network." for url in page.fetched if _outside(url)]
        for url in sorted(set(page.links)):
            if not _outside(url) and (reason := _broken(path, url, pages)):
                problems.append(f"{name}: {url} {reason}.")
    return problems


def _outside(url: str) -> bool:
    return urlsplit(url).scheme in ("http", "https", "mailto") or url.startswith("//")


def _broken(path: Path, url: str, pages: dict[Path, _Page]) -> str:
    parts = urlsplit(url)
    if parts.scheme == "data":
        return ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if not target.is_file():
        return "leads nowhere"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].anchors:
        return "names an anchor that is not there"
    return ""
