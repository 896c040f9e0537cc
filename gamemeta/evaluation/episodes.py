"""One episode on each of many levels at once, from a memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK, only_legal
from gamemeta.evaluation.watch import Watch
from gamemeta.games.game import Game, StepBuffers
from gamemeta.spec import ActionSpec, Spec
from gamemeta.trials.episodes import EpisodeRecord
from gamemeta.trials.lanes import SeatLanes
from gamemeta.trials.sampling import Drawn, draw
from gamemeta.trials.task_learner import Episode
from gamemeta_levels.family import LevelArrays

Arrays = dict[str, NDArray[Any]]


class Actor(Protocol):
    """The acting half of a task learner, all that evaluation needs of an agent.

    What inherits from it learns from steps alone, unless it sets `adapts`.
    """

    adapts: bool = False
    """Whether it learns from whole episodes, by `adapt`."""

    def init(self, n: int) -> Arrays:
        """The cleared state of n agents, arrays [n, ...]."""
        ...

    def step(self, state: Arrays, inputs: Arrays, reset: NDArray[np.uint8]) -> tuple[Arrays, Any]:
        """Returns the new state and a decision, as `gamemeta.trials.sampling.draw` takes it."""
        ...

    def stepping(self) -> Callable[[Arrays, Arrays, NDArray[np.uint8]], tuple[Arrays, Any]]:
        """`step` with the weights as they are now, for steps in one thread."""
        return self.step

    def adapt(self, state: Arrays, episode: Episode) -> Arrays:
        """The state [n, ...] after an episode."""
        return state


@dataclass
class Memory:
    """The memory that n agents carry from one episode into the next, one agent in each seat of each game."""

    state: Arrays
    action: Arrays
    """[n, ...] by name, the last action as an input; zeros before the first."""
    reward: NDArray[np.float32]
    """[n, 1]."""
    done: NDArray[np.uint8]
    """[n, 1]."""
    steps: NDArray[np.int64]
    """[n], steps taken so far; the next draw has this number."""

    @classmethod
    def blank(cls, actor: Actor, spec: Spec, games: int, seats: int = 1) -> "Memory":
        """The memory of the agents of so many games before their first episode."""
        n = games * seats
        return cls(
            state=actor.init(n),
            action=spec.action.nothing_before(n),
            reward=np.zeros((n, 1), np.float32),
            done=np.zeros((n, 1), np.uint8),
            steps=np.zeros(n, np.int64),
        )

    def take(self, rows: NDArray[np.int64]) -> "Memory":
        """A copy of some rows, in the order of `rows`."""
        return Memory(
            state={name: array[rows] for name, array in self.state.items()},
            action={name: array[rows] for name, array in self.action.items()},
            reward=self.reward[rows],
            done=self.done[rows],
            steps=self.steps[rows],
        )

    def put(self, rows: NDArray[np.int64], other: "Memory") -> None:
        """Replace what the agents in these rows carry by the rows of another memory."""
        for kept, new in ((self.state, other.state), (self.action, other.action)):
            for name, array in kept.items():
                array[rows] = new[name]
        for name in ("reward", "done", "steps"):
            getattr(self, name)[rows] = getattr(other, name)


@dataclass
class Episodes:
    """Returns, steps and success of n episodes, [n] each; of several seats, the mean. NaN is unknown."""

    returns: NDArray[np.float64]
    steps: NDArray[np.int64]
    success: NDArray[np.float64]


@dataclass
class Player:
    """The same agent in some lanes."""

    actor: Actor
    memory: Memory
    """Of an agent in every lane, though it plays only some."""
    lanes: NDArray[np.bool_]
    """[n * seats], whether it plays the lane."""


def play_episodes(
    actor: Actor,
    game: Game,
    levels: LevelArrays,
    memory: Memory,
    seeds: NDArray[np.uint64],
    chance: NDArray[np.uint64],
    watch: Watch | None = None,
    most_steps: NDArray[np.int32] | None = None,
) -> Episodes:
    """Play level i with the agents i to the end of the episode; `memory` is brought up to date.

    Games that are over cost the network nothing. Where only some games can be played at a
    time, they are played one group after the other.

    Args:
        actor: decides.
        game: n games.
        levels: n levels.
        memory: of the agents in all seats, [n * seats].
        seeds: uint64 [n], what each game's agents draw from.
        chance: uint64 [n], what each game's chance is drawn from; see
        `gamemeta.trials.streams.episode_chance`.
        watch: follows the play, and may end it by `OutOfTime`.
        most_steps: [n], steps after which an episode is cut off as by a limit of the game; None for its own.
    """
    lanes = SeatLanes(game.n, game.seats)
    player = Player(actor, memory, np.ones(lanes.count, np.bool_))
    played = play_seats([player], game, levels, seeds, chance, watch, most_steps)
    returns, steps, success = (lanes.by_game(x) for x in (played.returns, played.steps, played.success))
    return Episodes(returns.mean(axis=1), steps.max(axis=1), success.mean(axis=1))


def play_seats(
    players: Sequence[Player],
    game: Game,
    levels: LevelArrays,
    seeds: NDArray[np.uint64],
    chance: NDArray[np.uint64],
    watch: Watch | None = None,
    most_steps: NDArray[np.int32] | None = None,
) -> Episodes:
    """`play_episodes` with the seats shared among several players.

    Returns: the episodes of each seat, [n * seats], the seats of a game beside each other.
    """
    n, together = game.n, max(1, min(game.n, game.at_once()))
    out, lanes = StepBuffers.sharing(game), SeatLanes(n, game.seats)
    played = Episodes(np.zeros(lanes.count), np.zeros(lanes.count, np.int64), np.zeros(lanes.count))
    levels, lane_seeds = replace(levels, chance=chance), lanes.seeds(seeds)
    cut_after = None if most_steps is None else lanes.each(most_steps)
    for first in range(0, n, together):
        rows = np.arange(first, min(first + together, n))
        mask = np.zeros(n, np.bool_)
        mask[rows] = True
        game.reset(levels, mask, out)
        begun = lanes.of_games(rows)
        theirs = [begun[player.lanes[begun]] for player in players]
        alive = lanes.flat(out.alive) if game.seats > 1 else np.ones(lanes.count, np.bool_)
        playing = [
            _Playing(player, begin, alive[begin], lane_seeds, cut_after)
            for player, begin in zip(players, theirs, strict=True)
        ]
        _play_lanes(playing, game, out, played, watch or Watch())
    if not game.knows_success():
        played.success[:] = np.nan
    return played


def _play_lanes(
    players: Sequence["_Playing"], game: Game, out: StepBuffers, played: Episodes, watch: Watch
) -> None:
    """Play in the players' lanes, whose episodes have just begun, to their ends."""
    action, lanes = game.spec.action.idle(game.n, game.seats), SeatLanes(game.n, game.seats)
    while any(len(player.rows) for player in players):
        for player in players:
            player.act(game.spec.action, lanes, out, action)
        game.step(action, out)
        watch.stepped(sum(player.note(lanes, out, played) for player in players) / lanes.seats)


