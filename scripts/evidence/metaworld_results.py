"""Train on Meta-World's benchmarks, let its own evaluation judge, and write docs/results/metaworld.md.

For each training seed an agent and a reset-trained one, of equal steps. Success in episode k is what
`metaworld.evaluation.metalearning_evaluation` finds after k - 1 adaptation episodes, with every test task
played once. What was trained before is taken up again, so the command may be stopped and started; benchmarks
that are left out keep what the record says of them.

    python scripts/evidence/metaworld_results.py [ml1-reach ml10 ...] [--runs runs/metaworld] [--seeds 0 1 2]
    [--steps N] [--processes 2] [--set section.name=value ...]
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import metaworld
import numpy as np
from evidence import machine
from metaworld.evaluation import metalearning_evaluation
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.evaluation.metaworld import MetaWorldAgent
from gamemeta.files import write_atomically
from gamemeta.games.adapters import METAWORLD
from gamemeta.games.outside.metaworld.levels import ALONE, VERSION

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"
PAGE, RECORD = RESULTS / "metaworld.md", RESULTS / "metaworld.json"
AGENT, RESET = "agent", "reset-trained"
KINDS: dict[str, list[str]] = {AGENT: [], RESET: ["--reset-trained"]}
GOALS = 50
"""Test tasks of every skill."""


class Player(Protocol):
    """`metaworld.evaluation.MetaLearningAgent`, with any number of environments."""

    def init(self) -> None: ...
    def adapt_action(self, observations: NDArray[Any]) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]: ...
    def step(self, timestep: Any) -> None: ...
    def adapt(self) -> None: ...
    def reset(self, env_mask: NDArray[np.bool_]) -> None: ...
    def eval_action(self, observations: NDArray[Any]) -> NDArray[Any]: ...


class RandomPlayer:
    """Every number evenly between its bounds."""

    def __init__(self, n: int) -> None:
        self._n, self._dice = n, np.random.default_rng(0)

    def init(self) -> None: ...
    def step(self, timestep: Any) -> None: ...
    def adapt(self) -> None: ...
    def reset(self, env_mask: NDArray[np.bool_]) -> None: ...

    def eval_action(self, observations: NDArray[Any]) -> NDArray[Any]:
        return self._dice.uniform(-1, 1, (self._n, 4))

    def adapt_action(self, observations: NDArray[Any]) -> tuple[NDArray[Any], dict[str, NDArray[Any]]]:
        return self.eval_action(observations), {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("benchmarks", nargs="*", default=["ml1-reach"], help="ml1-SKILL, ml10, ml25, ml45")
    parser.add_argument("--runs", type=Path, default=Path("runs/metaworld"), help="where the runs are kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--steps", type=int, default=2_000_000, help="steps of every training")
    parser.add_argument("--processes", type=int, default=2, help="that play the simulators while training")
    parser.add_argument("--set", nargs="*", default=[], help="further settings of every training")
    given = parser.parse_args()
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    for name in given.benchmarks:
        runs = {}
        for kind in KINDS:
            for seed in given.seeds:
                run = given.runs / name / f"{kind}-{given.steps}-{seed}"
                train(run, name, kind, seed, given)
                runs[f"{kind} {seed}"] = measured(run)
        first = runs[f"{AGENT} {given.seeds[0]}"]
        by_luck = success(None, name, first["game"], 0)
        record[name] = {
            "machine": machine(),
            "seeds": given.seeds,
            "set": given.set,
            "runs": runs,
            "random": [by_luck] * first["episodes"],
        }
        write_atomically(RECORD, (json.dumps(record, indent=1) + "\n").encode())
        write_atomically(PAGE, page(record).encode())
    print(PAGE.read_text(encoding="utf-8"))


def train(run: Path, name: str, kind: str, seed: int, given: argparse.Namespace) -> None:
    """Train with the command that users have; nothing happens when the run is complete."""
    if (run / "table.json").exists():
        return
    settings = [f"game.processes={given.processes}", *given.set]
    options = [word for setting in settings for word in ("--set", setting)]
    new = [METAWORLD.prefix + name, "--steps", str(given.steps), "--seed", str(seed), "--out", str(run)]
    words = [*new, *KINDS[kind], *options]
    if (run / "checkpoint.safetensors").exists():
        words = ["--resume", str(run)]
    subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)


def measured(run: Path) -> dict[str, Any]:
    """What a run's agent does in Meta-World's evaluation, and how fast it trained; kept beside the run."""
    kept = run / "metaworld.json"
    if kept.exists():
        found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
        return found
    file = read_agent(run / "agent.safetensors")
    name = METAWORLD.short(file.game)
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    found = {
        "training": file.training,
        "digest": file.digest,
        "episodes": file.episodes,
        "game": file.game_config,
        "steps_per_s": float(np.median([line["steps_per_s"] for line in lines if "steps_per_s" in line])),
        "success": [success(file, name, file.game_config, k) for k in range(file.episodes)],
        "own": file.scores["test"]["agent"],
    }
    write_atomically(kept, (json.dumps(found, indent=1) + "\n").encode())
    return found


def success(
    file: AgentFile | None, name: str, game: dict[str, Any], adaptation_episodes: int
) -> dict[str, float]:
    """Success on all test tasks after so many adaptation episodes: the mean, then skill by skill.

    Each skill has one environment, which plays every task of it once: where a skill has several, Meta-World
    counts the episodes that end first, and successes end early.

    Args:
        file: the agent; None for random play.
        name: of the benchmark.
        game: settings of the game.
        adaptation_episodes: how many.
    """
    alone = name.startswith(ALONE)
    envs = metaworld.make_ml_envs_test(
        name.removeprefix(ALONE) + VERSION if alone else name.upper(),
        seed=game["tasks_seed"],
        max_episode_steps=game["steps"],
        meta_batch_size=1 if alone else 5,
        recurrent_info_in_obs=True,
    )
    player: Player = (
        RandomPlayer(envs.num_envs) if file is None else MetaWorldAgent(Agent(file), envs.num_envs)
    )
    mean, _, by_skill = metalearning_evaluation(
        player,
        envs,
        num_evals=GOALS,
        adaptation_episodes=adaptation_episodes,
        evaluation_episodes=1,
    )
    envs.close()
    return {"mean": mean, **{skill: float(share) for skill, share in sorted(by_skill.items())}}


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    lines = [
        "# Results: Meta-World",
        "",
        "Made by `python scripts/evidence/metaworld_results.py`. Success on the test tasks in Meta-World's "
        "own "
        "evaluation (`metalearning_evaluation` of version 3; every test task once, episodes that end at "
        "success), in %: in episode k after k - 1 adaptation episodes. The reset-trained agent has the same "
        "network and steps, and its memory is cleared before every episode. Mean over training "
        "seeds, and the seeds in brackets. Raw figures: `metaworld.json`.",
    ]
    for name, found in record.items():
        lines += ["", *section(name, found)]
    return "\n".join(lines) + "\n"


def section(name: str, found: dict[str, Any]) -> list[str]:
    """What the page says of one benchmark."""
    runs = found["runs"]
    first = next(iter(runs.values()))
    speed = np.median([run["steps_per_s"] for run in runs.values()])
    settings = "".join(f" --set {setting}" for setting in found["set"])
    commit = first["training"].get("commit", "")[:12]
    lines = [
        f"## {name}",
        "",
        f"`gamemeta train {METAWORLD.prefix}{name} --steps {first['training']['steps']}{settings}`: "
        f"{first['training']['steps']:,} steps, episodes of {first['game']['steps']}, seeds "
        f"{', '.join(map(str, found['seeds']))}, {speed:,.0f} steps/s, commit {commit}. {found['machine']}.",
        "",
        "| player | " + " | ".join(f"episode {k + 1}" for k in range(first["episodes"])) + " |",
        "|---" * (first["episodes"] + 1) + "|",
    ]
    for kind in KINDS:
        curves = [[one["mean"] for one in runs[f"{kind} {seed}"]["success"]] for seed in found["seeds"]]
        lines.append(f"| {kind} | " + " | ".join(shown(cell) for cell in zip(*curves, strict=True)) + " |")
    lines.append("| random | " + " | ".join(f"{100 * one['mean']:.0f}" for one in found["random"]) + " |")
    return [*lines, *by_skill(found)]


def by_skill(found: dict[str, Any]) -> list[str]:
    """The last episode, skill by skill, where there are several."""
    skills = [skill for skill in found["random"][0] if skill != "mean"]
    if len(skills) == 1:
        return []
    lines = ["", "| last episode | " + " | ".join(skills) + " |", "|---" * (len(skills) + 1) + "|"]
    for kind in KINDS:
        last = [found["runs"][f"{kind} {seed}"]["success"][-1] for seed in found["seeds"]]
        lines.append(
            f"| {kind} | " + " | ".join(shown([one[skill] for one in last]) for skill in skills) + " |"
        )
    by_luck = found["random"][-1]
    return [*lines, "| random | " + " | ".join(f"{100 * by_luck[skill]:.0f}" for skill in skills) + " |"]


def shown(shares: Any) -> str:
    """Mean over seeds, and each seed."""
    each = ", ".join(f"{100 * share:.0f}" for share in shares)
    return f"{100 * float(np.mean(shares)):.0f} ({each})"


if __name__ == "__main__":
    main()
