"""A game of cards with a hidden trump, in which the hand describes what there is to choose from."""

import random

SUITS, HAND = 5, 6
RECIPE = {
    "network": {"width": 64},
    "ppo": {"learning_rate": 3e-3, "discount": 0.8, "epochs": 4, "minibatches": 2, "final_entropy": 0.5},
    "run": {"steps": 150_000, "lanes": 64, "rollout_steps": 48, "shards": 1, "validation_levels": 64},
}


class Tricks:
    """Six tricks, each with a new hand. A card of the trump suit takes the trick; which suit is hidden."""

    actions = HAND  # the most cards that there are to choose from
    step_limit, par, recipe = 6, 4.0, RECIPE

    def reset(self, level, rng):
        self.trump = random.Random(level).randrange(SUITS)  # belongs to the level
        self.rng, self.tricks = rng, 0
        return self.dealt()

    def step(self, action):
        suit, _ = self.hand[action]
        self.tricks += 1
        return self.dealt(), float(suit == self.trump), self.tricks == self.step_limit

    def dealt(self):
        count = self.rng.randint(3, HAND)
        self.hand = [(self.rng.randrange(SUITS), self.rng.randint(1, 9)) for _ in range(count)]
        return {"choices": [[*(suit == k for k in range(SUITS)), rank] for suit, rank in self.hand]}

    def text(self):
        return " ".join(f"{k}:{'ABCDE'[suit]}{rank}" for k, (suit, rank) in enumerate(self.hand))
