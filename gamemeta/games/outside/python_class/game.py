"""A plain Python class of one level at a time as a game::

    class Guess:
        actions = ("lower", "higher")
        step_limit = 20

        def reset(self, level):            # a whole number: the seed of the level
            self.secret, self.shown = level % 10, 5
            return self.observe()

        def step(self, action):            # 0 or 1
            ...
            return self.observe(), reward, done

`gamemeta train path/to/guess.py:Guess` trains on it as it is.
"""

import random
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import GameCheckError, GamemetaError, PluginError, SpecError
from gamemeta.games.blame import at, defined_at, flag, naming_their_code, number
from gamemeta.games.game import Game
from gamemeta.games.outside.one_level.game import ScalarGame
from gamemeta.games.outside.one_level.world import Stepped, drawn_picture
from gamemeta.games.outside.one_level.worlds import LocalWorlds, Processes, Worlds
from gamemeta.games.outside.python_class.declared import (
    Declared,
    can_save,
    carried_by_value,
    check_class,
    close_plain,
    drawing_of,
    has_constructor,
    success_of,
    takes_rng,
    text_of,
)
from gamemeta.games.outside.python_class.inferred import declared_actions, inferred_space
from gamemeta.games.outside.python_class.par_of_level import ParOfLevel, may_set_par
from gamemeta.games.outside.python_class.seats import seated_game
from gamemeta.games.outside.python_class.settings import PlainConfig, config_class, made_with, settings_note
from gamemeta.games.outside.seed_levels.family import SEED, SeedLevels, SeedParameters, family_name
from gamemeta.games.outside.seed_levels.fingerprint import Prober
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.named_values import named_values
from gamemeta.spec import Spec
from gamemeta_levels.family import LevelArrays, LevelFamily, generate
from gamemeta_levels.level import Level


class PlainGame(Protocol):
    """What a plain class needs. All but `reset`, `step` and `actions` may be left out.

    Args:
        actions: how many there are, their names, how many of each head, a Gymnasium space, or an
            `ActionSpec`.
        spec: what an agent sees and does, instead of `actions`. Without it, what an agent sees is taken from
            a first observation: a Mapping gives a buffer for each key; floats and whole numbers are
            quantities, bools and uint8 arrays are symbols, and uint8 arrays of at least 16 x 16 are images.
            The key `action_mask` says which choices are legal: see `gamemeta.action_mask`. The key `choices`
            has a row of numbers for each action that there is now: see `gamemeta.interface.choices`.
        observation_space: the Gymnasium space of the observations, which says more than a first one does.
        step_limit: steps after which an episode is truncated; 1000 by default.
        par: return that counts as score 1; `reset` may set `self.par`, for the level.
        NAME: a setting, `--set game.NAME=VALUE`: a parameter of the constructor, or an attribute in small
            letters, whose default is a number, a text, true or false. `revealed` is that of the revealed
            baseline. `actions`, `observation_space`, `step_limit` and `par` may be set by the constructor.
        family: what levels are: a `LevelFamily` class or the name of one. By default they are whole numbers.
        save, load: the state as bytes; `load` is called after `reset` on the level. By default the actions
            are played again.
        recipe: settings that suit the game, by section and name; without it, returns are learned on the scale
            they have (`ppo.scale_returns`), whatever that is.
        text: the game as it stands, for people.
        picture: it as a picture for people, uint8 [height, width, 3], which the playground shows.
        seats: names of the players, where there are several: `("guard", "thief")`. See
            `gamemeta.games.outside.python_class.seats`.
        live, at_once: as a `Game` may say: it plays in a world that goes on by itself, and how many can be
            played at a time.
    """

    actions: Any

    def reset(self, level: Any) -> Any:
        """Start an episode of a level, which is a whole number (or a `Level` of the family); the observation.

        The same level and the same actions give the same play: draw chance from the level alone. A game
        whose episodes of a level differ by luck takes a second argument, `reset(self, level, rng)`: a
        `random.Random`, another one in each episode.
        """
        ...

    def step(self, action: Any) -> tuple[Any, ...]:
        """Play a step: (obs, reward, done), or (obs, reward, terminated, truncated); `info`, a dict, may
        follow.

        An action is a whole number where there is one head, else an array. `info["success"]` tells whether
        the episode ended as the player hopes.
        """
        ...


