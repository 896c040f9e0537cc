"""Write docs/configuration.md from the dataclasses that hold the settings.

python scripts/make_docs.py
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from gamemeta.config import Setting, settings, settings_with, show_value
from gamemeta.games.builtin.popgym.game import POPGymConfig
from gamemeta.games.catalogue import included_games
from gamemeta.games.outside.godot.config import GodotConfig
from gamemeta.games.outside.gymnasium.game import GymnasiumConfig
from gamemeta.games.outside.metaworld.game import MetaWorldConfig
from gamemeta.games.outside.pettingzoo.game import PettingZooConfig
from gamemeta.games.outside.procgen.game import ProcgenConfig
from gamemeta.games.outside.procgen.levels import ProcgenParameters
from gamemeta.games.outside.python_class.game import PlainConfig
from gamemeta.games.outside.seed_levels.family import SeedParameters
from gamemeta.training.config import other_learners, recipe, sections

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
OUTSIDE = {
    "popgym/NAME": ("popgym/repeat_previous", {"game": POPGymConfig}),
    "procgen/NAME": ("procgen/coinrun", {"game": ProcgenConfig, "levels": ProcgenParameters}),
    "gymnasium/ID": ("gymnasium/CartPole-v1", {"game": GymnasiumConfig, "levels": SeedParameters}),
    "pettingzoo/FAMILY/NAME": (None, {"game": PettingZooConfig, "levels": SeedParameters}),
    "metaworld/BENCHMARK": (None, {"game": MetaWorldConfig}),
    "FILE.py:CLASS": (None, {"game": PlainConfig, "levels": SeedParameters}),
    "godot:FILE and godot:attach": (None, {"game": GodotConfig}),
}
INTRODUCTION = """# Settings of a training

Made by `python scripts/make_docs.py` from the code. Give a setting as `--set section.name=value`, or in a
TOML file with a table for each section (`gamemeta train --config FILE`); every run writes one, `config.toml`.
Ranges are `low..high` on the command line and `[low, high]` in TOML. All is checked before anything starts.

First come the settings that all games share, then those of each game: what differs in its levels (`levels`),
how it is played (`game`), and its recipe, which is what `gamemeta train GAME` starts from in place of the
defaults above. `gamemeta train GAME --help` shows the same in the terminal.
"""
OF_A_GAME = ("game", "levels")


def page() -> str:
    """The page as Markdown."""
    lines = [INTRODUCTION]
    for section, cls in sections("maze").items():
        if section not in OF_A_GAME:
            lines += [f"## {section}", "", about(cls), "", *table({section: settings(cls)})]
    for section, cls in other_learners().items():
        lines += [f"## {section}", "", about(cls), "", *table({section: settings(cls)})]
    for row in included_games():
        lines += game(row.name, row.summary, sections(row.name), recipe(row.name))
    for whose, (one, sections_of) in OUTSIDE.items():
        lines += game(whose, about(sections_of["game"]), sections_of, recipe(one) if one else {})
    return "\n".join(lines).rstrip() + "\n"


def game(
    name: str, summary: str, sections_of: dict[str, type], suited: dict[str, dict[str, Any]]
) -> list[str]:
    """A game: its own settings, then its recipe."""
    lines = [f"## {name}", "", summary, ""]
    own = {k: settings_with(sections_of[k], suited.get(k, {})) for k in OF_A_GAME if k in sections_of}
    lines += table(own)
    shared = {k: v for k, v in suited.items() if k not in OF_A_GAME}
    if shared:
        values = [f"`{k}.{n}={show_value(v)}`" for k, part in shared.items() for n, v in part.items()]
        lines += [f"Recipe: {', '.join(values)}.", ""]
    return lines


def about(cls: type) -> str:
    """The first line of a docstring."""
    return (cls.__doc__ or "").strip().splitlines()[0]


def table(found: Mapping[str, Iterable[Setting]]) -> list[str]:
    """Settings by section."""
    lines = ["| setting | kind | default | |", "|---|---|---|---|"]
    for section, rows in found.items():
        for s in rows:
            lines.append(f"| `{section}.{s.name}` | {s.kind} | {show_value(s.default)} | {s.help} |")
    return [*lines, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
