"""What a study has found so far, kept as JSON in its folder: settings, speeds, and a row a variant."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gamemeta.errors import ConfigError
from gamemeta.files import write_atomically
from gamemeta_levels.files.reading import read_bounded

NAME = "study.json"
MOST_BYTES = 64 * 2**20
EACH, FIRST, NONE = "each", "first", "none"
BASELINES = EACH, FIRST, NONE
"""Baselines of each variant with its own network and steps, those of the first variant for all, or none."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What all variants of a study share."""

    game: str
    seeds: int
    """Training seeds 0 to seeds - 1."""
    minutes: float | None
    """Processor minutes of a training, by the speed of its variant; None where `steps` are given."""
    steps: int | None
    """Steps of every training; None where they follow from `minutes`, or are the game's own."""
    overrides: tuple[str, ...] = ()
    """Settings of all trainings."""
    levels: int | None = None
    """Test levels; None for the usual number, or all of those in `level_files`."""
    level_files: str | None = None
    """Folder or pattern of the level files to train and to test on; None for generated levels."""
    level_set: dict[str, Any] | None = None
    """What those levels are, as agent files have it."""
    variations: int | None = None
    """Of each of them, where their number was chosen."""
    tiles: str | None = None
    """File that says what their tiles mean."""
    baselines: str = EACH
    """Whose reset-trained and revealed agents are trained, too: one of `BASELINES`."""


@dataclass
class Record:
    """A study on disk."""

    path: Path
    plan: Plan
    machine: dict[str, Any] = field(default_factory=dict)
    speeds: dict[str, float] = field(default_factory=dict)
    """Steps a second of processor time by variant, where steps follow from minutes."""
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Findings by variant; see `gamemeta.studies.comparison`."""
    refused: dict[str, str] = field(default_factory=dict)
    """Why a variant cannot be trained on this game, by its name."""

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return self.path / NAME

    def save(self) -> None:
        """Write it, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        values = {
            "plan": vars(self.plan) | {"overrides": list(self.plan.overrides)},
            "machine": self.machine,
            "speeds": self.speeds,
            "rows": self.rows,
            "refused": self.refused,
        }
        write_atomically(self.file, (json.dumps(values, indent=1) + "\n").encode())


def opened(path: Path, plan: Plan, machine: dict[str, Any]) -> Record:
    """The study in a folder, which is made where there is none.

    Raises:
        ConfigError: the folder holds a study of something else, or a file that is none.
        OSError: it cannot be read or made.
    """
    file = path / NAME
    if not file.exists():
        path.mkdir(parents=True, exist_ok=True)
        return Record(path, plan, machine)
    try:
        values = json.loads(read_bounded(file, MOST_BYTES))
        kept = Plan(**(values["plan"] | {"overrides": tuple(values["plan"]["overrides"])}))
        known = {name: dict(values.get(name, {})) for name in ("speeds", "rows", "refused")}
        record = Record(path, plan, dict(values["machine"]), **known)
    except (ValueError, LookupError, TypeError) as error:
        raise not_a_study(file) from error
    for name, value in vars(plan).items():
        before = getattr(kept, name)
        if before != value:
            raise ConfigError(
                f"{file}: this study was begun with {name} {_word(before)}, not {_word(value)}. Go on as it "
                "began, or give another folder by --out."
            )
    return record


def not_a_study(file: Path) -> ConfigError:
    """The error of a file that holds no study."""
    return ConfigError(f"{file}: this is no record of a study. Give another folder by --out.")


def _word(value: Any) -> str:
    if value is None:
        return "not given"
    if isinstance(value, dict):
        return f"set {value.get('digest')}"
    return ", ".join(value) or "none" if isinstance(value, tuple) else str(value)
