"""One PettingZoo environment at a time: made by its name, reset by the level, played by its agents."""

import importlib
import re
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from types import NoneType
from typing import Any

import gymnasium as gym
import numpy as np
import pettingzoo
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.errors import GameCheckError, LevelError, PluginError, SpecError, UnknownName
from gamemeta.games.adapters import PETTINGZOO
from gamemeta.games.blame import at, defined_at, flag, info_of, naming_their_code, number, shown
from gamemeta.games.outside.neighbours import cure, is_nowhere
from gamemeta.games.outside.one_level.rendering import Rendering
from gamemeta.games.outside.one_level.success import success_in
from gamemeta.games.outside.one_level.world import Stepped
from gamemeta.games.outside.seed_levels.family import SEED
from gamemeta.games.outside.spaces.mask import with_mask
from gamemeta.games.outside.spaces.seats import SeatActions
from gamemeta.named_values import named_values
from gamemeta_levels.level import Level

DEFAULT_LIMIT = 1000
FAMILIES = ("sisl", "butterfly", "atari", "classic")
"""Families of PettingZoo's own package."""
PACKAGES = {"mpe2": "mpe2", "mpe": "mpe2"}
"""Packages of their own that families have become; modules are called as their environments."""
IN_EXTRA = ("sisl", "butterfly", *PACKAGES)
"""Families that the extra of gamemeta installs."""


@dataclass(frozen=True, eq=False)
class ZooKind:
    """Facts about an environment with some arguments, known after making it once."""

    name: str
    """Without `pettingzoo/`."""
    arguments: str
    """Of its constructor, by name."""
    agents: tuple[Any, ...]
    observations: tuple[gym.Space[Any], ...]
    """One for each agent, as of actions."""
    actions: tuple[gym.Space[Any], ...]
    limit: int
    opener: Callable[[], Any] | None = None
    """Makes one, where no name stands for it."""

    def make(self) -> Any:
        """A new environment."""
        if self.opener is not None:
            return self.opener()
        return _made(self.name, named_values("arguments", self.arguments))


@dataclass
class Seats:
    """What one step of all agents led to, by the number of the seat."""

    obs: list[Any]
    """None for agents that got no observation: they are out."""
    reward: list[float]
    alive: list[bool]
    """Whether they play on. One that is out may join, or come back, in a later step."""
    truncated: list[bool]
    """Whether those that have just left were cut off; the others left by the rules."""
    success: list[bool | None]


