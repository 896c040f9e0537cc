"""Maps of Tiled with all that such files may hold, to be damaged."""

import base64
import json
import re
import zlib

import numpy as np

THINGS = (
    '<group offsetx="16" visible="1"><objectgroup name="Things" offsety="-16">'
    '<object id="1" name="Hero" type="floor" x="24.5" y="40"><point/></object>'
    '<object id="2" class="floor" gid="2147483650" x="16" y="48" width="16" height="16" rotation="90"/>'
    '<object id="3" type="ignore" x="0" y="16" width="48" height="32"><ellipse/></object>'
    '<object id="4" x="0" y="0"><polygon points="0,0 1,1 2,5"/></object>'
    '<object id="5" x="0" y="0"><text wrap="1">words</text></object>'
    "</objectgroup></group>"
)
OBJECTS = {
    "type": "objectgroup",
    "name": "Things",
    "objects": [
        {"id": 1, "name": "Hero", "type": "floor", "x": 24.5, "y": 40, "point": True},
        {"id": 2, "class": "floor", "gid": 2147483650, "x": 16, "y": 48, "width": 16, "height": 16},
        {"id": 3, "type": "ignore", "x": 0, "y": 16, "width": 48, "height": 32, "ellipse": True},
    ],
}


def maps_like(text: str) -> list[str]:
    """The same level packed, without bounds, and with objects: of XML or of JSON."""
    return _in_json(text) if text.lstrip().startswith("{") else _in_xml(text)


def _in_xml(text: str) -> list[str]:
    start, end = text.index("<data"), text.index("</data>")
    numbers = text[text.index(">", start) + 1 : end]
    size = re.search(r'width="(\d+)" height="(\d+)"', text)
    assert size is not None
    chunk = f'<chunk x="-32" y="16" width="{size[1]}" height="{size[2]}">{numbers}</chunk>'
    packed = f'<data encoding="base64" compression="zlib">{_packed(json.loads(f"[{numbers}]"))}'
    return [
        f"{text[:start]}{packed}{text[end:]}",
        f'{text[:start]}<data encoding="csv">{chunk}{text[end:]}'.replace('infinite="0"', 'infinite="1"'),
        text.replace("</map>", f"{THINGS}</map>"),
    ]


def _in_json(text: str) -> list[str]:
    document = json.loads(text)
    layer = document["layers"][0]
    packed = {**layer, "data": _packed(layer["data"]), "encoding": "base64", "compression": "zlib"}
    parts = {"x": -32, "y": 16, "width": layer["width"], "height": layer["height"], "data": layer["data"]}
    chunks = {**{name: value for name, value in layer.items() if name != "data"}, "chunks": [parts]}
    group = {"type": "group", "name": "g", "offsetx": 16, "layers": [OBJECTS]}
    return [
        json.dumps({**document, "layers": [packed]}),
        json.dumps({**document, "layers": [chunks], "infinite": True}),
        json.dumps({**document, "layers": [layer, group]}),
    ]


def _packed(numbers: list[int]) -> str:
    return base64.b64encode(zlib.compress(np.array(numbers, "<u4").tobytes())).decode()
