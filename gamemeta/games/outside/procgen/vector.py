"""The vector of games of Procgen, by whichever of its packages is installed.

What plays and draws is one C++ library in all of them. `procgen`, OpenAI's package and its rebuild for
Python 3.11 and 3.12, calls it by way of gym3; `procgen_gym`, a port for Python 3.13, with ctypes. A state
that one of them saved is restored by the other, and both go on from there alike: rewards, ends, completed
levels and states are the same, bit for bit. Frames are the same only where both draw with the same Qt.
Procgen-mirror 0.10.7 has Qt 5.9.7, procgen-gym 0.1.1 has 5.15.3; in some games some pixels then differ, which
`python scripts/evidence/procgen_packages.py` counts.

Part of what is needed is private in these packages, so the extra `gamemeta[procgen]` pins their versions, and
nothing outside this module touches them.
"""

import contextlib
import ctypes
import io
import platform
import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import PluginError
from gamemeta.games.adapters import PROCGEN

STATE_BYTES = 1 << 20
"""Room for a state; Procgen asks for no more. States take 20 to 40 kB."""
SEED = 0
"""What Procgen's own generators start from. Nothing that is played depends on it."""
PACKAGES = ("procgen", "procgen_gym")
"""Names under which Procgen is imported; the first that is here is taken."""
BUILT = "Python 3.11 to 3.13 on Linux with an x86-64 processor, and Python 3.13 on Windows with one"
"""What the packages of the extra `gamemeta[procgen]` were built for."""


class Vector(ABC):
    """N games side by side, on levels that Procgen draws. It reads and writes these arrays itself:

    actions     int32 [N], what the next step plays
    frames      uint8 [N, 64, 64, 3], what every game shows
    reward      float32 [N], of the last step
    ended       bool [N], the last step ended the episode, and the next has begun by itself
    completed   uint8 [N], 1 where the last episode that ended had done its level

    They are the same arrays as long as the vector lives.
    """

    actions: NDArray[np.int32]
    frames: NDArray[np.uint8]
    reward: NDArray[np.float32]
    ended: NDArray[np.bool_]
    completed: NDArray[np.uint8]

    def __init__(self, library: Any) -> None:
        self._library = library
        """The package's own object, which calls functions of the C++ library by their names."""
        self._state = np.empty(STATE_BYTES, np.uint8)
        """Where the library writes a state."""
        self._room = self._pointer()
        library.call_c_func("libenv_observe")

    def step(self) -> None:
        """Play `actions`; what that led to then stands in the other arrays."""
        self._library.call_c_func("libenv_act")
        self._library.call_c_func("libenv_observe")

    def save(self, i: int) -> bytes:
        """Everything about game i."""
        size = self._library.call_c_func("get_state", i, self._room, STATE_BYTES)
        return self._state[:size].tobytes()

    def load(self, i: int, state: bytes) -> None:
        """Go on in game i from a state, which `frames` then show; the other arrays stay as they are.

        The state must be sound: Procgen ends the process over a damaged one.
        """
        self._library.call_c_func("set_state", i, state, len(state))

    @abstractmethod
    def act(self, actions: NDArray[np.int32]) -> None:
        """Play actions [N], as the package itself does it."""

    @abstractmethod
    def observe(self) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.bool_]]:
        """Copies that the package itself makes: reward [N], frames [N, 64, 64, 3], ended [N]."""

    def close(self) -> None:
        """Free the games; they can be used no more."""
        self._library.close()
        self._library = None

    @abstractmethod
    def _pointer(self) -> Any:
        """The address of the room for a state, as the package's calls take it."""


