"""The game `tag`: guards, and a runner who waits, chooses an exit and sprints too fast to be followed.

The rules are those of `gamemeta.games.builtin.tag.rules`. A guard wins by standing in the way, so it must
know where the runner will go: that is decided by the runner's hidden style, which stays for all matches of a
trial. The winners of a match are paid 1 in its last step, so that returns are win rates; there are no draws.

With `others="scripted"` the game has one seat, a guard, and plays everyone else itself. With `"outside"` it
has a seat for each player, guards first and the runner last, and all of them see and move alike.

A seat sees the tiles around itself, how far away in rows and columns the four exits and the runner are, the
step of the match and, once it is decided, which exit the runner had made for.
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
from gamemeta.games.builtin.tag import kernels, words
from gamemeta.games.builtin.tag import rules as r
from gamemeta.spec import ActionSpec, Buffer, symbols
from gamemeta_levels.families.arena.kernels import SPOTS
from gamemeta_levels.families.arena.styles import THOUSAND
from gamemeta_levels.tiles import EXIT_1, FLOOR, GOAL, PLAYER_1, PLAYER_2, WALL

RECIPE: Recipe = {
    "trial": {"episodes": 6},
    "ppo": {"discount": 0.97, "guide_weight": 0.5, "guide_until": 0.15},
    "run": {"steps": 24_000_000},
}


@dataclass(frozen=True, kw_only=True)
class TagConfig:
    """Settings of the game tag."""

    players: int = 2
    """One runner, and the rest guards: 2 to 4 players."""
    others: str = SCRIPTED
    """Who plays the other seats: `scripted`, the game itself, and the agent is a guard; `outside`, every
    player is a seat of its own."""
    fresh_maps: bool = True
    """Rearrange the level's map for every match, with the same runner."""
    view: int = 5
    """Side of the square that a seat sees, in tiles; odd, 3 to 31."""
    revealed: bool = False
    """Show the habits of the others (upper-bound baseline)."""
    limit: int = 30
    """Steps after which the guards win; at least 12."""

    def __post_init__(self) -> None:
        check_seats(self.players, self.others, self.view)
        if not 12 <= self.limit <= 1000:
            raise ConfigError(f"limit = {self.limit}: give 12 to 1000.")


