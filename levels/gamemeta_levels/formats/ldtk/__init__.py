"""Projects of LDtk (https://ldtk.io): .ldtk, which is JSON."""

from gamemeta_levels.formats import editor_tiles
from gamemeta_levels.formats.format import LevelFormat
from gamemeta_levels.formats.ldtk.change import changed_project
from gamemeta_levels.formats.ldtk.read import NOTE, RULE, drawing, parts, read
from gamemeta_levels.formats.ldtk.write import new_project
from gamemeta_levels.formats.source import Source
from gamemeta_levels.level import Level


def project_of(level: Level, like: Source | None = None) -> str:
    """The text of a project that holds a level. Raises LevelError where it cannot."""
    return new_project(level) if like is None else changed_project(level, like)


FORMAT = LevelFormat(
    suffix=".ldtk",
    about="a project of LDtk",
    read=read,
    write=project_of,
    parts=parts,
    drawing=drawing,
    companions={
        ".ldtkl": "it is one level of a project of LDtk. Give the project and the level: world.ldtk#Level_0.",
    },
    neighbours=editor_tiles.neighbours,
    rule=f"{NOTE}{RULE}{{}}",
)
