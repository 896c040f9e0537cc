"""Matches of duel cloned: how often a clone does what was done, in matches that it has not seen.

    python -m scripts.evidence.cloning.duel [--seeds 0 1 2 3 4] [--page]

The player is the script of `stand_in.py`: no person was at hand. The trials of some levels, four matches
against one opponent each, are held out, by each seed others. With --page nothing is played.
"""

import argparse
import json
import time
from dataclasses import replace
from typing import Any

import numpy as np

from gamemeta.agent.file import read_agent
from gamemeta.agent.shape.config import NetworkConfig
from gamemeta.demonstrations.file import Demonstrations
from gamemeta.files import write_atomically
from gamemeta.learners.imitation.cloning import Cloning
from gamemeta.learners.rl2.ppo import PPO
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.provenance import source_commit
from gamemeta.training.config import load_config
from gamemeta.training.learner import new_learner
from scripts.evidence.cloning.page import RESULTS, write_page
from scripts.evidence.cloning.stand_in import played
from scripts.evidence.evidence import machine

MATCHES = 4
"""In a row on each level."""
AMOUNTS = {"20 matches": 5, "100 matches": 25}
"""Levels that each amount of matches is played on."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2, 3, 4], help="seeds of cloning")
    parser.add_argument("--page", action="store_true", help="write the page of the records that are there")
    given = parser.parse_args()
    if not given.page:
        record = {"machine": machine(), "commit": source_commit(), "seeds": given.seeds, "runs": []}
        for amount, levels in AMOUNTS.items():
            plays = played(levels, MATCHES)
            record["runs"] += [{"plays": amount, **cloned(plays, seed)} for seed in given.seeds]
        plays = shuffled(played(AMOUNTS["20 matches"], MATCHES))
        record["runs"] += [{"plays": "20 matches, actions shuffled", **cloned(plays, s)} for s in given.seeds]
        write_atomically(RESULTS / "cloning-duel.json", json.dumps(record, indent=1).encode() + b"\n")
    write_page()


def shuffled(plays: Demonstrations) -> Demonstrations:
    """The same matches in which each action stands at another step."""
    rng = np.random.default_rng(0)
    trials = [replace(trial, action=rng.permutation(trial.action)) for trial in plays.trials]
    return replace(plays, trials=trials)


def cloned(plays: Demonstrations, seed: int) -> dict[str, Any]:
    """What came of cloning, and how often the agent that comes with gamemeta does the same."""
    config = load_config("duel", None, [f"run.seed={seed}"])
    learner = new_learner(config, config.setup.game())
    began = time.process_time()
    with single_threaded_torch():
        cloning = Cloning(learner, plays, config.cloning, memory=config.trial.memory, seed=seed)
        for _ in cloning.run():
            pass
        result = cloning.finish().to_json()
        took = time.process_time() - began
        return {"seed": seed, **result, "cloning_s": round(took, 1), "other_agent": other(cloning)}


def other(cloning: Cloning) -> float:
    """Share of equal actions in the held-out steps, of an agent that never saw these plays."""
    file = read_agent("duel")
    config = load_config("duel", values={"network": vars(NetworkConfig.saved(file.network))})
    agent = new_learner(config, config.setup.game())
    agent.begin_from(file)
    assert isinstance(agent, PPO)
    return round(cloning.measure(agent)[1], 6)


if __name__ == "__main__":
    main()
