"""The playground under hostile and heavy use: what is refused, and how long an answer takes then.

python scripts/evidence/playground_load.py
"""

import http.client
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from gamemeta.playground.levels.values import plain_level
from gamemeta_levels.families.maze.family import Maze, MazeParameters
from gamemeta_levels.family import generate

TABS, STEPS, MESSAGES = 50, 60, 1000


def main() -> None:
    """Try everything, and print the figures as JSON."""
    command = [sys.executable, "-m", "gamemeta_cli", "playground", "--no-browser"]
    figures: dict[str, Any] = {"machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        address = server.stdout.readline().split()[0].rstrip("/")
        try:
            figures["load before"] = os.getloadavg()[0]
            figures |= refused(address)
            with watching(address) as tab:
                figures["step of a tab alone, ms"] = latency(tab)
                figures["step of a tab beside a busy one, ms"] = beside_busy(address, tab)
            figures[f"step of each of {TABS} tabs, ms"] = many(address)
            with watching(address) as tab:
                figures["alive at the end"] = latency(tab) is not None
        finally:
            server.terminate()
    print(json.dumps(figures, indent=1))


def refused(address: str) -> dict[str, Any]:
    """What comes back for a large upload, a foreign origin, a long message, many messages."""
    place = urlsplit(address)
    client = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    named = json.dumps({"files": [{"name": "big.txt", "size": 20 * 2**20}]}).encode() + b"\n"
    try:
        client.request("POST", "/open?family=maze", named + b"#" * (20 * 2**20), {"Origin": address})
        upload = client.getresponse().read().decode()
    except (BrokenPipeError, ConnectionResetError) as error:  # it answered before all was sent
        upload = type(error).__name__
    return {
        "20 MB upload": upload,
        "foreign origin": kind(lambda: greeting(address, "http://evil.example")),
        "no origin": kind(lambda: greeting(address, None)),
        "1 MB message": kind(lambda: long_message(address)),
        f"{MESSAGES} fast messages": flood(address),
    }


def greeting(address: str, origin: str | None) -> Any:
    """What a page of this origin hears first."""
    with opened(address, origin) as tab:
        return tab.recv(timeout=30)


def opened(address: str, origin: str | None) -> Any:
    """A connection from a page of this origin."""
    return connect(address.replace("http", "ws", 1) + "/live", origin=origin, max_size=2**22)  # type: ignore[arg-type]


def kind(action: Callable[[], Any]) -> str:
    """How an action ends, in words."""
    try:
        return f"answered: {str(action())[:80]}"
    except (InvalidStatus, ConnectionClosed) as error:
        return f"{type(error).__name__}: {error}"


def long_message(address: str) -> Any:
    """The answer to a message that is longer than any may be."""
    with opened(address, address) as tab:
        tab.recv()
        tab.send("x" * 2**20)
        return tab.recv(timeout=30)


def flood(address: str) -> dict[str, int]:
    """Answers by kind to many messages that are sent without waiting."""
    counts: dict[str, int] = {}
    with watching(address) as tab:
        for _ in range(MESSAGES):
            tab.send(json.dumps({"do": "level", "word": "test:0"}))
        tab.send(json.dumps({"do": "nothing"}))
        try:
            while True:
                answer = json.loads(tab.recv(timeout=3))
                name = str(answer.get("words", answer["type"]))[:60]
                counts[name] = counts.get(name, 0) + 1
        except TimeoutError:
            return counts


def ask(tab: ClientConnection, **message: Any) -> dict[str, Any]:
    """Send a message and wait for its first answer."""
    tab.send(json.dumps(message))
    return dict(json.loads(tab.recv(timeout=120)))


@contextmanager
def watching(address: str) -> Iterator[ClientConnection]:
    """A tab that watches the first level of mazes."""
    with opened(address, address) as tab:
        tab.recv()
        ask(tab, do="agent", name="maze")
        ask(tab, do="watch", level=ask(tab, do="level", word="test:0")["level"])
        yield tab


def latency(tab: ClientConnection) -> dict[str, float]:
    """Milliseconds from asking for a step to its answer."""
    times = []
    for _ in range(STEPS):
        began = time.perf_counter()
        ask(tab, do="more", count=1)
        times.append(1000 * (time.perf_counter() - began))
    return {"median": round(statistics.median(times), 2), "largest": round(max(times), 1)}


def beside_busy(address: str, tab: ClientConnection) -> dict[str, float]:
    """The same while another tab has a level of 21 x 21 rated again and again."""
    level = plain_level(generate(Maze(MazeParameters(height=(21, 21), width=(21, 21))), 1, "any"))
    stop = threading.Event()
    with watching(address) as busy:

        def work() -> None:
            while not stop.is_set():
                ask(busy, do="rate", level=level)

        thread = threading.Thread(target=work)
        thread.start()
        time.sleep(0.5)
        figures = latency(tab)
        stop.set()
        thread.join()
    return figures


def many(address: str) -> dict[str, float]:
    """The same for many tabs at once, each with a thread of its own."""
    results: list[dict[str, float]] = []
    with ExitStack() as open_tabs:
        tabs = [open_tabs.enter_context(watching(address)) for _ in range(TABS)]
        threads = [threading.Thread(target=lambda one=tab: results.append(latency(one))) for tab in tabs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return {
        "median": statistics.median(one["median"] for one in results),
        "largest": max(one["largest"] for one in results),
    }


if __name__ == "__main__":
    main()
