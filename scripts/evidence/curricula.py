"""Compare curricula at equal training time, and write docs/results/curricula.md.

The speed of each curriculum is measured in turns with uniform levels, on one thread, once levels are replayed
(and edited); its steps are those that fit into the time that uniform levels take for half of the steps of
the game's own training. What was trained before is taken up again.

    python scripts/evidence/curricula.py [--games maze dungeon] [--seeds 0 1 2] [--share 0.5]
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from evidence import machine

from gamemeta.agent.file import read_agent
from gamemeta.curricula.config import KINDS, UNIFORM
from gamemeta.evaluation.evaluation import LEVELS, evaluate_agent
from gamemeta.files import write_atomically
from gamemeta.training.config import load_config
from gamemeta.training.loop import Training

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results"
ALONE = ["run.threads=1"]
AT_ONCE = "curriculum.warmup_trials=1"
ROUNDS, ITERATIONS, UNTIMED = 3, 3, 4
SPLITS = ("test", "far")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--games", nargs="+", default=["maze", "dungeon"], help="what to train on")
    parser.add_argument("--runs", type=Path, default=Path("runs/curricula"), help="where the runs are kept")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="training seeds")
    parser.add_argument("--share", type=float, default=0.5, help="share of the game's own steps")
    parser.add_argument("--levels", type=int, default=LEVELS, help="levels of each split")
    parser.add_argument("--set", action="append", default=[], metavar="SECTION.NAME=VALUE", help="for all")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the page and the record")
    arguments = parser.parse_args()
    record = compared(arguments)
    text = page(record)
    write_atomically(
        arguments.out / "curricula.json", (json.dumps(record, indent=1, sort_keys=True) + "\n").encode()
    )
    write_atomically(arguments.out / "curricula.md", text.encode())
    print(text)


def compared(arguments: argparse.Namespace) -> dict[str, Any]:
    """Settings, relative speeds, and the scores of every run."""
    record: dict[str, Any] = {
        "machine": machine(),
        "command": " ".join(["python", "scripts/evidence/curricula.py", *sys.argv[1:]]),
        "levels": arguments.levels,
        "seeds": arguments.seeds,
        "games": {},
    }
    for game in arguments.games:
        folder = arguments.runs / game
        own = load_config(game, overrides=arguments.set).run.steps
        relative = speeds(game, arguments.set, folder / "speeds.json")
        runs = {}
        for kind in KINDS:
            steps = round(own * arguments.share * relative[kind])
            for seed in arguments.seeds:
                run = folder / f"{kind}-{seed}"
                train(run, game, [f"curriculum.kind={kind}", *arguments.set, *ALONE], steps, seed)
                runs[f"{kind} {seed}"] = {"steps": steps, **scores(run, arguments.levels)}
        record["games"][game] = {"relative": relative, "runs": runs}
    return record


def speeds(game: str, settings: list[str], kept: Path) -> dict[str, float]:
    """Steps a second with each curriculum in units of uniform levels', the best of some rounds in turns."""
    if kept.exists():
        return dict(json.loads(kept.read_text(encoding="utf-8")))
    runs = {kind: _iterations(game, [f"curriculum.kind={kind}", AT_ONCE, *settings]) for kind in KINDS}
    best = dict.fromkeys(KINDS, float("inf"))
    for _ in range(ROUNDS):
        for kind, iterate in runs.items():
            best[kind] = min(best[kind], *(_seconds(iterate) for _ in range(ITERATIONS)))
    relative = {kind: round(best[UNIFORM] / seconds, 3) for kind, seconds in best.items()}
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(kept, json.dumps(relative).encode())
    return relative


def _iterations(game: str, settings: list[str]) -> Any:
    """A training that has compiled everything and filled some of its buffer."""
    iterate = Training(load_config(game, overrides=[*settings, *ALONE])).run()
    for _ in range(UNTIMED):
        next(iterate)
    return iterate


def _seconds(iterate: Any) -> float:
    began = time.perf_counter()
    next(iterate)
    return time.perf_counter() - began


def train(run: Path, game: str, settings: list[str], steps: int, seed: int) -> None:
    """Train with the command that users have; nothing happens when the run is complete."""
    if (run / "table.json").exists():
        return
    options = [word for setting in settings for word in ("--set", setting)]
    begin = [game, "--out", str(run), "--steps", str(steps), "--seed", str(seed), *options]
    started = (run / "checkpoint.safetensors").exists()
    words = ["--resume", str(run)] if started else begin
    subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)


def scores(run: Path, levels: int) -> dict[str, Any]:
    """The agent's curve by split, in a file beside the agent once it is known."""
    kept, agent = run / f"scores-{levels}.json", read_agent(run / "agent.safetensors")
    if not kept.exists():
        found = {
            split: evaluate_agent(agent, split=split, levels=levels).to_json()["agent"] for split in SPLITS
        }
        write_atomically(kept, json.dumps(found).encode())
    return dict(json.loads(kept.read_text(encoding="utf-8")))


def page(record: dict[str, Any]) -> str:
    """The page as Markdown."""
    seeds = record["seeds"]
    lines = [
        "# Results: curricula at equal training time",
        "",
        f"Made by `{record['command']}`, training seeds {', '.join(map(str, seeds))}, {record['levels']:,} "
        f"levels of each split, one thread. {record['machine']}. Every curriculum trains as long as uniform "
        "levels take; speeds were measured in turns. Scores are means over seeds, with the lowest and the "
        "highest seed: 0 is random play, 1 the solver. Differences within those ranges are ties. Raw "
        "figures: `curricula.json`.",
    ]
    for game, found in record["games"].items():
        lines += ["", f"## {game}", *_table(found, seeds)]
    return "\n".join(lines) + "\n"


def _table(found: dict[str, Any], seeds: list[int]) -> list[str]:
    last = len(found["runs"][f"{UNIFORM} {seeds[0]}"]["test"]["score"])
    headings = [f"{split}, episode {k}" for split in SPLITS for k in (1, last)]
    lines = ["", f"| curriculum | speed | steps | {' | '.join(headings)} |"]
    lines.append("|---" * (3 + len(headings)) + "|")
    for kind in KINDS:
        runs = [found["runs"][f"{kind} {seed}"] for seed in seeds]
        cells = [_cell([run[split]["score"][k] for run in runs]) for split in SPLITS for k in (0, -1)]
        lines.append(
            f"| {kind} | {found['relative'][kind]:.2f} | {runs[0]['steps']:,} | {' | '.join(cells)} |"
        )
    return lines


def _cell(values: list[float]) -> str:
    return f"{sum(values) / len(values):.3f} ({min(values):.3f} to {max(values):.3f})"


if __name__ == "__main__":
    main()
