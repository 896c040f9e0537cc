"""The page of the games of POPGym as Markdown, made of records alone."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from gamemeta.reproduction.popgym.published import MARK, SOURCE, published
from gamemeta.reproduction.shared.kept import Record
from gamemeta.reproduction.statistics import Z, half_width
from gamemeta_levels.families.popgym.tasks import size_named

PLACES = 3
"""Decimal places that are printed, and published."""
TITLE = "# Results: memory games of POPGym"
HEAD = (
    "| game | random | **mean return** | **maximum** | forgets nothing | GRU, published (f) | best of 13, "
    "published (f) | memory, steps, seeds |"
)
HOW = """## How to read it

Returns are POPGym's own: 1 is the most that any game pays, and each step counts in proportion to the length
of its game. **Mean return** is that of the agent as it was when its training ended, its actions drawn from
its policy, over {levels} test levels; ± is half a 95% interval, over levels, and over training seeds where
there are several (Student's t). **Maximum** is the largest mean return in any of the looks at 256 validation
levels during a training, averaged over the training seeds: the measure of Morad et al. (2023, MMER), who take
the largest mean of a training iteration. It is the one to compare with published figures, and the mean return
is the one to expect.

**Forgets nothing** is a player on the same levels who remembers all that it saw. It is exact in
`repeat_previous`, `autoencode` and `count_recall`, where it earns 1. In `higher_lower` it counts the cards,
and nobody can expect more; in `multiarmed_bandit` it follows finite-horizon Gittins indices, which is nearly
the most. In `concentration` (remembers every card) and `battleship` (shoots beside its hits) it is a sensible
player, not the best. For `minesweeper` there is none.

Published figures (f) are those of 13 memories after 15,000,000 steps of PPO, three trials each. They were
read in a public repository
({source}),
not in the paper's own files: unchecked. What speaks for them is that none of those of `higher_lower` lies
above the optimum. Concentration, battleship and minesweeper are not there. Figures are compared as they are
printed, to three places.

## What differs from the paper

- An agent gets the reward of the step before, and POPGym's agents do not. In `repeat_previous`, `autoencode`,
  `count_recall` and `minesweeper` it tells what the observation does not: whether the last answer was right.
- A square of a board is one action; in POPGym it is a row and a column.
- Settings were chosen game by game with a few short trainings each; the paper has one for all. Steps are
  fewer: they stand in the table.
- Networks have one layer of memory and {weights} weights in all. The paper gives every memory 256 numbers of
  state. `gru` and `mingru` have 128 here; `attention` has 32 for each step that it looks back on, 512 in
  `repeat_previous` easy and 4,096 in the other two; a table has 9 for each action, beside 64 of `mingru`.
"""
MADE = """## The same games

`python -m scripts.evidence.popgym.compare --peer PYTHON` plays episodes of the package (1.0.7, the
interpreter PYTHON has it) again in ours, half of them at random and half mostly by the plan: in 1,201,359
steps, at least 150,008 of each game, no observation, no reward and no end differs. A smaller recording is
played in the tests. `repeat_previous` takes 12,300,000 steps a second of processor time here
(`gamemeta bench sim popgym/repeat_previous`), the package's own 101,000, of one game and with actions drawn
beforehand.

The package's environments run as they are, too: `gamemeta train gymnasium/popgym:popgym-AutoencodeEasy-v0`
and ten others were trained for 20,480 steps each. `--set game.par=1` lets scores be told. Seeds are told
apart there by what they show under actions that are always the same. In minesweeper that ends at the first
mine, so that 128 levels count as 7, and intervals are wide.

## How it was made"""


def page(made: Mapping[str, Record]) -> str:
    """The page of some records by task and difficulty, in their order."""
    lines = [TITLE, "", *_summary(made), rows(made)]
    levels = " or ".join(sorted({f"{record['levels']:,}" for record in made.values()}))
    weights = [run["weights"] for record in made.values() for run in record["runs"]]
    between = f"{min(weights):,} to {max(weights):,}" if weights else "no"
    lines += ["", HOW.format(levels=levels, source=SOURCE, weights=between), MADE, ""]
    return "\n".join([*lines, *_made(made)]) + "\n"


def rows(made: Mapping[str, Record]) -> str:
    """The table of some records."""
    lines = [HEAD, "|---|---|---|---|---|---|---|---|"]
    return "\n".join([*lines, *(_row(name, record) for name, record in made.items())])


def _summary(made: Mapping[str, Record]) -> list[str]:
    """The mean over all tasks with published figures, ours beside theirs."""
    both = [(record, figures) for name, record in made.items() if (figures := _published(name))]
    if not both:
        return []
    ours = float(np.mean([_maximum(record) for record, _ in both]))
    gru, best = (float(np.mean([getattr(figures, part) for _, figures in both])) for part in ("gru", "best"))
    above = sum(round(_maximum(record), PLACES) >= figures.best for record, figures in both)
    return [
        f"Over the {len(both)} games with published figures ({MARK}, unchecked) the maximum is {ours:.3f} on "
        f"average; that of the GRU was {gru:.3f}, and the best of the 13 memories in each game {best:.3f}. "
        f"It is at least as high as the best in {above} of the {len(both)}.",
        "",
    ]


def _published(name: str) -> Any:
    size = size_named(name)
    return None if size is None else published(size)


def _maximum(record: Record) -> float:
    return float(np.mean([run["maximum"] for run in record["runs"]]))


def _row(name: str, record: Record) -> str:
    runs, figures, player = record["runs"], _published(name), record["yardstick"]
    mean = float(np.mean([run["mean"] for run in runs]))
    error = float(np.mean([run["error"] for run in runs]))
    half = half_width(error, [run["mean"] for run in runs] if len(runs) > 1 else [])
    network = record["settings"]["network"]
    cells = (
        name.replace("-", ", "),
        f"{record['random']['mean']:.3f}",
        f"**{mean:.3f}** ±{half:.3f}",
        f"**{_maximum(record):.3f}**",
        "-" if player is None else _of_player(player),
        "-" if figures is None else f"{figures.gru:.3f}",
        "-" if figures is None else f"{figures.best:.3f} ({figures.memory})",
        f"{network['cell']}, {min(run['steps'] for run in runs):,}, {len(runs)}",
    )
    return f"| {' | '.join(cells)} |"


def _of_player(player: Record) -> str:
    error = f" ±{Z * player['error']:.3f}" if player["error"] else ""
    return f"{player['mean']:.3f}{error}"


def _made(made: Mapping[str, Record]) -> list[str]:
    """Commands, machines and versions, each once; and the seconds of all trainings."""
    seconds = sum(run["seconds"] for record in made.values() for run in record["runs"])
    lines = [
        f"Trainings took {seconds:,.0f} s in all, one thread each on a machine that was busy with other "
        "work. All figures: `popgym.json`.",
        "",
    ]
    ways: dict[str, None] = {}
    for record in made.values():
        versions = record["versions"]
        where = (
            f"`{record['command']}`, {record['machine']}, Python {versions['python']}, torch "
            f"{versions['torch']}, gamemeta {versions['gamemeta']} {versions['commit'][:12]}"
        )
        ways[where] = None
    return [*lines, *(f"- {where}" for where in ways)]
