"""The playground in a real browser: games without a map, classes of users, and two levels side by side.

    python scripts/evidence/playground_games.py --out FOLDER

Needs Chromium. Environments that are not installed are left out and named. It ends with an error at the first
thing that is not as it should be.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from browser import Browser, browser, require
from playground_browser import CONTROLS, SIZES, frames, rows, served, shown, text

from gamemeta.errors import GamemetaError
from gamemeta.games.setup import GameSetup
from gamemeta.playground.offers import Offers
from gamemeta.playground.race import Race
from gamemeta.playing.session import family_of
from gamemeta_levels.family import generate

BEACON = '''"""Sailing to a harbour whose light is out: the same one in every try on a level."""

import numpy as np
from gymnasium.spaces import Dict, Discrete

WIDTH = 9
SEA, LAND, BOAT, LIGHT = (38, 70, 110), (196, 178, 128), (250, 244, 230), (236, 190, 70)


class Beacon:
    """Sail to the harbour, which is at one of both ends and shows its light only to who is there."""

    actions = ("left", "right")
    observation_space = Dict({"place": Discrete(WIDTH), "light": Discrete(2)})
    step_limit, par = 12, 0.8

    def reset(self, level):
        self.harbour, self.place, self.steps = (WIDTH - 1) * (level % 2), WIDTH // 2, 0
        return self.seen()

    def seen(self):
        return {"place": self.place, "light": int(self.place == self.harbour)}

    def step(self, action):
        self.place = min(max(self.place + (1 if action else -1), 0), WIDTH - 1)
        self.steps += 1
        here = self.place == self.harbour
        return self.seen(), 1.0 - 0.05 * self.steps if here else 0.0, here, {"success": here}
'''
PICTURE = """
    def picture(self):
        image = np.full((5, WIDTH, 3), SEA, np.uint8)
        image[[0, 4]] = image[:, [0, -1]] = LAND
        image[2, [0, -1]] = SEA
        image[1, self.place] = LIGHT if self.place == self.harbour else image[1, self.place]
        image[2, self.place] = BOAT
        return image.repeat(8, axis=0).repeat(8, axis=1)
"""
BROKEN = """
    @property
    def place(self):
        if self.steps == 4:
            raise RuntimeError("out of wind")
        return self._place

    @place.setter
    def place(self, place):
        self._place = place
"""
EVIL = "from pathlib import Path\nPath('ran').touch()\nclass Evil: pass\n"
GAMES = (
    "procgen/coinrun",
    "gymnasium/MiniGrid-FourRooms-v0",
    "gymnasium/CartPole-v1",
    "pettingzoo/sisl/pursuit_v5",
    "metaworld/ml1-reach",
)
"""Shown by frames, by pictures, and the last by its numbers."""
STEPS = 24


def main() -> None:
    """Check, take pictures, and print the figures as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--axe", type=Path, help="axe.min.js of the npm package axe-core")
    parser.add_argument("--agent", type=Path, help="agent of the class Beacon; a short training if left out")
    asked = parser.parse_args()
    out, axe = asked.out.resolve(), asked.axe and asked.axe.read_text()
    out.mkdir(parents=True, exist_ok=True)
    figures: dict[str, object] = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": os.getloadavg()[0],
    }
    with browser() as page, tempfile.TemporaryDirectory() as place:
        page.call(
            "Page.addScriptToEvaluateOnNewDocument",
            source="window.get = (id) => document.getElementById(id)",
        )
        folder = Path(place)
        (folder / "beacon.py").write_text(BEACON + PICTURE)
        (folder / "words.py").write_text(BEACON)
        (folder / "evil.py").write_text(EVIL)
        (folder / "broken.py").write_text(BEACON + BROKEN)
        two_levels(page, out, axe)
        at_random(page, folder, out, axe)
        agent = asked.agent.resolve() if asked.agent else trained(folder)
        figures["frames a second, pictures"] = beside_its_twin(page, folder, agent, out, axe)
        in_words(page, folder, out, axe)
        broken(page, folder)
        figures["games"] = {game: of_others(page, game, out) for game in GAMES}
        require(not page.errors, f"errors in the console: {page.errors}")
    print(json.dumps(figures, indent=1))


def two_levels(page: Browser, out: Path, axe: str | None) -> None:
    """One agent on two levels: by seeds, by a link, swapped, edited, and one of them drawn."""
    with served() as address:
        shown(page, address, *SIZES["laptop"])
        choose(page, "rival", "/level")
        page.wait("get('name-1').textContent.startsWith('Level test:') && !get('other-bar').hidden")
        type_in(page, "other-word", "test:1")
        page.click("#other-bar button")
        page.wait("get('name-1').textContent === 'Level test:1'")
        page.ask("get('speed').value = '32'")
        played(page, 4)
        ends = rows(page)[3]
        require(len(set(ends[1:])) == 2 and all("✓" in end for end in ends[1:]), f"two levels: {ends}")
        require(page.ask("document.querySelectorAll('#chart line.par').length") == 2, "a par for each level")
        type_in(page, "other-word", "bogus:1")
        page.click("#other-bar button")
        page.wait("get('notice').textContent.includes('bogus')")
        require(text(page, "name-1") == "Level test:1", "what cannot be shown changes nothing")
        here = str(page.ask("location.href"))
        require("other=test%3A1" in here, f"the link has both levels: {here}")
        shown(page, here, *SIZES["laptop"])
        named(page, "Level test:0", "Level test:1")
        page.click("#other-swap")
        named(page, "Level test:1", "Level test:0")
        beside_a_drawing(page)
        pictures(page, f"{address}#agent=dungeon&level=test:5&other=test:6", out, "levels", axe)


