"""The field's protocol on a game of Procgen: easy levels 0 to 199 for training, all others for the test.

Returns and normalised returns by episode of the trial, on training and on test levels, stand beside those of
OpenAI's own PPO, which plays one episode a level, after the same number of steps and after 25M.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import read_agent
from gamemeta.errors import ConfigError, UnknownName
from gamemeta.evaluation.evaluation import Evaluation, evaluate_agent
from gamemeta.files import write_atomically
from gamemeta.games.outside.procgen.facts import EASY, GAMES, PREFIX
from gamemeta.games.outside.procgen.published import published_range, published_return, published_source
from gamemeta.reproduction.machine import machine, versions
from gamemeta.reproduction.shared.deadline import Deadline
from gamemeta.reproduction.shared.trained import Screen, trained
from gamemeta.training.config import TrainConfig, load_config
from gamemeta.training.run_directory import RunDirectory

PROBLEM = "procgen"
PROTOCOL_STEPS = 25_000_000
"""Steps of a training by the field's protocol in easy mode."""
TRAINED_ON = 200
"""Levels of the protocol in easy mode."""
PLAYERS = ("agent", "wiped", "swapped", "random")
SPLITS = ("train", "test")
PUBLISHER = "OpenAI's PPO"
PAGE = "procgen.md"
INTRODUCTION = """Easy mode; training levels 0 to 199, test levels drawn from all others. A trial is several
episodes on one level with memory carried: “wiped” is the same agent with its memory cleared before every
episode, “swapped” with the memory of another level. Returns are means over levels ± their standard error;
normalised is (return - lowest) / (highest - lowest) by the constants of Cobbe et al. (2020), with 3 as the
lowest of jumper and leaper. OpenAI's PPO plays one episode a level. It stands here after as many training
steps as the agent and after 25M, the protocol's number, by its raw logs: means over the last tenth of the
steps, at most over the last million, of 3 runs ± their standard deviation, interpolated where the steps are
between those that were read off. Its first figure is at {first:,} steps and its last at {last:,};
beside an agent of fewer or more steps the nearest stands."""


@dataclass(frozen=True, kw_only=True)
class ProcgenPlan:
    """Plan of trainings and measurements.

    Args:
        game: such as `coinrun`.
        steps: environment steps of each training.
        seeds: training seeds, 0, 1, ...
        levels: test levels; the training levels are all played.
        hours: after which it stops, trainings and all; the same plan goes on.
        overrides: settings as `section.name=value`.
        runs, out: folders of the runs and of the results.
        command: as it was typed, for the record.
    """

    game: str
    steps: int = PROTOCOL_STEPS
    seeds: int = 1
    levels: int = 500
    hours: float | None = None
    overrides: tuple[str, ...] = ()
    runs: Path = Path("runs/reproduce")
    out: Path = Path("results")
    command: str = ""

    def __post_init__(self) -> None:
        if self.game not in GAMES:
            raise UnknownName(
                f"no game of Procgen called {self.game!r}. Choose one with --game: {', '.join(GAMES)}."
            )
        for name in ("steps", "seeds", "levels"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} = {getattr(self, name)}: give at least 1.")

    def config(self, seed: int) -> TrainConfig:
        """The settings of the training with this seed."""
        settings = (f"run.steps={self.steps}", f"run.seed={seed}")
        return load_config(PREFIX + self.game, None, (*settings, *self.overrides))

    def path(self, seed: int) -> Path:
        """Folder of the training."""
        return self.runs / f"procgen-{self.game}-{self.steps}-seed{seed}"


def reproduce_procgen(plan: ProcgenPlan, screen: Screen) -> dict[str, Any] | None:
    """Train what is missing, measure, and write the record and the page of all records.

    Args:
        plan: what to do.
        screen: makes what a training is shown on.

    Returns: the record; None where a training was stopped, by Ctrl-C or by its time.
    Raises:
        TrainingError: a run of other settings is in the way.
    """
    evaluations: list[dict[str, Evaluation]] = []
    deadline = Deadline(plan.hours)
    for seed in range(plan.seeds):
        directory = trained(plan.config(seed), plan.path(seed), screen, deadline.minutes)
        if directory is None:
            return None
        evaluations.append(_measured(plan, directory))
    made = record(plan, evaluations)
    plan.out.mkdir(parents=True, exist_ok=True)
    write_atomically(plan.out / f"procgen-{plan.game}.json", (json.dumps(made, indent=1) + "\n").encode())
    write_atomically(plan.out / PAGE, page(records(plan.out)).encode())
    return made


def _measured(plan: ProcgenPlan, directory: RunDirectory) -> dict[str, Evaluation]:
    """The agent and its controls by split: on all training levels, and on unseen ones."""
    agent = read_agent(directory.agent)
    counts = {"train": TRAINED_ON, "test": plan.levels}
    return {split: evaluate_agent(agent, split=split, levels=counts[split]) for split in SPLITS}


