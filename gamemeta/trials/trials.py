"""Trials: K episodes on one level with memory carried, then the next level.

Lane l plays the trials l, l + lanes, l + 2 lanes ... Trial i draws its level, its actions and the chance of
its episodes from (seed, i) alone, and its level from what the curriculum knows besides, so results do not
depend on how the lanes are spread over workers.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.config import check_ranges
from gamemeta.curricula.different_levels import DifferentLevels
from gamemeta.curricula.protocol import Curriculum
from gamemeta.curricula.rows import joined, load_rows, saved
from gamemeta.curricula.uniform import Uniform
from gamemeta.errors import ConfigError
from gamemeta.games.game import Game, StepBuffers
from gamemeta.tensor_file import alike
from gamemeta.trials.streams import Stream, trial_seeds
from gamemeta_levels.family import LevelArrays, LevelFamily
from gamemeta_levels.kernel import combine, short_kernel

_LEVELS = "levels."

_LENGTH, _ACTION, _CHANCE = (np.uint64(s) for s in (Stream.LENGTH, Stream.ACTION, Stream.CHANCE))


@dataclass(frozen=True, kw_only=True)
class TrialConfig:
    """Settings of a trial: how many episodes, and when memory is cleared."""

    episodes: int = 4
    """Episodes of a trial, all on the same level with memory kept (K)."""
    long_share: float = 0.05
    """Share of training trials that last `long_factor` times as many episodes, to train memory that
    lasts."""
    long_factor: int = 5
    """How many times more episodes those trials have."""
    memory: str = "trial"
    """When memory is cleared: `trial`, between trials; `episode`, before every episode (no-adaptation
    baseline); `step`, before every step (no-memory baseline)."""
    credit: str = "trial"
    """Which later rewards an action is credited with: `trial`, all until the end of the trial, so that
    the agent learns to explore for later episodes; `episode`, those of its own episode, which suits
    games that pay for every step survived. Where memory is cleared at episodes or steps, it is always
    `episode`."""

    def __post_init__(self) -> None:
        check_ranges(self, episodes=(1, 1000), long_share=(0.0, 1.0), long_factor=(1, 100))
        if self.memory not in ("trial", "episode", "step"):
            raise ConfigError(f"memory = {self.memory!r}: give 'trial', 'episode' or 'step'.")
        if self.credit not in ("trial", "episode"):
            raise ConfigError(f"credit = {self.credit!r}: give 'trial' or 'episode'.")


@short_kernel
def _begin_trials(
    seed: Any, rows: Any, trials: Any, episodes: Any, share: Any, length: Any, action_seed: Any
) -> None:
    """For the trials of these lanes how many episodes they have, and what actions are drawn from.

    `episodes` int64 [2]: of most trials, and of the share of long ones; `share` is float64, out of 2^53.
    """
    of_length, of_action = combine(seed, _LENGTH), combine(seed, _ACTION)
    for k in range(rows.shape[0]):
        i = rows[k]
        trial = np.uint64(trials[i])
        long = np.float64(combine(of_length, trial) >> np.uint64(11)) < share
        length[i] = episodes[1] if long else episodes[0]
        action_seed[i] = combine(of_action, trial)


@short_kernel
def _begin_episodes(seed: Any, rows: Any, trials: Any, episodes: Any, chance: Any) -> None:
    """As `episode_chance`, for the episodes that these lanes are in."""
    key = combine(seed, _CHANCE)
    for k in range(rows.shape[0]):
        i = rows[k]
        chance[i] = combine(combine(key, np.uint64(trials[i])), np.uint64(episodes[i]))


@short_kernel
def _count(
    terminated: Any, truncated: Any, length: Any, step_of_trial: Any, episode: Any, ended: Any
) -> None:
    """Count a step, and the episodes and trials that ended with it: bool ended [2, N]."""
    for i in range(episode.shape[0]):
        step_of_trial[i] += 1
    for i in range(episode.shape[0]):
        done = True
        for a in range(terminated.shape[1]):
            done &= terminated[i, a] | truncated[i, a]
        ended[0, i], ended[1, i] = done, False
        if done:
            episode[i] += 1
            ended[1, i] = episode[i] >= length[i]


@dataclass
class Ended:
    """Episodes and trials that ended in one step, [N] each."""

    episode: NDArray[np.bool_]
    trial: NDArray[np.bool_]
    memory: NDArray[np.bool_]
    """Whether the memory is cleared before the next act."""
    credit: NDArray[np.bool_]
    """Whether what comes later no longer counts for what was done until here."""


class Trials:
    """N lanes of trials over one game.

    Args:
        game: N games; an episode ends when every seat of its game is done.
        family: where levels come from.
        config: episodes a trial and when memory is cleared.
        seed: the run's seed.
        lanes: int64 [N], number of each lane among all.
        total: number of all lanes.
        curriculum: chooses the levels; a new one for every trial if None.
        different: counts the levels.
    """

    def __init__(
        self,
        game: Game,
        family: LevelFamily,
        config: TrialConfig,
        *,
        seed: int,
        lanes: NDArray[np.int64],
        total: int,
        curriculum: Curriculum | None = None,
        different: DifferentLevels | None = None,
    ) -> None:
        self.game, self.family, self.config, self.different = game, family, config, different
        self.curriculum = curriculum or Uniform(family)
        self.seed, self.total = seed, total
        self._seed = np.uint64(seed)
        self._episodes = np.array([1, config.long_factor], np.int64) * config.episodes
        self._long_share = config.long_share * 2.0**53
        self.levels: LevelArrays = family.arrays(game.n)
        self.trial = np.array(lanes, np.int64)
        self.episode = np.zeros(game.n, np.int64)
        self.length = np.zeros(game.n, np.int64)
        self.step_of_trial = np.zeros(game.n, np.int64)
        self.action_seed = np.zeros(game.n, np.uint64)
        self._ended: list[tuple[NDArray[np.int64], LevelArrays]] = []

    def begin(self, out: StepBuffers) -> None:
        """Start the first trial of every lane."""
        everywhere = np.arange(self.game.n, dtype=np.int64)
        self._draw(everywhere)
        self._start(everywhere, np.ones(self.game.n, np.bool_), out)

    def begin_next(self, out: StepBuffers) -> None:
        """Leave the trial of every lane, and start its next one."""
        everywhere = np.arange(self.game.n, dtype=np.int64)
        self.trial += self.total
        self._ended = []
        self._draw(everywhere)
        self._start(everywhere, np.ones(self.game.n, np.bool_), out)

    def step(self, actions: NDArray[Any], out: StepBuffers) -> Ended:
        """Play one step. `out` then holds what was reached; `next_episode` moves on from there."""
        self.game.step(actions, out)
        done, trial = ended = np.empty((2, self.game.n), np.bool_)
        _count(out.terminated, out.truncated, self.length, self.step_of_trial, self.episode, ended)
        if self.config.memory == "trial":
            credit = trial if self.config.credit == "trial" else done
            return Ended(episode=done, trial=trial, memory=trial, credit=credit)
        memory = done if self.config.memory == "episode" else np.ones_like(done)
        return Ended(episode=done, trial=trial, memory=memory, credit=done)

    @property
    def last_episode(self) -> NDArray[np.bool_]:
        """[N], whether what comes after this episode no longer counts for what is done in it."""
        if self.config.memory != "trial" or self.config.credit != "trial":
            return np.ones(self.game.n, np.bool_)
        return self.episode + 1 >= self.length

    def next_episode(self, ended: Ended, out: StepBuffers) -> None:
        """Start the next episode, and the next trial where one ended; writes their first obs."""
        begin = ended.episode.nonzero()[0]
        if not len(begin):
            return
        rows = ended.trial.nonzero()[0]
        if len(rows):
            if self.curriculum.scored:
                self._ended.append((self.trial[rows], self.levels.take(rows)))
            self.trial[rows] += self.total
            self._draw(rows)
        self._start(begin, ended.episode, out)

    def _start(self, rows: NDArray[np.int64], mask: NDArray[np.bool_], out: StepBuffers) -> None:
        """Start an episode in lanes int64 [R], those of the mask [N], each with another chance."""
        _begin_episodes(self._seed, rows, self.trial, self.episode, self.levels.chance)
        self.game.reset(self.levels, mask, out)

    def take_ended(self) -> tuple[NDArray[np.int64], LevelArrays]:
        """Numbers and levels of the trials that ended since the last call, by step, then by lane.

        They are kept only for a curriculum that wants scores.
        """
        ended, self._ended = self._ended, []
        numbers, levels = [n for n, _ in ended], [levels for _, levels in ended]
        if not ended:
            return np.zeros(0, np.int64), self.levels.take(slice(0, 0))
        return np.concatenate(numbers), joined(levels)

    def _draw(self, rows: NDArray[np.int64]) -> None:
        self._number(rows)
        draws = trial_seeds(self.seed, Stream.LEVEL, self.trial[rows])
        self.curriculum.draw(self.levels, rows, draws)
        if self.different is not None:
            self.different.meet(self.levels, rows)

    def _number(self, rows: NDArray[np.int64]) -> None:
        """Set up everything about the trials of these lanes but their levels."""
        self.episode[rows] = 0
        self.step_of_trial[rows] = 0
        _begin_trials(
            self._seed, rows, self.trial, self._episodes, self._long_share, self.length, self.action_seed
        )

    def state(self) -> dict[str, NDArray[Any]]:
        """Everything needed to go on, as arrays."""
        games = [self.game.save(i) for i in range(self.game.n)]
        levels = saved(self.levels, _LEVELS) if self.curriculum.scored else {}
        return {
            "trial": self.trial.copy(),
            "episode": self.episode.copy(),
            "step_of_trial": self.step_of_trial.copy(),
            "games": np.frombuffer(b"".join(games), np.uint8).copy(),
            "games_size": np.array([len(data) for data in games], np.int64),
            **levels,
        }

    def load_state(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what `state` gave; the observations are the caller's to keep.

        Raises:
            KeyError, ValueError: these arrays do not fit, or count what cannot be.
        """
        counters = {name: alike(state, name, self.trial) for name in ("trial", "episode", "step_of_trial")}
        first = self.trial % self.total
        if (counters["trial"] < 0).any() or (counters["trial"] % self.total != first).any():
            raise ValueError("trial numbers trials of other lanes")
        self.trial = counters["trial"].copy()
        everywhere = np.arange(self.game.n, dtype=np.int64)
        if self.curriculum.scored:  # a curriculum that has learned since would draw others
            self._number(everywhere)
            load_rows(self.family, self.levels, state, _LEVELS, self.game.n)
            self._ended = []
        else:
            self._draw(everywhere)
        self._count_from(counters["episode"], counters["step_of_trial"])
        data, size = state["games"].tobytes(), alike(state, "games_size", self.trial)
        whole = state["games"].shape == (len(data),) and state["games"].dtype == np.uint8
        if not whole or (size < 0).any() or (size > len(data)).any() or size.sum() != len(data):
            raise ValueError("games_size does not say where each game begins")
        for i, end in enumerate(np.cumsum(size)):
            self.game.load(i, data[end - size[i] : end])

    def _count_from(self, episode: NDArray[np.int64], step: NDArray[np.int64]) -> None:
        """Take up counters, which kernels and the scale of returns trust.

        Raises:
            ValueError: more episodes or steps than these trials have.
        """
        if not ((episode >= 0) & (episode < self.length)).all():
            raise ValueError("episode counts episodes that these trials do not have")
        longest = (episode + 1) * self.game.step_limit(self.levels).astype(np.int64)
        if not ((step >= episode) & (step <= longest)).all():
            raise ValueError("step_of_trial counts steps that these trials do not have")
        self.episode, self.step_of_trial = episode.copy(), step.copy()
