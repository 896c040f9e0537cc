"""What every page asks for first, answered from a file: it shows a level while Python loads the agent.

`scripts/make_first_answers.py` writes the file; a test holds it equal to what the included agents say.
"""

import json
import threading
from collections.abc import Mapping
from typing import Any

from gamemeta.assets import find_asset, shipped_agents
from gamemeta.playground.messages import Message

FILE = "playground/first/answers.json"
LEVEL = "test:0"
"""The level that a page begins with."""


class FirstAnswers:
    """The greeting of a playground without further arguments; about each included agent, and its first level.

    Args:
        answers: `hello`, and `agents`: by name, the answers to `agent` and to `level`.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self.hello: Mapping[str, Any] = answers["hello"]
        self._agents: Mapping[str, Mapping[str, Any]] = answers["agents"]
        self.shown = threading.Event()
        """Set once a page has got its first level."""

    @classmethod
    def read(cls) -> "FirstAnswers | None":
        """Those that come with gamemeta; None where its agents are not those that the file is about."""
        path = find_asset(FILE)
        answers = None if path is None else cls(json.loads(path.read_text("utf-8")))
        return answers if answers is not None and sorted(answers._agents) == shipped_agents() else None

    def about(self, name: str) -> Mapping[str, Any] | None:
        """What is known of an agent and its game; None where it is none of them."""
        return self._agents.get(name, {}).get("agent")

    def level(self, name: str) -> Mapping[str, Any] | None:
        """The first level of an agent; None where it is none of them."""
        return self._agents.get(name, {}).get("level")


class FirstMessages:
    """The first messages of one tab: its choice of an agent, then of the first level; no other is answered.

    Args:
        answers: what is known; None answers nothing.
    """

    def __init__(self, answers: FirstAnswers | None) -> None:
        self._answers, self._agent = answers, ""
        self._answered: list[Message] = []

    def answer(self, message: Message) -> Mapping[str, Any] | None:
        """The answer to the next message of the tab, None where it is not known yet."""
        answers, self._answers = self._answers, None  # nothing more is known behind a message of another kind
        if answers is None:
            return None
        answer = None
        if message.get("do") == "agent" and not self._agent and isinstance(message.get("name"), str):
            self._agent, self._answers = message["name"], answers
            answer = answers.about(self._agent)
        elif dict(message) == {"do": "level", "word": LEVEL} and self._agent:
            answer = answers.level(self._agent)
            answers.shown.set()
        if answer is None:
            self._answers = None
        else:
            self._answered.append(message)
        return answer

    def was_answered(self, message: Message) -> bool:
        """Whether a message got its answer here."""
        return any(message is one for one in self._answered)
