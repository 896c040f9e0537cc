"""Levels, actions and a first play of a game: what every contract is tested on."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import GameCheckError, SpecError
from gamemeta.games.check.declaration import check_declaration
from gamemeta.games.check.moves import actions_to_play, legal_actions
from gamemeta.games.check.recording import (
    Player,
    Recording,
    contract_error,
    first_difference,
    record,
    stacked,
)
from gamemeta.games.game import Game, GameFactory
from gamemeta_levels.family import LevelArrays, generate_arrays
from gamemeta_levels.kernel import combine


@dataclass
class Case:
    """Levels, actions [T, N, A, heads + numbers], and what a first play of them wrote.

    The actions are random, numbers often at their bounds, but in every second level they begin with the
    solver's plan, so that some episodes are sure to end by the rules and others by the step limit.
    """

    make: GameFactory
    levels: LevelArrays
    plans: list[list[Any]]
    actions: NDArray[Any]
    game: Game
    recording: Recording

    @classmethod
    def build(cls, make: GameFactory, levels: LevelArrays | None, seeds: int, steps: int) -> "Case":
        """Draw the levels where there are none, choose actions, and play them once."""
        if (seeds < 1 and levels is None) or steps < 4 or (levels is not None and not len(levels)):
            raise GameCheckError("give check_game at least one level and 4 steps to play.")
        family = make(1).family()
        if levels is None:
            levels = generate_arrays(family, range(seeds), "any")
            levels.chance[:] = chance_seeds(len(levels), 0)
        player = Player(make, len(levels))
        check_declaration(player.game)
        plans: list[list[int]] = [[] for _ in range(len(levels))]
        if player.game.about.has_plans:
            plans = [family.solve(family.unpack(levels, i)) for i in range(len(levels))]
        actions = actions_to_play(player.game, plans, steps)
        try:
            actions = legal_actions(player, levels, actions)
            recording = record(player, levels, actions)
        except SpecError as error:
            raise contract_error(
                player.game,
                f"it refused an action of its spec: {error}"[:-1],
                "Play every code of a head, and every number from its low to its high, both included.",
            ) from error
        return cls(make, levels, plans, actions, player.game, recording)

    @property
    def n(self) -> int:
        """How many levels are played side by side."""
        return len(self.levels)

    @property
    def middle(self) -> int:
        """A step in which most episodes are under way."""
        plan = sorted(map(len, self.plans))[self.n // 2] or len(self.actions)
        limit = int(self.game.step_limit(self.levels).min())
        return max(1, min(plan, limit, len(self.actions)) // 2)

    def compare(self, recording: Recording, what: str, advice: str, wanted: Recording | None = None) -> None:
        """Raise unless the recording holds the same bytes as the first play (or as `wanted`)."""
        difference = first_difference(self.recording if wanted is None else wanted, recording)
        if difference is not None:
            t, i, name = difference
            raise contract_error(self.game, f"{what}: {name} of level {i} differs in step {t}", advice)


def chance_seeds(n: int, first: int) -> NDArray[np.uint64]:
    """uint64 [n]: numbers first .. first + n - 1 of a fixed stream."""
    return np.array([combine(np.uint64(0), np.uint64(first + i)) for i in range(n)], np.uint64)


def play_on(player: Player, actions: NDArray[Any]) -> Recording:
    """What the player records while it takes these actions."""
    return stacked([player.step(a) for a in actions])


def either(
    mask: NDArray[np.bool_], one: NDArray[np.generic], other: NDArray[np.generic]
) -> NDArray[np.generic]:
    """Rows of `one` where the mask holds, else of `other`."""
    return np.where(mask.reshape(-1, *(1,) * (one.ndim - 1)), one, other)


def raise_where(case: Case, wrong: NDArray[np.bool_], what: str, advice: str) -> None:
    """Raise for the first frame and level where the array [T + 1, N, A] holds."""
    if wrong.any():
        t, i = (int(k) for k in np.argwhere(wrong)[0][:2])
        raise contract_error(case.game, f"level {i}, step {t}: {what}", advice)
