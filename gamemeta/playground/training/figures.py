"""Figures of a training by its steps, as many as a page can show."""

import json
from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from gamemeta.playground.frames import Plain

MOST_POINTS = 600
"""Points that are kept; where there are more, every second one is left out."""
MOST_NAMES, LONGEST_NAME = 24, 40
MOST_VALIDATIONS, MOST_EPISODES = 400, 100
RATE = "steps_per_s"
DIGITS = 5


class Figures:
    """Points of a training's curves, and the scores of its validations. Used by one thread at a time."""

    def __init__(self) -> None:
        self.generation = 0
        """Another number whenever points that a page may have are not among these any more."""
        self._names: list[str] = []
        self._rows: list[list[float | None]] = []
        self._validations: list[tuple[int, list[float | None]]] = []
        self._count, self._stride = 0, 1

    def clear(self) -> None:
        """Begin again."""
        self.generation += 1
        self._names, self._rows, self._validations = [], [], []
        self._count, self._stride = 0, 1

    def add(self, step: int, terms: Mapping[str, float]) -> None:
        """Take in an iteration."""
        self._count += 1
        if self._count % self._stride:
            return
        for name in terms:
            if name not in self._names and len(self._names) < MOST_NAMES:
                self._names.append(name)
        self._rows.append([step, *(_plain(terms.get(name)) for name in self._names)])
        if len(self._rows) > MOST_POINTS:
            self._rows, self._stride = self._rows[1::2], 2 * self._stride
            self.generation += 1

    def add_validation(self, step: int, scores: Sequence[float | None]) -> None:
        """Take in the scores of a validation, by episode."""
        self._validations.append((step, [_plain(score) for score in scores[:MOST_EPISODES]]))
        if len(self._validations) > MOST_VALIDATIONS:
            self._validations = self._validations[1::2]
            self.generation += 1

    def read_log(self, path: Path, until: int) -> None:
        """Take in the log of a run up to a step; lines that are none are left out."""
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return
        for line in lines:
            try:
                record = json.loads(line)
                step = int(record.pop("step"))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
            if step > until:
                continue
            if isinstance(record.get("validation"), dict):
                self.add_validation(step, record["validation"].get("score") or [])
            else:
                self.add(step, record)

    def since(self, generation: int, points: int, validations: int) -> Plain:
        """What a page lacks that has so many points and validations of this generation."""
        if generation != self.generation:
            points = validations = 0
        return {
            "generation": self.generation,
            "names": [name[:LONGEST_NAME] for name in self._names],
            "first": points,
            "rows": self._rows[points:],
            "first_validation": validations,
            "validations": [[step, scores] for step, scores in self._validations[validations:]],
        }


def _plain(value: Any) -> float | None:
    """A number of a few digits; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}")