def beside_a_drawing(page: Browser) -> None:
    """The level that is drawn beside the one that was watched, and a tile changed between two tries."""
    page.click("#tab-draw")
    page.wait("get('verdict').textContent === 'Can be solved'")
    page.click("#mutate")
    page.wait("get('draw-name').textContent === 'Your level'")
    page.wait("/try 4/.test(get('rating').textContent) && !/so far/.test(get('rating').textContent)")
    page.click("#beside-this")
    named(page, "Level test:1", "Your level")
    page.ask("get('speed').value = '32'")
    played(page, 4)
    page.ask("get('board-0').focus()")
    moves = ["ArrowLeft"] * 8 + ["ArrowUp"] * 10 + ["ArrowRight", "ArrowDown"]  # row 2, column 2: floor
    for key in [*moves, "Enter"]:
        page.press(key)
    page.wait("get('notice').textContent.includes('next try')")
    page.click("#more")
    page.wait("get('ticks').textContent.includes('level edited')")
    named(page, "Your level", "Your level")
    page.wait("get('run').textContent === 'Play'")


def at_random(page: Browser, folder: Path, out: Path, axe: str | None) -> None:
    """A class without an agent: random play, its pictures, no tools to draw with, and no other class."""
    with served("beacon.py:Beacon", folder=folder) as address:
        shown(page, address, *SIZES["laptop"])
        require(page.ask("get('agent').value") == "random play", "random play is offered first")
        require("gamemeta train beacon.py:Beacon" in text(page, "no-agent"), text(page, "no-agent"))
        page.wait("get('lane-1').offsetParent === null")
        scrubbed(page)
        page.press("2")
        page.wait("Boolean(get('draw-none').offsetParent)")
        require("has no map of tiles" in text(page, "draw-none"), text(page, "draw-none"))
        for element in ("draw-stage", "draw-side", "level-open", "level-save"):
            require(not page.ask(f"Boolean(get('{element}').offsetParent)"), f"{element} is not offered")
        page.picture(out / "draw-none-laptop-light.png")
        page.press("3")
        page.wait("!get('play-alone').hidden")
        page.press("1")
        choose(page, "rival", "/level")
        page.wait("get('lane-1').offsetParent && get('name-1').textContent.startsWith('Level test:')")
        shown(page, f"{address}#agent=evil.py:Evil&level=evil.py:Evil&other=evil.py:Evil", *SIZES["laptop"])
        page.wait("get('clock').textContent.startsWith('try')")
        require(not (folder / "ran").exists(), "a class that the command did not name is not run")


def scrubbed(page: Browser) -> None:
    """Pause, one step on and back, and the start again: the pictures are those of the moments."""
    page.wait("Number(get('scrub').value) > 3")
    page.click("#run")
    page.press("Home")
    page.wait("get('scrub').value === '0'")
    middle = "board.width / 2, board.height / 2, 1, 1"
    pixel = f"board.getContext('2d').getImageData({middle}).data.slice(0, 3)"
    code = f"((board) => String({pixel}))(get('board-0'))"
    page.wait(f"{code} === '250,244,230'")  # the boat
    page.press("ArrowRight")
    page.wait(f"get('scrub').value === '1' && {code} === '38,70,110'")  # the sea
    page.press("ArrowLeft")
    page.wait(f"get('scrub').value === '0' && {code} === '250,244,230'")
    require("step 0" in str(page.ask("get('board-0').getAttribute('aria-label')")), "the picture has words")


