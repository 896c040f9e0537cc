"""What is known of the games of Procgen without running them."""

from dataclasses import dataclass

from gamemeta.games.game import PROCGEN

PREFIX = PROCGEN
EASY, HARD, EXTREME, MEMORY, EXPLORATION = MODES = ("easy", "hard", "extreme", "memory", "exploration")
FRAME = (64, 64, 3)
"""Height, width and channels of what an agent sees."""
ACTIONS = 15
"""Eight directions, nothing, and six keys."""
NOTHING = 4
"""The action that presses no key."""


@dataclass(frozen=True)
class Facts:
    """One game.

    Args:
        easy: lowest and highest return in easy mode, of Cobbe et al. (2020), table in appendix C: what
            normalised returns are told by. `openai/train-procgen` has 1 for the lowest of jumper and 1.5 for
            that of leaper; these are the paper's, 3 and 3.
        hard: the same in hard mode.
        more: modes beside easy and hard.
        exploration: the only level of the exploration mode.
        steps: after which Procgen ends an episode; in memory mode `memory_steps`, where that differs.
        train, test, sd: mean return of OpenAI's PPO on the 200 easy training levels, on all levels, and the
            deviation of the latter over 3 runs, at 25M steps: the mean of the last million steps in
            `openai/train-procgen/train_procgen/results`.
    """

    easy: tuple[float, float]
    hard: tuple[float, float]
    train: float
    test: float
    sd: float
    more: tuple[str, ...] = ()
    exploration: int | None = None
    steps: int = 1000
    memory_steps: int = 0

    @property
    def modes(self) -> tuple[str, ...]:
        """The distribution modes that the game has."""
        last = () if self.exploration is None else (EXPLORATION,)
        return (EASY, HARD, *self.more, *last)

    def limit(self, mode: str) -> int:
        """Steps after which Procgen ends an episode in a mode."""
        return self.memory_steps if mode == MEMORY and self.memory_steps else self.steps

    def bounds(self, mode: str) -> tuple[float, float] | None:
        """Lowest and highest return in a mode; None where nothing was published."""
        return {EASY: self.easy, HARD: self.hard}.get(mode)


GAMES: dict[str, Facts] = {
    "bigfish": Facts((1, 40), (0, 40), 12.12, 4.77, 0.69, steps=6000),
    "bossfight": Facts((0.5, 13), (0.5, 13), 8.31, 7.60, 0.48, steps=4000),
    "caveflyer": Facts((3.5, 12), (2, 13.4), 7.22, 5.30, 0.45, (MEMORY,), 1259048185),
    "chaser": Facts((0.5, 13), (0.5, 14.2), 6.63, 5.86, 0.16, (EXTREME,)),
    "climber": Facts((2, 12.6), (1, 12.6), 8.64, 5.86, 0.11, (), 1561126160),
    "coinrun": Facts((5, 10), (5, 10), 9.54, 8.66, 0.17, (), 1949448038),
    "dodgeball": Facts((1.5, 19), (1.5, 19), 5.05, 1.90, 0.33, (EXTREME, MEMORY)),
    "fruitbot": Facts((-1.5, 32.4), (-0.5, 27.2), 29.65, 26.55, 0.56),
    "heist": Facts((3.5, 10), (2, 10), 7.94, 2.76, 0.12, (MEMORY,), 876640971),
    "jumper": Facts((3, 10), (1, 10), 8.59, 5.74, 0.05, (MEMORY,), 1434825276, memory_steps=2000),
    "leaper": Facts((3, 10), (1.5, 10), 6.21, 5.84, 1.39, (EXTREME,), 1318677581, steps=500),
    "maze": Facts((5, 10), (4, 10), 9.35, 5.56, 0.19, (MEMORY,), 158988835, steps=500),
    "miner": Facts((1.5, 13), (1.5, 20), 12.82, 9.41, 0.03, (MEMORY,)),
    "ninja": Facts((3.5, 10), (2, 10), 7.66, 5.77, 0.21, (), 1123500215),
    "plunder": Facts((4.5, 30), (3, 30), 5.28, 4.63, 0.53, steps=4000),
    "starpilot": Facts((2.5, 64), (1.5, 35), 30.10, 23.92, 3.15, (EXTREME,)),
}