class ZooWorld:
    """One environment that plays level after level.

    An agent plays while the environment lists it in `agents`, has shown it an observation and has not called
    it done: it may join late, leave, and come back. One that is listed and does not play idles.

    Args:
        kind: of environment.
        actions: how rows of numbers become its agents' actions.
        info_mask: whether `info` says which actions are legal.
        masked: whether observations do.
    """

    def __init__(
        self, kind: ZooKind, actions: SeatActions, *, info_mask: bool = False, masked: bool = False
    ) -> None:
        self.kind, self.actions, self.info_mask, self.masked = kind, actions, info_mask, masked
        self._env: Any = kind.make()
        self._rendering = Rendering(self._env)
        self._alive: list[bool] = []
        self._idle = actions.spec.idle()
        self._words: dict[tuple[str, Any], str] = {}

    def reset(self, level: Level, chance: int) -> Any:
        """Start an episode; the observation of each seat, None of those that do not play yet."""
        if self._env is None:
            self._env = self.kind.make()
        result = self._env.reset(seed=level.hidden[SEED][0])
        if not isinstance(result, tuple) or len(result) != 2:
            raise self._odd("reset", "(observations, infos)")
        obs, infos = self._by_agent("reset", result)
        listed = self._listed()
        self._alive = [agent in listed and obs.get(agent) is not None for agent in self.kind.agents]
        return [
            seen if alive else None for seen, alive in zip(self._shown(obs, infos), self._alive, strict=True)
        ]

    def step(self, action: NDArray[Any]) -> Stepped:
        """One step of the agents that play; `obs` of the result is `Seats`."""
        seat_of = {agent: k for k, agent in enumerate(self.kind.agents)}
        seats = [seat_of[agent] for agent in self._listed()]
        chosen = {
            self.kind.agents[k]: self.actions(k, action[k] if self._alive[k] else self._idle) for k in seats
        }
        result = self._env.step(chosen)
        if not isinstance(result, tuple) or len(result) != 5:
            raise self._odd("step", "(observations, rewards, terminations, truncations, infos)")
        obs, rewards, terminations, truncations, infos = self._by_agent("step", result)
        listed = self._listed()
        terminated = [self._flag(terminations, agent, "terminations") for agent in self.kind.agents]
        truncated = [self._flag(truncations, agent, "truncations") for agent in self.kind.agents]
        before = self._alive
        self._alive = [
            agent in listed
            and not terminated[k]
            and not truncated[k]
            and (before[k] or obs.get(agent) is not None)
            for k, agent in enumerate(self.kind.agents)
        ]
        shown = Seats(
            obs=self._shown(obs, infos),
            reward=[
                number(rewards.get(agent, 0.0), self._by("rewards", agent)) for agent in self.kind.agents
            ],
            alive=self._alive,
            truncated=[cut and not done for cut, done in zip(truncated, terminated, strict=True)],
            success=[success_in(self._info(infos, agent)) for agent in self.kind.agents],
        )
        return Stepped(shown, sum(shown.reward), not any(self._alive), False)

    def _shown(self, obs: Mapping[Any, Any], infos: Mapping[Any, Any]) -> list[Any]:
        """What each agent sees, by the number of its seat; None where it got no observation."""
        return [
            None if obs.get(agent) is None else self._seen(k, obs[agent], self._info(infos, agent))
            for k, agent in enumerate(self.kind.agents)
        ]

    def _seen(self, seat: int, obs: Any, info: Mapping[str, Any]) -> Any:
        """What one agent sees, with the mask of its choices; all are legal for one that is out."""
        spec, of_seat = self.actions.spec, self.actions.maps[seat].spec
        if self.info_mask:
            return with_mask(obs, info, spec, of_seat, over=not self._alive[seat])
        if self.masked and isinstance(obs, Mapping) and ACTION_MASK in obs:
            return with_mask(obs, obs, spec, of_seat, over=not self._alive[seat])
        return obs

    def _listed(self) -> list[Any]:
        """The agents that the environment lists now.

        Raises:
            GameCheckError: one of them was not known when the environment was looked at.
        """
        listed = list(self._env.agents)
        unknown = [agent for agent in listed if agent not in self.kind.agents]
        if unknown:
            raise GameCheckError(
                f"the agent {shown(unknown[0])} of {self.kind.name} joins, and was not known before: there "
                f"are seats for {shown(list(self.kind.agents))}. Let `possible_agents` name all that play."
            )
        return listed

    def _by_agent(self, method: str, result: tuple[Any, ...]) -> list[Mapping[Any, Any]]:
        """Each part of what a method gave, by agent; None stands for nothing."""
        for part in result:
            if not isinstance(part, (Mapping, NoneType)):
                raise self._odd(method, "dicts by agent")
        return [part or {} for part in result]

    def _odd(self, method: str, due: str) -> GameCheckError:
        place = at(defined_at(type(self._env.unwrapped), method))
        return GameCheckError(f"`{method}` of {self.kind.name}{place} gave something else than {due}.")

    def _flag(self, flags: Mapping[Any, Any], agent: Any, what: str) -> bool:
        return agent in flags and flag(flags[agent], self._by(what, agent))

    def _info(self, infos: Mapping[Any, Any], agent: Any) -> Mapping[str, Any]:
        return info_of(infos.get(agent), self._by("infos", agent))

    def _by(self, what: str, agent: Any) -> str:
        """What is given for an agent, in words for an error; made once, for it is asked for at every step."""
        if (what, agent) not in self._words:
            self._words[what, agent] = self._in_words(what, agent)
        return self._words[what, agent]

    def _in_words(self, what: str, agent: Any) -> str:
        place = at(defined_at(type(self._env.unwrapped), "step"))
        return f"`{what}` of the agent {shown(agent)} in `step`{place}"

    def text(self) -> str:
        return ""

    def picture(self) -> NDArray[np.uint8] | None:
        return self._rendering.picture(self._env)

    def save(self) -> None:
        """Environments cannot be saved in general: they are played again."""
        return

    def load(self, level: Level, data: bytes) -> None:
        raise LevelError(f"{self.kind.name} saves no state of its own.")

    def close(self) -> None:
        if self._env is not None:
            self._env.close()
            self._env = None


@cache
def zoo_kind(name: str, arguments: str) -> ZooKind:
    """Look at an environment.

    Args:
        name: `sisl/pursuit_v5`, `mpe2/simple_spread_v3`, or MODULE:FUNCTION that makes one.
        arguments: of its constructor, as the setting has them.
    Raises:
        UnknownName: there is none of this name.
        PluginError: its package is missing, making it fails, or its agents take turns.
    """
    return kind_of(name, arguments, _made(name, named_values("arguments", arguments)))


def kind_of(name: str, arguments: str, env: Any, opener: Callable[[], Any] | None = None) -> ZooKind:
    """Facts about an environment, which is closed then. Args: as the fields of `ZooKind`."""
    try:
        with naming_their_code():
            agents = _agents(name, env)
            return ZooKind(
                name=name,
                arguments=arguments,
                agents=agents,
                observations=tuple(_space(env.observation_space(agent), agent) for agent in agents),
                actions=tuple(_space(env.action_space(agent), agent) for agent in agents),
                limit=_limit(env),
                opener=opener,
            )
    finally:
        with suppress(Exception):
            env.close()


