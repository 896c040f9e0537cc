"""The records of several trainings of a problem in one file, and their page beside it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gamemeta.errors import ConfigError
from gamemeta.files import write_atomically

Record = dict[str, Any]


@dataclass(frozen=True)
class Kept:
    """What is kept of a problem.

    Args:
        problem: its name; its files are called `name`.json and `name`.md.
        name: of the files.
        cells: names of all records that there may be, in their order.
        page: the page of some records.
    """

    problem: str
    name: str
    cells: tuple[str, ...]
    page: Callable[[Mapping[str, Record]], str]

    def read(self, folder: Path) -> dict[str, Record]:
        """The records of a folder by name; none where there is no file.

        Raises:
            ConfigError: the file is no record of this problem.
        """
        path = folder / f"{self.name}.json"
        if not path.exists():
            return {}
        try:
            made = json.loads(path.read_text(encoding="utf-8"))
            if made["problem"] != self.problem:
                raise ValueError(f"it is of {made['problem']}")
            there = self._ordered(made["cells"])
            if there:
                self.page(there)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{path}: this is no record of {self.problem} ({error}). Move it away and run the command "
                "again."
            ) from error
        return there

    def write(self, folder: Path, made: Mapping[str, Record]) -> None:
        """Write the records, in their order, and the page of them."""
        folder.mkdir(parents=True, exist_ok=True)
        ordered = self._ordered(made)
        text = json.dumps({"problem": self.problem, "cells": ordered}, indent=1) + "\n"
        write_atomically(folder / f"{self.name}.json", text.encode())
        write_atomically(self.page_in(folder), self.page(ordered).encode())

    def page_in(self, folder: Path) -> Path:
        """The page in a folder."""
        return folder / f"{self.name}.md"

    def _ordered(self, made: Mapping[str, Record]) -> dict[str, Record]:
        return {name: made[name] for name in self.cells if name in made}
