"""Whether an agent plays better than at random in its last episode, as far as the levels can tell::

    learned     its mean score lies above `LEARNED_SCORE`, or its return above that of random play
    not learned its mean score lies below `NEGLIGIBLE_SCORE`; where par is unknown, its return exceeds that of
                random play by less than `NEGLIGIBLE_SPREAD` of the spread of random play
    too few     the levels are too few for either

Each rests on the ends of a 95% interval over levels and training seeds.
"""

from collections.abc import Mapping

from gamemeta.evaluation.statistics.intervals import Clusters, interval
from gamemeta.evaluation.statistics.scores import Arm, score_values

LEARNED, NOT_LEARNED, TOO_FEW = "learned", "nothing learned", "too few levels"
LEARNED_SCORE, NEGLIGIBLE_SCORE = 0.05, 0.1
"""An agent has learned above the one, and nothing that matters below the other."""
NEGLIGIBLE_SPREAD = 0.2
"""Of a standard deviation: what Cohen (1988) calls a small effect."""


def learning(arms: Mapping[str, Arm], clusters: Clusters = None) -> str:
    """`LEARNED`, `NOT_LEARNED` or `TOO_FEW`.

    Args:
        arms: records by name; `agent` and `random` are among them, and `par` where it is known.
        clusters: [levels], which levels count as one; None where all differ.
    """
    last, random = score_values(arms, "agent")[..., -1].mean(0), score_values(arms, "random")
    if "par" in arms:
        better, least, negligible = interval(last, clusters), LEARNED_SCORE, NEGLIGIBLE_SCORE
    else:
        better = interval(last - random.mean((0, 2)), clusters)
        least, negligible = 0.0, NEGLIGIBLE_SPREAD * float(random.std())
    if better.low > least:
        return LEARNED
    return NOT_LEARNED if better.high <= negligible else TOO_FEW
