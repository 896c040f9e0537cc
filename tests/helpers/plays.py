"""Demonstrations of small games, for tests."""

import numpy as np

from gamemeta.demonstrations.demonstration import (
    AGENT,
    GOES_ON,
    TERMINATED,
    Demonstration,
    PlayedLevel,
    Player,
)
from gamemeta.demonstrations.file import Demonstrations
from gamemeta.demonstrations.players import solver_of
from gamemeta.demonstrations.recording import record
from gamemeta.games.setup import GameSetup
from gamemeta.spec import ActionSpec, Spec, quantities, symbols

MIXED = Spec(
    obs=(symbols("place", (2,), 5), quantities("speed", (3,))),
    action=ActionSpec(heads=(3, 2), low=(-1.0,), high=(2.0,)),
)


def solved(game, trials, episodes=2, **options):
    """Plays of a game's solver."""
    setup = GameSetup(game)
    one = setup.game()
    return record(setup, one, solver_of(one), trials=trials, episodes=episodes, **options)


def trial_of(spec, lengths, level=7, seed=3, rng=None, player=Player(AGENT, "abc")):  # noqa: B008
    """A trial of random numbers with episodes of these lengths."""
    rng = rng or np.random.default_rng(0)
    steps = sum(lengths)
    end = np.full(steps, GOES_ON, np.uint8)
    end[np.cumsum(lengths) - 1] = TERMINATED
    obs = {}
    for b in spec.obs:
        shape = (steps, *b.shape)
        obs[b.name] = rng.integers(0, b.codes, shape) if b.kind == "symbols" else rng.normal(size=shape)
        obs[b.name] = obs[b.name].astype(b.dtype)
    codes = [rng.integers(0, k, (steps, 1)) for k in spec.action.heads]
    numbers = [
        rng.uniform(low, high, (steps, 1)).astype(np.float32)
        for low, high in zip(*spec.action.limits, strict=True)
    ]
    return Demonstration(
        obs=obs,
        action=np.concatenate([*codes, *numbers], -1).astype(spec.action.dtype),
        reward=rng.normal(size=steps).astype(np.float32),
        end=end,
        imitated=rng.random(steps) < 0.8,
        level=PlayedLevel(level, seed),
        player=player,
    )


def random_plays(spec=MIXED, lengths=((4, 3), (2,))):
    """Demonstrations of random numbers."""
    rng = np.random.default_rng(1)
    trials = [trial_of(spec, some, level=12 + k, rng=rng) for k, some in enumerate(lengths)]
    return Demonstrations("thing", {"size": 3}, {"width": [5, 9]}, spec, trials)
