"""Two small games of numbers whose best play is known in closed form.

In each step a wanted number w is shown. `Mirror` has one number to steer with, and on half of the levels it
counts the other way round. `Levers` has a lever to choose, one of which is right, and a number beside it.

Best returns of a step, with w spread evenly over -1..1: who knows the level earns 1. Who does not know the
sign earns 1 - max(|a|, |w|) on average for any a, so at best 1 - |w|, on average a half; who does not know
the lever earns 1/2 + 1/6.
"""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from gamemeta.authoring import ArrayGame, DrawnFamily, FamilyAbout
from gamemeta.spec import ActionSpec, Spec, quantities
from gamemeta_levels import Level
from gamemeta_levels.tiles import SPAWN

STEPS, LEVERS, GRAIN = 2, 3, 20
SEEDS = 64
"""Streams of wanted numbers."""
WANTED = np.random.default_rng(0).integers(-GRAIN, GRAIN + 1, (SEEDS, STEPS)) / GRAIN


@dataclass(frozen=True, kw_only=True)
class SteeringParameters:
    steps: int = STEPS
    """Steps of an episode."""


@dataclass(frozen=True, kw_only=True)
class SteeringConfig:
    unused: bool = False
    """Nothing."""


class SteeringFamily(DrawnFamily):
    """Levels: what is hidden, and which numbers are wanted."""

    name, Parameters, sides = "steering", SteeringParameters, (1, 2)
    about = FamilyAbout(action_names=("left", "middle", "right"))
    hidden = MappingProxyType({"fact": 1, "stream": 1})
    facts = 2

    def draw(self, draws):
        return self.level(draws.below(self.facts), draws.below(SEEDS))

    def level(self, fact, stream):
        return Level(family=self.name, tiles=[[SPAWN, SPAWN]], hidden={"fact": [fact], "stream": [stream]})

    def solve(self, level):
        sign = 1 - 2 * level.hidden["fact"][0]
        return [[sign * w] for w in WANTED[level.hidden["stream"][0]]]

    def changed(self, level, draws):
        return self.level(draws.below(self.facts), draws.below(SEEDS))


class LeversFamily(SteeringFamily):
    name, facts = "levers", LEVERS

    def solve(self, level):
        return [[level.hidden["fact"][0], 5 + 5 * w] for w in WANTED[level.hidden["stream"][0]]]


class Mirror(ArrayGame):
    """Play the wanted number, or its mirror image."""

    name, Config, Parameters, state_type = "mirror", SteeringConfig, SteeringParameters, np.float64
    Family = SteeringFamily
    action = ActionSpec(low=(-1.0,), high=(1.0,))

    def make_spec(self):
        return Spec(obs=(quantities("wanted", (1,)),), action=self.action)

    def family(self, parameters=None):
        return self.Family(parameters)

    def step_limit(self, levels):
        return np.full(len(levels), STEPS, np.int32)

    def par(self, levels):
        return np.full(len(levels), STEPS, np.float32)

    def begin(self, levels):
        stream = levels.more["stream"][:, 0]
        return np.column_stack([levels.more["fact"][:, 0], WANTED[stream], np.zeros(len(levels))])

    def play(self, state, actions):
        wanted, clock = self.wanted(state), state[:, -1]
        reward = self.reward(state[:, 0], wanted, actions)
        clock += 1
        over = clock >= STEPS
        return reward, over, over & (reward > 0.9)

    def reward(self, fact, wanted, actions):
        return 1 - np.abs((1 - 2 * fact) * actions[:, 0] - wanted)

    def wanted(self, state):
        clock = np.minimum(state[:, -1].astype(int), STEPS - 1)
        return state[np.arange(len(state)), 1 + clock]

    def observe(self, state):
        return {"wanted": self.wanted(state)[:, None]}

    def picture(self, state):
        return np.full((1, 2), SPAWN, np.uint8), (0, 0)


class Levers(Mirror):
    """Choose the right lever, and play the wanted number on a scale of 0 to 10."""

    name, Family = "levers", LeversFamily
    action = ActionSpec(heads=(LEVERS,), low=(0.0,), high=(10.0,))

    def reward(self, fact, wanted, actions):
        number = (actions[:, 1] - 5) / 5
        return (actions[:, 0] == fact) / 2 + (1 - np.abs(number - wanted)) / 2
