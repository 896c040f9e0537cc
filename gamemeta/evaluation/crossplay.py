"""Cross-play: every agent against every other, in every role.

The row agent plays one side of a game, and the column agent all others; a side is a team, or a seat where all
are one team. `random` is a player, too, and in the columns of the first role `bot`: the scripted players of
the game, in every seat but that of the row agent. All pairs meet on the same unseen levels with
the same chance, a trial each: K matches against the same other, both with their memory carried.

A score is the return of the row agent in the unit of the game: in the arenas, the share of matches won.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.file import AgentFile
from gamemeta.config import check_ranges
from gamemeta.errors import ConfigError
from gamemeta.evaluation.episodes import Actor, Arrays, Memory, Player, RandomActor, play_seats
from gamemeta.evaluation.statistics.intervals import margin
from gamemeta.games.builtin.arena.seats import OUTSIDE, SCRIPTED
from gamemeta.games.game import Game
from gamemeta.games.setup import GameSetup
from gamemeta.learners.from_file import learner_of
from gamemeta.spec import Spec
from gamemeta.trials.lanes import sides_of, teams_of
from gamemeta.trials.streams import Stream, episode_chance, trial_seeds
from gamemeta.trials.task_learner import Episode
from gamemeta_levels.family import LevelArrays, generate_arrays

RANDOM, BOT = "random", "bot"
CHUNK = 256
"""Most levels played side by side."""
WHOLE = -1
"""Place of the mean over the matches."""


@dataclass(frozen=True, kw_only=True)
class CrossPlayConfig:
    """Levels, matches and seed."""

    levels: int = 256
    """Trials of each pair, each on another level."""
    matches: int = 6
    """Matches of a trial (K)."""
    seed: int = 0
    """Of the agents' draws."""

    def __post_init__(self) -> None:
        check_ranges(self, levels=(1, 10**6), matches=(1, 1000), seed=(0, 2**62))


@dataclass
class CrossPlay:
    """Scores of the row agents, [roles, rows, columns, K + 1]: by match, then the mean over the matches.

    NaN where there is no such pair.
    """

    game: str
    config: CrossPlayConfig
    roles: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    score: NDArray[np.float64]
    low: NDArray[np.float64]
    """Lower ends of the 95% intervals, over levels only."""
    high: NDArray[np.float64]

    def to_json(self) -> dict[str, Any]:
        """Every pair with its scores, to five places."""
        head = {"game": self.game, "split": "test", **vars(self.config)}
        return {**head, "pairs": [self._pair(*place) for place in self.places()]}

    def places(self) -> list[tuple[int, int, int]]:
        """Role, row and column of every pair that played."""
        return [(r, i, j) for r, i, j in np.argwhere(~np.isnan(self.score[..., WHOLE])).tolist()]

    def _pair(self, role: int, row: int, column: int) -> dict[str, Any]:
        def of(array: NDArray[np.float64]) -> list[float]:
            return [round(x, 5) for x in array[role, row, column].tolist()]

        score, low, high = of(self.score), of(self.low), of(self.high)
        names = {"role": self.roles[role], "agent": self.rows[row], "against": self.columns[column]}
        by_match = {"score": score[:WHOLE], "low": low[:WHOLE], "high": high[:WHOLE]}
        return names | by_match | {"mean": score[WHOLE], "mean_interval": [low[WHOLE], high[WHOLE]]}


def crossplay(agents: Mapping[str, AgentFile], config: CrossPlayConfig | None = None) -> CrossPlay:
    """Let agents of one game play each other on test levels.

    Args:
        agents: by the names they are shown under. Levels and settings are those of the first.
        config: how much is played.
    Raises:
        ConfigError: no agent, or agents of several games or of a game with one seat.
        AgentFileError: an agent was made for another form of the game.
    """
    config = config or CrossPlayConfig()
    arena = _Arena(_one_game(agents), config)
    players = {name: arena.admit(file) for name, file in agents.items()}
    players[RANDOM] = _Entrant(RandomActor(arena.game.spec), arena.game.spec)
    rows, columns = tuple(players), (*players, *((BOT,) if arena.has_bots else ()))
    shape = len(arena.roles), len(rows), len(columns), config.matches + 1
    score, low, high = (np.full(shape, np.nan) for _ in range(3))
    for role, row, column in np.ndindex(shape[:3]):
        plays, against = players[rows[row]], players.get(columns[column])
        if arena.can_meet(role, plays, against):
            place = role, row, column
            score[place], low[place], high[place] = arena.pair(role, plays, against)
    return CrossPlay(arena.name, config, arena.roles, rows, columns, score, low, high)


def _one_game(agents: Mapping[str, AgentFile]) -> AgentFile:
    """The first of agents that all play the same game. Raises ConfigError."""
    games = {file.game for file in agents.values()}
    if len(games) != 1:
        names = ", ".join(sorted(games)) or "none"
        raise ConfigError(f"agents of one game play each other; these play {names}. Give at least one of it.")
    if taken := {RANDOM, BOT} & agents.keys():
        raise ConfigError(f"an agent cannot be called {taken.pop()!r}, which plays anyway. Rename its file.")
    return next(iter(agents.values()))


@dataclass(frozen=True)
class _Entrant:
    """An agent that takes part.

    Args:
        actor: the agent.
        spec: what it sees and does.
        every_role: whether it knows all roles, or only the first, which it was trained for.
    """

    actor: Actor
    spec: Spec
    every_role: bool = True


