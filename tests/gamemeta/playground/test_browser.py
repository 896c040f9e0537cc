"""The page in a real browser, by clicks and keys: what nobody could do without.

All that a person does there is gone through by scripts/evidence/playground_browser.py.
"""

import json
import shutil
import subprocess
import sys

import pytest

from scripts.evidence import browser as driver
from scripts.evidence.browser import PROGRAMS, browser

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not any(map(shutil.which, PROGRAMS)), reason=f"no browser: {', '.join(PROGRAMS)}"),
]
SIZE = (1280, 800)
COMPILING_S = 400
"""Longest wait for the page, on a machine that compiles the games beside other tests."""
SOLVED = "get('verdict').textContent === 'Can be solved'"


@pytest.fixture(scope="module")
def address():
    """The address of a playground that is served by the command."""
    command = [sys.executable, "-m", "gamemeta_cli", "playground", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[0]
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def window():
    """One browser for all tests."""
    with pytest.MonkeyPatch.context() as patch, browser() as page:
        patch.setattr(driver, "SECONDS", COMPILING_S)
        source = "window.get = (id) => document.getElementById(id)"
        page.call("Page.addScriptToEvaluateOnNewDocument", source=source)
        yield page


@pytest.fixture
def page(window, address):
    """The browser, in which each test opens the page; none may leave an error in the console."""
    yield window
    assert window.errors == []


def shown(page, address, wanted):
    """Open the page with this in its address."""
    page.open("about:blank", *SIZE)
    page.open(f"{address}#{wanted}", *SIZE)


def test_an_agent_is_watched_to_the_end_of_a_try(page, address):
    shown(page, address, "agent=maze&level=test:0")
    page.wait("get('clock')?.textContent.startsWith('try')")
    page.ask("get('speed').value = '32'")
    page.wait("get('tries').tBodies[0].rows.length >= 2")
    first = page.ask("Array.from(get('tries').tBodies[0].rows[0].cells, (cell) => cell.textContent)")
    assert [cell.split()[1] for cell in first[1:]] == ["steps", "steps"]


def test_a_stroke_changes_par_and_rating_and_the_address_opens_the_drawn_level(page, address):
    shown(page, address, "agent=maze&level=test:0&mode=draw")
    page.wait(f"{SOLVED} && get('rating').textContent.includes('try 4')")
    before = page.ask("[get('verdict-par').textContent, get('rating').textContent]")
    page.click("#board-draw", 6.5 / 11, 7.5 / 9)  # wall between start and goal
    page.wait(f"get('verdict-par').textContent !== {json.dumps(before[0])} && {SOLVED}")
    page.wait(f"get('rating').textContent !== {json.dumps(before[1])}")
    par = page.ask("get('verdict-par').textContent")
    page.wait("decodeURIComponent(location.hash).includes('level=~')")
    drawn = page.ask("location.hash")
    shown(page, address, drawn.removeprefix("#"))
    page.wait(f"get('draw-name').textContent === 'Your level' && {SOLVED}")
    assert page.ask("get('verdict-par').textContent") == par and page.ask("location.hash") == drawn


def test_a_match_is_played_by_keys(page, address):
    shown(page, address, "agent=tag&level=test:2&mode=play")
    page.wait("get('play-count').textContent === 'match 1'")
    for _ in range(40):
        before = page.ask("get('play-status').textContent")
        page.press(" ")
        page.wait(
            f"get('play-status').textContent !== {json.dumps(before)} || get('matches').childElementCount"
        )
        if page.ask("get('matches').childElementCount"):
            break
    assert "won" in page.ask("get('matches').textContent")
    assert page.ask("get('guesses').textContent")
    page.press("Enter")
    page.wait("get('play-count').textContent === 'match 2'")
