"""What our projects define for LDtk: an IntGrid of our tiles, rules that show them, fields, entities."""

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from gamemeta_levels.formats.editor_tiles import NAME, SIDE
from gamemeta_levels.formats.ldtk.kinds import ENTITY, VARIANT
from gamemeta_levels.formats.tile_words import WORDS

Values = dict[str, Any]

TILES, ENTITIES, TILESET, OF_LEVEL = "Tiles", "Entities", "Gamemeta_tiles", "Gamemeta_entity"
TILES_UID, TILESET_UID, GROUP_UID, ENTITIES_UID, ENTITY_UID, KIND_UID, VARIANT_UID = range(1, 8)
RULES_FROM = 100
"""Uid of the rule that shows the first tile; the others follow."""
FIELDS_FROM = 200
"""Uid of the first field of levels."""
COLOURS = (
    *("#545B84", "#DECBA7", "#687AB2", "#F7C948", "#CE4248", "#BE6C3E", "#7E422A"),
    *("#A2AEC2", "#FFEA96", "#6A758E", "#CE8A28", "#F7C948"),
    *("#D63E46", "#3A6ED6", "#42A04A", "#9454CC", "#E2DED6", "#E4BA40", "#868A9A"),
    *("#704E96", "#589E48", "#463A4A", "#70462F"),
    *("#D63E46", "#3A6ED6", "#42A04A", "#9454CC", "#8ECE6A", "#CE8A28", "#96623E"),
    *("#D63E46", "#3A6ED6", "#9454CC"),
)
"""Of each tile code, where LDtk shows values without the picture of the tile."""
GREY, DARK = "#696A79", "#40465B"


def iid_of(*parts: str) -> str:
    """An identifier of an instance that follows from the content, so that equal levels give equal files."""
    return str(uuid5(NAMESPACE_URL, f"gamemeta:{'/'.join(parts)}"))


def definitions(fields: Iterable[str], *, with_entities: bool) -> Values:
    """The definitions of a project.

    Args:
        fields: names of the fields of its levels.
        with_entities: whether its levels have entities.
    """
    layers = [_layer(ENTITIES, "Entities", ENTITIES_UID)] if with_entities else []
    return {
        "layers": [*layers, _tiles_layer()],
        "entities": [_entity()] if with_entities else [],
        "tilesets": [_tileset()],
        "enums": [],
        "externalEnums": [],
        "levelFields": [field(name, FIELDS_FROM + number) for number, name in enumerate(fields)],
    }


def _tiles_layer() -> Values:
    return {
        **_layer(TILES, "IntGrid", TILES_UID),
        "intGridValues": [
            {
                "value": code + 1,
                "identifier": word,
                "color": COLOURS[code],
                "tile": tile_rect(code),
                "groupUid": 0,
            }
            for code, word in enumerate(WORDS)
        ],
        "autoRuleGroups": [_rules()],
        "tilesetDefUid": TILESET_UID,
    }


def _layer(name: str, kind: str, uid: int) -> Values:
    return {
        "__type": kind,
        "identifier": name,
        "type": kind,
        "uid": uid,
        "doc": None,
        "uiColor": None,
        "gridSize": SIDE,
        "guideGridWid": 0,
        "guideGridHei": 0,
        "displayOpacity": 1,
        "inactiveOpacity": 1,
        "hideInList": False,
        "hideFieldsWhenInactive": True,
        "canSelectWhenInactive": True,
        "renderInWorldView": True,
        "pxOffsetX": 0,
        "pxOffsetY": 0,
        "parallaxFactorX": 0,
        "parallaxFactorY": 0,
        "parallaxScaling": True,
        "requiredTags": [],
        "excludedTags": [],
        "autoTilesKilledByOtherLayerUid": None,
        "uiFilterTags": [],
        "useAsyncRender": False,
        "intGridValues": [],
        "intGridValuesGroups": [],
        "autoRuleGroups": [],
        "autoSourceLayerDefUid": None,
        "tilesetDefUid": None,
        "tilePivotX": 0,
        "tilePivotY": 0,
        "biomeFieldUid": None,
    }


def _rules() -> Values:
    return {
        "uid": GROUP_UID,
        "name": "Pictures of tiles",
        "color": None,
        "icon": None,
        "active": True,
        "isOptional": False,
        "rules": [_rule(code) for code in range(len(WORDS))],
        "usesWizard": False,
        "requiredBiomeValues": [],
        "biomeRequirementMode": 0,
    }


