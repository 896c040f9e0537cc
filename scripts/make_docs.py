"""Write docs/configuration.md from the dataclasses that hold the settings.

python scripts/make_docs.py
"""

from pathlib import Path

from gamemeta.config import settings
from gamemeta.training.config import sections
from gamemeta_cli.settings_help import show_value

PAGE = Path(__file__).resolve().parent.parent / "docs" / "configuration.md"
INTRODUCTION = """# Settings of a training

Made by `python scripts/make_docs.py` from the code. Give a setting as `--set section.name=value`, or in a
TOML file with a table for each section (`gamemeta train --config FILE`); every run writes one, `config.toml`.
Ranges are `low..high` on the command line and `[low, high]` in TOML. All is checked before anything starts.
"""


def page() -> str:
    """The page as Markdown."""
    lines = [INTRODUCTION]
    for section, cls in sections("maze").items():
        about = (cls.__doc__ or "").strip().splitlines()[0]
        lines += [f"## {section}", "", about, "", "| setting | kind | default | |", "|---|---|---|---|"]
        for s in settings(cls):
            lines.append(f"| `{section}.{s.name}` | {s.kind} | {show_value(s.default)} | {s.help} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
