"""What a game is: a vectorised simulator over N levels at once, A seats in each."""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from gamemeta.errors import PluginError
from gamemeta.games.outside.godot.place import GODOT, PREFIX
from gamemeta.games.scene import Scene
from gamemeta.spec import Spec
from gamemeta_levels.family import LevelArrays, LevelFamily
from gamemeta_levels.plugins import all_of, find, load_reference, parse_reference

ENTRY_POINTS = "gamemeta.games"
GYMNASIUM = "gymnasium/"
"""How the names of Gymnasium environments begin; the id follows, or MODULE:ID."""
METAWORLD = "metaworld/"
"""How the names of Meta-World's benchmarks begin."""
PROCGEN = "procgen/"
"""How the names of Procgen's games begin."""
PETTINGZOO = "pettingzoo/"
"""How the names of PettingZoo environments begin; family and name follow, or MODULE:FUNCTION."""
OUTSIDE = (GYMNASIUM, METAWORLD, PROCGEN, PETTINGZOO)
_FROM_FILES: dict[str, tuple[str, Any]] = {}
"""What was typed, and the class, of each game taken from a file; by the name that agent files give it."""
_MODULES_NAMED: set[str] = set()
"""Modules that a user named, as in `gymnasium/MODULE:ID`, and that may be imported for it."""


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


def games() -> dict[str, Callable[..., Game]]:
    """Every game that can be imported, by name."""
    found: dict[str, Callable[..., Game]] = all_of("game", _own(), ENTRY_POINTS)
    return found


def game_class(name: str) -> Any:
    """The class of the game of this name; `make_game` builds one.

    `gymnasium/CartPole-v1` is the game of that environment, as is `pettingzoo/sisl/pursuit_v5`;
    `metaworld/ml1-reach` is that of a benchmark. A class in a file is found by `my_game.py:MyGame` once
    `use_game` was given its path, and only then: a name alone, in an agent file say, never runs a file.

    Raises:
        UnknownName: with the names that exist.
        PluginError: the package that offers it cannot be imported, it is not a game class, or it is a
            class in a file that was not named.
    """
    if name in _FROM_FILES:
        return _FROM_FILES[name][1]
    if name.startswith((GYMNASIUM, PETTINGZOO)):
        return _of_farama(name)
    if name == GODOT:
        raise PluginError(
            "the game is a Godot scene, and a scene is started, or waited for, only when you name it: give "
            "`--game godot:path/to/game.x86_64` or `--game godot:attach`."
        )
    if name.startswith(METAWORLD):
        from gamemeta.games.outside.metaworld.game import metaworld_game

        return metaworld_game(name)
    if parse_reference(name) is not None:
        raise PluginError(
            f"the game is {name!r}, a class in a file, and a file is run only when you name it. "
            f"Give its path: `--game path/to/{name}`, or `gamemeta train path/to/{name}`."
        )
    return _checked_class(find("game", name, _own(), ENTRY_POINTS), name)


def use_game(word: str) -> str:
    """What a user typed as a game, as a name that `game_class` finds.

    Args:
        word: a name, which is given back as it is, or `path/to/my_game.py:MyGame`: that file is run now, and
            `my_game.py:MyGame` is the name from here on, in this process.
    Raises:
        PluginError: the file or the class is missing, cannot be imported, or is not a game class.
    """
    if word.startswith((GYMNASIUM, PETTINGZOO)):
        _MODULES_NAMED.add(_module_of(word))
        return word
    if word.startswith(PREFIX):
        from gamemeta.games.outside.godot.game import godot_game

        _FROM_FILES[GODOT] = word, godot_game(word)
        return GODOT
    reference = parse_reference(word)
    if reference is None:
        return word
    found = _checked_class(load_reference("game", reference), reference.name)
    _FROM_FILES[reference.name] = word, found
    return reference.name


def refuse_other_game(given: str | None, played: str) -> None:
    """Raises PluginError where a user gave a game by this name, and the agent plays another."""
    if given not in (None, played):
        raise PluginError(
            f"--game gives {given!r}, and this agent plays {played!r}. Leave --game out, or mend it."
        )


def file_of_game(name: str) -> str | None:
    """`path/to/my_game.py:MyGame` as it was given to `use_game`; None for any other game."""
    return _FROM_FILES[name][0] if name in _FROM_FILES else None


def own_names() -> set[str]:
    """The games that come with gamemeta."""
    return set(_own())


def _checked_class(found: Any, name: str) -> Any:
    """The class itself, or the game of a plain class of one level at a time."""
    lacking = [part for part in ("Config", "Parameters", "name") if not hasattr(found, part)]
    if not lacking:
        return found
    if "Parameters" in lacking and any(callable(getattr(found, part, None)) for part in ("reset", "step")):
        from gamemeta.games.outside.python_class.game import plain_game

        return plain_game(found, name)
    raise PluginError(
        f"the game {name!r} lacks {', '.join(lacking)}: see `gamemeta.games.game.Game`. Or write a plain "
        "class with `reset(level)`, `step(action)` and `actions`: see "
        "`gamemeta.games.outside.python_class.game.PlainGame`."
    )


def _of_farama(name: str) -> Any:
    """The game of an environment of Gymnasium or PettingZoo."""
    module = _module_of(name)
    if module and module not in _MODULES_NAMED and module not in sys.modules:
        raise PluginError(
            f"the game is {name!r}, and the module {module!r} is imported only when you name it: give "
            f"`--game {name}`, or `gamemeta train {name}`."
        )
    if name.startswith(PETTINGZOO):
        from gamemeta.games.outside.pettingzoo.game import pettingzoo_game

        return pettingzoo_game(name)
    from gamemeta.games.outside.gymnasium.game import gymnasium_game

    return gymnasium_game(name)


def _module_of(name: str) -> str:
    """`minigrid` of `gymnasium/minigrid:MiniGrid-Empty-5x5-v0`; empty where no module is named."""
    module, colon, _ = name.removeprefix(GYMNASIUM).removeprefix(PETTINGZOO).partition(":")
    return module if colon else ""


def _own() -> dict[str, Callable[..., Game]]:
    from gamemeta.games.builtin.bandit.game import BanditGame
    from gamemeta.games.builtin.duel.game import DuelGame
    from gamemeta.games.builtin.dungeon.game import DungeonGame
    from gamemeta.games.builtin.forage.game import ForageGame
    from gamemeta.games.builtin.grid.game import GridGame
    from gamemeta.games.builtin.maze.game import MazeGame
    from gamemeta.games.builtin.mdp.game import MDPGame
    from gamemeta.games.builtin.tag.game import TagGame
    from gamemeta.games.outside.procgen.game import procgen_games

    return {
        MazeGame.name: MazeGame,
        DungeonGame.name: DungeonGame,
        BanditGame.name: BanditGame,
        MDPGame.name: MDPGame,
        GridGame.name: GridGame,
        **procgen_games(),
        TagGame.name: TagGame,
        ForageGame.name: ForageGame,
        DuelGame.name: DuelGame,
    }


def make_game(name: str, n: int, config: Any = None) -> Game:
    """N games side by side, with the game's default settings unless `config` is given."""
    game: Game = game_class(name)(n, config)
    return game
