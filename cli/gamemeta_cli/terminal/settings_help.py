"""The settings of a training below the help of `gamemeta train`, made from their dataclasses."""

from collections.abc import Iterable
from typing import Any

from gamemeta.config import Setting, show_value
from gamemeta_cli.terminal.help import Command, show_help
from gamemeta_cli.terminal.listing import Listing

DEFAULT_GAME = "maze"
OF_A_GAME = ("game", "levels")
"""Sections that differ from game to game."""


class TrainCommand(Command):
    """`gamemeta train`, whose help ends with every setting of the game that is named."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Keep the words, since help is shown before they are read."""
        ctx.meta[__name__] = list(args)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help of any command, then the settings."""
        game = self._game(ctx)
        show_help(self, ctx, *(settings_listings(game) if game else overview()))

    def _game(self, ctx: Any) -> str | None:
        """The game among the words of the command line; None where there is none."""
        from gamemeta.games.registry import game_class, use_game

        named = self.make_parser(ctx).parse_args(ctx.meta[__name__])[0].get("game")
        if not isinstance(named, str):
            return None
        game = use_game(named)
        game_class(game)  # a wrong name is an error, in a help as anywhere
        return game


def settings_listings(game: str) -> list[Listing]:
    """A listing for each section of the settings of a training of this game."""
    from gamemeta.config import settings_with
    from gamemeta.training.config import recipe, sections

    suited = recipe(game)
    return [
        Listing(heading(section, cls), rows(section, settings_with(cls, suited.get(section, {}))))
        for section, cls in sections(game).items()
    ]


def overview() -> list[Listing]:
    """The settings that all games share, then the names of those of each game."""
    from gamemeta.config import settings
    from gamemeta.games.registry import game_class, included_names
    from gamemeta.training.config import other_learners, sections

    common = [
        Listing(heading(section, cls), rows(section, settings(cls)))
        for section, cls in {**sections(DEFAULT_GAME), **other_learners()}.items()
        if section not in OF_A_GAME
    ]
    names = sorted(name for name in included_names() if "/" not in name)
    of_each = [(name, ", ".join(names_of(game_class(name)))) for name in names]
    return [
        *common,
        Listing(
            "--set game.NAME=VALUE, levels.NAME=VALUE  Of each game; more by gamemeta train GAME --help",
            of_each,
        ),
    ]


def names_of(game: Any) -> list[str]:
    """`game.view`, `levels.height` and so on, of a class of games."""
    from gamemeta.config import settings

    parts = {"game": game.Config, "levels": game.Parameters}
    return [f"{section}.{s.name}" for section, cls in parts.items() for s in settings(cls)]


def rows(section: str, settings_of: Iterable[Setting]) -> list[tuple[str, str]]:
    """`section.name=default` and the help of each setting."""
    return [(f"{section}.{s.name}={show_value(s.default)}", s.help.replace("`", "")) for s in settings_of]


def heading(section: str, cls: type) -> str:
    """The section and the first line of its docstring."""
    return f"--set {section}.NAME=VALUE  {(cls.__doc__ or '').strip().splitlines()[0]}"
