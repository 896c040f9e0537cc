"""The arrays of duels, as compiled rules take them."""

from typing import Any, NamedTuple


class DuelWorld(NamedTuple):
    """N matches side by side, or one of them, as `ArenaWorld`, with what players of `duel` have and do."""

    size: Any
    chance: Any
    others: Any
    spots: Any
    at: Any
    clock: Any
    board: Any
    ways: Any
    gear: Any
    """int64 [N, 6]: ammunition, traps and facing of the first player, then of the second."""
    traps: Any
    """int64 [N, 4]: row and column of each player's trap, -1 where none was laid."""
    did: Any
    """int64 [N, 6]: last action, last aim and landed shot of each player."""
    flight: Any
    """int64 [N, 8]: the shot of each player that is under way."""
