"""What agents' beliefs of hidden facts are worth, for docs/results/beliefs.md.

    python scripts/evidence/beliefs.py --grid-rl2 AGENT --grid-belief AGENT --maze AGENT [--levels 1024]

The agents are trained by the commands on that page. Beliefs are those of every decision on the first test
levels. In the maze, the map is looked at frame by frame: how much of the belief of the goal's place lies
on tiles that the agent has stood on already, from step 20 of the trial on until it has reached the goal; how
much lies on the goal's tile from the next episode on; and how much off the map.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.agent.file import read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.evaluation.beliefs import evaluate_beliefs
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.files import write_atomically
from gamemeta.playing.session import Session, family_of
from gamemeta_levels.family import generate
from gamemeta_levels.tiles import GOAL

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"
LATE = 20
"""Steps of a trial after which the agent has seen something."""


def figures(path: Path, levels: int) -> dict[str, Any]:
    """Score and return by episode, and what the beliefs are worth."""
    file = read_agent(path)
    played = evaluate_agent(file, levels=levels)
    curve = played.curves["agent"].to_json()
    par = played.curves["par"].to_json()["return"]
    share = [round(a / b, 4) for a, b in zip(curve["return"], par, strict=True)]
    beliefs = evaluate_beliefs(file, levels=levels).to_json()
    about = {"digest": file.digest, "steps": file.training["steps"], "commit": file.training["commit"]}
    return {**about, "score": curve["score"], "return": curve["return"], "share_of_par": share, **beliefs}


def on_the_map(path: Path, levels: int) -> dict[str, Any]:
    """Where the belief of the goal's place lies in mazes: means over frames."""
    agent = Agent(read_agent(path))
    stood, goal, off = [], [], []
    for seed in range(levels):
        session = Session(agent, generate(family_of(agent), seed, "test"), beliefs=True, seed=seed)
        visited, steps = set(), 0
        for frame in session.frames():
            steps += frame.scene.step > 0
            visited |= {(int(r), int(c)) for r, c in frame.path}
            heat = frame.beliefs[0].on_map
            before = frame.finished[: frame.episode - 1]
            off.append(frame.beliefs[0].elsewhere)
            if any(result.success for result in before):
                goal.append(float(heat[frame.scene.tiles == GOAL].sum()))
            elif steps >= LATE and not frame.done:
                stood.append(sum(float(heat[place]) for place in visited))
    return {
        "levels": levels,
        "on_visited_before": {"frames": len(stood), "mean": round(float(np.mean(stood)), 4)},
        "on_goal_after": {"frames": len(goal), "mean": round(float(np.mean(goal)), 4)},
        "off_map": round(float(np.mean(off)), 4),
    }


def main() -> None:
    """Write docs/results/beliefs.json."""
    options = argparse.ArgumentParser(description=__doc__)
    for name in ("grid-rl2", "grid-belief", "maze"):
        options.add_argument(f"--{name}", type=Path)
    options.add_argument("--levels", type=int, default=1024)
    chosen = options.parse_args()
    agents = {"grid, rl2": chosen.grid_rl2, "grid, belief": chosen.grid_belief, "maze, rl2": chosen.maze}
    measured = {name: figures(path, chosen.levels) for name, path in agents.items() if path}
    if chosen.maze:
        measured["maze, rl2"]["map"] = on_the_map(chosen.maze, min(chosen.levels, 64))
    write_atomically(RESULTS / "beliefs.json", (json.dumps(measured, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
