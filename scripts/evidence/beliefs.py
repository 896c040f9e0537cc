"""Measure what agents' beliefs of hidden facts are worth, and write docs/results/beliefs.md.

    python scripts/evidence/beliefs.py --grid-rl2 AGENT ... --grid-belief AGENT ... [--levels 512] [--page]
    [--parts grid maze dungeon players]

Agents of the grid are trained by the commands on that page, one for each training seed; those of the maze and
the dungeon come with gamemeta. Beliefs are those of every decision on the first test levels. In the maze, the
map is looked at frame by frame: how much of the belief of the goal's place lies on tiles that the agent has
stood on already, from step 20 of the trial on until it has reached the goal; how much lies on the goal's tile
from the next episode on; and how much off the map. Parts that --parts leaves out, and kinds of agents that
are not given, stay as they were measured; with --page nothing is played.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from evidence import machine

from gamemeta.agent.belief_file import with_beliefs
from gamemeta.agent.file import AgentFile, read_agent
from gamemeta.agent.runtime import Agent
from gamemeta.evaluation.beliefs import evaluate_beliefs
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.files import write_atomically
from gamemeta.games.setup import GameSetup
from gamemeta.playing.session import Session, family_of
from gamemeta_levels.family import generate
from gamemeta_levels.tiles import GOAL

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"
LATE = 20
"""Steps of a trial after which the agent has seen something."""
ON_THE_MAP = 64
"""Levels of the maze whose map is looked at, at most."""
PARTS = ("grid", "maze", "dungeon", "players")
PLAYERS = ("tag", "duel", "forage")
"""Games whose hidden facts are habits of another player."""
KINDS = {"grid_rl2": "RL² with heads", "grid_belief": "belief"}
TEXT = """# Beliefs of hidden facts

What agents believe, held against the truth in every decision on @LEVELS@ test levels. @MACHINE@. Raw
figures: `beliefs.json`.

![An agent in a maze: tiles are the pinker the likelier they hide the goal](../pictures/beliefs-maze.gif)

The picture is `gamemeta play maze --level test:3 --episodes 2 --beliefs --gif FILE`. The agent sees the
square around it, and the goal shows only when it stands on it.

## The maze

The agent that comes with gamemeta, and its heads, which were trained alone afterwards: all weights that
play are those of the agent. From step 20 of the trial on and until the goal was reached, @VISITED@ of
the belief lie on tiles that the agent has stood on (@FRAMES_BEFORE@ frames of @MAPS@ levels; target: at
most 10%). From the next episode on, @ON_GOAL@ lie on the goal's tile (@FRAMES_AFTER@ frames; target: at
least 90%). @OFF@ lie off the map, whose size the agent does not know. Log loss is @MAZE_LOSS@ in
episodes 1 to 4; knowing nothing of 1,225 places is 7.11.

Heads that read the memory alone do not get there: trained for 1,200,000 steps of the same agent's play
they kept 13% on visited tiles and put 2% on the goal's, and a recurrent network of 256 units of their
own did no better in that time (12%, 1%; one run each, on training levels, tried by hand). The memory
holds what its policy needs, which way to go from where it stands, and not where it has been. What was
met at each place is exact and easy to keep, so that is kept as marks, and a small convolution reads them
([decision](../decisions/0031-beliefs-read-the-memory.md)).

## The grid

The grid has 21 levels, all of which are trained on; which one it is, the agent finds out each time.
Returns as a share of what the oracle earns, 11.07 an episode, and log loss in nats. Exact inference
knows every cell that the agent has stood on; it loses nothing once the goal is known, so the row below
it is a difference, in nats.

@GRID@

@ABOVE@ The target is 5% from episode 2 on; in episodes 3 and 4, where exact inference loses nearly
nothing, a share of it says little.

![An agent in the grid: cells that it stood on lose their colour](../pictures/beliefs-grid.gif)

The picture is of the first agent above:
`gamemeta play AGENT --level test:3 --episodes 3 --beliefs --gif FILE`.

Heads read marks, besides the memory of RL² or the posterior of the learner `belief`
([decision](../decisions/0033-marks-of-what-was-met.md)). From the posterior alone, which its policy
sees, beliefs of `belief` were 2.6% above exact inference in episode 1 and 7.1% and 12.6% in episode 2,
after 5,019,840 steps with seeds 2 and 1. So its figures tell of what can be known from what it saw, and
no longer of its posterior alone. Those policies earned 100% of the oracle's return from episode 3 on.

## The dungeon

