"""The game `godot:...`: the agents of a running scene, each in an episode."""

import json
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import ConfigError, LevelError
from gamemeta.games.about import About
from gamemeta.games.adapters import GODOT
from gamemeta.games.checks import check_levels
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.outside.godot.agent_group import CHANCE, LEVEL, WAIT, action_message
from gamemeta.games.outside.godot.config import GodotConfig
from gamemeta.games.outside.godot.copy import Address, Reply
from gamemeta.games.outside.godot.engine import Engine
from gamemeta.games.outside.godot.place import Place, parse_place
from gamemeta.games.outside.one_level.success import success_in
from gamemeta.games.outside.seed_levels.family import SEED, SeedLevels, SeedParameters, family_name
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.games.scene import Scene
from gamemeta.interface.actions import Actions
from gamemeta.interface.game_interface import GameInterface
from gamemeta.interface.observations import Observations
from gamemeta.spec import Spec
from gamemeta_levels.family import LevelArrays

VERSION = 1
_HOW_IT_RUNS = ("copies", "speedup", "action_repeat", "show", "connect_s", "answer_s")
_ENGINES: dict[Address, Engine] = {}
"""Scenes that run, for all games of this process."""


@dataclass
class Lane:
    """An episode of one agent."""

    seed: int = -1
    """What its level is made of; -1 before the first."""
    chance: int = 0
    agent: int | None = None
    """Which agent plays; None when it has ended, or was lost."""
    begins: bool = False
    """Whether the level has yet to be sent to the scene."""
    runs: bool = False
    steps: int = 0
    returns: float = 0.0
    terminated: bool = False
    truncated: bool = False
    success: bool = False


