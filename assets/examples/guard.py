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


def play(agent, save=Path("guard.save"), nights=None):
    """Play night after night against the guard; it remembers you, also when you come back tomorrow."""
    import pygame

    pygame.init()
    screen, clock = pygame.display.set_mode((450, 300)), pygame.time.Clock()
    mind, reward, done = opened(agent, save)
    vault, caught, night = Vault(), 0, 0
    while nights is None or night < nights:
        door = chosen_door(pygame)
        if door is None:
            break
        vault.begin(door)
        obs, over = vault.seen(), False
        while not over:
            obs, gain, over, _ = vault.step(mind.act(obs, reward, done))
            reward, done = gain, over  # the next act tells the guard how this night ended
            draw(pygame, screen, vault, f"night {night + 1}, caught {caught}: left, down, right; escape")
            clock.tick(6)
        night, caught = night + 1, caught + int(reward)
        save.write_bytes(bytes([int(reward)]) + mind.memory)
    pygame.quit()
    return caught, night


def opened(agent, save):
    """The guard's mind, and how the last night ended: as saved, or a guard that knows nothing yet."""
    if not save.exists():
        return agent.begin(seed=random.randrange(2**32)), 0.0, False
    data = save.read_bytes()
    return agent.resume(data[1:]), float(data[0]), True


def chosen_door(pygame):
    """The door of the key that is pressed next; None to end."""
    keys = dict(zip((pygame.K_LEFT, pygame.K_DOWN, pygame.K_RIGHT), DOORS, strict=True))
    while True:
        event = pygame.event.wait()
        if event.type == pygame.QUIT or (event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE):
            return None
        if event.type == pygame.KEYDOWN and event.key in keys:
            return keys[event.key]


def draw(pygame, screen, vault, title):
    """The corridor: doors below, the guard before them, the thief on its way down."""
    pygame.display.set_caption(title)
    screen.fill((20, 22, 30))
    for door in DOORS:
        pygame.draw.rect(screen, (120, 90, 50), (door * 50 + 5, 260, 40, 40))
    pygame.draw.circle(screen, (90, 160, 250), (vault.guard * 50 + 25, 230), 18)
    pygame.draw.circle(screen, (230, 90, 90), (vault.thief * 50 + 25, 30 + vault.steps * 50), 18)
    pygame.display.flip()


if __name__ == "__main__":
    import gamemeta

    print("caught {} times in {} nights".format(*play(gamemeta.load(sys.argv[1]))))