class PlainAsGame(ScalarGame):
    """The `Game` of a plain class; `plain_game` makes the class.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    Raises:
        GameCheckError, SpecError: the class does not do what `PlainGame` says, and how.
    """

    Config: ClassVar[type[PlainConfig]] = PlainConfig
    plain: ClassVar[type]
    declared: ClassVar[Declared]

    def __init__(self, n: int, config: PlainConfig | None = None) -> None:
        super().__init__(n, config)
        self._observations, self._actions, self._stated = _prepared(type(self), self.config)
        self.spec = Spec(obs=self._observations.buffers, action=self._actions.spec)

    def notes(self) -> tuple[str, ...]:
        return *self._observations.notes, settings_note(self.config)

    def family(self, parameters: Any = None) -> LevelFamily:
        return _family(type(self), parameters, _prober(type(self), self.config))

    def make_worlds(self) -> Worlds:
        most, processes = self.declared.at_once, self.config.processes
        make = partial(PlainWorld.made, self.name, self.plain, self.config, self._actions)
        if processes:
            carried_by_value(self.plain)
            return Processes(make, min(processes, self.n))
        return LocalWorlds(make, None if most is None else max(1, int(most)))

    def defined_at(self, method: str) -> str:
        return defined_at(self.plain, method)

    def observations(self) -> ObservationMap:
        return self._observations

    def action_map(self) -> ActionMap:
        return self._actions

    def limit(self) -> int:
        return int(self.config.step_limit or self._stated.step_limit)

    def known_par(self) -> float | None:
        return self._stated.par if self.config.par is None else self.config.par

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        read = _par_of_level(type(self), self.config)
        if read is None:
            return super().par(levels)
        every = read(self._family.unpack(levels, row) for row in range(len(levels)))
        return np.array(every, np.float32)


class PlainWorld:
    """One object of a plain class.

    Args:
        name: of the game, for messages.
        plain: the object.
        actions: how an agent's actions become its own.
    """

    def __init__(self, name: str, plain: Any, actions: ActionMap) -> None:
        self.name, self.plain, self.actions = name, plain, actions
        self._takes_seed = Declared.by(type(plain)).family is None
        self._takes_rng = takes_rng(type(plain))

    @classmethod
    def made(cls, name: str, plain: type, config: PlainConfig, actions: ActionMap) -> "PlainWorld":
        """A world of a class with these settings."""
        return cls(name, made_with(plain, config), actions)

    def reset(self, level: Level, chance: int) -> Any:
        arguments: list[Any] = [level.hidden[SEED][0] if self._takes_seed else level]
        arguments += [random.Random(chance)] if self._takes_rng else []
        obs = self.plain.reset(*arguments)
        return obs[0] if _with_info(obs) else obs

    def step(self, action: NDArray[Any]) -> Stepped:
        result = self.plain.step(self.actions(action))
        if not isinstance(result, tuple) or len(result) not in (3, 4, 5):
            what = f"{len(result)} values" if isinstance(result, tuple) else type(result).__name__
            place = at(defined_at(type(self.plain), "step"))
            raise GameCheckError(
                f"game {self.name!r}: `step`{place} gave {what}. Return (obs, reward, done), or (obs, "
                "reward, terminated, truncated), and a dict behind them if you like."
            )
        *values, last = result
        info = last if isinstance(last, Mapping) and len(result) > 3 else {}
        obs, reward, terminated, *cut = values if info is last else result
        by = f"game {self.name!r}: %s of `step`{at(defined_at(type(self.plain), 'step'))}"
        return Stepped(
            obs,
            number(reward, by % "the reward"),
            flag(terminated, by % ("`terminated`" if cut else "`done`")),
            flag(cut[0], by % "`truncated`") if cut else False,
            success_of(self.plain, info),
        )

    def text(self) -> str:
        return text_of(self.plain)

    def picture(self) -> NDArray[np.uint8] | None:
        return drawn_picture(drawing_of(self.plain))

    def save(self) -> bytes | None:
        if self._takes_rng or not can_save(self.plain):
            return None  # luck has a state, too: the actions are played again
        data = self.plain.save()
        if not isinstance(data, bytes):
            raise GameCheckError(f"game {self.name!r}: `save` gave {type(data).__name__}. Return bytes.")
        return data

    def load(self, level: Level, data: bytes) -> None:
        self.reset(level, 0)
        self.plain.load(data)

    def close(self) -> None:
        close_plain(self.plain)