class GodotGame(Game):
    """Episodes in a running scene, one for each of its agents that is needed.

    A level is a seed. An agent that is to begin an episode finds it as `level_seed` in its action, with a
    `chance_seed` that differs between episodes, and nothing else is done in that step. Where all begin at
    once, or where the others can wait (`can_wait`), that step is not played; else the agent that begins shows
    its last observation for one step more.

    An engine cannot be saved, and its scene may be lost: the connection ends, another game of this process
    plays in it, or a training is resumed. Episodes under way are then truncated.

    Args:
        n: number of games. At most `at_once` of them can be played at a time.
        config: settings; the defaults if None.
    Raises:
        EngineError: the scene does not come, or is not understood.
        SpecError: it shows or takes something that an agent cannot.
    """

    name = GODOT.game
    """The same for every scene: an agent trained on an exported scene plays in the editor."""
    place: ClassVar[Place] = Place()
    """Where the scene is; see `gamemeta.games.outside.godot.place`."""
    about = About(
        stochastic=True,
        early_truncation=True,
        has_map=False,
        has_plans=False,
        live=True,
        recipe={
            "trial": {"credit": "episode"},
            "network": {"width": 64, "layers": 1},
            "ppo": {
                "discount": 0.99,
                "minibatches": 1,
                "entropy": 0.01,
                "label_weight": 0.0,
                "scale_returns": True,
                "scale_by_step": False,
            },
            "run": {"steps": 500_000, "lanes": 8, "rollout_steps": 512, "shards": 1, "validation_levels": 8},
        },
    )
    Config = GodotConfig
    Parameters = SeedParameters

    def __init__(self, n: int, config: GodotConfig | None = None) -> None:
        self.n, self.config = n, config or GodotConfig()
        self._engine = _engine(self.place, self.config)
        group = self._engine.group
        self._observations = ObservationMap.of_space(group.observations)
        self._actions = ActionMap.of_space(group.actions)
        self.spec = Spec(obs=self._observations.buffers, action=self._actions.spec)
        self._lanes = [Lane() for _ in range(n)]
        self._success_told = False
        self._seen = {b.name: np.zeros((n, *b.shape), b.dtype) for b in self.spec.obs}

    def at_once(self) -> int:
        """How many games can be played at a time: one for each agent of the scenes that run."""
        return self._engine.agents

    def notes(self) -> tuple[str, ...]:
        return (
            *self._observations.notes,
            f"the scene has {self.at_once()} agent(s); run.lanes says how many of them play",
        )

    def interface(self) -> GameInterface:
        parts, form = self._observations.parts, self._actions.form
        return GameInterface(obs=Observations(parts), actions=(Actions(form),))

    def family(self, parameters: SeedParameters | None = None) -> SeedLevels:
        return SeedLevels(family_name(self.name), parameters)

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        return np.full(len(levels), self.config.step_limit, np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """Return [N] that counts as score 1, NaN where it is unknown."""
        par = np.nan if self.config.par is None else self.config.par
        return np.full(len(levels), par, np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_levels(self.n, levels, mask)
        self._take_over()
        family = self.family()
        for i in np.flatnonzero(mask):
            seed = family.unpack(levels, i).hidden[SEED][0]
            agent = self._lanes[i].agent
            self._lanes[i] = Lane(seed=seed, chance=int(levels.chance[i]) >> 33, begins=True, runs=True)
            self._lanes[i].agent = self._free_agent() if agent is None else agent
        if self.config.can_wait or all(lane.begins for lane in self._lanes if lane.runs):
            self._begin()
        for i in np.flatnonzero(mask):
            self._show(i)
        self._write(mask, out)
        out.alive[mask] = True

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        rows = self.spec.action.checked(actions, self.n, 1)[:, 0]
        self._lose_what_others_took()
        began = [lane.runs for lane in self._lanes]
        out.reward[:] = 0.0
        if any(lane.agent is not None for lane in self._lanes if lane.runs):
            replies = self._engine.step(self._messages(rows))
            for i, lane in enumerate(self._lanes):
                if lane.runs and lane.agent is not None:
                    out.reward[i] = self._play(i, lane, replies[lane.agent])
        for i, lane in enumerate(self._lanes):
            if lane.runs and lane.agent is None:
                lane.runs, lane.truncated = False, True
            out.terminated[i], out.truncated[i] = lane.terminated, lane.truncated
            out.success[i], out.alive[i] = lane.success, lane.runs
        self._write(np.array(began), out)

    def scene(self, i: int) -> Scene:
        """A scene without a map: the engine draws the game."""
        lane = self._lanes[i]
        return Scene.without_map(
            step=lane.steps,
            limit=self.config.step_limit,
            text=f"step {lane.steps}: return {lane.returns:.2f}",
        )

    def save(self, i: int) -> bytes:
        """What is known of game i without the engine; `load` says what becomes of it."""
        lane = replace(self._lanes[i], agent=None, begins=False)
        return json.dumps({"version": VERSION, **vars(lane)}).encode()

    def load(self, i: int, data: bytes) -> None:
        """Game i as it was, but for the engine: an episode under way is truncated in the next step.

        Raises:
            LevelError: the bytes are damaged or of another game.
        """
        try:
            saved = json.loads(data)
            kinds = {name: type(value) for name, value in vars(Lane()).items()}
            if saved.pop("version") != VERSION or {k: type(v) for k, v in saved.items()} != kinds:
                raise ValueError("it is of another version")
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise LevelError(f"these bytes are not a saved game of {self.name!r}: {error}.") from None
        self._lanes[i] = Lane(**saved)

    def _begin(self) -> None:
        """Tell the scene of the levels that begin; again, where a copy is lost meanwhile. Others wait."""
        idle = self.spec.action.idle(self.n)
        while any(lane.begins for lane in self._lanes if lane.runs and lane.agent is not None):
            replies, lost = self._engine.step(self._messages(idle, wait=True)), False
            running = [lane for lane in self._lanes if lane.runs and lane.agent is not None]
            for lane in running:
                if lane.agent is not None and replies[lane.agent] is None:
                    lost |= lane.begins
                    lane.agent = lane.agent if lane.begins else None
            if not lost:
                for lane in running:
                    lane.begins = False

    def _messages(self, rows: NDArray[Any], *, wait: bool = False) -> list[dict[str, Any]]:
        """The action of every agent of the scene, by our rows [N, heads + numbers].

        With `wait`, agents that do not begin are to do nothing.
        """
        idle = action_message(self._actions(self.spec.action.idle()))
        messages = [idle] * self.at_once()
        for row, lane in zip(rows, self._lanes, strict=True):
            if lane.runs and lane.agent is not None:
                if lane.begins:
                    messages[lane.agent] = {**idle, LEVEL: lane.seed, CHANCE: lane.chance}
                else:
                    messages[lane.agent] = {**idle, WAIT: 1} if wait else action_message(self._actions(row))
        return messages

    def _play(self, i: int, lane: Lane, reply: Reply | None) -> float:
        """What a step led to in game i; gives the reward."""
        if lane.begins:
            lane.begins = reply is None
            if reply is not None:
                self._show(i)
            return 0.0
        if reply is None:
            lane.agent = None
            return 0.0
        lane.steps += 1
        lane.returns += reply.reward
        cut = reply.info.get("truncated") is True
        lane.terminated = reply.done and not cut
        lane.truncated = not lane.terminated and (reply.done or lane.steps >= self.config.step_limit)
        self._show(i)
        if lane.terminated or lane.truncated:
            lane.runs, lane.agent = False, None
            lane.success = self._succeeded(reply)
        return reply.reward

    def knows_success(self) -> bool:
        return self._success_told

    def _succeeded(self, reply: Reply) -> bool:
        """What the scene says; where it says nothing, nothing is known of success."""
        success = success_in(reply.info)
        self._success_told |= success is not None
        return bool(success)

    def _take_over(self) -> None:
        """Play in the scene from now on; what another game played there is lost to it."""
        self._lose_what_others_took()
        self._engine.owner = self

    def _lose_what_others_took(self) -> None:
        if self._engine.owner is not self:
            for lane in self._lanes:
                lane.agent = None

    def _free_agent(self) -> int:
        taken = {lane.agent for lane in self._lanes}
        while True:
            for agent in range(self.at_once()):
                if agent not in taken:
                    return agent
            if not self._engine.grow():
                break
        most = self.at_once()
        raise ConfigError(
            f"{self.n} games were to be played at a time, and there are {most} agent(s). Give "
            f"--set run.lanes={most}. (Of a scene that is started from here, --set game.copies=32 allows "
            "for more copies.)"
        )

    def _show(self, i: int) -> None:
        agent = self._lanes[i].agent
        if agent is not None:
            self._observations.write(self._engine.obs[agent], self._seen, i)

    def _write(self, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        for name, array in self._seen.items():
            out.obs[name][mask, 0] = array[mask]


def godot_game(word: str) -> type[GodotGame]:
    """The game class of `godot:PATH` or `godot:attach`; nothing is started yet.

    Raises:
        PluginError: there is no such file.
    """
    return type("GodotGame", (GodotGame,), {"place": parse_place(word), "__doc__": GodotGame.__doc__})


def _engine(place: Place, config: GodotConfig) -> Engine:
    """The scene at this place, started or waited for when it is first asked for."""
    address = Address(
        path=place.path,
        host=place.host,
        port=place.port,
        **{name: getattr(config, name) for name in _HOW_IT_RUNS},
    )
    if address not in _ENGINES:
        _ENGINES[address] = Engine(address)
    return _ENGINES[address]


def close_engines() -> None:
    """End all scenes that run, and give their ports back."""
    while _ENGINES:
        _ENGINES.popitem()[1].close()
