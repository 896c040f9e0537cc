"""`gamemeta train --watch` in a real browser: curves, the agent on a level, stop, go on, closed tabs.

    python scripts/evidence/playground_training.py --out FOLDER

Needs Chromium. It ends with an error at the first thing that is not as it should be.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import browser as driver
from browser import Browser, browser

from gamemeta.agent.file import read_agent

SIZES = {"phone": (390, 844), "laptop": (1280, 800), "wide": (1920, 1080)}
SETTINGS = ["--steps", "163840", "--set", "run.validations=8", "--set", "run.validation_levels=32"]
SETTINGS += ["--set", "run.lanes=32", "--set", "run.threads=1"]


def main() -> None:
    """Check, take pictures, and print what was found as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument("--axe", type=Path, help="axe.min.js of the npm package axe-core")
    asked = parser.parse_args()
    driver.SECONDS = 400  # an iteration ends first, on a machine that does much else
    out: Path = asked.out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser() as page:
        page.call(
            "Page.addScriptToEvaluateOnNewDocument",
            source="window.get = (id) => document.getElementById(id)",
        )
        run = Path(folder) / "run"
        with training(run, "--watch", "--no-browser") as (process, address):
            figures = watched(page, address, out, asked.axe)
            code = process.wait()
        require(code == 0, f"the training ends as usual: {code}")
        page.wait("get('notice').textContent.includes('Watch its agent')")
        plain = Path(folder) / "plain"
        with training(plain) as (process, _):
            process.wait()
        same = read_agent(run).digest == read_agent(plain).digest
        require(same, "the agent is the same with and without the page")
        require(not page.errors, f"errors in the console: {page.errors}")
    print(json.dumps(figures | {"same agent": same}, indent=1))


def require(holds: object, words: str) -> None:
    """End with these words where something is not as it should be."""
    if not holds:
        sys.exit(f"not as it should be: {words}")


@contextmanager
def training(run: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A training, and what it prints first: with a page its address."""
    command = [sys.executable, "-m", "gamemeta_cli", "train", "maze", "--out", str(run), *SETTINGS, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()


def watched(page: Browser, address: str, out: Path, axe: Path | None) -> dict[str, object]:
    """All that a person does with the page of a training."""
    page.open(address, *SIZES["laptop"])
    page.wait("get('train-curves').childElementCount === 4")
    page.wait("get('lesson-count').textContent.includes('step')")
    page.wait("!get('train-scores').hasAttribute('hidden')")
    page.click("#train-stop")
    page.wait("get('train-state').textContent === 'Stopped'")
    step = page.ask("get('train-step').textContent")
    require("Go on" in page.ask("get('train-stop').textContent"), "a stopped training can go on")
    axe_found = axe_core(page, axe) if axe else None
    pictures(page, address, out)
    page.open("about:blank", *SIZES["laptop"])  # the tab is closed, and another one is opened
    page.open(address, *SIZES["laptop"])
    page.wait("get('train-state').textContent === 'Stopped'")
    page.wait("get('train-curves').querySelectorAll('polyline').length === 4")
    page.press("2")
    page.wait("get('clock').textContent.startsWith('try')")
    require(
        page.ask("get('agent').value") == "in training", "the agent in training can be watched as any other"
    )
    page.press("1")
    page.click("#train-stop")
    page.wait("get('train-state').textContent !== 'Stopped'")
    page.wait(f"get('train-step').textContent !== {json.dumps(step)}")
    page.wait("get('train-state').textContent === 'Done'")
    return {"stopped at": step, "found by axe-core": axe_found}


def axe_core(page: Browser, program: Path) -> list[object]:
    """What axe-core finds; nothing may be more than minor."""
    page.call("Runtime.evaluate", expression=program.read_text())
    found = list(page.ask("axe.run().then((all) => all.violations.map((one) => [one.impact, one.id]))"))
    require(all(one[0] == "minor" for one in found), f"axe-core finds {found}")
    return found


def pictures(page: Browser, address: str, out: Path) -> None:
    """The page at every size, light and dark."""
    for size, (width, height) in SIZES.items():
        for dark in (False, True):
            page.open("about:blank", width, height, dark)
            page.open(address, width, height, dark)
            page.wait("get('train-curves').querySelectorAll('polyline').length === 4")
            time.sleep(2)
            wide = page.ask("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            require(not wide, f"the training on a {size} needs no scrolling to the side")
            page.picture(out / f"train-{size}-{'dark' if dark else 'light'}.png")


if __name__ == "__main__":
    main()
