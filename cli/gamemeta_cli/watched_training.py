"""A training with a page beside it, which shows it, stops it and lets it go on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamemeta.interrupts import Interrupts
from gamemeta_cli.playground import its_packages
from gamemeta_cli.terminal.console import echo, echo_sentence

if TYPE_CHECKING:
    from gamemeta.playground.training.follower import Follower
    from gamemeta.playground.training.watched import WatchedTraining
    from gamemeta.training.loop import Training
    from gamemeta.training.observer import Observer
    from gamemeta.training.run_directory import RunDirectory
    from gamemeta.training.session import Outcome

LOOK_S = 0.2
"""Seconds between two looks for Ctrl-C while a training is stopped."""


@dataclass(frozen=True)
class Page:
    """Whether a training has a page, and where.

    Args:
        watch: whether it has one.
        port: where it listens; 0 for a free one.
        browser: whether to open it.
    """

    watch: bool = False
    port: int = 0
    browser: bool = True


class WatchedRun:
    """The page of a training that goes on in this process.

    Args:
        watched: what its tabs read.
    """

    def __init__(self, watched: "WatchedTraining") -> None:
        self._watched = watched
        self._follower: Follower | None = None

    def following(self, screen: "Observer") -> "Follower":
        """The screen, and the page beside it."""
        from gamemeta.playground.training.follower import Follower

        self._follower = Follower(screen, self._watched)
        return self._follower

    def goes_on(self, outcome: "Outcome", interrupts: Interrupts) -> bool:
        """Show the page how it ended; where a tab stopped it, wait for one to let it go on, or Ctrl-C."""
        self._watched.ended(outcome.ended, outcome_in_words(outcome))
        if outcome.ended != "stopped" or self._follower is None or not self._follower.stopped:
            return False
        echo_sentence("Stopped on its page, which can go on with it. Ctrl-C ends.")
        while not interrupts.asked:
            if self._watched.waits_for_more(LOOK_S):
                return True
        return False


def outcome_in_words(outcome: "Outcome") -> str:
    """How it ended, in a sentence."""
    if outcome.ended == "stopped":
        return f"Stopped and saved at step {outcome.step:,} in {outcome.directory}."
    why = "Its time was up" if outcome.ended == "minutes" else "Done"
    judged = outcome.test.verdict() if outcome.test is not None else "Not judged."
    return f"{why} at step {outcome.step:,}. {judged}"


@contextmanager
def page_of(page: Page, training: "Training", directory: "RunDirectory") -> Iterator[WatchedRun | None]:
    """A block beside which a page shows a training, if that is wanted."""
    if not page.watch:
        yield None
        return
    with its_packages():
        from gamemeta.playground.serve import beside_training
        from gamemeta.playground.training.watched import WatchedTraining
    watched = WatchedTraining(training, directory)
    show: Callable[[str], None] = echo
    with beside_training(watched, port=page.port, browser=page.browser, show=show):
        yield WatchedRun(watched)
