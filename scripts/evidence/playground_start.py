"""How soon `gamemeta playground` shows something in a browser that runs already, and what that costs.

    python scripts/evidence/playground_start.py [--runs N]

Needs Chromium and Linux. Seconds are from the start of the command; processor seconds are of its process.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

from browser import Browser, browser

DRAWN = """(() => { const board = document.getElementById("board-0");
    if (!board || board.width === 300) return false;
    const [x, y] = [board.width >> 1, board.height >> 1];
    return board.getContext("2d").getImageData(x, y, 1, 1).data[3] > 0; })()"""
STEPPED = "document.getElementById('clock').textContent.startsWith('try')"


def main() -> None:
    """Start a few playgrounds one after the other, and print the medians as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=7)
    asked = parser.parse_args()
    loads, rows = [os.getloadavg()[0]], []
    with browser() as page:
        for _ in range(asked.runs):
            rows.append(start(page))
            loads.append(os.getloadavg()[0])
    figures: dict[str, object] = {
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": [round(min(loads), 1), round(max(loads), 1)],
    }
    for name in rows[0]:
        values = sorted(row[name] for row in rows)
        figures[name] = {"median": statistics.median(values), "least": values[0], "most": values[-1]}
    print(json.dumps(figures, indent=1))


def start(page: Browser) -> dict[str, float]:
    """When the address is printed, the first level stands on the page, and the agent makes its first step."""
    page.open("about:blank", 1280, 800)
    command = [sys.executable, "-m", "gamemeta_cli", "playground", "--no-browser"]
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        row = {}
        try:
            address = server.stdout.readline().split()[0]
            note(row, "address", began, server.pid)
            page.call("Page.navigate", url=address)
            page.wait(DRAWN)
            note(row, "first picture", began, server.pid)
            page.wait(STEPPED)
            note(row, "first step", began, server.pid)
        finally:
            server.terminate()
    return row


def note(row: dict[str, float], what: str, began: float, process: int) -> None:
    """Add the seconds since the command began, and the processor seconds of its process."""
    row[f"{what}, s"] = round(time.monotonic() - began, 2)
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    row[f"{what}, CPU s"] = round((int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), 2)


if __name__ == "__main__":
    main()
