"""Which actions `check_game` plays: random ones, bounds, and what solvers plan."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.game import Game
from gamemeta.games.tape import broken


def actions_to_play(game: Game, plans: list[list[Any]], steps: int) -> NDArray[Any]:
    """Actions [T, N, A, heads + numbers]: random ones, in every second game after the solver's plan."""
    rng, spec = np.random.default_rng(0), game.spec.action
    shape = (steps, game.n, game.seats)
    heads = [rng.integers(0, k, shape, np.int64) for k in spec.heads]
    numbers = [_numbers(rng, low, high, shape) for low, high in zip(*spec.limits, strict=True)]
    actions: NDArray[Any] = np.stack([*heads, *numbers], -1).astype(spec.dtype)
    for i in range(0, game.n, 2):
        plan = plans[i][:steps]
        for t, move in enumerate(plan):
            actions[t, i, 0] = action_of(game, move, actions[t, i, 0])
    return actions


def _numbers(
    rng: np.random.Generator, low: np.float32, high: np.float32, shape: tuple[int, ...]
) -> NDArray[np.float32]:
    """Numbers of this shape from low to high; one in eight is either bound itself."""
    between = np.clip((low + rng.random(shape) * (np.float64(high) - low)).astype(np.float32), low, high)
    bound = rng.integers(0, 16, shape)
    return np.where(bound == 0, low, np.where(bound == 1, high, between))


def action_of(game: Game, move: Any, others: NDArray[Any]) -> NDArray[Any]:
    """A move of a plan as an action [heads + numbers].

    A move is a code of the first head, or as many of the action's elements as matter; the rest is `others`.
    """
    given = np.atleast_1d(np.asarray(move))
    if given.ndim != 1 or len(given) > len(others):
        raise broken(
            game,
            f"the solver's plan has the move {move!r}, and an action has {len(others)} elements",
            "Let `solve` give codes of the first head, or whole actions.",
        )
    action = others.copy()
    action[: len(given)] = given
    return action
