"""A game to look at: a lamp shines somewhere on a wall, and the right action is the quarter it shines in."""

from dataclasses import dataclass

import numpy as np

from gamemeta.authoring import ArrayGame, DrawnFamily, FamilyAbout
from gamemeta.spec import ActionSpec, Spec, image, quantities
from gamemeta_levels import Level, LevelError
from gamemeta_levels.tiles import FLOOR, SPAWN

SIDE, LAMPS = 12, 8


def quarter(place):
    """Of places counted row by row: 0 and 1 above, 2 and 3 below."""
    return place // SIDE // (SIDE // 2) * 2 + place % SIDE // (SIDE // 2)


@dataclass(frozen=True, kw_only=True)
class LampParameters:
    pass


class LampFamily(DrawnFamily):
    """The places of eight lamps, one after the other."""

    name, Parameters = "lamp", LampParameters
    about = FamilyAbout(action_names=("a", "b", "c", "d"))
    sides, hidden = (1, 1), {"places": LAMPS}

    def draw(self, draws):
        return self.level([draws.below(SIDE * SIDE) for _ in range(LAMPS)])

    def level(self, places):
        return Level(family=self.name, tiles=[[SPAWN]], hidden={"places": places})

    def solve(self, level):
        places = level.hidden["places"]
        if len(places) != LAMPS or not all(0 <= place < SIDE * SIDE for place in places):
            raise LevelError("give eight places.")
        return [int(quarter(place)) for place in places]

    def changed(self, level, draws):
        places = list(level.hidden["places"])
        places[draws.below(LAMPS)] = draws.below(SIDE * SIDE)
        return self.level(places)


@dataclass(frozen=True, kw_only=True)
class LampConfig:
    image: bool = False
    """Whether the wall is seen as a picture, rather than row and column of the lamp as numbers."""
    scale: float = 1.0
    """What row and column are multiplied by."""
    normalised: bool = True
    """Whether the agent keeps their statistics."""


class LampGame(ArrayGame):
    """Every right answer pays 1."""

    name, Config, Parameters = "lamp", LampConfig, LampParameters

    def make_spec(self):
        if self.config.image:
            obs = image("wall", (SIDE, SIDE, 3))
        else:
            normalised = self.config.normalised
            obs = quantities("sensor.lamp", (2,), normalised=normalised)
        return Spec(obs=(obs,), action=ActionSpec(heads=(4,)))

    def family(self, parameters=None):
        return LampFamily(parameters)

    def step_limit(self, levels):
        return np.full(len(levels), LAMPS + 1, np.int32)

    def par(self, levels):
        return np.full(len(levels), LAMPS, np.float32)

    def begin(self, levels):
        return np.column_stack([np.zeros(len(levels), np.int64), levels.more["places"]])

    def play(self, state, actions):
        right = actions == quarter(self.shining(state))
        state[:, 0] += 1
        done = state[:, 0] == LAMPS
        return right.astype(np.float32), done, done

    def observe(self, state):
        place = self.shining(state)
        row, column = place // SIDE, place % SIDE
        if not self.config.image:
            numbers = np.column_stack([row, column]).astype(np.float32)
            return {"sensor.lamp": numbers * np.float32(self.config.scale)}
        wall = np.full((len(state), SIDE, SIDE, 3), (60, 60, 90), np.uint8)
        wall[np.arange(len(state)), row, column] = (255, 220, 0)
        return {"wall": wall}

    def picture(self, state):
        return np.full((1, 1), FLOOR, np.uint8), (0, 0)

    def shining(self, state):
        """Where the lamp shines now, or last shone."""
        return state[np.arange(len(state)), 1 + np.minimum(state[:, 0], LAMPS - 1)]
