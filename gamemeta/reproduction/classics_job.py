"""The classic players of a cell as a job."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamemeta.reproduction.cells import Cell
from gamemeta.reproduction.classics import SEED, play_classics
from gamemeta.reproduction.instances import FIRST_SEED, Played, instances
from gamemeta.reproduction.jobs import INTERRUPTED, Ask, Report, Status, Stopped
from gamemeta.reproduction.measured import read_measured, write_measured


@dataclass(frozen=True)
class ClassicsJob:
    """The classic players on the instances of a cell.

    Args:
        cell: what they play.
        path: file that keeps what they reached.
        instances: how many.
        tuned_on: on how many validation instances parameters are chosen.
    """

    cell: Cell
    path: Path
    instances: int
    tuned_on: int

    @property
    def name(self) -> str:
        """The cell, and that classic players play it."""
        return f"{self.cell.label} classic players"

    def check(self) -> None:
        """There is nothing that could be in the way."""

    def measured(self) -> dict[str, Played] | None:
        """Returns of the players by name, if they were measured."""
        return read_measured(self.path, self._made())

    @property
    def finished(self) -> bool:
        """Whether what they reached is in its file."""
        return self.measured() is not None

    def run(self, report: Report, ask: Ask) -> None:
        """Play what is missing; quick beside a training, so that it goes on when time is up."""
        if self.finished:
            return

        def alive(player: str, share: float) -> None:
            if ask() == INTERRUPTED:
                raise Stopped
            report(Status(player.replace("_", " "), share))

        levels = instances(self.cell, self.instances)
        write_measured(self.path, play_classics(self.cell, levels, alive, self.tuned_on), self._made())

    def _made(self) -> dict[str, Any]:
        return {
            "cell": self.cell.text,
            "instances": self.instances,
            "first": FIRST_SEED,
            "tuned_on": self.tuned_on,
            "seed": SEED,
        }