class Gym3Vector(Vector):
    """The games of `procgen`.

    Args:
        n: how many.
        options: Procgen's own.
    Raises:
        ImportError: the package is not here, or something that it needs.
        OSError: its library cannot be loaded.
    """

    def __init__(self, n: int, options: dict[str, Any]) -> None:
        with _quietly():
            from procgen import ProcgenGym3Env
        env = ProcgenGym3Env(num=n, **options)
        self.actions, self.frames = env._ac["action"], env._ob["rgb"]
        self.reward, self.ended = env._rew, env._first
        self.completed = env._info["prev_level_complete"]
        super().__init__(env)

    def act(self, actions: NDArray[np.int32]) -> None:
        self._library.act(actions)

    def observe(self) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.bool_]]:
        reward, shown, ended = self._library.observe()
        return reward, shown["rgb"], ended

    def _pointer(self) -> Any:
        return self._library._ffi.from_buffer(self._state)


class PortVector(Vector):
    """The games of `procgen_gym`; arguments and errors as `Gym3Vector`."""

    def __init__(self, n: int, options: dict[str, Any]) -> None:
        with _quietly():
            from procgen_gym import ProcgenVecEnv
        self._env = ProcgenVecEnv(num_envs=n, **options)
        library = self._env._clib
        self.actions, self.frames = library._ac_bufs["action"], library.get_ob_bufs()["rgb"]
        self.reward, self.ended = library.get_reward_buf(), library.get_first_buf().view(np.bool_)
        self.completed = library.get_info_bufs()["prev_level_complete"]
        super().__init__(library)

    def act(self, actions: NDArray[np.int32]) -> None:
        self._library.act(actions)

    def observe(self) -> tuple[NDArray[np.float32], NDArray[np.uint8], NDArray[np.bool_]]:
        ended, shown, reward, _ = self._library.observe()
        return reward, shown["rgb"], ended.view(np.bool_)

    def _pointer(self) -> Any:
        return ctypes.c_void_p(self._state.ctypes.data)


KINDS: tuple[type[Gym3Vector] | type[PortVector], ...] = (Gym3Vector, PortVector)
"""In the order of `PACKAGES`."""


def make_vector(
    game: str,
    mode: str,
    n: int,
    threads: int,
    *,
    first: int = 0,
    levels: int = 0,
    kinds: Sequence[type[Gym3Vector] | type[PortVector]] = KINDS,
) -> Vector:
    """The vector of games of Procgen.

    Args:
        game: one of `gamemeta.games.outside.procgen.facts.GAMES`.
        mode: an easy, hard, extreme or memory mode that the game has.
        n: how many.
        threads: of Procgen's own; 0 plays in the caller's thread.
        first, levels: the first of the levels that Procgen draws from, and how many there are; 0 for all.
        kinds: the first of them whose package can be imported is taken.
    Raises:
        PluginError: Procgen is not installed, or cannot be imported, or its library cannot be loaded.
    """
    options = {"env_name": game, "distribution_mode": mode, "start_level": first, "num_levels": levels}
    options |= {"rand_seed": SEED, "num_threads": threads}
    reasons = []
    for kind in kinds:
        try:
            return kind(n, options)
        except ImportError as error:
            reasons.append(str(error))
        except OSError as error:
            raise PluginError(f"the library of Procgen cannot be loaded: {error}.") from error
    how = installing(sys.version_info[:2], sys.platform, platform.machine())
    raise PROCGEN.missing("; ".join(reasons), how)


def installing(python: tuple[int, int], system: str, machine: str) -> str:
    """How Procgen is installed.

    Args:
        python: major and minor version.
        system: as `sys.platform` has it.
        machine: as `platform.machine` has it.
    """
    linux = (system, machine) == ("linux", "x86_64") and (3, 11) <= python <= (3, 13)
    windows = (system, machine) == ("win32", "AMD64") and python == (3, 13)
    if linux or windows:
        return f"Install it with: {PROCGEN.install}"
    return (
        f"There is no build for Python {python[0]}.{python[1]} on {system} {machine}. "
        f"Take {BUILT}, and there: {PROCGEN.install}"
    )


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Import a package without its words and warnings, and without what it adds to the search path."""
    path = list(sys.path)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.path[:] = path  # `procgen` adds a folder of whoever built it
