"""Games of other libraries: how they are named, what makes them, and what to install for them."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from gamemeta.errors import PluginError
from gamemeta_levels.packages import install_command


@dataclass(frozen=True, kw_only=True)
class Adapter:
    """How games of one library are named and made.

    Args:
        prefix: what their names begin with.
        maker: `module:function` that gives the game class of a name; imported when it is first needed.
        extra: of `pip install "gamemeta[EXTRA]"`; empty where the extra `train` brings the library.
        takes_module: whether MODULE:NAME may follow the prefix. The module is imported only for users who
            typed the name.
        game: the one name of all of them, where what follows the prefix is a place. They are played only by
            users who typed the place.
        typed: what users may type, for messages.
    """

    prefix: str
    maker: str
    extra: str = ""
    takes_module: bool = False
    game: str = ""
    typed: tuple[str, ...] = ()

    def short(self, name: str) -> str:
        """The name of a game without the prefix."""
        return name.removeprefix(self.prefix)

    def module_in(self, name: str) -> str:
        """`minigrid` of `gymnasium/minigrid:MiniGrid-Empty-5x5-v0`; empty where no module is named."""
        module, colon, _ = self.short(name).partition(":")
        return module if colon and self.takes_module else ""

    def game_class(self, name: str) -> Any:
        """The game class of a name. The library itself may be imported later, when a game is made."""
        module, _, function = self.maker.partition(":")
        return getattr(import_module(module), function)(name)

    def missing(self, reason: object, advice: str = "") -> PluginError:
        """The error for a library that cannot be imported.

        Args:
            reason: why it cannot.
            advice: what to do; by default, to install the extra.
        """
        advice = advice or f"Install it: {self.install}"
        return PluginError(
            f"games called {self.prefix}... need a library that cannot be imported: {reason}. {advice}"
        )

    @property
    def install(self) -> str:
        """The command that installs the library."""
        return install_command(self.extra)


GYMNASIUM = Adapter(
    prefix="gymnasium/", maker="gamemeta.games.outside.gymnasium.game:gymnasium_game", takes_module=True
)
PETTINGZOO = Adapter(
    prefix="pettingzoo/",
    maker="gamemeta.games.outside.pettingzoo.game:pettingzoo_game",
    extra="pettingzoo",
    takes_module=True,
)
METAWORLD = Adapter(
    prefix="metaworld/", maker="gamemeta.games.outside.metaworld.game:metaworld_game", extra="metaworld"
)
PROCGEN = Adapter(
    prefix="procgen/", maker="gamemeta.games.outside.procgen.game:procgen_game", extra="procgen"
)
POPGYM = Adapter(prefix="popgym/", maker="gamemeta.games.builtin.popgym.game:popgym_game")
GODOT = Adapter(
    prefix="godot:",
    maker="gamemeta.games.outside.godot.game:godot_game",
    game="godot",
    typed=("godot:path/to/game.x86_64", "godot:attach"),
)
ADAPTERS = (GYMNASIUM, PETTINGZOO, METAWORLD, PROCGEN, POPGYM, GODOT)


def adapter_of(name: str) -> Adapter | None:
    """The adapter of the games that are named so; None for any other name."""
    return next((one for one in ADAPTERS if name.startswith(one.prefix) or name == (one.game or None)), None)


def is_path_like(name: str) -> bool:
    """Whether a game is named as a path is, with a library in front: `gymnasium/CartPole-v1`."""
    adapter = adapter_of(name)
    return adapter is not None and adapter.prefix.endswith("/")
