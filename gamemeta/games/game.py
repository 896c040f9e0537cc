"""What a game is: a vectorised simulator over N levels at once, A seats in each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.games.scene import Scene
from gamemeta.spec import Spec
from gamemeta_levels.family import LevelArrays, LevelFamily


@dataclass
class StepBuffers:
    """Where a game writes; the caller owns the arrays, but for those that are `lent`.

    Args:
        obs: [N, A, ...] by name, as the spec says.
        reward: float32 [N, A].
        terminated: bool [N, A], the episode ended by the rules.
        truncated: bool [N, A], the episode ended by its step limit.
        success: bool [N, A], the episode ended as the player hopes.
        alive: bool [N, A], the seat still plays. One that does not, while others of its game go on, is
            terminated or truncated, is paid nothing and does not come back before `reset`; what is asked of
            it is not looked at.
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
    def lent(cls, game: "Game") -> "StepBuffers":
        """Buffers for whoever looks at one step at a time: the game shows things in arrays of its own.

        So it need not copy them. All that the game does changes them, a step into other buffers too. Where a
        game lends nothing, and for all but observations, it is as with `empty`.
        """
        buffers, lend = cls.empty(game), getattr(game, "lend", dict)
        buffers.obs |= lend()
        return buffers


class Game(Protocol):
    """N games side by side. A finished episode stays finished until `reset`.

    The class is called with (n, config), config None for the defaults. It has `Config` and
    `Parameters`, the frozen keyword-only dataclasses of its own settings and of its levels' ranges,
    each field followed by a line of help: the command line and the agent file are made from them.

    `labels` maps the name of each fact the solver can tell about the current observation to its
    number of classes; a label is a bit mask of the classes that are right.
    """

    Config: Any
    Parameters: Any
    name: str
    n: int
    seats: int
    spec: Spec
    labels: Mapping[str, int]
    config: Any

    # A game may also say `stochastic = True`: it then draws chance from `levels.chance` and from nothing
    # else, and `par` is the expected return of the best play that knows the level. And it may name
    # settings that suit it as `recipe`, plain values by section and field. It may tell viewers in words what
    # happened in the last step of game i as `events(i) -> tuple[str, ...]`: "drank blue: hurt". And it may
    # name as `guide` the label whose classes are the actions of the first head, for `ppo.guide_weight`. A
    # game that says nothing has no chance, no recipe, no words and no guide. One of several seats may say as
    # `teams` the number of each seat's team; without it all are one team; and as `seat_names` what they are
    # called; and `alike = True`, where whoever plays one can play any. One whose steps are compiled may say
    # `compiled = True`: several of it may be played at once, each in a thread.
    #
    # A game that is not ours may say `plans = False`: nobody knows its best plays, whatever its family says;
    # `early_cuts = True`: an episode may be truncated before its step limit; `has_map = False`: its scenes
    # are text, or pictures where it says `has_picture = True`; and `live = True`: it plays in a world that
    # goes on by itself, so that it cannot be saved, nor played twice alike. It may tell people what to know
    # before they train as `notes`, a tuple of words; how many games can be played `at_once`; and on how many
    # levels to test an agent when a training ends as `test_levels`, where its steps are slow. One that keeps
    # what it shows in arrays of its own may lend them as `lend() -> dict[str, NDArray]`, [N, A, ...] by name:
    # where `out.obs` holds such an array, there is nothing to copy. See `StepBuffers.lent`.

    def family(self, parameters: Any = None) -> LevelFamily:
        """The level family that this game plays."""
        ...

    def reset(self, levels: LevelArrays, mask: NDArray[np.bool_], out: StepBuffers) -> None:
        """Start an episode of level i in game i where mask [N] holds; write obs, labels, alive.

        The same level, the same `levels.chance` and the same actions give the same bytes.
        Rows where the mask does not hold, and what the last step gave, are left as they are.
        """
        ...

    def step(self, actions: NDArray[Any], out: StepBuffers) -> None:
        """Play one step with actions [N, A, heads + numbers]; a finished game stands still with reward 0.

        They are integers where there are heads alone, else float32: the codes of the heads as whole numbers,
        then the numbers within their bounds. `spec.action.checked` checks them.

        Raises:
            SpecError: an action outside its head, or a number outside its bounds.
        """
        ...

    def step_limit(self, levels: LevelArrays) -> NDArray[np.int32]:
        """Steps [N] after which an episode of each level is truncated."""
        ...

    def par(self, levels: LevelArrays) -> NDArray[np.float32]:
        """Return [N] of playing the solver's plan; where there is chance, the best expected return.

        NaN where nobody knows: players are then told by their returns, not by scores.
        """
        ...

    def scene(self, i: int) -> Scene:
        """Game i as a viewer sees it; it must have been reset."""
        ...

    def save(self, i: int) -> bytes:
        """Everything about game i, its level included."""
        ...

    def load(self, i: int, data: bytes) -> None:
        """Take game i back to what `save` saw; the next `step` continues from there."""
        ...


GameFactory = Callable[[int], Game]
"""Makes n games side by side."""


def is_stochastic(game: Game) -> bool:
    """Whether chance, too, decides how an episode goes."""
    return bool(getattr(game, "stochastic", False))


def has_plans(game: Game) -> bool:
    """Whether the plans of the game's family are its best plays."""
    return bool(getattr(game, "plans", True))


def is_live(game: Any) -> bool:
    """Whether a game, or a class of games, plays in a world that goes on by itself."""
    return bool(getattr(game, "live", False))


def at_once(game: Game) -> int:
    """How many of the games can be played at a time."""
    return max(1, min(game.n, int(getattr(game, "at_once", game.n))))


def events_of(game: Game) -> Callable[[int], tuple[str, ...]] | None:
    """What tells in words what happened in a game's last step; None where the game has no words."""
    found: Callable[[int], tuple[str, ...]] | None = getattr(game, "events", None)
    return found
