"""What one open tab of the page does: it takes messages and answers them, a message at a time."""

from collections.abc import Callable, Iterator

from gamemeta.errors import ConfigError, GamemetaError
from gamemeta.playground.drawing import cleared, level_of_word, mutated
from gamemeta.playground.frames import Plain, file_of
from gamemeta.playground.inspection import inspect
from gamemeta.playground.levels.values import level_from, plain_level
from gamemeta.playground.match import Match
from gamemeta.playground.messages import Message, flag, number, share, word, words
from gamemeta.playground.offers import Offers, about
from gamemeta.playground.quick_rating import rate
from gamemeta.playground.race import MOST_STEPS, Race
from gamemeta.playground.training.lessons import Lessons
from gamemeta.playground.untrained import Player, UntrainedPlayer
from gamemeta_levels.level import Level
from gamemeta_levels.text import in_one_line

OTHER = "other"
"""The side of a level that plays beside the first."""
FULL_SECONDS = 2.0
"""How long a rating may take that nobody waits for."""


class Tab:
    """One tab. It is used by one thread at a time.

    Args:
        offers: the agents that it may ask for.
        is_idle: whether no message waits; what takes long is given up where one does.
    """

    def __init__(self, offers: Offers, is_idle: Callable[[], bool] = lambda: True) -> None:
        self._offers, self._is_idle = offers, is_idle
        self._agent: Player | None = None
        self._name = self._family = self._why_no_map = ""
        self._race: Race | None = None
        self._match: Match | None = None
        self._lessons = Lessons(offers)
        self._does: dict[str, Callable[[Message], Iterator[Plain]]] = {
            "agent": self._choose,
            "level": self._find,
            "mutate": self._mutate,
            "clear": self._clear,
            "inspect": self._inspect,
            "rate": self._rate,
            "watch": self._watch,
            "more": self._more,
            "change": self._change,
            "swap": self._swap,
            "match": self._begin_match,
            "next": self._next_match,
            "act": self._act,
            "gif": self._gif,
            "recording": self._recording,
            **self._lessons.actions,
        }

    def answer(self, message: Message) -> list[Plain]:
        """The answers to a message; what is wrong with it is the last of them, in words."""
        answers: list[Plain] = []
        try:
            does = self._does.get(word(message, "do"))
            if does is None:
                raise ConfigError("this message asks for nothing that the playground does.")
            answers.extend(does(message))
        except GamemetaError as error:
            about = str(message.get("do"))[:20]
            answers.append({"type": "error", "words": in_one_line(error, 600), "about": about})
        return answers

    @property
    def agent(self) -> Player:
        """The agent that was chosen. Raises ConfigError where none was."""
        if self._agent is None:
            raise ConfigError("choose an agent first.")
        return self._agent

    def _level(self, message: Message) -> Level:
        if self._agent is None:
            raise ConfigError("choose an agent first.")
        return level_from(message.get("level"), self._family)

    def _choose(self, message: Message) -> Iterator[Plain]:
        name = word(message, "name")
        agent = self._offers.agent(name)
        described = about(name, agent)
        self._family, self._why_no_map = str(described["family"]), str(described["no_map"])
        self._end_race()
        self._name, self._agent, self._match = name, agent, None
        yield described

    def close(self) -> None:
        """Release of all that is being watched; nothing is answered afterwards."""
        self._end_race()
        self._lessons.close()

    def _end_race(self) -> None:
        if self._race is not None:
            self._race.close()
            self._race = None

    def _find(self, message: Message) -> Iterator[Plain]:
        name = word(message, "word")
        level = level_of_word(self.agent, name)
        plain: Plain = {"type": "level", "name": in_one_line(name), "level": plain_level(level)}
        yield plain | ({"side": OTHER} if message.get("side") == OTHER else {})

    def _mutate(self, message: Message) -> Iterator[Plain]:
        level = mutated(self.agent, self._level(message), number(message, "seed"))
        yield {"type": "level", "name": "", "level": plain_level(level)}

    def _clear(self, message: Message) -> Iterator[Plain]:
        if self._why_no_map:
            raise ConfigError(self._why_no_map)
        yield {"type": "level", "name": "", "level": plain_level(cleared(self._level(message)))}

    def _inspect(self, message: Message) -> Iterator[Plain]:
        level = self._level(message)
        yield {
            "type": "inspected",
            "number": number(message, "number"),
            **inspect(self.agent, level, rated=flag(message, "rated")),
        }

    def _rate(self, message: Message) -> Iterator[Plain]:
        level = self._level(message)
        rating = rate(self.agent, level, seconds=FULL_SECONDS, is_wanted=self._is_idle)
        yield {"type": "rated", "number": number(message, "number"), "rating": rating}

    def _watch(self, message: Message) -> Iterator[Plain]:
        if self._agent is not None:
            self._agent = self._offers.agent(self._name)  # one that is in training has become another
        level = self._level(message)
        agent = self._offers.believing(self._name).with_skill(share(message, "skill"))
        rival = self._offers.agent(word(message, "rival")) if message.get("rival") else None
        other = level_from(message["other"], self._family) if message.get("other") else None
        race = Race(agent, level, number(message, "seed"), rival, other)
        self._end_race()
        self._race = race
        yield {"type": "watching"}

    @property
    def race(self) -> Race:
        """What is being watched. Raises ConfigError where nothing is."""
        if self._race is None:
            raise ConfigError("nothing is being watched: choose a level first.")
        return self._race

    def _more(self, message: Message) -> Iterator[Plain]:
        yield from self.race.steps(min(number(message, "count"), MOST_STEPS))

    def _change(self, message: Message) -> Iterator[Plain]:
        self.race.change_level(self._level(message))
        yield {"type": "changed"}

    def _swap(self, message: Message) -> Iterator[Plain]:
        name = word(message, "word")
        self.race.swap_memory(level_of_word(self.agent, name))
        yield {"type": "swapped", "name": in_one_line(name)}

    def _gif(self, message: Message) -> Iterator[Plain]:
        yield file_of("gamemeta.gif", self.race.gif())

    def _recording(self, message: Message) -> Iterator[Plain]:
        yield file_of("matches.safetensors", self.match.recording())

    @property
    def match(self) -> Match:
        """What is being played. Raises ConfigError where nothing is."""
        if self._match is None:
            raise ConfigError("nothing is being played: begin a match first.")
        return self._match

    def _begin_match(self, message: Message) -> Iterator[Plain]:
        game, level = self.agent.game, self._level(message)
        other = self._offers.believing(self._name) if word(message, "against") == "agent" else None
        if isinstance(other, UntrainedPlayer):
            raise ConfigError("there is no agent of this game yet to play against.")
        self._match = Match(game, other, level, number(message, "seed"))
        yield self._match.begin()

    def _next_match(self, message: Message) -> Iterator[Plain]:
        yield self.match.begin()

    def _act(self, message: Message) -> Iterator[Plain]:
        yield self.match.act(words(message, "names"))
