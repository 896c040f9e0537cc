"""Peers and ours, measured one after the other."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamemeta.bench.figure import Effort, Figure, Progress, silent
from gamemeta.bench.peers.catalogue import Peer
from gamemeta.bench.peers.environment import PeerFailed, installed, output_of
from gamemeta.bench.peers.ours import ours, sizes_for_peers
from gamemeta.bench.report import Report

BY_CPU = "steps_per_cpu_s"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A peer beside ours.

    Args:
        peer: which.
        kind: what of ours, as in `Peer.beside`.
        unit: of the figures: `steps_per_s`, or `us_per_call`, where less is better.
        theirs: by clock, None where it failed.
        theirs_cpu: by processor time, where that makes sense.
        version: of the peer.
        ours: our report of the same run, None where the peer failed.
        error: why the peer failed, else empty.
    """

    peer: Peer
    kind: str = ""
    unit: str = ""
    theirs: Figure | None = None
    theirs_cpu: Figure | None = None
    version: str = ""
    ours: Report | None = None
    error: str = ""

    @property
    def what(self) -> str:
        """Subject of the comparison, in words."""
        return self.peer.beside.get(self.kind, "")

    @property
    def figures(self) -> tuple[str, float, float, float] | None:
        """Unit, theirs, ours, and how many times as fast ours is; None where the peer failed.

        Rates are by processor time, for that is what others on the machine disturb least.
        """
        if self.theirs is None or self.ours is None:
            return None
        if self.unit == "us_per_call":
            theirs, ours = self.theirs.median, self.ours.figures[self.unit].median
            return self.unit, theirs, ours, theirs / ours
        by_cpu = self.theirs_cpu or self.theirs
        unit = BY_CPU if self.theirs_cpu else self.unit
        ours = self.ours.figures[unit].median
        return unit, by_cpu.median, ours, ours / by_cpu.median

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "peer": self.peer.name,
            "version": self.version,
            "beside": self.kind,
            "what": self.what,
            "unit": self.unit,
            "theirs": self.theirs and self.theirs.to_json(),
            "theirs_per_cpu_s": self.theirs_cpu and self.theirs_cpu.to_json(),
            "ours": self.ours and self.ours.to_json(),
            "times": self.figures and self.figures[3],
            "error": self.error,
        }


def compare(
    peers: Sequence[Peer], effort: Effort, cache: Path, *, progress: Progress = silent
) -> list[Comparison]:
    """Install, where need be, and measure each peer, and ours right after it.

    A peer that cannot be installed or run is reported as such; the others go on.

    Args:
        peers: which.
        effort: how long and how often, on both sides.
        cache: where the peers' environments are.
        progress: takes a line on what is being done.
    """
    with sizes_for_peers(effort) as sizes:
        return [one for peer in peers for one in _compared(peer, effort, cache, json.dumps(sizes), progress)]


def _compared(peer: Peer, effort: Effort, cache: Path, sizes: str, progress: Progress) -> list[Comparison]:
    try:
        progress(f"{peer.name}: installing, the first time")
        python = installed(peer, cache)
        progress(f"{peer.name}: measuring")
        result = json.loads(output_of(python, peer.path, sizes).strip().splitlines()[-1])
        theirs, cpu = Figure(tuple(result["repeats"])), Figure(tuple(result["per_cpu_s"]))
        unit, version = str(result["unit"]), str(result["version"])
    except PeerFailed as failed:
        return [Comparison(peer=peer, error=str(failed))]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        return [Comparison(peer=peer, error=f"what it printed cannot be read: {error!r}")]
    return [
        Comparison(
            peer=peer,
            kind=kind,
            unit=unit,
            theirs=theirs,
            theirs_cpu=cpu if cpu.repeats else None,
            version=version,
            ours=ours(kind, effort, lambda words: progress(f"ours, beside {peer.name}: {words}")),
        )
        for kind in peer.beside
    ]
