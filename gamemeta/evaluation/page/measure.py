"""What a page is about: scores, or returns where par is unknown."""

from gamemeta.evaluation.evaluation import Evaluation
from gamemeta.evaluation.page.charts import Axis, return_axis, score_axis
from gamemeta.evaluation.statistics.aggregates import Scores, level_scores
from gamemeta.evaluation.statistics.scores import score_values


def level_values(result: Evaluation, name: str) -> Scores:
    """A player's score on each level, [seeds, levels, K]; its return where par is unknown."""
    return level_scores(result.arms, name) if result.scored else score_values(result.arms, name)


def measure_axis(result: Evaluation, lowest: float, highest: float, title: str = "") -> Axis:
    """An axis that holds these scores, or these returns."""
    make = score_axis if result.scored else return_axis
    return make(lowest, highest, title or result.measure)


def references(result: Evaluation) -> tuple[str, ...]:
    """The players that learn nothing: random play, and par where it is known."""
    return ("random", "par") if result.scored else ("random",)
