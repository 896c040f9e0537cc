"""A game written in plain NumPy: rules for all games at once, the rest of the contract done."""

import struct
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import LevelError
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.scene import Scene
from gamemeta.spec import Spec
from gamemeta_levels.family import LevelArrays, LevelFamily

STEP, LIMIT, ENDED, SUCCESS = range(4)
RUNNING, BY_RULES, BY_LIMIT = range(3)
_CLOCK = 4
_LENGTH = struct.Struct("<I")

State = NDArray[Any]
Results = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]


class ArrayGame(Game):
    """A `Game` with one seat, whose state is a row of numbers.

    You write `family`, `par`, `step_limit` and the four functions below; clocks, resets, saving and
    the checks of what comes in are done here. What is slow can be compiled later: the rows are arrays.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    state_type: ClassVar[type] = np.int64
    """Type of the state: np.int64, or np.float64 for quantities."""

    def __init__(self, n: int, config: Any = None) -> None:
        self.n = n
        self.config = config or self.Config()
        self.spec = self.make_spec()
        self._clock = np.zeros((n, _CLOCK), np.int64)
        self._clock[:, ENDED] = BY_LIMIT  # nothing runs before the first reset
        self._state: State = np.zeros((n, 0), self.state_type)

    @abstractmethod
    def make_spec(self) -> Spec:
        """Observations and actions, with the settings in `self.config`."""

    @abstractmethod
    def family(self, parameters: Any = None) -> LevelFamily:
        """The level family that this game plays."""

    @abstractmethod
    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """Steps [N] after which an episode of each level is truncated."""

    @abstractmethod
    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """Return [N] of playing the solver's plan."""

    @abstractmethod
    def begin(self, levels: LevelArrays) -> State:
        """[N, S] of `state_type`: the state in which an episode of each level begins. S never changes."""

    @abstractmethod
    def play(self, state: State, actions: NDArray[Any]) -> Results:
        """One step of M games that run: change `state` [M, S] in place by `actions`.

        They are int64 [M] where the action is one head, int64 [M, heads] where it is several, and
        float32 [M, heads + numbers] where there are numbers.

        Returns: the reward, whether the rules end the episode, and whether the player made it, [M] each.
        """

    @abstractmethod
    def observe(self, state: State) -> Mapping[str, NDArray[Any]]:
        """Observations of M games: an array [M, *shape] for every buffer of the spec."""

    @abstractmethod
    def picture(self, state: State) -> tuple[NDArray[np.uint8], tuple[int, int]]:
        """One game, state [S], for people: its tiles [H, W], and row and column of the player."""

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        if len(levels) != self.n or mask.shape != (self.n,):
            raise LevelError(
                f"{self.n} games need {self.n} levels and a mask of {self.n}; got {len(levels)} "
                f"levels and a mask of shape {mask.shape}."
            )
        fresh = self.begin(levels)
        if self._state.shape != fresh.shape:
            self._state = np.zeros(fresh.shape, self.state_type)
        self._state[mask] = fresh[mask]
        self._clock[mask] = 0
        self._clock[mask, LIMIT] = self.step_limit(levels)[mask]
        out.alive[mask] = True
        self._show(mask, out)

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        chosen = self._checked(actions)
        clock = self._clock
        runs = clock[:, ENDED] == RUNNING
        state = self._state[runs]
        reward, ended, success = self.play(state, chosen[runs])
        self._state[runs] = state
        clock[runs, STEP] += 1
        out_of_time = clock[runs, STEP] >= clock[runs, LIMIT]
        clock[runs, ENDED] = np.where(ended, BY_RULES, np.where(out_of_time, BY_LIMIT, RUNNING))
        clock[runs, SUCCESS] = np.logical_and(success, clock[runs, ENDED] != RUNNING)
        out.reward[:] = 0.0
        out.reward[runs, 0] = reward
        out.terminated[:, 0] = clock[:, ENDED] == BY_RULES
        out.truncated[:, 0] = clock[:, ENDED] == BY_LIMIT
        out.success[:, 0] = clock[:, SUCCESS]
        out.alive[:, 0] = clock[:, ENDED] == RUNNING
        self._show(np.ones(self.n, np.bool_), out)

    def scene(self, i: int) -> Scene:
        """The picture; the player is taken to see no further than the tile it stands on."""
        tiles, (row, column) = self.picture(self._state[i])
        return Scene(
            tiles=tiles,
            agent=(row, column),
            seen=(row, column, row + 1, column + 1),
            view=tiles[row : row + 1, column : column + 1].copy(),
            step=int(self._clock[i, STEP]),
            limit=int(self._clock[i, LIMIT]),
        )

    def save(self, i: int) -> bytes:
        words = np.concatenate([self._clock[i], self._state[i].view(np.int64)])
        data: bytes = words.astype("<i8").tobytes()
        return _LENGTH.pack(len(words)) + data

    def load(self, i: int, data: bytes) -> None:
        """Take game i back to what `save` saw.

        Raises:
            LevelError: the bytes are cut off or of another game.
        """
        if len(data) < _LENGTH.size or len(data) != _LENGTH.size + 8 * _LENGTH.unpack_from(data)[0]:
            raise LevelError(f"these bytes are not a saved game of {self.name!r}: their length does not fit.")
        words = np.frombuffer(data, "<i8", offset=_LENGTH.size)
        size = len(words) - _CLOCK
        if size < 0 or (self._state.shape[1] not in (0, size)):
            raise LevelError(f"these bytes are not a saved game of {self.name!r}: their length does not fit.")
        if not self._state.shape[1]:
            self._state = np.zeros((self.n, size), self.state_type)
        self._clock[i] = words[:_CLOCK]
        self._state[i] = words[_CLOCK:].astype(np.int64).view(self.state_type)

    def _checked(self, actions: NDArray[Any]) -> NDArray[Any]:
        """The actions [N], or [N, heads + numbers] where there is more than one head."""
        spec = self.spec.action
        chosen = spec.checked(actions, self.n, 1)[:, 0]
        return chosen[:, 0] if spec.heads and spec.width == 1 else chosen

    def _show(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        """Write the observation where the mask holds."""
        seen = self.observe(self._state[mask])
        for buffer in self.spec.obs:
            out.obs[buffer.name][mask, 0] = seen[buffer.name]
