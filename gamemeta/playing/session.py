"""One agent playing several episodes on one level, frame by frame, for people to watch."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import isfinite
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.beliefs import Belief, need_facts
from gamemeta.errors import ConfigError
from gamemeta.facts import Facts
from gamemeta.games.game import StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.games.setup import GameSetup
from gamemeta.playing.beliefs import ShownBelief, shown_beliefs
from gamemeta.spec import Spec
from gamemeta.trials.streams import SEAT_STRIDE, Stream, episode_chance
from gamemeta_levels.family import LevelFamily
from gamemeta_levels.level import Level

SEPARATOR = "; "
"""Between events in one line."""


class Mind(Protocol):
    """What playing needs of `gamemeta.Mind`."""

    def decide(self, buffers: Mapping[str, NDArray[Any]], reward: float, done: bool) -> Any:
        """The action to take."""
        ...

    def forget(self) -> None:
        """Forget the level."""
        ...

    def beliefs(self) -> Mapping[str, Belief]:
        """What it believes of hidden facts since it decided."""
        ...


class Agent(Protocol):
    """What playing needs of `gamemeta.Agent`."""

    @property
    def spec(self) -> Spec:
        """What the agent sees and does."""
        ...

    @property
    def game(self) -> str:
        """Name of the game it was trained on."""
        ...

    @property
    def game_config(self) -> Mapping[str, Any]:
        """Settings of that game."""
        ...

    @property
    def level_parameters(self) -> Mapping[str, Any]:
        """Ranges of the levels it was trained on."""
        ...

    @property
    def episodes(self) -> int:
        """K, episodes of a trial."""
        ...

    @property
    def facts(self) -> Facts:
        """Hidden facts that it has beliefs about."""
        ...

    def begin(self, n: int = 1, seed: int = 0) -> Mind:
        """A mind that knows nothing yet."""
        ...


@dataclass(frozen=True, kw_only=True)
class EpisodeResult:
    """How an episode went. `episode` counts from 1; `success` is None where nothing says it.

    `outcome` says who won, in matches of people: see `gamemeta.playing.versus`.
    """

    episode: int
    steps: int
    returns: float
    success: bool | None
    outcome: str = ""


@dataclass(frozen=True)
class Event:
    """Something that happened in this step of an episode, in the words of the game."""

    step: int
    words: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Frame:
    """One moment of a session.

    Args:
        scene: the game as it stands.
        episode: number of the episode, from 1.
        reward: of the step that led here; 0 at the start of an episode.
        returns: sum of the episode's rewards so far; of several seats, the mean over them, as of rewards.
        path: int32 [step + 1, 2], row and column of the agent in this episode, the spawn first.
        finished: results of the episodes that have ended, this one included when it has.
        done: whether the episode has just ended.
        events: what has happened in this episode so far, oldest first; empty where the game has no words.
        beliefs: what the agent in the first seat believes, once it has seen this moment; when an episode has
            ended, as it was before its end. Empty where nobody asked.
    """

    scene: Scene
    episode: int
    reward: float
    returns: float
    path: NDArray[np.int32]
    finished: tuple[EpisodeResult, ...]
    done: bool
    events: tuple[Event, ...] = ()
    beliefs: tuple[ShownBelief, ...] = ()


class Shown(Protocol):
    """What pictures need to know of what is played, besides its frames."""

    @property
    def name(self) -> str:
        """Of the game."""
        ...

    @property
    def episodes(self) -> int:
        """How many there are to be."""
        ...

    @property
    def par_steps(self) -> int | None:
        """Steps of the solver's plan, where there is one."""
        ...

    @property
    def has_events(self) -> bool:
        """Whether the game has words for what happens in it."""
        ...

    @property
    def outcomes(self) -> Mapping[str, str]:
        """Who won, in words, by `EpisodeResult.outcome`; empty where there are no sides."""
        ...

    @property
    def is_text(self) -> bool:
        """Whether the game has neither a map nor a picture."""
        ...


