"""Train the agents that the claims in docs/results/GAME.md rest on, and write that page.

For each seed: the agent as `gamemeta train GAME` makes it, the reset-trained agent, the revealed agent, and,
if asked for, the agent trained without the solver's labels and guidance. What was trained before is taken up
again, so the command may be stopped and started.

    python scripts/evidence/evidence.py [maze|dungeon|forage|tag|duel] [--without-labels] [--seeds 0 1 2]
    [--steps N] [--page]

With --page nothing is trained or played: the page is written again, of the record that is there.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
from math import hypot
from pathlib import Path
from typing import Any

import numpy as np

from gamemeta.agent.file import read_agent
from gamemeta.evaluation.evaluation import LEVELS, evaluate_agent
from gamemeta.evaluation.statistics.intervals import over_seeds
from gamemeta.files import write_atomically

NO_LABELS = "no labels"
KINDS: dict[str, list[str]] = {
    "agent": [],
    "reset-trained": ["--reset-trained"],
    "revealed": ["--revealed"],
    NO_LABELS: ["--set", "ppo.label_weight=0", "--set", "ppo.guide_weight=0"],
}
BEST = {
    "maze": "the solver's plan",
    "dungeon": "the solver's plan",
    "forage": "the best return known",
    "tag": "every match won",
    "duel": "every match won",
}
"""The games, and what score 1 stands for."""
OTHERS = ("wiped", "swapped", "reset", "revealed")
ROOT = Path(__file__).resolve().parents[2]
RESULTS, ASSETS = ROOT / "docs" / "results", ROOT / "assets" / "agents"
LONG = 5
"""How many times more episodes than trained the long curve has."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("game", nargs="?", choices=BEST, default="maze", help="what to train on")
    parser.add_argument("--without-labels", action="store_true", help="train the agents without labels, too")
    parser.add_argument("--runs", type=Path, default=Path("runs/evidence"), help="where the runs are kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--steps", type=int, help="steps of every training, if not the default")
    parser.add_argument("--page", action="store_true", help="write the page of the record that is there")
    arguments = parser.parse_args()
    game = arguments.game
    if arguments.page:
        write_page({"game": game} | json.loads((RESULTS / f"{game}.json").read_text("utf-8")))
        return
    record: dict[str, Any] = {"game": game, "machine": machine(), "levels": LEVELS, "runs": {}}
    for kind, options in KINDS.items():
        if kind == NO_LABELS and not arguments.without_labels:
            continue
        for seed in arguments.seeds:
            run = arguments.runs / game / f"{kind.replace(' ', '-')}-{seed}"
            steps = ["--steps", str(arguments.steps)] if arguments.steps else []
            train(run, [game, *options, *steps, "--seed", str(seed)])
            record["runs"][f"{kind} {seed}"] = measure(run, kind)
    write_atomically(RESULTS / f"{game}.json", (json.dumps(record, indent=1) + "\n").encode())
    write_page(record)


def write_page(record: dict[str, Any]) -> None:
    """The page of a record, over all training seeds in it."""
    text = page(record, sorted(int(name.split()[1]) for name in record["runs"] if name.startswith("agent ")))
    write_atomically(RESULTS / f"{record['game']}.md", text.encode())
    print(text)


def train(run: Path, options: list[str]) -> None:
    """Train with the command that users have; nothing happens when the run is complete."""
    table, agent = run / "table.json", run / "agent.safetensors"
    if table.exists() and read_agent(agent).scores:
        return
    started = (run / "checkpoint.safetensors").exists()
    words = ["--resume", str(run)] if started else ["--out", str(run), *options]
    subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)


def measure(run: Path, kind: str) -> dict[str, Any]:
    """Curves on the first test levels, over five times as many episodes, and on far levels."""
    file = read_agent(run / "agent.safetensors")

    def curves(split: str, episodes: int, controls: bool) -> dict[str, Any]:
        result = evaluate_agent(file, split=split, levels=LEVELS, episodes=episodes, controls=controls)
        return result.to_json()

    measured = {"training": file.training, "digest": file.digest}
    measured["test"] = curves("test", file.episodes, True)
    if kind in ("agent", "reset-trained"):
        measured["train"] = curves("train", file.episodes, False)
    if kind == "agent":
        measured["long"] = curves("test", LONG * file.episodes, False)
        measured["far"] = curves("far", file.episodes, True)
    return measured


