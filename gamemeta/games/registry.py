"""Games by name."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from inspect import isfunction
from pathlib import Path
from typing import Any

from gamemeta.command_line import command_word
from gamemeta.errors import PluginError
from gamemeta.games.adapters import Adapter, adapter_of
from gamemeta.games.blame import belongs_to_game
from gamemeta.games.contract import game_mistake
from gamemeta.games.game import Game
from gamemeta.games.outside.neighbours import GYMNASIUM, advice_for, library_of
from gamemeta.games.outside.procgen.facts import GAMES
from gamemeta.games.outside.procgen.facts import PREFIX as PROCGEN
from gamemeta_levels.families.popgym.tasks import PREFIX as POPGYM
from gamemeta_levels.families.popgym.tasks import TASKS
from gamemeta_levels.on_demand import OnDemand
from gamemeta_levels.packages import for_training
from gamemeta_levels.plugins import all_of, find, find_beside, load_reference, offered, parse_reference

ENTRY_POINTS = "gamemeta.games"
OTHERS = (
    "procgen/NAME, gymnasium/ID, pettingzoo/FAMILY/NAME, metaworld/BENCHMARK, godot:FILE, or your own "
    "class as FILE.py:CLASS"
)
"""How games are named that have no name of their own."""


def _popgym(name: str) -> Any:
    from gamemeta.games.builtin.popgym.game import popgym_game

    return popgym_game(name)


def _procgen(name: str) -> Any:
    from gamemeta.games.outside.procgen.game import procgen_game

    return procgen_game(name)


INCLUDED = OnDemand(
    {
        "maze": "gamemeta.games.builtin.maze.game:MazeGame",
        "dungeon": "gamemeta.games.builtin.dungeon.game:DungeonGame",
        "bandit": "gamemeta.games.builtin.bandit.game:BanditGame",
        "mdp": "gamemeta.games.builtin.mdp.game:MDPGame",
        "grid": "gamemeta.games.builtin.grid.game:GridGame",
        "darkroom": "gamemeta.games.builtin.darkroom.game:DarkRoomGame",
        "keydoor": "gamemeta.games.builtin.keydoor.game:KeyDoorGame",
        "navigation": "gamemeta.games.builtin.navigation.game:NavigationGame",
        "corridor": "gamemeta.games.builtin.corridor.game:CorridorGame",
        "alchemy": "gamemeta.games.builtin.alchemy.game:AlchemyGame",
        **{POPGYM + task: partial(_popgym, POPGYM + task) for task in TASKS},
        "xland": "gamemeta.games.builtin.xland.game:XLandGame",
        **{PROCGEN + game: partial(_procgen, PROCGEN + game) for game in GAMES},
        "tag": "gamemeta.games.builtin.tag.game:TagGame",
        "forage": "gamemeta.games.builtin.forage.game:ForageGame",
        "duel": "gamemeta.games.builtin.duel.game:DuelGame",
    }
)
"""The games that come with gamemeta."""


@dataclass
class Typed:
    """Games as a user typed them in this process. A name alone, as in an agent file, runs and starts nothing.

    Args:
        games: what was typed, and the class, by the name that agent files give the game.
        modules: what may be imported for `gymnasium/MODULE:ID` and the like.
    """

    games: dict[str, tuple[str, Any]] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)


_typed = Typed()


def games() -> dict[str, Callable[..., Game]]:
    """Every game that can be imported, by name."""
    every: dict[str, Callable[..., Game]] = all_of("game", INCLUDED, ENTRY_POINTS)
    return every


@for_training()
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
    if name in _typed.games:
        return _typed.games[name][1]
    adapter = adapter_of(name)
    if adapter is not None:
        _refuse_untyped(adapter, name)
        return adapter.game_class(name)
    if parse_reference(name) is not None:
        path = command_word(f"path/to/{name}")
        raise PluginError(
            f"the game is {name!r}, a class in a file, and a file is run only when you name it. "
            f"Give its path: `--game {path}`, or `gamemeta train {path}`."
        )
    return _checked_class(find("game", name, INCLUDED, ENTRY_POINTS, OTHERS), name)


@for_training()
def use_game(word: str) -> str:
    """What a user typed as a game, as a name that `game_class` finds.

    Args:
        word: a name, which is given back as it is, or `path/to/my_game.py:MyGame`: that file is run now, and
            `my_game.py:MyGame` is the name from here on, in this process. The module of
            `gymnasium/MODULE:ID` may lie in the working directory.
    Raises:
        PluginError: the file or the class is missing, cannot be imported, or is not a game class.
    """
    adapter = adapter_of(word)
    if adapter is not None and adapter.game and word != adapter.game:
        _typed.games[adapter.game] = word, adapter.game_class(word)
        return adapter.game
    if adapter is not None:
        module = adapter.module_in(word)
        _typed.modules.add(module)
        find_beside(module)
        return word
    reference = parse_reference(word)
    if reference is None:
        return word
    cls = _checked_class(load_reference("game", reference), reference.name)
    _typed.games[reference.name] = word, cls
    return reference.name


@for_training()
def use_class(cls: Any) -> str:
    """Let a class object be played by a name, in this process; gives the name.

    A class at the top of a file is called as its file is: `my_game.py:MyGame`. Any other, of a notebook or
    of a function, is called as if it stood in a file of its own: `mygame.py:MyGame`.

    Raises:
        PluginError: it is no class, or not one that can be played.
    """
    if not isinstance(cls, type):
        raise PluginError(
            f"the game is {str(cls)[:60]!r}, no class and no name. Give the class itself (Safe, not "
            "Safe()), or a name such as 'maze'."
        )
    file = file_of(cls)
    word = f"{file}:{cls.__name__}" if file else f"{cls.__name__.lower()}.py:{cls.__name__}"
    name = f"{Path(word.rpartition(':')[0]).name}:{cls.__name__}"
    _typed.games[name] = word, _checked_class(cls, name)
    return name


def file_of(cls: type) -> Path | None:
    """The file at the top of which a class is defined; None where there is none that can be run again."""
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if file is None or getattr(module, cls.__name__, None) is not cls or not file.endswith(".py"):
        return None
    return Path(file) if Path(file).is_file() else None


def refuse_other_game(named: str | None, played: str) -> None:
    """Raises PluginError where a user gave a game by this name, and the agent plays another."""
    if named not in (None, played):
        raise PluginError(
            f"--game gives {named!r}, and this agent plays {played!r}. Leave --game out, or mend it."
        )


def typed_word(name: str) -> str | None:
    """What a user typed for a game that runs only for users who type it; None for any other game.

    That is `path/to/my_game.py:MyGame`, `godot:path/to/game` or `gymnasium/MODULE:ID`.
    """
    if name in _typed.games:
        return _typed.games[name][0]
    adapter = adapter_of(name)
    return name if adapter is not None and adapter.module_in(name) else None


def plugin_names() -> dict[str, str]:
    """Games that other packages offer, some of which may be broken, each with its package."""
    return offered(INCLUDED, ENTRY_POINTS)


def included_names() -> set[str]:
    """The games that come with gamemeta."""
    return set(INCLUDED)


def _checked_class(cls: Any, name: str) -> Any:
    """The class itself, or the game of a plain class of one level at a time, or of a function that makes an
    environment."""
    if isfunction(cls):
        from gamemeta.games.outside.gymnasium.game import gymnasium_class_game

        return gymnasium_class_game(cls, name)
    lacking = [part for part in ("Config", "Parameters", "name") if not hasattr(cls, part)]
    if not lacking:
        mistake = game_mistake(cls)
        if mistake is not None:
            raise PluginError(f"the game {name!r} cannot be played: {mistake}.")
        belongs_to_game(cls)
        return cls
    library = library_of(cls) if isinstance(cls, type) else ""
    if library == GYMNASIUM:
        from gamemeta.games.outside.gymnasium.game import gymnasium_class_game

        return gymnasium_class_game(cls, name)
    if library:
        raise PluginError(f"the game {name!r} cannot be played: {advice_for(library, name)}")
    if "Parameters" in lacking:
        from gamemeta.games.outside.python_class.declared import has_plain_methods
        from gamemeta.games.outside.python_class.game import plain_game

        if has_plain_methods(cls):
            return plain_game(cls, name)
    raise PluginError(
        f"the game {name!r} lacks {', '.join(lacking)}: see `gamemeta.games.game.Game`. Or write a plain "
        "class with `reset(self, level)`, `step(self, action)` and `actions`: docs/your-own-game.md has one."
    )


def _refuse_untyped(adapter: Adapter, name: str) -> None:
    """Raises PluginError where a module would be imported, or a place used, that no user typed."""
    if adapter.game:
        typed = " or ".join(f"`--game {word}`" for word in adapter.typed)
        raise PluginError(
            f"the game {name!r} is started, or waited for, only when you name it: give {typed}."
        )
    module = adapter.module_in(name)
    if module and module not in _typed.modules and module not in sys.modules:
        raise PluginError(
            f"the game is {name!r}, and the module {module!r} is imported only when you name it: give "
            f"`--game {command_word(name)}`, or `gamemeta train {command_word(name)}`."
        )


@for_training()
def make_game(name: str, n: int, config: Any = None) -> Game:
    """N games side by side, with the settings `config`, the game's defaults if None.

    Raises:
        MissingPackage: more than the runtime is needed, and not installed.
    """
    game: Game = game_class(name)(n, config)
    return game