class _Arena:
    """The game that all pairs meet in, and its levels.

    Args:
        file: whose game and levels.
        config: how much is played.
    """

    def __init__(self, file: AgentFile, config: CrossPlayConfig) -> None:
        setup, self.name, self.config = GameSetup.of(file), file.game, config
        self.has_bots = setup.has_setting("others") and setup.config.others in (SCRIPTED, OUTSIDE)
        self.setup = setup.with_settings(others=OUTSIDE) if self.has_bots else setup
        self.game = self.setup.game()
        if self.game.seats == 1:
            raise ConfigError(f"the game {file.game!r} has one seat, and cross-play needs two.")
        self.sides = sides_of(teams_of(self.game))
        self.roles = _roles(self.game, self.sides)
        self.levels = generate_arrays(self.setup.family(), range(config.levels), "test")

    def admit(self, file: AgentFile) -> _Entrant:
        """An agent of this game. One that was trained beside scripted players may know the first role alone.

        Raises:
            AgentFileError: it was made for another form of the game.
        """
        every_role = self.setup.fits(file.spec)
        if not every_role and not (self.has_bots and self._scripted().fits(file.spec)):
            self.setup.check_fits(file.spec)
        return _Entrant(learner_of(file), file.spec, every_role)

    def can_meet(self, role: int, row: _Entrant, column: _Entrant | None) -> bool:
        """Whether both know their roles; None stands for the bots, which play all but the first."""
        others = set(range(len(self.roles))) - {role}
        knows = row.every_role or role == 0
        return knows and (role == 0 if column is None else column.every_role or others == {0})

    def _scripted(self) -> GameSetup:
        return self.setup.with_settings(others=SCRIPTED)

    def pair(self, role: int, row: _Entrant, column: _Entrant | None) -> tuple[NDArray[np.float64], ...]:
        """Score [K + 1] of the row in this role and both ends of its interval; None stands for the bots."""
        rows = np.arange(self.config.levels)
        chunks = np.array_split(rows, -(-len(rows) // CHUNK))
        returns = np.concatenate([self._returns(role, row, column, chunk) for chunk in chunks])
        by_match = np.concatenate([returns, returns.mean(axis=1, keepdims=True)], axis=1)
        mean, half = by_match.mean(axis=0), margin(by_match[None])
        return mean, mean - half, mean + half

    def _returns(
        self, role: int, row: _Entrant, column: _Entrant | None, rows: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Returns of the row on these levels, by match, [levels, K]."""
        setup = self._scripted() if column is None else self.setup
        with setup.game(len(rows)) as game:
            seats = np.ones(game.seats, np.bool_) if column is None else self.sides == role
            players = [_player(_Unshown(row.actor, row.spec, game.spec), game, seats)]
            if column is not None:
                players.append(_player(column.actor, game, ~seats))
            return np.stack([self._match(players, game, k, rows) for k in range(self.config.matches)], 1)

    def _match(
        self, players: Sequence[Player], game: Game, k: int, rows: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Returns of the first player in match k, mean over its seats, [levels]."""
        levels: LevelArrays = self.levels.take(rows)
        seeds = trial_seeds(self.config.seed, Stream.CROSSPLAY, rows)
        chance = episode_chance(self.config.seed, Stream.EVALUATION_CHANCE, rows, k)
        played = play_seats(players, game, levels, seeds, chance)
        returns: NDArray[np.float64] = played.returns[players[0].lanes].reshape(game.n, -1).mean(axis=1)
        return returns


class _Unshown(Actor):
    """An agent in a form of its game with fewer observations; missing ones are 0, as for the first role.

    Args:
        actor: the agent.
        known: the spec of the agent.
        shown: the spec of the game here.
    """

    def __init__(self, actor: Actor, known: Spec, shown: Spec) -> None:
        self._actor, names = actor, {buffer.name for buffer in shown.obs}
        self.adapts = actor.adapts
        self._unshown = [buffer for buffer in known.obs if buffer.name not in names]

    def init(self, n: int) -> Arrays:
        return self._actor.init(n)

    def step(self, state: Arrays, inputs: Arrays, reset: NDArray[np.uint8]) -> tuple[Arrays, Any]:
        n = len(reset)
        unshown = {b.name: np.zeros((n, *b.shape), b.dtype) for b in self._unshown}
        return self._actor.step(state, inputs | unshown, reset)

    def adapt(self, state: Arrays, episode: Episode) -> Arrays:
        lead = episode.reward.shape
        unshown = {b.name: np.zeros((*lead, *b.shape), b.dtype) for b in self._unshown}
        return self._actor.adapt(state, replace(episode, inputs=episode.inputs | unshown))


def _player(actor: Actor, game: Game, seats: NDArray[np.bool_]) -> Player:
    """An agent in these seats [A] of every game, before its first match."""
    return Player(actor, Memory.blank(actor, game.spec, game.n, game.seats), np.tile(seats, game.n))


def _roles(game: Game, sides: NDArray[np.int64]) -> tuple[str, ...]:
    """Name of each side: those of its seats."""
    names = game.seat_names()
    by_side = [[names[a] for a in np.flatnonzero(sides == side)] for side in range(sides.max() + 1)]
    return tuple(", ".join(words) for words in by_side)
