"""What a game is: a vectorised simulator over N levels at once, A seats in each."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from gamemeta.facts import Fact, Habit, Posterior
from gamemeta.games.about import About
from gamemeta.games.scene import Scene
from gamemeta.interface.game_interface import GameInterface
from gamemeta.spec import Spec
from gamemeta_levels.family import LevelArrays, LevelFamily


@dataclass
class StepBuffers:
    """Where a game writes; the caller owns the arrays, but for those that are shared by `sharing`.

    Args:
        obs: [N, A, ...] by name, as the spec says.
        reward: float32 [N, A].
        terminated: bool [N, A], the episode ended by the rules.
        truncated: bool [N, A], the episode ended by its step limit.
        success: bool [N, A], the episode ended as the player hopes; see `Game.knows_success`.
        alive: bool [N, A], the seat plays. One that does not, while others of its game go on, is terminated
            or truncated and is paid nothing, and what is asked of it is not looked at. It may join, or come
            back, in a later step: then it is neither, and what that step paid counts.
        labels: uint8 [N, A] by name, facts that only training may see; empty to leave them out.
    """

    obs: dict[str, NDArray[Any]]
    reward: NDArray[np.float32]
    terminated: NDArray[np.bool_]
    truncated: NDArray[np.bool_]
    success: NDArray[np.bool_]
    alive: NDArray[np.bool_]
    labels: dict[str, NDArray[np.uint8]] = field(default_factory=dict)

    @classmethod
    def empty(cls, game: "Game", *, labels: bool = False) -> "StepBuffers":
        """Zeroed buffers that fit this game."""
        lead = (game.n, game.seats)

        def flags() -> NDArray[np.bool_]:
            return np.zeros(lead, np.bool_)

        return cls(
            obs={b.name: np.zeros((*lead, *b.shape), b.dtype) for b in game.spec.obs},
            reward=np.zeros(lead, np.float32),
            terminated=flags(),
            truncated=flags(),
            success=flags(),
            alive=flags(),
            labels={name: np.zeros(lead, np.uint8) for name in game.labels} if labels else {},
        )

    @classmethod
    def sharing(cls, game: "Game") -> "StepBuffers":
        """Buffers that share the observation arrays of the game, for callers that look at one step at a time.

        The game need not copy what it shows. Everything that it does changes these arrays, a step into other
        buffers included. All but `obs`, and the observations of a game without `obs_arrays`, are as `empty`
        makes them.
        """
        buffers = cls.empty(game)
        buffers.obs |= game.obs_arrays()
        return buffers


class Game(ABC):
    """N games side by side. A finished episode stays finished until `reset`.

    The class is called with (n, config), config None for the defaults. It has `Config` and
    `Parameters`, the frozen keyword-only dataclasses of its own settings and of its levels' ranges,
    each field followed by a line of help: the command line and the agent file are made from them.

    `labels` maps the name of each fact the solver knows about the current observation to its
    number of classes; a label is a bit mask of the classes that are right.

    `facts` maps the name of each hidden fact that an agent may have beliefs about to its possible values;
    `hidden_facts` says which is true, and `places` where on the map the values of a fact about places are.
    `guesses` says facts about another player in words for a person who plays there, the most important first.

    `about` holds the facts that differ from the defaults of `About`. Methods with a body may be left out.
    """

    Config: ClassVar[Any]
    Parameters: ClassVar[Any]
    name: ClassVar[str]
    about: About = About()
    n: int
    seats: int = 1
    spec: Spec
    labels: Mapping[str, int] = {}
    facts: Mapping[str, Fact] = {}
    guesses: Mapping[str, Habit] = {}
    config: Any

    @abstractmethod
    def family(self, parameters: Any = None) -> LevelFamily:
        """The level family that this game plays."""

    @abstractmethod
    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        """Start an episode of level i in game i where mask [N] holds; write obs, labels, alive.

        The same level, the same `levels.chance` and the same actions give the same bytes.
        Rows where the mask does not hold, and what the last step gave, are left as they are.
        """

    @abstractmethod
    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        """Play one step with actions [N, A, heads + numbers]; a finished game stands still with reward 0.

        They are integers where there are heads alone, else float32: the codes of the heads as whole numbers,
        then the numbers within their bounds. `spec.action.checked` checks them.

        Raises:
            SpecError: an action outside its head, or a number outside its bounds.
        """

    @abstractmethod
    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """Steps [N] after which an episode of each level is truncated."""

    @abstractmethod
    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """Return [N] of playing the solver's plan; where there is chance, the best expected return.

        NaN where it is unknown: players are then compared by returns, not by scores.
        """

    @abstractmethod
    def scene(self, i: int) -> Scene:
        """Game i as a viewer sees it; it must have been reset."""

    def screenshot(self, i: int) -> NDArray[np.uint8] | None:
        """Game i as a picture, uint8 [height, width, channels], where its scene has none; None where it has
        no picture at all."""
        return None

    def agent_at(self, i: int) -> tuple[int, int]:
        """Row and column of the first seat in game i; to be overridden where `scene` copies a map."""
        return self.scene(i).agent

    @abstractmethod
    def save(self, i: int) -> bytes:
        """Everything about game i, its level included."""

    @abstractmethod
    def load(self, i: int, data: bytes) -> None:
        """Take game i back to what `save` saw; the next `step` continues from there."""

    def obs_arrays(self) -> dict[str, NDArray[Any]]:
        """Arrays [N, A, ...] that the game keeps and shows observations in, by name; none by default.

        Where `out.obs` holds such an array, the game has nothing to copy. See `StepBuffers.sharing`.
        """
        return {}

    def events(self, i: int) -> tuple[str, ...]:
        """What happened in the last step of game i, in words for viewers: ("drank blue: hurt",)."""
        return ()

    def hidden_facts(self) -> dict[str, NDArray[np.int64]]:
        """Of each fact the value that is true in every game now [N], -1 where a level has none."""
        return {}

    def places(self, i: int, fact: str) -> NDArray[np.int64]:
        """Of a fact about places, what place each tile of game i's scene is [H, W], -1 for none."""
        raise NotImplementedError

    def posterior(self) -> Posterior | None:
        """Exact inference of the hidden facts, for an agent in every seat that knows nothing yet; None where
        nobody has worked it out."""
        return None

    @property
    def has_events(self) -> bool:
        """Whether the game has words for what happens in it."""
        return type(self).events is not Game.events

    def teams(self) -> tuple[int, ...]:
        """The number of each seat's team; one team of all by default."""
        return (0,) * self.seats

    def seat_names(self) -> tuple[str, ...]:
        """What the seats are called."""
        return tuple(f"player_{k}" for k in range(self.seats))

    def goal(self, seat: int) -> str:
        """What a player in this seat wants, for people: a sentence or two; the game's summary by default."""
        return self.about.summary

    def tile_words(self) -> Mapping[int, str]:
        """What tiles of its scenes mean in this game, by code, where their usual names do not say it."""
        return {}

    def at_once(self) -> int:
        """How many of the games can be played at a time, 1 to N."""
        return self.n

    def interface(self) -> GameInterface | None:
        """What the game itself shows and takes; None where that is the buffers and rows of the spec.

        It becomes part of agent files, so that an agent plays in the game's own loop.
        """
        return None

    def notes(self) -> tuple[str, ...]:
        """What people should know before they train, a sentence each."""
        return ()

    def knows_success(self) -> bool:
        """Whether the game says which of the episodes played so far succeeded. Par says nothing of it."""
        return True

    def close(self) -> None:  # noqa: B027
        """Release of what the game holds, such as simulators; its next step takes them anew."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


GameFactory = Callable[[int], Game]
"""Makes n games side by side."""
