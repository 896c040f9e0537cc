"""A game of several seats: each is shown a sign in every step, and the right button is the sign shifted.

How far signs are shifted is hidden, stays for a level, and differs from seat to seat. A seat leaves after
some steps where the settings say so, and the others go on until the limit.
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

SIGNS, MOST_SEATS, SALT = 3, 4, 1000


@dataclass(frozen=True, kw_only=True)
class CrewParameters:
    pass


class CrewFamily(DrawnFamily):
    """Shifts of the seats, and a number that signs and leaving are drawn from."""

    name, Parameters = "crew", CrewParameters
    about = FamilyAbout(action_names=("a", "b", "c"))
    sides, hidden = (1, 1), {"shift": MOST_SEATS, "salt": 1}

    def draw(self, draws):
        shift = [draws.below(SIGNS) for _ in range(MOST_SEATS)]
        return self.level(shift, draws.below(SALT))

    def level(self, shift, salt):
        return Level(family=self.name, tiles=[[SPAWN]], hidden={"shift": shift, "salt": [salt]})

    def solve(self, level):
        return []

    def changed(self, level, draws):
        return self.level(level.hidden["shift"], draws.below(SALT))


@dataclass(frozen=True, kw_only=True)
class CrewConfig:
    seats: int = 2
    """How many play."""
    limit: int = 6
    """Steps of an episode."""
    leaving: bool = False
    """Whether seats leave at different times, some never, and none pays after that."""
    cut_off: bool = False
    """Whether seats that leave are cut off, and do not end."""
    teamwork: bool = False
    """Whether all are paid only where everybody is right."""
    hidden: bool = True
    """Whether the shifts are hidden; else they are the seats' numbers, which each is shown."""
    signs: bool = True
    """Whether signs change; else the same is always shown, and each seat has one right button."""
    alone_paid: int = -1
    """The only seat that is paid, for all; -1 for none such."""


class CrewGame(Game):
    """Every right answer pays 1."""

    name, about = "crew", About(has_plans=False, has_map=False)
    Config, Parameters = CrewConfig, CrewParameters

    def __init__(self, n, config=None):
        self.n, self.config = n, config or CrewConfig()
        self.seats = self.config.seats
        sign = symbols("sign", (3,), 4)
        self.spec = Spec(obs=(sign,), action=ActionSpec(heads=(SIGNS,)))
        self.step_of = np.full(n, self.config.limit)
        self.salt, self.shift = np.zeros(n, np.int64), np.zeros((n, MOST_SEATS), np.int64)

    def family(self, parameters=None):
        return CrewFamily(parameters)

    def step_limit(self, levels):
        return np.full(len(levels), self.config.limit, np.int32)

    def par(self, levels):
        return np.full(len(levels), self.config.limit, np.float32)

    def leaves(self):
        """[N, A], after how many steps each seat leaves; the limit and more for those that stay."""
        seat = np.arange(self.seats)
        if not self.config.leaving:
            return np.full((self.n, self.seats), 1000)
        return 1 + (self.salt[:, None] * 13 + seat * 5 + self.salt[:, None] // 11 * seat) % (
            self.config.limit + 2
        )

    def signs(self):
        """[N, A], what is shown."""
        seat = np.arange(self.seats)
        if not self.config.signs:
            return np.zeros((self.n, self.seats), np.int64)
        return (self.salt[:, None] // (seat + 2) + self.own_steps() * (seat + 1)) % SIGNS

    def own_steps(self):
        return np.minimum(self.step_of[:, None], self.leaves())

    def flags(self):
        left = self.leaves() <= self.step_of[:, None]
        cut = (self.step_of >= self.config.limit)[:, None] & (self.leaves() > self.config.limit)
        left &= self.leaves() <= self.config.limit
        return (np.zeros_like(left), left | cut) if self.config.cut_off else (left, cut)

    def reset(self, levels, mask, out):
        self.step_of[mask] = 0
        self.salt[mask] = levels.more["salt"][mask, 0]
        self.shift[mask] = levels.more["shift"][mask] if self.config.hidden else np.arange(MOST_SEATS)
        out.alive[mask] = True
        self.show(mask, out)

    def step(self, actions, out):
        chosen = self.spec.action.checked(actions, self.n, self.seats)[:, :, 0]
        before = np.logical_or(*self.flags())
        right = (chosen == (self.signs() + self.shift[:, : self.seats]) % SIGNS) | before
        runs = ~before.all(1)
        self.step_of += runs
        terminated, truncated = self.flags()
        paid = right.all(1, keepdims=True) if self.config.teamwork else right
        if self.config.alone_paid >= 0:
            paid = paid & (np.arange(self.seats) == self.config.alone_paid)
        out.reward[:] = paid & ~before
        out.terminated[:], out.truncated[:] = terminated, truncated
        out.success[:], out.alive[:] = terminated, ~(terminated | truncated)
        self.show(np.ones(self.n, np.bool_), out)

    def show(self, mask, out):
        signs, seat = self.signs(), np.arange(self.seats)
        steps, role = self.own_steps() % 4, seat * (not self.config.hidden)
        shown = np.stack(np.broadcast_arrays(signs, steps, role), 2)
        out.obs["sign"][mask] = shown[mask]

    def scene(self, i):
        nothing = np.full((1, 1), FLOOR, np.uint8)
        step, limit = int(self.step_of[i]), self.config.limit
        return Scene(
            tiles=nothing, agent=(0, 0), seen=(0, 0, 1, 1), view=nothing, step=step, limit=limit, text="crew"
        )

    def save(self, i):
        return np.array([self.step_of[i], self.salt[i], *self.shift[i]], "<i8").tobytes()

    def load(self, i, data):
        self.step_of[i], self.salt[i], *shift = np.frombuffer(data, "<i8")
        self.shift[i] = shift
