"""How fast a network trains beside another, so that it can be given the same time."""

import json
import os
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gamemeta.files import write_atomically
from gamemeta.reproduction.cells import Cell
from gamemeta.reproduction.jobs import GO_ON, Ask, Report, Status, Stopped
from gamemeta.reproduction.machine import machine
from gamemeta.training.config import TrainConfig
from gamemeta.training.loop import Training

ROUNDS = 6
"""Iterations on the clock of each, in turns, after one that warms up."""


@dataclass(frozen=True)
class RateJob:
    """Measures the speed of a training in units of another's, in turns: what else runs meets both.

    Args:
        cell: what is learned.
        config: of the training; its steps and seed do not matter.
        peer: of the training it is compared with.
        path: file that keeps the rate.
    """

    cell: Cell
    config: TrainConfig
    peer: TrainConfig
    path: Path

    @property
    def name(self) -> str:
        """The cell, and that the speed of the GRU is measured on it."""
        return f"{self.cell.label} speed of the GRU"

    def check(self) -> None:
        """There is nothing that could be in the way."""

    def measured(self) -> dict[str, Any] | None:
        """The figures that `run` kept, if they were measured with these settings."""
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            return dict(kept["measured"]) if kept["settings"] == self._settings() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def finished(self) -> bool:
        """Whether the rate is in its file."""
        return self.measured() is not None

    def run(self, report: Report, ask: Ask) -> None:
        """Train some iterations of both with the clock running; nothing of the trainings is kept."""
        if self.finished:
            return
        trainings = [Training(_with_rounds(config)) for config in (self.config, self.peer)]
        iterate = [training.run() for training in trainings]
        for run in iterate:
            next(run)
        best = [float("inf")] * 2
        for done in range(ROUNDS):
            for k, run in enumerate(iterate):
                if ask() != GO_ON:
                    raise Stopped
                began = time.perf_counter()
                next(run)
                best[k] = min(best[k], time.perf_counter() - began)
            report(Status("timing", (done + 1) / ROUNDS))
        self._keep([t.steps_per_iteration / s for t, s in zip(trainings, best, strict=True)])

    def _keep(self, rates: list[float]) -> None:
        rate, peer = rates
        figures = {
            "relative": round(rate / peer, 4),
            "steps_per_s": round(rate),
            "peer_steps_per_s": round(peer),
            "rounds": ROUNDS,
            "machine": machine(),
        }
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"measured": figures, "settings": self._settings()}, indent=1)
        write_atomically(self.path, text.encode())

    def _settings(self) -> dict[str, Any]:
        """Settings that the rate depends on."""
        return {"own": _timed(self.config), "peer": _timed(self.peer), "cores": os.cpu_count()}


def _timed(config: TrainConfig) -> dict[str, Any]:
    """The settings without those that do not change the speed."""
    values: dict[str, Any] = json.loads(json.dumps(config.to_json()))
    for name in ("steps", "seed", "checkpoint_s"):
        values["run"].pop(name)
    return values


def _with_rounds(config: TrainConfig) -> TrainConfig:
    """The same training with just enough steps to be timed."""
    run = replace(config.run, steps=(ROUNDS + 1) * config.run.lanes * config.run.rollout_steps)
    return replace(config, run=run)
