"""The game `alchemy`: find out what potions do to stones, and sell the best (Wang et al. 2021).

The symbolic form of Alchemy. An episode has three stones, twelve potions and twenty steps; a trial is ten
episodes with one chemistry, which the benchmark calls an episode of ten trials. A stone goes into a potion,
which may change it, or into the cauldron, which pays -3, -1, 1 or 15. The agent sees three features and the
value of every stone, the colour of every potion, and what is used up. An episode succeeds when it sells at
least two of the best stones.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import LevelError, SpecError
from gamemeta.games.about import About
from gamemeta.games.builtin.alchemy import kernels, words
from gamemeta.games.builtin.fit import check_fit, check_like
from gamemeta.games.builtin.recipes import whole_trials
from gamemeta.games.checks import check_actions
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels.families.alchemy.chemistry import (
    AXES,
    COLOURS,
    CORNERS,
    EPISODE_STEPS,
    POTIONS,
    STONES,
    number_of,
    place_of_number,
)
from gamemeta_levels.families.alchemy.family import HIDDEN, Alchemy, AlchemyParameters
from gamemeta_levels.families.alchemy.planner import expected_reward
from gamemeta_levels.family import LevelArrays

_CLOCK = struct.Struct(f"<{kernels.CLOCK}i")
_TRIAL_EPISODES = 10


@dataclass(frozen=True, kw_only=True)
class AlchemyConfig:
    """Settings of the alchemy game."""

    one_at_hand: bool = True
    """One stone is at hand, which goes into a potion of some colour, is sold, or makes room for the next:
    8 actions, each of which is one of the benchmark's 40. Those 40, if false."""
    revealed: bool = False
    """Show what every potion makes of every stone, and how stones look (upper-bound baseline)."""


