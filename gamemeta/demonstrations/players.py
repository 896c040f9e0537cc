"""Who plays demonstrations: a game's solver, or an agent."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.runtime import Agent, Mind
from gamemeta.demonstrations.demonstration import AGENT, SOLVER, Player
from gamemeta.errors import ConfigError
from gamemeta.games.game import Game, StepBuffers
from gamemeta.trials.streams import SEAT_STRIDE
from gamemeta_levels.family import LevelArrays, LevelFamily


class Plays(Protocol):
    """A player in every seat of one game."""

    player: Player
    """Who it is."""
    labels: bool
    """Whether it needs the game's labels."""

    def begin_trial(self, family: LevelFamily, levels: LevelArrays, seed: int) -> None:
        """A trial begins on this level, the only one of the arrays."""
        ...

    def begin_episode(self) -> None:
        """An episode begins."""
        ...

    def act(self, out: StepBuffers, seat: int) -> tuple[NDArray[Any], bool]:
        """The action [heads + numbers] of a seat, and whether it was chosen for a reason."""
        ...

    def paid(self, out: StepBuffers, seat: int) -> None:
        """What the action led to."""
        ...


class _Solver:
    """A player that knows the level and learns nothing."""

    labels = False

    def __init__(self, game: Game, name: str) -> None:
        self.player, self._idle = Player(SOLVER, name), game.spec.action.idle()

    def begin_trial(self, family: LevelFamily, levels: LevelArrays, seed: int) -> None:
        pass

    def begin_episode(self) -> None:
        pass

    def paid(self, out: StepBuffers, seat: int) -> None:
        pass


class LabelSolver(_Solver):
    """Plays the first of the moves that the game's guide calls good; idles where it calls none so."""

    labels = True

    def __init__(self, game: Game, label: str) -> None:
        super().__init__(game, label)
        self._label = label

    def act(self, out: StepBuffers, seat: int) -> tuple[NDArray[Any], bool]:
        good, action = int(out.labels[self._label][0, seat]), self._idle.copy()
        if good:
            action[0] = (good & -good).bit_length() - 1
        return action, good > 0


class PlanSolver(_Solver):
    """Plays the plan of the family's solver in every episode, then idles."""

    def __init__(self, game: Game) -> None:
        super().__init__(game, "plan")
        self._plan: Sequence[Any] = ()
        self._step = 0

    def begin_trial(self, family: LevelFamily, levels: LevelArrays, seed: int) -> None:
        self._plan = family.solve(family.unpack(levels, 0))

    def begin_episode(self) -> None:
        self._step = 0

    def act(self, out: StepBuffers, seat: int) -> tuple[NDArray[Any], bool]:
        action, planned = self._idle.copy(), self._step < len(self._plan)
        if planned:
            move = np.atleast_1d(np.asarray(self._plan[self._step]))
            action[: len(move)] = move
        self._step += 1
        return action, planned


class AgentPlays:
    """An agent in every seat, each with a memory of its own."""

    labels = False

    def __init__(self, agent: Agent, game: Game) -> None:
        self.player, self._agent, self._seats = Player(AGENT, agent.digest), agent, game.seats
        self._minds: list[Mind] = []
        self._before: list[tuple[float, bool]] = []

    def begin_trial(self, family: LevelFamily, levels: LevelArrays, seed: int) -> None:
        self._minds = [self._agent.begin(seed=seed + k * SEAT_STRIDE) for k in range(self._seats)]
        self._before = [(0.0, False)] * self._seats

    def begin_episode(self) -> None:
        pass

    def act(self, out: StepBuffers, seat: int) -> tuple[NDArray[Any], bool]:
        obs = {name: array[0, seat].copy() for name, array in out.obs.items()}
        return np.atleast_1d(np.asarray(self._minds[seat].decide(obs, *self._before[seat]))), True

    def paid(self, out: StepBuffers, seat: int) -> None:
        done = bool(out.terminated[0, seat] | out.truncated[0, seat])
        self._before[seat] = float(out.reward[0, seat]), done


def solver_of(game: Game) -> LabelSolver | PlanSolver:
    """The solver of a game.

    Raises:
        ConfigError: it has none, or one that chooses only a part of an action.
    """
    guide, heads = guide_of(game), game.spec.action
    if guide and heads.width == 1:
        return LabelSolver(game, guide)
    if game.about.has_plans and game.seats == 1:
        return PlanSolver(game)
    if guide:
        raise ConfigError(
            f"the solver of {game.name!r} chooses one of the {heads.width} parts of an action. Record an "
            f"agent or a person: `gamemeta play {game.name} --against bot --record FILE`."
        )
    raise ConfigError(f"the game {game.name!r} has no solver. Record an agent, or a person.")


def guide_of(game: Game) -> str | None:
    """The label that says which moves are good in any state; None where the game has none."""
    return game.about.guide if game.about.guide in game.labels else None
