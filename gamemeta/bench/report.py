"""What a benchmark found, as plain data."""

from dataclasses import dataclass, field
from typing import Any

from gamemeta.bench.figure import Figure
from gamemeta.bench.limit import Limit

QUIET_SHARE = 0.95
"""A process that got less of its cores' time than this was disturbed by others."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """Results of a benchmark.

    Args:
        bench: what was measured: `sim`, `train`, `act`, `levels` or `rate`.
        subject: the game or the agent.
        figures: by name, which ends in the unit; the first is the one that counts.
        sizes: what the speed depends on, by name.
        machine: as `gamemeta.bench.machine.machine` gives it.
        processor_share: share of its cores' time that the process got while it was measured.
        dtype: what numbers are computed in.
        parameters: of the network, if there is one.
        limit: what the hardware allows, if it is known.
    """

    bench: str
    subject: str
    figures: dict[str, Figure]
    sizes: dict[str, Any]
    machine: dict[str, Any]
    processor_share: float
    dtype: str
    parameters: int | None = None
    limit: Limit | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def disturbed(self) -> bool:
        """Whether something else used the processor meanwhile, so that the figures are too low."""
        return self.processor_share < QUIET_SHARE

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; each figure stands at the top by its name."""
        return {
            "bench": self.bench,
            "subject": self.subject,
            **{name: figure.to_json() for name, figure in self.figures.items()},
            "repeats": len(next(iter(self.figures.values())).repeats),
            "sizes": self.sizes,
            "dtype": self.dtype,
            "parameters": self.parameters,
            "limit": self.limit and self.limit.to_json(),
            "processor_share": self.processor_share,
            "disturbed": self.disturbed,
            "notes": list(self.notes),
            "machine": self.machine,
        }
