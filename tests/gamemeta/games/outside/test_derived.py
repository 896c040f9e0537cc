"""What follows from an attribute is computed again, or changing it is refused."""

import gymnasium as gym
import pytest
from gymnasium import spaces
from gymnasium.envs.classic_control import CartPoleEnv, MountainCarEnv, PendulumEnv

from gamemeta.errors import ConfigError
from gamemeta.games.outside.seed_levels.derived import derived_from

SCALE = 3.0


class Toy(gym.Env):
    shared = 1.0

    def __init__(self, size: int = 3):
        self.size = size
        self.mass = 2.0
        self.double = self.mass * 2
        self.four = self.double * 2 + SCALE
        self.width = 5.0
        helper = self.width + 1
        self.room = helper
        self.lives = 3.0
        self.speed = 1.0
        self._prepare()
        self.sight = 4.0
        self.observation_space = spaces.Box(-self.sight, self.sight)

    def _prepare(self):
        self.table = [self.speed] * 3

    def step(self, action):
        self.lives -= 1


class Body:
    def __init__(self, env):
        self.weight = env.mass


class Holder(gym.Env):
    def __init__(self):
        super().__init__()
        self.mass = 2.0
        self.body = Body(self)


class Heir(Toy):
    def __init__(self):
        Toy.__init__(self, 4)


def test_formulas_are_computed_again_in_order():
    env = Toy()
    env.mass = 10.0
    for derived in derived_from(Toy, ("mass",)):
        derived.update(env)
    assert (env.double, env.four) == (20.0, 43.0)


def test_cartpole_stays_consistent():
    names = [d.name for d in derived_from(CartPoleEnv, ("length", "masspole"))]
    assert names == ["total_mass", "polemass_length"]
    assert derived_from(CartPoleEnv, ("gravity",)) == ()
    assert [d.name for d in derived_from(CartPoleEnv, ("masscart",))] == ["total_mass"]


def test_a_base_class_may_be_given_the_environment():
    assert [d.name for d in derived_from(Heir, ("mass",))] == ["double", "four"]


def test_an_attribute_of_the_class_can_be_changed():
    assert derived_from(Toy, ("shared",)) == ()


@pytest.mark.parametrize(
    ("cls", "name", "why"),
    [
        (Toy, "size", "from size: vary that"),
        (Toy, "double", "computed from mass: vary that"),
        (Toy, "width", r"`helper = self.width \+ 1`"),
        (Toy, "lives", "`step` changes it"),
        (Toy, "speed", "its constructor calls `_prepare`, which uses it"),
        (Holder, "mass", r"`self.body = Body\(self\)`"),
        (Toy, "sight", "observation_space"),
        (CartPoleEnv, "x_threshold", "cannot be computed again"),
        (CartPoleEnv, "total_mass", "computed from masscart, masspole: vary that"),
        (PendulumEnv, "g", "from g: vary that"),
        (PendulumEnv, "max_torque", "action_space"),
        (MountainCarEnv, "max_speed", "observation_space"),
    ],
)
def test_what_would_leave_contradictions_is_refused(cls, name, why):
    with pytest.raises(ConfigError, match=why):
        derived_from(cls, (name,))


def test_a_class_without_source_is_refused():
    made = type("Made", (gym.Env,), {"__init__": lambda self: None, "__module__": "nowhere"})
    with pytest.raises(ConfigError, match="source of Made"):
        derived_from(made, ("x",))
