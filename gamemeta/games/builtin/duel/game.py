"""The game `duel`: two players in an arena, each with a gun and a trap, and habits that can be learned.

The rules are those of `gamemeta.games.builtin.duel.rules`. Who is shot at has one step to be elsewhere, and
does not see where the shot goes, so one must know where the other will go, and where it shoots: that is
decided by a scripted player's hidden style, which stays for all matches of a trial. A match pays 1 to who
wins it and a half to each for a draw, in its last step: a return is a win rate.

With `others="scripted"` the game has one seat and plays the second player itself. With `"outside"` it has
two seats, which see and move alike.

A seat sees the tiles around itself with its own trap, how far away in rows and columns the other is, what
both have and where they look to, whether they are in each other's line of fire or a shot of the other is
under way, what the other did last, where its shot landed, the step of the match and, once it is decided,
who won: 1 it, 2 the other, 3 nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError
from gamemeta.facts import UNKNOWN, Fact, Habit
from gamemeta.games.about import Recipe
from gamemeta.games.builtin.arena.game import ArenaGame, Arrays, Flags
from gamemeta.games.builtin.arena.offset_kernels import OFFSET_CODES
from gamemeta.games.builtin.arena.seats import SCRIPTED, check_seats
from gamemeta.games.builtin.duel import kernels, view_kernels, words
from gamemeta.games.builtin.duel import rules as r
from gamemeta.games.builtin.duel.world import DuelWorld
from gamemeta.spec import ActionSpec, symbols
from gamemeta_levels.families.arena.kernels import SPOTS
from gamemeta_levels.families.arena.parameters import MOST_SIDE
from gamemeta_levels.families.arena.styles import THOUSAND
from gamemeta_levels.tiles import AMMUNITION, COVER, FLOOR, HAZARD, PLAYER_1, WALL

RECIPE: Recipe = {
    "levels": {"cover": (0, 2), "ammunition": (0, 1), "spawn_distance": (3, 5)},
    "trial": {"episodes": 6},
    "ppo": {"discount": 0.97, "guide_weight": 0.5, "guide_until": 0.15},
    "run": {"steps": 24_000_000},
}
_OBS = (
    symbols("other", (2,), OFFSET_CODES),
    symbols("status", (r.STATUS,), r.STATUS_CODES),
    symbols("in_line", (1,), r.IN_LINE_CODES),
    symbols("did", (1,), r.ACTIONS + 1),
    symbols("landed", (1,), r.LANDED_CODES),
    symbols("time", (1,), r.CLOCK_CODES),
    symbols("outcome", (1,), r.DRAW + 1),
)
"""Observations of a seat besides its view."""


@dataclass(frozen=True, kw_only=True)
class DuelConfig:
    """Settings of the game duel."""

    others: str = SCRIPTED
    """Who plays the second player: `scripted`, the game itself; `outside`, a second seat."""
    fresh_maps: bool = True
    """Rearrange the level's map for every match, with the same opponent."""
    view: int = 5
    """Side of the square that a seat sees, in tiles; odd, 3 to 31."""
    revealed: bool = False
    """Show the habits of the opponent (upper-bound baseline)."""
    limit: int = 40
    """Steps after which a match is a draw; at least 4."""

    def __post_init__(self) -> None:
        check_seats(r.PLAYERS, self.others, self.view)
        if not 4 <= self.limit <= 1000:
            raise ConfigError(f"limit = {self.limit}: give 4 to 1000.")


