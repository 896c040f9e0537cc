"""One Gymnasium environment at a time: made, varied, reset by the level, played."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from inspect import isfunction
from types import NoneType
from typing import Any

import gymnasium as gym
import numpy as np
from gymnasium import error as gym_error
from gymnasium.envs.registration import EnvSpec
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import ConfigError, GameCheckError, LevelError, PluginError, UnknownName
from gamemeta.games.blame import at, defined_at, flag, info_of, number
from gamemeta.games.outside.gymnasium.constructor import arguments_of
from gamemeta.games.outside.neighbours import cure, is_nowhere
from gamemeta.games.outside.one_level.rendering import Rendering
from gamemeta.games.outside.one_level.success import success_in
from gamemeta.games.outside.one_level.world import Stepped
from gamemeta.games.outside.seed_levels.derived import derived_from
from gamemeta.games.outside.seed_levels.family import MOST_SEED, SEED
from gamemeta.games.outside.seed_levels.remap import remapped, remapped_mask
from gamemeta.games.outside.seed_levels.variation import ACTION, Varied, value_of
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.mask import with_mask
from gamemeta.named_values import named_values
from gamemeta_levels.level import Level

DEFAULT_LIMIT = 1000
NO_LIMIT = -1
"""What `gymnasium.make` takes to leave its own limit out: the game counts steps itself."""
MODE, TEXT = "render_mode", "ansi"
PROVIDERS = {"MiniGrid-": "minigrid", "BabyAI-": "minigrid", "ALE/": "ale_py"}
"""Packages that register environments only when they are imported, by how the ids begin."""


@dataclass(frozen=True, eq=False)
class EnvKind:
    """Facts about an environment with some arguments, known after making it once."""

    env_id: str
    arguments: str
    """Of its constructor, by name."""
    entry: Any
    """The class of the environment, or the function that makes it, where no id stands for it."""
    cls: type
    observations: gym.Space[Any]
    actions: gym.Space[Any]
    limit: int
    threshold: float | None
    takes: frozenset[str]
    """Arguments of its constructor."""
    writes: bool
    """Whether it draws itself as text."""

    def make(self, **arguments: Any) -> gym.Env[Any, Any]:
        """A new environment without the limit and the checks that Gymnasium puts around it."""
        more = {"render_mode": TEXT} if self.writes else {}
        fixed = named_values("arguments", self.arguments)
        return _made(self.env_id, {**fixed, **arguments, **more}, self.entry)

    def check(self, varied: Varied) -> None:
        """Can all of this vary?

        Raises:
            ConfigError: a name is unknown or no number, changing it would leave contradictions, or it
                changes what an agent sees or does.
        """
        fixed = named_values("arguments", self.arguments)
        repeated = sorted({one.name for one in varied.numbers} & fixed.keys())
        if repeated:
            raise ConfigError(f"vary {repeated[0]!r}: `arguments` has it too. Leave one of the two out.")
        for low in (True, False):
            values = {one.name: one.low if low else one.high for one in varied.numbers}
            if not values:
                return
            env = self.varied(None, {}, values)
            spaces = env.observation_space, env.action_space
            env.close()
            if spaces != (self.observations, self.actions):
                raise ConfigError(
                    f"vary {', '.join(values)}: with {values}, {self.env_id} shows or takes something else, "
                    "but an agent sees and does the same in all levels."
                )

    def varied(
        self, env: gym.Env[Any, Any] | None, before: dict[str, Any], values: dict[str, Any]
    ) -> gym.Env[Any, Any]:
        """The environment with these values: made anew where an argument of its constructor changed.

        Args:
            env: as it is; None to make one.
            before: what it was made with.
            values: by name of an argument or an attribute.
        """
        arguments = {name: value for name, value in values.items() if name in self.takes}
        if env is None or arguments != {k: v for k, v in before.items() if k in self.takes}:
            if env is not None:
                env.close()
            env = self.make(**arguments)
        attributes = {k: v for k, v in values.items() if k not in self.takes}
        for owner in _layers(env):
            inside = {k: v for k, v in attributes.items() if _is_number(vars(owner).get(k))}
            attributes = {k: v for k, v in attributes.items() if k not in inside}
            _set(owner, inside)
        _set(
            env.unwrapped,
            {k: v for k, v in attributes.items() if _is_number(getattr(env.unwrapped, k, None))},
        )
        unknown = [k for k in attributes if not _is_number(getattr(env.unwrapped, k, None))]
        if unknown:
            raise ConfigError(
                f"vary {unknown[0]!r}: {self.env_id} has no such argument, and no attribute of this name "
                f"that is a number. Its arguments: {', '.join(sorted(self.takes)) or 'none'}. Its numbers: "
                f"{', '.join(_numbers_of(env.unwrapped)) or 'none'}."
            )
        return env


def _layers(env: Any) -> list[Any]:
    """The wrappers around an environment, from the outside in, and it itself."""
    layers = [env]
    while layers[-1] is not env.unwrapped and "env" in vars(layers[-1]):
        layers.append(layers[-1].env)
    return layers


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _set(owner: Any, values: dict[str, Any]) -> None:
    """Set attributes and compute again what follows from them."""
    for name, value in values.items():
        whole = isinstance(getattr(owner, name), (int, np.integer))
        setattr(owner, name, value if whole else float(value))
    for derived in derived_from(owner.__class__, tuple(sorted(values))) if values else ():
        derived.update(owner)


class EnvWorld:
    """One environment that plays level after level.

    Args:
        kind: of environment.
        varied: what differs between levels.
        actions: how an agent's actions become the environment's.
        info_mask: whether `info` says which actions are legal.
    """

    def __init__(self, kind: EnvKind, varied: Varied, actions: ActionMap, *, info_mask: bool = False) -> None:
        self.kind, self.varied, self.actions, self.info_mask = kind, varied, actions, info_mask
        self._values: dict[str, Any] = {one.name: one.low for one in varied.numbers}
        self._env: gym.Env[Any, Any] | None = kind.varied(None, {}, self._values)
        self._mapping: tuple[int, ...] | None = None
        self._rendering = Rendering(self._env)

    def reset(self, level: Level, chance: int) -> Any:
        values = {one.name: value_of(level.hidden[one.name]) for one in self.varied.numbers}
        self._env = self.kind.varied(self._env, self._values, values)
        self._values, self._mapping = values, level.hidden.get(ACTION)
        seed = level.hidden[SEED][0] if SEED in level.hidden else chance % (MOST_SEED + 1)
        obs, info = self._begun(self._env.reset(seed=seed))
        return self._shown(obs, info)

    def step(self, action: NDArray[Any]) -> Stepped:
        assert self._env is not None
        if self._mapping is not None:
            action = remapped(self.actions.spec, self._mapping, action)
        result = self._env.step(self.actions(action))
        if not isinstance(result, tuple) or len(result) != 5:
            raise self._odd("step", result, "(obs, reward, terminated, truncated, info)")
        obs, by = result[0], f"%s of `step`{at(defined_at(self.kind.cls, 'step'))}"
        reward, info = number(result[1], by % "the reward"), info_of(result[4], by % "`info`")
        terminated, truncated = flag(result[2], by % "`terminated`"), flag(result[3], by % "`truncated`")
        seen = self._shown(obs, info, over=terminated or truncated)
        return Stepped(seen, reward, terminated, truncated, success_in(info))

    def _begun(self, result: Any) -> tuple[Any, Mapping[str, Any]]:
        """What `reset` gave: the observation and `info`."""
        if (
            not isinstance(result, tuple)
            or len(result) != 2
            or not isinstance(result[1], (Mapping, NoneType))
        ):
            raise self._odd("reset", result, "(obs, info)")
        return result[0], result[1] or {}

    def _odd(self, method: str, result: Any, due: str) -> GameCheckError:
        """The error for a method that gives something else than Gymnasium says."""
        gave = (
            f"{len(result)} values" if isinstance(result, tuple) else f"one value, a {type(result).__name__}"
        )
        return GameCheckError(
            f"`{method}` of {self.kind.env_id}{at(defined_at(self.kind.cls, method))} gave {gave}. An "
            f"environment of Gymnasium returns {due}; the old gym, with done in one value and no info of a "
            "reset, is another library."
        )

    def _shown(self, obs: Any, info: Mapping[str, Any], *, over: bool = False) -> Any:
        """What the agent sees, with the mask of its choices; where the episode is over, all are legal."""
        if self.info_mask:
            obs = with_mask(obs, info, self.actions.spec, over=over)
        if self._mapping is None or not (isinstance(obs, Mapping) and ACTION_MASK in obs):
            return obs
        return {**obs, ACTION_MASK: remapped_mask(self.actions.spec, self._mapping, obs[ACTION_MASK])}

    def text(self) -> str:
        if self._env is None or not self.kind.writes:
            return ""
        return str(self._env.render())

    def picture(self) -> NDArray[np.uint8] | None:
        return self._rendering.picture(self._env)

    def save(self) -> None:
        """Environments cannot be saved in general: they are played again."""
        return

    def load(self, level: Level, data: bytes) -> None:
        raise LevelError(f"{self.kind.env_id} saves no state of its own.")

    def close(self) -> None:
        if self._env is not None:
            self._env.close()
            self._env = None


@cache
def kind_of(env_id: str, arguments: str, entry: Any = None) -> EnvKind:
    """Look at an environment.

    Args:
        env_id: its id; for a class of its own, what people call it.
        arguments: of its constructor, as the setting has them.
        entry: the class, where no id stands for it.
    Raises:
        UnknownName: there is none of this name.
        PluginError: its package is missing, or making it fails.
    """
    fixed = named_values("arguments", arguments)
    env = _made(env_id, fixed, entry)
    spec, inner = env.spec, env.unwrapped
    registered = None if spec is None or entry else gym.registry[spec.id].max_episode_steps
    takes = arguments_of(None, entry) if isfunction(entry) else arguments_of(spec, type(inner))
    threshold = None if spec is None else spec.reward_threshold
    kind = EnvKind(
        env_id=env_id,
        arguments=arguments,
        entry=entry,
        cls=type(inner),
        observations=env.observation_space,
        actions=env.action_space,
        limit=int(registered or getattr(inner, "max_steps", 0) or DEFAULT_LIMIT),
        threshold=None if threshold is None else float(threshold),
        takes=takes - {MODE},
        writes=False,
    )
    env.close()
    writes = MODE in takes and TEXT in ((inner.metadata or {}).get("render_modes") or ())
    return replace(kind, writes=writes and MODE not in fixed and _draws_text(env_id, fixed, entry))


def _draws_text(env_id: str, fixed: dict[str, Any], entry: Any) -> bool:
    """Whether an environment can be made to draw itself as text, as its metadata say."""
    try:
        _made(env_id, {**fixed, MODE: TEXT}, entry).close()
    except PluginError:
        return False
    return True


def _made(env_id: str, arguments: dict[str, Any], entry: Any) -> gym.Env[Any, Any]:
    if isfunction(entry):
        return _made_by(entry, env_id, arguments)
    for start, package in PROVIDERS.items():
        if env_id.startswith(start):
            _import(env_id, package)
    named = env_id if entry is None else EnvSpec(f"{entry.__name__}-v0", entry_point=entry)
    try:
        return gym.make(named, max_episode_steps=NO_LIMIT, disable_env_checker=True, **arguments)
    except (gym_error.NameNotFound, gym_error.NamespaceNotFound, gym_error.VersionNotFound) as error:
        raise UnknownName(
            f"no Gymnasium environment called {env_id!r}: {error} An environment of another package is named "
            "with the module that registers it: gymnasium/MODULE:ID."
        ) from None
    except ModuleNotFoundError as error:
        module = env_id.partition(":")[0] if ":" in env_id else ""
        if module and is_nowhere(module):
            raise PluginError(f"{env_id}: {cure(module)}") from None
        raise PluginError(f"{env_id}: {error}. Install the package that has it.") from error
    except Exception as error:  # whatever somebody else's constructor raises
        raise PluginError(f"the environment {env_id} cannot be made with {arguments}: {error!r}.") from error


def _made_by(function: Any, env_id: str, arguments: dict[str, Any]) -> gym.Env[Any, Any]:
    """What a function in a file returns, which is to be an environment."""
    try:
        env = function(**arguments)
    except Exception as error:  # whatever somebody else's function raises
        raise PluginError(f"the environment {env_id} cannot be made with {arguments}: {error!r}.") from error
    if not isinstance(env, gym.Env):
        raise PluginError(
            f"the function {env_id} returned a {type(env).__name__}, and no environment of Gymnasium. Return "
            "a gymnasium.Env, or name the class of a plain game."
        )
    return env


def _import(env_id: str, package: str) -> None:
    try:
        __import__(package)
    except ImportError as error:
        raise PluginError(
            f"{env_id} needs the package {package} ({error}). Run: pip install {package}."
        ) from error


def _numbers_of(env: Any) -> list[str]:
    """Attributes that are numbers, for a message."""
    pairs = vars(env).items()
    return sorted(
        k
        for k, v in pairs
        if isinstance(v, (int, float)) and not isinstance(v, bool) and not k.startswith("_")
    )
