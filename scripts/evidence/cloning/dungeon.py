"""200 plays of the dungeon's solver cloned, then 2 minutes of training, beside training from nothing.

    python -m scripts.evidence.cloning.dungeon [--seeds 0 1] [--runs runs/cloning] [--levels 256] [--page]

A minute is one of the processor, of one thread. How many steps fit into one is measured first, and each
training has as many, with its schedules laid over just these; what it then took is in the record. What was
trained before is taken up again. With --page nothing is trained: the page is written of the records.
"""

import argparse
import json
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gamemeta
from gamemeta.agent.file import read_agent, write_agent
from gamemeta.demonstrations.file import read_demonstrations, write_demonstrations
from gamemeta.demonstrations.players import AgentPlays, solver_of
from gamemeta.demonstrations.recording import record
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.files import write_atomically
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.provenance import source_commit
from gamemeta.training.config import TrainConfig, load_config
from gamemeta.training.course import agent_of
from gamemeta.training.imitation import Others, begin_with, end_cloning
from gamemeta.training.loop import Training
from scripts.evidence.cloning.page import RESULTS, write_page
from scripts.evidence.evidence import machine

GAME, PLAYS = "dungeon", 200
SOLVERS, AGENTS = "plays", "plays-of-agent"
"""Names of the files of plays: of the solver, and of the agent that comes with gamemeta."""
ARMS: dict[str, tuple[str, float]] = {
    "cloned, then 2 minutes": (SOLVERS, 2.0),
    "4 minutes from nothing": ("", 4.0),
    "2 minutes from nothing": ("", 2.0),
    "cloned alone": (SOLVERS, 0.0),
    "an agent's plays cloned, then 2 minutes": (AGENTS, 2.0),
    "an agent's plays cloned alone": (AGENTS, 0.0),
}
"""Which plays an agent clones first, and minutes of training."""
WARM_UP, MEASURED = 3, 12
"""Iterations before the speed is taken, and those that it is taken of."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1], help="training seeds")
    parser.add_argument("--runs", type=Path, default=Path("runs/cloning"), help="where agents are kept")
    parser.add_argument("--levels", type=int, default=256, help="test levels")
    parser.add_argument("--page", action="store_true", help="write the page of the records that are there")
    given = parser.parse_args()
    if not given.page:
        given.runs.mkdir(parents=True, exist_ok=True)
        for record in measured(given):
            write_atomically(RESULTS / "cloning-dungeon.json", json.dumps(record, indent=1).encode() + b"\n")
    write_page()


def measured(given: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """All trainings and what they scored, as far as they are, after each of them."""
    speed = kept(given.runs / "speed.json", measure_speed)
    for name in (SOLVERS, AGENTS):
        if not (given.runs / f"{name}.safetensors").exists():
            record_plays(name, given.runs / f"{name}.safetensors")
    about = {"machine": machine(), "commit": source_commit(), "levels": given.levels, "plays": PLAYS}
    runs: list[dict[str, Any]] = []
    for arm in ARMS:
        for seed in given.seeds:
            name = arm.replace(",", "").replace("'", "").replace(" ", "-")
            place = given.runs / f"{name}-{seed}.safetensors"
            facts = kept(place.with_suffix(".json"), partial(train, arm, seed, speed, place))
            scores = kept(place.with_suffix(f".{given.levels}.json"), partial(judge, place, given.levels))
            runs.append({"arm": arm, "seed": seed, **facts, **scores})
            yield {**about, "steps_per_s": speed, "runs": runs}


def kept(path: Path, make: Any) -> Any:
    """What a file holds, made and written where there is none."""
    if not path.exists():
        write_atomically(path, json.dumps(make()).encode())
    return json.loads(path.read_text("utf-8"))


def config(seed: int, steps: int) -> TrainConfig:
    """The recipe of the dungeon, in one thread."""
    return load_config(GAME, None, [f"run.seed={seed}", f"run.steps={steps}", "run.threads=1"])


def measure_speed() -> float:
    """Steps a second of the processor."""
    with Training(config(0, 10**9)) as training:
        iterations = training.run()
        for _ in range(WARM_UP):
            next(iterations)
        began = time.process_time()
        for _ in range(MEASURED):
            next(iterations)
        return MEASURED * training.steps_per_iteration / (time.process_time() - began)


def record_plays(name: str, path: Path) -> None:
    """Plays on training levels: the same for the solver and for the agent."""
    setup, episodes = config(0, 1).setup, config(0, 1).trial.episodes
    game = setup.game()
    player = solver_of(game) if name == SOLVERS else AgentPlays(gamemeta.load(GAME), game)
    write_demonstrations(record(setup, game, player, trials=PLAYS, episodes=episodes), path)


def train(arm: str, seed: int, speed: float, place: Path) -> dict[str, Any]:
    """Train an agent and keep it."""
    plays, minutes = ARMS[arm]
    facts: dict[str, Any] = {}
    with Training(config(seed, max(1, round(speed * 60 * minutes)))) as training:
        if plays:
            cloned = read_demonstrations(place.parent / f"{plays}.safetensors")
            begin_with(training, Others(demonstrations=cloned, clone_only=not minutes))
            began = time.process_time()
            with single_threaded_torch():
                for _ in training.cloning.run() if training.cloning else ():
                    pass
            facts["cloned"] = end_cloning(training).to_json()
            facts["cloning_s"] = round(time.process_time() - began, 1)
        began = time.process_time()
        for _ in training.run() if minutes else ():
            pass
        facts |= {"training_s": round(time.process_time() - began, 1), "steps": training.step}
        write_agent(agent_of(training, {}), place)
    return facts


def judge(place: Path, levels: int) -> dict[str, Any]:
    """Scores by episode on test levels, of the agent and with its memory wiped."""
    result = evaluate_agent(read_agent(place), split="test", levels=levels, threads=1).to_json()
    players = {name: result[name] for name in ("agent", "wiped", "random")}
    return {"verdict": result["verdict"]["sentence"], **players}


if __name__ == "__main__":
    main()
