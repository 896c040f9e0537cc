"""Train on maze and heist of Procgen in memory mode, beside Stable-Baselines3's PPO, and write
docs/results/procgen-memory.md.

Ours keeps its memory over the episodes of a trial, the reset-trained agent over one episode; the feed-forward
agent is the same network without any.
Stable-Baselines3 gets the same image encoder, batch, epochs and discount, rewards on a running scale as is
usual on Procgen, and the time that ours took; it needs `pip install stable-baselines3`. All are then measured
on the same levels. What was trained before is taken up again.

    python scripts/evidence/procgen_rivals.py [--games maze heist] [--steps 300000] [--seed 0]
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from evidence import machine
from numpy.typing import NDArray
from procgen_sb3 import Until, make_ppo, torch_threads
from stable_baselines3 import PPO

from gamemeta.agent.file import read_agent
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.files import write_atomically
from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.procgen.facts import MEMORY, PREFIX
from gamemeta.games.outside.procgen.game import OBS, ProcgenConfig, procgen_game
from gamemeta.training.config import TrainConfig, load_config
from gamemeta_levels.family import generate_arrays

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results"
OURS = {"ours": "trial", "reset-trained": "episode", "feed-forward": "step"}
"""When the memory of each agent is cleared."""
RIVAL = "Stable-Baselines3"
EPISODES = 2
SPLITS = ("train", "test")


def main() -> None:
    """Train, measure, and write the page."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    words.add_argument("--games", nargs="+", choices=("maze", "heist"), default=["maze", "heist"])
    words.add_argument("--steps", type=int, default=300_000, help="environment steps of ours")
    words.add_argument(
        "--levels", type=int, default=200, help="levels of each split that all are measured on"
    )
    words.add_argument("--seed", type=int, default=0, help="training seed")
    words.add_argument("--encoder", choices=("small", "impala"), default="small", help="of all of them")
    words.add_argument(
        "--threads", type=int, default=0, help="of each training; 0: as many as there are cores"
    )
    words.add_argument("--runs", type=Path, default=Path("runs/procgen-memory"), help="where the runs are")
    words.add_argument("--set", action="append", default=[], help="one setting of ours and of the rival")
    given = words.parse_args()
    record: dict[str, Any] = {"machine": machine(), "command": sys.argv[1:], "games": {}}
    for game in given.games:
        own = [
            f"game.mode={MEMORY}",
            f"network.image_encoder={given.encoder}",
            f"run.threads={given.threads}",
        ]
        record["games"][game] = compared(given, game, [*own, *given.set])
    RESULTS.mkdir(parents=True, exist_ok=True)
    write_atomically(RESULTS / "procgen-memory.json", (json.dumps(record, indent=1) + "\n").encode())
    write_atomically(RESULTS / "procgen-memory.md", page(record).encode())
    print(page(record))


def compared(given: argparse.Namespace, game: str, settings: list[str]) -> dict[str, Any]:
    """What everybody reached in a game."""

    def run(who: str) -> Path:
        return given.runs / f"{game}-{who}-{given.encoder}-{given.steps}-{given.seed}"

    def kept(who: str, find: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        path = run(who) / f"returns-{given.levels}.json"
        if not path.exists():
            found = find()
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, json.dumps(found).encode())
        answer: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return answer

    found = {who: kept(who, partial(ours, given, game, who, settings, run(who))) for who in OURS}
    config = load_config(PREFIX + game, None, settings)
    return found | {RIVAL: kept(RIVAL, partial(rival, given, game, config, found["ours"]["seconds"]))}


