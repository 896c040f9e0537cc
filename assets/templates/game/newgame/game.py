"""The rules: press buttons until every door is open."""

from dataclasses import dataclass

import numpy as np
from gamemeta.errors import LevelError, SpecError
from gamemeta.games.about import About
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import ActionSpec, Spec, symbols
from gamemeta_levels import LevelArrays
from gamemeta_levels.tiles import DOOR, FLOOR

from newgame import kernels
from newgame.family import (
    BUTTONS,
    MOST_DOORS,
    NewFamily,
    NewParameters,
)

NOTHING = np.zeros((0, 1, 1), np.uint8)


@dataclass(frozen=True, kw_only=True)
class NewConfig:
    """Settings of the game; `gamemeta train newgame --set game.NAME=VALUE`."""

    revealed: bool = False
    """Show the right button (upper-bound baseline of `gamemeta evaluate --baselines`)."""


class NewGame(Game):
    """N rows of doors side by side. A door pays 1, a wrong button costs 0.25."""

    name = "newgame"
    about = About(
        compiled=True,
        recipe={
            "run": {"steps": 500_000},
            "network": {
                "cell": "mingru+table",
                "keys": "door",
            },  # remembers what each button did at each door
        },
    )
    Config = NewConfig
    Parameters = NewParameters

    def __init__(self, n: int, config: NewConfig | None = None) -> None:
        self.n, self.config = n, config or NewConfig()
        obs = [symbols("door", (1,), MOST_DOORS + 1)]
        if self.config.revealed:
            obs.append(symbols("right", (1,), len(BUTTONS)))
        self.spec = Spec(obs=tuple(obs), action=ActionSpec(heads=(len(BUTTONS),), names=(BUTTONS,)))
        self.state = np.zeros((n, kernels.CODE + MOST_DOORS), np.int32)
        self.state[:, kernels.ENDED] = kernels.BY_LIMIT  # nothing runs before the first reset

    def family(self, parameters: NewParameters | None = None) -> NewFamily:
        return NewFamily(parameters)

    def step_limit(self, levels: LevelArrays) -> np.ndarray:
        return 4 * levels.par_steps

    def par(self, levels: LevelArrays) -> np.ndarray:
        return np.float32(kernels.RIGHT) * levels.par_steps.astype(np.float32)

    def reset(self, levels: LevelArrays, mask: np.ndarray, out: StepBuffers) -> None:
        if len(levels) != self.n or mask.shape != (self.n,):
            raise LevelError(f"{self.n} games need {self.n} levels and a mask of {self.n}.")
        limit = self.step_limit(levels)
        kernels.reset(mask, levels.par_steps, limit, levels.more["code"], self.state, out.alive)
        self.observe(mask, out)

    def step(self, actions: np.ndarray, out: StepBuffers) -> None:
        if actions.shape != (self.n, 1, 1) or (actions < 0).any() or (actions >= len(BUTTONS)).any():
            raise SpecError(f"give {self.n} actions [N, 1, 1] in 0..{len(BUTTONS) - 1}.")
        kernels.step(actions, self.state, out.reward, out.terminated, out.truncated, out.success, out.alive)
        self.observe(np.ones(self.n, np.bool_), out)

    def observe(self, mask: np.ndarray, out: StepBuffers) -> None:
        kernels.observe(mask, self.state, out.obs["door"], out.obs.get("right", NOTHING))

    def scene(self, i: int) -> Scene:
        """The row of doors, open ones as floor; the player stands in the last open one."""
        opened, doors, step, limit = map(int, self.state[i, :4])
        tiles = np.full((1, 1 + doors), DOOR, np.uint8)
        tiles[0, : 1 + opened] = FLOOR
        here = tiles[:, opened : opened + 1]
        return Scene(
            tiles=tiles, agent=(0, opened), seen=(0, opened, 1, opened + 1), view=here, step=step, limit=limit
        )

    def save(self, i: int) -> bytes:
        return self.state[i].tobytes()

    def load(self, i: int, data: bytes) -> None:
        if len(data) != self.state[i].nbytes:
            raise LevelError(f"a saved game has {self.state[i].nbytes} bytes; got {len(data)}.")
        saved = np.frombuffer(data, np.int32)
        if not 0 <= saved[kernels.OPENED] <= saved[kernels.DOORS] <= MOST_DOORS:
            raise LevelError("these bytes are not a saved game.")
        self.state[i] = saved
