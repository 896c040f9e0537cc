"""The playground in a real browser: what a person does in it, by clicks and keys; pictures; figures.

    python scripts/evidence/playground_browser.py --out FOLDER

Needs Chromium. It ends with an error at the first thing that is not as it should be. Games without a map, and
two levels side by side, are in `playground_games.py`.
"""

import argparse
import base64
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser import Browser, browser, require, wait_for
from playground_uploads import files

import gamemeta
from gamemeta.playground.levels.values import plain_level
from gamemeta.playground.offers import Offers
from gamemeta.playground.race import Race
from gamemeta.playing.session import family_of
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate

SIZES = {"phone": (390, 844), "laptop": (1280, 800), "wide": (1920, 1080)}
SCREENS = {
    "watch": "maze&level=test:0&mode=watch",
    "draw": "dungeon&level=test:5&mode=draw",
    "play": "tag&level=test:2&mode=play",
}
STROKES = 24
PAUSE_S = 0.5
CONTROLS = (
    "button",
    "checkbox",
    "combobox",
    "listbox",
    "radio",
    "slider",
    "spinbutton",
    "tab",
    "textbox",
    "link",
)
MOST_BYTES = 2048


def main() -> None:
    """Check, take pictures, and print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument(
        "--axe", type=Path, help="axe.min.js of the npm package axe-core, to be asked about each mode"
    )
    asked = parser.parse_args()
    out: Path = asked.out
    out.mkdir(parents=True, exist_ok=True)
    figures = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0],
    }
    figures["largest step, bytes"] = step_bytes()
    with browser() as page:
        source = "window.get = (id) => document.getElementById(id)"
        page.call("Page.addScriptToEvaluateOnNewDocument", source=source)
        with served() as address:
            shown(page, address, *SIZES["laptop"])
            again = time.monotonic()
            shown(page, address, *SIZES["laptop"])
            figures["first picture of another tab, s"] = round(time.monotonic() - again, 2)
            figures["frames a second"] = frames(page)
            watch(page)
            draw(page)
            menus(page, address)
            play(page, address)
            beside(page, address)
            link(page, address)
            files(page, out)
            figures["edit of 21 x 21, ms"] = edit(page, address)
            figures["controls with a name"] = names(page, address)
            if asked.axe:
                figures["found by axe-core"] = axe(page, address, asked.axe.read_text())
            pictures(page, address, out)
        require(not page.errors, f"errors in the console: {page.errors}")
    print(json.dumps(figures, indent=1))


@contextmanager
def served(*words: str, folder: Path | None = None) -> Iterator[str]:
    """A playground of its own, and its address.

    Args:
        words: of the command line.
        folder: where the command is given; the working directory if None.
    """
    command = [sys.executable, "-m", "gamemeta_cli", "playground", "--no-browser", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[0]
        finally:
            server.terminate()


def shown(page: Browser, address: str, width: int, height: int, dark: bool = False) -> None:
    """Open the page, and wait until a level is drawn."""
    page.open("about:blank", width, height, dark)
    page.open(address, width, height, dark)
    page.wait("get('clock')?.textContent.startsWith('try') || location.hash.includes('mode=')")


def text(page: Browser, element: str) -> str:
    """The words of an element."""
    return str(page.ask(f"document.getElementById('{element}').textContent"))


def rows(page: Browser) -> list[list[str]]:
    """The table of the tries."""
    cells = "Array.from(row.cells, (cell) => cell.textContent)"
    return list(page.ask(f"Array.from(document.querySelectorAll('#tries tbody tr'), (row) => {cells})"))


def frames(page: Browser) -> float:
    """Pictures a second while it plays at speed 1."""
    code = """new Promise((done) => { let n = 0; const t = performance.now();
        const tick = (now) => { n += 1; if (now - t < 2000) requestAnimationFrame(tick);
        else done(n * 1000 / (now - t)); }; requestAnimationFrame(tick); })"""
    return round(page.ask(code), 1)


def watch(page: Browser) -> None:
    """Four tries, scrubbing, an edit between two tries, a swapped memory."""
    page.ask("get('speed').value = '32'")
    page.wait("get('tries').tBodies[0].rows.length === 4 && get('run').textContent === 'Play'")
    table = rows(page)
    require(all("step" in cell for row in table for cell in row[1:]), f"four tries: {table}")
    agent, wiped = (int(table[3][k].split()[0]) for k in (1, 2))
    require(agent < wiped, f"the agent remembers and its twin does not: {table}")
    page.click("h2")
    page.press("Home")
    page.wait("get('scrub').value === '0'")
    for _ in range(3):
        page.press("ArrowRight")
    page.wait("get('scrub').value === '3'")
    require(len(rows(page)) == 1, "the table shows what had been played by that moment")
    page.click("#to-end")
    page.click("#board-0", 1.5 / 11, 3.5 / 9)  # floor of test:0 in a corner that no way needs
    page.wait("get('notice').textContent.includes('next try')")
    page.click("#more")
    page.wait("get('ticks').textContent.includes('level edited')")
    page.wait("get('run').textContent === 'Play'")
    page.click("#swap")
    page.wait("get('ticks').textContent.includes('memory swapped')")
    page.wait("get('run').textContent === 'Play'")


def draw(page: Browser) -> None:
    """Paint, undo, redo, fill, move, a level that cannot be solved, mutate, clear, resize."""
    page.ask("get('level-word').value = 'test:0'")
    page.click("#level-bar button")
    page.click("#tab-draw")
    page.wait("get('verdict').textContent === 'Can be solved'")
    page.wait("get('rating').textContent.includes('try 4')")
    page.click("#board-draw", 6.5 / 11, 7.5 / 9)  # wall between start and goal
    page.wait("/^par (?!6 )/.test(get('verdict-par').textContent)")
    page.press("z", control=True)
    page.wait("get('verdict-par').textContent.startsWith('par 6 ')")
    page.press("y", control=True)
    page.wait("!get('undo').disabled && get('redo').disabled")
    page.click("#undo")
    page.press("f")
    page.click("#board-draw", 6.5 / 11, 7.5 / 9)  # all floor becomes wall
    page.wait("get('verdict').textContent === 'Cannot be solved'")
    require("reached" in text(page, "findings"), text(page, "findings"))
    page.click("#undo")
    page.press("m")
    page.click("#board-draw", 7.5 / 11, 6.5 / 9)  # a click takes nothing anywhere
    page.press("p")
    page.click("[data-code='3']")
    page.click("#board-draw", 5.5 / 11, 7.5 / 9)  # the goal moves there
    page.wait("get('verdict-par').textContent.startsWith('par 3 ')")
    for element in ("#mutate", "#clear"):
        page.click(element)
        page.wait("get('verdict').textContent === 'Can be solved'")
    page.ask("get('width').value = 13")
    page.click("#resize")
    page.wait("get('verdict').textContent === 'Can be solved'")
    page.click("#board-draw", 0.5, 0.5)
    for key in ("ArrowUp", "ArrowLeft", "Enter"):
        page.press(key)
    require("row" in text(page, "cursor-words"), "the cursor says where it is")


def menus(page: Browser, address: str) -> None:
    """A hidden rule is chosen by its menu, changes places with another one, and is undone."""
    shown(page, f"{address}#agent=dungeon&level=test:5&mode=draw", *SIZES["laptop"])
    page.wait("get('verdict').textContent === 'Can be solved'")
    chosen = "Array.from(document.querySelectorAll('#menus select'), (one) => one.selectedIndex).slice(0, 3)"
    before = page.ask(chosen)
    menu = "document.querySelector('#menus select')"
    page.ask(f"{menu}.selectedIndex = {before[1]}; {menu}.dispatchEvent(new Event('change'))")
    require(page.ask(chosen) == [before[1], before[0], before[2]], f"doors change places: {page.ask(chosen)}")
    page.wait("get('verdict').textContent === 'Can be solved'")
    page.click("#undo")
    require(page.ask(chosen) == before, "the rule is undone")


def play(page: Browser, address: str) -> None:
    """Two matches of tag against the agent by keys."""
    shown(page, f"{address}#agent=tag&level=test:2&mode=play", *SIZES["laptop"])
    for number in (1, 2):
        page.wait(f"get('play-count').textContent === 'match {number}'")
        for _ in range(40):
            before = text(page, "play-status")
            page.press(" ")
            moved = f"get('play-status').textContent !== {json.dumps(before)}"
            page.wait(f"{moved} || get('matches').childElementCount === {number}")
            if page.ask("get('matches').childElementCount") == number:
                break
        page.press("Enter")
    require("won" in text(page, "matches"), text(page, "matches"))
    page.wait("get('play-count').textContent === 'match 3'")


def beside(page: Browser, address: str) -> None:
    """Another agent in the twin's place, what the agent believes, an animation."""
    shown(page, f"{address}#agent=maze&level=test:0", *SIZES["laptop"])
    page.wait("!get('belief-card').hidden && get('beliefs').textContent.includes('%')")
    choose = "get('rival').value = '{}'; get('rival').dispatchEvent(new Event('change'))"
    page.ask(choose.format("maze"))
    page.wait("get('name-1').textContent === 'maze' && get('tries').tBodies[0].rows.length === 2")
    with tempfile.TemporaryDirectory() as folder:
        page.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
        page.click("#gif")
        wait_for(Path(folder) / "gamemeta.gif")
    page.ask(choose.format("tag"))
    page.wait("get('notice').textContent.includes('two agents of one game')")
    page.wait("get('name-1').textContent === 'Memory wiped' && get('clock').textContent.startsWith('try')")


