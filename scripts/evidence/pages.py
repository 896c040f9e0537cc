"""Pages in Chromium: exported pages from files, and the guard of examples/javascript, by key presses.

Every exported page must load without an error, say that all actions are equal, and be no wider than its
window, light and dark, 390 and 1,100 pixels wide. The guard is played as in guards.py.

    python scripts/evidence/pages.py [maze tag] [--rounds 40] [--seed 7] [--pictures DIR]
"""

import argparse
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from browser import Browser, browser
from guards import EXAMPLES, HALF, Half, played, presses, weights

from gamemeta.agent.runtime import load
from gamemeta.assets import asset, shipped_agents
from gamemeta.export.exporter import export_agent
from gamemeta.export.registry import targets

SIZES = ((1100, 720), (390, 1200))
FASTEST = "{ const s = document.querySelector('input'); s.value = 5; s.dispatchEvent(new Event('input')); }"
CHECK, PANEL, SCORE = (
    f"document.getElementById('{name}').textContent" for name in ("check", "panel", "score")
)
KEYS = {"n": "n", "space": " ", "return": "Enter", "right": "ArrowRight", "down": "ArrowDown"}


def look(page: Browser, agent: str, folder: Path, pictures: Path | None) -> None:
    """Export the page of an agent, open it and print what it says."""
    export_agent(load(agent, backend="numpy"), [targets()["html"]], folder / agent, name=agent)
    for width, height in SIZES:
        for dark in (False, True):
            page.open((folder / agent / "index.html").as_uri(), width, height, dark)
            page.wait(f"{CHECK}.includes('actions equal')")
            page.ask(FASTEST)
            page.wait(f"/Means of|Step [1-9]\\d\\d/.test({PANEL})")
            across = page.ask("document.documentElement.scrollWidth")
            if (
                page.errors
                or across > width
                or page.ask("document.getElementById('check').className") != "good"
            ):
                sys.exit(f"{agent}, {width} pixels: {across} pixels wide, {page.ask(CHECK)} {page.errors}")
            if pictures:
                page.picture(pictures / f"{agent}-{width}-{'dark' if dark else 'light'}.png")
    print(f"{agent}: {page.ask(CHECK)}", flush=True)


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, *words: Any) -> None:
        """Nothing is written."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on a web server of this machine."""
    server = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


def example(folder: Path) -> Path:
    """A copy of examples/javascript with what its README exports."""
    game = folder / "game"
    shutil.copytree(EXAMPLES / "javascript", game, ignore=shutil.ignore_patterns("guard"))
    (game / "guard").mkdir()
    (game / "guard/gamemeta.mjs").write_bytes(asset("runtimes/js/gamemeta.mjs").read_bytes())
    (game / "guard/agent.bin").write_bytes(weights())
    return game


def guard(page: Browser, address: str, picture: Path | None) -> Half:
    """Key presses in the page of examples/javascript, which is opened anew for every three matches."""

    def half(new: bool) -> Sequence[bool]:
        page.open(address, 460, 900)
        page.wait(SCORE)
        for name in presses(new)[:-1]:  # the last match stays on the screen
            page.press(KEYS[name])
        results: str = page.ask(SCORE)
        if page.errors:
            sys.exit("\n".join(page.errors))
        if picture:
            page.picture(picture)
        return [who == "guard" for who in results.partition(": ")[2].split(", ")[-HALF:]]

    return half


def main() -> None:
    """Look, play and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("agents", nargs="*", default=shipped_agents())
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    pictures = options.pictures
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser() as page:
        print(page.call("Browser.getVersion")["product"], flush=True)
        with served(example(Path(folder))) as address:
            half = guard(page, f"{address}?seed={options.seed}", pictures and pictures / "guard.png")
            won = played(half, options.rounds)
        print(f"examples/javascript: {' '.join(map(str, won))} of {options.rounds}", flush=True)
        for agent in options.agents:
            look(page, agent, Path(folder), pictures)


if __name__ == "__main__":
    main()
