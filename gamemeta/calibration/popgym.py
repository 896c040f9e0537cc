"""Players of POPGym's games who forget nothing, as yardsticks; all play levels of the family `popgym`.

`repeat_previous`, `autoencode` and `count_recall` pay 1 to whoever forgets nothing. `counting` is the exact
optimum of `higher_lower`: the deck does not depend on answers, so that the best answer after each card is the
likelier one by what is left. `gittins` is nearly the optimum of `multiarmed_bandit`. `pairing` and `hunting`
are sensible players of `concentration` and `battleship`, neither of them the best there is.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gamemeta.calibration import bandits
from gamemeta_levels.families.popgym import tasks
from gamemeta_levels.families.popgym.tasks import Size

Returns = NDArray[np.float64]
Numbers = NDArray[np.int32]


def yardstick(size: Size, numbers: Numbers, seed: int = 0) -> tuple[str, Returns] | None:
    """Name and returns [N] of the player of a task on levels; None where there is none.

    Args:
        size: the task and difficulty.
        numbers: the hidden numbers of the levels [N, size.numbers].
        seed: of what the player draws.
    """
    if size.task in (tasks.REPEAT_PREVIOUS, tasks.AUTOENCODE, tasks.COUNT_RECALL):
        return "forgets nothing", np.ones(len(numbers))
    players: dict[int, tuple[str, Callable[[Size, Numbers, int], Returns]]] = {
        tasks.HIGHER_LOWER: ("counts the cards", counting),
        tasks.MULTIARMED_BANDIT: ("Gittins", gittins),
        tasks.CONCENTRATION: ("remembers every card", pairing),
        tasks.BATTLESHIP: ("shoots beside its hits", hunting),
    }
    if size.task not in players:
        return None
    name, player = players[size.task]
    return name, player(size, numbers, seed)


def counting(size: Size, numbers: Numbers, seed: int = 0) -> Returns:
    """Expected return [N] of the likelier answer after each card, by the cards that are left."""
    n, each = size.count, size.count // size.kinds
    left = np.full((len(numbers), size.kinds), each, np.int64)
    rows, returns = np.arange(len(numbers)), np.zeros(len(numbers))
    ranks = np.arange(size.kinds)
    for t in range(n - 1):
        card = numbers[:, t]
        left[rows, card] -= 1
        higher = (left * (ranks > card[:, None])).sum(1)
        lower = (left * (ranks < card[:, None])).sum(1)
        returns += np.abs(higher - lower) / (n - 1 - t) / n
    return returns


def gittins(size: Size, numbers: Numbers, seed: int = 0) -> Returns:
    """Returns [N] of pulling the arm of the largest finite-horizon Gittins index."""
    chances = (numbers / (size.kinds - 1)).astype(np.float32)
    paid: Returns = bandits.gittins(chances, size.limit, seed)
    return 2 * paid / size.limit - 1


def pairing(size: Size, numbers: Numbers, seed: int = 0) -> Returns:
    """Returns [N] of taking a pair that is known, else turning a new card and its like, if that is known."""
    rng = np.random.default_rng(seed)
    return np.array([_paired(size, row.tolist(), rng) for row in numbers])


def _paired(size: Size, cards: list[int], rng: np.random.Generator) -> float:
    """The return of one game of `concentration`; new cards are turned in a random order."""
    unseen = rng.permutation(size.count).tolist()
    known = [0] * size.kinds  # closed cards of each kind whose place is known
    pairs, total = size.count // 2, 0.0
    for _ in range(size.limit // 2):
        if not pairs:
            break
        ready = next((kind for kind, count in enumerate(known) if count > 1), None)
        first = cards[unseen.pop()] if ready is None else ready
        if ready is not None or known[first]:
            known[first] -= 2 if ready is not None else 1
            is_pair = True
        else:
            second = cards[unseen.pop()]
            is_pair = second == first
            if not is_pair:
                known[first] += 1
                known[second] += 1
        pairs -= is_pair
        total += 2 / size.count if is_pair else -2 / size.limit
    return total


def hunting(size: Size, numbers: Numbers, seed: int = 0) -> Returns:
    """Returns [N] of shooting at a new square beside a hit where there is one, else at any new square."""
    rng = np.random.default_rng(seed)
    return np.array([_hunted(size, row, rng) for row in numbers])


def _hunted(size: Size, board: Numbers, rng: np.random.Generator) -> float:
    side, ships = size.sides[1], sum(tasks.FLEET)
    order = rng.permutation(size.count).tolist()
    beside: list[int] = []
    shot = np.zeros(size.count, np.bool_)
    hits, shots = 0, 0
    while hits < ships:
        square = beside.pop() if beside else order.pop()
        if shot[square]:
            continue
        shot[square], shots = True, shots + 1
        if board[square]:
            hits += 1
            row, column = divmod(square, side)
            near = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
            beside += [r * side + c for r, c in near if 0 <= r < side and 0 <= c < side]
    return 1.0 - (shots - hits) / (size.count - ships)
