"""Plain classes of several players as games::

    class Chase:
        seats = ("guard", "thief")
        actions = 3

        def reset(self, level):
            ...
            return {"guard": ..., "thief": ...}          # what each of them sees

        def step(self, actions):                         # {"guard": 0, "thief": 2}
            ...
            return obs, {"guard": 1.0, "thief": -1.0}, done

Each part is a dict by seat, or a list in their order. A reward, `done` and an `info` may be one for all. One
network plays all seats, each with a memory of its own. Where they see or do different things, `actions` and
`observation_space` are dicts by seat, too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium import spaces

from gamemeta.errors import ConfigError, GameCheckError, PluginError
from gamemeta.games.blame import at, defined_at
from gamemeta.games.outside.pettingzoo.env import ZooKind, kind_of
from gamemeta.games.outside.pettingzoo.game import PettingZooConfig, PettingZooGame
from gamemeta.games.outside.python_class.declared import Declared, carried_by_value, close_plain, takes_rng
from gamemeta.games.outside.python_class.inferred import HOW, inferred_space
from gamemeta.games.outside.python_class.settings import config_class, made_with, settings_note
from gamemeta.games.outside.spaces.kinds import is_space


class SeatedEnv:
    """A plain class of several players in the form of a parallel environment of PettingZoo.

    Args:
        plain: the class.
        config: its settings.
    """

    metadata: ClassVar[dict[str, Any]] = {}

    def __init__(self, plain: type, config: Any) -> None:
        self.unwrapped = made_with(plain, config, PettingZooConfig)
        declared = Declared.by(self.unwrapped)
        self.possible_agents = list(seat_names(declared.seats, plain.__name__))
        self.agents: list[str] = []
        self.max_cycles = declared.step_limit
        self._actions, self._shown = declared.actions, declared.observation_space
        self._first: dict[str, Any] | None = None

    def action_space(self, seat: str) -> gym.Space[Any]:
        """What a seat can do."""
        return _action_space(self._actions[seat] if isinstance(self._actions, Mapping) else self._actions)

    def observation_space(self, seat: str) -> gym.Space[Any]:
        """What a seat sees: as the class says, else as in a first observation."""
        if self._shown is None:
            if self._first is None:
                self._first = self._by_seat("reset", "observations", self.unwrapped.reset(0))
            return inferred_space(self._first[seat])
        is_one = is_space(self._shown)
        space: gym.Space[Any] = self._shown if is_one else self._shown[seat]
        return space

    def reset(self, seed: int | None = None, options: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start an episode of the level with this number."""
        self.agents = list(self.possible_agents)
        return self._by_seat("reset", "observations", self.unwrapped.reset(seed)), {}

    def step(self, actions: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
        """Play a step."""
        result = self.unwrapped.step(dict(actions))
        if not isinstance(result, tuple) or len(result) not in (3, 4, 5):
            raise self._odd(
                "step", "(obs, rewards, done), or (obs, rewards, terminated, truncated), and a dict"
            )
        *values, last = result
        info = last if isinstance(last, Mapping) and len(result) > 3 and not self._names_seats(last) else None
        obs, rewards, terminated, *cut = values if info is not None or len(result) == 5 else result
        by_seat = partial(self._by_seat, "step")
        ends = by_seat("`terminated`", terminated, one=True)
        cuts = by_seat("`truncated`", cut[0] if cut else False, one=True)
        infos = dict.fromkeys(self.possible_agents, info or {})
        if len(result) == 5 and info is None:
            infos = by_seat("infos", last)
        self.agents = [seat for seat in self.agents if not (ends.get(seat) or cuts.get(seat))]
        return by_seat("observations", obs), by_seat("rewards", rewards, one=True), ends, cuts, infos

    def close(self) -> None:
        """Release of what the object holds."""
        close_plain(self.unwrapped)

    def _names_seats(self, part: Any) -> bool:
        return isinstance(part, Mapping) and set(self.possible_agents) <= part.keys()

    def _by_seat(self, method: str, what: str, part: Any, *, one: bool = False) -> dict[str, Any]:
        """A part of what a method gave, by seat; `one` may stand for all."""
        seats = self.possible_agents
        if isinstance(part, Mapping):
            return {seat: part[seat] for seat in seats if seat in part}
        if isinstance(part, (Sequence, np.ndarray)) and not isinstance(part, str) and len(part) == len(seats):
            return dict(zip(seats, part, strict=True))
        if one and np.ndim(part) == 0:
            return dict.fromkeys(seats, part)
        raise self._odd(method, f"{what} by seat ({', '.join(seats)})")

    def _odd(self, method: str, due: str) -> GameCheckError:
        place = at(defined_at(type(self.unwrapped), method))
        return GameCheckError(
            f"`{method}` of {type(self.unwrapped).__name__}{place} gave something else than {due}."
        )


class SeatedGame(PettingZooGame):
    """The `Game` of a plain class of several players; `seated_game` makes the class."""

    plain: ClassVar[type]
    declared: ClassVar[Declared]

    @classmethod
    def kind(cls, config: Any) -> ZooKind:
        if config.arguments:
            raise ConfigError(
                f"arguments = {config.arguments[:60]!r}: of a class they are settings of their own, "
                "--set game.NAME=VALUE."
            )
        carried_by_value(cls.plain)
        opener = partial(SeatedEnv, cls.plain, config)
        return kind_of(cls.name, "", opener(), opener)

    def notes(self) -> tuple[str, ...]:
        return *super().notes(), settings_note(self.config, PettingZooConfig)

    def known_par(self) -> float | None:
        return self.declared.par if self.config.par is None else float(self.config.par)


def seated_game(plain: type, name: str) -> type[SeatedGame]:
    """The game class of a plain class with `seats`.

    Raises:
        PluginError: its seats have no names, or it asks for what a class of several players cannot have.
    """
    declared = Declared.by(plain)
    seat_names(declared.seats, name)
    if declared.family is not None or declared.spec is not None or takes_rng(plain):
        raise PluginError(
            f"the game {name!r} has several seats: its levels are whole numbers, it gives `actions` and no "
            "`spec`, and `reset(self, level)` draws all luck from the level."
        )
    attributes = {
        "name": name,
        "plain": plain,
        "declared": declared,
        "about": replace(SeatedGame.about, recipe=declared.full_recipe(name)),
        "Config": config_class(plain, vars(declared), name, PettingZooConfig),
        "__doc__": plain.__doc__ or f"The plain Python game {name}.",
    }
    return type("SeatedGame", (SeatedGame,), attributes)


def seat_names(seats: Any, game: str) -> tuple[str, ...]:
    """Names of the seats. Raises PluginError unless there are two or more, all different."""
    named = isinstance(seats, (tuple, list)) and all(isinstance(seat, str) and seat for seat in seats)
    if not named or len(set(seats)) != len(seats) or len(seats) < 2:
        raise PluginError(
            f"the game {game!r} has `seats` {str(seats)[:60]}: give two or more names, all different, such "
            "as ('guard', 'thief')."
        )
    return tuple(seats)


def _action_space(declared: Any) -> gym.Space[Any]:
    """The space of what a class says of its actions."""
    if is_space(declared):
        space: gym.Space[Any] = declared
        return space
    if isinstance(declared, int) and not isinstance(declared, bool) and declared > 0:
        return spaces.Discrete(declared)
    if isinstance(declared, (list, tuple)) and declared and all(isinstance(one, str) for one in declared):
        return spaces.Discrete(len(declared))
    if isinstance(declared, (list, tuple)) and declared and all(isinstance(one, int) for one in declared):
        return spaces.MultiDiscrete(list(declared))
    raise PluginError(f"`actions` is {str(declared)[:60]}. {HOW.replace(', or an ActionSpec', '')}.")
