"""The playground in single files, in a real browser, from the disk and offline: figures and pictures.

    python scripts/evidence/playground_file.py --out FOLDER

Needs Chromium. It writes the three files into the folder, does in them what a person does, and ends with an
error at the first thing that is not as it should be.
"""

import argparse
import json
import os
import platform
import time
from pathlib import Path

import playground_browser as server
from browser import Browser, browser, require
from playground_browser import CONTROLS, SIZES, shown

from gamemeta.playground.single_file import GAMES, write_page

MODES = {"maze": ("watch", "draw"), "dungeon": ("watch", "draw"), "tag": ("watch", "draw", "play")}
MOST_BYTES = 2_000_000
FIRST_PICTURE_S = 2.0
RUBBISH = {
    "~AAAA": "cannot be read",
    "~%3Cscript%3E": "cannot be read",
    "~q1ZKSk0tVrJSUCpJLS5RqgUA": "cannot be read",  # JSON, but no level
    "../../etc/passwd": "no level called",
    "<img src=x onerror=alert(1)>": "no level called",
    "bogus:7": "no split called",
    "99999999999999999999": "too large",
}
WITHOUT_WORKER = "window.Worker = class { constructor() { throw new Error('not for files'); } };"


def main() -> None:
    """Check, take pictures, and print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the files and the pictures")
    parser.add_argument("--axe", type=Path, help="axe.min.js of the npm package axe-core")
    asked = parser.parse_args()
    out: Path = asked.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    sizes = {game: write_page(out / f"{game}.html", None, game) for game in GAMES}
    require(max(sizes.values()) < MOST_BYTES, f"a file is smaller than 2 MB: {sizes}")
    figures = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0],
        "bytes": sizes,
    }
    addresses = {game: f"file://{out}/{game}.html" for game in GAMES}
    with browser() as page:
        source = "window.get = (id) => document.getElementById(id)"
        page.call("Page.addScriptToEvaluateOnNewDocument", source=source)
        page.call(
            "Network.emulateNetworkConditions",
            offline=True, latency=0, downloadThroughput=0, uploadThroughput=0,
        )  # fmt: skip
        figures["first picture, s"] = {game: first_picture(page, addresses[game]) for game in GAMES}
        figures["pictures a second"] = {game: frames(page, addresses[game]) for game in GAMES}
        persons(page, addresses)
        figures["edit of 21 x 21, ms"] = server.edit(page, addresses["maze"])
        rubbish(page, addresses)
        figures["controls with a name"] = names(page, addresses)
        if asked.axe:
            figures["found by axe-core"] = axe(page, addresses, asked.axe.read_text())
        pictures(page, addresses, out)
        require(not page.errors, f"errors in the console: {page.errors}")
        without_worker(page, addresses["maze"])
    print(json.dumps(figures, indent=1))


def first_picture(page: Browser, address: str) -> float:
    """Seconds from opening the file to the first picture of the agent."""
    page.open("about:blank", *SIZES["laptop"])
    began = time.monotonic()
    shown(page, address, *SIZES["laptop"])
    seconds = round(time.monotonic() - began, 2)
    require(seconds < FIRST_PICTURE_S, f"the first picture comes within {FIRST_PICTURE_S} s: {seconds}")
    return seconds


def frames(page: Browser, address: str) -> float:
    """Pictures a second while it plays at speed 1."""
    shown(page, address, *SIZES["laptop"])
    time.sleep(1)
    require(page.ask("get('run').textContent") == "Pause", "it plays while pictures are counted")
    return server.frames(page)


def persons(page: Browser, addresses: dict[str, str]) -> None:
    """What a person does, by clicks and keys, as with the server."""
    shown(page, addresses["maze"], *SIZES["laptop"])
    require(page.ask("get('level-open').hidden && get('format').hidden"), "files are not offered")
    require(page.ask("get('tab-play').hidden"), "a game that is played alone has no matches")
    server.watch(page)
    server.draw(page)
    server.link(page, addresses["maze"])
    server.menus(page, addresses["dungeon"])
    server.play(page, addresses["tag"])
    page.press("2")  # the digits choose a mode
    page.wait("!get('draw').hidden")
    touch(page, addresses["tag"])


def touch(page: Browser, address: str) -> None:
    """A step of a match by a finger."""
    page.call("Emulation.setTouchEmulationEnabled", enabled=True)
    shown(page, f"{address}#level=test:2&mode=play", *SIZES["phone"])
    page.wait("get('play-count').textContent === 'match 1'")
    code = """(() => { const button = document.querySelector('#pad .others button');
        button.scrollIntoView({block: 'center'}); const box = button.getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2]; })()"""
    x, y = page.ask(code)
    page.call("Input.dispatchTouchEvent", type="touchStart", touchPoints=[{"x": x, "y": y}])
    page.call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])
    page.wait("get('play-status').textContent.startsWith('step 1 ')")
    page.call("Emulation.setTouchEmulationEnabled", enabled=False)


def rubbish(page: Browser, addresses: dict[str, str]) -> None:
    """Levels in the address that are none: refused in words, and another level is shown."""
    for level, words in RUBBISH.items():
        shown(page, f"{addresses['maze']}#level={level}", *SIZES["laptop"])
        page.wait(f"get('notice').textContent.includes({json.dumps(words)})")
        page.wait("get('clock').textContent.startsWith('try')")


def names(page: Browser, addresses: dict[str, str]) -> int:
    """The controls in the accessibility tree; each must have a name."""
    count = 0
    for address in screens(addresses):
        shown(page, address, *SIZES["laptop"])
        time.sleep(1)
        for node in page.call("Accessibility.getFullAXTree")["nodes"]:
            if node.get("role", {}).get("value") in CONTROLS and not node.get("ignored"):
                require(node.get("name", {}).get("value"), f"a control has a name: {json.dumps(node)[:300]}")
                count += 1
    return count


def axe(page: Browser, addresses: dict[str, str], program: str) -> int:
    """What axe-core finds on all screens, light and dark; nothing may be more than minor."""
    every = []
    for dark in (False, True):
        for address in screens(addresses):
            shown(page, address, *SIZES["laptop"], dark)
            time.sleep(1.5)
            page.call("Runtime.evaluate", expression=program)
            code = "axe.run().then((all) => all.violations.map((one) => [one.impact, one.id]))"
            every += page.ask(code)
    require(all(impact == "minor" for impact, _ in every), f"axe-core finds {every}")
    return len(every)


def screens(addresses: dict[str, str]) -> list[str]:
    """Every mode of every game."""
    return [
        f"{addresses[game]}#level=test:5&mode={mode}&agent={game}"
        for game, modes in MODES.items()
        for mode in modes
    ]


def pictures(page: Browser, addresses: dict[str, str], out: Path) -> None:
    """Every mode of every game at every size, light and dark."""
    for size, (width, height) in SIZES.items():
        for dark in (False, True):
            for address in screens(addresses):
                shown(page, address, width, height, dark)
                time.sleep(6 if "mode=watch" in address else 2)
                wide = page.ask("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                game, mode = address.split("agent=")[1], address.split("mode=")[1].split("&")[0]
                require(not wide, f"{game}, {mode} on a {size} needs no scrolling to the side")
                page.picture(out / f"{game}-{mode}-{size}-{'dark' if dark else 'light'}.png")


def without_worker(page: Browser, address: str) -> None:
    """A browser that allows no worker for files: the page plays all the same."""
    page.call("Page.addScriptToEvaluateOnNewDocument", source=WITHOUT_WORKER)
    shown(page, address, *SIZES["laptop"])
    page.ask("get('speed').value = '32'")
    page.wait("get('tries').tBodies[0].rows.length === 4 && get('run').textContent === 'Play'")


if __name__ == "__main__":
    main()
