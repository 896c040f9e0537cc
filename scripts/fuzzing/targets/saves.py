"""Saved games of every compiled game: damaged, and loaded into a running one that is then played on."""

import zlib
from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from random import Random

import numpy as np

from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.registry import make_game
from gamemeta_levels.family import generate_arrays
from scripts.fuzzing.mutations import cut, flip_bit, mutated_by, splice
from scripts.fuzzing.target import Target
from scripts.fuzzing.targets.levels import play_steps

GAMES = {
    "maze": {},
    "dungeon": {},
    "tag": {},
    "duel": {"others": "outside"},
    "forage": {"others": "outside", "players": 4},
    "bandit": {},
    "mdp": {},
    "grid": {},
    "darkroom": {},
    "keydoor": {},
    "navigation": {},
    "corridor": {},
    "popgym/concentration": {},
    "popgym/minesweeper": {},
    "popgym/count_recall": {"difficulty": "hard"},
    "alchemy": {},
    "xland": {},
}
"""Game -> settings."""
NUMBERS = (-1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 20, 62, 63, 64, 254, 255, 256, 999, 1000, 1001, 2**31 - 1)
"""Numbers at the edge of what some part may be."""
SEEDS = 8
"""Saved games to begin from."""


def targets() -> Iterator[Target]:
    """A target for each game."""
    for name in GAMES:
        yield Target(
            name=f"saves/{name}", seeds=partial(_seeds, name), play=partial(_play, name), mutate=mutate
        )


@cache
def _game(name: str) -> tuple[Game, StepBuffers]:
    cls = type(make_game(name, 1))
    game = cls(1, cls.Config(**GAMES[name]))
    return game, StepBuffers.empty(game, labels=True)


def put_number(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Another number of 4 or 8 bytes, or of one, at a place where one may stand."""
    size = random.choice((1, 4, 4, 8, 8, 8))
    place = random.randrange(max(1, len(data) // size)) * size
    number = random.choice(NUMBERS) & (1 << 8 * size) - 1
    return data[:place] + number.to_bytes(size, "little") + data[place + size :]


mutate = mutated_by(*[put_number] * 12, *[flip_bit] * 4, cut, splice)


def _seeds(name: str) -> list[bytes]:
    (game, out), luck, saved = _game(name), Random(name), []
    for seed in range(SEEDS):
        levels = generate_arrays(game.family(), [seed], "any")
        levels.chance[:] = luck.randrange(2**63)
        game.reset(levels, np.ones(1, np.bool_), out)
        for _ in range(seed // 2):
            play_steps(game, out, luck)
        saved.append(game.save(0))
    return saved


def _play(name: str, data: bytes, folder: Path) -> None:
    """Load the bytes, play on, and save again."""
    game, out = _game(name)
    game.load(0, data)
    again = game.save(0)
    game.load(0, again)
    assert game.save(0) == again
    play_steps(game, out, Random(zlib.crc32(data)))
