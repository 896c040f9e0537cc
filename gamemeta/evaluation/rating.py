"""Rating of levels: difficulty for an agent, and distance from the levels it was trained on."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError, GamemetaError
from gamemeta.evaluation.blocks import play_blocks
from gamemeta.evaluation.episodes import Actor
from gamemeta.evaluation.evaluation import need_par
from gamemeta.evaluation.large_levels import judged_steps
from gamemeta.evaluation.side_by_side import SideBySide
from gamemeta.evaluation.statistics.scores import Curve
from gamemeta.evaluation.watch import Watch
from gamemeta.games.game import Game
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.spec import Spec
from gamemeta_levels.family import LevelArrays, LevelFamily, generate_arrays
from gamemeta_levels.formats import NO_WORDS, Reading, resolve
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.inspection.measures import meaningful, measure_levels
from gamemeta_levels.level import Level
from gamemeta_levels.split import parse_address, split_of

REPEATS = 16
"""Trials on a level, so that a single level has an interval."""
REFERENCE_LEVELS = 2000
"""Training levels that a level is compared with."""
FAR_OUTSIDE = 4.0
"""Standard deviations beyond the training levels from which on a level is unlike all of them."""
LEAST_DEVIATION = 0.01
"""Least standard deviation of a measure over the training levels, as a share of its mean."""


@dataclass(frozen=True, kw_only=True)
class Deviation:
    """One measure of a level beside the training levels'."""

    value: float
    mean: float
    z: float
    """Distance from the training mean in standard deviations."""
    percentile: float
    """Share of training levels below, in percent; equal ones count half."""
    low: float
    """Least value of the training levels that it was compared with."""
    high: float
    """Largest value of these."""

    @property
    def outside(self) -> bool:
        """Whether it lies far beyond all training levels: the agent never saw the like."""
        return not self.low <= self.value <= self.high and abs(self.z) >= FAR_OUTSIDE

    def to_json(self) -> dict[str, float]:
        """The values by name, to five places."""
        return {name: round(value, 5) for name, value in vars(self).items()}


@dataclass(kw_only=True)
class Rating:
    """Difficulty and measures of one level; fields after `error` are set only where that is None."""

    name: str
    error: str | None = None
    level: Level | None = None
    par_steps: int | None = None
    step_limit: int | None = None
    """Steps after which an episode ends."""
    judged_steps: int | None = None
    """Steps after which it was cut off: fewer where the level is large."""
    curve: Curve | None = None
    rank: int | None = None
    """1 is the hardest of the levels rated together."""
    deviations: Mapping[str, Deviation] | None = None

    @property
    def known(self) -> bool:
        """Whether it was played or has an error; False where Ctrl-C came first."""
        return self.curve is not None or self.error is not None

    @property
    def cut_off(self) -> str:
        """That the first steps of an episode alone were played, in words; else empty."""
        if self.judged_steps is None or self.judged_steps == self.step_limit:
            return ""
        return (
            f"large: judged by the first {self.judged_steps:,} of the {self.step_limit:,} steps of an episode"
        )

    @property
    def split(self) -> str | None:
        """Split of the level: `train` where it may have been trained on."""
        if self.level is None:
            return None
        address = parse_address(self.name)
        return "far" if address and address.split == "far" else split_of(self.level.content_hash)

    @property
    def score(self) -> float | None:
        """Mean score over the K episodes."""
        return None if self.curve is None else float(np.mean(self.curve.score))

    @property
    def unlike(self) -> str | None:
        """The measure in which the level differs most from the training levels."""
        measures = self.deviations
        return max(measures, key=lambda name: abs(measures[name].z)) if measures else None

    @property
    def outside(self) -> list[str]:
        """The measures in which the level lies outside all training levels."""
        return [name for name, one in (self.deviations or {}).items() if one.outside]

    def to_json(self) -> dict[str, Any]:
        """All of it as plain JSON data; None for values of a level that could not be rated."""
        level, measures = self.level, self.deviations
        return {
            "level": self.name,
            "ok": self.error is None,
            "error": self.error,
            "digest": level and level.digest,
            "split": self.split,
            "par_steps": self.par_steps,
            "step_limit": self.step_limit,
            "judged_steps": self.judged_steps,
            "rank": self.rank,
            "mean_score": None if self.score is None else round(self.score, 5),
            "agent": self.curve and self.curve.to_json(),
            "unlike": self.unlike,
            "outside": self.outside,
            "measures": measures and {name: one.to_json() for name, one in measures.items()},
        }


