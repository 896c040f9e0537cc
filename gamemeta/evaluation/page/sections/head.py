"""The head of the page: what was found, in words and in a few large numbers."""

from collections.abc import Iterator
from html import escape

import numpy as np

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.sections.html import bounds, interval
from gamemeta.evaluation.page.sections.players import CONTROLS, PLAYERS
from gamemeta.evaluation.statistics.adaptation import ADAPTED, NOT_ADAPTED
from gamemeta.evaluation.statistics.aggregates import level_scores
from gamemeta.evaluation.study import Study
from gamemeta.games.game import is_stochastic


def title(study: Study) -> str:
    """The title of the page."""
    result = study.evaluation
    if result.seeds > 1:
        return f"{result.game} agents of {result.seeds} training seeds: adaptation report"
    return f"{result.game} agent {study.members[0].agent.digest[:8]}: adaptation report"


def eyebrow(study: Study) -> str:
    """The small line above the heading: whose report on which levels."""
    result = study.evaluation
    who = f"agent {study.members[0].agent.digest}" if result.seeds == 1 else f"{result.seeds} training seeds"
    return f"gamemeta adaptation report · {who} · {result.levels:,} {result.split} levels"


def heading(result: Evaluation) -> str:
    """What was found in a few words: by the baselines where they were played, else by the controls."""
    name = f"The {result.game} agent"
    if result.adaptation is None:
        if result.sides > 1:
            return f"{name} against itself"
        if not result.learned:
            return "Nothing was learned yet"
        return f"{name} {'adapts' if result.adapts else 'shows no adaptation'}"
    found = {ADAPTED: f"{name} adapts", NOT_ADAPTED: f"{name} has not adapted"}
    return found.get(result.adaptation.verdict, "Whether it adapts cannot be told yet")


def verdict(result: Evaluation) -> str:
    """One sentence; that of the baselines where they were played, for they know more than the controls."""
    found = result.adaptation
    if found is None:
        return result.verdict()
    words = f"Over {result.seeds} training seeds, {found.reason}" if result.seeds > 1 else found.reason
    return words[0].upper() + words[1:]


def shows_adaptation(result: Evaluation) -> bool:
    """Whether the agent adapts, judged by the baselines where they were played."""
    return result.adapts if result.adaptation is None else result.adaptation.verdict == ADAPTED


def tiles(result: Evaluation) -> str:
    """The large numbers, each with its words."""
    return "".join(
        f"<div><dt>{escape(label)}</dt><dd>{value}<small>{escape(small)}</small></dd></div>"
        for label, value, small in _tiles(result)
    )


def _tiles(result: Evaluation) -> Iterator[tuple[str, str, str]]:
    last, found = result.episodes, result.adaptation
    for k in sorted({0, last - 1}):
        yield f"score in episode {k + 1}", *interval(result.curves["agent"], k)
    if found is None:
        for name in CONTROLS:
            if name in result.curves:
                yield f"{PLAYERS[name]}, episode {last}", *interval(result.curves[name], last - 1)
    else:
        yield "reset-trained, all episodes", *bounds(found.reset_trained)
        yield f"revealed, episode {last}", *bounds(found.revealed)
        yield f"adaptation index, episode {last}", *bounds(found.index)
    if is_stochastic(result.setup.game()):
        return  # luck alone may be better than par, which is an expectation
    at_par = float(np.mean(level_scores(result.arms, "agent")[..., -1] >= 1 - 1e-9))
    yield f"of levels at par, episode {last}", f"{at_par:.0%}", "as short as the solver"
