"""What is known of the games of Procgen without running them."""

from dataclasses import dataclass

from gamemeta.games.adapters import PROCGEN

PREFIX = PROCGEN.prefix
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
    """

    easy: tuple[float, float]
    hard: tuple[float, float]
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
    "bigfish": Facts((1, 40), (0, 40), steps=6000),
    "bossfight": Facts((0.5, 13), (0.5, 13), steps=4000),
    "caveflyer": Facts((3.5, 12), (2, 13.4), (MEMORY,), 1259048185),
    "chaser": Facts((0.5, 13), (0.5, 14.2), (EXTREME,)),
    "climber": Facts((2, 12.6), (1, 12.6), (), 1561126160),
    "coinrun": Facts((5, 10), (5, 10), (), 1949448038),
    "dodgeball": Facts((1.5, 19), (1.5, 19), (EXTREME, MEMORY)),
    "fruitbot": Facts((-1.5, 32.4), (-0.5, 27.2)),
    "heist": Facts((3.5, 10), (2, 10), (MEMORY,), 876640971),
    "jumper": Facts((3, 10), (1, 10), (MEMORY,), 1434825276, memory_steps=2000),
    "leaper": Facts((3, 10), (1.5, 10), (EXTREME,), 1318677581, steps=500),
    "maze": Facts((5, 10), (4, 10), (MEMORY,), 158988835, steps=500),
    "miner": Facts((1.5, 13), (1.5, 20), (MEMORY,)),
    "ninja": Facts((3.5, 10), (2, 10), (), 1123500215),
    "plunder": Facts((4.5, 30), (3, 30), steps=4000),
    "starpilot": Facts((2.5, 64), (1.5, 35), (EXTREME,)),
}

SUMMARIES = {
    "bigfish": "Eat fish that are smaller than you, and keep away from larger ones.",
    "bossfight": "Dodge the shots of a starship, and hit it while its shield is down.",
    "caveflyer": "Fly a ship through caves to the goal, and shoot targets on the way.",
    "chaser": "Collect all orbs of a maze while enemies chase you; a star lets you eat them.",
    "climber": "Climb from platform to platform, and collect stars between monsters.",
    "coinrun": "Run and jump over pits, saws and monsters to the coin at the far right.",
    "dodgeball": "Hit all enemies with balls, dodge theirs, then leave through the door.",
    "fruitbot": "Steer through gaps in walls; collect fruit and leave other food.",
    "heist": "Collect keys, open locks of their colours, and take the gem.",
    "jumper": "Jump through a cave to the carrot that a compass points to.",
    "leaper": "Cross lanes of cars, then a river on logs.",
    "maze": "Find the cheese in a maze.",
    "miner": "Dig for all diamonds under boulders that fall, then go to the exit.",
    "ninja": "Jump from ledge to ledge past bombs to the mushroom.",
    "plunder": "Sink enemy ships with cannonballs, and spare friendly ones.",
    "starpilot": "Fly through enemies that shoot; dodge and shoot back.",
}
"""What one does in each game."""
