"""docs/results/cloning.md, of the records beside it."""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

from gamemeta.files import write_atomically

RESULTS = Path(__file__).resolve().parents[3] / "docs" / "results"
MARGIN = 0.9 + 0.1 / 21
"""Share of the stand-in's steps that follow from what it sees: nine in ten, and "
"whims that agree by chance."""
Run = dict[str, Any]

HEAD = (
    "# Cloning, then training\n\n"
    "Plays are cloned with memory carried through whole trials, until the loss on held-out trials gets no "
    "better; then reinforcement\nlearning goes on ([how](../demonstrations.md)). Two "
    "questions: are 200 plays "
    "of a solver worth two minutes of training, and does a\nclone of few matches play like who played them?\n"
)
DUEL_HEAD = (
    "## Matches of duel\n\n"
    "There was no person at hand. The player is a **scripted stand-in** with habits of its own "
    "(`scripts/evidence/cloning/stand_in.py`):\nit dodges upwards, shoots ahead the first "
    "time and to the left "
    "from then on, lays a trap in the fourth step, walks along rows first,\nand in one step of ten does "
    "anything at all. It plays four matches in a row on a level, against another opponent on each, recorded\n"
    "as a person's are (`gamemeta play --record`). The matches of some levels are held "
    "out, by each of {seeds} "
    "seeds others; an action is\none of 7 moves with one of 3 aims. What follows from what is seen is "
    "{margin:.0%} of the steps: a clone cannot do better.\n"
)


def write_page() -> None:
    """The page of the records that there are."""
    parts = [HEAD, *_section("cloning-dungeon.json", _dungeon), *_section("cloning-duel.json", _duel)]
    write_atomically(RESULTS / "cloning.md", ("\n".join(parts).rstrip() + "\n").encode())


def _section(name: str, make: Callable[[Any], list[str]]) -> list[str]:
    path = RESULTS / name
    return make(json.loads(path.read_text("utf-8"))) if path.exists() else []


def _by_arm(runs: list[Run], key: str) -> dict[str, list[Run]]:
    arms: dict[str, list[Run]] = {}
    for run in runs:
        arms.setdefault(run[key], []).append(run)
    return arms


DUNGEON_HEAD = (
    "## 200 plays of the dungeon\n\n"
    "Score by episode on {levels} test levels, means of the training seeds, and the "
    "fourth episode of each seed "
    "with its 95% interval over\nlevels. *Wiped* is the same agent with its memory cleared before every "
    "episode.\n\n"
    "| | seeds | episode 1 | 2 | 3 | 4 | each seed's episode 4 | wiped, episode 4 | steps | processor |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)
DUNGEON_FOOT = (
    "A minute is one of the processor, one thread ({machine}, busy with other work); "
    "{rate:,.0f} steps fit into "
    "a second of it. Each\ntraining has the steps that fit, with its schedules laid over them. All have the "
    "dungeon's recipe, in which the solver's labels guide\nthe first 15% of the steps and train heads aside: "
    "*from nothing* is not without help. Command:\n`python -m "
    "scripts.evidence.cloning.dungeon --seeds 0 1`.\n"
)


def _dungeon(record: Run) -> list[str]:
    arms = _by_arm(record["runs"], "arm")
    lines = [DUNGEON_HEAD.format(levels=record["levels"])]
    for arm, runs in arms.items():
        scores = [mean(run["agent"]["score"][k] for run in runs) for k in range(4)]
        wiped = mean(run["wiped"]["score"][3] for run in runs)
        spent = mean(run["training_s"] + run.get("cloning_s", 0.0) for run in runs)
        cells = [arm, ", ".join(str(run["seed"]) for run in runs), *(f"{score:.2f}" for score in scores)]
        cells += ["; ".join(map(_last, runs)), f"{wiped:.2f}", f"{runs[0]['steps'] / 1e6:.1f}M"]
        lines.append(f"| {' | '.join([*cells, f'{spent:.0f} s'])} |")
    foot = DUNGEON_FOOT.format(machine=record["machine"], rate=record["steps_per_s"])
    return [*lines, "", *_of_cloning(arms), "", *_verdict(arms), "", foot]


def _last(run: Run) -> str:
    agent = run["agent"]
    return f"{agent['score'][3]:.2f} ({agent['score_low'][3]:.2f} to {agent['score_high'][3]:.2f})"


def _of_cloning(arms: dict[str, list[Run]]) -> list[str]:
    lines = []
    for arm, runs in arms.items():
        if arm.endswith("alone"):
            equal, common, loss, passes = (
                mean(run["cloned"][name] for run in runs)
                for name in ("equal_actions", "commonest_action", "held_out_loss", "best_pass")
            )
            spent = mean(run["cloning_s"] for run in runs)
            lines.append(
                f"*{arm[0].upper()}{arm[1:]}*: {equal:.0%} equal actions in held-out trials (the commonest "
                f"action: {common:.0%}),\nheld-out loss {loss:.2f} after {passes:.0f} passes, "
                f"{spent:.0f} s of "
                "the processor."
            )
    return lines


def _verdict(arms: dict[str, list[Run]]) -> list[str]:
    """What the table says of the question, in its own figures; of the seeds that all of them have."""
    names = ("cloned, then 2 minutes", "4 minutes from nothing", "2 minutes from nothing")
    by_seed = [{run["seed"]: run["agent"]["score"][3] for run in arms.get(name, [])} for name in names]
    seeds = sorted(set.intersection(*map(set, by_seed)))
    if not seeds:
        return []
    cloned, whole, half = (mean(scores[seed] for seed in seeds) for scores in by_seed)
    word = "beats" if cloned > whole else "does not beat"
    return [
        f"**Cloning 200 plays of the solver and two minutes of training {word} four minutes from nothing: "
        f"{cloned:.2f} against\n{whole:.2f} in the fourth episode ({cloned - whole:+.2f}).** Against two "
        f"minutes from nothing it is {cloned - half:+.2f}. (Training seeds {', '.join(map(str, seeds))}.)"
    ]


def _duel(record: Run) -> list[str]:
    lines = [
        DUEL_HEAD.format(seeds=len(record["seeds"]), margin=MARGIN),
        "| plays | equal actions, held out | least and most | the commonest action | the included agent | "
        "held-out loss | passes |",
        "|---|---|---|---|---|---|---|",
    ]
    for plays, runs in _by_arm(record["runs"], "plays").items():
        equal = [run["equal_actions"] for run in runs]
        common, other, loss, passes = (
            mean(run[name] for run in runs)
            for name in ("commonest_action", "other_agent", "held_out_loss", "best_pass")
        )
        cells = [plays, f"{mean(equal):.0%}", f"{min(equal):.0%} to {max(equal):.0%}", f"{common:.0%}"]
        lines.append(f"| {' | '.join([*cells, f'{other:.0%}', f'{loss:.2f}', f'{passes:.0f}'])} |")
    steps = mean(run["held_out_steps"] for run in record["runs"] if run["plays"] == "20 matches")
    return [
        *lines,
        "",
        "*The included agent* plays the same game well and never saw these plays: it does "
        "something else. Of 20 "
        f"matches some {steps:.0f} steps are held out,\nso a seed's share is a rough one. Command: "
        "`python -m scripts.evidence.cloning.duel`.",
        "",
    ]
