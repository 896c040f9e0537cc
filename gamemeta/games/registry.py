"""Games by name."""

import sys
from collections.abc import Callable
from typing import Any

from gamemeta.errors import PluginError
from gamemeta.games.contract import game_mistake
from gamemeta.games.game import Game
from gamemeta.games.outside.godot.place import GODOT, PREFIX
from gamemeta.games.prefixes import GYMNASIUM, METAWORLD, PETTINGZOO, PROCGEN
from gamemeta_levels.plugins import all_of, find, load_reference, parse_reference

ENTRY_POINTS = "gamemeta.games"


OUTSIDE = (GYMNASIUM, METAWORLD, PROCGEN, PETTINGZOO)


_FROM_FILES: dict[str, tuple[str, Any]] = {}
"""What was typed, and the class, of each game taken from a file; by the name that agent files give it."""


_MODULES_NAMED: set[str] = set()
"""Modules that a user named, as in `gymnasium/MODULE:ID`, and that may be imported for it."""


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
        mistake = game_mistake(found)
        if mistake is not None:
            raise PluginError(f"the game {name!r} cannot be played: {mistake}.")
        return found
    if "Parameters" in lacking:
        from gamemeta.games.outside.python_class.declared import has_plain_methods
        from gamemeta.games.outside.python_class.game import plain_game

        if has_plain_methods(found):
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
