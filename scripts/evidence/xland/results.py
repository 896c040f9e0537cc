"""Write docs/results/xland.md: our rules beside the original, their speed, par, and agents that were trained.

    python -m scripts.evidence.xland.results [--compared FILE] [--agent NAME=RUN ...] [--page]

What is not asked for is kept from the record that is there, docs/results/xland.json. `--compared` takes what
`compare.py` printed; `--agent` a finished run, which is played on test levels with its controls; a run named
`reset-NAME` or `revealed-NAME` is the baseline of the run NAME. `--page` measures nothing.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.agent.file import read_agent
from gamemeta.evaluation.evaluation import evaluate_agent
from gamemeta.files import write_atomically
from gamemeta_levels.families.xland.family import XLand, XLandParameters
from gamemeta_levels.families.xland.plan import plan_steps
from gamemeta_levels.families.xland.rulesets import TASK_SETS
from gamemeta_levels.family import generate_arrays
from scripts.evidence.evidence import machine
from scripts.evidence.xland.speed import rates

RESULTS = Path(__file__).resolve().parents[3] / "docs" / "results"
GRIDS = ((1, 9), (4, 13), (9, 16))
PLANNED, LEVELS = 100, 1024
"""Levels that plans are looked for on, and that agents are played on."""
RULES = """The same states, views, rewards and ends as xminigrid 0.9.3, step for step under random actions, on
rulesets of every task set and on dense ones in which rules meet all the time
(`python -m scripts.evidence.xland.compare --peer VENV/bin/python`):"""
SPEED = """Steps a second in processor time of one core, views included, 1,024 games side by side in one
room of 9 x 9, random actions; median of five tries (least to most), while other programs were running
(`python -m scripts.evidence.xland.speed`). Layouts are not drawn anew. The original's own step took 60,000
a second on one core of such a machine by JAX, on medium rulesets and 256 games, measured once and by no
command here."""
PAR = f"""How often the bounded search finds a plan, on four layouts of each of {PLANNED} levels, the steps
of its plans, and par: the mean return, with 0 where it finds none. It is no optimum."""
SCORES = """Mean scores on rulesets of the split test, layouts drawn anew in each episode (± half a 95%
interval over levels); 0 is random play, 1 par."""
MEMORIES = """The memory `things` has built in that things of one kind are alike: what happens is written to
the kinds of things that were in view, and read wherever one of the kind comes into view
([decision](../decisions/0046-a-memory-of-things.md)). In training it is told what part the tile in front has
(`game.label=part`), which the player never sees. Runs named `-taken-` are shown what is in the agent's hand,
too, as far as it follows from what it saw and did (`game.show_taken`), and their memory notes whether a kind
is newly in view. The other memories are minGRUs, or a table. Runs named `revealed-` see all the time what
part each tile in view has, and those named `reset-` have memory cleared before every episode, in training,
too.

Not every run begins anew. small-6M, trivial-4M-after and trivial-labels begin each where the one before it
ended (`--from`), with a short one of other settings in between; small-things and reset-small-things begin
with trivial-things, revealed-small-things anew, with fewer steps in all; and small-taken-0 and -1 begin with
trivial-taken-0 and -1, as `gamemeta reproduce xland --cell small` does it.