def link(page: Browser, address: str) -> None:
    """The address holds a drawn level, and opens with it."""
    shown(page, address, *SIZES["laptop"])
    page.click("#tab-draw")
    page.wait("get('verdict').textContent === 'Can be solved'")
    page.click("#mutate")
    page.wait("decodeURIComponent(location.hash).includes('level=~')")
    here = str(page.ask("location.href"))
    page.open("about:blank", *SIZES["laptop"])
    page.open(here, *SIZES["laptop"])
    page.wait(
        "get('draw-name').textContent === 'Your level' && get('verdict').textContent === 'Can be solved'"
    )
    page.wait(f"location.href === {json.dumps(here)}")


def edit(page: Browser, address: str) -> dict[str, float]:
    """Milliseconds from a stroke to its par, flaws and rating, in a maze of 21 x 21 tiles.

    Every second stroke comes after a pause, when the page is about to have all tries of the one before.
    """
    level = generate(Maze(MazeParameters(height=(21, 21), width=(21, 21))), 1, "any")
    packer = zlib.compressobj(wbits=-15)
    data = packer.compress(json.dumps(plain_level(level)).encode()) + packer.flush()
    drawn = base64.urlsafe_b64encode(data).decode().rstrip("=")
    shown(page, f"{address}#agent=maze&level=~{drawn}&mode=draw", *SIZES["laptop"])
    page.wait("get('verdict').textContent === 'Can be solved'")
    page.click("[data-code='1']")  # floor, in place of the pillars between the ways
    times = []
    for k in range(STROKES):
        time.sleep(PAUSE_S * (k % 2))
        page.ask("delete document.body.dataset.inspectMs")
        page.click("#board-draw", (2 * (k % 9) + 2.5) / 21, (2 * (k // 9) + 2.5) / 21)
        page.wait("document.body.dataset.inspectMs")
        times.append(float(page.ask("document.body.dataset.inspectMs")))
    return {"median": statistics.median(times), "largest": max(times), "strokes": STROKES}


def names(page: Browser, address: str) -> int:
    """The controls of all modes in the accessibility tree; each must have a name."""
    count = 0
    for mode in ("watch", "draw", "play"):
        shown(page, f"{address}#agent=tag&level=test:2&mode={mode}", *SIZES["laptop"])
        time.sleep(1.5)
        for node in page.call("Accessibility.getFullAXTree")["nodes"]:
            role = node.get("role", {}).get("value")
            if role in CONTROLS and not node.get("ignored"):
                name = node.get("name", {}).get("value", "")
                require(name, f"a {role} in {mode} has a name: {json.dumps(node)[:300]}")
                count += 1
    return count


def axe(page: Browser, address: str, program: str) -> int:
    """What axe-core finds in all modes, light and dark; nothing may be more than minor."""
    every = []
    for dark in (False, True):
        for what in SCREENS.values():
            shown(page, f"{address}#agent={what}", *SIZES["laptop"], dark)
            time.sleep(2)
            page.call("Runtime.evaluate", expression=program)
            code = "axe.run().then((all) => all.violations.map((one) => [one.impact, one.id]))"
            every += page.ask(code)
    require(all(impact == "minor" for impact, _ in every), f"axe-core finds {every}")
    return len(every)


def pictures(page: Browser, address: str, out: Path) -> None:
    """Every mode at every size, light and dark."""
    for size, (width, height) in SIZES.items():
        for dark in (False, True):
            for mode, what in SCREENS.items():
                shown(page, f"{address}#agent={what}", width, height, dark)
                time.sleep(7 if mode == "watch" else 2.5)
                wide = page.ask("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                require(not wide, f"{mode} on a {size} needs no scrolling to the side")
                page.picture(out / f"{mode}-{size}-{'dark' if dark else 'light'}.png")


def step_bytes() -> dict[str, int]:
    """The longest message of a step, for each included agent."""
    longest = {}
    offers = Offers()
    for name in offers.names:
        agent: gamemeta.Agent = offers.agent(name)
        race = Race(agent, generate(family_of(agent), 0, "test"))
        sizes = [0]
        for _ in range(3 * 8):
            steps = [one for one in race.steps(64) if one["type"] == "step"]
            sizes += [len(json.dumps(one, separators=(",", ":")).encode()) for one in steps]
        longest[name] = max(sizes)
    require(max(longest.values()) < MOST_BYTES, f"a step takes less than {MOST_BYTES} bytes: {longest}")
    return longest


if __name__ == "__main__":
    main()
