"""A stand-in for a person who plays duels: a script with habits of its own, since no person was at hand.

It looks at what a person sees, and does, in this order:

1. Dodges a shot that flies at it by stepping up, always up.
2. Shoots when it has a line: ahead the first time in a match, to the left from then on.
3. Lays a trap in the fourth step of every match.
4. Walks towards the other: along the rows first, then along the columns.

In one step of ten it does anything at all.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.demonstrations.file import Demonstrations
from gamemeta.games.builtin.arena.offset_kernels import REACH
from gamemeta.games.builtin.duel import rules as r
from gamemeta.playing.versus import BOT, Versus
from gamemeta_levels.family import generate

UP, DOWN, LEFT, RIGHT, STAY, SHOOT, TRAP = range(r.ACTIONS)
AHEAD, TO_THE_LEFT = 0, 1
ANYTHING = 0.1
"""Share of the steps in which it does anything."""
TRAP_STEP = 3


class StandIn:
    """The script, in one seat.

    Args:
        seed: what its whims are drawn from.
    """

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._has_shot, self._step = False, 0

    def begin_match(self) -> None:
        """A match begins."""
        self._has_shot, self._step = False, 0

    def act(self, obs: Mapping[str, NDArray[Any]]) -> tuple[int, int]:
        """What it does, and where it aims."""
        action = self._habit(obs)
        self._step += 1
        if self._rng.random() < ANYTHING:
            action = int(self._rng.integers(r.ACTIONS)), int(self._rng.integers(r.AIMS))
        self._has_shot |= action[0] == SHOOT
        return action

    def _habit(self, obs: Mapping[str, NDArray[Any]]) -> tuple[int, int]:
        line = int(obs["in_line"][0])
        if line & r.IT_SHOT:
            return UP, AHEAD
        if line & r.I_AIM:
            return SHOOT, TO_THE_LEFT if self._has_shot else AHEAD
        if self._step == TRAP_STEP:
            return TRAP, AHEAD
        rows, columns = (int(code) - REACH for code in obs["other"])
        if rows:
            return (DOWN if rows > 0 else UP), AHEAD
        return (RIGHT if columns > 0 else LEFT), AHEAD


def played(levels: int, matches: int, seed: int = 0) -> Demonstrations:
    """Matches of the stand-in against the game's bot, recorded as those of people are.

    Args:
        levels: training levels, from the first on; each has another opponent.
        matches: in a row on each.
        seed: of its whims.
    """
    made: Demonstrations | None = None
    for number in range(levels):
        versus, person = Versus("duel", BOT, matches=matches, seed=seed), StandIn(seed + number)
        level = generate(versus.family, number, "train")
        for _ in range(matches):
            versus.begin(level)
            person.begin_match()
            while not versus.over:
                seen = {name: array[0, 0] for name, array in versus._out.obs.items()}
                versus.step({0: person.act(seen)})
        part = versus.record.demonstrations()
        if made is None:
            made = part
        else:
            made.trials += part.trials
    assert made is not None
    return made
