"""The head of the page: the result in words and in a few large numbers."""

from collections.abc import Iterator

import numpy as np

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.players import CONTROLS, PLAYERS
from gamemeta.evaluation.page.sections.cells import bounds, bounds_in_episode
from gamemeta.evaluation.statistics.aggregates import level_scores
from gamemeta.evaluation.statistics.learning import NOT_LEARNED
from gamemeta.evaluation.statistics.verdict import ADAPTS, TOO_SMALL, UNCLEAR
from gamemeta.evaluation.study import Study


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
    return f"gamemeta adaptation report · {who} · {result.levels_in_words()}"


def heading(result: Evaluation) -> str:
    """The verdict in a few words."""
    name = f"The {result.game} agent"
    if result.sides > 1:
        return f"{name} against itself"
    headings = {
        ADAPTS: f"{name} adapts",
        TOO_SMALL: f"{name} adapts too little to matter",
        UNCLEAR: "It is not yet known whether it adapts",
        NOT_LEARNED: "Nothing was learned yet",
    }
    return headings.get(result.word, name)


def tiles(result: Evaluation) -> Iterator[tuple[str, str, str]]:
    """The large numbers: label, value and small text below it."""
    last, adaptation = result.episodes, result.adaptation
    for k in sorted({0, last - 1}):
        yield f"{result.measure} in episode {k + 1}", *bounds_in_episode(result.curves["agent"], k)
    if adaptation is None:
        for name in CONTROLS:
            if name in result.curves:
                yield f"{PLAYERS[name]}, episode {last}", *bounds_in_episode(result.curves[name], last - 1)
    else:
        yield "reset-trained, all episodes", *bounds(adaptation.reset_trained)
        yield f"revealed, episode {last}", *bounds(adaptation.revealed)
        yield f"adaptation index, episode {last}", *bounds(adaptation.index)
    if not result.scored or result.setup.game().about.stochastic:
        return  # chance alone may give more than par, which is an expectation
    at_par = float(np.mean(level_scores(result.arms, "agent")[..., -1] >= 1 - 1e-9))
    yield f"of levels at par, episode {last}", f"{at_par:.0%}", "as short as the solver"
