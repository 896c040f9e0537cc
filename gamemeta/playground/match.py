"""Matches of a person in the browser, against or with an agent or the game's own player."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gamemeta.agent.runtime import Agent
from gamemeta.errors import ConfigError
from gamemeta.playground.frames import LONGEST, MOST_BELIEFS, FrameWriter, Plain
from gamemeta.playing.guesses import Guess
from gamemeta.playing.versus import BOT, Versus, action_named
from gamemeta_levels.level import Level
from gamemeta_levels.text import in_one_line

MOST_MATCHES = 1000


class Match:
    """Matches in a row on one level; an agent on the other side keeps its memory.

    Args:
        game: name of a game of several players.
        against: the agent, with its heads of beliefs where it has any; or None for the player that the game
            itself has.
        level: where all matches are played.
        seed: what the agent's draws and the chance of each match come from.
    Raises:
        ConfigError: the game is played alone, or by numbers that no key can give.
        AgentFileError, LevelError, UnsolvableLevel: the agent or the level fits no such match.
    """

    def __init__(self, game: str, against: Agent | None, level: Level, seed: int = 0) -> None:
        self._versus = Versus(game, against or BOT, matches=MOST_MATCHES, seed=seed)
        action = self._versus.game.spec.action
        if action.continuous or len(action.names) != len(action.heads):
            raise ConfigError("the actions of this game have no names: let an agent play it.")
        self._level, self._writer = level, FrameWriter()

    def begin(self) -> Plain:
        """Start the next match: its first frame, and who the person is."""
        if self._versus.match == MOST_MATCHES:
            raise ConfigError(f"{MOST_MATCHES} matches are played: start anew.")
        self._versus.begin(self._level)
        seat, game = self._versus.people[0], self._versus.game
        return {
            "type": "match",
            "number": self._versus.match,
            "you": in_one_line(self._versus.who(seat)),
            "goal": in_one_line(game.goal(seat), 400),
            "actions": [list(names) for names in game.spec.action.names],
            "outcomes": dict(self._versus.outcomes),
            "unguessed": self._why_no_guess(),
            "frame": self._frame(whole=True),
        }

    def _why_no_guess(self) -> str:
        """Why the other has no guess about the person, in a sentence; nothing where it has one."""
        if self._versus.agent is None:
            return "The game's own player plays by fixed habits and guesses nothing about you."
        if not self._versus.agent.facts:
            return "This agent has no heads of beliefs, so that its guess about you cannot be read."
        return ""

    def act(self, names: Any) -> Plain:
        """Play a step by an action in the names of its choices.

        Raises:
            ConfigError: no match is being played, or there is no such action.
        """
        if not self._versus.match or self._versus.over:
            raise ConfigError("no match is being played: begin the next one.")
        action = action_named(self._versus.game.spec.action, names)
        if action is None:
            raise ConfigError("this game has no such action.")
        self._versus.step({self._versus.people[0]: action})
        return {"type": "moved", "frame": self._frame()} | self._guess()

    def _guess(self) -> Plain:
        """What the agent thinks of the person, once a match is over."""
        return {"guess": guess_of(self._versus.guesses())} if self._versus.over else {}

    def recording(self) -> bytes:
        """What the person has done in whole matches, as a file of demonstrations.

        Raises:
            ConfigError: no match has been played to its end.
        """
        from gamemeta.demonstrations.file import write_demonstrations

        if not self._versus.finished:
            raise ConfigError("there is no whole match to keep yet: play one to its end.")
        with TemporaryDirectory(prefix="gamemeta-playground-") as folder:
            path = Path(folder) / "played.safetensors"
            write_demonstrations(self._versus.record.demonstrations(), path)
            return path.read_bytes()

    def _frame(self, whole: bool = False) -> Plain:
        frame, seat = self._versus.frame, self._versus.people[0]
        plain = self._writer.write(frame, whole)
        return plain | {"seat": seat}


def guess_of(guesses: Mapping[str, Guess]) -> list[Plain]:
    """What an agent thinks of a person: of each fact all sentences, in percent, and whether it is sure."""
    return [
        {
            "name": in_one_line(name, LONGEST),
            "question": in_one_line(guess.question, LONGEST),
            "sure": guess.is_sure,
            "values": [[in_one_line(words, LONGEST), round(100 * p)] for words, p in guess.chances.items()],
        }
        for name, guess in islice(guesses.items(), MOST_BELIEFS)
    ]
