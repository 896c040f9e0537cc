"""A level as a project of LDtk with our tiles."""

from collections.abc import Sequence

from gamemeta_levels.formats.editor_tiles import NAME, SIDE
from gamemeta_levels.formats.ldtk import definitions as d
from gamemeta_levels.formats.ldtk.kinds import ENTITY, VARIANT
from gamemeta_levels.formats.ldtk.layout import laid_out
from gamemeta_levels.formats.ldtk.notes import fields_of_level
from gamemeta_levels.level import Entity, Level

VERSION, BUILD = "1.5.3", 473702
"""Of LDtk, whose format this is."""
LEVEL = "Level_0"
LEVEL_UID = 0


def new_project(level: Level) -> str:
    """The text of a project that holds one level.

    Raises:
        LevelError: a hidden rule has a name that LDtk's fields cannot have.
    """
    return laid_out(_project(level))


def _project(level: Level) -> d.Values:
    fields = fields_of_level(level)
    height, width = level.height * SIDE, level.width * SIDE
    return {
        "__header__": {
            "fileType": "LDtk Project JSON",
            "app": "LDtk",
            "doc": "https://ldtk.io/json",
            "schema": "https://ldtk.io/files/JSON_SCHEMA.json",
            "appAuthor": "Sebastien 'deepnight' Benard",
            "appVersion": VERSION,
            "url": "https://ldtk.io",
        },
        "iid": d.iid_of(level.digest, "project"),
        "jsonVersion": VERSION,
        "appBuildId": BUILD,
        "nextUid": d.FIELDS_FROM + len(fields) + 1,
        "identifierStyle": "Free",
        "toc": [],
        "worldLayout": "Free",
        "worldGridWidth": width,
        "worldGridHeight": height,
        "defaultLevelWidth": width,
        "defaultLevelHeight": height,
        "defaultPivotX": 0,
        "defaultPivotY": 0,
        "defaultGridSize": SIDE,
        "defaultEntityWidth": SIDE,
        "defaultEntityHeight": SIDE,
        "bgColor": d.DARK,
        "defaultLevelBgColor": d.GREY,
        "minifyJson": False,
        "externalLevels": False,
        "exportTiled": False,
        "simplifiedExport": False,
        "imageExportMode": "None",
        "exportLevelBg": True,
        "pngFilePattern": None,
        "backupOnSave": False,
        "backupLimit": 10,
        "backupRelPath": None,
        "levelNamePattern": "Level_%idx",
        "tutorialDesc": None,
        "customCommands": [],
        "flags": [],
        "defs": d.definitions(fields, with_entities=bool(level.entities)),
        "levels": [_level(level, fields)],
        "worlds": [],
        "dummyWorldIid": d.iid_of(level.digest, "world"),
    }


def _level(level: Level, fields: dict[str, str]) -> d.Values:
    entities = [_entities(level)] if level.entities else []
    return {
        "identifier": LEVEL,
        "iid": d.iid_of(level.digest, "level"),
        "uid": LEVEL_UID,
        "worldX": 0,
        "worldY": 0,
        "worldDepth": 0,
        "pxWid": level.width * SIDE,
        "pxHei": level.height * SIDE,
        "__bgColor": d.GREY,
        "bgColor": None,
        "useAutoIdentifier": False,
        "bgRelPath": None,
        "bgPos": None,
        "bgPivotX": 0.5,
        "bgPivotY": 0.5,
        "__smartColor": "#ADADB5",
        "__bgPos": None,
        "externalRelPath": None,
        "fieldInstances": [
            d.field_value(name, value, d.FIELDS_FROM + number)
            for number, (name, value) in enumerate(fields.items())
        ],
        "layerInstances": [*entities, _tiles(level)],
        "__neighbours": [],
    }


def _tiles(level: Level) -> d.Values:
    return {
        **_layer(level, d.TILES, "IntGrid", d.TILES_UID),
        "__tilesetDefUid": d.TILESET_UID,
        "__tilesetRelPath": NAME,
        "intGridCsv": [int(code) + 1 for code in level.tiles.flat],
        "autoLayerTiles": shown_tiles(level),
    }


def shown_tiles(level: Level) -> list[d.Values]:
    """What the rules of our tiles show, rule by rule as LDtk lists it."""
    flat, width = level.tiles.ravel(), level.width
    return [
        {
            "px": [cell % width * SIDE, cell // width * SIDE],
            "src": [code * SIDE, 0],
            "f": 0,
            "t": code,
            "d": [d.RULES_FROM + code, cell],
            "a": 1,
        }
        for code, cell in sorted((int(code), cell) for cell, code in enumerate(flat))
    ]


def _entities(level: Level) -> d.Values:
    layer = _layer(level, d.ENTITIES, "Entities", d.ENTITIES_UID)
    return {**layer, "entityInstances": _instances(level.digest, level.entities)}


def _instances(digest: str, entities: Sequence[Entity]) -> list[d.Values]:
    return [
        {
            "__identifier": d.OF_LEVEL,
            "__grid": [one.column, one.row],
            "__pivot": [0, 0],
            "__tags": [],
            "__tile": None,
            "__smartColor": d.COLOURS[-1],
            "__worldX": one.column * SIDE,
            "__worldY": one.row * SIDE,
            "iid": d.iid_of(digest, f"entity {number}"),
            "width": SIDE,
            "height": SIDE,
            "defUid": d.ENTITY_UID,
            "px": [one.column * SIDE, one.row * SIDE],
            "fieldInstances": [
                d.field_value(ENTITY, one.kind, d.KIND_UID),
                d.field_value(VARIANT, str(one.variant), d.VARIANT_UID),
            ],
        }
        for number, one in enumerate(entities)
    ]


def _layer(level: Level, name: str, kind: str, uid: int) -> d.Values:
    return {
        "__identifier": name,
        "__type": kind,
        "__cWid": level.width,
        "__cHei": level.height,
        "__gridSize": SIDE,
        "__opacity": 1,
        "__pxTotalOffsetX": 0,
        "__pxTotalOffsetY": 0,
        "__tilesetDefUid": None,
        "__tilesetRelPath": None,
        "iid": d.iid_of(level.digest, name),
        "levelId": LEVEL_UID,
        "layerDefUid": uid,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "visible": True,
        "optionalRules": [],
        "intGridCsv": [],
        "autoLayerTiles": [],
        "seed": 0,
        "overrideTilesetUid": None,
        "gridTiles": [],
        "entityInstances": [],
    }