def trained(folder: Path) -> Path:
    """An agent of the class after a short training, which need not have learned much."""
    run = folder / "run"
    command = [sys.executable, "-m", "gamemeta_cli", "train", "beacon.py:Beacon", "--out", str(run)]
    command += ["--steps", "16384", "--set", "run.validation_levels=8", "--set", "run.validations=1"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return run / "agent.safetensors"


def beside_its_twin(page: Browser, folder: Path, agent: Path, out: Path, axe: str | None) -> float:
    """An agent of the class: twin, curve, swapped memory, another level; returns pictures a second."""
    with served(str(agent), "--game", "beacon.py:Beacon", folder=folder) as address:
        shown(page, address, *SIZES["laptop"])
        page.wait("get('name-1').textContent === 'Memory wiped' && get('lane-1').offsetParent !== null")
        rate = frames(page)
        page.ask("get('speed').value = '32'")
        played(page, 4)
        require(page.ask("document.querySelectorAll('#chart circle').length") == 4, "a curve of four tries")
        require(
            not page.ask("Boolean(document.querySelector('#tries input'))"), "there are no paths to choose"
        )
        page.click("#swap")
        page.wait("get('ticks').textContent.includes('memory swapped')")
        page.click("#level-random")
        page.wait("get('clock').textContent.startsWith('try 1 ')")
        pictures(page, f"{address}#level=test:0", out, "pictures", axe, 5)
    return rate


def in_words(page: Browser, folder: Path, out: Path, axe: str | None) -> None:
    """A class that draws nothing: its words, step by step."""
    with served("words.py:Beacon", "--level", "3", "--level", "test:4", folder=folder) as address:
        shown(page, address, *SIZES["laptop"])
        page.wait("Boolean(get('text-0').offsetParent && get('text-1').offsetParent)")
        named(page, "Level 3", "Level test:4")
        page.press("Home")
        page.wait("get('text-0').textContent.includes('place  4')")
        drawn = page.ask("Boolean(get('png').offsetParent || get('board-0').offsetParent)")
        require(not drawn, "there is no picture")
        pictures(page, f"{address}#level=test:0&other=test:1", out, "text", axe)


def broken(page: Browser, folder: Path) -> None:
    """A class whose fourth step fails: said once, in words; what was played stays, and it can start anew."""
    with served("broken.py:Beacon", folder=folder) as address:
        shown(page, address, *SIZES["laptop"])
        page.wait("get('notice').textContent.includes('out of wind')")
        page.wait("get('run').textContent === 'Play' && get('scrub').max === '3'")
        page.press("Home")
        page.wait("get('scrub').value === '0'")
        page.click("#restart")
        page.wait("get('run').textContent === 'Pause'")
        page.wait("get('run').textContent === 'Play' && get('scrub').max === '3'")


def of_others(page: Browser, game: str, out: Path) -> object:
    """A game of a library: its first pictures in the page; returns bytes and milliseconds of a step."""
    try:
        figures = step_costs(game)
    except GamemetaError as error:
        return f"left out: {error}"[:120]
    with served(game) as address:
        shown(page, address, *SIZES["laptop"])
        page.wait("Number(get('scrub').value) > 5")
        kind = "text" if game.startswith("metaworld") else "board"
        require(page.ask(f"Boolean(get('{kind}-0').offsetParent)"), f"{game} is shown by its {kind}")
        page.picture(out / f"{game.replace('/', '-')}-laptop-light.png")
    return figures


def step_costs(game: str) -> dict[str, float]:
    """Of random play: the longest message of a step, and processor time of one."""
    agent = Offers(untrained=GameSetup(game).name).agent("random play")
    race = Race(agent, generate(family_of(agent), 0, "test"))
    list(race.steps(2))
    began = time.process_time()
    sizes = [len(json.dumps(one, separators=(",", ":"))) for one in race.steps(STEPS)]
    took = time.process_time() - began
    race.close()
    return {"largest step, bytes": max(sizes), "ms a step": round(1000 * took / len(sizes), 1)}


def played(page: Browser, tries: int) -> None:
    """Wait until so many tries have been played."""
    page.wait(f"get('tries').tBodies[0].rows.length === {tries} && get('run').textContent === 'Play'")


def named(page: Browser, first: str, second: str) -> None:
    """Wait until the boards have these names."""
    page.wait(f"get('name-0').textContent === '{first}' && get('name-1').textContent === '{second}'")


def choose(page: Browser, element: str, value: str) -> None:
    """Choose in a menu."""
    menu = f"get('{element}')"
    page.ask(f"{menu}.value = {json.dumps(value)}; {menu}.dispatchEvent(new Event('change'))")


def type_in(page: Browser, element: str, words: str) -> None:
    """Fill a field."""
    page.ask(f"get('{element}').value = {json.dumps(words)}")


def pictures(page: Browser, address: str, out: Path, name: str, axe: str | None, seconds: float = 3) -> None:
    """A screen at every size, light and dark; its controls have names, and axe-core finds nothing serious."""
    for size, (width, height) in SIZES.items():
        for dark in (False, True):
            shown(page, address, width, height, dark)
            page.wait("get('clock').textContent.startsWith('try')")
            time.sleep(seconds)
            wide = page.ask("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            require(not wide, f"{name} on a {size} needs no scrolling to the side")
            page.picture(out / f"{name}-{size}-{'dark' if dark else 'light'}.png")
            if axe and size == "laptop":
                page.call("Runtime.evaluate", expression=axe)
                code = "axe.run().then((all) => all.violations.map((one) => [one.impact, one.id]))"
                found = page.ask(code)
                require(all(impact == "minor" for impact, _ in found), f"axe-core finds {found} in {name}")
    for node in page.call("Accessibility.getFullAXTree")["nodes"]:
        if node.get("role", {}).get("value") in CONTROLS and not node.get("ignored"):
            require(node.get("name", {}).get("value"), f"a control of {name} has a name: {node}")


if __name__ == "__main__":
    main()
