"""How fast Procgen's games step as games of ours, beside Procgen alone: `python
scripts/evidence/procgen_speed.py`.

Both play the same random actions, in turns, so that whatever else the machine does slows both. Ours plays
trials of 2 episodes on the 200 training levels, each of which was begun before; Procgen its own draws of the
same levels. Ours shows its frames where Procgen writes them, Procgen gives copies of its own, as it does by
default; both can be asked to do otherwise.
"""

import argparse
import time

import numpy as np

from gamemeta.games.game import StepBuffers
from gamemeta.games.outside.procgen.facts import ACTIONS, GAMES, PREFIX
from gamemeta.games.outside.procgen.vector import make_vector
from gamemeta.games.registry import game_class
from gamemeta.trials.trials import TrialConfig, Trials
from gamemeta_levels.family import generate_arrays

LEVELS = 200
"""Levels for training."""


def main() -> None:
    """Print a line for every game."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("games", nargs="*", default=list(GAMES))
    words.add_argument("--lanes", type=int, default=64, help="games side by side")
    words.add_argument("--steps", type=int, default=300, help="steps of each game in a turn")
    words.add_argument("--turns", type=int, default=5, help="turns of both; the median counts")
    words.add_argument("--threads", type=int, default=0, help="Procgen's threads")
    words.add_argument("--own-buffers", action="store_true", help="ours copies frames into buffers apart")
    words.add_argument("--uncopied", action="store_true", help="Procgen gives no copies")
    given = words.parse_args()
    print(f"{'game':<12}{'bare steps/s':>14}{'ours steps/s':>14}{'share':>8}")
    for game in given.games:
        ours = Ours(game, given.lanes, given.threads, given.own_buffers)
        bare = Bare(game, given.lanes, given.threads, given.uncopied)
        rng, times = np.random.default_rng(0), []
        for _ in range(given.turns + 1):
            actions = rng.integers(0, ACTIONS, (given.steps, given.lanes), np.int32)
            times.append([_timed(player, actions) for player in (bare, ours)])
        rates = given.steps * given.lanes / np.array(times[1:])  # the first turn warms up
        shares = np.median(rates[:, 1] / rates[:, 0])
        print(f"{game:<12}{np.median(rates[:, 0]):>14,.0f}{np.median(rates[:, 1]):>14,.0f}{shares:>8.1%}")


class Bare:
    """Procgen as it comes, reading what it shows after every step; `uncopied`, it stays in its arrays."""

    def __init__(self, game: str, lanes: int, threads: int, uncopied: bool) -> None:
        self.env, self.uncopied = make_vector(game, "easy", lanes, threads, levels=LEVELS), uncopied

    def step(self, actions: np.ndarray) -> None:
        if self.uncopied:
            self.env.actions[:] = actions
            self.env.step()
            return
        self.env.act(actions)
        self.env.observe()


class Ours:
    """Trials of the game, in buffers that it lends or, if so wished, in others."""

    def __init__(self, game: str, lanes: int, threads: int, own_buffers: bool) -> None:
        cls = game_class(PREFIX + game)
        made = cls(lanes, cls.Config(threads=threads))
        config = TrialConfig(episodes=2, long_share=0.0)
        self.trials = Trials(made, made.family(), config, seed=0, lanes=np.arange(lanes), total=lanes)
        self.out = StepBuffers.empty(made) if own_buffers else StepBuffers.sharing(made)
        for first in range(0, LEVELS, lanes):  # the first start of a level takes longer
            numbers = np.arange(first, first + lanes) % LEVELS
            levels = generate_arrays(made.family(), numbers, "any")
            made.reset(levels, np.ones(lanes, np.bool_), self.out)
        self.trials.begin(self.out)

    def step(self, actions: np.ndarray) -> None:
        self.trials.next_episode(self.trials.step(actions[:, None, None], self.out), self.out)


def _timed(player: Bare | Ours, actions: np.ndarray) -> float:
    start = time.perf_counter()
    for row in actions:
        player.step(row)
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
