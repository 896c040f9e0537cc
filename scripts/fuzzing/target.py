"""What a fuzzer does: good inputs, ways to damage them, and what is done with a damaged one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from gamemeta.errors import GamemetaError
from scripts.fuzzing.mutations import mutate_text

Mutate = Callable[[Random, Sequence[bytes]], bytes]


@dataclass(frozen=True, kw_only=True)
class Target:
    """A kind of input.

    Args:
        name: as commands take it, such as `levels/maze.txt`.
        seeds: gives good inputs, at least one; called once.
        play: does what a user would with an input; returns if it is good, raises one of `refusals` if not.
            Files are written into the folder, which is this process' own.
        mutate: makes a damaged input out of the good ones.
        refusals: errors that are an answer; any other is a finding.
    """

    name: str
    seeds: Callable[[], Sequence[bytes]]
    play: Callable[[bytes, Path], None]
    mutate: Mutate = mutate_text
    refusals: tuple[type[BaseException], ...] = (GamemetaError,)

    def input(self, seeds: Sequence[bytes], seed: int, number: int) -> bytes:
        """The input of this number: the same target, seed and number give the same bytes."""
        return self.mutate(Random(f"{self.name} {seed} {number}"), seeds)
