"""Players of the seats of an arena: the game itself, or the caller of `step`."""

from gamemeta.errors import ConfigError

SCRIPTED, OUTSIDE = "scripted", "outside"
MOST_PLAYERS = 4


def check_seats(players: int, others: str, view: int) -> None:
    """Raises ConfigError for settings that no game on an arena can have."""
    if not 2 <= players <= MOST_PLAYERS:
        raise ConfigError(f"players = {players}: give 2 to {MOST_PLAYERS}.")
    if others not in (SCRIPTED, OUTSIDE):
        raise ConfigError(f"others = {others!r}: give {SCRIPTED!r} or {OUTSIDE!r}.")
    if not 3 <= view <= 31 or view % 2 == 0:
        raise ConfigError(f"view = {view}: give an odd number from 3 to 31.")


def seats_of(players: int, others: str) -> int:
    """Number of seats that the caller plays: all of them, or the first alone."""
    return players if others == OUTSIDE else 1