def rate_levels(
    actor: Actor,
    setup: GameSetup,
    words: Sequence[str],
    *,
    tiles: TileWords = NO_WORDS,
    read: Reading | None = None,
    episodes: int = 4,
    repeats: int = REPEATS,
    seed: int = 0,
    spec: Spec | None = None,
    watch: Watch | None = None,
    reading: Callable[[int, int], None] = lambda read, levels: None,
    threads: int = 0,
) -> list[Rating]:
    """Play several trials on each level, and compare its measures with those of the training levels.

    All but the rank of a level depends on the level, the seed, `episodes` and `repeats` alone, never on
    other levels. Scores are of the level: 0 is random play on it, 1 is its solver. On large levels episodes
    are cut off; see `gamemeta.evaluation.large_levels`.

    Args:
        actor: the agent; `step` must be safe to call from many threads.
        setup: what it plays, and was trained on.
        words: levels as on the command line: 17, test:17, far:3 or a file.
        tiles: what the tiles of files mean, where an editor wrote them.
        read: reads files; `gamemeta_levels.formats.read_level` if None.
        episodes: K, of each trial.
        repeats: trials on each level; their draws differ, and give the intervals.
        seed: of the draws.
        spec: what the actor sees and does, to be compared with the game's.
        watch: shows how many trials were played. Ctrl-C then leaves what is known: levels that were not
            played have neither a curve nor an error.
        reading: is told how many levels were read, of all.
        threads: 0 takes one for each core; the ratings do not depend on it.
    Returns: one rating for each word, in order; broken and unsolvable levels say why in `error`.
    Raises:
        ConfigError: a number out of range, or settings that are not the game's.
        AgentFileError: the actor was made for another form of the game.
    """
    for name, number, most in (("episodes", episodes, 1000), ("repeats", repeats, 1000)):
        if not 1 <= number <= most:
            raise ConfigError(f"{name} = {number}: give 1 to {most}.")
    if spec is not None:
        setup.check_fits(spec)
    family, game, follow = setup.family(), setup.game(), watch or Watch()
    ratings: list[Rating] = []
    for word in words:
        reading(len(ratings), len(words))
        ratings.append(read_rating(word, family, game, tiles, read))
    side_by_side = SideBySide(actor, setup, episodes, repeats, seed)
    _play(ratings, side_by_side, family, follow, threads or os.cpu_count() or 1)
    return ratings


def _play(
    ratings: list[Rating], side_by_side: SideBySide, family: LevelFamily, watch: Watch, threads: int
) -> None:
    """Fill in what play shows of the levels that can be played, and their ranks."""
    good = [rating for rating in ratings if rating.level is not None and rating.error is None]
    reference = training_measures(family)

    def fill_in(rows: NDArray[np.int64]) -> None:
        some = [good[row] for row in rows]
        levels = family.pack([rating.level for rating in some if rating.level is not None])
        curves = side_by_side.curves(levels, watch)
        for rating, curve, measures in zip(some, curves, deviations_of(levels, reference), strict=True):
            rating.curve, rating.deviations = curve, measures

    watch.begin(len(good) * side_by_side.repeats, 2 * side_by_side.episodes)
    limits = np.array([rating.judged_steps for rating in good], np.int64)
    areas = np.array([rating.level.tiles.size for rating in good if rating.level is not None], np.int64)
    blocks = side_by_side.blocks(limits, areas)
    one_thread = partial(torch.set_num_threads, 1)
    play_blocks(fill_in, blocks, threads=threads, started=one_thread, watch=watch, cut=True)
    rated = [rating for rating in good if rating.curve is not None]
    for rank, rating in enumerate(sorted(rated, key=lambda r: r.score or 0.0), start=1):
        rating.rank = rank


@dataclass(frozen=True)
class Usual:
    """A measure over the training levels."""

    values: NDArray[np.float64]
    """[N], sorted."""
    mean: float
    deviation: float
    """Standard deviation; a little where they are all alike."""

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "Usual":
        """The measure from its values [N]."""
        mean = float(values.mean())
        deviation = max(float(values.std()), LEAST_DEVIATION * abs(mean), 1e-9)
        return cls(np.sort(values), mean, deviation)


def training_measures(family: LevelFamily) -> dict[str, Usual]:
    """What the training levels measure, by name."""
    trained = generate_arrays(family, range(REFERENCE_LEVELS), "train")
    measured = measure_levels(trained)
    return {name: Usual.of(measured[name]) for name in meaningful(trained)}


def rate_agent(
    file: AgentFile, words: Sequence[str], *, episodes: int | None = None, **more: Any
) -> list[Rating]:
    """`rate_levels` for an agent file, on its game and settings.

    Args:
        file: the agent.
        words: levels, as `rate_levels`.
        episodes: K; as the agent was trained if None.
        more: tiles, read, repeats and seed of `rate_levels`.
    Raises: as `rate_levels`; also ConfigError where par is unknown.
    """
    need_par(file, "a rating")
    return rate_levels(
        learner_of(file),
        GameSetup.of(file),
        words,
        episodes=file.episodes if episodes is None else episodes,
        spec=file.spec,
        **more,
    )


def read_rating(
    word: str, family: LevelFamily, game: Game, tiles: TileWords, read: Reading | None = None
) -> Rating:
    """The level of a word of the command line, or the reason why it cannot be played."""
    try:
        level = resolve(word, family, tiles, read)
        arrays = family.pack([level])
    except GamemetaError as error:
        return Rating(name=word, error=str(error).removeprefix(f"{word}: "))
    par_steps, limit = int(arrays.par_steps[0]), int(game.step_limit(arrays)[0])
    if par_steps > limit:
        why = f"the solver's plan takes {par_steps} steps, but an episode ends after {limit}."
        return Rating(name=word, level=level, par_steps=par_steps, error=why)
    judged = int(judged_steps(arrays, np.array([limit]))[0])
    return Rating(name=word, level=level, par_steps=par_steps, step_limit=limit, judged_steps=judged)


def deviations_of(levels: LevelArrays, reference: Mapping[str, Usual]) -> list[dict[str, Deviation]]:
    """For each level the measures that say something about it as well as about those it is compared with."""
    measured = measure_levels(levels)
    return [
        {
            name: _deviation(float(measured[name][k]), reference[name])
            for name in meaningful(levels.take(np.array([k])))
            if name in reference
        }
        for k in range(len(levels))
    ]


def _deviation(value: float, usual: Usual) -> Deviation:
    below, up_to = (int(np.searchsorted(usual.values, value, side)) for side in ("left", "right"))
    return Deviation(
        value=value,
        mean=usual.mean,
        z=(value - usual.mean) / usual.deviation,
        percentile=100 * (below + up_to) / 2 / len(usual.values),
        low=float(usual.values[0]),
        high=float(usual.values[-1]),
    )