Log loss in nats over all steps, whether or not the level holds such a thing, or the agent ever touches
it. "Nothing known" is even chances.

@DUNGEON@

Heads without marks learned nothing here that they could use in other levels (even chances after
4,900,000 steps; tried by hand). Keys are tried most, scrolls and monsters are in few levels.

## Other players

What included agents think of the scripted players whom they meet: log loss in nats over all steps, and how
often the likeliest value is right in the last episode. The heads read the memory alone. The playground shows
the same after a match as the agent's guess about a person.

@PLAYERS@

What an agent has to know to win, it knows: where the runner goes, where shots go, how a target dodges, which
load comes next. What changes little in its play, it hardly remembers: when the runner sets out, how far away
the other shoots from, how often it tries, how long it rests.

## Made by

```
gamemeta train grid --set ppo.belief_weight=1 --set network.width=128 --steps 2500000 --seed SEED
gamemeta train grid --learner belief --set network.width=128 --set network.latent=24 --steps 3000000 \\
  --seed SEED
gamemeta train maze --from maze --set network.reward_input=raw --set ppo.belief_weight=1 \\
  --set ppo.beliefs_only=true --set ppo.learning_rate=0.01 --steps 2000000
gamemeta train dungeon --from dungeon --set network.reward_input=raw --set ppo.belief_weight=1 \\
  --set ppo.beliefs_only=true --steps 2000000
gamemeta train GAME --from GAME --set network.reward_input=raw --set ppo.belief_weight=1 \\
  --set ppo.beliefs_only=true --set ppo.guide_weight=0 --steps 2000000  # tag, duel, forage
python scripts/evidence/beliefs.py --grid-rl2 AGENT ... --grid-belief AGENT ...
```

The trainings also had `run.validations=0` and `run.threads=1`, which change no weights.
Commits are in `beliefs.json`; 1f01048 was published as ef41223. The agents of the learner `belief` name
f6b23f1; they were trained by that with marks for this learner, which came with the next commit.
"""


def figures(file: AgentFile, levels: int) -> dict[str, Any]:
    """Score and return by episode, and what the beliefs are worth."""
    played = evaluate_agent(file, levels=levels)
    curve = played.curves["agent"].to_json()
    par = played.curves["par"].to_json()["return"]
    share = [round(a / b, 4) for a, b in zip(curve["return"], par, strict=True)]
    beliefs = evaluate_beliefs(file, levels=levels).to_json()
    training = file.training
    about = {"digest": file.digest, "steps": training["steps"], "commit": training.get("commit", "")}
    about["training_seed"] = training["config"]["run"]["seed"]
    return {**about, "score": curve["score"], "return": curve["return"], "share_of_par": share, **beliefs}


def on_the_map(file: AgentFile, levels: int) -> dict[str, Any]:
    """Where the belief of the goal's place lies in mazes: means over frames."""
    agent = Agent(file)
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


def measured(given: argparse.Namespace, record: dict[str, Any]) -> dict[str, Any]:
    """The record with the figures of some parts made anew."""
    record = {**record, "machine": machine(), "levels": given.levels}
    if "grid" in given.parts:
        for kind in KINDS:
            found = [figures(read_agent(path), given.levels) for path in getattr(given, kind)]
            record[kind] = found or record.get(kind, [])
    if "maze" in given.parts:
        maze, maps = with_beliefs(read_agent("maze")), min(given.levels, ON_THE_MAP)
        record["maze"] = figures(maze, given.levels) | {"map": on_the_map(maze, maps)}
    if "dungeon" in given.parts:
        record["dungeon"] = figures_by_fact("dungeon", given.levels)
    if "players" in given.parts:
        record["players"] = {game: figures_by_fact(game, given.levels) for game in PLAYERS}
    return record


def figures_by_fact(game: str, levels: int) -> dict[str, Any]:
    """Figures of an included agent, and of how many values each fact is one."""
    agent = with_beliefs(read_agent(game))
    classes = {name: fact.classes for name, fact in GameSetup.of(agent).game().facts.items()}
    return figures(agent, levels) | {"classes": classes}


def players_table(players: dict[str, Any]) -> list[str]:
    """Rows of what agents think of other players."""
    episodes = range(1, 1 + max(len(one["score"]) for one in players.values()))
    titles = "".join(f" episode {k} |" for k in episodes)
    line = "|---|---|---|" + "---|" * (len(episodes) + 1)
    rows = [f"| | | nothing known |{titles} right at the end |", line]
    for game, one in players.items():
        for name, fact in one["facts"].items():
            known = f"{np.log(one['classes'][name]):.2f} | {numbers(fact['log_loss'], '.2f')}"
            rows.append(f"| {game} | {name} | {known} | {fact['right'][-1]:.0%} |")
    return rows


