"""Train on Gymnasium environments with hidden facts, beside rivals of equal steps, and write
docs/results/outside.md.

Ours keeps its memory for the trial; the feed-forward agent is the same network without any, the reset-trained
one forgets at every episode. What was trained before is taken up again.

    python scripts/evidence/outside.py [--runs runs/outside-unseen] [--seeds 0 1 2] [--tasks cartpole
    pendulum fetch] [--share 1]
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from evidence import machine
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.curricula.different_levels import MOST
from gamemeta.evaluation.episodes import Memory, play_episodes
from gamemeta.evaluation.evaluation import Evaluation, evaluate_agent
from gamemeta.evaluation.statistics.intervals import Clusters, interval
from gamemeta.evaluation.statistics.scores import Arm, score_values, stacked
from gamemeta.files import write_atomically
from gamemeta.games.game import StepBuffers
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.trials.streams import Stream, episode_chance, trial_seeds
from gamemeta_levels.family import generate_arrays

ROOT = Path(__file__).resolve().parents[2]
PAGE, RECORD = ROOT / "docs" / "results" / "outside.md", ROOT / "docs" / "results" / "outside.json"
AGENTS = {"ours": "trial", "feed-forward": "step", "reset-trained": "episode"}
"""When the memory of each agent is cleared."""
LEVELS, TENTH = 256, 10


@dataclass(frozen=True)
class Task:
    """An environment, what is hidden in it, and how long it is trained."""

    game: str
    settings: tuple[str, ...]
    steps: int
    about: str
    reading: str


TASKS = {
    "cartpole": Task(
        "gymnasium/CartPole-v1",
        ("game.vary=gravity=5.0..15.0,length=0.4..0.9,masspole=0.05..0.3,tau=0.06..0.1,action=remap",),
        1_000_000,
        "which button pushes left, gravity, length and mass of the pole, and the seconds between two pushes: "
        "three to five times the usual 0.02, so that a single wrong push can be one too many",
        "A push or two tell which button is which, so a second episode can gain little. The slow control was "
        "chosen because at 0.02 s first tenths are always full; test levels of one seed were seen for that.",
    ),
    "pendulum": Task(
        "gymnasium/Pendulum-v1",
        (
            "game.vary=m=0.7..1.3,action=remap",
            "game.par=-200",
            "network.width=128",
            "ppo.learning_rate=0.002",
            "ppo.discount=0.95",
            "ppo.lam=0.9",
            "run.lanes=64",
        ),
        2_500_000,
        "the sign of the torque, and the mass; par is taken as -200",
        "No memory is needed here: the feed-forward agent holds the pole a little off the top, at another "
        "angle for each sign, so that the state tells what is hidden.",
    ),
    "fetch": Task(
        "gymnasium/MiniGrid-Fetch-5x5-N2-v0",
        ("game.arguments=agent_view_size=3,max_steps=30", "game.symbols=image=11", "game.par=1"),
        1_200_000,
        "which of two objects is wanted: the mission that says so is text and is left out. Picking up the "
        "wrong one ends the episode with nothing; par is taken as 1",
        "Trying tells which object pays, and memory keeps it: who forgets takes one of the two by chance. "
        "The first tenth of an episode is three steps, too short to show a gain in return.",
    ),
}


class FirstTenth:
    """A game that also adds up the rewards of the first tenth of its step limit."""

    def __init__(self, game: Any, steps: int) -> None:
        self._game, self._steps, self._clock = game, steps, 0
        self.returns: NDArray[np.float64] = np.zeros(game.n)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._game, name)

    def reset(self, levels: Any, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        self._clock, self.returns = 0, np.zeros(self._game.n)
        self._game.reset(levels, mask, out)

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        self._game.step(actions, out)
        if self._clock < self._steps:
            self.returns += out.reward[:, 0]
        self._clock += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/outside-unseen"), help="where the runs are kept"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--tasks", nargs="+", choices=list(TASKS), default=list(TASKS), help="which")
    parser.add_argument("--share", type=float, default=1.0, help="share of the steps of each task")
    arguments = parser.parse_args()
    record: dict[str, Any] = {"machine": machine(), "tasks": measured()}
    for name in arguments.tasks:
        steps = round(TASKS[name].steps * arguments.share)
        agents = {who: trained(arguments.runs, name, who, steps, arguments.seeds) for who in AGENTS}
        record["tasks"][name] = {
            "seeds": arguments.seeds,
            "steps": steps,
            "commit": agents["ours"][0].training.get("commit", ""),
            **compared(agents),
        }
    write_atomically(RECORD, (json.dumps(record, indent=1) + "\n").encode())
    write_atomically(PAGE, page(record).encode())
    print(PAGE.read_text(encoding="utf-8"))


def measured() -> dict[str, Any]:
    """The tasks on the page, in the order of `TASKS`; those that are measured again are replaced."""
    before = json.loads(RECORD.read_text(encoding="utf-8"))["tasks"] if RECORD.exists() else {}
    return {name: before[name] for name in TASKS if "levels" in before.get(name, {})}


def trained(runs: Path, name: str, who: str, steps: int, seeds: list[int]) -> list[AgentFile]:
    """Agents of all seeds, trained with the command that users have; complete runs are kept."""
    task, agents = TASKS[name], []
    for seed in seeds:
        run = runs / f"{name}-{who}-{steps}-{seed}"
        if not (run / "table.json").exists():
            settings = [*task.settings, f"trial.memory={AGENTS[who]}", "run.validations=10"]
            options = [word for setting in settings for word in ("--set", setting)]
            begin = [task.game, "--out", str(run), "--steps", str(steps), "--seed", str(seed), *options]
            words = ["--resume", str(run)] if (run / "checkpoint.safetensors").exists() else begin
            subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)
        agents.append(read_agent(run / "agent.safetensors"))
    return agents


def compared(agents: dict[str, list[AgentFile]]) -> dict[str, Any]:
    """Scores by episode, differences to each rival, and the first tenths of episodes 1 and 2."""
    arms: dict[str, Arm] = {}
    played: list[Evaluation] = []
    for who, files in agents.items():
        played = [evaluate_agent(file, levels=LEVELS, controls=False) for file in files]
        arms[who] = stacked([one.arms["agent"] for one in played])
        arms |= {name: played[0].arms[name] for name in ("random", "par")}
    scores = {who: score_values(arms, who) for who in agents}
    last, alike = {who: values[..., -1] for who, values in scores.items()}, played[0].clusters
    of = {who: np.moveaxis(values, -1, 0) for who, values in scores.items()}
    return {
        "levels": {
            "trained": [file.training["different_levels"] for file in agents["ours"]],
            "tested": played[0].different,
            "notes": list(played[0].notes),
        },
        "scores": {who: [estimate(values, alike) for values in of[who]] for who in agents},
        "over": {who: estimate(last["ours"] - last[who], alike) for who in agents if who != "ours"},
        "first_tenth": first_tenths(agents["ours"], alike),
    }


def estimate(values: NDArray[np.float64], alike: Clusters) -> list[float]:
    """The mean of values [seeds, levels] and its 95% interval; levels that play alike count as one."""
    return [round(x, 4) for x in vars(interval(values, alike)).values()]


def first_tenths(files: list[AgentFile], alike: Clusters) -> dict[str, list[float]]:
    """Return of the first tenth of episodes 1 and 2, and how much more it is in episode 2."""
    found = np.stack([first_tenth(file) for file in files])  # [seeds, levels, 2]
    one, two = found[..., 0], found[..., 1]
    parts = {"episode 1": one, "episode 2": two, "gain": two - one}
    return {name: estimate(values, alike) for name, values in parts.items()}


def first_tenth(file: AgentFile) -> NDArray[np.float64]:
    """[levels, 2]: what an agent earns in the first tenth of its first two episodes."""
    setup = GameSetup.of(file)
    setup.check_fits(file.spec)
    levels, plain = generate_arrays(setup.family(), range(LEVELS), "test"), setup.game(LEVELS)
    game = FirstTenth(plain, int(plain.step_limit(levels)[0]) // TENTH)
    actor = learner_of(file)
    memory, rows = Memory.blank(actor, file.spec, LEVELS), np.arange(LEVELS, dtype=np.int64)
    seeds, earned = trial_seeds(0, Stream.AGENT, rows), []
    for episode in range(2):
        chance = episode_chance(0, Stream.EVALUATION_CHANCE, rows, episode)
        play_episodes(actor, game, levels, memory, seeds, chance)
        earned.append(game.returns)
    return np.stack(earned, 1)


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    lines = [
        "# Results: Gymnasium environments with hidden facts",
        "",
        f"Made by `python scripts/evidence/outside.py`, {LEVELS} test levels. {record['machine']}. All "
        "agents of a task have the same network and steps; the feed-forward agent's memory is cleared "
        "before every step, the reset-trained one's before every episode. Scores (0 random, 1 par) with "
        "95% intervals over levels and training seeds; levels that play alike count as one. Every episode "
        "of a level begins in the same state. Raw figures: `outside.json`.",
    ]
    for name, found in record["tasks"].items():
        task = TASKS[name]
        settings = " ".join(f"--set {setting}" for setting in task.settings)
        lines += ["", f"## {task.game.removeprefix('gymnasium/')}", "", f"Hidden: {task.about}.", ""]
        seeds = ", ".join(map(str, found["seeds"]))
        lines += [f"`gamemeta train {task.game} {settings} --steps {found['steps']}`"]
        lines += [f"with training seeds {seeds}, at commit {found['commit'][:12]}.", ""]
        lines += [levels_in_words(found["levels"]), ""]
        count = len(found["scores"]["ours"])
        lines += ["| agent | " + " | ".join(f"episode {k + 1}" for k in range(count)) + " |"]
        lines += ["|---" * (count + 1) + "|"]
        for who, cells in found["scores"].items():
            lines.append(f"| {who} | " + " | ".join(map(shown, cells)) + " |")
        over = "; ".join(f"{who} {shown(value)}" for who, value in found["over"].items())
        tenth = "; ".join(f"{part} {shown(value)}" for part, value in found["first_tenth"].items())
        lines += ["", f"Last episode, ours minus: {over}.", ""]
        lines += [f"Return of ours in the first tenth of an episode: {tenth}.", "", task.reading]
    return "\n".join(lines) + "\n"


def levels_in_words(levels: dict[str, Any]) -> str:
    """How many levels that differ were trained on and tested."""
    least = min(levels["trained"])
    met = f"{'at least ' if least >= MOST else ''}{least:,}"
    notes = "".join(f" Note: {note}." for note in levels["notes"])
    return (
        f"Every training met {met} different levels; the {LEVELS} test levels are {levels['tested']} "
        f"different ones, none of which plays like one of the training.{notes}"
    )


def shown(value: list[float]) -> str:
    """An estimate with its interval."""
    return f"{value[0]:.3f} ({value[1]:.3f} to {value[2]:.3f})"


if __name__ == "__main__":
    main()
