"""People at the keyboard in a game of several players: against the game's bot, an agent, or one another."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.runtime import Agent, Mind
from gamemeta.errors import AgentFileError, ConfigError
from gamemeta.games.builtin.arena.seats import OUTSIDE, SCRIPTED
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.games.setup import GameSetup
from gamemeta.playing.guesses import OPENINGS, Guess, Opening, guesses_of
from gamemeta.playing.match_record import MatchRecord
from gamemeta.playing.session import EpisodeResult, Event, Frame
from gamemeta.spec import ActionSpec
from gamemeta.trials.streams import Stream, episode_chance
from gamemeta_levels.family import LevelArrays, LevelFamily
from gamemeta_levels.level import Level

BOT, HUMAN = "bot", "human"
"""Whom one may play against, besides agents."""
PLAYERS = 2
WON, LOST, DRAW = "won", "lost", "draw"
"""Ends of a match, for the first of the people."""
ORDINALS = ("first", "second", "third", "fourth")
MATCHES = 6
"""Default number of matches against the game's bot or another person."""


class Versus:
    """Matches in a row on one level; an agent keeps its memory from match to match.

    Args:
        game: name of a game of several players, such as `duel`.
        against: `bot`, the game's scripted player; `human`, a second person at the keyboard; or an agent.
        matches: how many; as many as an agent was trained with, else `MATCHES`, if None.
        seed: what the agent's draws and the chance of each match come from.
    Raises:
        UnknownName, PluginError: there is no such game, or it cannot be imported.
        ConfigError: it is played alone, or by more than two; or fewer than one match.
        AgentFileError: the agent was made for another game, or for another form of this one.
    """

    par_steps, is_text = None, False

    def __init__(self, game: str, against: str | Agent, *, matches: int | None = None, seed: int = 0) -> None:
        self.agent = against if isinstance(against, Agent) else None
        self.game = _game(game, against)
        self.people = self._seats_of_people(against)
        self._seed, self._out = seed, StepBuffers.empty(self.game)
        self._mind: Mind | None = None if self.agent is None else self.agent.begin(seed=seed)
        self._fresh = True
        self.name = self.game.name
        self._contest = _is_contest(self.game)
        known = MATCHES if self.agent is None else self.agent.episodes
        self.episodes = known if matches is None else matches
        if self.episodes < 1:
            raise ConfigError(f"episodes = {self.episodes}: give at least 1.")
        self.match, self.returns = 0, [0.0] * self.game.seats
        self.finished: tuple[EpisodeResult, ...] = ()
        self._path: list[tuple[int, int]] = []
        self._events: tuple[Event, ...] = ()
        self.record = MatchRecord(self.game, self.family, self.people)
        """What the people do."""

    def _seats_of_people(self, against: str | Agent) -> tuple[int, ...]:
        """An agent takes the first seat, which it was trained for, unless all seats are alike."""
        if against == HUMAN:
            return 0, 1
        if self.agent is None or self.game.about.interchangeable_seats:
            return (0,)
        return (1,)

    def guesses(self) -> dict[str, Guess]:
        """What an agent thinks of the person after a match, before it sees them in the next one.

        Returns: by fact, the one that the game puts first in front, as the mean over the maps of the next
            matches; nothing where no agent plays, or one without beliefs.
        Raises:
            ConfigError: the match is not over.
        """
        if self._mind is None or not self._mind.agent.facts:
            return {}
        if not self.over:
            raise ConfigError("what an agent thinks is asked between two matches: let this one end first.")
        return guesses_of(self._mind, self.game, self._next_matches())

    def _next_matches(self) -> Iterator[Opening]:
        """How the next matches begin for the agent."""
        game = GameSetup(self.name, self.game.config).game()
        out, levels = StepBuffers.empty(game), self.game.family().pack([self._level])
        (seat,) = set(range(game.seats)) - set(self.people)
        for k in range(OPENINGS):
            levels.chance = self._chance(levels, self.match + k)
            game.reset(levels, np.ones(1, np.bool_), out)
            yield Opening(self._seen(out, seat), float(self._out.reward[0, seat]))

    @property
    def family(self) -> LevelFamily:
        """Where levels come from: with the ranges that the agent was trained on, or that suit the game."""
        if self.agent is not None:
            return GameSetup.of(self.agent).family()
        ranges = self.game.about.recipe.get("levels")
        return GameSetup.from_values(self.name, parameters=ranges).family()

    def begin(self, level: Level) -> None:
        """Start the next match, on this level."""
        levels = self.game.family().pack([level])
        levels.chance = self._chance(levels, self.match)
        self._level, self._levels = level, levels
        self.record.begin(levels)
        self.game.reset(levels, np.ones(1, np.bool_), self._out)
        self.match, self.returns, self._fresh = self.match + 1, [0.0] * self.game.seats, True
        self._path, self._events = [self.scene.agent], ()

    def _chance(self, levels: LevelArrays, match: int) -> NDArray[np.uint64]:
        """The chance of a match, counted from 0, on this level."""
        return episode_chance(self._seed, Stream.CHANCE, levels.content_hash.view(np.int64), match)

    def step(self, actions: Mapping[int, Sequence[int]]) -> None:
        """Play a step.

        Args:
            actions: by seat, what each of the people does: a code for every head.
        """
        played = np.zeros((1, self.game.seats, len(self.game.spec.action.heads)), np.int64)
        for seat, action in actions.items():
            played[0, seat] = action
        if self._mind is not None:
            (seat,) = set(range(self.game.seats)) - set(self.people)
            played[0, seat] = self._act(self._mind, seat)
        acting = self.record.acted(self._out, actions)
        self.game.step(played, self._out)
        for one in acting:
            one.paid(self._out)
        self._fresh = False
        self.returns = [a + float(b) for a, b in zip(self.returns, self._out.reward[0], strict=True)]
        self._note(self.scene)

    def _note(self, scene: Scene) -> None:
        """Record the result of the step."""
        self._path.append(scene.agent)
        self._events += tuple(Event(scene.step, words) for words in self.events)
        if self.over:
            seat = self.people[0]
            result = EpisodeResult(
                episode=self.match,
                steps=scene.step,
                returns=self.returns[seat],
                success=bool(self._out.success[0, seat]) if self.game.knows_success() else None,
                outcome=self._outcome(seat),
            )
            self.finished = (*self.finished, result)

    def _outcome(self, seat: int) -> str:
        """Who won a match of several sides: `WON`, `LOST` or `DRAW`, for a seat; else nothing."""
        if not self._contest:
            return ""
        mine = self.returns[seat]
        if self.game.seats == 1:  # the game plays the others
            best = float(self.game.par(self._levels)[0])
            lost = DRAW if 0 < mine < best else LOST
            return WON if self._out.success[0, seat] else lost
        teams = self.game.teams()
        theirs = max(one for team, one in zip(teams, self.returns, strict=True) if team != teams[seat])
        return DRAW if mine == theirs else WON if mine > theirs else LOST

    @property
    def outcomes(self) -> dict[str, str]:
        """Who won, in words, by the end of a match; empty where there are no sides."""
        if not self._contest:
            return {}
        names = [self.who(seat).removeprefix("the ") for seat in range(self.game.seats)]
        if len(self.people) > 1:
            return {WON: names[0], LOST: names[1], DRAW: "nobody"}
        other = "the bot" if self.agent is None else "the agent"
        return {WON: f"you ({names[self.people[0]]})", LOST: other, DRAW: "nobody"}

    def who(self, seat: int) -> str:
        """What the player in a seat is called."""
        names = [name.rstrip("0123456789").rstrip("_") for name in self.game.seat_names()]
        if names[seat] == "player" or names.count(names[seat]) > 1:
            return f"the {ORDINALS[seat]} {names[seat]}"
        return f"the {names[seat]}"

    def _act(self, mind: Mind, seat: int) -> NDArray[np.int64]:
        action = mind.decide(self._seen(self._out, seat), self._out.reward[0, seat], self._fresh)
        return np.atleast_1d(np.asarray(action, np.int64))

    def _seen(self, out: StepBuffers, seat: int) -> dict[str, NDArray[Any]]:
        """What the agent in a seat sees, by name."""
        spec = self.game.spec if self.agent is None else self.agent.spec
        return {b.name: out.obs[b.name][0, seat].copy() for b in spec.obs}

    @property
    def over(self) -> bool:
        """Whether the match has ended."""
        return not self._fresh and bool((self._out.terminated | self._out.truncated).all())

    @property
    def scene(self) -> Scene:
        """The match as it stands."""
        return self.game.scene(0)

    @property
    def events(self) -> tuple[str, ...]:
        """What happened in the last step, in words."""
        return self.game.events(0)

    @property
    def has_events(self) -> bool:
        """Whether the game has words for what happens in it."""
        return self.game.has_events

    @property
    def frame(self) -> Frame:
        """The match as it stands, with all that has happened in it; returns are those of the first person."""
        seat = self.people[0]
        return Frame(
            scene=self.scene,
            episode=self.match,
            reward=0.0 if self._fresh else float(self._out.reward[0, seat]),
            returns=self.returns[seat],
            path=np.array(self._path, np.int32).reshape(-1, 2),
            finished=self.finished,
            done=self.over,
            events=self._events,
        )


