"""Write docs/configuration.md from the dataclasses that hold the settings.

python scripts/make_docs.py
"""

from pathlib import Path

from gamemeta.config import settings
from gamemeta.games.outside.godot.config import GodotConfig
from gamemeta.games.outside.gymnasium.game import GymnasiumConfig
from gamemeta.games.outside.metaworld.game import MetaWorldConfig
from gamemeta.games.outside.pettingzoo.game import PettingZooConfig
from gamemeta.games.outside.procgen.game import ProcgenConfig
from gamemeta.games.outside.procgen.levels import ProcgenParameters
from gamemeta.games.outside.python_class.game import PlainConfig
from gamemeta.games.outside.seed_levels.family import SeedParameters
from gamemeta.training.config import sections
from gamemeta.config import show_value

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
OUTSIDE = {
    "`procgen/GAME`": {"game": ProcgenConfig, "levels": ProcgenParameters},
    "`gymnasium/ID`": {"game": GymnasiumConfig, "levels": SeedParameters},
    "`pettingzoo/FAMILY/NAME`": {"game": PettingZooConfig, "levels": SeedParameters},
    "`metaworld/BENCHMARK`": {"game": MetaWorldConfig},
    "a plain Python class": {"game": PlainConfig},
    "`godot:PATH` and `godot:attach`": {"game": GodotConfig},
}
INTRODUCTION = """# Settings of a training

Made by `python scripts/make_docs.py` from the code. Give a setting as `--set section.name=value`, or in a
TOML file with a table for each section (`gamemeta train --config FILE`); every run writes one, `config.toml`.
Ranges are `low..high` on the command line and `[low, high]` in TOML. All is checked before anything starts.
"""


def page() -> str:
    """The page as Markdown."""
    lines = [INTRODUCTION]
    for section, cls in sections("maze").items():
        lines += table(section, section, cls)
    for whose, sections_of in OUTSIDE.items():
        for section, cls in sections_of.items():
            lines += table(f"{section}, of {whose}", section, cls)
    return "\n".join(lines)


def table(title: str, section: str, cls: type) -> list[str]:
    """A section with its settings."""
    about = (cls.__doc__ or "").strip().splitlines()[0]
    lines = [f"## {title}", "", about, "", "| setting | kind | default | |", "|---|---|---|---|"]
    for s in settings(cls):
        lines.append(f"| `{section}.{s.name}` | {s.kind} | {show_value(s.default)} | {s.help} |")
    return [*lines, ""]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
