"""Playing one episode on each of many levels at once, from a given memory."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.game import Game, StepBuffers, at_once
from gamemeta.sampling import Drawn, draw
from gamemeta.spec import Spec
from gamemeta_levels.family import LevelArrays

Arrays = dict[str, NDArray[Any]]

EVALUATION_CHANCE = 16
"""Stream of `gamemeta.trials.episode_chance` that evaluation takes: every player of level i meets the same
luck in episode e."""


class Actor(Protocol):
    """What evaluation needs of an agent: the acting half of a task learner."""

    def init(self, n: int) -> Arrays:
        """The state of n agents that know nothing yet, arrays [n, ...]."""
        ...

    def step(self, state: Arrays, inputs: Arrays, reset: NDArray[np.uint8]) -> tuple[Arrays, Any]:
        """Returns the new state and a decision, as `gamemeta.sampling.draw` takes it."""
        ...


@dataclass
class Memory:
    """What n agents carry from one episode into the next."""

    state: Arrays
    action: Arrays
    """[n, ...] by name, what inputs say of the last action; zeros before the first."""
    reward: NDArray[np.float32]
    """[n, 1]."""
    done: NDArray[np.uint8]
    """[n, 1]."""
    steps: NDArray[np.int64]
    """[n], steps taken so far: what the next draw is numbered by."""

    @classmethod
    def blank(cls, actor: Actor, spec: Spec, n: int) -> "Memory":
        """The memory of n agents before their first episode."""
        return cls(
            state=actor.init(n),
            action=spec.action.nothing_before(n),
            reward=np.zeros((n, 1), np.float32),
            done=np.zeros((n, 1), np.uint8),
            steps=np.zeros(n, np.int64),
        )

    def take(self, rows: NDArray[np.int64]) -> "Memory":
        """A copy of some rows, in the given order."""
        return Memory(
            state={name: array[rows] for name, array in self.state.items()},
            action={name: array[rows] for name, array in self.action.items()},
            reward=self.reward[rows],
            done=self.done[rows],
            steps=self.steps[rows],
        )

    def put(self, rows: NDArray[np.int64], other: "Memory") -> None:
        """Replace what the agents in these rows carry by the rows of another memory."""
        for own, new in ((self.state, other.state), (self.action, other.action)):
            for name, array in own.items():
                array[rows] = new[name]
        for name in ("reward", "done", "steps"):
            getattr(self, name)[rows] = getattr(other, name)


@dataclass
class Episodes:
    """How n episodes went, [n] each."""

    returns: NDArray[np.float64]
    steps: NDArray[np.int64]
    success: NDArray[np.bool_]


def play_episodes(
    actor: Actor,
    game: Game,
    levels: LevelArrays,
    memory: Memory,
    seeds: NDArray[np.uint64],
    chance: NDArray[np.uint64],
) -> Episodes:
    """Play level i with memory i to the end of the episode; `memory` is brought up to date.

    Finished games stand still and cost the network nothing. Where only some can be played at a time, they
    are played one group after the other.

    Args:
        actor: decides.
        game: n games.
        levels: n levels.
        memory: of n agents.
        seeds: uint64 [n], what each agent's draws come from.
        chance: uint64 [n], what each game's chance is drawn from; see `gamemeta.trials.episode_chance`.
    """
    n, together = game.n, at_once(game)
    out = StepBuffers.empty(game)
    episodes = Episodes(np.zeros(n), np.zeros(n, np.int64), np.zeros(n, np.bool_))
    lucky = replace(levels, chance=chance)
    for first in range(0, n, together):
        rows = np.arange(first, min(first + together, n))
        mask = np.zeros(n, np.bool_)
        mask[rows] = True
        game.reset(lucky, mask, out)
        _play_rows(actor, game, rows, memory, seeds, out, episodes)
    return episodes


def _play_rows(
    actor: Actor,
    game: Game,
    rows: NDArray[np.int64],
    memory: Memory,
    seeds: NDArray[np.uint64],
    out: StepBuffers,
    episodes: Episodes,
) -> None:
    """Play these games, which have just begun, to their ends."""
    does = game.spec.action
    action, live = does.idle(game.n, game.seats), memory.take(rows)
    while len(rows):
        reset = np.zeros(len(rows), np.uint8)
        live.state, decision = actor.step(live.state, _inputs(out, rows, live), reset)
        drawn = Drawn.empty(does, len(rows))
        draw(decision, seeds[rows], live.steps, drawn)
        chosen = does.played(drawn.codes, drawn.raw)
        action[rows, 0] = chosen
        game.step(action, out)
        done = (out.terminated | out.truncated)[rows, 0]
        episodes.returns[rows] += out.reward[rows, 0]
        episodes.steps[rows] += 1
        live.action = does.before(chosen)
        live.reward = out.reward[rows]
        live.done = done[:, None].astype(np.uint8)
        live.steps = live.steps + 1
        if done.any():
            episodes.success[rows[done]] = out.success[rows[done], 0]
            memory.put(rows[done], live.take(np.flatnonzero(done)))
            live, rows = live.take(np.flatnonzero(~done)), rows[~done]


def _inputs(out: StepBuffers, rows: NDArray[np.int64], live: Memory) -> Arrays:
    inputs = {name: array[rows, 0] for name, array in out.obs.items()} | live.action
    inputs["previous_reward"] = live.reward
    inputs["previous_done"] = live.done
    return inputs


class RandomActor:
    """Plays every action with the same probability, and numbers evenly between their bounds."""

    def __init__(self, spec: Spec) -> None:
        self.heads = spec.action.heads

    def init(self, n: int) -> Arrays:
        """No state at all."""
        return {}

    def step(self, state: Arrays, inputs: Arrays, reset: NDArray[np.uint8]) -> tuple[Arrays, Any]:
        n = len(reset)
        return state, RandomDecision(tuple(np.zeros((n, k), np.float32) for k in self.heads))


@dataclass
class RandomDecision:
    """Equal logits, one [n, actions] for each head, and nothing said of numbers."""

    logits: tuple[NDArray[np.float32], ...]
    numbers: None = None
