"""Games written for one level at a time, N of them side by side as a `Game`."""

import base64
import json
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import GameCheckError, LevelError
from gamemeta.games.about import About
from gamemeta.games.blame import at, naming_their_code
from gamemeta.games.checks import check_levels
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.outside.one_level.sharing import SharedWorlds
from gamemeta.games.outside.one_level.world import Stepped
from gamemeta.games.outside.one_level.worlds import Worlds
from gamemeta.games.outside.spaces.actions import ActionMap
from gamemeta.games.outside.spaces.obs import ObservationMap
from gamemeta.games.scene import Scene
from gamemeta.interface.actions import Actions
from gamemeta.interface.game_interface import GameInterface
from gamemeta.interface.observations import Observations
from gamemeta.spec import Image
from gamemeta_levels.family import LevelArrays, LevelFamily
from gamemeta_levels.formats import dumps
from gamemeta_levels.formats.json import parse
from gamemeta_levels.level import Level

VERSION = 1
LARGEST = float(np.finfo(np.float32).max)


@dataclass
class Lane:
    """An episode of one world."""

    level: Level | None = None
    chance: int = 0
    actions: list[list[float]] = field(default_factory=list)
    returns: float = 0.0
    terminated: bool = False
    truncated: bool = True
    success: bool = False

    @property
    def runs(self) -> bool:
        """Whether the episode goes on."""
        return not (self.terminated or self.truncated)


