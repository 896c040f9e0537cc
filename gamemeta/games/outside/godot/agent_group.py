"""The agents of a scene: how many there are, what each sees and does, by the engine's `env_info`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces

from gamemeta.errors import EngineError
from gamemeta.games.blame import shown
from gamemeta.games.outside.godot.wire import Message

LEVEL, CHANCE = "level_seed", "chance_seed"
"""Entries of the action of an agent that is to begin an episode: seeds of its level and its chance."""
WAIT = "level_wait"
"""Entry of the action of an agent that is to do nothing, while others begin."""
MOST_AGENTS = 4096
MOST_ELEMENTS = 1 << 24
"""Most numbers in one part of an observation."""
_IMAGE = "2d"
"""Parts whose name holds this are pictures, sent as hexadecimal digits."""


@dataclass(frozen=True)
class AgentGroup:
    """The agents of a scene. All of them see and do the same kind of thing.

    Args:
        agents: how many.
        observations: the space of one agent's observation, by name of its parts.
        actions: the space of one agent's action, by name of its parts.
    """

    agents: int
    observations: spaces.Dict
    actions: spaces.Dict

    @classmethod
    def of_info(cls, info: Message) -> "AgentGroup":
        """Read the engine's answer to `env_info`.

        Raises:
            EngineError: it is malformed, or the agents differ in what they see or do.
        """
        agents = info.get("n_agents")
        if isinstance(agents, float) and agents.is_integer():
            agents = int(agents)  # every number of GDScript's JSON may be a float
        if not isinstance(agents, int) or isinstance(agents, bool) or not 1 <= agents <= MOST_AGENTS:
            raise EngineError(
                f"the engine tells of n_agents = {agents!r}; 1 to {MOST_AGENTS:,} agents in training mode "
                "can be played. Look at the control mode of the AIController nodes."
            )
        seen = _alike(info, "observation_space", agents)
        does = _alike(info, "action_space", agents)
        for name in (LEVEL, CHANCE, WAIT):
            if name in does:
                raise EngineError(
                    f"an action of the agents is called {name!r}, which means something else here."
                )
        return cls(
            agents,
            spaces.Dict([(name, _seen(name, part)) for name, part in seen.items()]),  # a list keeps its order
            spaces.Dict([(name, _done(name, part)) for name, part in does.items()]),
        )

    def observation(self, obs: Any) -> dict[str, Any]:
        """One agent's observation as its space has it, pictures decoded.

        Raises:
            EngineError: a part is missing or malformed.
        """
        arrays = {}
        for name, space in self.observations.spaces.items():
            if not isinstance(obs, Mapping) or name not in obs:
                raise EngineError(f"an observation of the engine lacks {name!r}, which env_info tells of.")
            value = _picture(name, obs[name]) if _IMAGE in name else obs[name]
            try:
                array = np.asarray(value, None if space.dtype == np.uint8 else np.float64)
            except (ValueError, TypeError, OverflowError):
                raise EngineError(f"observation {name!r} of the engine is not made of numbers.") from None
            wanted = space.shape or ()
            if array.size != prod(wanted):
                raise EngineError(
                    f"observation {name!r} of the engine has {array.size} numbers; env_info says "
                    f"{' x '.join(map(str, wanted)) or 1}. Make get_obs and get_obs_space of the "
                    "AIController agree."
                )
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise EngineError(
                    f"observation {name!r} of the engine holds NaN or infinity, or null in place of them: "
                    f"{shown(obs[name])}. Look where get_obs of the AIController computes it."
                )
            arrays[name] = array.reshape(wanted)
        return arrays


def action_message(action: Mapping[str, Any]) -> dict[str, Any]:
    """One agent's action, as its space has it, in plain numbers."""
    return {name: np.asarray(part).tolist() if np.ndim(part) else int(part) for name, part in action.items()}


def _alike(info: Message, key: str, agents: int) -> dict[str, Any]:
    """What all agents have in common: newer plugins send a list with an entry for each."""
    stated = info.get(key)
    parts: Sequence[Any] = stated if isinstance(stated, list) else [stated] * agents
    if len(parts) != agents or not all(isinstance(part, dict) and part for part in parts):
        raise EngineError(
            f"the engine's env_info has no {key} that can be read for {agents} agent(s): {str(stated)[:80]}."
        )
    if any(part != parts[0] for part in parts):
        raise EngineError(
            f"the agents of the scene differ in their {key}. One agent is trained for all of them: put "
            "agents that see and do the same into training mode, and the others into another control mode."
        )
    first: dict[str, Any] = parts[0]
    return first


def _seen(name: str, part: Any) -> gymnasium.Space[Any]:
    kind = part.get("space") if isinstance(part, dict) else None
    if kind == "discrete":
        return spaces.Discrete(_sizes(name, part)[0])
    if kind != "box":
        raise EngineError(f"observation {name!r} is a {kind!r} space; box and discrete can be seen.")
    shape = tuple(_sizes(name, part))
    if _IMAGE in name:
        return spaces.Box(0, 255, shape, np.uint8)
    return spaces.Box(-np.inf, np.inf, shape, np.float32)  # what plugins say of bounds is rarely kept


def _done(name: str, part: Any) -> gymnasium.Space[Any]:
    kind = part.get("action_type") if isinstance(part, dict) else None
    if kind not in ("discrete", "continuous"):
        raise EngineError(f"action {name!r} is of the type {kind!r}; discrete and continuous can be done.")
    size = _sizes(name, part)[0]
    return spaces.Discrete(size) if kind == "discrete" else spaces.Box(-1.0, 1.0, (size,), np.float32)


def _sizes(name: str, part: Mapping[str, Any]) -> list[int]:
    stated = part.get("size")
    sizes = [_size(k) for k in (stated if isinstance(stated, list) else [stated])]
    if not sizes or 0 in sizes or prod(sizes) > MOST_ELEMENTS:
        raise EngineError(f"{name!r} has the size {str(stated)[:60]}; give whole numbers of at least 1.")
    return sizes


def _size(stated: Any) -> int:
    """A whole number, 0 for anything else."""
    whole = isinstance(stated, (int, float)) and isfinite(stated) and stated >= 1 and stated == int(stated)
    return int(stated) if whole else 0


def _picture(name: str, digits: Any) -> Any:
    try:
        return np.frombuffer(bytes.fromhex(digits), np.uint8)
    except (TypeError, ValueError):
        raise EngineError(
            f"observation {name!r} of the engine is no picture: hexadecimal digits are due for names with "
            f"{_IMAGE!r} in them."
        ) from None
