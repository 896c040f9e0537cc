"""The common part of scripts: sizes, timing of repeats, and their output.

These scripts run in the environments of the peers, which have no gamemeta.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

SIZES: dict[str, Any] = json.loads(sys.argv[1])


def print_rate(package: str, work: Callable[[], int]) -> None:
    """Print steps a second; `work` does some and gives how many."""
    work()
    rates, by_cpu = [], []
    for _ in range(SIZES["repeats"]):
        began, used, done = time.perf_counter(), time.process_time(), 0
        while not done or time.perf_counter() < began + SIZES["seconds"]:
            done += work()  # once at least
        rates.append(done / (time.perf_counter() - began))
        by_cpu.append(done / (time.process_time() - used))
    _print(package, "steps_per_s", rates, by_cpu)


def print_calls(package: str, call: Callable[[], object]) -> None:
    """Print the median microseconds of a call."""
    medians = []
    for k in range(SIZES["repeats"] + 1):
        taken, end = [], time.perf_counter() + SIZES["seconds"]
        while not taken or time.perf_counter() < end:
            began = time.perf_counter_ns()
            call()
            taken.append((time.perf_counter_ns() - began) / 1e3)
        if k:
            medians.append(statistics.median(taken))
    _print(package, "us_per_call", medians, [])


def _print(package: str, unit: str, repeats: list[float], by_cpu: list[float]) -> None:
    print(json.dumps({"version": version(package), "unit": unit, "repeats": repeats, "per_cpu_s": by_cpu}))
