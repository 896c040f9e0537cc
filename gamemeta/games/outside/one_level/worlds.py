"""Games of one level at a time, many beside each other: in this process, or spread over several."""

import signal
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, suppress
from functools import partial
from itertools import chain
from typing import Any, Protocol

import gymnasium as gym
from gymnasium import spaces
from gymnasium.vector import AsyncVectorEnv, AutoresetMode
from gymnasium.vector.async_vector_env import AsyncState
from numpy.typing import NDArray

from gamemeta.errors import GameCheckError, GamemetaError
from gamemeta.games.blame import in_words, naming_their_code
from gamemeta.games.outside.one_level.world import Stepped, World
from gamemeta.interrupts import held_back
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse
from gamemeta_levels.level import Level

END_S = 5.0
"""How long processes may take to end by themselves."""
ENDED = (
    "a process that plays games has ended: it was killed, or crashed, or the game's own code ended it. Look "
    "whether there is memory enough for all of them, or give fewer (game.processes)."
)
NEVER_CAME = (
    "a process that plays games ended before it played. A script that starts games must do so below `if "
    '__name__ == "__main__":`, for each process reads the script again; else look at what it printed.'
)


Place = tuple[int, int]
"""Where a world is needed: the number of a game in this process, and that of the lane."""


class Worlds(Protocol):
    """Worlds by place."""

    def reset(self, begun: Mapping[Place, tuple[Level, int]]) -> dict[Place, Any]:
        """Start an episode in each of these worlds, on this level with this chance; the observations."""
        ...

    def step(self, actions: Mapping[Place, NDArray[Any]]) -> dict[Place, Stepped]:
        """Play one step in each of these worlds."""
        ...

    def text(self, place: Place) -> str:
        """As `World.text`; empty where the world was taken away."""
        ...

    def picture(self, place: Place) -> NDArray[Any] | None:
        """As `World.picture`; None where the world was taken away."""
        ...

    def save(self, place: Place) -> bytes | None:
        """As `World.save`."""
        ...

    def load(self, place: Place, level: Level, data: bytes) -> None:
        """As `World.load`."""
        ...

    def rest(self, places: Iterable[Place]) -> None:
        """Take note that these episodes are over: the worlds may be taken away."""
        ...

    def lost(self, game: int) -> list[int]:
        """Lanes of a game whose world was taken away in mid-episode."""
        ...

    def room(self, n: int) -> int:
        """How many of n worlds can be open at a time."""
        ...

    def leave(self, game: int) -> None:
        """Leave the worlds of a game to others."""
        ...

    def close(self) -> None:
        """Close all worlds."""
        ...


def too_many(count: int, failed: Exception | None) -> GameCheckError:
    """The error where a game needs more worlds than can be open; `failed` is why one more could not."""
    reason = f" ({in_words(failed)})" if failed else ""
    return GameCheckError(
        f"{count} environment(s) of this game can be open at a time, and more are needed{reason}. Give "
        f"--set run.lanes={count} --set run.shards=1 --no-check."
    )


