"""The tiles that rules of one cell show: drawn again where values have changed.

Rules that look at neighbours, or at chance, are LDtk's own affair.
"""

import numpy as np
from numpy.typing import NDArray

from gamemeta_levels.errors import LevelError
from gamemeta_levels.formats.ldtk.kinds import Kinds
from gamemeta_levels.formats.ldtk.layout import laid_out
from gamemeta_levels.formats.ldtk.splice import Change, element_texts, path_of, span_of, with_elements
from gamemeta_levels.formats.node import Node

PLAIN = {
    **{"size": 1, "chance": 1, "xModulo": 1, "yModulo": 1, "checker": "None", "tileMode": "Single"},
    **{"tileXOffset": 0, "tileYOffset": 0, "tileRandomXMin": 0, "tileRandomXMax": 0},
    **{"tileRandomYMin": 0, "tileRandomYMax": 0, "perlinActive": False, "active": True},
}
"""What the fields of a rule are that shows one tile for one value."""


def pictures_changed(
    text: str, layer: Node, kinds: Kinds, before: NDArray[np.int32], after: NDArray[np.int32]
) -> list[Change]:
    """The piece of text that holds what the rules of an IntGrid show; none where they are not of one cell.

    Args:
        text: of the project.
        layer: of the level.
        kinds: with the definitions of the project.
        before: [rows, columns], the values that the text has.
        after: those that it is to have.
    """
    uid = layer.whole("layerDefUid")
    shown, tileset = rules_of(kinds.layers[uid]), kinds.tileset_nodes.get(layer.whole("__tilesetDefUid", -1))
    if not shown or tileset is None:
        return []
    span = span_of(text, path_of(layer.at("autoLayerTiles")))
    old, width = text[slice(*span)], before.shape[1]
    cells = np.flatnonzero(before != after)
    changed = set(cells.tolist())
    drawn = zip(layer.nodes("autoLayerTiles"), element_texts(old), strict=True)
    parts = [part for one, part in drawn if one.wholes("d", count=2)[1] not in changed]
    side, columns = tileset.whole("tileGridSize", least=1), tileset.whole("__cWid", least=1)
    cell_side = layer.whole("__gridSize", least=1)
    for cell in changed:
        value = int(after.flat[cell])
        if value in shown:
            rule, tile = shown[value]
            picture = {
                "px": [cell % width * cell_side, cell // width * cell_side],
                "src": [tile % columns * side, tile // columns * side],
                "f": 0,
                "t": tile,
                "d": [rule, cell],
                "a": 1,
            }
            parts.append(laid_out(picture))
    return [(span, with_elements(old, parts))]


def rules_of(definition: Node) -> dict[int, tuple[int, int]]:
    """The rule and the tile that a layer shows for each value; empty where its rules are not that plain."""
    shown: dict[int, tuple[int, int]] = {}
    try:
        for group in definition.nodes("autoRuleGroups"):
            for rule in group.nodes("rules"):
                (value,) = rule.wholes("pattern")
                ((tile,),) = rule.values("tileRectsIds")
                is_plain = all(rule.fields.get(name) == wanted for name, wanted in PLAIN.items())
                if not is_plain or type(tile) is not int or value < 1 or not group.flag("active", True):
                    return {}
                shown.setdefault(value, (rule.whole("uid"), tile))
    except (ValueError, TypeError, LevelError):
        return {}
    return shown
