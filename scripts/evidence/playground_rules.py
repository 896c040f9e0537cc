"""Levels, rules and agents of the playground's single files, held against Python step by step.

    python scripts/evidence/playground_rules.py [--levels 1000] [--trials 200]

Needs node. For maze, dungeon and tag it plays levels of the splits `test` and `far` under several settings,
lets the included agent try levels, and sends the messages of a page. It ends with an error at the first
difference.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import gamemeta
from gamemeta.assets import asset
from gamemeta.playground.single_file import GAMES
from gamemeta.playground.tab import Tab
from scripts.javascript.comparison import Comparison

SETTINGS: dict[str, list[dict[str, Any]]] = {
    "maze": [{"revealed": True, "view": 7}, {"goal_visible": True, "view": 3, "steps_per_tile": 0.3}],
    "dungeon": [{"revealed": True, "view": 11}, {"view": 9, "steps_per_tile": 1.0}],
    "tag": [
        {"others": "outside"},
        {"revealed": True, "view": 9, "fresh_maps": False},
        {"players": 4, "others": "outside"},
        {"players": 3},
    ],
}
AT_ONCE = 250
"""Levels that one call of node plays."""
DRAWN = 40
"""Levels that are changed at random and then judged and mutated, malformed ones included."""
RATED = 30
"""Levels whose ratings are compared, where both have the time to rate them to the end."""
GLYPHS = "##..SG^kDlmEF$abcduvwxyz*1234%!L"


def main() -> None:
    """Compare, and print what was compared as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--levels", type=int, default=1000, help="levels of the split test for each game")
    parser.add_argument("--trials", type=int, default=200, help="levels that the agent tries")
    asked = parser.parse_args()
    print(json.dumps({game: compared(game, asked.levels, asked.trials) for game in GAMES}, indent=1))


def compared(game: str, levels: int, trials: int) -> dict[str, Any]:
    """Numbers of what was compared in a game, and the processor time."""
    began, agent = time.process_time(), gamemeta.load(str(asset(f"agents/{game}.safetensors")))
    totals = {"levels": 0, "trials": 0, "messages": 0}
    for first in range(0, levels, AT_ONCE):
        comparison = Comparison(agent)
        seeds = range(first, min(levels, first + AT_ONCE))
        comparison.rules(seeds)
        if first == 0:
            comparison.rules(seeds, "far")
            for settings in SETTINGS[game]:
                comparison.rules(seeds[:50], **settings)
                comparison.rules(seeds[:20], "far", **settings)
            comparison.answers(list(messages(game, comparison.tab())))
            comparison.ratings(range(RATED))
        totals = {kind: totals[kind] + count for kind, count in comparison.check().items()}
    comparison = Comparison(agent)
    comparison.trials(range(trials))
    comparison.trials(range(trials // 4), wipe=True)
    totals["trials"] += comparison.check()["trials"]
    return {
        "levels of test": levels,
        "steps in levels": totals["levels"],
        "levels that the agent tried": trials,
        "steps of the agent": totals["trials"],
        "answers to messages": totals["messages"],
        "processor time of Python, s": round(time.process_time() - began, 1),
    }


def messages(game: str, tab: Tab) -> Iterator[dict[str, Any]]:
    """What a page may send, sensible or not."""
    rng = random.Random(0)
    for word in ("test:0", "far:3", "17", "0017", "x", "train:1:2", "bogus:3", "9" * 20, "validation:5"):
        yield {"do": "level", "word": word}
    for k in range(DRAWN):
        level = tab.answer({"do": "level", "word": f"{'far' if k % 7 == 6 else 'test'}:{k}"})[0]["level"]
        drawings = [level, tab.answer({"do": "clear", "level": level})[0]["level"]]
        drawings += [changed(level, rng) for _ in range(3)]
        yield {"do": "clear", "level": level}
        for drawing in drawings:
            yield {"do": "inspect", "number": k, "level": drawing, "rated": False}
            yield {"do": "mutate", "seed": k, "level": drawing}
        if k < 4:
            yield from race(level, drawings[1], k)
        if game == "tag" and k < 6:
            yield from matches(level, k, rng)


def changed(level: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A level with some tiles exchanged, and at times without its hidden rules."""
    rows = [list(row) for row in level["tiles"]]
    for _ in range(rng.randrange(1, 12)):
        row = rng.randrange(len(rows))
        rows[row][rng.randrange(len(rows[0]))] = rng.choice(GLYPHS if rng.random() < 0.3 else "#...")
    hidden = {} if rng.random() < 0.3 else level["hidden"]
    return {**level, "tiles": ["".join(row) for row in rows], "hidden": hidden}


def race(level: dict[str, Any], other: dict[str, Any], seed: int) -> Iterator[dict[str, Any]]:
    """Tries in a row, another level on the way, and a swapped memory."""
    yield {"do": "watch", "level": level, "seed": seed, "skill": 1.0 if seed % 2 else 0.6}
    yield {"do": "swap", "word": "test:5"}
    yield from ({"do": "more", "count": 7} for _ in range(30))
    yield {"do": "change", "level": other}
    for _ in range(2):
        yield from ({"do": "more", "count": 64} for _ in range(5))
        yield {"do": "swap", "word": "test:5"}


def matches(level: dict[str, Any], seed: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Matches of a person who walks at random."""
    for against in ("agent", "bot"):
        yield {"do": "match", "level": level, "against": against, "seed": seed}
        for _ in range(2):
            names = ("up", "down", "left", "right", "stay")
            yield from ({"do": "act", "names": [rng.choice(names)]} for _ in range(35))
            yield {"do": "next"}
        yield {"do": "act", "names": ["fly"]}


if __name__ == "__main__":
    main()
