"""A guard that learns which door its player makes for: the class that it is trained on, and a game with it.

gamemeta train guard.py:Vault
python guard.py runs/guard
"""

import random
import sys
from pathlib import Path

from gymnasium.spaces import Dict, Discrete

DOORS, NIGHT, FOG = (0, 4, 8), 4, 2
UNSEEN = 9
RECIPE = {"trial": {"episodes": 8}, "run": {"steps": 300_000}}


class Vault:
    """A thief makes for one of three doors; the guard sees it late, and learns which doors it likes."""

    actions = ("left", "stay", "right")
    observation_space = Dict({"guard": Discrete(9), "thief": Discrete(10)})
    step_limit, par = NIGHT, 1.0
    recipe = RECIPE

    def reset(self, level, rng):  # the level is a thief with habits of its own; rng is the luck of this night
        habits = random.Random(level)
        likes = [habits.random() ** 3 for _ in DOORS]
        self.begin(rng.choices(DOORS, likes)[0])
        return self.seen()

    def begin(self, door):
        self.guard, self.thief, self.door, self.steps = 4, 4, door, 0

    def seen(self):
        return {"guard": self.guard, "thief": self.thief if self.steps > FOG else UNSEEN}

    def step(self, action):
        self.guard = min(max(self.guard + action - 1, 0), 8)
        self.thief += (self.door > self.thief) - (self.door < self.thief)
        self.steps += 1
        done = self.steps == NIGHT
        caught = done and self.guard == self.door
        return self.seen(), float(caught), done, {"success": caught} if done else {}


def play(agent, answers, save=Path("guard.save")):
    """Play a night for every answer, a line with 1, 2 or 3; the guard remembers you, also tomorrow."""
    mind, reward, done = opened(agent, save)
    vault, caught, nights = Vault(), 0, 0
    print("Door 1, 2 or 3? Ctrl-D ends.")
    for answer in answers:
        if answer.strip() not in ("1", "2", "3"):
            continue
        vault.begin(DOORS[int(answer) - 1])
        obs, over = vault.seen(), False
        while not over:
            obs, gain, over, _ = vault.step(mind.act(obs, reward, done))
            reward, done = gain, over  # the next act tells the guard how this night ended
        nights, caught = nights + 1, caught + int(reward)
        print("Caught!" if reward else "Away!", f"The guard was right in {caught} of {nights} nights.")
        save.write_bytes(bytes([int(reward)]) + mind.memory)
    return caught, nights


def opened(agent, save):
    """The guard's mind, and how the last night ended: as saved, or a guard that knows nothing yet."""
    if not save.exists():
        return agent.begin(seed=random.randrange(2**32)), 0.0, False
    data = save.read_bytes()
    return agent.resume(data[1:]), float(data[0]), True


if __name__ == "__main__":
    import gamemeta

    play(gamemeta.load(sys.argv[1]), sys.stdin)
