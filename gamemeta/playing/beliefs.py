"""What an agent believes, as pictures and terminals show it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gamemeta.agent.beliefs import Belief
from gamemeta.facts import Facts
from gamemeta.games.game import Game

MOST_WORDS = 2
"""Values of a fact that a line names, the likeliest."""


@dataclass(frozen=True, eq=False)
class ShownBelief:
    """Probabilities of one hidden fact.

    Args:
        name: of the fact.
        stated: by the name of each value; of places, those on the map alone have no names.
        on_map: float32 [H, W], of places how likely each tile of the scene is; None for other facts.
        elsewhere: how likely it is that the place is none of the map.
    """

    name: str
    stated: Mapping[str, float]
    on_map: NDArray[np.float32] | None = None
    elsewhere: float = 0.0

    def line(self) -> str:
        """The likeliest values in words, such as "red potion: heals 62%, hurts 20%"."""
        if self.on_map is not None:
            where = f"likeliest place {self.on_map.max():.0%}"
            return f"{self.name}: {where}, {self.elsewhere:.0%} off the map"
        likeliest = sorted(self.stated.items(), key=lambda pair: -pair[1])[:MOST_WORDS]
        return f"{self.name}: {', '.join(f'{word} {p:.0%}' for word, p in likeliest)}"


def shown_beliefs(game: Game, facts: Facts, believed: Mapping[str, Belief]) -> tuple[ShownBelief, ...]:
    """The beliefs of a single mind about the first game of these."""
    return tuple(_shown(game, name, believed[name]) for name in facts)


def _shown(game: Game, name: str, belief: Belief) -> ShownBelief:
    if isinstance(belief, dict):
        return ShownBelief(name, {word: float(p) for word, p in belief.items()})
    place = game.places(0, name)
    on_map = np.where(place >= 0, belief.ravel()[np.maximum(place, 0)], 0).astype(np.float32)
    return ShownBelief(name, {}, on_map, max(0.0, 1.0 - float(on_map.sum())))


def heat_of(beliefs: tuple[ShownBelief, ...]) -> NDArray[np.float32] | None:
    """How likely each tile is the place of some fact [H, W]; None where no fact is about places."""
    maps = [belief.on_map for belief in beliefs if belief.on_map is not None]
    return np.max(maps, axis=0) if maps else None
