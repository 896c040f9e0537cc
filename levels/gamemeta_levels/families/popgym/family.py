"""The family `popgym`: decks, boards and arms of the memory games of POPGym (Morad et al. 2023)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.checks import check_rows, check_seed, check_tiles
from gamemeta_levels.errors import ConfigError, LevelError, cut, shortened
from gamemeta_levels.families.popgym import kernels
from gamemeta_levels.families.popgym.plans import has_fleet, plan
from gamemeta_levels.families.popgym.tasks import (
    ARMS,
    CARDS,
    MINES,
    MINESWEEPER,
    SHIPS,
    SIZES,
    Size,
    size_named,
)
from gamemeta_levels.family import FamilyAbout, LevelArrays, LevelFamily
from gamemeta_levels.hash_kernels import name_bytes
from gamemeta_levels.kernel import below
from gamemeta_levels.level import Level
from gamemeta_levels.split import split_code
from gamemeta_levels.splitmix import combine
from gamemeta_levels.tiles import FLOOR

NUMBERS, CODE = "numbers", "popgym"
"""Arrays of `more`: the hidden numbers, and which task at which difficulty they belong to."""
WORDS = {CARDS: "cards in order", SHIPS: "ships", MINES: "mines", ARMS: "chances in millionths"}


@dataclass(frozen=True, kw_only=True)
class POPGymParameters:
    """There is nothing to set: every order, board or chance is as likely as in POPGym."""


class POPGymLevels(LevelFamily):
    """Levels of one task at one difficulty; given levels may be of another, all of the same.

    A level is drawn as floor tiles, one for each card, square or arm. Hidden: its numbers, under the name of
    the task and difficulty, such as `repeat_previous-easy`. In arrays, these are `more["numbers"]`, int32
    [N, numbers], and `more["popgym"]`, int32 [N], is `Size.code`. The 120 boards of the smallest minesweeper
    are all in every split; of everything else, test levels are held out.

    Args:
        parameters: there is nothing to set.
        size: the task and the difficulty; `repeat_previous`, easy, if None.
    """

    name = "popgym"

    def __init__(self, parameters: POPGymParameters | None = None, size: Size | None = None) -> None:
        self.parameters = parameters or POPGymParameters()
        self.size = size or SIZES[0]
        is_small = (self.size.task, self.size.difficulty) == (MINESWEEPER, 0)
        self.about = FamilyAbout(held_out=not is_small, action_names=action_names(self.size))

    def far(self) -> "POPGymLevels":
        """There is nothing outside.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            "there are no far levels of popgym: its decks, boards and arms have no ranges. Choose another "
            "split, such as `test`, or another difficulty."
        )

    def arrays(self, n: int) -> LevelArrays:
        return _empty(n, self.size)

    def fill(
        self, arrays: LevelArrays, rows: NDArray[np.int64], seeds: NDArray[np.int64], split: str
    ) -> None:
        size = self.size
        check_rows(arrays, rows, seeds, *size.sides)
        code = split_code(split if self.about.held_out else "any")
        failed = kernels.fill(
            size.draw,
            size.kinds,
            size.decks,
            size.mines,
            name_bytes(size.name),
            rows,
            seeds,
            code,
            arrays.tiles,
            arrays.more[NUMBERS],
            arrays.seed,
            arrays.content_hash,
        )
        if failed >= 0:
            raise ConfigError(f"seed {seeds[failed]}: none of {kernels.TRIES} levels lies in {split!r}.")

    def validate(self, level: Level) -> None:
        """Raises LevelError unless the level is one of a task at a difficulty."""
        super().validate(level)
        check_tiles(level, (FLOOR,), "a level of popgym")
        size = self._size(level)
        if level.tiles.shape != size.sides:
            raise LevelError(
                f"a level of {size.name} has {size.sides[0]} x {size.sides[1]} tiles; this one has "
                f"{level.height} x {level.width}."
            )
        numbers = level.hidden[size.name]
        if len(numbers) != size.numbers or not _fits(size, numbers):
            raise LevelError(
                f"hidden `{size.name}` holds {_wanted(size)}; this level has {shortened(list(numbers))}."
            )

    def pack(self, levels: Sequence[Level]) -> LevelArrays:
        """Levels as arrays, in order; all must be of the same task and difficulty."""
        for level in levels:
            self.validate(level)
        sizes = {self._size(level) for level in levels} or {self.size}
        if len(sizes) > 1:
            names = " and ".join(sorted(size.name for size in sizes))
            raise LevelError(f"these levels are of {names}. Give levels of one task and difficulty.")
        (size,) = sizes
        arrays = _empty(len(levels), size)
        for row, level in enumerate(levels):
            arrays.more[NUMBERS][row] = level.hidden[size.name]
            arrays.seed[row] = -1 if level.seed is None else level.seed
            arrays.content_hash[row] = level.content_hash
        return arrays

    def measure(self, arrays: LevelArrays) -> NDArray[np.int32]:
        """Length of a plan where every tile stands for a card, square or arm; else -1."""
        whole = (arrays.tiles == FLOOR).all((1, 2)) & (arrays.size == arrays.tiles.shape[1:]).all(1)
        return np.where(whole, np.int32(self.size.plan_steps), np.int32(-1))

    def unpack(self, arrays: LevelArrays, row: int) -> Level:
        seed = int(arrays.seed[row])
        return Level(
            family=self.name,
            tiles=arrays.tiles[row],
            hidden={SIZES[arrays.more[CODE][row]].name: tuple(arrays.more[NUMBERS][row])},
            seed=None if seed < 0 else seed,
        )

    def solve(self, level: Level) -> list[int]:
        """What a player would do who knows all that is hidden."""
        self.validate(level)
        size = self._size(level)
        return plan(size, level.hidden[size.name])

    def rules(self, level: Level) -> list[str]:
        """The hidden numbers, in words."""
        self.validate(level)
        size = self._size(level)
        return [f"{WORDS[size.draw]}: {' '.join(map(str, level.hidden[size.name]))}"]

    def mutate(self, level: Level, seed: int) -> Level:
        """Swap two cards or squares, draw one arm anew, or place all ships anew."""
        self.validate(level)
        check_seed(seed)
        size = self._size(level)
        before, attempt = level.hidden[size.name], 0
        numbers = np.array(before, np.int32)
        while tuple(numbers) == before:
            stream = np.array([combine(seed, attempt)], np.uint64)
            attempt += 1
            if size.draw == SHIPS:
                kernels.draw(SHIPS, size.sides[1], size.kinds, size.decks, 0, numbers, stream)
            elif size.draw == ARMS:
                numbers[below(stream, size.count)] = below(stream, size.kinds)
            else:
                first = size.count * below(stream, size.decks)
                one, other = (first + below(stream, size.count) for _ in range(2))
                numbers[one], numbers[other] = numbers[other], numbers[one]
        return Level(family=self.name, tiles=level.tiles, hidden={size.name: tuple(numbers)})

    def _size(self, level: Level) -> Size:
        """The task and difficulty of a level. Raises LevelError where it has other hidden numbers."""
        sizes = [size_named(name) for name in level.hidden]
        if level.entities or len(sizes) != 1 or sizes[0] is None:
            has = cut(", ".join([*level.hidden, *(["entities"] if level.entities else [])]) or "nothing", 200)
            raise LevelError(
                "beside its tiles a level of popgym has hidden numbers under the name of one task and "
                f"difficulty, such as {self.size.name}; this level has {has}."
            )
        return sizes[0]


