"""Build the site and look for broken links: `python -m docs.site [FOLDER]`, or `scripts/site`."""

import argparse
import time
from pathlib import Path

from docs.site.build import build
from docs.site.links import broken_links
from docs.site.names import dangling_names
from docs.site.sources import ROOT, undocumented


def main() -> None:
    """Build, check, and say what is wrong; the exit code is 1 when something is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "build" / "site")
    out = parser.parse_args().folder
    began = time.perf_counter()
    problems = [*build(out), *broken_links(out), *dangling_names()]
    problems += [f"{name} has no docstring." for name in undocumented()]
    pages = sum(1 for _ in out.rglob("*.html"))
    print(f"{pages} pages in {time.perf_counter() - began:.1f} s: {out / 'index.html'}")
    if problems:
        raise SystemExit("\n".join(problems))


if __name__ == "__main__":
    main()
