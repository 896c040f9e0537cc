"""Fields of a level that are meant for us: its family, its seed and its hidden rules."""

import re
from typing import Any

from gamemeta_levels.errors import LevelError, shortened
from gamemeta_levels.formats.drawing import HIDDEN, notes_of
from gamemeta_levels.formats.drawing import NOTE as NOTE_OF_MAPS
from gamemeta_levels.formats.ldtk import definitions as d
from gamemeta_levels.formats.ldtk.layout import laid_out
from gamemeta_levels.formats.ldtk.project import Project
from gamemeta_levels.formats.ldtk.read import NOTE, RULE
from gamemeta_levels.formats.ldtk.splice import (
    Change,
    element_texts,
    path_of,
    replaced,
    span_of,
    with_elements,
)
from gamemeta_levels.formats.node import Node
from gamemeta_levels.level import Level

_NAME = re.compile(r"[a-z0-9_]{1,60}")


def fields_of_level(level: Level) -> dict[str, str]:
    """What a project has to note of a level beside its tiles, as texts by the names of fields.

    Raises:
        LevelError: a hidden rule has a name that LDtk's fields cannot have.
    """
    fields = {}
    for name, value in notes_of(level).items():
        short = name.removeprefix(NOTE_OF_MAPS)
        if short.startswith(HIDDEN):
            short = RULE + short.removeprefix(HIDDEN)
        if not _NAME.fullmatch(short):
            raise LevelError(
                f"a field of LDtk cannot be called {shortened(short)}: its names have small letters, "
                "digits and _ alone. Write the level as .json."
            )
        fields[NOTE + short] = value
    return fields


def fields_changed(text: str, project: Project, node: Node, before: Level, after: Level) -> list[Change]:
    """The pieces of text that hold the fields of a level, where family, seed or hidden rules differ."""
    old, new = fields_of_level(before), fields_of_level(after)
    changed = {name: new.get(name) for name in {**old, **new} if old.get(name) != new.get(name)}
    if not changed:
        return []
    known = {one.text("identifier").lower(): one for one in project.definitions.nodes("levelFields")}
    fresh, first = [name for name in changed if name not in known], project.root.whole("nextUid")
    uids = {name: first + number for number, name in enumerate(fresh)}
    texts = element_texts(text, path_of(node.at("fieldInstances")))
    parts, left = [], dict(changed)
    for part, one in zip(texts, node.nodes("fieldInstances"), strict=True):
        name = one.text("__identifier").lower()
        parts.append(_with_value(part, known.get(name), left.pop(name)) if name in left else part)
    for name, value in left.items():
        if value is not None:
            part = laid_out(d.field_value(name, value, uids.get(name, -1)))
            parts.append(_with_value(part, known.get(name), value))
    changes = [_listed(text, node.at("fieldInstances"), parts)]
    if fresh:
        defined = element_texts(text, path_of(place := "defs.levelFields"))
        changes.append(
            _listed(text, place, [*defined, *(laid_out(d.field(name, uids[name])) for name in fresh)])
        )
        changes.append((span_of(text, ["nextUid"]), str(first + len(fresh))))
    return changes


def _listed(text: str, place: str, parts: list[str]) -> Change:
    span = span_of(text, path_of(place))
    return span, with_elements(text[slice(*span)], parts)


def _with_value(part: str, definition: Node | None, value: str | None) -> str:
    """The text of a field with another value, of the type that its definition has."""
    shown: Any = value
    real: list[d.Values] = [] if value is None else [{"id": "V_String", "params": [value]}]
    pieces = []
    if definition is not None:
        pieces.append((span_of(part, ["defUid"]), str(definition.whole("uid"))))
        if value is not None and definition.text("type") == "F_Int":
            numbers = [int(one) for one in value.split()]
            shown = numbers if definition.flag("isArray", False) else numbers[0]
            real = [{"id": "V_Int", "params": [one]} for one in numbers]
    pieces.append((span_of(part, ["__value"]), laid_out(shown)))
    pieces.append((span_of(part, ["realEditorValues"]), laid_out(real)))
    return replaced(part, pieces)