def claims(record: dict[str, Any], seed: int) -> dict[str, Any]:
    """The figures that are claimed for one seed."""
    runs, labelled = record["runs"], f"{NO_LABELS} {seed}" in record["runs"]
    agent, reset = runs[f"agent {seed}"], runs[f"reset-trained {seed}"]["test"]["agent"]
    revealed = revealed_curve = runs[f"revealed {seed}"]["test"]["agent"]
    curve, wiped, swapped = (agent["test"][name] for name in ("agent", "wiped", "swapped"))
    without = _mean(reset["score"])
    room = revealed["score"][-1] - without
    rivals = max(wiped["score_high"][-1], swapped["score_high"][-1], *reset["score_high"])
    long = agent["long"]["agent"]["score"]
    k = len(curve["score"])
    players = {"agent": curve, "wiped": wiped, "swapped": swapped, "reset": reset, "revealed": revealed_curve}
    return {
        "score": curve["score"],
        "margins": {name: _margins(one) for name, one in players.items()},
        "verdict": agent["test"].get("verdict", {}).get("sentence"),
        "wiped": wiped["score"][-1],
        "swapped": swapped["score"][-1],
        "redrawn": agent["test"]["redrawn"]["score"] if "redrawn" in agent["test"] else None,
        "reset": without,
        "revealed": revealed["score"][-1],
        "room": room,
        "index": (curve["score"][-1] - without) / room,
        "beats_all": curve["score_low"][-1] > rivals,
        "trained_on": _on_training_levels(runs, seed) if "train" in agent else None,
        "first_gap": curve["score"][0] - without,
        "long_drop": long[k - 1] - min(long[k:]),
        "long_last": long[-1],
        "far": agent["far"]["agent"]["score"],
        "far_wiped": agent["far"]["wiped"]["score"],
        "no_labels": runs[f"{NO_LABELS} {seed}"]["test"]["agent"]["score"] if labelled else None,
    }


def _on_training_levels(runs: dict[str, Any], seed: int) -> str:
    """Cells of the agent's last episode and the reset-trained agent's mean on levels of the split train."""
    agent, reset = (runs[f"{kind} {seed}"]["train"]["agent"] for kind in ("agent", "reset-trained"))
    return f" {agent['score'][-1]:.3f} ({agent['score_low'][-1]:.3f}) | {_mean(reset['score']):.3f} |"


def _margins(curve: dict[str, list[float]]) -> list[float]:
    """Half of the 95% interval of each episode, over levels."""
    return [(high - low) / 2 for low, high in zip(curve["score_low"], curve["score_high"], strict=True)]


def _over_seeds(rows: list[dict[str, Any]]) -> str:
    """The row of the means over training seeds, with 95% intervals over levels and seeds.

    Of differences and of the index only the players' own intervals are in the record. Levels are paired, so
    that theirs is no wider than what these give together.
    """

    def shown(values: list[float], margins: list[float]) -> str:
        mean = over_seeds(np.array(values), np.array(margins))
        return f"{mean.value:.3f} ±{mean.high - mean.value:.3f}"

    margins = {name: [row["margins"][name][-1] for row in rows] for name in rows[0]["margins"]}
    room = [hypot(*pair) for pair in zip(margins["revealed"], margins["reset"], strict=True)]
    gain = [hypot(*pair) for pair in zip(margins["agent"], margins["reset"], strict=True)]
    index = [(g + row["index"] * r) / row["room"] for g, r, row in zip(gain, room, rows, strict=True)]
    episodes = range(len(rows[0]["score"]))
    cells = [
        shown([row["score"][k] for row in rows], [row["margins"]["agent"][k] for row in rows])
        for k in episodes
    ]
    cells += [
        shown([row[name] for row in rows], width)
        for name, width in (*((n, margins[n]) for n in OTHERS), ("room", room), ("index", index))
    ]
    return f"| all | {' | '.join(cells)} |"


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def page(record: dict[str, Any], seeds: list[int]) -> str:
    """The page as Markdown."""
    rows = {seed: claims(record, seed) for seed in seeds}
    first, several = rows[seeds[0]], len(rows) > 1
    lines = [*_head(record, seeds), "", *_room_table(rows)]
    lines += [_over_seeds(list(rows.values()))] * several
    lines += ["", *_in_words(rows), "", *_long_table(rows)]
    if first["redrawn"]:
        lines += _curve_table("Hidden rules redrawn before the episode, on the same map", rows, "redrawn")
    lines += _curve_table("Levels larger and denser than trained on (split far)", rows, "far")
    lines += _curve_table("The same, memory wiped", rows, "far_wiped")
    if first["no_labels"]:
        lines += _curve_table("Trained without the solver's labels, test levels", rows, "no_labels")
    return "\n".join(lines) + "\n"