class DuelGame(ArenaGame[DuelConfig]):
    """N matches side by side.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "duel"
    about = replace(
        ArenaGame.about,
        summary="Shoot, dodge and lay a trap against one opponent in an arena.",
        hidden="The opponent's habits: where it aims, where it dodges, from how far it shoots.",
        interchangeable_seats=True,
        guide="good",
        recipe=RECIPE,
    )
    labels: Mapping[str, int] = {"shoots": r.AIMS, "escapes": r.AIMS, "good": r.ACTIONS}
    """`shoots`: where the other shoots if no wall bars a side; `escapes`: where it goes when shot at;
    `good`: what is best for a player who knows where shots go."""
    facts: Mapping[str, Fact] = words.FACTS
    """Habits of the scripted player, all matches long: where it shoots if no wall bars a side, where it goes
    when shot at, and from how far it shoots."""
    guesses: Mapping[str, Habit] = words.GUESSES
    Config = DuelConfig
    _rules = r
    _tile_of_view = np.array([FLOOR, WALL, COVER, AMMUNITION, HAZARD, PLAYER_1], np.uint8)
    _fields = DuelWorld._fields
    _remembered = ("clock", "gear")

    def __init__(self, n: int, config: DuelConfig | None = None) -> None:
        super().__init__(
            n,
            config or DuelConfig(),
            players=r.PLAYERS,
            obs=_OBS,
            action=ActionSpec(heads=(r.ACTIONS, r.AIMS), names=(r.ACTION_NAMES, r.AIM_NAMES)),
            spots=SPOTS,
            state={
                "gear": (r.GEAR * r.PLAYERS, r.GEAR_RANGE),
                "traps": (2 * r.PLAYERS, (r.NOWHERE, MOST_SIDE)),
                "did": (r.DID * r.PLAYERS, r.DID_RANGE),
                "flight": (r.FLIGHT * r.PLAYERS, r.FLIGHT_RANGE),
                "clock": (r.CLOCK, r.CLOCK_RANGE),
            },
            maps={"board": (1, r.PICK_UP, r.BLOCKED), "ways": (1, r.FAR_WAY, r.FAR_WAY)},
        )

    def teams(self) -> tuple[int, ...]:
        return tuple(range(self.seats))

    def goal(self, seat: int) -> str:
        return words.GOAL

    def tile_words(self) -> Mapping[int, str]:
        return {HAZARD: "a trap of the first player", PLAYER_1: "the second player"}

    def _fits(self, saved: Mapping[str, NDArray[np.int64]], size: tuple[int, int]) -> bool:
        """Shots were fired and traps laid within the arena, and a match has a result once it is decided."""
        fired = saved["flight"].reshape(r.PLAYERS, r.FLIGHT)[:, r.FROM_ROW : r.FROM_COLUMN + 1]
        traps = saved["traps"].reshape(r.PLAYERS, 2)
        laid = ((traps == r.NOWHERE).all(1) | ((traps >= 0) & (traps < size)).all(1)).all()
        open_end = saved["clock"][r.END] == r.OPEN_END
        return bool((fired < size).all() and laid and (saved["clock"][r.STATE] == r.RUNNING) == open_end)

    def _start(self, mask: Flags, levels: Arrays, limit: NDArray[np.int32], alive: Flags) -> None:
        worlds = self._worlds
        kernels.reset(mask, self.config.fresh_maps, levels, limit, worlds.arrays, worlds.pad, alive)

    def _play(self, actions: NDArray[np.integer[Any]], results: Arrays) -> int:
        worlds = self._worlds
        wrong: int = kernels.step(actions, self._scripted, worlds.arrays, worlds.pad, worlds.queue, *results)
        return wrong

    def _show(self, mask: Flags, obs: Mapping[str, NDArray[Any]]) -> None:
        shown = [obs["view"], *(obs[buffer.name] for buffer in _OBS)]
        view_kernels.observe(mask, self._worlds.arrays, self._worlds.pad, *shown)

    def _label(self, mask: Flags, labels: Mapping[str, NDArray[np.uint8]]) -> None:
        worlds, written = self._worlds, [labels[name] for name in self.labels]
        view_kernels.label(mask, self._scripted, worlds.arrays, worlds.pad, *written)

    def hidden_facts(self) -> dict[str, NDArray[np.int64]]:
        """The habits of the scripted players; none where a seat plays instead."""
        if not self._scripted:
            return {name: np.full(self.n, UNKNOWN) for name in self.facts}
        style = self._worlds.state["others"]
        eager = style[:, r.EAGERNESS] * len(words.FACTS[words.DISTANCE].words) // THOUSAND
        return {
            words.AIM: style[:, r.SHOT_LIKING : r.SHOT_LIKING + r.AIMS].argmax(1),
            words.ESCAPE: style[:, r.ESCAPE_LIKING : r.ESCAPE_LIKING + r.AIMS].argmax(1),
            words.DISTANCE: eager,
        }

    def _events(self, i: int) -> tuple[str, ...]:
        clock, did, gear = (self._now(name, i) for name in ("clock", "did", "gear"))
        before, was = (self._before[name][i].tolist() for name in ("gear", "clock"))
        ran, players = was[r.STATE] == r.RUNNING and was[r.STEP] < clock[r.STEP], range(r.PLAYERS)
        fired = tuple(
            ran and before[r.GEAR * k + r.AMMUNITION_LEFT] > 0 and did[r.DID * k] == r.SHOOT for k in players
        )
        laid = tuple(before[r.GEAR * k + r.TRAPS_LEFT] > gear[r.GEAR * k + r.TRAPS_LEFT] for k in players)
        landed = tuple(did[r.DID * k + r.LANDED] if ran else 0 for k in players)
        return words.events(clock, fired, landed, laid)

    def _status(self, i: int) -> str:
        return words.status(self._now("clock", i), self._now("gear", i))

    def _draw(self, i: int, tiles: NDArray[np.uint8], others: Sequence[tuple[int, int]]) -> None:
        """Draw the first player's trap as a hazard."""
        trap = self._now("traps", i)[:2]
        if trap[0] != r.NOWHERE:
            tiles[trap] = HAZARD
        super()._draw(i, tiles, others)
