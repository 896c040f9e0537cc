"""The other processes of a training, as process 0 sees them."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from gamemeta import __version__
from gamemeta.errors import ConfigError
from gamemeta.games.registry import typed_word
from gamemeta.training.level_set import document
from gamemeta.training.processes.group import ProcessGroup
from gamemeta.training.processes.link import Link

if TYPE_CHECKING:
    from gamemeta.training.config import TrainConfig
    from gamemeta.training.loop import Training

Arrays = dict[str, NDArray[Any]]

ITERATE, GIVE = "iterate", "give"
"""Orders: play one iteration; give what your shards need to go on."""
TRIALS, ASKED = "trials", "asked"
"""What the others answer: the trials that they are in, and a signal that they have heard, if any."""


def check_processes(config: "TrainConfig", count: int) -> None:
    """Check that a training can be divided over so many processes.

    Raises:
        ConfigError: it has too few shards, or its world is there once.
    """
    if count > config.run.shards:
        raise ConfigError(
            f"{count} processes share {config.run.shards} shards, and each needs one. Give at most "
            f"{config.run.shards} processes, or begin a new training with --set run.shards={count}: the "
            "number of shards is part of the result."
        )
    if count > 1 and config.setup.about.live:
        raise ConfigError(
            f"the game {config.game_name!r} is a world that is there once. Train in one process."
        )


class Company:
    """The processes 1, 2 ... of a training.

    Args:
        link: to them.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._begun = False
        self._trials: Arrays = {}
        self._newest: tuple[int, list[Arrays]] = -1, []
        self.asked = 0
        """Number of a signal that another process has heard; 0 for none."""

    def begin(self, training: "Training", threads: ThreadPoolExecutor) -> ProcessGroup:
        """Hand their shards to the others, and drop them here; gives the shards of all."""
        config = training.config
        group = ProcessGroup(self._link, threads, config.run.shards)
        if not self._begun:
            self._link.send_all(_everything(training))
            self._begun = True
            training.keep(group.numbers)
        return group

    def iterate(self) -> None:
        """Order an iteration, which is played here, too."""
        self._order(ITERATE)

    def carried(self, iteration: int, *, anew: bool = False) -> list[Arrays]:
        """What the shards of each of the others need to go on; `anew` as `Training.arrays` has it."""
        if not self._begun:
            return []
        if anew:
            return [self._trials]
        if self._newest[0] != iteration:
            self._order(GIVE)
            self._newest = iteration, self._link.give_first({})[1:]
        return self._newest[1]

    def close(self) -> None:
        """Let the others end."""
        self._link.close()

    def _order(self, order: str) -> None:
        answers = self._link.gather({"order": order})[1:]
        for answer in answers:
            self._trials |= answer[TRIALS]
            self.asked = self.asked or answer[ASKED]


def _everything(training: "Training") -> dict[str, Any]:
    """What another process makes the same training of."""
    config, teacher, levels = training.config, training.teacher, training.level_set
    return {
        "made_with": versions(),
        "word": typed_word(config.game_name),
        "game_name": config.game_name,
        "config": json.dumps(config.to_json()),
        "levels": None if levels is None else json.dumps([document(levels), levels.identity()]),
        "teacher": None if teacher is None else np.frombuffer(teacher.file.to_bytes(), np.uint8),
        "iteration": training.iteration,
        "arrays": training.arrays(),
    }


def versions() -> dict[str, str]:
    """What must be the same in all processes."""
    return {"gamemeta": __version__, "torch": torch.__version__}
