"""Episodes of the games in Python, with a digest of all that can be seen of them."""

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.game import Game, StepBuffers
from gamemeta.trials.streams import Stream, episode_chance
from gamemeta_levels.family import LevelArrays

EPISODES = 2
GUIDED = 2
"""Every so manieth level is played by the solver's labels, the others at random."""
OBEYED = 0.9
"""Share of the steps there that follow them."""


class Recorded:
    """Episodes of some levels, a step beyond the end of each.

    Args:
        game: as many games as levels.
        levels: what is played.
    """

    def __init__(self, game: Game, levels: LevelArrays) -> None:
        self._game, self._levels = game, levels
        self._out = StepBuffers.empty(game, labels=True)
        self._rng = np.random.default_rng(0)
        self.digests = [hashlib.sha256() for _ in range(game.n)]
        self.steps = 0
        self._actions: list[list[list[list[int]]]] = [[] for _ in range(game.n)]

    def actions(self, i: int) -> list[list[list[int]]]:
        """Of level i: for each episode and step the codes of all seats."""
        return self._actions[i]

    def play(self) -> None:
        """Play all episodes."""
        everyone = np.ones(self._game.n, np.bool_)
        number = self._levels.content_hash.view(np.int64)
        for episode in range(EPISODES):
            self._levels.chance = episode_chance(0, Stream.CHANCE, number, episode)
            self._game.reset(self._levels, everyone, self._out)
            for one in self._actions:
                one.append([])
            self._note(everyone, events=False)
            which = playing = everyone
            while which.any():
                action = self._chosen()
                self._game.step(action, self._out)
                for i in which.nonzero()[0]:
                    self._actions[i][-1].append(action[i].reshape(-1).tolist())
                self.steps += int(which.sum())
                self._note(which, events=True)
                which, playing = playing, ~(self._out.terminated | self._out.truncated).all(1)

    def _chosen(self) -> NDArray[np.int64]:
        """Random actions, but where the solver guides: there mostly a good one."""
        game = self._game
        heads = game.spec.action.heads
        action = self._rng.integers(0, heads[0], (game.n, game.seats, len(heads)))
        good = self._out.labels[game.about.guide][..., None] >> np.arange(heads[0]) & 1
        guided = good.any(-1) & (np.arange(game.n)[:, None] % GUIDED == 0)
        guided &= self._rng.random(guided.shape) < OBEYED
        action[..., 0] = np.where(guided, good.argmax(-1), action[..., 0])
        return action

    def _note(self, which: NDArray[np.bool_], *, events: bool) -> None:
        out, game = self._out, self._game
        arrays = [*(out.obs[part.name] for part in game.spec.obs), out.reward, out.terminated, out.truncated]
        arrays += [out.success, out.alive]
        numbers = np.concatenate([a.reshape(game.n, -1).astype(np.float32) for a in arrays], axis=1)
        for i in which.nonzero()[0]:
            scene = game.scene(int(i))
            told = list(game.events(int(i))) if events else []
            words = [list(scene.agent), list(scene.seen), scene.step, scene.limit, scene.status, told]
            text = json.dumps(words, separators=(",", ":"), ensure_ascii=False)
            for part in (numbers[i].tobytes(), scene.tiles.tobytes(), text.encode()):
                self.digests[i].update(part)
