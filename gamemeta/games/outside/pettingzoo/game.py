"""Any PettingZoo parallel environment as a game of several seats: `pettingzoo/<family>/<name>`."""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property, partial
from typing import Any

import gymnasium as gym
import numpy as np
from numpy.typing import NDArray

from gamemeta.action_mask import ACTION_MASK
from gamemeta.config import check_ranges
from gamemeta.errors import GameCheckError, LevelError
from gamemeta.games.about import About
from gamemeta.games.adapters import PETTINGZOO
from gamemeta.games.blame import naming_their_code, shown
from gamemeta.games.checks import check_levels
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.outside.one_level.sharing import SharedWorlds
from gamemeta.games.outside.one_level.worlds import LocalWorlds, Processes, Worlds
from gamemeta.games.outside.pettingzoo.env import Seats, ZooKind, ZooWorld, team_numbers, zoo_kind
from gamemeta.games.outside.pettingzoo.recipe import RECIPE
from gamemeta.games.outside.seed_levels.family import SeedLevels, SeedParameters, family_name
from gamemeta.games.outside.seed_levels.fingerprint import Prober
from gamemeta.games.outside.spaces.mask import with_mask_space
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.games.outside.spaces.seats import SeatActions, common_mask, common_space, padded
from gamemeta.games.scene import Scene
from gamemeta.interface.actions import Actions
from gamemeta.interface.game_interface import GameInterface
from gamemeta.interface.observations import Observations
from gamemeta.named_values import named_values
from gamemeta.spec import Spec, symbols
from gamemeta_levels.family import LevelArrays
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse
from gamemeta_levels.level import Level

VERSION = 1
SEAT = "seat"
"""Buffer that holds the number of one's seat."""


@dataclass(frozen=True, kw_only=True)
class PettingZooConfig:
    """Settings of a PettingZoo environment."""

    arguments: str = ""
    """Constructor arguments, such as `max_cycles=200,n_evaders=10`; in a TOML file also as a table
    `[game.arguments]`."""
    parts: str = ""
    """What parts of an observation are taken as, where the notes say that the rule errs: `obs=image`,
    `board=symbols`, `ram=numbers`."""
    tell_seat: bool = False
    """Show each agent the number of its seat. Always on where agents have different observations or
    actions."""
    step_limit: int = 0
    """Steps after which an episode is truncated; 0: the environment's own limit, else 1000."""
    processes: int = 0
    """Processes that play the environments, for slow ones; 0: this process. It does not change results."""
    par: float | None = None
    """Mean return of an agent that counts as score 1. Without it, returns are shown instead of scores."""
    info_mask: bool = False
    """Read from `info["action_mask"]` which actions of an agent are legal: it sees the mask and never
    takes another. A mask within the observation needs no setting."""

    def __post_init__(self) -> None:
        check_ranges(self, step_limit=(0, 10**6), processes=(0, 256))
        named_values("arguments", self.arguments)
        named_values("parts", self.parts)


@dataclass
class _Lane:
    """An episode of one environment."""

    level: Level | None = None
    actions: list[Any] = field(default_factory=list)


