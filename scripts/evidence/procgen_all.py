"""Train on each of Procgen's games for a while, play a chosen level, and write docs/results/procgen-all.md.

It shows that every game trains, saves an agent and plays a level by number; so few steps teach little. What
was trained before is taken up again.

    python scripts/evidence/procgen_all.py [--games maze heist] [--steps 50000] [--level 1234] [--encoder
    small]
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from evidence import machine
from procgen_rivals import seconds_of

from gamemeta.agent.file import read_agent
from gamemeta.files import write_atomically
from gamemeta.games.outside.procgen.facts import GAMES, PREFIX

RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"


def main() -> None:
    """Train, play, and write the page."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    words.add_argument("--games", nargs="+", choices=tuple(GAMES), default=list(GAMES))
    words.add_argument("--steps", type=int, default=50_000, help="environment steps of each")
    words.add_argument("--level", default="1234", help="the level that each plays")
    words.add_argument("--encoder", choices=("small", "impala"), default="small")
    words.add_argument("--runs", type=Path, default=Path("runs/procgen-all"), help="where the runs are")
    given = words.parse_args()
    found = {game: one(given, game) for game in given.games}
    record = {"machine": machine(), "command": sys.argv[1:], "level": given.level, "games": found}
    RESULTS.mkdir(parents=True, exist_ok=True)
    write_atomically(RESULTS / "procgen-all.json", (json.dumps(record, indent=1) + "\n").encode())
    write_atomically(RESULTS / "procgen-all.md", page(record).encode())
    print(page(record))


def one(given: argparse.Namespace, game: str) -> dict[str, Any]:
    """What a game came to: speed, returns on test levels, and what the chosen level looked like."""
    run = given.runs / f"{game}-{given.encoder}-{given.steps}"
    if not (run / "table.json").exists():
        settings = ["--set", f"network.image_encoder={given.encoder}", "--set", "run.validations=0"]
        begin = [PREFIX + game, "--out", str(run), "--steps", str(given.steps), *settings]
        words = ["--resume", str(run)] if (run / "checkpoint.safetensors").exists() else begin
        subprocess.run([sys.executable, "-m", "gamemeta_cli", "train", *words], check=True)
    words = ["play", str(run), "--level", given.level, "--no-animation", "--gif", str(run / "level.gif")]
    told = subprocess.run(
        [sys.executable, "-m", "gamemeta_cli", *words], check=True, capture_output=True, text=True
    )
    table = json.loads((run / "table.json").read_text(encoding="utf-8"))
    steps = read_agent(run / "agent.safetensors").training["steps"]
    return {
        "steps": steps,
        "steps_per_s": steps / seconds_of(run),
        "agent": table["agent"]["return"],
        "random": table["random"]["return"],
        "played": [line.strip() for line in told.stdout.splitlines() if line.startswith("episode")],
    }


def page(record: dict[str, Any]) -> str:
    """The record as Markdown."""
    lines = [
        "# Results: Procgen's sixteen games, a short training each",
        "",
        f"Made by `python scripts/evidence/procgen_all.py {' '.join(record['command'])}` on "
        f"{record['machine']}: "
        "easy mode, one training each. It shows that every game trains and plays a level by number, not how "
        "well games can be learned. Mean returns on 64 test levels by episode on the same level.",
        "",
        f"| game | steps | steps/s | agent, episodes 1 and 2 | random | on level {record['level']} |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for game, found in record["games"].items():
        agent, luck = (" ".join(f"{r:.2f}" for r in found[who]) for who in ("agent", "random"))
        played = "; ".join(found["played"])
        lines.append(
            f"| {game} | {found['steps']:,} | {found['steps_per_s']:,.0f} | {agent} | {luck} | {played} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
