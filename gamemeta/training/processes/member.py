"""Any process of a training but 0: it plays some of the shards, and does what process 0 orders."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gamemeta.agent.file import parse_agent
from gamemeta.errors import GamemetaError, TrainingError
from gamemeta.games.blame import blamed, in_words, place_of
from gamemeta.games.registry import use_game
from gamemeta.interrupts import Interrupts
from gamemeta.networks.threads import single_threaded_torch
from gamemeta.training.config import from_saved
from gamemeta.training.imitation import begin_teaching
from gamemeta.training.level_set import level_set_in
from gamemeta.training.loop import ANEW, Training
from gamemeta.training.processes.company import ASKED, GIVE, TRIALS, versions
from gamemeta.training.processes.group import ProcessGroup, shares
from gamemeta.training.processes.link import GAME, TRAINING, Dismissed, Link


def follow(link: Link) -> None:
    """Take part in a training until process 0 ends it.

    Args:
        link: to the other processes; it is closed at the end.
    Raises:
        GamemetaError: this process failed, and process 0 was told.
    """
    try:
        with Interrupts() as interrupts, _telling(link), _same_training(link) as training:
            _work(training, link, interrupts)
    except Dismissed:
        pass
    finally:
        link.close()


def _work(training: Training, link: Link, interrupts: Interrupts) -> None:
    with single_threaded_torch(), training.threads() as threads:
        group = ProcessGroup(link, threads, training.config.run.shards)
        while True:
            trials = {f"shard{k}.{ANEW}": shard.trials.trial for k, shard in training.numbered()}
            order = link.gather({TRIALS: trials, ASKED: interrupts.asked})[0]["order"]
            if order == GIVE:
                link.give_first(training.carried())
            else:
                training.iterate(group)


@contextmanager
def _same_training(link: Link) -> Iterator[Training]:
    """The training of process 0, with the shards of this one."""
    plan = link.send_all(None)
    if plan["made_with"] != versions():
        raise TrainingError(
            f"process {link.rank} has {_in_words(versions())}, and process 0 {_in_words(plan['made_with'])}. "
            "Install the same everywhere."
        )
    if plan["word"] is not None:
        use_game(plan["word"])
    config = from_saved(plan["game_name"], json.loads(plan["config"]))
    levels = None
    if plan["levels"] is not None:
        text, about = json.loads(plan["levels"])
        levels = level_set_in(text, config.setup, about)
    numbers = shares(config.run.shards, link.count)[link.rank]
    with Training(config, levels, numbers) as training:
        if plan["teacher"] is not None:
            begin_teaching(training, parse_agent(plan["teacher"].tobytes(), "the teacher"))
        training.load(plan["iteration"], plan["arrays"])
        yield training


@contextmanager
def _telling(link: Link) -> Iterator[None]:
    """Tell process 0 why this one ends, if it fails."""
    try:
        yield
    except Dismissed:
        raise
    except GamemetaError as error:
        link.fail(TRAINING if isinstance(error, TrainingError) else GAME, str(error))
        raise
    except Exception as error:
        if place_of(error, packages=False):
            failure: GamemetaError = blamed(error)
            link.fail(GAME, str(failure))
            raise failure from error
        link.fail(TRAINING, f"process {link.rank} of this training failed: {in_words(error)}.")
        raise


def _in_words(made_with: dict[str, Any]) -> str:
    return " and ".join(f"{name} {version}" for name, version in made_with.items())
