"""A game in which one of four levers pays, and only the reward tells which."""

import random
from typing import Any


class Levers:
    """Six pulls an episode; the lever that pays belongs to the level."""

    actions, step_limit = 4, 6

    def __init__(self, scale: float = 1.0, offset: float = 0.0) -> None:
        self.scale, self.offset = scale, offset

    def reset(self, level: int) -> dict[str, list[float]]:
        self.good, self.pulls = random.Random(level).randrange(4), 0
        return {"nothing": [0.0]}

    def step(self, action: int) -> tuple[dict[str, list[float]], float, bool, dict[str, Any]]:
        self.pulls += 1
        hit = action == self.good
        reward = self.scale * hit + self.offset
        return {"nothing": [0.0]}, reward, self.pulls >= 6, {"success": hit}
