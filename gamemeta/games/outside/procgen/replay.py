"""Is a level of Procgen the same again, bit for bit? Played in four ways and compared."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.procgen.engine import FORCED_END
from gamemeta.games.outside.procgen.facts import ACTIONS, EXPLORATION, GAMES, HARD, PREFIX
from gamemeta.games.outside.procgen.game import OBS, ProcgenConfig, procgen_game
from gamemeta.games.outside.procgen.vector import make_vector
from gamemeta_levels.family import LevelArrays, generate_arrays

Digests = NDArray[np.bytes_]
"""[T + 1, N]: a digest of the frame, the reward and the flags after each step."""


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """Levels that did not go the same way again, by number.

    Args:
        again: with the same actions, begun anew in mid-episode, seen in the arrays that the games lend.
        elsewhere: saved in mid-episode and loaded into other games at other indices, seen in other buffers.
        alone: in Procgen itself, made for that level alone, up to the end of an episode.
        episodes: how many ended in one play; each ended one was followed by the same level.
        followed: whose next episode after an end shows another first frame.
    """

    again: tuple[int, ...]
    elsewhere: tuple[int, ...]
    alone: tuple[int, ...]
    followed: tuple[int, ...]
    episodes: int

    @property
    def same(self) -> bool:
        """Whether every level went the same way in every play."""
        return not (self.again or self.elsewhere or self.alone or self.followed)


def replay(game: str, mode: str, numbers: list[int], steps: int, seed: int = 0) -> Replayed:
    """Play levels with random actions, again and again.

    Args:
        game: such as `coinrun`.
        mode: a mode that it has.
        numbers: Procgen's numbers of the levels.
        steps: of each play; a game whose episode ends begins the same level again.
        seed: of the actions.
    """
    n = len(numbers)
    cls, config = procgen_game(PREFIX + game), ProcgenConfig(mode=mode)
    ours: Any = cls(n, config)
    other: Any = cls(n, config)
    levels = generate_arrays(ours.family(), numbers, "any")
    actions = np.random.default_rng(seed).integers(0, ACTIONS, (steps, n))
    everywhere, half = np.ones(n, np.bool_), steps // 2
    player = _Player(ours, levels, StepBuffers.sharing(ours))
    first = np.stack([player.begin(everywhere), *(player.step(row) for row in actions)])
    ends = player.ends.copy()
    second = [player.begin(everywhere), *(player.step(row) for row in actions[:half])]
    saved = [ours.save(i) for i in range(n)]
    second += [player.step(row) for row in actions[half:]]
    turned = _Player(other, levels.take(np.arange(n)[::-1]), StepBuffers.empty(other))
    for i, data in enumerate(reversed(saved)):
        other.load(i, data)
    third = np.stack([turned.step(row[::-1])[::-1] for row in actions[half:]])

    def differing(flags: NDArray[np.bool_]) -> tuple[int, ...]:
        return tuple(number for number, wrong in zip(numbers, flags, strict=True) if wrong)

    return Replayed(
        again=differing((first != np.stack(second)).any(0)),
        elsewhere=differing((first[half + 1 :] != third).any(0)),
        alone=differing(_differs_alone(game, mode, numbers, actions, first)),
        followed=differing(player.followed_otherwise),
        episodes=int(ends.sum()),
    )


class _Player:
    """Games on levels, whose ended episodes begin again at once."""

    def __init__(self, game: Any, levels: LevelArrays, out: StepBuffers) -> None:
        self.game, self.levels, self.out = game, levels, out
        self.ends = np.zeros(game.n, np.int64)
        self.start: list[bytes] = []
        self.followed_otherwise = np.zeros(game.n, np.bool_)

    def begin(self, mask: NDArray[np.bool_]) -> Digests:
        """Begin the levels of these games; digests [N]."""
        self.game.reset(self.levels, mask, self.out)
        frames = [frame.tobytes() for frame in self.out.obs[OBS][:, 0]]
        if not self.start:
            self.start = frames
        for i in np.flatnonzero(mask):
            self.followed_otherwise[i] |= frames[i] != self.start[i]
        return _digests(self.out.obs[OBS][:, 0], np.zeros(self.game.n), np.zeros(self.game.n))

    def step(self, row: NDArray[Any]) -> Digests:
        """Play a step with actions [N]; digests [N] of what it led to, the next episode begun."""
        self.game.step(row[:, None, None], self.out)
        done = (self.out.terminated | self.out.truncated)[:, 0]
        self.ends += done
        results = self.out.reward[:, 0].copy(), done
        if done.any():
            if self.start:
                self.begin(done)
            else:
                self.game.reset(self.levels, done, self.out)
        return _digests(self.out.obs[OBS][:, 0], *results)


def _differs_alone(
    game: str, mode: str, numbers: list[int], actions: NDArray[Any], digests: Digests
) -> NDArray[np.bool_]:
    """bool [N]: whether Procgen, made for one level alone, plays an episode otherwise.

    Its second episode, for the first of all is another in miner: see `gamemeta.games.outside.procgen.engine`.
    """
    differs = np.zeros(len(numbers), np.bool_)
    for k, number in enumerate(numbers):
        env = make_vector(game, HARD if mode == EXPLORATION else mode, 1, 0, levels=1, first=number)
        nothing = np.zeros(1)
        env.act(np.array([FORCED_END], np.int32))
        differs[k] = _digests(env.observe()[1], nothing, nothing)[0] != digests[0, k]
        for t, row in enumerate(actions, 1):
            env.act(row[k : k + 1].astype(np.int32))
            reward, shown, ended = env.observe()
            differs[k] |= _digests(shown, reward, ended)[0] != digests[t, k]
            if ended[0]:
                break
        env.close()
    return differs


def _digests(frames: NDArray[np.uint8], reward: NDArray[Any], ended: NDArray[Any]) -> Digests:
    """A digest [N] of frames [N, 64, 64, 3], rewards and ends [N]."""
    results = np.stack([reward, ended], 1).astype(np.float32)
    made = [
        hashlib.blake2b(f.tobytes() + r.tobytes(), digest_size=16).hexdigest()
        for f, r in zip(frames, results, strict=True)
    ]
    return np.array(made, np.bytes_)


def check_all(
    levels: int, steps: int, seed: int, report: Callable[[str, str, Replayed], None], mode: str | None = None
) -> bool:
    """`replay` in all sixteen games on random levels, in one mode or in all that each has.

    Args:
        levels: how many in each game and mode.
        steps: of each play.
        seed: of levels and actions.
        report: called after each game and mode.
        mode: the only mode to look at.

    Returns: whether everything was the same.
    """
    rng, same = np.random.default_rng(seed), True
    for game, facts in GAMES.items():
        for one in facts.modes if mode is None else {mode} & {*facts.modes}:
            numbers = rng.integers(0, 2**31 - 1, levels).tolist()
            if one == EXPLORATION:
                numbers = [facts.exploration or 0]
            replayed = replay(game, one, numbers, steps, seed)
            report(game, one, replayed)
            same &= replayed.same
    return same