def _agents(name: str, env: Any) -> tuple[Any, ...]:
    """Every agent that may play: those that the environment names, else those of a first episode."""
    agents = tuple(getattr(env, "possible_agents", None) or ())
    if not agents:
        env.reset(seed=0)
        agents = tuple(getattr(env, "possible_agents", None) or env.agents)
    if not agents:
        raise PluginError(
            f"the environment {name} has no agents, neither in `possible_agents` nor after `reset`."
        )
    return agents


def _space(space: Any, agent: Any) -> gym.Space[Any]:
    if not isinstance(space, gym.Space):
        raise SpecError(
            f"the agent {shown(agent)} has the space {shown(space)}, a {type(space).__name__}. Give a space "
            "of Gymnasium."
        )
    return space


def _limit(env: Any) -> int:
    """The `max_cycles` of the environment, in whichever wrapper."""
    seen, waiting = [], [env]
    while waiting:
        one = waiting.pop(0)
        cycles = vars(one).get("max_cycles") if hasattr(one, "__dict__") else None
        if isinstance(cycles, int) and cycles > 0:
            return cycles
        seen.append(one)
        inner = [vars(one).get(key) for key in ("aec_env", "env") if hasattr(one, "__dict__")]
        waiting += [x for x in inner if x is not None and not any(x is old for old in seen)]
    return DEFAULT_LIMIT


def _made(name: str, arguments: dict[str, Any]) -> Any:
    """A parallel environment; one whose agents act in cycles is converted by the library.

    Raises: as `zoo_kind`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of imports: pygame's, and the library's about its own older names
        make = _maker(name)
        try:
            env = make(**arguments)
        except Exception as error:  # whatever somebody else's constructor raises
            raise PluginError(
                f"the environment {name} cannot be made with {arguments}: {error!r}."
            ) from error
    if hasattr(env, "agent_iter"):
        return _parallel(name, env)
    return env


def _parallel(name: str, env: Any) -> Any:
    if not env.metadata.get("is_parallelizable", False):
        raise PluginError(
            f"the agents of {name} take turns, and here all act at once. Only parallel environments can be "
            "played, and those that say `is_parallelizable` in their metadata."
        )
    from pettingzoo.utils.conversions import aec_to_parallel

    return aec_to_parallel(env)


def _maker(name: str) -> Any:
    """The function that makes an environment."""
    if ":" in name:
        module, _, function = name.partition(":")
        return _of_module(name, module, (function,))
    family, _, short = re.sub(r"-v(?=\d+$)", "_v", name).partition("/")
    if not short.isidentifier() or family not in (*FAMILIES, *PACKAGES):
        prefix, families = PETTINGZOO.prefix, ", ".join((*FAMILIES, *PACKAGES))
        raise UnknownName(
            f"no PettingZoo environment called {name!r}. Write {prefix}FAMILY/NAME, such as "
            f"{prefix}sisl/pursuit_v5, with one of the families {families}; or {prefix}MODULE:FUNCTION for "
            "an environment of your own."
        )
    package = PACKAGES.get(family, f"pettingzoo.{family}")
    return _of_module(name, f"{package}.{short}", ("parallel_env", "env"))


def _of_module(name: str, module: str, functions: tuple[str, ...]) -> Any:
    try:
        imported = importlib.import_module(module)
    except ModuleNotFoundError as error:
        if ":" in name and is_nowhere(module):
            raise PluginError(f"{name}: {cure(module)}") from None
        missing = error.name or ""
        if module == missing:
            raise UnknownName(
                f"no PettingZoo environment called {name!r}: there is no module {module} in PettingZoo "
                f"{pettingzoo.__version__}. Look at the version behind the name."
            ) from None
        raise PETTINGZOO.missing(f"no package {missing}", _advice(name)) from error
    except ImportError as error:
        raise PluginError(f"{name} cannot be imported: {error}.") from error
    made = next((getattr(imported, function) for function in functions if hasattr(imported, function)), None)
    if made is None:
        raise UnknownName(f"the module {module} has no {' or '.join(functions)}.")
    return made


def _advice(name: str) -> str:
    """What to install for an environment where the extra does not bring it; else nothing."""
    family = name.partition("/")[0]
    if family in IN_EXTRA or ":" in name:
        return ""
    return f'Install it: pip install "pettingzoo[{family}]"'


def team_numbers(agents: tuple[str, ...]) -> tuple[int, ...]:
    """The team of each agent: those whose names differ in their last number alone are one."""
    kinds = [re.sub(r"[_-]?\d+$", "", str(agent)) for agent in agents]
    order = list(dict.fromkeys(kinds))
    return tuple(order.index(kind) for kind in kinds)
