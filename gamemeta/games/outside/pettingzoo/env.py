"""One PettingZoo environment at a time: made by its name, reset by the level, played by its agents."""

import importlib
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import gymnasium as gym
import pettingzoo
from numpy.typing import NDArray

from gamemeta.errors import LevelError, PluginError, UnknownName
from gamemeta.games.adapters import PETTINGZOO
from gamemeta.games.outside.one_level.worlds import Stepped
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
    agents: tuple[str, ...]
    observations: tuple[gym.Space[Any], ...]
    """One for each agent, as of actions."""
    actions: tuple[gym.Space[Any], ...]
    limit: int

    def make(self) -> Any:
        """A new environment."""
        return _made(self.name, named_values("arguments", self.arguments))


@dataclass
class Seats:
    """What one step of all agents led to, by the number of the seat."""

    obs: list[Any]
    """None for agents that got no observation: they had left before."""
    reward: list[float]
    terminated: list[bool]
    truncated: list[bool]
    success: list[bool]


class ZooWorld:
    """One environment that plays level after level.

    Args:
        kind: of environment.
        actions: how rows of numbers become its agents' actions.
        info_mask: whether `info` says which actions are legal.
    """

    def __init__(self, kind: ZooKind, actions: SeatActions, *, info_mask: bool = False) -> None:
        self.kind, self.actions, self.info_mask = kind, actions, info_mask
        self._env: Any = None

    def reset(self, level: Level, chance: int) -> Any:
        if self._env is None:
            self._env = self.kind.make()
        return self._shown(*self._env.reset(seed=level.hidden[SEED][0]))

    def step(self, action: NDArray[Any]) -> Stepped:
        """One step of the agents that play; `obs` of the result is `Seats`."""
        seat_of = {agent: k for k, agent in enumerate(self.kind.agents)}
        chosen = {agent: self.actions(seat_of[agent], action[seat_of[agent]]) for agent in self._env.agents}
        obs, reward, terminated, truncated, info = self._env.step(chosen)
        seats = Seats(
            obs=self._shown(obs, info),
            reward=[float(reward.get(agent, 0.0)) for agent in self.kind.agents],
            terminated=[self._left(agent, terminated, truncated) for agent in self.kind.agents],
            truncated=[bool(truncated.get(agent, False)) for agent in self.kind.agents],
            success=[bool(info.get(agent, {}).get("is_success", False)) for agent in self.kind.agents],
        )
        over = not self._env.agents
        return Stepped(seats, sum(seats.reward), over, False)

    def _shown(self, obs: Mapping[str, Any], info: Mapping[str, Any]) -> list[Any]:
        """What each agent sees, by the number of its seat; None where it got no observation."""
        if self.info_mask:
            obs = {agent: with_mask(seen, info.get(agent, {})) for agent, seen in obs.items()}
        return [obs.get(agent) for agent in self.kind.agents]

    def _left(self, agent: str, terminated: Mapping[str, bool], truncated: Mapping[str, bool]) -> bool:
        """Whether an agent is done by the rules; one that is not among the agents any more is."""
        gone = agent not in self._env.agents and not truncated.get(agent, False)
        return bool(terminated.get(agent, False)) or gone

    def text(self) -> str:
        return ""

    def save(self) -> None:
        """Environments cannot be saved in general: they are played again."""
        return

    def load(self, level: Level, data: bytes) -> None:
        raise LevelError(f"{self.kind.name} saves no state of its own.")


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
    env = _made(name, named_values("arguments", arguments))
    agents = tuple(env.possible_agents)
    kind = ZooKind(
        name=name,
        arguments=arguments,
        agents=agents,
        observations=tuple(env.observation_space(agent) for agent in agents),
        actions=tuple(env.action_space(agent) for agent in agents),
        limit=_limit(env),
    )
    env.close()
    return kind


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
    return f"Install it: pip install 'pettingzoo[{family}]'"


def team_numbers(agents: tuple[str, ...]) -> tuple[int, ...]:
    """The team of each agent: those whose names differ in their last number alone are one."""
    kinds = [re.sub(r"[_-]?\d+$", "", str(agent)) for agent in agents]
    order = list(dict.fromkeys(kinds))
    return tuple(order.index(kind) for kind in kinds)