class LocalWorlds:
    """Worlds in this process, each opened when it is first needed, and then used again.

    Where no more can be opened, a world is taken away from a lane whose episode is over; else from another
    game, which is told by `lost`.

    Args:
        make: opens one.
        most: that may be open at a time; None where `make` says so by raising.
        interrupts: as `naming_their_code` takes it.
    Raises:
        GameCheckError: from any method: the code of a world raised something, and where; or no more worlds
            can be open than a game has in play.
    """

    def __init__(
        self, make: Callable[[], World], most: int | None = None, *, interrupts: bool = True
    ) -> None:
        self._make, self._most, self._interrupts = make, most, interrupts
        self._worlds: dict[Place, World] = {}
        self._idle: list[World] = []
        self._running: set[Place] = set()
        self._taken: dict[Place, bytes | None] = {}
        """States of episodes under way whose worlds were taken away."""

    def _guarded(self) -> AbstractContextManager[None]:
        return naming_their_code(interrupts=self._interrupts)

    def _at(self, place: Place) -> World:
        if place not in self._worlds:
            self._worlds[place] = self._idle.pop() if self._idle else self._opened(place[0])
            self._taken.pop(place, None)
        return self._worlds[place]

    def _opened(self, game: int) -> World:
        """A new world, or one that is taken away."""
        failed: Exception | None = None
        if self._most is None or len(self._worlds) < self._most:
            try:
                return self._make()
            except Exception as error:
                if not self._worlds:
                    raise
                failed, self._most = error, len(self._worlds)
        resting = (place for place in self._worlds if place not in self._running)
        others = (place for place in self._worlds if place[0] != game)
        place = next(chain(resting, others), None)
        if place is None:
            raise too_many(len(self._worlds), failed) from failed
        world = self._worlds.pop(place)
        if place in self._running:
            self._taken[place] = world.save()
        return world

    def reset(self, begun: Mapping[Place, tuple[Level, int]]) -> dict[Place, Any]:
        self._running.difference_update(begun)
        with self._guarded():
            shown = {}
            for place, (level, chance) in begun.items():
                shown[place] = self._at(place).reset(level, chance)
                self._running.add(place)
        return shown

    def step(self, actions: Mapping[Place, NDArray[Any]]) -> dict[Place, Stepped]:
        with self._guarded():
            return {place: self._at(place).step(action) for place, action in actions.items()}

    def text(self, place: Place) -> str:
        with self._guarded():
            return self._worlds[place].text() if place in self._worlds else ""

    def picture(self, place: Place) -> NDArray[Any] | None:
        with self._guarded():
            return self._worlds[place].picture() if place in self._worlds else None

    def save(self, place: Place) -> bytes | None:
        if place in self._taken:
            return self._taken[place]
        with self._guarded():
            return self._worlds[place].save() if place in self._worlds else None

    def load(self, place: Place, level: Level, data: bytes) -> None:
        with self._guarded():
            self._at(place).load(level, data)
        self._running.add(place)

    def rest(self, places: Iterable[Place]) -> None:
        self._running.difference_update(places)

    def lost(self, game: int) -> list[int]:
        return [lane for number, lane in self._taken if number == game]

    def room(self, n: int) -> int:
        with self._guarded():
            while self._most is None and len(self._worlds) + len(self._idle) < n:
                try:
                    self._idle.append(self._make())
                except Exception:
                    self._most = len(self._worlds) + len(self._idle)
                    if not self._most:
                        self._most = None
                        raise
        return n if self._most is None else max(1, min(n, self._most))

    def leave(self, game: int) -> None:
        for place in [place for place in self._worlds if place[0] == game]:
            self._idle.append(self._worlds.pop(place))
        self._running = {place for place in self._running if place[0] != game}
        self._taken = {place: state for place, state in self._taken.items() if place[0] != game}

    def close(self) -> None:
        """Close all worlds; what one raises then is of no consequence."""
        for world in (*self._worlds.values(), *self._idle):
            with suppress(Exception):
                world.close()
        self._worlds, self._idle = {}, []


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
        self._ending: Callable[[], Any] = lambda: None
        self._answered = False

    def reset(self, begun: Mapping[Place, tuple[Level, int]]) -> dict[Place, Any]:
        written = {place: (dumps(level, ".json"), chance) for place, (level, chance) in begun.items()}
        return self._each("begin", written)

    def step(self, actions: Mapping[Place, NDArray[Any]]) -> dict[Place, Stepped]:
        return self._each("play", dict(actions))

    def text(self, place: Place) -> str:
        return str(self._each("texts", {place: None})[place])

    def picture(self, place: Place) -> NDArray[Any] | None:
        drawn: NDArray[Any] | None = self._each("pictures", {place: None})[place]
        return drawn

    def save(self, place: Place) -> bytes | None:
        saved: bytes | None = self._each("saved", {place: None})[place]
        return saved

    def load(self, place: Place, level: Level, data: bytes) -> None:
        self._each("loaded", {place: (dumps(level, ".json"), data)})

    def rest(self, places: Iterable[Place]) -> None:
        """Nothing is taken away from processes."""

    def lost(self, game: int) -> list[int]:
        return []

    def room(self, n: int) -> int:
        return n

    def leave(self, game: int) -> None:
        if self._running is not None:
            with suppress(GameCheckError):  # a process that has ended has left everything
                self._each("left", {(game, k): None for k in range(self._count)})

    def close(self) -> None:
        """End the processes."""
        if self._running is not None:
            self._ending()
            self._running = None

    def _each(self, method: str, by_place: dict[Place, Any]) -> dict[Place, Any]:
        """Call a method of every process with those worlds that it has."""
        try:
            parts = self._processes().call(method, by_place)
        except GamemetaError:
            self.close()
            raise
        except (EOFError, ConnectionError) as error:
            self.close()
            raise GameCheckError(ENDED if self._answered else NEVER_CAME) from error
        except Exception as error:  # what a process gave cannot be handed over
            if self._running is None and isinstance(error, RuntimeError):  # of a script that is read again
                raise GameCheckError(NEVER_CAME) from error
            self.close()
            raise GameCheckError(
                f"a process that plays games could not hand over what the game gave: {in_words(error)}. Give "
                "NumPy arrays and numbers, or leave out game.processes."
            ) from error
        self._answered = True
        return {place: value for part in parts for place, value in part.items()}

    def _processes(self) -> AsyncVectorEnv:
        if self._running is None:
            with held_back():
                running = AsyncVectorEnv(
                    [partial(_Share, self._make, k, self._count) for k in range(self._count)],
                    shared_memory=False,
                    autoreset_mode=AutoresetMode.DISABLED,
                )
            self._ending = weakref.finalize(self, _end, running)
            self._running, self._answered = running, False
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
        self._worlds = LocalWorlds(make, interrupts=False)
        self._number, self._count = number, count

    def begin(self, by_place: Mapping[Place, tuple[str, int]]) -> dict[Place, Any]:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that trains
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        return self._worlds.reset(
            {place: (parse(text, ""), chance) for place, (text, chance) in self._assigned(by_place)}
        )

    def play(self, by_place: Mapping[Place, NDArray[Any]]) -> dict[Place, Stepped]:
        return self._worlds.step(dict(self._assigned(by_place)))

    def texts(self, by_place: Mapping[Place, None]) -> dict[Place, str]:
        return {place: self._worlds.text(place) for place, _ in self._assigned(by_place)}

    def pictures(self, by_place: Mapping[Place, None]) -> dict[Place, NDArray[Any] | None]:
        return {place: self._worlds.picture(place) for place, _ in self._assigned(by_place)}

    def saved(self, by_place: Mapping[Place, None]) -> dict[Place, bytes | None]:
        return {place: self._worlds.save(place) for place, _ in self._assigned(by_place)}

    def loaded(self, by_place: Mapping[Place, tuple[str, bytes]]) -> dict[Place, None]:
        for place, (text, data) in self._assigned(by_place):
            self._worlds.load(place, parse(text, ""), data)
        return {}

    def left(self, by_place: Mapping[Place, None]) -> dict[Place, None]:
        for (game, _), _ in self._assigned(by_place):
            self._worlds.leave(game)
        return {}

    def close(self) -> None:
        self._worlds.close()

    def _assigned(self, by_place: Mapping[Place, Any]) -> list[tuple[Place, Any]]:
        return [(place, x) for place, x in by_place.items() if place[1] % self._count == self._number]