def _game(name: str, against: str | Agent) -> Game:
    """One game that fits those who play."""
    setup = GameSetup(name)
    if not setup.has_setting("others"):
        raise ConfigError(f"{name} is played alone: it has no other player. Try tag or duel.")
    others = SCRIPTED if against == BOT else OUTSIDE
    if isinstance(against, Agent):
        if against.game != name:
            raise AgentFileError(f"this agent plays {against.game}, not {name}. Give one that plays {name}.")
        setup = GameSetup.of(against)
    game = setup.with_settings(others=others).game()
    if others == OUTSIDE and game.seats != PLAYERS:
        raise ConfigError(f"{game.seats} players cannot share a keyboard: play with {PLAYERS}.")
    if isinstance(against, Agent) and not _fits(against, game):
        raise AgentFileError(
            f"this agent was made for another form of the game {name!r}. Use the release it was trained "
            "with, or train it again."
        )
    return game


def _is_contest(game: Game) -> bool:
    """Whether there are several sides in the game, one of which may be played by itself."""
    setup = GameSetup(game.name, game.config)
    return len(set(setup.with_settings(others=OUTSIDE).game().teams())) > 1


def _fits(agent: Agent, game: Game) -> bool:
    seen, does = set(game.spec.obs), game.spec.action
    return set(agent.spec.obs) <= seen and agent.spec.action.heads == does.heads


def action_named(spec: ActionSpec, names: Sequence[str]) -> tuple[int, ...] | None:
    """The action whose choices have these names, head by head; heads without a name take their first.

    Returns: None where the game has no such choice.
    """
    codes = []
    for k, choices in enumerate(spec.names):
        if k < len(names) and names[k] not in choices:
            return None
        codes.append(choices.index(names[k]) if k < len(names) else 0)
    return tuple(codes) if len(names) <= len(codes) else None