What helped on trivial rulesets: a memory of things, against minGRUs, which in three times the steps learn to
search well within an episode and hardly adapt; and then to see what is in hand. A thing in hand is out of
view, so that nothing that came of it could be written to its kind, and half of all goals put one thing beside
another. On small rulesets seeds differ: one adapts and one hardly does. In most of them the goal asks for a
thing that rules have to make first, and what went into it is gone when the reward comes."""
COMMAND = "python -m scripts.evidence.xland.results"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compared", type=Path, help="what compare.py printed")
    parser.add_argument("--agent", action="append", default=[], metavar="NAME=RUN", help="a finished run")
    parser.add_argument("--levels", type=int, default=LEVELS, help="test levels that agents are played on")
    parser.add_argument("--page", action="store_true", help="measure nothing")
    options = parser.parse_args()
    path = RESULTS / "xland.json"
    record: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if options.compared:
        record["compared"] = options.compared.read_text("utf-8").splitlines()
    for word in options.agent:
        name, _, run = word.partition("=")
        record.setdefault("agents", {})[name] = played(Path(run), options.levels)
    if not options.page and not options.agent and not options.compared:
        record |= {"machine": machine(), "speed": speeds(), "plans": plans(), "there": there()}
    write_atomically(path, (json.dumps(record, indent=1) + "\n").encode())
    write_atomically(RESULTS / "xland.md", page(record).encode())


def speeds() -> dict[str, list[float]]:
    """Steps a second of each task set: median, least and most."""
    measured = {name: rates(name) for name in TASK_SETS}
    return {name: [float(np.median(one)), min(one), max(one)] for name, one in measured.items()}


def plans() -> list[dict[str, Any]]:
    """Of each task set and grid how often the search finds a plan, and what its plans earn."""
    rows = []
    for rooms, side in GRIDS:
        for name in TASK_SETS:
            family = XLand(XLandParameters(tasks=name, rooms=rooms, side=side))
            levels = generate_arrays(family, range(PLANNED), "validation")
            steps = plan_steps(levels, levels.par_steps, False)
            returns = np.where(steps > 0, 1.0 - 0.9 * steps / levels.par_steps[:, None], 0.0)
            rows.append(
                {
                    "tasks": name,
                    "rooms": rooms,
                    "side": side,
                    "share": float((steps > 0).mean()),
                    "steps": float(steps[steps > 0].mean()),
                    "par": float(returns.mean()),
                }
            )
    return rows


def there() -> dict[str, float]:
    """Share of the rulesets of each task set whose goal is about things that are there from the start."""
    shares = {}
    for name in TASK_SETS:
        more = generate_arrays(XLand(XLandParameters(tasks=name)), range(LEVELS), "validation").more
        asked, things = more["goal"][:, 1:], more["things"]
        met = (asked[:, :, None] == things[:, None, :]).any(2) | (asked == 0)
        shares[name] = float(met.all(1).mean())
    return shares


def played(run: Path, levels: int) -> dict[str, Any]:
    """An agent on test levels, beside itself without memory and with that of another level."""
    file = read_agent(run / "agent.safetensors")
    result = evaluate_agent(file, split="test", levels=levels, episodes=file.episodes)
    return {"training": file.training, "game": dict(file.game_config), **result.to_json()}


def page(record: dict[str, Any]) -> str:
    """The page of a record."""
    lines = ["# Results: XLand-MiniGrid", ""]
    lines += [f"Made by `{COMMAND}`. {record.get('machine', '')} Raw figures: `xland.json`.", ""]
    lines += ["## The rules beside the original", ""]
    lines += [
        RULES,
        "",
        "```text",
        *record.get("compared", []),
        "```",
        "",
    ]
    lines += _speed_table(record.get("speed", {})) + _plan_table(record.get("plans", []))
    lines += _there(record.get("there", {}))
    return "\n".join([*lines, *_agents(record.get("agents", {}))]) + "\n"


def _speed_table(speed: dict[str, list[float]]) -> list[str]:
    millions = {name: [f"{rate / 1e6:.1f}M" for rate in three] for name, three in speed.items()}
    return [
        "## Speed",
        "",
        SPEED,
        "",
        "| task set | steps/s |",
        "|---|---|",
        *(f"| {name} | {middle} ({least} to {most}) |" for name, (middle, least, most) in millions.items()),
        "",
    ]


def _plan_table(rows: list[dict[str, Any]]) -> list[str]:
    return [
        "## Par",
        "",
        PAR,
        "",
        "| task set | grid | plans | steps | par |",
        "|---|---|---|---|---|",
        *(
            f"| {r['tasks']} | R{r['rooms']}-{r['side']}x{r['side']} | {r['share']:.1%} | {r['steps']:.1f} | "
            f"{r['par']:.3f} |"
            for r in rows
        ),
        "",
    ]


def _there(shares: dict[str, float]) -> list[str]:
    told = ", ".join(f"{share:.0%} of {name}" for name, share in shares.items())
    return (
        [f"Things that the goal asks for are all there from the start in {told} rulesets.", ""]
        if told
        else []
    )


def _agents(agents: dict[str, Any]) -> list[str]:
    if not agents:
        return []
    lines = ["## Agents", ""]
    episodes = len(next(iter(agents.values()))["agent"]["score"])
    columns = " | ".join(f"episode {k + 1}" for k in range(episodes))
    lines += [
        SCORES,
        "",
        f"| run | player | {columns} | success, last |",
        "|---|---|" + "---|" * (episodes + 1),
    ]
    for name, one in agents.items():
        for player in ("agent", "wiped", "swapped"):
            if player in one and (player == "agent" or not name.startswith(("reset-", "revealed-"))):
                lines.append(_row(name, player, one[player]))
    lines += ["", MEMORIES, "", *_rooms(agents), "How they were trained:", ""]
    for name, one in agents.items():
        lines.append(f"- {name}: {_training(one['training'])}; {one['levels']:,} test rulesets")
    return lines


def _row(name: str, player: str, curve: dict[str, list[float]]) -> str:
    spans = zip(curve["score"], curve["score_low"], curve["score_high"], strict=True)
    scores = " | ".join(f"{score:.3f} ±{(high - low) / 2:.3f}" for score, low, high in spans)
    return f"| {name} | {player} | {scores} | {curve['success'][-1]:.0%} |"


def _rooms(agents: dict[str, Any]) -> list[str]:
    """Room and index of the runs that have both baselines."""
    lines = []
    for name, one in agents.items():
        reset, revealed = agents.get(f"reset-{name}"), agents.get(f"revealed-{name}")
        if reset and revealed:
            without = float(np.mean(reset["agent"]["score"]))
            room = revealed["agent"]["score"][-1] - without
            index = (one["agent"]["score"][-1] - without) / room
            lines.append(f"{name}: room {room:.3f}, adaptation index {index:.3f}.")
    return [*lines, ""] if lines else []


def _training(training: dict[str, Any]) -> str:
    config = training.get("config", {})
    levels, ppo = config.get("levels", {}), config.get("ppo", {})
    steps, seed = training.get("steps", 0), config.get("run", {}).get("seed")
    grid = f"R{levels.get('rooms')}-{levels.get('side')}x{levels.get('side')}"
    network = config.get("network", {})
    memory = f"{network.get('layers')} x {network.get('cell')} of width {network.get('width')}"
    label = config.get("game", {}).get("label", "planned")
    weights = f"{memory}, entropy {ppo.get('entropy')}, label_weight {ppo.get('label_weight')} ({label})"
    return (
        f"{steps:,} steps on {levels.get('tasks')} rulesets, {grid}, {weights}, seed {seed}, commit "
        f"{training.get('commit')}"
    )


if __name__ == "__main__":
    main()