Claims = dict[int, dict[str, Any]]
"""`claims` by seed."""


def _episodes(rows: Claims) -> int:
    return len(next(iter(rows.values()))["score"])


def _head(record: dict[str, Any], seeds: list[int]) -> list[str]:
    """The title, and how the figures were made."""
    game, first = record["game"], record["runs"][f"agent {seeds[0]}"]
    commits = sorted({run["training"]["commit"][:12] for run in record["runs"].values()})
    shipped = (
        f" The agent that ships in assets/agents/{game}.safetensors is seed 0's: `gamemeta train {game}`, "
        "nothing else."
        if _ships(game, first["digest"])
        else ""
    )
    return [
        f"# Results: {game}",
        "",
        f"Made by `python scripts/evidence/evidence.py {game}`: {first['training']['steps']:,} steps for "
        f"every agent, training seeds {', '.join(map(str, seeds))}, {record['levels']:,} levels of the split"
        f", commit {' and '.join(commits)}. {record['machine']}. Scores: 0 is random play, 1 "
        f"{BEST[game]}. Raw figures: `{game}.json`.{shipped}",
    ]


def _room_table(rows: Claims) -> list[str]:
    """Scores, controls, baselines, room and index of each seed."""
    episodes = _episodes(rows)
    lines = [
        "## Room and adaptation, test levels",
        "",
        f"| seed | {_columns(episodes)} | memory wiped, {episodes} | memory of another level, {episodes} | "
        f"reset-trained | revealed, {episodes} | room | adaptation index |",
        "|---" * (episodes + 7) + "|",
    ]
    for seed, c in rows.items():
        score = " | ".join(f"{s:.3f}" for s in c["score"])
        lines.append(
            f"| {seed} | {score} | {c['wiped']:.3f} | {c['swapped']:.3f} | {c['reset']:.3f} | "
            f"{c['revealed']:.3f} | {c['room']:.3f} | {c['index']:.3f} |"
        )
    return lines


def _in_words(rows: Claims) -> list[str]:
    """What the intervals are, and what they show."""
    width = max(c["margins"]["agent"][-1] for c in rows.values())
    several = "The row `all` has 95% intervals over levels and training seeds (Student's t). "
    return [
        f"{several * (len(rows) > 1)}The 95% intervals of a training seed alone are over levels only, that "
        f"of the last episode at most ±{width:.3f}. "
        + "Last episode above wiped, swapped and reset-trained outside the intervals: "
        + ", ".join(f"seed {s} {'yes' if c['beats_all'] else 'NO'}" for s, c in rows.items())
        + ".",
        *(f"\nSeed {s}: {c['verdict']}" for s, c in rows.items() if c["verdict"]),
    ]


def _long_table(rows: Claims) -> list[str]:
    """What happens in more episodes than were trained on, and on levels that were trained on."""
    episodes, on_train = _episodes(rows), ""
    if next(iter(rows.values()))["trained_on"]:
        on_train = (
            f" episode {episodes} on levels of the split train (lower end of the interval) | reset-trained "
            "on these |"
        )
    return [
        f"| seed | episode 1 minus reset-trained | largest fall below episode {episodes} in episodes "
        f"{episodes + 1} to {LONG * episodes} | last of those |" + on_train,
        "|---|---|---|---|" + "---|---|" * bool(on_train),
        *(
            f"| {s} | {c['first_gap']:+.3f} | {c['long_drop']:+.3f} | {c['long_last']:.3f} |"
            + (c["trained_on"] or "")
            for s, c in rows.items()
        ),
    ]


def _ships(game: str, digest: str) -> bool:
    """Whether the agent that comes with gamemeta is the one with this digest."""
    file = ASSETS / f"{game}.safetensors"
    return file.exists() and read_agent(file).digest == digest


def _curve_table(title: str, rows: dict[int, dict[str, Any]], name: str) -> list[str]:
    episodes = len(next(iter(rows.values()))[name])
    lines = ["", f"## {title}", "", f"| seed | {_columns(episodes)} |", "|---" * (episodes + 1) + "|"]
    for seed, c in rows.items():
        lines.append(f"| {seed} | " + " | ".join(f"{s:.3f}" for s in c[name]) + " |")
    return lines


def _columns(episodes: int) -> str:
    """Heads of the columns of a curve: "episode 1 | 2 | 3"."""
    return "episode " + " | ".join(map(str, range(1, episodes + 1)))


def machine() -> str:
    """Processor and core count."""
    name = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    return f"{os.cpu_count()} cores of {name}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