class _Seat:
    """An agent in one seat, with its last reward and done.

    Args:
        mind: its memory.
    """

    def __init__(self, mind: Mind) -> None:
        self.mind = mind
        self._reward, self._done = 0.0, False

    def act(self, obs: Mapping[str, NDArray[Any]]) -> Any:
        """The action to take."""
        return self.mind.decide(obs, self._reward, self._done)

    def note(self, reward: float, done: bool) -> None:
        """What the action led to."""
        self._reward, self._done = reward, done

    def forget(self) -> None:
        """Begin again with an empty memory."""
        self.mind.forget()
        self.note(0.0, False)


class Session:
    """Episodes in a row on one level, memory carried from each into the next; the agent plays every seat.

    Args:
        agent: who plays.
        level: what is played.
        episodes: how many; as many as the agent was trained with if None.
        wipe: clear the memory before every episode (the memory-wiped control).
        seed: what the agent's draws and the chance of each episode come from.
        beliefs: whether frames show what the agent believes.
    Raises:
        ConfigError: fewer than one episode, settings that are not the game's, or an agent without beliefs.
        AgentFileError: the agent was made for another form of the game.
        LevelError, UnsolvableLevel: the agent's game cannot play the level.
    """

    def __init__(
        self,
        agent: Agent,
        level: Level,
        *,
        episodes: int | None = None,
        wipe: bool = False,
        seed: int = 0,
        beliefs: bool = False,
    ) -> None:
        self.wipe, self.has_beliefs = wipe, beliefs
        if beliefs:
            need_facts(agent.facts)
        self.episodes = agent.episodes if episodes is None else episodes
        if self.episodes < 1:
            raise ConfigError(f"episodes = {self.episodes}: give at least 1.")
        setup = GameSetup.of(agent)
        setup.check_fits(agent.spec)
        self.game = setup.game()
        self._agent, self._seed = agent, seed
        self._out = StepBuffers.empty(self.game)
        self._seats: list[_Seat] = []
        self.change_level(level)

    def change_level(self, level: Level) -> None:
        """Play the episodes that have not begun on this level; memories are kept.

        Raises:
            LevelError, UnsolvableLevel: the game cannot play the level; nothing has changed then.
        """
        family = self.game.family()
        levels = family.pack([level])
        self.par_steps = len(family.solve(level)) if self.game.about.has_plans else None
        par = float(self.game.par(levels)[0])
        self.par_return = par if isfinite(par) else None
        self.level, self._levels = level, levels
        self.limit = int(self.game.step_limit(levels)[0])
        self._number = levels.content_hash.view(np.int64)

    def take_memory(self, other: "Session") -> None:
        """Go on with what the agent of another session remembers, from the next episode on.

        Args:
            other: a session of the same agent that has begun; it must not be played on.
        """
        self._seats[:] = other._seats

    @property
    def name(self) -> str:
        """Of the game."""
        return self.game.name

    @property
    def has_no_map(self) -> bool:
        """Whether levels have no tiles to be shown."""
        return not self.game.about.has_map

    @property
    def outcomes(self) -> Mapping[str, str]:
        """The agent plays every side: nobody wins."""
        return {}

    @property
    def about(self) -> str:
        """What is hidden in the level, or its number, in words; empty where its family has none for it."""
        return ", ".join(self.game.family().rules(self.level) or ())

    @property
    def is_text(self) -> bool:
        """Whether the game is shown by the text of its scenes: it has neither a map nor a picture."""
        return self.has_no_map and not self.game.about.has_picture

    @property
    def par(self) -> str:
        """What the solver's plan takes and earns, in words; empty where par is unknown."""
        parts = [] if self.par_steps is None else [f"{self.par_steps} steps"]
        parts += [] if self.par_return is None else [f"return {self.par_return:.2f}"]
        return f"par: {', '.join(parts)}" if parts else ""

    @property
    def has_events(self) -> bool:
        """Whether the game has words for what happens in it."""
        return self.game.has_events

    @property
    def obs(self) -> Mapping[str, NDArray[Any]]:
        """What the seats see in the moment that was played last: [seats, ...] by buffer."""
        return {name: array[0] for name, array in self._out.obs.items()}

    def frames(self) -> Iterator[Frame]:
        """Play from the first episode: a frame for each start of an episode and for each step."""
        self._seats = [
            _Seat(self._agent.begin(n=1, seed=self._seed + k * SEAT_STRIDE)) for k in range(self.game.seats)
        ]
        finished: tuple[EpisodeResult, ...] = ()
        for episode in range(1, self.episodes + 1):
            if self.wipe and episode > 1:
                for seat in self._seats:
                    seat.forget()
            for frame in self._episode(self._seats, episode, finished):
                yield frame
                finished = frame.finished

    def _episode(
        self, seats: Sequence[_Seat], episode: int, finished: tuple[EpisodeResult, ...]
    ) -> Iterator[Frame]:
        """Frames of one episode."""
        self._levels.chance = episode_chance(self._seed, Stream.CHANCE, self._number, episode - 1)
        self.game.reset(self._levels, np.ones(1, np.bool_), self._out)
        path = np.zeros((self.limit + 1, 2), np.int32)
        reward, returns, over = 0.0, 0.0, False
        events: tuple[Event, ...] = ()
        beliefs: tuple[ShownBelief, ...] = ()
        while True:
            scene = self.game.scene(0)
            path[scene.step] = scene.agent
            if over:
                finished = (*finished, self._result(episode, scene.step, returns))
            else:
                action = self._chosen(seats)
                beliefs = self._beliefs(seats[0])
            yield Frame(
                scene=scene,
                episode=episode,
                reward=reward,
                returns=returns,
                path=path[: scene.step + 1],
                finished=finished,
                done=over,
                events=events,
                beliefs=beliefs,
            )
            if over:
                return
            reward, over = self._step(seats, action)
            returns += reward
            events = (*events, *self._events(scene.step + 1))

    def _acting(self, seats: Sequence[_Seat]) -> list[int]:
        """The seats that play."""
        return [k for k in range(len(seats)) if len(seats) == 1 or self._out.alive[0, k]]

    def _chosen(self, seats: Sequence[_Seat]) -> NDArray[Any]:
        """What every seat that plays does next."""
        does = self.game.spec.action
        action = does.idle(1, len(seats))
        for k in self._acting(seats):
            obs = {name: array[0, k].copy() for name, array in self._out.obs.items()}
            action[0, k] = np.asarray(seats[k].act(obs), does.dtype)
        return action

    def _beliefs(self, seat: _Seat) -> tuple[ShownBelief, ...]:
        if not self.has_beliefs:
            return ()
        return shown_beliefs(self.game, self._agent.facts, seat.mind.beliefs())

    def _step(self, seats: Sequence[_Seat], action: NDArray[Any]) -> tuple[float, bool]:
        """Play what the seats chose. Returns the mean reward and whether the episode ended."""
        out, acting = self._out, self._acting(seats)
        self.game.step(action, out)
        done = (out.terminated | out.truncated)[0]
        for k in acting:
            seats[k].note(float(out.reward[0, k]), bool(done[k]))
        return float(out.reward[0].mean()), bool(done.all())

    def _events(self, step: int) -> list[Event]:
        """What the game says about the step just played."""
        return [Event(step, words) for words in self.game.events(0)]

    def _result(self, episode: int, steps: int, returns: float) -> EpisodeResult:
        success = bool(self._out.success[0].any()) if self.game.knows_success() else None
        return EpisodeResult(episode=episode, steps=steps, returns=returns, success=success)


def family_of(agent: Agent) -> LevelFamily:
    """The level family, with the parameters that the agent was trained on; raises as `Session`."""
    return GameSetup.of(agent).family()


def events_in_line(events: Sequence[Event], room: int) -> str:
    """Events in one line of about `room` characters: each once, with the number of times it happened.

    What does not fit is counted: "drank red: heal; took the bronze key (2 times); 3 more".
    """
    counts = Counter(event.words for event in events)
    words = [name if n == 1 else f"{name} ({n} times)" for name, n in counts.items()]
    kept = 0
    for length in accumulate(len(word) + len(SEPARATOR) for word in words):
        kept += length <= room
    kept = max(kept, min(1, len(words)))
    left = len(words) - kept
    return SEPARATOR.join(words[:kept] + ([f"{left} more"] if left else []))
