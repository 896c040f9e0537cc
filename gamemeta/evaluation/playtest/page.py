"""The page of a play-test: self-contained, without network or scripts."""

from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from gamemeta.evaluation.page.html import templates
from gamemeta.evaluation.page.level_picture import episode_columns
from gamemeta.evaluation.page.players import FIRST, LOOKS
from gamemeta.evaluation.page.sections.cells import DASH
from gamemeta.evaluation.playtest.heat_picture import SHADES, heat_picture, level_image
from gamemeta.evaluation.playtest.level_test import LevelTest
from gamemeta.evaluation.playtest.playtest import PlayTest
from gamemeta.files import write_atomically
from gamemeta_levels.inspection.finding import Finding
from gamemeta_levels.text import shown

TEMPLATE = "playtest.html"
MOST_PICTURES = 100
"""Levels with heat maps at most: those with problems first, then the hardest."""


def write_page(result: PlayTest, path: Path) -> None:
    """Write the page, whole or not at all.

    Raises:
        OSError: the file cannot be written.
    """
    write_atomically(path, page_of(result).encode())


def page_of(result: PlayTest) -> str:
    """The page as HTML. Equal play-tests give equal pages."""
    hardest = result.ranked[::-1]
    drawn = [*result.refused, *sorted(hardest, key=lambda test: not test.problems)][:MOST_PICTURES]
    page = (
        templates()
        .get_template(TEMPLATE)
        .render(
            looks={**LOOKS, "first": FIRST},
            shades=range(1, SHADES + 1),
            result=result,
            wrong=sum(bool(test.problems or test.rating.error) for test in result.tests),
            first_solved=_share([test.curves["agent"].success[0] for test in hardest]),
            last_solved=_share([test.curves["agent"].success[-1] for test in hardest]),
            learned=f"{np.mean([test.learned for test in hardest]):+.2f}" if hardest else DASH,
            ranking=[_bar(test) for test in result.ranked],
            levels=[_level(test, f"level-{number}") for number, test in enumerate(drawn, start=1)],
            left_out=len(result.tests) - len(drawn),
        )
    )
    return shown(page)


def _share(values: list[float]) -> str:
    return f"{np.mean(values):.0%}" if values and np.isfinite(values).all() else DASH


def _bar(test: LevelTest) -> dict[str, Any]:
    """A level in the order of difficulty."""
    percent = round(100 * min(max(test.difficulty, 0.0), 1.0))
    return {
        "name": test.name,
        "difficulty": f"{test.difficulty:.2f}",
        "percent": percent,
        "problems": len(test.problems),
        "remarks": len(test.findings) - len(test.problems),
    }


def _level(test: LevelTest, name: str) -> dict[str, Any]:
    """Pictures, numbers and findings of one level."""
    level, rating = test.rating.level, test.rating
    findings = test.findings or ([Finding(kind="error", words=rating.error)] if rating.error else [])
    plain = {"name": test.name, "findings": findings, "pictures": [], "numbers": [], "columns": ""}
    if level is None:
        return {**plain, "about": ""}
    image, size = level_image(level), f"{level.height} x {level.width}"
    flaws = tuple(dict.fromkeys(place for one in test.problems for place in one.places))
    if test.tries is None:
        empty = np.zeros(level.tiles.shape, np.int64)
        picture = heat_picture(level, name, image, empty, most=1, flaws=flaws, title=f"level {test.name}")
        return {**plain, "pictures": [("The level", picture)], "about": size}
    last = test.tries.episodes - 1
    episodes = sorted({0, min(1, last), last})
    heats = [test.heat(episode) for episode in episodes]
    most = max(int(heat.max()) for heat in heats)
    pictures: list[tuple[str, Markup]] = []
    for episode, heat in zip(episodes, heats, strict=True):
        title = _title(episode, last)
        picture = heat_picture(
            level,
            name,
            None if pictures else image,
            heat,
            most=most,
            deaths=tuple(test.places_of_death(episode)),
            unseen=test.never_visited if episode == last else None,
            flaws=flaws,
            title=f"{title} on {test.name}: {int(heat.sum())} steps",
        )
        pictures.append((title, picture))
    scores = np.array(test.curves["agent"].score)
    columns = episode_columns(scores, title=f"score by try on {test.name}")
    numbers = list(_numbers(test))
    return {**plain, "pictures": pictures, "about": size, "columns": columns, "numbers": numbers}


def _title(episode: int, last: int) -> str:
    if episode == 0:
        return "First try"
    return f"Last try ({episode + 1})" if episode == last else f"Try {episode + 1}"


def _numbers(test: LevelTest) -> list[tuple[str, str]]:
    """Names and values, the first try before the last."""
    agent, detours, deaths = test.curves["agent"], test.detours, test.deaths

    def pair(first: str, last: str) -> str:
        return f"{first} → {last}"

    numbers = [("difficulty", f"{test.difficulty:.2f}")]
    if agent.knows_success:
        numbers.append(("solved", pair(f"{agent.success[0]:.0%}", f"{agent.success[-1]:.0%}")))
    numbers.append(("steps", pair(f"{agent.steps[0]:.1f}", f"{agent.steps[-1]:.1f}")))
    if detours is not None:
        first, last = (DASH if one is None else f"x{one:.1f}" for one in (detours[0], detours[-1]))
        numbers.append((f"detour (shortest {test.shortest_steps})", pair(first, last)))
    numbers.append(("deaths", pair(f"{deaths[0]:.0%}", f"{deaths[-1]:.0%}")))
    unseen, reachable = int(test.never_visited.sum()), int(test.reachable.sum())
    numbers.append(("never visited", f"{unseen} of {reachable} tiles"))
    numbers.append(("learned, last - first", f"{test.learned:+.2f}"))
    numbers.append(("learned, last - wiped", f"{test.by_memory:+.2f}"))
    if test.rating.unlike and test.rating.deviations:
        one = test.rating.deviations[test.rating.unlike]
        numbers.append(("most unusual", f"{test.rating.unlike.replace('_', ' ')} ({one.z:+.1f} sd)"))
    return numbers
