"""How many steps a second a network trains, so that another can be given the same time."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamemeta.agent.file import write_atomically
from gamemeta.reproduction.cells import Cell
from gamemeta.reproduction.jobs import GO_ON, Ask, Status, Stopped, Tell
from gamemeta.reproduction.machine import machine
from gamemeta.training.config import TrainConfig
from gamemeta.training.loop import Training

WARM_UP, MEASURED = 2, 8
"""Iterations before the clock starts, and on the clock."""


@dataclass(frozen=True)
class RateJob:
    """Measures how fast a training goes; to be run while nothing else does.

    Args:
        cell: what is learned.
        config: of the training; its steps and seed do not matter.
        path: file that keeps the rate.
    """

    cell: Cell
    config: TrainConfig
    path: Path

    @property
    def name(self) -> str:
        """The cell, and that the speed of the GRU is measured on it."""
        return f"{self.cell.label} speed of the GRU"

    def check(self) -> None:
        """There is nothing that could be in the way."""

    def measured(self) -> dict[str, Any] | None:
        """`steps_per_s`, `iterations` and `machine`, if they were measured with these settings."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            return dict(kept["measured"]) if kept["settings"] == self._settings() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def finished(self) -> bool:
        """Whether the rate is in its file."""
        return self.measured() is not None

    def run(self, tell: Tell, ask: Ask) -> None:
        """Train a few iterations with the clock running; nothing of the training is kept."""
        if self.finished:
            return
        training = Training(self.config)
        total = min(WARM_UP + MEASURED, training.iterations)
        warm = min(WARM_UP, total - 1)
        began = time.perf_counter()
        for number, _ in enumerate(training.run(), 1):
            if number == warm:
                began = time.perf_counter()
            if number == total:
                break
            if ask() != GO_ON:
                raise Stopped
            tell(Status("timing", number / total))
        rate = (total - warm) * training.steps_per_iteration / (time.perf_counter() - began)
        found = {"steps_per_s": round(rate), "iterations": total - warm, "machine": machine()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"measured": found, "settings": self._settings()}, indent=1)
        write_atomically(self.path, text.encode())

    def _settings(self) -> dict[str, Any]:
        """What the rate depends on."""
        values: dict[str, Any] = json.loads(json.dumps(self.config.to_json()))
        for name in ("steps", "seed", "checkpoint_s"):
            values["run"].pop(name)
        return {**values, "cores": os.cpu_count()}