def ours(given: argparse.Namespace, game: str, who: str, settings: list[str], run: Path) -> dict[str, Any]:
    """An agent trained with the command that users have, and what it reached; a complete run is kept."""
    if not (run / "table.json").exists():
        all_settings = [*settings, f"trial.memory={OURS[who]}", "run.validations=0"]
        options = [word for setting in all_settings for word in ("--set", setting)]
        begin = [PREFIX + game, "--out", str(run), "--steps", str(given.steps), "--seed", str(given.seed)]
        started = (run / "checkpoint.safetensors").exists()
        asked = ["--resume", str(run)] if started else [*begin, *options]
        subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *asked], check=True)
    agent = read_agent(run / "agent.safetensors")
    returns = {}
    carries = OURS[who] == "trial"
    for split in SPLITS:
        found = evaluate_agent(agent, split=split, levels=given.levels, episodes=EPISODES, controls=carries)
        shown = [name for name in found.arms if name != "par" and (carries or name == "agent")]
        returns |= {f"{split} {name}": told(found.arms[name].returns) for name in shown}
    seconds = seconds_of(run)
    return {"steps": agent.training["steps"], "seconds": seconds, "returns": returns}


def seconds_of(run: Path) -> float:
    """How long the steps of a training took, as its log says."""
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    rated = [(line["step"], line["steps_per_s"]) for line in lines if "steps_per_s" in line]
    steps = np.diff([0, *(step for step, _ in rated)])
    return float(sum(count / rate for count, (_, rate) in zip(steps, rated, strict=True)))


def rival(given: argparse.Namespace, game: str, config: TrainConfig, seconds: float) -> dict[str, Any]:
    """Stable-Baselines3's PPO after so many seconds of training, and what it reached."""
    with torch_threads(given.threads):
        model = make_ppo(game, MEMORY, config, given.seed)
        begun = time.monotonic()
        model.learn(10**12, callback=Until(begun + seconds))
        took = time.monotonic() - begun
        returns = {f"{split} agent": told(played(model, game, split, given.levels)) for split in SPLITS}
    return {"steps": model.num_timesteps, "seconds": took, "returns": returns}


def played(model: PPO, game: str, split: str, count: int) -> NDArray[np.float64]:
    """Returns [levels, K] on the levels that ours are measured on."""
    ours = procgen_game(PREFIX + game)(count, ProcgenConfig(mode=MEMORY))
    levels, out = generate_arrays(ours.family(), range(count), split), StepBuffers.empty(ours)
    returns = np.zeros((count, EPISODES))
    for episode in range(EPISODES):
        ours.reset(levels, np.ones(count, np.bool_), out)
        while out.alive.any():
            frames = out.obs[OBS][:, 0].transpose(0, 3, 1, 2)
            actions, _ = model.predict(frames, deterministic=False)
            ours.step(actions[:, None, None], out)
            returns[:, episode] += out.reward[:, 0]
    return returns


def told(returns: NDArray[np.float64]) -> list[list[float]]:
    """Mean over levels and its standard error, by episode."""
    error = returns.std(0, ddof=1) / len(returns) ** 0.5
    return [[round(float(m), 4), round(float(e), 4)] for m, e in zip(returns.mean(0), error, strict=True)]


def page(record: dict[str, Any]) -> str:
    """The record as Markdown."""
    lines = [
        "# Results: Procgen's memory mode",
        "",
        f"Made by `python scripts/evidence/procgen_rivals.py {' '.join(record['command'])}` on "
        f"{record['machine']}.",
        "Mean return over levels ± its standard error, by episode on the same level; wiped and swapped are",
        "the agent with its memory cleared before every episode, and with that of another level.",
        "",
        "| game | who | steps | seconds | steps/s | levels, player | episode 1 | episode 2 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for game, found in record["games"].items():
        for who, one in found.items():
            rate = one["steps"] / one["seconds"]
            head = f"| {game} | {who} | {one['steps']:,} | {one['seconds']:,.0f} | {rate:,.0f} |"
            for player, episodes in one["returns"].items():
                cells = " | ".join(f"{mean:.2f} ±{error:.2f}" for mean, error in episodes)
                lines.append(f"{head} {player} | {cells} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
