"""What is kept of a training whose game fails: the agent of that moment, and a checkpoint to go on from."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from gamemeta.command_line import resume_command
from gamemeta.errors import GameCheckError, GamemetaError, TrainingError
from gamemeta.games.blame import blamed, place_of
from gamemeta.games.registry import typed_word
from gamemeta.interrupts import Interrupted
from gamemeta.training.course import save
from gamemeta.training.loop import Training
from gamemeta.training.processes.link import ProcessLost
from gamemeta.training.run_directory import RunDirectory


@contextmanager
def keeping_what_was_learned(training: Training, directory: RunDirectory) -> Iterator[None]:
    """Save the training where its game fails, and say how to go on.

    Raises:
        GamemetaError: the failure of the game, with what is kept; of the kind that it had.
    """
    try:
        yield
    except ProcessLost as error:
        command = resume_command(directory.path, typed_word(training.config.game_name))
        raise TrainingError(f"{error} The last checkpoint is whole: go on with `{command}`.") from error
    except (TrainingError, Interrupted):
        raise
    except GamemetaError as error:
        if not all(np.isfinite(array).all() for array in training.learner.weights().values()):
            raise TrainingError(
                "the weights are not finite any more. Look for rewards or observations of enormous size, or "
                "lower the learning rate; the last checkpoint is kept."
            ) from error
        raise type(error)(f"{error} {_kept(training, directory)}") from error
    except BaseException as error:
        if not place_of(error, packages=False):
            raise
        raise GameCheckError(f"{blamed(error)} {_kept(training, directory)}") from error


def _kept(training: Training, directory: RunDirectory) -> str:
    """Save, and say in a sentence what came of it."""
    try:
        save(training, directory, anew=True)
    except Exception as error:
        what = f"This moment cannot be saved ({error}); the last checkpoint is kept."
    else:
        what = f"What was learned until step {training.step:,} is saved."
    command = resume_command(directory.path, typed_word(training.config.game_name))
    return f"{what} When the game is mended, go on with `{command}`."
