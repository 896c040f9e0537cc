"""The game `xland`: XLand-MiniGrid (Nikulin et al. 2023), in which goal and rules are to be found out.

An agent walks through rooms with things, and does six things: go forward, turn right, turn left, pick up, put
down, toggle a door. A hidden goal (hold a tile, stand near one, put two together) pays 1 - 0.9 t / limit when
it is reached in step t, and ends the episode. Hidden rules turn tiles into others when they are held, come
near or are put together. Goal and rules stay for all episodes of a trial; where everything lies is drawn anew
for each, unless `layout` says otherwise.

The agent sees shapes and colours of the tiles before it, and the direction that it looks in, as with the
original's `DirectionObservationWrapper`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError, SpecError
from gamemeta.games.about import About, Recipe
from gamemeta.games.builtin.fit import check_fit, check_like
from gamemeta.games.builtin.xland import kernels, words
from gamemeta.games.builtin.xland.worlds import Worlds
from gamemeta.games.checks import check_actions, check_levels
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.xland import encoding as e
from gamemeta_levels.families.xland.family import ACTION_NAMES, STEPS_PER_TILE, XLand, XLandParameters
from gamemeta_levels.families.xland.plan import plan_steps
from gamemeta_levels.families.xland.rooms import MOST_DOORS
from gamemeta_levels.families.xland.rule_kernels import ACTIONS, HELD, SIDES
from gamemeta_levels.families.xland.rulesets import MOST_RULES, MOST_THINGS
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.tiles import FLOOR

RECIPE: Recipe = {
    "trial": {"episodes": 6},
    "game": {"label": "part", "show_taken": True},
    "network": {"cell": "mingru+things+mingru", "layers": 1, "keys": "view+taken"},
    "ppo": {"discount": 0.99, "minibatches": 32, "label_weight": 0.5, "entropy": 0.01},
    "run": {"steps": 100_000_000, "lanes": 256, "rollout_steps": 256, "shards": 2},
}
ANEW, KEPT = "anew", "kept"
LABELS = {"planned": ACTIONS, "part": kernels.PART_LABELS}
MOST_PARS = 100_000
"""Levels whose par is remembered."""
MOST_WATCHED = 8
"""Most games side by side whose events are noted."""


@dataclass(frozen=True, kw_only=True)
class XLandConfig:
    """Settings of the game of hidden goals and rules."""

    view: int = 5
    """Side of the square that the agent sees, in tiles; odd, 3 to 15."""
    layout: str = ANEW
    """Where things lie: drawn `anew` for each episode, or `kept` for all episodes of a level."""
    show_held: bool = False
    """Show what the agent holds, which the original does not."""
    show_taken: bool = False
    """Show what the agent picked up last and has not put down since: no more than it can remember. What rules
    make of a thing in its hand is hidden until it is put down."""
    show_front: bool = False
    """Show the tile before the agent as one symbol, too, for `network.keys=front`; it is in view anyway."""
    label: str = "planned"
    """What a memory may be trained to predict (`ppo.label_weight`): actions that are `planned` next, which
    takes a search for each change of the board and is what `ppo.guide_weight` imitates, or the `part` that
    the tile before it has."""
    revealed: bool = False
    """Show the kinds of goal and rules, and what part each tile in view has (upper-bound baseline)."""
    steps_per_tile: float = float(STEPS_PER_TILE)
    """Step limit of an episode, for each tile of the grid's area."""

    def __post_init__(self) -> None:
        if not 3 <= self.view <= 15 or self.view % 2 == 0:
            raise ConfigError(f"view = {self.view}: give an odd number from 3 to 15.")
        if self.layout not in (ANEW, KEPT):
            raise ConfigError(f"layout = {self.layout!r}: give {ANEW} or {KEPT}.")
        if self.label not in LABELS:
            raise ConfigError(f"label = {self.label!r}: give {' or '.join(LABELS)}.")
        if not 0.05 <= self.steps_per_tile <= 100:
            raise ConfigError(f"steps_per_tile = {self.steps_per_tile}: give 0.05 to 100.")


