"""The head of the page: the result in words and in a few large numbers."""

from collections.abc import Iterator

import numpy as np

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.players import CONTROLS, PLAYERS
from gamemeta.evaluation.page.sections.cells import bounds, bounds_in_episode
from gamemeta.evaluation.statistics.adaptation import ADAPTED, NOT_ADAPTED
from gamemeta.evaluation.statistics.aggregates import level_scores
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
    return f"gamemeta adaptation report · {who} · {result.levels:,} {result.split} levels"


def heading(result: Evaluation) -> str:
    """The result in a few words: by the baselines where they were played, else by the controls."""
    name = f"The {result.game} agent"
    if result.adaptation is None:
        if result.sides > 1:
            return f"{name} against itself"
        if not result.learned:
            return "Nothing was learned yet"
        return f"{name} {'adapts' if result.adapts else 'shows no adaptation'}"
    headings = {ADAPTED: f"{name} adapts", NOT_ADAPTED: f"{name} has not adapted"}
    return headings.get(result.adaptation.verdict, "It is not yet known whether it adapts")


def verdict(result: Evaluation) -> str:
    """One sentence: by the baselines where they were played, as they show more than the controls."""
    if result.adaptation is None:
        return result.verdict()
    reason = result.adaptation.reason
    words = f"Over {result.seeds} training seeds, {reason}" if result.seeds > 1 else reason
    return words[0].upper() + words[1:]


def shows_adaptation(result: Evaluation) -> bool:
    """Whether the agent adapts, judged by the baselines where they were played."""
    return result.adapts if result.adaptation is None else result.adaptation.verdict == ADAPTED


def tiles(result: Evaluation) -> Iterator[tuple[str, str, str]]:
    """The large numbers: label, value and small text below it."""
    last, adaptation = result.episodes, result.adaptation
    for k in sorted({0, last - 1}):
        yield f"score in episode {k + 1}", *bounds_in_episode(result.curves["agent"], k)
    if adaptation is None:
        for name in CONTROLS:
            if name in result.curves:
                yield f"{PLAYERS[name]}, episode {last}", *bounds_in_episode(result.curves[name], last - 1)
    else:
        yield "reset-trained, all episodes", *bounds(adaptation.reset_trained)
        yield f"revealed, episode {last}", *bounds(adaptation.revealed)
        yield f"adaptation index, episode {last}", *bounds(adaptation.index)
    if result.setup.game().about.stochastic:
        return  # chance alone may give more than par, which is an expectation
    at_par = float(np.mean(level_scores(result.arms, "agent")[..., -1] >= 1 - 1e-9))
    yield f"of levels at par, episode {last}", f"{at_par:.0%}", "as short as the solver"