class AlchemyGame(Game):
    """N games side by side, one seat each.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    name = "alchemy"
    seats = 1
    labels: Mapping[str, int] = {}
    about = About(
        summary="Improve three stones with twelve potions, and sell them.",
        hidden="What each potion does to which stones, and which looks are worth most.",
        compiled=True,
        stochastic=True,
        has_map=False,
        has_plans=False,
        recipe=whole_trials(
            episodes=_TRIAL_EPISODES,
            trial_steps=_TRIAL_EPISODES * EPISODE_STEPS,
            rows=25_000,
            cell="mingru+table+table",
            keys="look",
            lam=0.95,
            entropy=0.01,
            learning_rate=4e-3,
        ),
    )
    Config = AlchemyConfig
    Parameters = AlchemyParameters

    def __init__(self, n: int, config: AlchemyConfig | None = None) -> None:
        self.n = n
        self.config = config or AlchemyConfig()
        if self.config.one_at_hand:
            names = words.HAND_ACTION_NAMES
            obs = [
                symbols("look", (AXES,), 4),
                symbols("value", (1,), 5),
                symbols("others", (STONES - 1,), 5),
                symbols("counts", (COLOURS,), POTIONS + 1),
            ]
        else:
            names = words.ACTION_NAMES
            obs = [symbols("stones", (STONES, AXES + 1), 5), symbols("potions", (POTIONS,), COLOURS + 1)]
        obs.append(symbols(ACTION_MASK, (len(names),), 2))
        if self.config.revealed:
            obs.append(symbols("reactions", (COLOURS, CORNERS), CORNERS))
            obs.append(symbols("looks", (CORNERS, AXES), 3))
        action = ActionSpec(heads=(len(names),), names=(names,))
        self.spec = Spec(obs=tuple(obs), action=action)
        self._reaction = np.zeros((n, COLOURS, CORNERS), np.uint8)
        self._look = np.zeros((n, CORNERS, AXES), np.int8)
        self._stones = np.full((n, STONES), kernels.GONE, np.int8)
        self._potions = np.full((n, POTIONS), kernels.GONE, np.int8)
        self._clock = np.zeros((n, kernels.CLOCK), np.int32)
        self._clock[:, kernels.ENDED] = kernels.BY_RULES  # nothing runs before the first reset
        self._happened: list[tuple[str, ...]] = [()] * n

    def family(self, parameters: AlchemyParameters | None = None) -> Alchemy:
        return Alchemy(parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """20 steps, with which an episode terminates: none is ever truncated."""
        return np.full(len(levels), EPISODE_STEPS, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """The expected reward of the best play that knows the chemistry, exact over stones and potions."""
        places = place_of_number()[number_of(levels.more["graph"].astype(np.int64))]
        return np.array([expected_reward(int(place)) for place in places], np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_fit(self.n, levels, mask)
        _check_chemistries(levels, mask)
        kernels.reset(
            mask,
            *(levels.more[name] for name in HIDDEN),
            levels.chance,
            self._reaction,
            self._look,
            self._stones,
            self._potions,
            self._clock,
            out.alive,
        )
        self._observe(mask, out)

    def step(self, actions: NDArray[np.integer[Any]], out: StepBuffers) -> None:
        check_actions(actions, self.n, "games of alchemy")
        before = self._stones[:1].copy(), self._potions[:1].copy()
        hand = int(self._clock[0, kernels.HAND])
        wrong = kernels.step(
            actions,
            self.config.one_at_hand,
            self._reaction,
            self._stones,
            self._potions,
            self._clock,
            out.reward,
            out.terminated,
            out.truncated,
            out.success,
            out.alive,
        )
        if wrong >= 0:
            raise SpecError(
                f"game {wrong}: action {actions[wrong, 0, 0]} is not in 0..{self.spec.action.heads[0] - 1}."
            )
        if self.n == 1:
            action = int(actions[0, 0, 0])
            if self.config.one_at_hand:
                action = int(kernels.with_hand(before[1][0], hand, action))
            self._happened[0] = words.happened(
                action, before[0][0], before[1][0], self._stones[0], self._look[0]
            )
        self._observe(np.ones(self.n, np.bool_), out)

    def scene(self, i: int) -> Scene:
        """Stones and potions in words."""
        hand = int(self._clock[i, kernels.HAND]) if self.config.one_at_hand else None
        return Scene.without_map(
            step=int(self._clock[i, kernels.STEPS]),
            limit=EPISODE_STEPS,
            text=words.drawn(self._stones[i], self._potions[i], self._look[i], hand),
        )

    def events(self, i: int) -> tuple[str, ...]:
        """What became of the stone of the last step, where one game is played alone."""
        return self._happened[i]

    def save(self, i: int) -> bytes:
        items = bytes(self._stones[i].data) + bytes(self._potions[i].data)
        chemistry = bytes(self._reaction[i].data) + bytes(self._look[i].data)
        return _CLOCK.pack(*map(int, self._clock[i])) + items + chemistry

    def load(self, i: int, data: bytes) -> None:
        arrays = self._stones[i], self._potions[i], self._reaction[i], self._look[i]
        size = _CLOCK.size + sum(array.nbytes for array in arrays)
        if len(data) != size:
            raise LevelError(f"a saved game of alchemy has {size} bytes; got {len(data)}.")
        steps, ended, tops, hand = _CLOCK.unpack_from(data)
        fits = 0 <= steps <= EPISODE_STEPS and ended in (0, 1) and 0 <= tops <= STONES
        fits &= 0 <= hand < STONES
        values, first = [], _CLOCK.size
        for array, low, high in zip(arrays, (-1, -1, 0, -1), (CORNERS, COLOURS, CORNERS, 2), strict=True):
            value = np.frombuffer(data, array.dtype, array.size, first).reshape(array.shape)
            fits &= bool(((value >= low) & (value < high)).all())
            values.append(value)
            first += array.nbytes
        if not fits:
            raise LevelError("these bytes are not a saved game of alchemy: a number lies outside its range.")
        for array, value in zip(arrays, values, strict=True):
            array[...] = value
        self._clock[i] = steps, ended, tops, hand
        self._happened[i] = ()

    def _observe(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        items = mask, self._look, self._stones, self._potions
        if self.config.one_at_hand:
            seen = (out.obs[name] for name in ("look", "value", "others", "counts", ACTION_MASK))
            kernels.observe_hand(*items, self._clock, *seen)
        else:
            kernels.observe(*items, *(out.obs[name] for name in ("stones", "potions", ACTION_MASK)))
        if self.config.revealed:
            out.obs["reactions"][mask, 0] = self._reaction[mask]
            out.obs["looks"][mask, 0] = self._look[mask] + 1


def _check_chemistries(levels: LevelArrays, mask: NDArray[np.bool_]) -> None:
    """Raises LevelError where levels that begin have no chemistry that compiled code can read."""
    for name, count in HIDDEN.items():
        if name not in levels.more:
            raise LevelError(f"these levels have no `{name}`: give levels of the family `alchemy`.")
        check_like(levels, name, (len(levels), count) if count > 1 else (len(levels),), np.int8)
    more = {name: levels.more[name][mask] for name in HIDDEN}
    axes = np.sort(more["potion_map"][:, :AXES], axis=1) == np.arange(AXES)
    fits = bool(axes.all()) and bool(((more["rotation"] >= 0) & (more["rotation"] < 4)).all())
    fits &= bool((np.abs(more["stone_map"]) == 1).all()) and bool(
        (np.abs(more["potion_map"][:, AXES:]) == 1).all()
    )
    if not fits or (np.abs(more["graph"]) > 1).any():
        raise LevelError("a chemistry lies outside its range. Let `pack` or `fill` of the family make it.")
