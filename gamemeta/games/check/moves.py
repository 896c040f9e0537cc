"""Which actions `check_game` plays: random ones, bounds, and what solvers plan."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK, made_legal, stuck
from gamemeta.games.check.recording import Player, contract_error, obs_name
from gamemeta.games.game import Game
from gamemeta_levels.family import LevelArrays


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


def legal_actions(player: Player, levels: LevelArrays, actions: NDArray[Any]) -> NDArray[Any]:
    """The same actions [T, N, A, ...], with legal codes in place of those that are not when it is their turn.

    Where the observation says what is legal, the game is played to find out.

    Raises:
        GameCheckError: a seat is to act and has no legal choice in a head.
    """
    spec = player.game.spec
    if not spec.masked:
        return actions
    rng, seen, played = np.random.default_rng(1), player.begin(levels), actions.copy()
    for t in range(len(actions)):
        mask = seen[obs_name(ACTION_MASK)]
        _check_choice(player.game, t, stuck(mask, spec.action) & seen["alive"][..., None])
        played[t] = made_legal(actions[t], mask, spec.action, rng)
        seen = player.step(played[t])
    return played


def _check_choice(game: Game, t: int, none: NDArray[np.bool_]) -> None:
    """Raise for the first level, seat and head [N, A, heads] that acts without a legal choice."""
    if none.any():
        i, seat, head = (int(k) for k in np.argwhere(none)[0])
        raise contract_error(
            game,
            f"level {i}, step {t}, seat {seat}: {ACTION_MASK!r} leaves no legal choice in head {head}",
            f"Set at least one of its {game.spec.action.heads[head]} to 1 for every seat that acts.",
        )


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
    elements = np.atleast_1d(np.asarray(move))
    if elements.ndim != 1 or len(elements) > len(others):
        raise contract_error(
            game,
            f"the solver's plan has the move {move!r}, and an action has {len(others)} elements",
            "Let `solve` give codes of the first head, or whole actions.",
        )
    action = others.copy()
    action[: len(elements)] = elements
    return action
