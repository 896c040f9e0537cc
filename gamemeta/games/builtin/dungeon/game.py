"""The game `dungeon`: find out what things do, and leave through the exit with what they give.

The rules are those of `gamemeta_levels.families.dungeon.rules.constants`: a hero with three lives and one
hand for a key walks through rooms or caves. What each potion and scroll does, which key opens which door and
which monsters bite is redrawn for every level and stays for all episodes of a trial. Leaving pays 1 - 0.9
clock / limit, and 0.1 once the clock has reached its limit; after twice as many steps the episode is
truncated.

The agent sees the tiles around itself with what lies and walks there, where it is relative to its spawn (as
residues, see `gamemeta.games.builtin.maze.game`), its health, key, haste and compass, what its last step
touched, and how far away, in rows and columns, the key of each colour and the exit lie, once they were in
sight in this episode; a scroll may show the exit from anywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.facts import Fact
from gamemeta.games.about import About, Recipe
from gamemeta.games.builtin.dungeon import kernels, words
from gamemeta.games.builtin.dungeon.worlds import Worlds
from gamemeta.games.builtin.fit import check_fit, check_like
from gamemeta.games.builtin.maze.kernels import PLACE_CODES
from gamemeta.games.checks import check_actions, check_levels
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.dungeon.family import Dungeon, DungeonParameters
from gamemeta_levels.families.dungeon.planner.planner import default_limit, layout_of, limit_of, plan_return
from gamemeta_levels.families.dungeon.rules import constants as r
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import CHEST, MOVE_NAMES

RECIPE: Recipe = {
    "ppo": {"discount": 0.985, "guide_weight": 0.5, "guide_until": 0.15},
    "run": {"steps": 20_000_000},
}


@dataclass(frozen=True, kw_only=True)
class DungeonConfig:
    """Settings of the dungeon game."""

    view: int = 5
    """Side of the square that the agent sees, in tiles; odd, 3 to 31."""
    revealed: bool = False
    """Show the hidden rules and the ways to key and exit (upper-bound baseline)."""
    steps_per_tile: float = r.STEPS_PER_TILE
    """Steps until leaving pays least, for each tile of the level's area; episodes last twice as long at
    most."""

    def __post_init__(self) -> None:
        if not 3 <= self.view <= 31 or self.view % 2 == 0:
            raise ConfigError(f"view = {self.view}: give an odd number from 3 to 31.")
        if not 0.05 <= self.steps_per_tile <= 100:
            raise ConfigError(f"steps_per_tile = {self.steps_per_tile}: give 0.05 to 100.")


class DungeonGame(Game):
    """N dungeons side by side, one seat each.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "dungeon"
    about = About(
        summary=(
            "Explore rooms with potions, scrolls, traps, doors and monsters; find the key, leave by the exit."
        ),
        hidden="What each potion and scroll does, which key opens which door, which monsters bite.",
        compiled=True,
        guide="nearer",
        recipe=RECIPE,
    )
    labels: Mapping[str, int] = {"nearer": 4, "right_key": r.COLOURS}
    """`nearer`: moves that lead nearer to the right key or, with it, to the exit. `right_key`: the colour of
    the key that opens the exit's door."""
    facts: Mapping[str, Fact] = words.FACTS
    Config = DungeonConfig
    Parameters = DungeonParameters

    def __init__(self, n: int, config: DungeonConfig | None = None) -> None:
        self.n = n
        self.config = config or DungeonConfig()
        self.spec = _spec(self.config)
        self._worlds = Worlds(n, self._reach)
        self._limit = np.zeros(n, np.int32)
        self._everyone = np.ones(n, np.bool_)
        self._not_shown = np.zeros((0, 1, 1), np.uint8)

    @property
    def _reach(self) -> int:
        """Tiles that the agent sees to each side."""
        return int(self.config.view - 1) // 2

    def family(self, parameters: DungeonParameters | None = None) -> Dungeon:
        return Dungeon(parameters, self.config.steps_per_tile)

    def clock_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """Limit [N] of each level's clock, at which the exit pays least."""
        return default_limit(levels, self.config.steps_per_tile)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        return r.STEPS_PER_CLOCK * self.clock_limit(levels)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        _check_dungeons(len(levels), levels, np.ones(len(levels), np.bool_))
        return plan_return(levels, self.clock_limit(levels))

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        _check_dungeons(self.n, levels, mask)
        self._worlds.make_room(*levels.tiles.shape[1:])
        rows = mask.nonzero()[0]
        self._limit[rows] = limit_of(levels.size[rows], levels.par_steps[rows], self.config.steps_per_tile)
        kernels.reset(
            mask,
            self._reach,
            tuple(layout_of(levels)),
            self._limit,
            levels.distance,
            levels.more["key_distance"],
            self._worlds.world,
            self._worlds.ways,
            out.alive,
        )
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "dungeons")
        wrong = kernels.step(
            actions,
            self._reach,
            self._worlds.world,
            self._worlds.ways,
            self._worlds.search,
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        if wrong >= 0:
            raise SpecError(f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..3.")
        self._observe(self._everyone, out)

    def scene(self, i: int) -> Scene:
        """The level with its things and monsters as they are now."""
        health, hand, haste, compass, clock, steps, limit, _ = (int(k) for k in self._worlds.status[i])
        return Scene.around(
            self._worlds.tiles(i),
            self.agent_at(i),
            self._reach,
            step=steps,
            limit=r.STEPS_PER_CLOCK * limit,
            status=words.status(health, hand, haste, compass, min(clock, limit), limit),
        )

    def agent_at(self, i: int) -> tuple[int, int]:
        row, column = self._worlds.state["hero"][i].tolist()
        return row, column

    def events(self, i: int) -> tuple[str, ...]:
        """Events of the last step of game i, in words; none after a reset."""
        world = self._worlds
        under = int(world.board[i, *(world.state["hero"][i] + world.pad)])
        return words.events(
            tuple(map(int, world.state["happened"][i])),
            hand=int(world.status[i, r.IN_HAND]),
            harmless=tuple(map(int, world.rules[i, r.HARMLESS : r.HARMLESS + r.MONSTER_KINDS])),
            put_down=under if under in r.KEYS else None,
            ended=int(world.status[i, r.ENDED]),
        )

    def hidden_facts(self) -> dict[str, NDArray[np.int64]]:
        """The hidden rules, column by column."""
        rules = self._worlds.rules.astype(np.int64)
        return {name: rules[:, column].copy() for name, column in words.COLUMN_OF_FACT.items()}

    def save(self, i: int) -> bytes:
        return self._worlds.save(i)

    def load(self, i: int, data: bytes) -> None:
        self._worlds.load(i, data)

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        """Write observations and, where they are asked for, labels."""
        world, ways = self._worlds.world, self._worlds.ways
        shown = [out.obs[name] for name in ("view", "place", "status", "touched", "landmarks")]
        revealed = [out.obs.get(name, self._not_shown) for name in ("rules", "key_offset")]
        kernels.observe(mask, world, ways, *shown, *revealed)
        if out.labels:
            kernels.label(mask, world, self._reach, ways, out.labels["nearer"], out.labels["right_key"])


def _check_dungeons(n: int, levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
    """Raises LevelError where levels are no dungeons that compiled rules can read."""
    check_levels(n, levels, mask)
    if not {"hidden", "key_distance"} <= levels.more.keys():
        raise LevelError("these levels have no hidden rules: they are not of the family 'dungeon'.")
    check_fit(n, levels, mask, CHEST)
    check_like(levels, "key_distance", levels.tiles.shape, np.uint16)
    check_like(levels, "hidden", (n, r.HIDDEN_SIZE), np.uint8)


def _spec(config: DungeonConfig) -> Spec:
    obs = [
        symbols("view", (config.view, config.view), kernels.VIEW_CODES),
        symbols("place", (2,), PLACE_CODES),
        symbols("status", (4,), kernels.STATUS_CODES),
        symbols("touched", (1,), kernels.VIEW_CODES),
        symbols("landmarks", (2 * kernels.LANDMARKS,), kernels.OFFSET_CODES),
    ]
    if config.revealed:
        obs.append(symbols("rules", (r.HIDDEN_SIZE,), kernels.STATUS_CODES))
        obs.append(symbols("key_offset", (2,), kernels.OFFSET_CODES))
    return Spec(obs=tuple(obs), action=ActionSpec(heads=(4,), names=(MOVE_NAMES,)))
