"""The steps of one player, collected while a trial is played."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.demonstrations.demonstration import (
    GOES_ON,
    TERMINATED,
    TRUNCATED,
    Demonstration,
    PlayedLevel,
    Player,
)
from gamemeta.games.game import StepBuffers
from gamemeta.spec import Spec


class TrialRecorder:
    """Collects what one player sees, does and earns.

    Args:
        spec: of the game.
        level: that is played.
        player: who plays.
        seat: in which seat.
    """

    def __init__(self, spec: Spec, level: PlayedLevel, player: Player, seat: int = 0) -> None:
        self._spec, self._level, self._player, self.seat = spec, level, player, seat
        self._obs: dict[str, list[NDArray[Any]]] = {b.name: [] for b in spec.obs}
        self._action: list[NDArray[Any]] = []
        self._imitated: list[bool] = []
        self._reward: list[float] = []
        self._end: list[int] = []

    def acted(self, obs: Mapping[str, NDArray[Any]], action: Any, *, imitated: bool = True) -> None:
        """Note what the player sees [...] by name, and what it does [heads + numbers]."""
        for name, kept in self._obs.items():
            kept.append(np.array(obs[name]))
        self._action.append(np.atleast_1d(np.asarray(action, self._spec.action.dtype)))
        self._imitated.append(imitated)

    def paid(self, out: StepBuffers) -> None:
        """Note what the action led to, as the game wrote it."""
        ended, cut = bool(out.terminated[0, self.seat]), bool(out.truncated[0, self.seat])
        self._reward.append(float(out.reward[0, self.seat]))
        self._end.append(TERMINATED if ended else TRUNCATED if cut else GOES_ON)

    def whole_episodes(self) -> Demonstration | None:
        """The trial up to the end of its last whole episode; None where no episode has ended."""
        ends = np.flatnonzero(np.array(self._end, np.uint8) != GOES_ON)
        if not len(ends):
            return None
        steps = int(ends[-1]) + 1
        return Demonstration(
            obs={b.name: np.stack(self._obs[b.name][:steps]).astype(b.dtype) for b in self._spec.obs},
            action=np.stack(self._action[:steps]),
            reward=np.array(self._reward[:steps], np.float32),
            end=np.array(self._end[:steps], np.uint8),
            imitated=np.array(self._imitated[:steps], np.bool_),
            level=self._level,
            player=self._player,
            seat=self.seat,
        )
