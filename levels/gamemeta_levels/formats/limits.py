"""How much the files of levels may hold; what is larger is refused in one sentence."""

MOST_BYTES = 32 * 1024 * 1024
"""Of a file of an editor, and of all files together that a level is read from."""
MOST_OF_OURS = 8 * 1024 * 1024
"""Letters of a level of ours in JSON."""
MOST_PARTS = 2_500_000
"""Lists and objects in a document of JSON; each takes some 100 bytes of memory when it is read."""
MOST_DEPTH, MOST_ELEMENTS = 64, 250_000
"""How deeply elements of XML may be nested, and how many there may be, each attribute counted as one more."""
MOST_CELLS = 4_000_000
"""Tiles in all layers together, and those that objects cover."""
MOST_SHEETS = 10_000
"""Layers, chunks and objects of a map together."""
MOST_KINDS = 10_000
"""Different things that are drawn on a level."""
MOST_HIDDEN = 100_000
"""Numbers in all hidden rules of a level."""
MOST_ENTRIES = 1_000_000
"""Entries of a list that `LISTS` does not have."""
LISTS = {
    # of levels of ours
    "entities": 65_025,
    "hidden": 1_000,
    # of Tiled
    "layers": 1_000,
    "tilesets": 1_000,
    "tiles": 65_536,
    "chunks": 10_000,
    "objects": 10_000,
    "polygon": 10_000,
    "polyline": 10_000,
    "properties": 1_000,
    # of LDtk
    "worlds": 1_000,
    "levels": 10_000,
    "layerInstances": 100,
    "intGridValues": 1_000,
    "entityInstances": 20_000,
    "fieldInstances": 1_000,
    "levelFields": 1_000,
}
"""Entries of a list at most, by the name that it has in a document."""
