"""One training of a search, validated as it goes."""

from collections.abc import Callable

from gamemeta.training.config import TrainConfig
from gamemeta.training.course import validate
from gamemeta.training.loop import Training

VALIDATIONS = 5
"""How often the validation levels are played in a trial, at equal distances; the last time at its end."""
Heard = Callable[[float], None]
"""Takes the share of the training that is done."""
Judge = Callable[[int, float], bool]
"""Takes the number of a validation, from 1, and its score; answers whether to go on."""


def score_of(config: TrainConfig, heard: Heard, judge: Judge) -> tuple[float, bool]:
    """Train, and play the validation levels now and then.

    Args:
        config: all settings.
        heard: called after every iteration.
        judge: called after every validation.
    Returns: the newest score in the last episode, or the return where there are no scores; and whether the
        training came to its end.
    Raises:
        GamemetaError: the game fails, or the weights are not finite any more.
    """
    score, number = 0.0, 0
    with Training(config) as training:
        for _ in training.run():
            heard(training.iteration / training.iterations)
            due = VALIDATIONS * training.iteration // training.iterations
            if due > number:
                number = due
                levels = config.run.validation_levels
                score = validate(training, "validation", levels, controls=False).curves["agent"].score[-1]
                if not judge(number, score) and number < VALIDATIONS:
                    return score, False
    return score, True
