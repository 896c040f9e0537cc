"""A play-test: an agent plays each level several times, from an empty memory to the last try."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.errors import ConfigError
from gamemeta.evaluation.blocks import play_blocks
from gamemeta.evaluation.episodes import Actor, Memory, RandomActor, play_episodes
from gamemeta.evaluation.evaluation import need_par
from gamemeta.evaluation.playtest.findings import compare_with_others, play_findings
from gamemeta.evaluation.playtest.level_test import LevelTest
from gamemeta.evaluation.playtest.trials import PLAYERS, arm_of, play_tries
from gamemeta.evaluation.rating import deviations_of, read_rating, training_measures
from gamemeta.evaluation.watch import Watch
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.trials.streams import Stream, episode_chance, trial_seeds
from gamemeta_levels.errors import GamemetaError
from gamemeta_levels.family import LevelFamily, generate, generate_arrays
from gamemeta_levels.formats import NO_WORDS, Reading, in_lines
from gamemeta_levels.formats.once import ReadOnce
from gamemeta_levels.formats.tile_words import TileWords
from gamemeta_levels.inspection.flaws import flaws
from gamemeta_levels.tiles import SPAWN

REPEATS = 16
"""Trials on each level; they differ in luck alone."""
GENERATED = 64
"""Generated levels that a level is compared with."""
GENERATED_REPEATS = 4
MOST = 1000
"""Most episodes, and most trials on a level."""


@dataclass(kw_only=True)
class PlayTest:
    """A play-test of several levels by one agent."""

    agent: str
    """Digest of its file."""
    game: str
    episodes: int
    repeats: int
    seed: int
    tests: list[LevelTest]
    """In the order in which the levels were named."""
    asked: int
    """How many levels were named; more than `tests` where the play was stopped."""

    @property
    def stopped(self) -> bool:
        """Whether Ctrl-C ended the play before all levels were played."""
        return len(self.tests) < self.asked

    @property
    def ranked(self) -> list[LevelTest]:
        """The levels that were played, the easiest first."""
        played = [test for test in self.tests if test.tries is not None]
        return sorted(played, key=lambda test: test.difficulty)

    @property
    def refused(self) -> list[LevelTest]:
        """The levels that cannot be played."""
        return [test for test in self.tests if test.tries is None]

    def to_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        plain = {name: getattr(self, name) for name in ("agent", "game", "episodes", "repeats", "seed")}
        order = [test.name for test in self.ranked]
        return {**plain, "asked": self.asked, "order": order, "levels": [one.to_json() for one in self.tests]}


def playtest(
    file: AgentFile,
    words: Sequence[str],
    *,
    tiles: TileWords = NO_WORDS,
    read: Reading | None = None,
    episodes: int | None = None,
    repeats: int = REPEATS,
    seed: int = 0,
    watch: Watch | None = None,
    generated: int = GENERATED,
) -> PlayTest:
    """Play several trials on each level, and list what stands out in the levels and in the play.

    Args:
        file: the agent that stands for a player.
        words: levels as on the command line: 17, test:17, far:3 or a file.
        tiles: what the tiles of files mean, where an editor wrote them.
        read: reads files, each once; see `gamemeta_levels.formats.once`.
        episodes: K, tries of one player; as the agent was trained if None.
        repeats: players, each with other luck.
        seed: of their draws.
        watch: shows how many trials were played; Ctrl-C then leaves the results of the first levels.
        generated: how many generated levels each is compared with; 0 for none.
    Raises:
        ConfigError: a number out of range, a game without a map, or an unknown par.
        AgentFileError: the agent was made for another form of the game.
    """
    need_par(file, "a play-test")
    setup, tries = GameSetup.of(file), file.episodes if episodes is None else episodes
    for name, number in (("episodes", tries), ("repeats", repeats)):
        if not 1 <= number <= MOST:
            raise ConfigError(f"{name} = {number}: give 1 to {MOST}.")
    family = setup.family()
    if not setup.about.has_map or not generate(family, 0).find(SPAWN):
        raise ConfigError(
            f"levels of {file.game!r} have no map to play-test. `gamemeta levels rate` rates them as well."
        )
    actor, follow = learner_of(file), watch or Watch()
    result = PlayTest(
        agent=file.digest,
        game=file.game,
        episodes=tries,
        repeats=repeats,
        seed=seed,
        tests=_read(words, setup, family, tiles, read or ReadOnce()),
        asked=len(words),
    )
    _play(result, actor, setup, follow)
    if result.ranked:
        whole = generated and not result.stopped
        scores = _generated_scores(actor, setup, generated, tries, seed) if whole else np.zeros(0)
        compare_with_others(result.ranked, scores)
    for test in result.tests:
        words = in_lines([finding.words for finding in test.findings], test.name)
        pairs = zip(test.findings, words, strict=True)
        test.findings = [replace(finding, words=sentence) for finding, sentence in pairs]
    return result


def _read(
    words: Sequence[str], setup: GameSetup, family: LevelFamily, tiles: TileWords, read: Reading
) -> list[LevelTest]:
    """The levels with the flaws that need no play."""
    tests, game = [], setup.game()
    for word in words:
        test = LevelTest(rating=read_rating(word, family, game, tiles, read))
        rating = test.rating
        if rating.level is None and rating.error is not None:
            try:
                rating.level = read(word, family.name, tiles)
                test.findings = flaws(family, rating.level)
            except GamemetaError:
                rating.level = None
        elif rating.level is not None:
            test.findings = flaws(family, rating.level)
        tests.append(test)
    return tests


def _play(result: PlayTest, actor: Actor, setup: GameSetup, watch: Watch) -> None:
    """Fill in what play shows; where it is stopped, levels that were not played are left out."""
    family: LevelFamily = setup.family()
    good = [test for test in result.tests if test.rating.error is None]
    reference = training_measures(family) if good else {}

    def fill_in(row: NDArray[np.int64]) -> LevelTest:
        test: LevelTest = good[row[0]]
        level = family.pack([test.level])
        with setup.game(result.repeats) as game:
            test.tries = play_tries(actor, game, level, result.episodes, result.seed, watch)
        test.rating.curve = test.curves["agent"]
        (test.rating.deviations,) = deviations_of(level, reference)
        test.shortest_steps = test.rating.par_steps if setup.about.has_plans else None
        test.findings += play_findings(test)
        return test

    watch.begin(len(good) * result.repeats, PLAYERS * result.episodes)
    rows = list(np.arange(len(good))[:, None])
    one_thread = partial(torch.set_num_threads, 1)
    threads = os.cpu_count() or 1
    played = play_blocks(fill_in, rows, threads=threads, started=one_thread, watch=watch, cut=True)
    kept = {id(test) for test in played}
    result.tests = [test for test in result.tests if test.rating.error or id(test) in kept]
    for rank, test in enumerate(reversed(result.ranked), start=1):
        test.rating.rank = rank


def _generated_scores(
    actor: Actor, setup: GameSetup, count: int, episodes: int, seed: int
) -> NDArray[np.float64]:
    """The agent's mean score on each of some generated levels of the test split."""
    family = setup.family()
    split = "test" if family.about.held_out else "any"
    levels = generate_arrays(family, range(min(count, family.count(split) or count)), split)
    every = levels.take(np.repeat(np.arange(len(levels)), GENERATED_REPEATS))
    rows = np.arange(len(every), dtype=np.int64)
    returns = []
    with setup.game(len(every)) as game:
        for player, stream in ((actor, Stream.AGENT), (RandomActor(game.spec), Stream.RANDOM)):
            memory = Memory.blank(player, game.spec, game.n, game.seats)
            seeds = trial_seeds(seed, stream, rows)
            chance = [episode_chance(seed, Stream.EVALUATION_CHANCE, rows, e) for e in range(episodes)]
            played = [play_episodes(player, game, every, memory, seeds, draws) for draws in chance]
            returns.append(arm_of(played).returns.reshape(len(levels), -1).mean(1))
        par = game.par(every)[::GENERATED_REPEATS]
    agent, random = returns
    scores: NDArray[np.float64] = (agent - random) / np.maximum(par - random, 1e-9)
    return scores