def plain_game(plain: type, name: str) -> type[Game]:
    """The game class of a plain class.

    Args:
        plain: see `PlainGame`.
        name: of the game.
    Raises:
        PluginError: saying what the class lacks.
    """
    check_class(plain, name)
    try:
        if getattr(plain, "seats", None) is not None:
            return seated_game(plain, name)
        return type("PlainAsGame", (PlainAsGame,), _attributes(plain, name))
    except GamemetaError:
        raise
    except Exception as error:  # any object may stand in place of what a class is to declare
        raise PluginError(
            f"the game {name!r} declares what cannot be read ({type(error).__name__}). What may be declared "
            "stands in docs/your-own-game.md."
        ) from error


def _attributes(plain: type, name: str) -> dict[str, Any]:
    """Attributes of the game class of a plain class."""
    declared = Declared.by(plain)
    return {
        "name": name,
        "plain": plain,
        "declared": declared,
        "about": replace(
            PlainAsGame.about,
            live=bool(declared.live),
            recipe=declared.full_recipe(name),
            stochastic=takes_rng(plain),
            chance_shows=False,
        ),
        "Config": config_class(plain, vars(declared), name),
        "Parameters": _parameters_class(declared.family_class),
        "__doc__": plain.__doc__ or f"The plain Python game {name}.",
    }


def _parameters_class(family: Any) -> Any:
    """The dataclass of the ranges of a family class; None stands for whole numbers."""
    if family is None:
        return SeedParameters
    return family.Parameters if hasattr(family, "Parameters") else type(family().parameters)


@cache
def _prober(game: type[PlainAsGame], config: PlainConfig) -> Prober | None:
    """What plays levels to tell them apart; None for a game that goes on by itself, or has few copies."""
    if game.about.live or game.declared.at_once is not None:
        return None
    observations, actions, stated = _prepared(game, config)
    make = partial(PlainWorld.made, game.name, game.plain, config, actions)
    return Prober(make, observations.seen, actions.spec, int(config.step_limit or stated.step_limit))


@cache
def _par_of_level(game: type[PlainAsGame], config: PlainConfig) -> ParOfLevel | None:
    """What reads the par of each level; None where all have the same, or the game has few copies."""
    few = game.about.live or game.declared.at_once is not None
    if few or config.par is not None or not may_set_par(game.plain):
        return None
    _, actions, _ = _prepared(game, config)
    return ParOfLevel(game.name, partial(PlainWorld.made, game.name, game.plain, config, actions))


def _family(game: type[PlainAsGame], parameters: Any, prober: Prober | None = None) -> LevelFamily:
    family_class = game.declared.family_class
    if family_class is None:
        return SeedLevels(family_name(game.name), parameters, prober=prober)
    family: LevelFamily = family_class(parameters)
    return family


@cache
def _prepared(game: type[PlainAsGame], config: PlainConfig) -> tuple[ObservationMap, ActionMap, Declared]:
    """How observations and actions are mapped, as the class says, else by a first observation; and what an
    object with these settings declares."""
    plain = game.plain
    if game.declared.is_whole and not has_constructor(plain):
        return (*_declared_maps(game, config, game.declared), game.declared)
    with naming_their_code():
        made = made_with(plain, config)
    try:
        stated = Declared.by(made)
        if stated.is_whole:
            return (*_declared_maps(game, config, stated), stated)
        actions = declared_actions(game.name, stated.actions)
        with naming_their_code():
            obs = PlainWorld(game.name, made, actions).reset(generate(_family(game, None), 0), 0)
        space = inferred_space(obs)
        return ObservationMap.of_space(space, parts=_parts(config), action=actions.spec), actions, stated
    finally:
        close_plain(made)


def _declared_maps(
    game: type[PlainAsGame], config: PlainConfig, stated: Declared
) -> tuple[ObservationMap, ActionMap]:
    """The maps of a class that says all about what it shows and takes."""
    if stated.spec is None:
        space, actions = stated.observation_space, declared_actions(game.name, stated.actions)
        return ObservationMap.of_space(space, parts=_parts(config), action=actions.spec), actions
    if not isinstance(stated.spec, Spec):
        raise SpecError(f"game {game.name!r}: `spec` is {stated.spec!r}, not a `gamemeta.spec.Spec`.")
    return ObservationMap.of_spec(stated.spec), ActionMap.of_spec(stated.spec.action)


def _parts(config: PlainConfig) -> dict[str, Any]:
    return named_values("parts", config.parts)


def _with_info(returned: Any) -> bool:
    """Whether `reset` gave (obs, info), as Gymnasium's does."""
    return isinstance(returned, tuple) and len(returned) == 2 and isinstance(returned[1], Mapping)
