"""Everything that can be played, in words: games by name, and groups of games of other libraries."""

from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from gamemeta.games.adapters import (
    GODOT,
    GYMNASIUM,
    METAWORLD,
    PETTINGZOO,
    POPGYM,
    PROCGEN,
    adapter_of,
)
from gamemeta.games.outside.procgen.facts import SUMMARIES
from gamemeta.games.registry import game_class, games, included_names, plugin_names
from gamemeta_levels.errors import PluginError, cut
from gamemeta_levels.packages import install_command

INCLUDED = "gamemeta"
"""The package of games that are included."""


@dataclass(frozen=True)
class GameRow:
    """A game in a list.

    Args:
        name: as commands take it.
        summary: what one does.
        hidden: what differs between levels and is not observed; empty where the game does not say.
        package: the installed package that offers it.
        broken: why it cannot be used; empty where it can.
    """

    name: str
    summary: str
    hidden: str
    package: str = INCLUDED
    broken: str = ""


@dataclass(frozen=True)
class Group:
    """Games of one library, which are named by a pattern.

    Args:
        key: the word that `gamemeta games` takes for the group.
        patterns: how its games are named.
        example: one of them.
        summary: what they are.
        hidden: what is hidden in them.
        extra: of `pip install "gamemeta[EXTRA]"`; empty where nothing needs to be installed.
        modules: any of which is importable where the extra is installed.
    """

    key: str
    patterns: tuple[str, ...]
    example: str
    summary: str
    hidden: str
    extra: str = ""
    modules: tuple[str, ...] = ()

    @property
    def installed(self) -> bool:
        """Whether nothing is missing to play them."""
        return not self.modules or any(find_spec(module) for module in self.modules)

    @property
    def install(self) -> str:
        """The command that installs the library; empty where there is nothing to install."""
        return install_command(self.extra)


GROUPS = (
    Group(
        "procgen",
        (f"{PROCGEN.prefix}NAME",),
        "procgen/coinrun",
        f"{len(SUMMARIES)} arcade games of OpenAI, seen as pictures: {', '.join(SUMMARIES)}.",
        "What lies outside the picture, and what comes later in the level.",
        PROCGEN.extra,
        ("procgen", "procgen_gym"),
    ),
    Group(
        "popgym",
        (f"{POPGYM.prefix}NAME",),
        f"{POPGYM.prefix}repeat_previous",
        "Memory games of POPGym, compiled: repeat_previous, autoencode, count_recall, concentration, "
        "higher_lower, battleship, minesweeper and multiarmed_bandit.",
        "The deck, the board or the arms.",
    ),
    Group(
        "gymnasium",
        (f"{GYMNASIUM.prefix}ID", f"{GYMNASIUM.prefix}MODULE:ID"),
        "gymnasium/CartPole-v1",
        "Any environment of Gymnasium, or of a MODULE that registers with it.",
        "The reset seed, and what you vary: --vary gravity=5..15, --vary action=remap.",
    ),
    Group(
        "minigrid",
        (f"{GYMNASIUM.prefix}minigrid:ID",),
        "gymnasium/minigrid:MiniGrid-DoorKey-5x5-v0",
        "Grid worlds of MiniGrid: rooms, keys, doors and instructions.",
        "The layout outside the agent's view.",
        "minigrid",
        ("minigrid",),
    ),
    Group(
        "pettingzoo",
        (f"{PETTINGZOO.prefix}FAMILY/NAME", f"{PETTINGZOO.prefix}MODULE:FUNCTION"),
        "pettingzoo/sisl/pursuit_v5",
        "Games of several agents of PettingZoo.",
        "The reset seed, and what the other agents do.",
        PETTINGZOO.extra,
        ("pymunk",),
    ),
    Group(
        "metaworld",
        (f"{METAWORLD.prefix}BENCHMARK",),
        "metaworld/ml1-reach",
        "A robot arm of Meta-World that moves things on a table.",
        "Where the goal is, and in ml10 and ml45 which skill is wanted; the reward tells.",
        METAWORLD.extra,
        ("metaworld",),
    ),
    Group(
        "godot",
        (f"{GODOT.prefix}FILE", f"{GODOT.prefix}attach"),
        "godot:game.x86_64",
        "A scene of the Godot engine: an exported game, or one that you start.",
        "Whatever the scene changes from level to level.",
    ),
    Group(
        "python",
        ("FILE.py:CLASS",),
        "my_game.py:MyGame",
        "Your own class with reset(level) and step(action).",
        "Whatever the class makes of the number of the level.",
    ),
)
"""Groups of outside games."""


def included_games() -> list[GameRow]:
    """The games that come with gamemeta, but for those of a group."""
    included = included_names()
    return [game_row(name) for name in games() if name in included and "/" not in name]


def plugin_games() -> list[GameRow]:
    """Games that other installed packages offer; one that cannot be used says why."""
    return [_plugin_row(name, package) for name, package in plugin_names().items()]


def _plugin_row(name: str, package: str) -> GameRow:
    try:
        return game_row(name, package)
    except Exception as error:  # any error of the other package
        why = (
            str(error)
            if isinstance(error, PluginError)
            else f"{type(error).__name__}: {cut(str(error), 300)}"
        )
        return GameRow(name, "", "", package, why)


def group_named(key: str) -> Group | None:
    """The group of this key, with or without its separator: `procgen`, `procgen/`."""
    return next((group for group in GROUPS if group.key == key.rstrip("/:")), None)


def games_of(group: Group) -> list[GameRow]:
    """The games of a group, where there is a list of them."""
    names = sorted(name for name in included_names() if name.startswith(f"{group.key}/"))
    return [game_row(name) for name in names]


def game_row(name: str, package: str = INCLUDED) -> GameRow:
    """The row of a game by its name.

    Raises: as `gamemeta.games.registry.game_class`.
    """
    summary, hidden = about(name, game_class(name))
    return GameRow(name, summary, hidden, package)


def about(name: str, cls: Any) -> tuple[str, str]:
    """What one does in a game, and what is hidden; from its class, else from its group."""
    group = _group_of(name)
    first = " ".join((cls.__doc__ or "").strip().split("\n\n")[0].split())
    facts = cls.about
    return facts.summary or first, facts.hidden or (group.hidden if group else "")


def _group_of(name: str) -> Group | None:
    adapter = adapter_of(name)
    return group_named("python" if ".py:" in name else adapter.prefix if adapter else "")