def record(plan: ProcgenPlan, evaluations: list[dict[str, Evaluation]]) -> dict[str, Any]:
    """All figures of a game as plain JSON data.

    Args:
        plan: what was done.
        evaluations: by split, for each training seed.
    """
    bounds = GAMES[plan.game].easy
    return {
        "problem": PROBLEM,
        "game": plan.game,
        "mode": EASY,
        "steps": plan.steps,
        "seeds": plan.seeds,
        "levels": {"train": TRAINED_ON, "test": plan.levels},
        "bounds": list(bounds),
        "players": {split: _players([one[split] for one in evaluations], bounds) for split in SPLITS},
        "published": published(plan.game, plan.steps),
        "command": plan.command,
        "machine": machine(),
        "versions": versions(),
    }


def published(game: str, steps: int) -> dict[str, Any]:
    """OpenAI's PPO after as many steps, or the nearest that there is a figure for, and after 25M.

    Args:
        game: such as `coinrun`.
        steps: environment steps of our training.
    """
    kept = dict.fromkeys(published_return(game, "test", at).steps for at in (steps, PROTOCOL_STEPS))
    figures = [{"steps": at, **{split: _figure(game, split, at) for split in SPLITS}} for at in kept]
    return {"who": PUBLISHER, "source": published_source(), "at": figures}


def _figure(game: str, split: str, steps: int) -> dict[str, float]:
    published = published_return(game, split, steps)
    return {"return": round(published.mean, 3), "deviation": round(published.deviation, 3)}


def _players(evaluations: list[Evaluation], bounds: tuple[float, float]) -> dict[str, Any]:
    """Returns and normalised returns by player and episode; the deviation over seeds of several."""
    players = {}
    for name in PLAYERS:
        if all(name in one.arms for one in evaluations):
            by_seed = np.array([one.arms[name].returns.mean(0) for one in evaluations])  # [seeds, K]
            players[name] = {
                "return": _places(by_seed.mean(0)),
                "normalised": _places(normalised(by_seed.mean(0), bounds)),
                "deviation": _places(by_seed.std(0, ddof=1)) if len(evaluations) > 1 else None,
                "levels_error": _places(_level_error(evaluations, name)),
            }
    return players


def normalised(returns: NDArray[np.float64], bounds: tuple[float, float]) -> NDArray[np.float64]:
    """(return - lowest) / (highest - lowest), as Cobbe et al. (2020) tell it."""
    low, high = bounds
    return (returns - low) / (high - low)


def _level_error(evaluations: list[Evaluation], name: str) -> NDArray[np.float64]:
    """Standard error [K] of the mean return over levels, seeds averaged."""
    returns = np.mean([one.arms[name].returns for one in evaluations], 0)  # [levels, K]
    error: NDArray[np.float64] = returns.std(0, ddof=1) / len(returns) ** 0.5
    return error


def _places(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 5) for value in values]


def records(folder: Path) -> list[dict[str, Any]]:
    """The records of all games in a folder, by game; older ones with the published figures of today."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("procgen-*.json"))]
    ours = [one for one in records if one.get("problem") == PROBLEM]
    return [one | {"published": published(one["game"], one["steps"])} for one in ours]


def page(made: Iterable[dict[str, Any]]) -> str:
    """The page of all records as Markdown."""
    first, last = published_range()
    lines = [
        "# Results: Procgen",
        "",
        INTRODUCTION.format(first=first, last=last),
        "",
        "| game | steps | seeds | who | levels | return by episode | normalised |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in made:
        lines += _rows(one)
    return "\n".join(lines) + "\n"


def _rows(one: dict[str, Any]) -> list[str]:
    """The lines of one game."""
    rows = []
    head = f"| {one['game']} | {one['steps']:,} | {one['seeds']} |"
    for split in SPLITS:
        for name, player in one["players"][split].items():
            pairs = zip(player["return"], player["levels_error"], strict=True)
            figures = ", ".join(f"{value:.2f} ±{error:.2f}" for value, error in pairs)
            by_constants = ", ".join(f"{value:.3f}" for value in player["normalised"])
            rows.append(f"{head} {name} | {split} | {figures} | {by_constants} |")
        rows += [_published_row(one, split, figure) for figure in one["published"]["at"]]
    return rows


def _published_row(one: dict[str, Any], split: str, figure: dict[str, Any]) -> str:
    """The line of OpenAI's PPO after the steps of a figure."""
    mean, deviation = figure[split]["return"], figure[split]["deviation"]
    by_constants = float(normalised(np.array(mean), tuple(one["bounds"])))
    return (
        f"| {one['game']} | {figure['steps']:,} | 3 | {PUBLISHER} | {split} | "
        f"{mean:.2f} ±{deviation:.2f} | {by_constants:.3f} |"
    )