class PettingZooGame(Game):
    """A PettingZoo environment; `pettingzoo_game` makes the class for a name.

    All agents share one network and have a memory each. A level is a reset seed. Environments cannot be
    saved: a saved game is its level and the actions since, which are played again when it is loaded.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    Raises:
        UnknownName, PluginError: there is no such environment, or making it fails.
        SpecError: it shows or takes something that an agent cannot, or its agents have too little in common.
    """

    Config = PettingZooConfig
    Parameters = SeedParameters
    about = About(
        early_truncation=True,
        has_map=False,
        has_plans=False,
        test_levels=32,  # environments are slow
        recipe=RECIPE,
    )

    def __init__(self, n: int, config: PettingZooConfig | None = None) -> None:
        self.n, self.config = n, config or PettingZooConfig()
        form = _form(type(self), self.config)
        self._kind, self._space, self._observations, self._actions, self.spec = form
        self.seats = len(self._kind.agents)
        self._lanes = [_Lane() for _ in range(n)]
        lead = (n, self.seats)
        self._obs = {b.name: np.zeros((*lead, *b.shape), b.dtype) for b in self.spec.obs}
        self._terminated, self._truncated = np.zeros(lead, np.bool_), np.ones(lead, np.bool_)
        self._success = np.zeros(lead, np.bool_)
        self._success_told = False
        self._returns = np.zeros(lead)
        self._shared: SharedWorlds | None = None
        self._away: set[int] = set()
        """Games whose episodes go on without an environment."""

    @classmethod
    def kind(cls, config: Any) -> ZooKind:
        """Facts about the environment with these settings."""
        return zoo_kind(PETTINGZOO.short(cls.name), config.arguments)

    def known_par(self) -> float | None:
        """Mean return of an agent that counts as score 1; None where it is unknown."""
        return None if self.config.par is None else float(self.config.par)

    def teams(self) -> tuple[int, ...]:
        return team_numbers(self._kind.agents)

    def notes(self) -> tuple[str, ...]:
        return self._observations.notes

    def seat_names(self) -> tuple[str, ...]:
        return tuple(map(str, self._kind.agents))

    def interface(self) -> GameInterface:
        shared = len(set(map(str, self._kind.observations))) > 1  # shorter rows are then filled up
        parts = tuple(replace(p, fill=shared or p.name == ACTION_MASK) for p in self._observations.parts)
        return GameInterface(
            obs=Observations(parts),
            actions=tuple(Actions(one.form) for one in self._actions.maps),
            seats=self.seat_names(),
            seat_buffer=SEAT if any(b.name == SEAT for b in self.spec.obs) else "",
        )

    def family(self, parameters: SeedParameters | None = None) -> SeedLevels:
        return SeedLevels(family_name(self.name), parameters, prober=_prober(type(self), self.config))

    @cached_property
    def _family(self) -> SeedLevels:
        return self.family()

    @property
    def _worlds(self) -> SharedWorlds:
        if self._shared is None:
            self._shared = SharedWorlds((type(self), repr(self.config)), self._make_worlds)
        return self._shared

    def _make_worlds(self) -> Worlds:
        make, processes = _world_maker(type(self), self.config), self.config.processes
        return Processes(make, min(processes, self.n)) if processes else LocalWorlds(make)

    def close(self) -> None:
        """Leave the environments to other games of this kind; the last of them closes them."""
        if self._shared is not None:
            self._shared.close()
            self._shared, self._away = None, set(np.flatnonzero(~self._done.all(axis=1)).tolist())

    def at_once(self) -> int:
        """How many can be played at a time: as many as environments can be open."""
        return self._worlds.room(self.n)

    @property
    def limit(self) -> int:
        """Steps after which every episode is truncated."""
        return self.config.step_limit or self._kind.limit

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        return np.full(len(levels), self.limit, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        known = self.known_par()
        return np.full(len(levels), np.nan if known is None else known, np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_levels(self.n, levels, mask)
        self._begin({i: self._family.unpack(levels, i) for i in np.flatnonzero(mask).tolist()})
        for name, array in self._obs.items():
            out.obs[name][mask] = array[mask]
        out.alive[mask] = ~self._done[mask]

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        rows = self.spec.action.checked(actions, self.n, self.seats)
        out.reward[:] = 0.0
        self._bring_back()
        runs = np.flatnonzero(~self._done.all(axis=1)).tolist()
        for i, reward in self._play({i: rows[i] for i in runs}).items():
            out.reward[i] = reward
        out.terminated[:], out.truncated[:], out.success[:] = self._terminated, self._truncated, self._success
        out.alive[:] = ~self._done
        for name, array in self._obs.items():
            out.obs[name][:] = array

    @property
    def _done(self) -> NDArray[np.bool_]:
        """[N, A]."""
        return self._terminated | self._truncated

    def _begin(self, begun: Mapping[int, Level]) -> None:
        """Start an episode in each of these games, on this level."""
        for i, obs in self._worlds.reset({i: (level, 0) for i, level in begun.items()}).items():
            self._lanes[i] = _Lane(begun[i])
            self._away.discard(i)
            absent = np.array([one is None for one in obs])
            self._terminated[i], self._truncated[i], self._success[i] = absent, False, False
            self._returns[i] = 0.0
            for array in self._obs.values():
                array[i] = 0
            self._show(i, obs, ~absent)

    def _play(self, actions: Mapping[int, NDArray[Any]]) -> dict[int, NDArray[np.float32]]:
        """One step of these games; gives the rewards [A] of each."""
        rewards = {}
        for i, stepped in self._worlds.step(actions).items():
            seats: Seats = stepped.obs
            self._lanes[i].actions.append(actions[i].tolist())
            alive, played = np.array(seats.alive), ~self._done[i]
            took_part = played | alive
            rewards[i] = np.where(took_part, self._paid(i, seats.reward), 0.0).astype(np.float32)
            self._returns[i] += rewards[i]
            late = len(self._lanes[i].actions) >= self.limit
            cut = np.where(alive, late, np.array(seats.truncated))
            self._truncated[i] = np.where(took_part, cut, self._truncated[i])
            self._terminated[i] = np.where(took_part, ~alive & ~cut, self._terminated[i])
            self._success[i] = np.where(took_part, self._succeeded(i, seats.success), self._success[i])
            self._show(i, seats.obs, took_part)
        self._worlds.rest(i for i in actions if self._done[i].all())
        return rewards

    def _paid(self, i: int, reward: list[float]) -> NDArray[np.float64]:
        """Rewards [A]. Raises GameCheckError where one is no finite float32."""
        paid = np.array(reward)
        if not (np.abs(paid) <= np.finfo(np.float32).max).all():
            raise GameCheckError(
                f"game {self.name!r}: step {len(self._lanes[i].actions)} of an episode paid the rewards "
                f"{shown(reward)}, which are no finite float32. Look where the environment computes them."
            )
        return paid

    def knows_success(self) -> bool:
        return self._success_told

    def _succeeded(self, i: int, reported: list[bool | None]) -> NDArray[np.bool_]:
        """[A]: of those that have ended what the environment says; of others nothing is known."""
        self._success_told |= any(one is not None for one in reported)
        ended: NDArray[np.bool_] = np.array([bool(one) for one in reported]) & self._done[i]
        return ended

    def _bring_back(self) -> None:
        """Play those episodes again whose environments other games took; one that goes another way is cut
        off."""
        away, self._away = self._away, set()
        for i in sorted(away.union(self._worlds.lost())):
            try:
                self.load(i, self.save(i))
            except LevelError:
                self._truncated[i] |= ~self._terminated[i]

    def _show(self, i: int, obs: list[Any], seats: NDArray[np.bool_]) -> None:
        """Note what these seats see; a seat without a new observation keeps its last."""
        for a in np.flatnonzero(seats):
            if obs[a] is not None:
                row = {name: array[i] for name, array in self._obs.items()}
                with naming_their_code():
                    self._observations.write(padded(obs[a], self._space), row, int(a))
            if SEAT in self._obs:
                self._obs[SEAT][i, a] = a

    def scene(self, i: int) -> Scene:
        """A scene without a map: the step, and what each agent has earned."""
        steps = len(self._lanes[i].actions)
        earned = zip(self._kind.agents, self._returns[i], self._done[i], strict=True)
        lines = [f"{agent}: return {x:.2f}{', done' if done else ''}" for agent, x, done in earned]
        return Scene.without_map(
            step=steps,
            limit=self.limit,
            text="\n".join([f"step {steps}", *lines]),
        )

    def screenshot(self, i: int) -> NDArray[np.uint8] | None:
        """What the environment draws of itself."""
        return self._worlds.picture(i)

    def save(self, i: int) -> bytes:
        """Raises LevelError where the game was never reset."""
        lane = self._lanes[i]
        if lane.level is None:
            raise LevelError(f"game {i} of {self.name!r} was never reset: there is nothing to save.")
        document = {
            "version": VERSION,
            "level": dumps(lane.level, ".json"),
            "actions": lane.actions,
            "reached": self._reached(i),
        }
        return json.dumps(document).encode()

    def load(self, i: int, data: bytes) -> None:
        """Take game i back to what `save` saw, by playing its actions again.

        Raises:
            LevelError: the bytes are damaged or of another game, or the actions lead elsewhere now: the
                environment does not depend on its reset seed and its actions alone.
        """
        try:
            saved = json.loads(data)
            level, actions = parse(saved["level"], self._family.name), saved["actions"]
            rows = [np.array(one, self.spec.action.dtype) for one in actions]
            if saved["version"] != VERSION or any(
                x.shape != (self.seats, self.spec.action.width) for x in rows
            ):
                raise ValueError("it is of another version or does something else")
            reached = str(saved["reached"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LevelError(f"these bytes are not a saved game of {self.name!r}: {error}.") from None
        self._family.pack([level])
        self._begin({i: level})
        for row in rows:
            if not self._done[i].all():
                self._play({i: row})
        if self._reached(i) != reached:
            raise LevelError(
                f"the game {self.name!r} went another way when its {len(actions)} actions were played again, "
                "so it cannot go on from here. Let it draw chance from its reset seed alone."
            )

    def _reached(self, i: int) -> str:
        """A digest of where game i stands."""
        parts = [*self._obs.values(), self._terminated, self._truncated, self._success, self._returns]
        digest = hashlib.blake2b(b"".join(array[i].tobytes() for array in parts), digest_size=16).digest()
        return base64.b64encode(digest).decode()


def pettingzoo_game(name: str) -> type[PettingZooGame]:
    """The game class of `pettingzoo/<family>/<name>`. It is made without a look at the environment."""
    return _game_class(name)


@cache
def _game_class(name: str) -> type[PettingZooGame]:
    about = f"The PettingZoo environment {PETTINGZOO.short(name)}."
    return type("PettingZooGame", (PettingZooGame,), {"name": name, "__doc__": about})


def _world_maker(game: type[PettingZooGame], config: PettingZooConfig) -> Callable[[], ZooWorld]:
    kind, _, _, actions, spec = _form(game, config)
    return partial(ZooWorld, kind, actions, info_mask=config.info_mask, masked=spec.masked)


@cache
def _prober(game: type[PettingZooGame], config: PettingZooConfig) -> Prober:
    kind, _, _, actions, _ = _form(game, config)
    limit = config.step_limit or kind.limit
    return Prober(_world_maker(game, config), lambda obs: obs, actions.spec, limit, len(kind.agents))


@cache
def _form(
    game: type[PettingZooGame], config: PettingZooConfig
) -> tuple[ZooKind, gym.Space[Any], ObservationMap, SeatActions, Spec]:
    """Everything known before a level is played; computed once."""
    kind = game.kind(config)
    space, actions = common_space(kind.observations), SeatActions.of_spaces(kind.actions)
    space = with_mask_space(space, actions.spec) if config.info_mask else common_mask(space, actions.spec)
    observations = ObservationMap.of_space(
        space, parts=named_values("parts", config.parts), action=actions.spec
    )
    buffers = observations.buffers
    if config.tell_seat or len({*map(str, kind.observations)}) > 1 or len({*map(str, kind.actions)}) > 1:
        codes = max(2, len(kind.agents))
        buffers = (*buffers, symbols(SEAT, (1,), codes))
    return kind, space, observations, actions, Spec(obs=buffers, action=actions.spec)
