"""Train on PettingZoo environments of several agents, and write docs/results/pettingzoo.md.

All agents of an environment share one network and keep a memory each. Beside them play random agents, and
agents that do the same in every step: of all actions tried, what earns most on training levels. What was
trained before is taken up again. Needs the extra `gamemeta[pettingzoo]`.

    python scripts/evidence/pettingzoo_results.py [--minutes 15] [--tasks pursuit multiwalker]
    [--runs runs/pettingzoo-unseen]
"""

import argparse
import itertools
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pettingzoo
from evidence import machine
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.errors import PluginError, UnknownName
from gamemeta.evaluation.episodes import Actor, Memory, play_episodes
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.evaluation.statistics.intervals import Clusters, interval
from gamemeta.evaluation.statistics.scores import Arm
from gamemeta.files import write_atomically
from gamemeta.games.registry import game_class
from gamemeta.games.setup import GameSetup
from gamemeta.spec import ActionSpec
from gamemeta.trials.streams import Stream, episode_chance
from gamemeta.trials.task_learner import Decision, Normals
from gamemeta_levels.family import LevelArrays, generate_arrays

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"
MINUTES = 15.0
"""What the steps of the tasks are meant for, on two cores."""
RECORD = "pettingzoo.json"
TEST_LEVELS, TRIED_LEVELS = 64, 8
SURE, FAR, STILL = 60.0, 10.0, -20.0
"""A logit that is always drawn, a number that tanh takes to its bound, and the log of no spread at all."""
EVERY_THIRD = 3
"""Up to so many numbers, all corners, edges and the middle are tried; beyond, corners and the middle."""


@dataclass(frozen=True)
class Task:
    """An environment, its settings, and the steps that take some 15 minutes on two cores."""

    game: str
    steps: int
    settings: tuple[str, ...] = ()
    remark: str = ""


TASKS = {
    "pursuit": Task(
        "pettingzoo/sisl/pursuit_v5",
        250_000,
        ("ppo.discount=0.98",),
        " An earlier training of the same seed, before rewards were normalised, ended at -2.08 (-4.24 to "
        "0.158): with 16 games side by side one training says little of the next.",
    ),
    "waterworld": Task("pettingzoo/sisl/waterworld_v4", 250_000),
    "multiwalker": Task("pettingzoo/sisl/multiwalker_v9", 600_000),
    "simple_spread": Task(
        "pettingzoo/mpe2/simple_spread_v3", 1_000_000, ("ppo.discount=0.95", "run.lanes=32")
    ),
}
COMMON = ("game.processes=2", "run.validations=10")


class Constant(Actor):
    """Agents that do the same in every step.

    Args:
        action: codes of the heads.
        numbers: of the action, -1, 0 or 1 for the lower bound, the middle and the upper one.
    """

    def __init__(self, action: ActionSpec, codes: tuple[int, ...], numbers: tuple[int, ...]) -> None:
        self._logits = [
            np.where(np.arange(k) == code, SURE, 0.0).astype(np.float32)
            for k, code in zip(action.heads, codes, strict=True)
        ]
        self._raw = np.array(numbers, np.float32) * FAR
        self.words = " ".join(map(str, (*codes, *numbers)))

    def init(self, n: int) -> dict[str, NDArray[Any]]:
        """Nothing is kept."""
        return {}

    def step(self, state: Any, inputs: Any, reset: NDArray[np.uint8]) -> tuple[Any, Decision]:
        """The same again."""
        n = len(reset)
        raw = np.tile(self._raw, (n, 1))
        numbers = Normals(raw, np.full_like(raw, STILL)) if raw.size else None
        logits = tuple(np.tile(row, (n, 1)) for row in self._logits)
        return state, Decision(logits=logits, value=np.zeros(n, np.float32), continuous=numbers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/pettingzoo-unseen"), help="where the runs are kept"
    )
    parser.add_argument("--minutes", type=float, default=MINUTES, help="what the steps are chosen for")
    parser.add_argument("--tasks", nargs="+", choices=list(TASKS), default=list(TASKS), help="which")
    parser.add_argument("--seed", type=int, default=0, help="of the training")
    parser.add_argument("--levels", type=int, default=TEST_LEVELS, help="test levels that are played")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the page")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    record: dict[str, Any] = {
        "machine": machine(), "pettingzoo": pettingzoo.__version__, "minutes": arguments.minutes,
        "seed": arguments.seed, "levels": arguments.levels, "tasks": measured_before(arguments.out / RECORD),
    }  # fmt: skip
    for name in arguments.tasks:
        record["tasks"][name] = lacking(name) or measured(
            trained(arguments.runs, name, arguments.minutes, arguments.seed), arguments.levels
        )
        write_atomically(arguments.out / RECORD, (json.dumps(record, indent=1) + "\n").encode())
        write_atomically(arguments.out / "pettingzoo.md", page(record).encode())
    print(page(record))


def measured_before(record: Path) -> dict[str, Any]:
    """What the record says of every task; a task that is measured again is replaced."""
    return dict(json.loads(record.read_text(encoding="utf-8"))["tasks"]) if record.exists() else {}


def lacking(name: str) -> dict[str, str]:
    """Why an environment cannot be played with what is installed; empty where it can."""
    try:
        game_class(TASKS[name].game)(1)
    except (UnknownName, PluginError) as error:
        return {"lacking": str(error)}
    return {}


def trained(runs: Path, name: str, minutes: float, seed: int) -> Path:
    """The run of a task, trained with the command that users have; a complete one is kept."""
    task, run = TASKS[name], runs / f"{name}-{minutes:g}-{seed}"
    if not (run / "table.json").exists():
        steps = max(1, round(task.steps * minutes / MINUTES))
        options = [word for setting in (*COMMON, *task.settings) for word in ("--set", setting)]
        begin = [task.game, "--out", str(run), "--steps", str(steps), "--seed", str(seed), *options]
        words = ["--resume", str(run)] if (run / "checkpoint.safetensors").exists() else begin
        subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)
    return run


