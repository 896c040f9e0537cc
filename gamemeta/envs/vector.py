"""N games side by side in one call of our compiled simulator, as a vector environment of Gymnasium."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from gymnasium.error import ResetNeeded
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from gamemeta.envs.lanes import Lanes, LevelWord, Settings, level_seed
from gamemeta.envs.own_form import OwnForm
from gamemeta.envs.pictures import Pictures
from gamemeta.envs.single import KEEP_LEVEL, METADATA, Obs, checked_mode, checked_options
from gamemeta.errors import ConfigError
from gamemeta_levels.split import MAX_SEED

Mask = NDArray[np.bool_]
Stepped = tuple[Obs, NDArray[np.float64], Mask, Mask, dict[str, Any]]


class GameVectorEnv(VectorEnv[Obs, Any, NDArray[Any]]):
    """N games side by side: what `SyncVectorEnv` over N `GameEnv` gives, at the speed of the simulator.

    `reset(seed=s)` seeds game i with s + i; a list gives each its own seed, None for a drawn one. Options
    are `keep_level` and `reset_mask`, bool [N]: which games to reset.

    Args:
        game, split, level, config, parameters, render_mode: as `GameEnv`.
        num_envs: N.
        autoreset_mode: when a finished game begins its next episode: `NextStep`, in the step after the last,
            whose action counts for nothing; `SameStep`, at once, what was reached being in `final_obs` and
            `final_info`; `Disabled`, when `reset` is called with a `reset_mask`.
    Raises: as `GameEnv`.
    """

    def __init__(
        self,
        game: str,
        *,
        num_envs: int = 1,
        split: str = "train",
        level: LevelWord | None = None,
        config: Settings = None,
        parameters: Settings = None,
        render_mode: str | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
    ) -> None:
        if num_envs < 1:
            raise ConfigError(f"num_envs = {num_envs}: give at least 1.")
        self.num_envs = num_envs
        self.autoreset_mode = _mode(autoreset_mode)
        self.metadata = METADATA | {"autoreset_mode": self.autoreset_mode}
        self._lanes = Lanes(game, num_envs, split=split, level=level, config=config, parameters=parameters)
        self.game = self._lanes.game
        self.render_mode = checked_mode(render_mode, self.game)
        self._form = OwnForm(self.game)
        self.single_observation_space = self._form.observation_space()
        self.single_action_space = self._form.action_space()
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self._pictures = Pictures(self.game, render_mode)
        self._over = np.ones(num_envs, np.bool_)
        self._begun = np.zeros(num_envs, np.bool_)

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> tuple[Obs, dict[str, Any]]:
        """Begin episodes; see the class for seeds and options."""
        wanted = checked_options(options, KEEP_LEVEL, "reset_mask")
        mask = self._mask(wanted.get("reset_mask"))
        self._seed_lanes(mask, seed)
        kept = mask & self._begun & bool(wanted.get(KEEP_LEVEL))
        infos: dict[str, Any] = {}
        if kept.any():
            self._lanes.again(kept)
            self._note_begun(kept, infos)
        if (mask & ~kept).any():
            self._lanes.next(mask & ~kept)
            self._note_begun(mask & ~kept, infos)
        return self._obs(), infos

    def step(self, actions: Any) -> Stepped:
        """Play one step in every game: what it led to, rewards, terminated, truncated and infos."""
        resetting = self._over.copy()
        if resetting.any() and not (self.autoreset_mode is AutoresetMode.NEXT_STEP and self._begun.all()):
            raise ResetNeeded(
                f"{int(resetting.sum())} of {self.num_envs} games are not in an episode: call `reset` "
                "before `step`, with `reset_mask` where autoreset is disabled."
            )
        out = self._lanes.out
        self.game.step(self._form.rows(actions, self.num_envs), out)
        self._pictures.stepped()
        reward = np.where(resetting, 0.0, out.reward[:, 0]).astype(np.float64)
        terminated, truncated = out.terminated[:, 0] & ~resetting, out.truncated[:, 0] & ~resetting
        self._over = terminated | truncated
        infos: dict[str, Any] = {}
        begin = resetting
        if self.autoreset_mode is AutoresetMode.SAME_STEP:
            begin = self._over.copy()
            self._note_final(begin, infos)
        if not begin.all():
            infos["success"], infos["_success"] = out.success[:, 0] & ~begin, ~begin
        if begin.any():
            self._lanes.next(begin)
            self._note_begun(begin, infos)
        return self._obs(), reward, terminated, truncated, infos

    def render(self) -> tuple[Any, ...] | None:
        """Every game as it stands, as `GameEnv.render`; None without a mode."""
        if self.render_mode is None:
            return None
        return tuple(self._pictures.draw(i) for i in range(self.num_envs))

    def _mask(self, value: Any) -> Mask:
        if value is None:
            return np.ones(self.num_envs, np.bool_)
        mask = np.asarray(value)
        if mask.shape != (self.num_envs,) or mask.dtype != np.bool_ or not mask.any():
            raise ConfigError(
                f"reset_mask is {mask.dtype} of shape {mask.shape}: give bool of shape ({self.num_envs},), "
                "true somewhere."
            )
        return mask

    def _seed_lanes(self, mask: Mask, seed: int | Sequence[int | None] | None) -> None:
        """Seed the lanes of the mask that are given a seed, or have none yet."""
        if isinstance(seed, (int, np.integer)):
            super().reset(seed=int(seed))
            seed = [int(seed) + i for i in range(self.num_envs)]
        elif seed is None:
            seed = [None] * self.num_envs
        if len(seed) != self.num_envs:
            raise ConfigError(f"there are {len(seed)} seeds for {self.num_envs} games: give one for each.")
        for row in np.flatnonzero(mask):
            value = seed[row]
            if value is not None or not self._begun[row]:
                named = int(self.np_random.integers(MAX_SEED)) if value is None else level_seed(value)
                self._lanes.seed(np.array([row]), np.array([named]))

    def _note_begun(self, mask: Mask, infos: dict[str, Any]) -> None:
        """Mark these games as in an episode, and add their levels to `infos`."""
        self._begun |= mask
        self._over &= ~mask
        self._pictures.began(mask)
        for row in np.flatnonzero(mask):
            infos.update(self._add_info(infos, self._lanes.about(int(row)), int(row)))

    def _note_final(self, ended: Mask, infos: dict[str, Any]) -> None:
        """Add the last observations of these games, before another episode begins in them."""
        for row in np.flatnonzero(ended):
            out = self._lanes.out
            ended_obs = self._form.obs({name: array[row : row + 1, 0] for name, array in out.obs.items()})
            final = {name: array[0] for name, array in ended_obs.items()}
            info = {"final_obs": final, "final_info": {"success": bool(out.success[row, 0])}}
            infos.update(self._add_info(infos, info, int(row)))

    def _obs(self) -> Obs:
        return self._form.obs({name: array[:, 0] for name, array in self._lanes.out.obs.items()})


def _mode(value: AutoresetMode | str) -> AutoresetMode:
    try:
        return AutoresetMode(value)
    except ValueError:
        modes = ", ".join(repr(mode.value) for mode in AutoresetMode)
        raise ConfigError(f"autoreset_mode = {value!r}: give one of {modes}.") from None
