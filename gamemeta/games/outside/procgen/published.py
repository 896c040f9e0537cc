"""What OpenAI's PPO got on Procgen after any number of training steps.

The figures are those of the raw logs of `openai/train-procgen`: three runs on the 200 easy levels, played on
these (`train`) and on all levels (`test`) while it learns, one episode a level. A return is the mean over the
last tenth of the steps, at most over the last million. `scripts/evidence/procgen_published.py` writes them.
"""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from gamemeta.errors import UnknownName

FILE = "published.json"


@dataclass(frozen=True, kw_only=True)
class PublishedReturn:
    """Mean return of an episode.

    Args:
        steps: environment steps of training that it was got after.
        mean, deviation: over the training runs.
    """

    steps: int
    mean: float
    deviation: float


def published_return(game: str, split: str, steps: int) -> PublishedReturn:
    """The return of OpenAI's PPO after a number of training steps.

    Between two numbers of steps that have a figure, mean and deviation are interpolated, linearly in the
    logarithm of the steps. Before the first and after the last (`published_range`) the nearest is given, and
    its own `steps` tell so.

    Args:
        game: such as `coinrun`.
        split: `train` or `test`.
        steps: environment steps, at least 1.

    Raises:
        UnknownName: there is no such game or split.
    """
    games = _data()["games"]
    curve = _named(_named(games, game, "game"), split, "split")
    first, last = published_range()
    at = min(max(steps, first), last)
    ladder = np.log(_data()["steps"])
    mean, deviation = (float(np.interp(np.log(at), ladder, curve[name])) for name in ("mean", "deviation"))
    return PublishedReturn(steps=at, mean=mean, deviation=deviation)


def published_range() -> tuple[int, int]:
    """The fewest and the most training steps that there is a figure for."""
    steps = _data()["steps"]
    return steps[0], steps[-1]


def published_source() -> str:
    """Repository and commit of the logs."""
    return f"{_data()['repository']} at {_data()['commit']}"


def _named(table: dict[str, Any], name: str, what: str) -> Any:
    if name not in table:
        raise UnknownName(f"no {what} called {name!r} was published. Choose one of: {', '.join(table)}.")
    return table[name]


@cache
def _data() -> dict[str, Any]:
    returns: dict[str, Any] = json.loads(
        files("gamemeta.games.outside.procgen").joinpath(FILE).read_text("utf-8")
    )
    return returns