class _Playing:
    """A player in those of its lanes that play now; others may join, or come back.

    Args:
        player: who plays.
        lanes: of the player, in games whose episodes have just begun.
        alive: [len(lanes)], which of them play.
        seeds: of all lanes.
        cut_after: steps of all lanes after which an episode is cut off; None for never.
    """

    def __init__(
        self,
        player: Player,
        lanes: NDArray[np.int64],
        alive: NDArray[np.bool_],
        seeds: NDArray[np.uint64],
        cut_after: NDArray[np.int32] | None,
    ) -> None:
        self._player, self._lanes, self._seeds, self._cut_after = player, lanes, seeds, cut_after
        self.rows = lanes[alive]
        self._live = player.memory.take(self.rows)
        self._places, self._episodes = np.flatnonzero(alive), EpisodeRecord(len(lanes))

    def act(self, does: ActionSpec, lanes: SeatLanes, out: StepBuffers, action: NDArray[Any]) -> None:
        """Write its actions into action [n, seats, ...]."""
        rows, live = self.rows, self._live
        if not len(rows):
            return
        obs = {name: lanes.flat(array) for name, array in out.obs.items()}
        reset = np.zeros(len(rows), np.uint8)
        inputs = _inputs(obs, rows, live)
        live.state, decision = self._player.actor.step(live.state, inputs, reset)
        drawn = Drawn.empty(does, len(rows))
        draw(decision, self._seeds[rows], live.steps, drawn)
        chosen = does.played(drawn.codes, drawn.raw)
        lanes.flat(action)[rows] = chosen
        live.action = does.before(chosen)
        if self._player.actor.adapts:
            self._episodes.add(self._places, inputs, chosen)

    def note(self, lanes: SeatLanes, out: StepBuffers, played: Episodes) -> int:
        """Record rewards, and leave the lanes whose episode is over; returns how many they are."""
        rows, live = self.rows, self._live
        done = lanes.flat(out.terminated | out.truncated)[rows]
        if lanes.seats > 1:
            done |= ~lanes.flat(out.alive)[rows]
        reward = lanes.flat(out.reward)[rows]
        played.returns[rows] += reward
        played.steps[rows] += 1
        if self._cut_after is not None:
            done |= played.steps[rows] >= self._cut_after[rows]
        live.reward = reward[:, None]
        live.done = done[:, None].astype(np.uint8)
        live.steps = live.steps + 1
        if self._player.actor.adapts:
            self._episodes.pay(reward)
        if done.any():
            played.success[rows[done]] = lanes.flat(out.success)[rows[done]]
            self._player.memory.put(rows[done], self._adapted(live.take(np.flatnonzero(done)), done))
            self._live, self.rows = live.take(np.flatnonzero(~done)), rows[~done]
            self._places = self._places[~done]
        if lanes.seats > 1:
            self._welcome(lanes, out, played)
        return int(done.sum())

    def _welcome(self, lanes: SeatLanes, out: StepBuffers, played: Episodes) -> None:
        """Take in lanes that play from now on, with the memory they had when they left."""
        joins = lanes.flat(out.alive)[self._lanes] & ~np.isin(self._lanes, self.rows)
        if not joins.any():
            return
        rows, memory = self._lanes[joins], self._player.memory
        played.returns[rows] += lanes.flat(out.reward)[rows]
        played.success[rows] = 0
        memory.put(self.rows, self._live)
        self._places = np.sort(np.concatenate([self._places, np.flatnonzero(joins)]))
        self.rows = self._lanes[self._places]
        self._live = memory.take(self.rows)

    def _adapted(self, ended: Memory, done: NDArray[np.bool_]) -> Memory:
        """What those carry on whose episodes have ended."""
        actor = self._player.actor
        if actor.adapts:
            ended.state = self._episodes.adapted(ended.state, self._places[done], actor.adapt)
        return ended


def _inputs(obs: Arrays, rows: NDArray[np.int64], live: Memory) -> Arrays:
    inputs = {name: array[rows] for name, array in obs.items()} | live.action
    inputs["previous_reward"] = live.reward
    inputs["previous_done"] = live.done
    return inputs


class RandomActor(Actor):
    """Random play: every legal action with the same probability, continuous ones uniform in their bounds."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    def init(self, n: int) -> Arrays:
        """No state at all."""
        return {}

    def step(self, state: Arrays, inputs: Arrays, reset: NDArray[np.uint8]) -> tuple[Arrays, Any]:
        action = self.spec.action
        even = np.zeros((len(reset), sum(action.heads)), np.float32)
        if self.spec.masked:
            even = only_legal(even, inputs[ACTION_MASK], action)
        return state, RandomDecision(tuple(even[:, head] for head in action.columns))


@dataclass
class RandomDecision:
    """Logits equal for all legal actions, [n, actions] for each head; no means of continuous actions."""

    logits: tuple[NDArray[np.float32], ...]
    continuous: None = None
