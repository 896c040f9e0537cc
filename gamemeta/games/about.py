"""Facts about a game, with their defaults. What else is optional in a game are methods of `Game`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Recipe = Mapping[str, Mapping[str, Any]]
"""Settings of a training, plain values by section and field."""


@dataclass(frozen=True, kw_only=True)
class About:
    """Facts about a game. A game states those that differ: `about = About(stochastic=True)`."""

    summary: str = ""
    """What one does in it, in a sentence; the first paragraph of the class's docstring if empty."""
    hidden: str = ""
    """What differs between levels and is not observed, in a sentence."""
    stochastic: bool = False
    """Whether chance, drawn from `levels.chance` and nothing else, decides how an episode goes. Par is then
    the expected return of the best play that knows the level."""
    chance_shows: bool = True
    """Whether the chance of a stochastic game shows within a few steps, so that a check may ask for it."""
    has_plans: bool = True
    """Whether the plans of the game's family are its best plays."""
    early_truncation: bool = False
    """Whether an episode may be truncated before its step limit."""
    live: bool = False
    """Whether it plays in a world that goes on by itself, so that it cannot be saved, nor played twice
    alike."""
    compiled: bool = False
    """Whether its steps are compiled: several of it are then played at once, each in a thread."""
    has_map: bool = True
    """Whether its scenes are maps of tiles; else they are text, or pictures."""
    has_picture: bool = False
    """Whether its scenes are pictures, where they are no maps."""
    interchangeable_seats: bool = False
    """Whether a player of one seat can play any other."""
    guide: str | None = None
    """The label whose classes are the actions of the first head, for `ppo.guide_weight`."""
    recipe: Recipe = field(default_factory=dict)
    """Settings that suit it better than the defaults."""
    test_levels: int | None = None
    """Most levels to test an agent on when a training ends, where steps are slow."""