def numbers(values: list[float], form: str) -> str:
    """Values as cells of a table."""
    return " | ".join(format(value, form) for value in values)


def grid_rows(name: str, one: dict[str, Any]) -> list[str]:
    """Rows of the table of the grid for one agent."""
    goal = one["facts"]["goal"]
    ours, exact = np.array(goal["log_loss"]), np.array(goal["exact"]["log_loss"])
    title = f"{name}, {one['steps']:,} steps, seed {one['training_seed']}"
    return [
        f"| {title} | share of the oracle's return | {numbers(one['share_of_par'], '.1%')} |",
        f"| | log loss | {numbers(ours.tolist(), '.4f')} |",
        f"| | exact inference | {numbers(exact.tolist(), '.4f')} |",
        f"| | above it | {numbers((ours - exact).tolist(), '.4f')} |",
        f"| | calibration error | {numbers(goal['error'], '.3f')} |",
    ]


def above(name: str, agents: list[dict[str, Any]]) -> str:
    """How far the log loss of some agents lies above exact inference, in words."""
    goals = [one["facts"]["goal"] for one in agents]
    ours, exact = (np.array([g["log_loss"] for g in part]) for part in (goals, [g["exact"] for g in goals]))
    first, second = (ours[:, k] / exact[:, k] - 1 for k in (0, 1))
    return (
        f"{name}: {span(first)} above exact inference in episode 1, {span(second)} in episode 2, and at most "
        f"{(ours - exact)[:, 2:].max():.4f} nats in episodes 3 and 4."
    )


def span(shares: np.ndarray) -> str:
    """The least and the largest, once where they look alike."""
    return " to ".join(dict.fromkeys(f"{share:.1%}" for share in (shares.min(), shares.max())))


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    text = TEXT
    head = ["| | | episode 1 | episode 2 | episode 3 | episode 4 |", "|---|---|---|---|---|---|"]
    grid = [row for kind, name in KINDS.items() for one in record[kind] for row in grid_rows(name, one)]
    dungeon = record["dungeon"]
    facts = [
        f"| {name} | {np.log(dungeon['classes'][name]):.2f} | {numbers(one['log_loss'], '.2f')} |"
        for name, one in dungeon["facts"].items()
    ]
    titles = ["| | nothing known | episode 1 | episode 2 | episode 3 | episode 4 |", head[1]]
    maze, on_map = record["maze"], record["maze"]["map"]
    words = {
        "MACHINE": record["machine"],
        "LEVELS": f"{record['levels']:,}",
        "GRID": "\n".join([*head, *grid]),
        "DUNGEON": "\n".join([*titles, *facts]),
        "PLAYERS": "\n".join(players_table(record["players"])),
        "MAZE_LOSS": numbers(maze["facts"]["goal"]["log_loss"], ".2f").replace(" |", ","),
        "VISITED": f"{on_map['on_visited_before']['mean']:.1%}",
        "FRAMES_BEFORE": f"{on_map['on_visited_before']['frames']:,}",
        "ON_GOAL": f"{on_map['on_goal_after']['mean']:.2%}",
        "ABOVE": " ".join(above(name, record[kind]) for kind, name in KINDS.items()),
        "FRAMES_AFTER": f"{on_map['on_goal_after']['frames']:,}",
        "OFF": f"{on_map['off_map']:.0%}",
        "MAPS": str(on_map["levels"]),
    }
    for name, value in words.items():
        text = text.replace(f"@{name}@", value)
    return text


def main() -> None:
    """Write docs/results/beliefs.json and beliefs.md."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for kind in KINDS:
        options.add_argument(f"--{kind.replace('_', '-')}", type=Path, nargs="+", default=[])
    options.add_argument("--levels", type=int, default=512)
    options.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="what to measure")
    options.add_argument("--page", action="store_true", help="write the page of the record that is there")
    given = options.parse_args()
    place = RESULTS / "beliefs.json"
    record: dict[str, Any] = json.loads(place.read_text("utf-8")) if place.is_file() else {}
    if not given.page:
        record = measured(given, record)
    write_atomically(place, (json.dumps(record, indent=1) + "\n").encode())
    write_atomically(RESULTS / "beliefs.md", page(record).encode())


if __name__ == "__main__":
    main()
