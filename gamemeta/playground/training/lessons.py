"""What a tab asks of a training: news, a stop, to go on, and the agent of this moment on a level."""

from collections.abc import Callable, Iterator

from gamemeta.errors import ConfigError
from gamemeta.playground.frames import Plain
from gamemeta.playground.messages import Message, number
from gamemeta.playground.offers import Offers
from gamemeta.playground.race import MOST_STEPS, Race
from gamemeta.playground.training.watched import WatchedTraining


class Lessons:
    """The messages of one tab about a training.

    Args:
        offers: they may have a training.
    """

    def __init__(self, offers: Offers) -> None:
        self._offers = offers
        self._race: Race | None = None
        self.actions: dict[str, Callable[[Message], Iterator[Plain]]] = {
            "training": self._news,
            "stop": self._stop,
            "resume": self._go_on,
            "lesson": self._begin,
            "lesson_more": self._more,
        }

    @property
    def training(self) -> WatchedTraining:
        """The training. Raises ConfigError where none goes on here."""
        if self._offers.training is None:
            raise ConfigError("no training goes on here: start one by `gamemeta train --watch`.")
        return self._offers.training

    def _news(self, message: Message) -> Iterator[Plain]:
        numbers = (number(message, name) for name in ("generation", "points", "validations"))
        yield self.training.news(*numbers)

    def _stop(self, message: Message) -> Iterator[Plain]:
        self.training.ask_to_stop()
        yield from self._news(message)

    def _go_on(self, message: Message) -> Iterator[Plain]:
        self.training.ask_to_go_on()
        yield from self._news(message)

    def _begin(self, message: Message) -> Iterator[Plain]:
        """A trial of the agent of this moment on a validation level."""
        agent, step = self.training.agent()
        seed = number(message, "seed")
        self.close()
        self._race = Race(agent, self.training.level(seed), seed)
        yield {"type": "lesson", "agent_step": step, "level": f"validation:{seed}", "tries": agent.episodes}

    def close(self) -> None:
        """Release of the trial that is being shown."""
        if self._race is not None:
            self._race.close()
            self._race = None

    def _more(self, message: Message) -> Iterator[Plain]:
        if self._race is None:
            raise ConfigError("no trial is being shown: begin one first.")
        for one in self._race.steps(min(number(message, "count"), MOST_STEPS)):
            yield {**one, "type": f"lesson_{one['type']}"}
