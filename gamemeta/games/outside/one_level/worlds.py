"""Games of one level at a time, many beside each other: in this process, or spread over several."""

import signal
import traceback
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import gymnasium as gym
from gymnasium import spaces
from gymnasium.vector import AsyncVectorEnv, AutoresetMode
from gymnasium.vector.async_vector_env import AsyncState
from numpy.typing import NDArray

from gamemeta.errors import GameCheckError, GamemetaError
from gamemeta.interrupts import held_back
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse
from gamemeta_levels.level import Level

END_S = 5.0
"""How long processes may take to end by themselves."""


@dataclass(frozen=True)
class Stepped:
    """What one step of a world led to."""

    obs: Any
    reward: float
    terminated: bool
    truncated: bool
    success: bool | None = None
    """None where the world does not say."""


class World(Protocol):
    """One game of one level at a time."""

    def reset(self, level: Level, chance: int) -> Any:
        """Start an episode; the observation. The same level and chance give the same play."""
        ...

    def step(self, action: NDArray[Any]) -> Stepped:
        """Play one step with an action [heads + numbers]."""
        ...

    def text(self) -> str:
        """The game as it stands, for people; empty where it has no words."""
        ...

    def save(self) -> bytes | None:
        """Everything about the game, or None where it cannot be saved."""
        ...

    def load(self, level: Level, data: bytes) -> None:
        """Take the game back to what `save` saw on this level."""
        ...


class Worlds(Protocol):
    """Worlds by number."""

    def reset(self, begun: Mapping[int, tuple[Level, int]]) -> dict[int, Any]:
        """Start an episode in each of these worlds, on this level with this chance; the observations."""
        ...

    def step(self, actions: Mapping[int, NDArray[Any]]) -> dict[int, Stepped]:
        """Play one step in each of these worlds."""
        ...

    def text(self, i: int) -> str:
        """As `World.text`."""
        ...

    def save(self, i: int) -> bytes | None:
        """As `World.save`."""
        ...

    def load(self, i: int, level: Level, data: bytes) -> None:
        """As `World.load`."""
        ...


@contextmanager
def naming_their_code() -> Iterator[None]:
    """Turn what the code of an outside game raises into one error that says where."""
    try:
        yield
    except (GamemetaError, MemoryError):
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise GameCheckError(
            f"the game's own code raised {type(error).__name__}: {error} ({last.filename}, line "
            f"{last.lineno}). Look there."
        ) from error


class LocalWorlds:
    """Worlds in this process, each made when it is first needed.

    Args:
        make: makes one.
    Raises:
        GameCheckError: from any method: the code of a world raised something, and where.
    """

    def __init__(self, make: Callable[[], World]) -> None:
        self._make, self._worlds = make, dict[int, World]()

    def __getitem__(self, i: int) -> World:
        """World i."""
        if i not in self._worlds:
            self._worlds[i] = self._make()
        return self._worlds[i]

    def reset(self, begun: Mapping[int, tuple[Level, int]]) -> dict[int, Any]:
        with naming_their_code():
            return {i: self[i].reset(level, chance) for i, (level, chance) in begun.items()}

    def step(self, actions: Mapping[int, NDArray[Any]]) -> dict[int, Stepped]:
        with naming_their_code():
            return {i: self[i].step(action) for i, action in actions.items()}

    def text(self, i: int) -> str:
        with naming_their_code():
            return self[i].text()

    def save(self, i: int) -> bytes | None:
        with naming_their_code():
            return self[i].save()

    def load(self, i: int, level: Level, data: bytes) -> None:
        with naming_their_code():
            self[i].load(level, data)


class Processes:
    """Worlds spread over processes of Gymnasium's `AsyncVectorEnv`: for games whose steps are slow.

    A step costs some 0.1 ms for each process on top of what the worlds need. World i lives in process i
    modulo their number. The processes begin with the first episode and end with this object.

    Args:
        make: makes one world; it must not lead back to this object, or the processes live on.
        count: of processes.
    Raises:
        GameCheckError: as `OwnWorlds`; or a process has ended.
    """

    def __init__(self, make: Callable[[], World], count: int) -> None:
        self._make, self._count = make, count
        self._running: AsyncVectorEnv | None = None

    def reset(self, begun: Mapping[int, tuple[Level, int]]) -> dict[int, Any]:
        written = {i: (dumps(level, ".json"), chance) for i, (level, chance) in begun.items()}
        return self._each("begin", written)

    def step(self, actions: Mapping[int, NDArray[Any]]) -> dict[int, Stepped]:
        return self._each("play", dict(actions))

    def text(self, i: int) -> str:
        return str(self._each("texts", {i: None})[i])

    def save(self, i: int) -> bytes | None:
        saved: bytes | None = self._each("saved", {i: None})[i]
        return saved

    def load(self, i: int, level: Level, data: bytes) -> None:
        self._each("loaded", {i: (dumps(level, ".json"), data)})

    def _each(self, method: str, by_game: dict[int, Any]) -> dict[int, Any]:
        """Call a method of every process with those worlds that it has."""
        try:
            parts = self._processes().call(method, by_game)
        except (EOFError, ConnectionError) as error:
            raise GameCheckError(
                "a process that plays games has ended: it was killed, or crashed. Look whether there is "
                "memory enough for all of them, or give fewer (game.processes)."
            ) from error
        return {i: value for part in parts for i, value in part.items()}

    def _processes(self) -> AsyncVectorEnv:
        if self._running is None:
            with held_back():
                running = AsyncVectorEnv(
                    [partial(_Share, self._make, k, self._count) for k in range(self._count)],
                    shared_memory=False,
                    autoreset_mode=AutoresetMode.DISABLED,
                )
            weakref.finalize(self, _end, running)
            self._running = running
        return self._running


def _end(running: AsyncVectorEnv) -> None:
    """End processes, also where one has died, or a call was interrupted when some had answered."""
    with suppress(Exception):
        running.close(timeout=END_S, terminate=running._state is not AsyncState.DEFAULT)
    running.closed = True  # else it tries again when it is deleted
    for process in running.processes:
        process.terminate()


class _Share(gym.Env[Any, Any]):
    """The worlds of one process, in the dress of an environment; it is called by name alone."""

    observation_space, action_space = spaces.Discrete(1), spaces.Discrete(1)

    def __init__(self, make: Callable[[], World], number: int, count: int) -> None:
        self._worlds, self._number, self._count = LocalWorlds(make), number, count

    def begin(self, by_game: Mapping[int, tuple[str, int]]) -> dict[int, Any]:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that trains
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return self._worlds.reset(
            {i: (parse(text, ""), chance) for i, (text, chance) in self._assigned(by_game)}
        )

    def play(self, by_game: Mapping[int, NDArray[Any]]) -> dict[int, Stepped]:
        return self._worlds.step(dict(self._assigned(by_game)))

    def texts(self, by_game: Mapping[int, None]) -> dict[int, str]:
        return {i: self._worlds.text(i) for i, _ in self._assigned(by_game)}

    def saved(self, by_game: Mapping[int, None]) -> dict[int, bytes | None]:
        return {i: self._worlds.save(i) for i, _ in self._assigned(by_game)}

    def loaded(self, by_game: Mapping[int, tuple[str, bytes]]) -> dict[int, None]:
        for i, (text, data) in self._assigned(by_game):
            self._worlds.load(i, parse(text, ""), data)
        return {}

    def _assigned(self, by_game: Mapping[int, Any]) -> list[tuple[int, Any]]:
        return [(i, value) for i, value in by_game.items() if i % self._count == self._number]