def action_names(size: Size) -> tuple[str, ...]:
    """What the actions of a task are called."""
    from gamemeta_levels.families.popgym import tasks

    if size.task in (tasks.REPEAT_PREVIOUS, tasks.AUTOENCODE):
        return ("spades", "diamonds", "clubs", "hearts")
    if size.task == tasks.COUNT_RECALL:
        return tuple(map(str, range(size.actions)))
    if size.task == tasks.HIGHER_LOWER:
        return ("higher", "lower")
    if size.task == tasks.MULTIARMED_BANDIT:
        return tuple(f"arm {arm + 1}" for arm in range(size.actions))
    places = (divmod(place, size.sides[1]) for place in range(size.actions))
    return tuple(f"row {row + 1} column {column + 1}" for row, column in places)


def _fits(size: Size, numbers: tuple[int, ...]) -> bool:
    """Whether these are numbers that can be drawn."""
    if not all(0 <= number < size.kinds for number in numbers):
        return False
    if size.draw == SHIPS:
        return has_fleet(numbers, size.sides[1])
    if size.draw == MINES:
        return sum(numbers) == size.mines
    if size.draw == CARDS:
        decks = (numbers[k * size.count : (k + 1) * size.count] for k in range(size.decks))
        return all(set(Counter(deck).values()) == {size.count // size.kinds} for deck in decks)
    return True


def _wanted(size: Size) -> str:
    """The hidden numbers of a level, in words."""
    if size.draw == SHIPS:
        return f"{size.numbers} squares, 1 where a ship of 2, 3, 3 or 4 squares lies and else 0"
    if size.draw == MINES:
        return f"{size.numbers} squares, {size.mines} of them 1 for a mine and the others 0"
    if size.draw == ARMS:
        return f"the chances of {size.numbers} arms in millionths, 0 to {size.kinds - 1}"
    each = f"{size.count // size.kinds} of each kind from 0 to {size.kinds - 1}"
    return f"{size.decks} x {size.count} cards, {each}" if size.decks > 1 else f"{size.count} cards, {each}"


def _empty(n: int, size: Size) -> LevelArrays:
    arrays = LevelArrays.empty(n, *size.sides)
    arrays.tiles[:] = FLOOR
    arrays.size[:] = size.sides
    arrays.par_steps[:] = size.plan_steps
    arrays.more[NUMBERS] = np.zeros((n, size.numbers), np.int32)
    arrays.more[CODE] = np.full(n, size.code, np.int32)
    return arrays