class TagGame(ArenaGame[TagConfig]):
    """N matches side by side.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "tag"
    about = replace(
        ArenaGame.about,
        summary="Guard four exits: stand in the way of a runner that waits, then sprints to one of them.",
        hidden="The runner's habits: which exits it likes, and how long it waits.",
        guide="towards",
        recipe=RECIPE,
    )
    labels: Mapping[str, int] = {"exit": r.COLOURS, "towards": r.ACTIONS}
    """`exit`: where the runner goes, or would go if it left now. `towards`: moves that lead nearer to it."""
    facts: Mapping[str, Fact] = words.FACTS
    """The exit of the label, none once a match is decided; and how long the runner waits, in all matches."""
    guesses: Mapping[str, Habit] = words.GUESSES
    Config = TagConfig
    _rules = r
    _tile_of_view = np.array(
        [FLOOR, WALL, *range(EXIT_1, EXIT_1 + r.COLOURS), GOAL, PLAYER_2, PLAYER_1], np.uint8
    )

    def __init__(self, n: int, config: TagConfig | None = None) -> None:
        config = config or TagConfig()
        super().__init__(
            n,
            config,
            players=config.players,
            obs=_obs(config),
            action=ActionSpec(heads=(r.ACTIONS,), names=(r.ACTION_NAMES,)),
            spots=SPOTS,
            state={"clock": (r.CLOCK, r.CLOCK_RANGE)},
            maps={"board": (1, r.DEN, r.BLOCKED), "ways": (r.COLOURS, r.FAR_WAY, r.FAR_WAY)},
        )

    @property
    def _guards(self) -> int:
        return max(1, self.seats - 1)

    def teams(self) -> tuple[int, ...]:
        return (*(0,) * self._guards, 1)[: self.seats]

    def seat_names(self) -> tuple[str, ...]:
        return (*(f"guard_{k}" for k in range(self._guards)), "runner_0")[: self.seats]

    def goal(self, seat: int) -> str:
        return words.RUNNER if self.teams()[seat] else words.GUARD

    def tile_words(self) -> Mapping[int, str]:
        exits = {EXIT_1 + k: f"the {colour} exit" for k, colour in enumerate(words.COLOURS)}
        return exits | {GOAL: "the den", PLAYER_1: "the runner", PLAYER_2: "another guard"}

    def _fits(self, saved: Mapping[str, NDArray[np.int64]], size: tuple[int, int]) -> bool:
        """An exit that was reached is known, and a match that goes on has no winner."""
        state, winner, aim = (int(saved["clock"][k]) for k in (r.STATE, r.WINNER, r.AIM))
        return (state == r.RUNNING) == (winner == r.NOBODY) and not (winner == r.RUNNER and aim == r.NO_EXIT)

    def _start(self, mask: Flags, levels: Arrays, limit: NDArray[np.int32], alive: Flags) -> None:
        worlds = self._worlds
        kernels.reset(mask, self.config.fresh_maps, levels, limit, worlds.arrays, worlds.pad, alive)

    def _play(self, actions: NDArray[np.integer[Any]], results: Arrays) -> int:
        worlds = self._worlds
        wrong: int = kernels.step(actions, self._scripted, worlds.arrays, worlds.pad, *results)
        return wrong

    def _show(self, mask: Flags, obs: Mapping[str, NDArray[Any]]) -> None:
        shown = [obs[name] for name in ("view", "exits", "runner", "time", "outcome")]
        kernels.observe(mask, self._worlds.arrays, self._worlds.pad, *shown)
        if "role" in obs:
            obs["role"][mask] = np.array(self.teams())[:, None]

    def _label(self, mask: Flags, labels: Mapping[str, NDArray[np.uint8]]) -> None:
        worlds, written = self._worlds, (labels["exit"], labels["towards"])
        kernels.label(mask, self._scripted, worlds.arrays, worlds.pad, *written)

    def hidden_facts(self) -> dict[str, NDArray[np.int64]]:
        """What the runner makes for and how long it waits; nothing is known of a runner that is a seat."""
        if not self._scripted:
            return {name: np.full(self.n, UNKNOWN) for name in self.facts}
        labels = {name: np.zeros((self.n, self.seats), np.uint8) for name in self.labels}
        self._label(self._everyone, labels)
        bits = labels["exit"][:, :1] >> np.arange(r.COLOURS) & 1
        return {
            words.EXIT: np.where(bits.any(1), bits.argmax(1), UNKNOWN),
            words.LEAVES: self._worlds.state["others"][:, r.WAIT] * r.WAITS // THOUSAND,
        }

    def _events(self, i: int) -> tuple[str, ...]:
        clock = self._now("clock", i)
        return words.events(clock, clock[r.LEFT] > self._before["clock"][i, r.LEFT])

    def _status(self, i: int) -> str:
        return words.status(self._now("clock", i))

    def _draw(self, i: int, tiles: NDArray[np.uint8], others: Sequence[tuple[int, int]]) -> None:
        """Guards look alike; the runner, the last, stands before them."""
        for place in others[:-1]:
            tiles[place] = PLAYER_2
        super()._draw(i, tiles, others[-1:])


def _obs(config: TagConfig) -> list[Buffer]:
    obs = [
        symbols("exits", (2 * r.COLOURS,), OFFSET_CODES),
        symbols("runner", (2,), OFFSET_CODES),
        symbols("time", (1,), r.CLOCK_CODES),
        symbols("outcome", (1,), r.OUTCOME_CODES),
    ]
    if config.others != SCRIPTED:
        obs.append(symbols("role", (1,), 2))
    return obs