class ScalarGame(Game):
    """A `Game` with one seat out of N worlds.

    The game is as fast as the worlds are, which are played in Python. What a world cannot save is saved as
    its level and the actions since, and played again when it is loaded.

    Args:
        n: number of games.
        config: settings; the defaults if None.
    """

    about = About(early_truncation=True, has_map=False, has_plans=False, test_levels=128)
    """Worlds may truncate before the step limit, and are slow: 1,024 levels would take minutes."""

    def __init__(self, n: int, config: Any = None) -> None:
        self.n = n
        self.config = config or self.Config()
        self._lanes = [Lane() for _ in range(n)]
        self._obs: dict[str, NDArray[Any]] = {}
        self._shared: SharedWorlds | None = None
        self._success_told = False
        self._away: set[int] = set()
        """Lanes whose episodes go on without a world."""

    @abstractmethod
    def make_worlds(self) -> Worlds:
        """The worlds of all games of this kind, and where they live."""

    @abstractmethod
    def observations(self) -> ObservationMap:
        """How a world's observations become the first buffers of the spec."""

    def action_map(self) -> ActionMap:
        """How rows become the actions of a world."""
        return ActionMap.of_spec(self.spec.action)

    def interface(self) -> GameInterface:
        return GameInterface(
            obs=Observations(self.observations().parts), actions=(Actions(self.action_map().form),)
        )

    @abstractmethod
    def family(self, parameters: Any = None) -> LevelFamily:
        """The level family that this game plays."""

    @abstractmethod
    def limit(self) -> int:
        """Steps after which every episode is truncated."""

    def known_par(self) -> float | None:
        """The return that counts as score 1; None where it is unknown."""
        return None

    def knows_success(self) -> bool:
        return self._success_told

    def hidden_obs(self, level: Level) -> Mapping[str, NDArray[Any]]:
        """Buffers of the spec that the world does not show: what is hidden in a level, say."""
        return {}

    @property
    def _worlds(self) -> SharedWorlds:
        if self._shared is None:
            self._shared = SharedWorlds((type(self), repr(self.config)), self.make_worlds)
        return self._shared

    def close(self) -> None:
        """Leave the worlds to other games of this kind; the last of them closes them."""
        if self._shared is not None:
            self._shared.close()
            self._shared, self._away = None, {i for i, lane in enumerate(self._lanes) if lane.runs}

    def at_once(self) -> int:
        """How many can be played at a time: as many as worlds can be open."""
        return self._worlds.room(self.n)

    @cached_property
    def _family(self) -> LevelFamily:
        return self.family()

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        return np.full(len(levels), self.limit(), np.int32)

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """Return [N] that counts as score 1, NaN where it is unknown."""
        known = self.known_par()
        return np.full(len(levels), np.nan if known is None else known, np.float32)

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        check_levels(self.n, levels, mask)
        rows = np.flatnonzero(mask).tolist()
        self._begin({i: (self._family.unpack(levels, i), int(levels.chance[i])) for i in rows})
        for name, array in self._seen().items():
            out.obs[name][mask, 0] = array[mask]
        out.alive[mask] = True

    def _begin(self, begun: Mapping[int, tuple[Level, int]]) -> None:
        """Start an episode in each of these games, on this level with this chance."""
        for i, obs in self._worlds.reset(begun).items():
            level, chance = begun[i]
            self._lanes[i] = Lane(level=level, chance=chance, truncated=False)
            self._away.discard(i)
            self._show(i, obs)
            for name, array in self.hidden_obs(level).items():
                self._seen()[name][i] = array

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        rows = self.spec.action.checked(actions, self.n, 1)[:, 0]
        out.reward[:] = 0.0
        self._bring_back()
        for i, reward in self._play({i: rows[i] for i, lane in enumerate(self._lanes) if lane.runs}).items():
            out.reward[i] = reward
        for i, lane in enumerate(self._lanes):
            out.terminated[i], out.truncated[i] = lane.terminated, lane.truncated
            out.success[i], out.alive[i] = lane.success, lane.runs
        for name, array in self._seen().items():
            out.obs[name][:, 0] = array

    def _play(self, actions: Mapping[int, NDArray[Any]]) -> dict[int, float]:
        """One step of these games; gives the rewards."""
        results = self._worlds.step(actions)
        for i, stepped in results.items():
            self._note(self._lanes[i], actions[i], stepped)
            self._show(i, stepped.obs)
        self._worlds.rest(i for i in results if not self._lanes[i].runs)
        return {i: stepped.reward for i, stepped in results.items()}

    def _bring_back(self) -> None:
        """Play those episodes again whose worlds other games took; one that goes another way is cut off."""
        away, self._away = self._away, set()
        for i in sorted(away.union(self._worlds.lost())):
            try:
                self.load(i, self.save(i))
            except LevelError:
                self._lanes[i].truncated = True

    def _note(self, lane: Lane, action: NDArray[Any], stepped: Stepped) -> None:
        """Bring an episode up to date."""
        if not abs(stepped.reward) <= LARGEST:
            raise GameCheckError(
                f"game {self.name!r}: step {len(lane.actions) + 1} of an episode paid the reward "
                f"{stepped.reward}, which is no finite float32. Look at `step`{at(self.defined_at('step'))}."
            )
        lane.actions.append(action.tolist())
        lane.returns += stepped.reward
        lane.terminated = stepped.terminated
        lane.truncated = not stepped.terminated and (stepped.truncated or len(lane.actions) >= self.limit())
        if not lane.runs:
            lane.success = self._succeeded(stepped)

    def _succeeded(self, stepped: Stepped) -> bool:
        """What the world says; where it says nothing, nothing is known of success."""
        self._success_told |= stepped.success is not None
        return bool(stepped.success)

    def scene(self, i: int) -> Scene:
        """A scene without a map: what was done in words, and the world's text where it has one."""
        words, text = self._in_words(i), self._worlds.text(i).rstrip()
        between = "\n" if "\n" in text else "  "
        return Scene.without_map(
            step=len(self._lanes[i].actions),
            limit=self.limit(),
            text=f"{words}{between}{text}" if text else words,
        )

    def screenshot(self, i: int) -> NDArray[np.uint8] | None:
        """What the world draws of itself; else the first picture that an agent sees, if it sees any."""
        drawn = self._worlds.picture(i)
        if drawn is not None:
            return drawn
        shown = next((self._seen()[b.name][i] for b in self.spec.obs if isinstance(b, Image)), None)
        return None if shown is None else shown.copy()

    def _in_words(self, i: int) -> str:
        """Step, action and return, as wide in every step of a game whose actions have names."""
        lane, does = self._lanes[i], self.spec.action
        did = does.described(lane.actions[-1]) if lane.actions else ""
        did = did if does.names or not did else f"action {did}"
        wide = sum(max(map(len, names)) + 2 for names in does.names) - 2
        steps = f"{len(lane.actions):>{len(str(self.limit()))}}"
        return f"step {steps}: {did:<{max(wide, 0)}}  return {lane.returns:>6.2f}"

    def save(self, i: int) -> bytes:
        """Raises LevelError where the game was never reset."""
        lane = self._lanes[i]
        if lane.level is None:
            raise LevelError(f"game {i} of {self.name!r} was never reset: there is nothing to save.")
        state = self._worlds.save(i)
        document = {
            "version": VERSION,
            **{k: v for k, v in vars(lane).items() if k != "level"},
            "level": dumps(lane.level, ".json"),
            "obs": {name: _text(array[i].tobytes()) for name, array in self._seen().items()},
            "state": None if state is None else _text(state),
        }
        return json.dumps(document).encode()

    def load(self, i: int, data: bytes) -> None:
        """Take game i back to what `save` saw; where need be, by playing its actions again.

        Raises:
            LevelError: the bytes are damaged or of another game, or the actions lead elsewhere now: the game
                does not depend on its level and its actions alone.
        """
        try:
            saved = json.loads(data)
            level = parse(saved["level"], self._family.name)
            seen = {name: base64.b64decode(text) for name, text in saved["obs"].items()}
            state, lane = saved["state"], Lane(level=level, **{k: saved[k] for k in _KEPT})
            if saved["version"] != VERSION or seen.keys() != self._seen().keys():
                raise ValueError("it is of another version or sees something else")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LevelError(f"these bytes are not a saved game of {self.name!r}: {error}.") from None
        self._family.pack([level])
        if state is None:
            self._replay(i, lane, seen)
        else:
            self._worlds.load(i, level, base64.b64decode(state))
            for name, array in self._seen().items():
                array[i] = np.frombuffer(seen[name], array.dtype).reshape(array[i].shape)
        self._lanes[i] = lane

    def _replay(self, i: int, lane: Lane, seen: Mapping[str, bytes]) -> None:
        assert lane.level is not None
        self._begin({i: (lane.level, lane.chance)})
        again = self._lanes[i]
        for action in lane.actions:
            if again.runs:
                self._play({i: np.array(action, self.spec.action.dtype)})
        if vars(again) != vars(lane) or any(a[i].tobytes() != seen[k] for k, a in self._seen().items()):
            raise LevelError(
                f"the game {self.name!r} went another way when its {len(lane.actions)} actions were played "
                "again, so it cannot go on from here. Let it draw chance from its level alone, or write "
                "`save` and `load`."
            )

    def _seen(self) -> dict[str, NDArray[Any]]:
        """What every game shows now, [N, ...] by buffer."""
        if not self._obs:
            self._obs = {b.name: np.zeros((self.n, *b.shape), b.dtype) for b in self.spec.obs}
        return self._obs

    def _show(self, i: int, obs: Any) -> None:
        try:
            with naming_their_code():
                self.observations().write(obs, self._seen(), i)
        except GameCheckError as error:
            step, method = len(self._lanes[i].actions), "step" if self._lanes[i].actions else "reset"
            place = at(self.defined_at(method))
            what = f"That is what `{method}`{place} gave in step {step} of an episode."
            raise GameCheckError(f"game {self.name!r}: {error} {what}") from error

    def defined_at(self, method: str) -> str:
        """Where the world's class defines a method, for messages; empty where that is not known."""
        return ""


_KEPT = ("chance", "actions", "returns", "terminated", "truncated", "success")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
