"""The adaptation table: an agent beside the controls that separate adaptation from skill.

The controls draw what the agent draws in the same episode of the same level: only memory tells them apart.

wiped    the same agent with its memory cleared before every episode
swapped  the same agent carrying the memory of another level
redrawn  the same agent with the level's hidden rules redrawn just before the episode, on the same map
random   every action with the same probability, continuous ones uniform in their bounds
par      the return of the solver's plan
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError
from gamemeta.evaluation.blocks import blocks_of, play_blocks
from gamemeta.evaluation.episodes import Actor, Episodes, Memory, RandomActor, play_episodes
from gamemeta.evaluation.statistics.scores import Arm
from gamemeta.evaluation.watch import Watch
from gamemeta.games.game import Game, GameFactory
from gamemeta.trials.streams import PLAYER_STREAMS, Stream, episode_chance, trial_seeds
from gamemeta_levels.family import LevelArrays

Redraw = Callable[[LevelArrays, NDArray[np.int64], int], LevelArrays | None]
"""A copy of levels with other hidden rules, drawn from a seed; as `LevelFamily.redrawn_rules`."""


def adaptation_table(
    actor: Actor,
    make_game: GameFactory,
    levels: LevelArrays,
    episodes: int,
    *,
    seed: int = 0,
    controls: Sequence[str] = ("wiped", "swapped"),
    redraw: Redraw | None = None,
    threads: int = 1,
    started: Callable[[], Any] = lambda: None,
    watch: Watch | None = None,
) -> dict[str, Arm]:
    """Play K episodes on each level as the agent, its controls, random and par.

    Args:
        actor: the agent; `step` must be safe to call from many threads.
        make_game: builds the game for n levels.
        levels: what to play.
        episodes: K.
        seed: of the agent's draws and of the chance of each episode.
        controls: which of `wiped` and `swapped` to play as well.
        redraw: makes the same levels with other hidden rules, for the control `redrawn`.
        threads: how many blocks of levels are played at once, each in a thread; 1 plays in this one. The
            result does not depend on it.
        started: called first in each further thread.
        watch: shows the progress and ends the play early, after whole blocks of levels in their order; so
            does Ctrl-C then. Without one, all levels are played.

    Returns: records by name, in the order agent, controls, random, par; no par where it is unknown, and
        none where a par from the settings is no more than the return of random play: it is no scale.
    Raises:
        ConfigError: no level, or a single one while the swapped control needs another's memory.
        OutOfTime: the time of `watch` was up before the first block was played.
    """
    least = 2 if "swapped" in controls else 1
    if len(levels) < least:
        raise ConfigError(
            f"{len(levels)} level(s): give at least {least}. The swapped control carries the "
            "memory of another level."
        )
    others = _redrawn(levels, redraw, episodes, seed)
    follow = watch or Watch()

    def play(rows: NDArray[np.int64]) -> dict[str, Arm]:
        redrawn = [other.take(rows) for other in others]
        with make_game(len(rows)) as game:
            chosen = levels.take(rows)
            return _play_block(actor, game, chosen, rows, episodes, seed, controls, redrawn, follow)

    follow.begin(len(levels), episodes * (2 + len(controls) + bool(others)))
    parts = play_blocks(
        play,
        blocks_of(len(levels)),
        threads=threads,
        started=started,
        watch=follow,
        cut=watch is not None and watch.cut,
    )
    return _joined(parts)


def _redrawn(levels: LevelArrays, redraw: Redraw | None, episodes: int, seed: int) -> list[LevelArrays]:
    """The levels with other hidden rules in each episode; none where there are none to redraw."""
    drawn = [redraw(levels, np.arange(len(levels)), seed + k) for k in range(episodes)] if redraw else []
    return [other for other in drawn if other is not None]


def _joined(parts: Sequence[dict[str, Arm]]) -> dict[str, Arm]:
    """The records of all blocks; success and par as `adaptation_table` has them."""
    table = {
        name: Arm(
            *(
                np.concatenate([getattr(part[name], field) for part in parts])
                for field in ("returns", "steps", "success")
            )
        )
        for name in parts[0]
    }
    if any(np.isfinite(arm.success).any() for name, arm in table.items() if name != "par"):
        table = {name: arm.with_known_success() for name, arm in table.items()}
    if "par" in table and _is_no_aim(table["par"], table["random"]):
        del table["par"]
    return table


def _is_no_aim(par: Arm, random: Arm) -> bool:
    """Whether par comes from the settings, not from a plan, and random play earns as much."""
    return bool(np.isnan(par.steps).any() and par.returns.mean() <= random.returns.mean())


def _play_block(
    actor: Actor,
    game: Game,
    levels: LevelArrays,
    rows: NDArray[np.int64],
    episodes: int,
    seed: int,
    controls: Sequence[str],
    redrawn: Sequence[LevelArrays],
    watch: Watch,
) -> dict[str, Arm]:
    seeds = {name: trial_seeds(seed, stream, rows) for name, stream in PLAYER_STREAMS.items()}
    chance = [episode_chance(seed, Stream.EVALUATION_CHANCE, rows, e) for e in range(episodes)]
    spec, n, lanes = game.spec, game.n, np.arange(game.n * game.seats)
    table, before = {}, []

    memory = Memory.blank(actor, spec, n, game.seats)
    played = []
    for chance_seeds in chance:
        before.append(memory.take(lanes))
        played.append(play_episodes(actor, game, levels, memory, seeds["agent"], chance_seeds, watch))
    table["agent"] = _arm(played)

    if "wiped" in controls:
        played = []
        for memory, chance_seeds in zip(before, chance, strict=True):
            blank = Memory.blank(actor, spec, n, game.seats)
            blank.steps = memory.steps.copy()
            played.append(play_episodes(actor, game, levels, blank, seeds["wiped"], chance_seeds, watch))
        table["wiped"] = _arm(played)
    if "swapped" in controls:
        other = np.roll(lanes, game.seats)
        played = []
        for memory, chance_seeds in zip(before, chance, strict=True):
            carried = memory.take(other)
            carried.steps = memory.steps.copy()
            played.append(play_episodes(actor, game, levels, carried, seeds["swapped"], chance_seeds, watch))
        table["swapped"] = _arm(played)
    if redrawn:
        played = [
            play_episodes(actor, game, other, memory.take(lanes), seeds["redrawn"], chance_seeds, watch)
            for other, memory, chance_seeds in zip(redrawn, before, chance, strict=True)
        ]
        table["redrawn"] = _arm(played)

    dice = RandomActor(spec)
    memory = Memory.blank(dice, spec, n, game.seats)
    played = [
        play_episodes(dice, game, levels, memory, seeds["random"], chance_seeds, watch)
        for chance_seeds in chance
    ]
    table["random"] = _arm(played)
    if has_par(game, levels):
        table["par"] = _par(game, levels, episodes)
    return table


def _arm(played: list[Episodes]) -> Arm:
    return Arm(
        returns=np.stack([e.returns for e in played], 1),
        steps=np.stack([e.steps for e in played], 1).astype(np.float64),
        success=np.stack([e.success for e in played], 1).astype(np.float64),
    )


def has_par(game: Game, levels: LevelArrays) -> bool:
    """Whether the return that counts as score 1 is known."""
    return not bool(np.isnan(game.par(levels)).any())


def _par(game: Game, levels: LevelArrays, episodes: int) -> Arm:
    steps = levels.par_steps if game.about.has_plans else np.full(len(levels), np.nan)
    one = Arm(
        returns=game.par(levels).astype(np.float64)[:, None],
        steps=steps.astype(np.float64)[:, None],
        success=(levels.par_steps <= game.step_limit(levels)).astype(np.float64)[:, None],
    )
    return Arm(*(np.repeat(x, episodes, 1) for x in (one.returns, one.steps, one.success)))