def measured(run: Path, count: int) -> dict[str, Any]:
    """Returns of the agent, of random and of constant play on the same test levels, and what lies between."""
    file = read_agent(run / "agent.safetensors")
    result = evaluate_agent(file, levels=count, episodes=1, controls=False, threads=1)
    best = best_constant(file)
    arms = {name: result.arms[name] for name in ("agent", "random")}
    arms["constant"] = played(file, best, result.played)
    returns = {name: arm.returns[None, :, 0] for name, arm in arms.items()}
    return {
        "steps": file.training["steps"],
        "commit": file.training.get("commit", ""),
        "seats": GameSetup.of(file).game().seats,
        "constant": best.words,
        "levels": {
            "trained": file.training["different_levels"],
            "tested": result.different,
            "notes": list(result.notes),
        },
        "returns": {name: estimate(values, result.clusters) for name, values in returns.items()},
        "over": {
            rival: estimate(returns["agent"] - returns[rival], result.clusters)
            for rival in ("random", "constant")
        },
        "curve": curve(run),
    }


def best_constant(file: AgentFile) -> Constant:
    """What earns most on some training levels when it is done in every step."""
    levels = generate_arrays(GameSetup.of(file).family(), range(TRIED_LEVELS), "train")
    tried = constants(file.spec.action)
    earned = [played(file, one, levels).returns.mean() for one in tried]
    return tried[int(np.argmax(earned))]


def constants(action: ActionSpec) -> list[Constant]:
    """Every choice of the heads, with numbers at bounds and in the middle."""
    ends = (-1, 0, 1) if action.continuous <= EVERY_THIRD else (-1, 1)
    numbers = {*itertools.product(ends, repeat=action.continuous), (0,) * action.continuous}
    codes = itertools.product(*(range(k) for k in action.heads))
    return [Constant(action, *both) for both in itertools.product(codes, sorted(numbers))]


def played(file: AgentFile, actor: Any, levels: LevelArrays) -> Arm:
    """An episode on each level."""
    game, rows = GameSetup.of(file).game(len(levels)), np.arange(len(levels))
    memory = Memory.blank(actor, game.spec, game.n, game.seats)
    chance = episode_chance(0, Stream.EVALUATION_CHANCE, rows, 0)
    found = play_episodes(actor, game, levels, memory, chance, chance)
    return Arm(*(np.asarray(x, np.float64)[:, None] for x in (found.returns, found.steps, found.success)))


def estimate(values: NDArray[np.float64], alike: Clusters) -> list[float]:
    """The mean of values [seeds, levels] and its 95% interval; levels that play alike count as one."""
    return [round(x, 4) for x in vars(interval(values, alike)).values()]


def curve(run: Path) -> list[list[float]]:
    """Steps and mean return on validation levels, as the training went on."""
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    return [[one["step"], one["validation"]["return"][0]] for one in lines if "validation" in one]


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    lines = [
        "# Results: PettingZoo environments",
        "",
        f"Made by `python scripts/evidence/pettingzoo_results.py --minutes {record['minutes']:g}`, "
        f"training seed {record['seed']}, PettingZoo {record['pettingzoo']}, {record['machine']}. Return of "
        f"an episode, mean over the agents, on {record['levels']} test levels, with 95% intervals over "
        "levels only, of one training seed. All agents share one network and keep a memory each. "
        "Constant: of all actions done in every step, the one that earns most on "
        f"{TRIED_LEVELS} training levels. Raw "
        "figures: `pettingzoo.json`.",
        "",
        "| environment | agents | steps | ours | random | constant | ours - random | ours - constant |",
        "|---|---|---|---|---|---|---|---|",
    ]
    known = {name: found for name, found in record["tasks"].items() if "lacking" not in found}
    for name, found in known.items():
        cells = [*(found["returns"][k] for k in ("agent", "random", "constant")), *found["over"].values()]
        game = TASKS[name].game.removeprefix("pettingzoo/")
        shares = " | ".join(map(shown, cells))
        lines.append(f"| {game} | {found['seats']} | {found['steps']:,} | {shares} |")
    for name, found in known.items():
        settings = " ".join(f"--set {setting}" for setting in (*COMMON, *TASKS[name].settings))
        points = ", ".join(f"{step:,}: {value:.3g}" for step, value in found["curve"])
        lines += ["", f"## {name}", "", f"`gamemeta train {TASKS[name].game} {settings}`", ""]
        lines += [
            f"{levels_in_words(found)} Best constant action: {found['constant']}. Return on validation "
            f"levels by step: {points}.{TASKS[name].remark}"
        ]
    for name, found in record["tasks"].items():
        if "lacking" in found:
            lines += ["", f"Not played: {name}. {found['lacking']}"]
    return "\n".join(lines) + "\n"


def levels_in_words(found: dict[str, Any]) -> str:
    """How many levels differ, and at which commit that was found."""
    if "levels" not in found:
        return (
            "Trained and measured before levels were told apart by what they do: by their reset seeds alone."
        )
    levels = found["levels"]
    notes = "".join(f" Note: {note}." for note in levels["notes"])
    return (
        f"Commit {found['commit'][:12]}. Different levels: {levels['trained']:,} trained on, "
        f"{levels['tested']:,} tested.{notes}"
    )


def shown(value: list[float]) -> str:
    """An estimate with its interval."""
    return f"{value[0]:.3g} ({value[1]:.3g} to {value[2]:.3g})"


if __name__ == "__main__":
    main()
