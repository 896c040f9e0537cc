"""Put studies of several games side by side, and write docs/results/learners.md, its record and pages.

The studies are made first, one a game, into folders of their own; this command trains and plays nothing:

    gamemeta study GAME --learners rl2:mingru,rl2:gru,rl2:attention,belief,maml --seeds 2 --minutes M
    --baselines first --set run.threads=1 --set run.validations=0 --out FOLDER
    python scripts/evidence/learners.py FOLDER...
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

from gamemeta.errors import ConfigError
from gamemeta.files import write_atomically
from gamemeta.studies.findings import Finding, findings, in_words, markdown
from gamemeta.studies.page import write_page
from gamemeta.studies.record import NAME, Plan, Record, opened
from gamemeta_cli.judging.study import command_of

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "docs" / "results"
Entries = dict[str, dict[str, Finding]]
"""Findings by game and variant."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("studies", type=Path, nargs="+", help="folders of studies, one a game")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the page and the record")
    given = parser.parse_args()
    records = {record.plan.game: record for record in map(read, given.studies)}
    raw = {game: json.loads(record.file.read_text("utf-8")) for game, record in records.items()}
    write_atomically(given.out / "learners.json", (json.dumps(raw, indent=1) + "\n").encode())
    for game, record in records.items():
        write_page(record, command_of(record), given.out / f"learners-{game}.html")
    write_atomically(given.out / "learners.md", page(records).encode())


def read(folder: Path) -> Record:
    """The study in a folder."""
    if not (folder / NAME).is_file():
        raise ConfigError(f"{folder}: no study. Make it first: gamemeta study GAME --out {folder}.")
    plan = json.loads((folder / NAME).read_text("utf-8"))["plan"]
    return opened(folder, Plan(**(plan | {"overrides": tuple(plan["overrides"])})), {})


def page(records: dict[str, Record]) -> str:
    """The page as Markdown: one table of all games, then the study of each."""
    entries = {game: {one.name: one for one in findings(record)} for game, record in records.items()}
    names = list(dict.fromkeys(name for known in entries.values() for name in known))
    lines = [
        "# Results: learners and memories side by side",
        "",
        "Every learner in every game with the same processor time: the settings that the game has for it, "
        "one thread, and as many steps as fit by its own speed. Score 0 is random play, 1 the best known. "
        "The adaptation index is the share of the room that is gained: 0 for one that has not adapted, 1 "
        "for one that plays as if nothing were hidden. The room of a game is that between the reset- "
        "trained and the revealed agent of `rl2 mingru`, with the same time; an index below 0 says that "
        "the learner plays worse than that reset-trained agent. ± is half of a 95% interval over levels "
        "and two training seeds, which say little about a third; there is no index where that of the room "
        "holds 0. The machine did other work, too, which slows the processor itself: what each training "
        "took of its time is below. Raw figures: `learners.json`.",
        "",
        *_table("Adaptation index", names, entries, lambda one: in_words(one.compared("index"))),
        *_table("Score in the last episode", names, entries, lambda one: in_words(one.player("agent")[-1])),
        *_table("The same, memory wiped", names, entries, lambda one: in_words(one.player("wiped")[-1])),
        *_table("Microseconds a decision, parameters", names, entries, _cost),
    ]
    for game, record in records.items():
        study = markdown(record, command_of(record)).splitlines()
        picture = f"[The same with curves](learners-{game}.html)."
        lines += [f"## {game.capitalize()}", "", picture, *study[1:], ""]
    return "\n".join(lines).rstrip() + "\n"


def _cost(one: Finding) -> str:
    return f"{one.row['us_per_decision']['median']:.0f}, {one.row['parameters']:,}"


def _table(title: str, names: list[str], entries: Entries, cell: Callable[[Finding], str]) -> list[str]:
    """One row a variant, one column a game."""
    lines = [f"## {title}", "", f"| | {' | '.join(entries)} |", "|---" * (len(entries) + 1) + "|"]
    for name in names:
        cells = [cell(known[name]) if name in known else "not measured" for known in entries.values()]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return [*lines, ""]


if __name__ == "__main__":
    main()
