"""A player who acts at random, for games of which there is no agent yet."""

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK, legal
from gamemeta.agent.beliefs import Belief
from gamemeta.agent.runtime import Agent
from gamemeta.facts import Facts
from gamemeta.games.setup import GameSetup
from gamemeta.spec import Spec
from gamemeta.trials.trials import TrialConfig

NAME = "random play"
"""Under which it is offered."""


class UntrainedPlayer:
    """Plays a game with its default settings by random legal actions, and remembers nothing.

    Args:
        game: name of the game.
    Raises:
        UnknownName, PluginError: no such game is installed, or it cannot be imported.
        GameCheckError, SpecError: the game is a class that does not do what it should.
    """

    def __init__(self, game: str) -> None:
        setup = GameSetup(game)
        self.game = game
        self.game_config: Mapping[str, Any] = setup.config_values()
        self.level_parameters: Mapping[str, Any] = setup.parameter_values()
        self.spec: Spec = setup.game().spec
        self.episodes = int(setup.about.recipe.get("trial", {}).get("episodes", TrialConfig().episodes))
        self.facts: Facts = {}

    def with_skill(self, skill: float) -> Self:
        """The same player, whatever the skill."""
        return self

    def begin(self, n: int = 1, seed: int = 0) -> "RandomMind":
        """n minds that choose by themselves."""
        return RandomMind(self.spec, n, seed)


class RandomMind:
    """Random choices: every legal one with the same probability, numbers uniform within their bounds.

    Args:
        spec: what is seen and done.
        n: how many minds decide at a time.
        seed: of all choices.
    """

    def __init__(self, spec: Spec, n: int, seed: int) -> None:
        self._spec, self._n, self._draws = spec, n, np.random.default_rng(seed)

    def decide(self, buffers: Mapping[str, NDArray[Any]], reward: Any, done: Any) -> NDArray[Any]:
        """An action [heads + numbers] for one mind, else [n, heads + numbers]."""
        action = self._spec.action
        weights = self._draws.random((self._n, sum(action.heads)))
        if self._spec.masked:
            weights *= legal(np.array(buffers[ACTION_MASK]).reshape(self._n, -1), action)
        codes = [weights[:, head].argmax(axis=1) for head in action.columns]
        low, high = np.array(action.low), np.array(action.high)
        numbers = low + (high - low) * self._draws.random((self._n, action.continuous))
        inside = np.clip(numbers.astype(np.float32), *action.limits)
        row = np.column_stack([*codes, inside]).astype(action.dtype)
        return row[0] if self._n == 1 else row

    def forget(self) -> None:
        """There is nothing to forget."""

    def beliefs(self) -> dict[str, Belief]:
        """It believes nothing."""
        return {}


Player = Agent | UntrainedPlayer
"""Who plays in the playground."""
