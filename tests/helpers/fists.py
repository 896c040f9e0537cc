"""Rock, paper, scissors: a match is one round; whoever wins is paid 1 and the other -1.

Nothing is seen but the own last act and what it was paid, which tells what the other did.
"""

from dataclasses import dataclass

import numpy as np

from gamemeta.authoring import DrawnFamily, FamilyAbout
from gamemeta.games.about import About
from gamemeta.games.game import Game
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels import Level
from gamemeta_levels.tiles import FLOOR, SPAWN

HANDS, SALT = 3, 1000
ROCK, PAPER, SCISSORS = range(HANDS)


@dataclass(frozen=True, kw_only=True)
class FistsParameters:
    pass


@dataclass(frozen=True, kw_only=True)
class FistsConfig:
    pass


class FistsFamily(DrawnFamily):
    """Levels that differ by a number alone, which nothing depends on."""

    name, Parameters = "fists", FistsParameters
    about = FamilyAbout(action_names=("rock", "paper", "scissors"))
    sides, hidden = (1, 1), {"salt": 1}

    def draw(self, draws):
        return Level(family=self.name, tiles=[[SPAWN]], hidden={"salt": [draws.below(SALT)]})

    def solve(self, level):
        return []

    def changed(self, level, draws):
        return self.draw(draws)


class FistsGame(Game):
    """Two seats, each a team."""

    name, seats, about = "fists", 2, About(has_plans=False, has_map=False)
    Config, Parameters = FistsConfig, FistsParameters

    def __init__(self, n, config=None):
        self.n, self.config = n, config or FistsConfig()
        self.over, self.won = np.ones(n, np.bool_), np.zeros((n, 2), np.bool_)
        nothing = symbols("nothing", (1,), 1)
        self.spec = Spec(obs=(nothing,), action=ActionSpec(heads=(HANDS,)))

    def teams(self):
        return (0, 1)

    def family(self, parameters=None):
        return FistsFamily(parameters)

    def step_limit(self, levels):
        return np.ones(len(levels), np.int32)

    def par(self, levels):
        return np.ones(len(levels), np.float32)

    def reset(self, levels, mask, out):
        self.over[mask], self.won[mask], out.alive[mask] = False, False, True
        out.obs["nothing"][mask] = 0

    def step(self, actions, out):
        hand = self.spec.action.checked(actions, self.n, 2)[:, :, 0]
        ahead = (hand - hand[:, ::-1]) % HANDS
        out.reward[:] = np.array([0, 1, -1], np.float32)[ahead] * ~self.over[:, None]
        self.won |= out.reward > 0
        out.success[:] = self.won
        self.over[:] = out.terminated[:] = True
        out.truncated[:] = out.alive[:] = False
        out.obs["nothing"][:] = 0

    def scene(self, i):
        nothing = np.full((1, 1), FLOOR, np.uint8)
        return Scene(
            tiles=nothing, agent=(0, 0), seen=(0, 0, 1, 1), view=nothing, step=0, limit=1, text="fists"
        )

    def save(self, i):
        return bytes([int(self.over[i]), *self.won[i].tolist()])

    def load(self, i, data):
        self.over[i], *self.won[i] = data