def _rule(code: int) -> Values:
    """The rule that shows the tile of a code where its value is."""
    return {
        "uid": RULES_FROM + code,
        "active": True,
        "size": 1,
        "tileRectsIds": [[code]],
        "alpha": 1,
        "chance": 1,
        "breakOnMatch": True,
        "pattern": [code + 1],
        "flipX": False,
        "flipY": False,
        "xModulo": 1,
        "yModulo": 1,
        "xOffset": 0,
        "yOffset": 0,
        "tileXOffset": 0,
        "tileYOffset": 0,
        "tileRandomXMin": 0,
        "tileRandomXMax": 0,
        "tileRandomYMin": 0,
        "tileRandomYMax": 0,
        "checker": "None",
        "tileMode": "Single",
        "pivotX": 0,
        "pivotY": 0,
        "outOfBoundsValue": None,
        "invalidated": False,
        "perlinActive": False,
        "perlinSeed": 0,
        "perlinScale": 0.2,
        "perlinOctaves": 2,
    }


def tile_rect(code: int) -> Values:
    """Where the picture of a tile lies in the tileset."""
    return {"tilesetUid": TILESET_UID, "x": SIDE * code, "y": 0, "w": SIDE, "h": SIDE}


def _tileset() -> Values:
    return {
        "__cWid": len(WORDS),
        "__cHei": 1,
        "identifier": TILESET,
        "uid": TILESET_UID,
        "relPath": NAME,
        "embedAtlas": None,
        "pxWid": SIDE * len(WORDS),
        "pxHei": SIDE,
        "tileGridSize": SIDE,
        "spacing": 0,
        "padding": 0,
        "tags": [],
        "tagsSourceEnumUid": None,
        "enumTags": [],
        "customData": [],
        "savedSelections": [],
        "cachedPixelData": None,
    }


def field(name: str, uid: int) -> Values:
    """The definition of a field that holds a text."""
    return {
        "identifier": name,
        "doc": None,
        "__type": "String",
        "uid": uid,
        "type": "F_String",
        "isArray": False,
        "canBeNull": True,
        "arrayMinLength": None,
        "arrayMaxLength": None,
        "editorDisplayMode": "Hidden",
        "editorDisplayScale": 1,
        "editorDisplayPos": "Above",
        "editorLinkStyle": "StraightArrow",
        "editorDisplayColor": None,
        "editorAlwaysShow": False,
        "editorShowInWorld": False,
        "editorCutLongValues": True,
        "editorTextSuffix": None,
        "editorTextPrefix": None,
        "useForSmartColor": False,
        "exportToToc": False,
        "searchable": False,
        "min": None,
        "max": None,
        "regex": None,
        "acceptFileTypes": None,
        "defaultOverride": None,
        "textLanguageMode": None,
        "symmetricalRef": False,
        "autoChainRef": True,
        "allowOutOfLevelRef": True,
        "allowedRefs": "OnlySame",
        "allowedRefsEntityUid": None,
        "allowedRefTags": [],
        "tilesetUid": None,
    }


def field_value(name: str, value: str, uid: int) -> Values:
    """A field of a level or an entity that holds a text."""
    return {
        "__identifier": name,
        "__type": "String",
        "__value": value,
        "__tile": None,
        "defUid": uid,
        "realEditorValues": [{"id": "V_String", "params": [value]}],
    }


def _entity() -> Values:
    return {
        "identifier": OF_LEVEL,
        "uid": ENTITY_UID,
        "tags": [],
        "exportToToc": False,
        "allowOutOfBounds": False,
        "doc": None,
        "width": SIDE,
        "height": SIDE,
        "resizableX": False,
        "resizableY": False,
        "minWidth": None,
        "maxWidth": None,
        "minHeight": None,
        "maxHeight": None,
        "keepAspectRatio": False,
        "tileOpacity": 1,
        "fillOpacity": 0.5,
        "lineOpacity": 1,
        "hollow": False,
        "color": COLOURS[-1],
        "renderMode": "Ellipse",
        "showName": True,
        "tilesetId": None,
        "tileRenderMode": "FitInside",
        "tileRect": None,
        "uiTileRect": None,
        "nineSliceBorders": [],
        "maxCount": 0,
        "limitScope": "PerLevel",
        "limitBehavior": "MoveLastOne",
        "pivotX": 0,
        "pivotY": 0,
        "fieldDefs": [field(ENTITY, KIND_UID), field(VARIANT, VARIANT_UID)],
    }