class XLandGame(Game):
    """N games of hidden goals and rules side by side, one seat each.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "xland"
    seats = 1
    labels: Mapping[str, int] = {"planned": ACTIONS}
    """`planned`: actions that lead nearer to the next change of the board that a plan makes; all where no
    plan is known. `part`: of the tile before the agent, 0 none, 1 and 2 a and b of the goal, 3 in a rule."""
    about = About(
        summary="Find out what pays: pick things up, put them together, see what becomes of them.",
        hidden="What the goal is, and which things turn into which when they are held, come near or meet.",
        stochastic=True,
        compiled=True,
        has_plans=False,
        has_map=False,
        guide="planned",
        recipe=RECIPE,
    )
    Config = XLandConfig
    Parameters = XLandParameters

    def __init__(self, n: int, config: XLandConfig | None = None) -> None:
        self.n = n
        self.config = config or XLandConfig()
        self.about = replace(
            type(self).about,
            stochastic=self.config.layout == ANEW,
            guide="planned" if self.config.label == "planned" else None,
        )
        self.labels = {self.config.label: LABELS[self.config.label]}
        self.spec = _spec(self.config)
        self._worlds = Worlds(n, self.config.view - 1)
        self._before: tuple[NDArray[np.uint8], NDArray[np.int32]] | None = None
        self._pars: dict[tuple[int, int], float] = {}
        self._everyone = np.ones(n, np.bool_)
        self._stream = np.zeros(1, np.uint64)
        self._nothing = np.zeros((0, 1, 1), np.uint8)
        self._no_roles = np.zeros((0, 1, 1, 1), np.uint8)

    def family(self, parameters: XLandParameters | None = None) -> XLand:
        return XLand(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        area = levels.size[:, 0] * levels.size[:, 1]
        limit: NDArray[np.int32] = np.maximum(np.rint(self.config.steps_per_tile * area), 1).astype(np.int32)
        return limit

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """Mean return of the plans that a bounded search finds on four layouts of each level, on its own
        where layouts are kept. One that it finds none for counts as 0: the best play may earn more than par.
        """
        everyone = np.ones(len(levels), np.bool_)
        _check_rulesets(len(levels), levels, everyone)
        limit, names = self.step_limit(levels), levels.content_hash.tolist()
        unknown = [row for row, name in enumerate(names) if (name, int(limit[row])) not in self._pars]
        some = levels.take(np.array(unknown, np.int64))
        steps = plan_steps(some, limit[unknown], self.config.layout == KEPT)
        returns = np.where(steps > 0, 1.0 - 0.9 * steps / limit[unknown][:, None], 0.0).mean(1)
        new = {
            (names[row], int(limit[row])): float(value) for row, value in zip(unknown, returns, strict=True)
        }
        known = self._pars | new
        self._pars = known if len(known) <= MOST_PARS else new
        return np.array([known[name, int(limit[row])] for row, name in enumerate(names)], np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        _check_rulesets(self.n, levels, mask)
        self._worlds.make_room(levels.tiles.shape[1])
        self._before = None
        self._worlds.guide.forget(mask)
        more = levels.more
        chance = levels.chance if self.config.layout == ANEW else levels.content_hash
        unfit = kernels.reset(
            mask,
            (levels.tiles, levels.size, more["doors"], more["goal"], more["rules"], more["things"], chance),
            float(self.config.steps_per_tile),
            self._worlds.pad,
            self._worlds.cells,
            self._stream,
            self._worlds.world,
            out.alive,
            self._shown(out),
        )
        if unfit >= 0:
            raise LevelError(
                f"level {unfit} is no level of `xland`: its grid, goal, rules or things cannot be. Let "
                "`pack` or `fill` of the family make the arrays."
            )
        self._label(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "games of `xland`")
        if self.n <= MOST_WATCHED:
            self._before = self._worlds.board.copy(), self._worlds.agent.copy()
        wrong = kernels.step(
            actions,
            self._worlds.world,
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
            self._shown(out),
        )
        if wrong >= 0:
            raise SpecError(f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..{ACTIONS - 1}.")
        self._label(self._everyone, out)

    def scene(self, i: int) -> Scene:
        """The grid drawn as text: a letter for each thing, and what the letters mean."""
        world = self._worlds
        steps, limit = (int(world.clock[i, k]) for k in (kernels.STEPS, kernels.LIMIT))
        board, agent = world.grid(i), world.agent_in(i)
        text = "\n".join([*words.drawing(board, agent), "", *words.legend(board, agent)])
        return Scene.without_map(step=steps, limit=limit, text=text)

    def events(self, i: int) -> tuple[str, ...]:
        """What the last step of game i changed; none where more than a few games are played side by side."""
        if self._before is None:
            return ()
        world = self._worlds
        (was, agent_was), held = (part[i] for part in self._before), int(world.agent[i, HELD])
        return words.events(
            was,
            world.board[i],
            held=(int(agent_was[HELD]), held),
            reached=int(world.clock[i, kernels.ENDED]) == kernels.REACHED,
        )

    def save(self, i: int) -> bytes:
        return self._worlds.save(i)

    def load(self, i: int, data: bytes) -> None:
        self._worlds.load(i, data)
        self._before = None

    def _label(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        if "planned" in out.labels:
            self._worlds.guide.label(mask, self._worlds.pad, self._worlds.world, out.labels["planned"])
        if "part" in out.labels:
            kernels.label_part(mask, self._worlds.world, out.labels["part"])

    def _shown(self, out: StepBuffers) -> tuple[NDArray[np.uint8], ...]:
        return (
            out.obs["view"],
            out.obs["direction"],
            out.obs.get("held", self._nothing),
            out.obs.get("taken", self._nothing),
            out.obs.get("front", self._nothing),
            out.obs.get("roles", self._no_roles),
            out.obs.get("kinds", self._nothing),
        )


def _check_rulesets(n: int, levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
    """Raises LevelError where levels are no rulesets that compiled rules can read."""
    check_levels(n, levels, mask)
    if not {"goal", "rules", "things", "doors"} <= levels.more.keys():
        raise LevelError("these levels have no rulesets: they are not of the family 'xland'.")
    check_fit(n, levels, mask, FLOOR)
    check_like(levels, "goal", (n, 3), np.uint8)
    check_like(levels, "rules", (n, MOST_RULES, 4), np.uint8)
    check_like(levels, "things", (n, MOST_THINGS), np.uint8)
    check_like(levels, "doors", (n, MOST_DOORS, 4), np.int32)


def _spec(config: XLandConfig) -> Spec:
    obs = [
        symbols("view", (config.view, config.view, 2), e.SHAPES),
        symbols("direction", (1,), SIDES),
    ]
    if config.show_held:
        obs.append(symbols("held", (2,), e.SHAPES))
    if config.show_taken:
        obs.append(symbols("taken", (2,), e.SHAPES))
    if config.show_front:
        obs.append(symbols("front", (1,), e.SHAPES * e.COLOURS))
    if config.revealed:
        obs.append(symbols("roles", (config.view, config.view), kernels.ROLE_CODES))
        obs.append(symbols("kinds", (MOST_RULES + 1,), kernels.KIND_CODES))
    return Spec(obs=tuple(obs), action=ActionSpec(heads=(ACTIONS,), names=(ACTION_NAMES,)))
