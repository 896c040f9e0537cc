"""Chromium without a window, driven over a pipe by its DevTools protocol: pages, keys, screenshots."""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 60
"""Longest that a page may take for one thing."""
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--remote-debugging-pipe")


class Browser:
    """One page of a running Chromium.

    Args:
        write, read: ends of its pipe.
    """

    def __init__(self, write: int, read: int) -> None:
        self._write, self._read, self._rest, self._number = write, read, b"", 0
        self._session = ""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.errors: list[str] = []
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and wait for its answer; errors that the page reports on the way are kept."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']['message']}")
                return dict(answer["result"])
            self._note(answer)

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            part = os.read(self._read, 1 << 20)
            if not part:
                sys.exit("Chromium has ended.")
            self._rest += part
        message, _, self._rest = self._rest.partition(b"\0")
        return dict(json.loads(message))

    def _note(self, event: dict[str, Any]) -> None:
        about = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(about["exceptionDetails"])[:500])
        elif event.get("method") == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.errors.append(about["entry"]["text"])

    def open(self, url: str, width: int, height: int, dark: bool = False) -> None:
        """Open a page in a window of this size, light or dark."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[scheme])
        self.call("Page.navigate", url=url)
        self.wait("document.readyState === 'complete'")

    def ask(self, code: str) -> Any:
        """The value of an expression in the page."""
        answer = self.call("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            sys.exit(f"{code}: {json.dumps(answer['exceptionDetails'])[:500]}")
        return answer["result"].get("value")

    def wait(self, code: str) -> None:
        """Wait until an expression holds."""
        until = time.monotonic() + SECONDS
        while not self.ask(code):
            if time.monotonic() > until:
                sys.exit(f"this has not come true within {SECONDS} s: {code}")
            time.sleep(0.05)

    def press(self, key: str, *, control: bool = False) -> None:
        """Press a key and let it go."""
        modifiers = 2 if control else 0
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, modifiers=modifiers)

    def click(self, element: str, x: float = 0.5, y: float = 0.5) -> None:
        """Click an element by the mouse, at a share of its width and height.

        Args:
            element: a selector of CSS; it is scrolled into sight.
            x, y: where in it.
        """
        code = """(element) => { element.scrollIntoView({block: "center"});
            const box = element.getBoundingClientRect(); return [box.x, box.y, box.width, box.height]; }"""
        box = self.ask(f"({code})(document.querySelector({json.dumps(element)}))")
        place = {"x": box[0] + x * box[2], "y": box[1] + y * box[3]}
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def picture(self, path: Path) -> None:
        """Save what the window shows, the whole page."""
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser that ends with the block."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        sys.exit(f"none of {', '.join(PROGRAMS)} is installed.")
    (their_read, write), (read, their_write) = os.pipe(), os.pipe()
    with tempfile.TemporaryDirectory(prefix="gamemeta-browser-", ignore_cleanup_errors=True) as profile:
        # Chromium reads commands from file 3 and answers on file 4.
        words = f'exec "$@" 3<&{their_read} 4>&{their_write}'
        with subprocess.Popen(
            ["bash", "-c", words, "bash", program, *FLAGS, f"--user-data-dir={profile}"],
            pass_fds=(their_read, their_write),
            stderr=subprocess.DEVNULL,
        ) as process:
            os.close(their_read)
            os.close(their_write)
            try:
                yield Browser(write, read)
            finally:
                process.terminate()
                process.wait()
                os.close(write)
                os.close(read)


def require(holds: object, words: str) -> None:
    """End with these words where something is not as it should be."""
    if not holds:
        sys.exit(f"not as it should be: {words}")


def wait_for(path: Path) -> None:
    """Wait until a download is there."""
    until = time.monotonic() + 30
    while not path.is_file():
        require(time.monotonic() < until, f"{path.name} was saved")
        time.sleep(0.05)
