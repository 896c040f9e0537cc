"""Compiled draws of the family `popgym`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.families.popgym.tasks import ARMS, CARDS, SHIPS
from gamemeta_levels.hash_kernels import finished, hash_of_tiles, split_code_of, with_numbers
from gamemeta_levels.kernel import below, combine, kernel, lean_kernel

TRIES = 10_000
"""Draws after which a seed is given up; one draw in ten hits the rarest split."""
_LARGEST, _MIDDLE, _SMALLEST = 4, 3, 2
_SHIPS = 4


@lean_kernel
def shuffle(numbers: NDArray[np.int32], first: int, count: int, stream: NDArray[np.uint64]) -> None:
    """Put numbers[first : first + count] in an order of which each has the same chance (Fisher and Yates)."""
    for k in range(count - 1, 0, -1):
        other = below(stream, k + 1)
        a, b = first + k, first + other
        numbers[a], numbers[b] = numbers[b], numbers[a]


@lean_kernel
def place_ships(numbers: NDArray[np.int32], side: int, stream: NDArray[np.uint64]) -> None:
    """Place ships of 2, 3, 3 and 4 squares on an empty board in turn, each drawn until it fits."""
    for ship in range(_SHIPS):
        length = _SMALLEST if ship == 0 else _LARGEST if ship == _SHIPS - 1 else _MIDDLE
        placed = False
        while not placed:
            row, column = below(stream, side), below(stream, side)
            axis, sign = below(stream, 2), 1 - 2 * below(stream, 2)
            down, right = (sign, 0) if axis == 0 else (0, sign)
            last_row, last_column = row + down * (length - 1), column + right * (length - 1)
            if not (0 <= last_row < side and 0 <= last_column < side):
                continue
            placed = True
            for k in range(length):
                if numbers[(row + down * k) * side + column + right * k]:
                    placed = False
            if placed:
                for k in range(length):
                    numbers[(row + down * k) * side + column + right * k] = 1


@lean_kernel
def draw(
    how: int,
    side: int,
    kinds: int,
    decks: int,
    mines: int,
    numbers: NDArray[np.int32],
    stream: NDArray[np.uint64],
) -> None:
    """Draw the hidden numbers of one level, as `Size` describes them."""
    count = numbers.shape[0] // decks
    if how == ARMS:
        for k in range(count):
            numbers[k] = below(stream, kinds)
    elif how == SHIPS:
        numbers[:] = 0
        place_ships(numbers, side, stream)
    else:
        for k in range(numbers.shape[0]):
            numbers[k] = k % count % kinds if how == CARDS else k < mines
        for deck in range(decks):
            shuffle(numbers, deck * count, count, stream)


@kernel
def fill(
    how: int,
    kinds: int,
    decks: int,
    mines: int,
    name: NDArray[np.uint8],
    rows: NDArray[np.int64],
    seeds: NDArray[np.int64],
    split: int,
    tiles: NDArray[np.uint8],
    numbers: NDArray[np.int32],
    seed: NDArray[np.int64],
    content: NDArray[np.uint64],
) -> Any:
    """Draw the hidden numbers of each seed until they lie in the split.

    Returns -1, or the index of a seed that found no level in `TRIES` draws.
    """
    stream = np.empty(1, np.uint64)
    for k in range(rows.shape[0]):
        i = rows[k]
        start = hash_of_tiles(tiles[i], tiles.shape[1], tiles.shape[2])
        attempt, in_split = 0, False
        while not in_split:
            if attempt == TRIES:
                return k
            stream[0] = combine(np.uint64(seeds[k]), np.uint64(attempt))
            attempt += 1
            draw(how, tiles.shape[2], kinds, decks, mines, numbers[i], stream)
            content[i] = finished(with_numbers(start, name, numbers[i]))
            in_split = split < 0 or split_code_of(content[i]) == split
        seed[i] = seeds[k]
    return -1
