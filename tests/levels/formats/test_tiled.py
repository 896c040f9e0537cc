import base64
import gzip
import json
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import generate
from gamemeta_levels.formats import FORMATS, dumps, read_level, source_at, write_level
from gamemeta_levels.formats.editor_tiles import NAME, SIDE
from gamemeta_levels.formats.limits import LISTS
from gamemeta_levels.formats.tile_words import WORDS, TileWords
from gamemeta_levels.formats.tiled.document import of_xml
from gamemeta_levels.formats.tiled.xml_tree import parse_xml
from gamemeta_levels.level import Entity, Level
from gamemeta_levels.registry import family_class

TILED = (".tmx", ".tmj")
LEVEL = Level(family="maze", tiles=[[0, 0, 0, 0], [0, 2, 3, 0], [0, 0, 0, 0]])
NUMBERS = [int(code) + 1 for code in LEVEL.tiles.flat]
BASE64 = 'encoding="base64" compression="zlib"'
RAW = np.array(NUMBERS, "<u4").tobytes()
TILESET = "".join(f'<tile id="{code}" type="{word}"/>' for code, word in enumerate(WORDS))
TILESET = f'<tileset firstgid="1" name="ours" tilewidth="16" tileheight="16">{TILESET}</tileset>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("maps")


def read(folder, text, suffix=".tmx", words=None, **files):
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_text(content)
    path = folder / f"level{suffix}"
    path.write_text(text)
    return read_level(path, words=words or TileWords())


CSV = ",".join(map(str, NUMBERS))


def layer(data=CSV, attributes='encoding="csv"', more="", **sides):
    width, height = sides.get("width", 4), sides.get("height", 3)
    return (
        f'<layer name="L" width="{width}" height="{height}" {more}><data {attributes}>{data}</data></layer>'
    )


def tmx(*parts, width=4, height=3, more=""):
    return (
        f'<map version="1.10" orientation="orthogonal" width="{width}" height="{height}" tilewidth="16" '
        f'tileheight="16" {more}>{TILESET}{"".join(parts)}</map>'
    )


def objects(*each, more=""):
    return f'<objectgroup name="Things" {more}>{"".join(each)}</objectgroup>'


@pytest.mark.parametrize("suffix", TILED)
@pytest.mark.parametrize("family", ["maze", "dungeon", "arena", "bandit"])
def test_generated_levels_come_back(folder, family, suffix):
    for seed in range(5):
        level = generate(family_class(family)(), seed, "test")
        path = folder / f"{family}{suffix}"
        write_level(level, path)
        again = read_level(path)
        assert (again, again.seed, again.digest) == (level, level.seed, level.digest)
    assert (folder / NAME).read_bytes() == FORMATS[suffix].neighbours(level)[NAME]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.builds(Entity, st.sampled_from(["bat", "key_1"]), st.integers(0, 2), st.integers(0, 3))),
    st.dictionaries(
        st.from_regex(r"[a-z./_-]{1,9}", fullmatch=True), st.lists(st.integers(-9, 9)), max_size=3
    ),
)
def test_everything_comes_back(folder, entities, hidden):
    level = Level(
        "any", LEVEL.tiles, tuple(entities), {name: tuple(x) for name, x in hidden.items()}, 2**63 - 1
    )
    for suffix in TILED:
        again = read(folder, dumps(level, suffix), suffix)
        assert again == level
        assert again.seed == level.seed


@pytest.mark.parametrize(
    ("attributes", "data"),
    [
        ('encoding="csv"', ",".join(map(str, NUMBERS))),
        ('encoding="base64"', base64.b64encode(RAW).decode()),
        ('encoding="base64" compression="zlib"', base64.b64encode(zlib.compress(RAW)).decode()),
        (
            'encoding="base64" compression="gzip"',
            "\n  " + base64.b64encode(gzip.compress(RAW, mtime=0)).decode() + "\n",
        ),
        ("", "".join(f'<tile gid="{number}"/>' for number in NUMBERS)),
    ],
)
def test_every_way_of_writing_tiles(folder, attributes, data):
    assert read(folder, tmx(layer(data, attributes))) == LEVEL


def test_turned_tiles_are_the_same_tiles(folder):
    turned = ",".join(str(number | (number % 16) << 28) for number in NUMBERS)
    assert read(folder, tmx(layer(turned))) == LEVEL


def test_maps_without_bounds_are_cut(folder):
    chunk = '<chunk x="-32" y="-48" width="4" height="3">' + ",".join(map(str, NUMBERS)) + "</chunk>"
    empty = '<chunk x="500" y="0" width="2" height="1">0,0</chunk>'
    assert read(folder, tmx(layer(chunk + empty), more='infinite="1"')) == LEVEL


def test_groups_offsets_and_hidden_layers(folder):
    floor, wall = (
        layer(str(code), width=1, height=1, more=f'offsetx="{x}" offsety="17"')
        for code, x in ((2, 20), (1, 0))
    )
    group = f'<group offsetx="12" offsety="-1">{floor}</group>'
    shown = read(folder, tmx(layer(), group, f'<group visible="0">{wall}</group>'))
    assert str(shown) == "####\n#S.#\n####"


def test_objects_stand_on_tiles(folder):
    things = objects(
        '<object id="1" type="spawn" x="17" y="20"><point/></object>',
        '<object id="2" name="Exit" class="goal" gid="4" x="32" y="32" width="16" height="16"/>',
        '<object id="3" type="hazard" x="0" y="0" width="48" height="16"/>',
        '<object id="4" type="gold" x="50" y="33" width="4" height="4"><ellipse/></object>',
        '<object id="5" x="0" y="0"><text>not a tile</text></object>',
        '<object id="6" type="area" x="0" y="0"><polygon points="0,0 1,1"/></object>',
        '<object id="7" type="wall" x="0" y="0" visible="0"/>',
    )
    shown = read(folder, tmx(layer(",".join(["2"] * 12)), things))
    assert str(shown) == "^^^.\n.SG.\n...$"


def test_objects_take_what_their_template_says(folder):
    template = (
        '<template><tileset firstgid="1" source="a.tsx"/>'
        '<object type="key_2" gid="2" width="16" height="16"/></template>'
    )
    tileset = '<tileset name="a"><tile id="1" class="gold"/></tileset>'
    things = objects(
        '<object id="1" template="k.tx" x="16" y="32"/>',
        '<object id="2" template="k.tx" type="key_3" x="32" y="32"/>',
    )
    assert str(read(folder, tmx(layer(), things), k_tx=template, a_tsx=tileset)) == "####\n#lm#\n####"


def test_tilesets_beside_the_map(folder):
    data = layer("1,1,11,12", width=4, height=1)
    outside = '<tileset firstgid="1" source="walls.tsx"/><tileset firstgid="11" source="things.tsj"/>'
    text = tmx(data, height=1).replace(TILESET, outside)
    word = '<properties><property name="gamemeta.class" value="wall"/></properties>'
    walls = f'<tileset name="w"><tile id="0">{word}</tile></tileset>'
    things = {
        "type": "tileset",
        "name": "t",
        "tiles": [{"id": 0, "class": "spawn"}, {"id": 1, "type": "Goal"}],
    }
    files = {"walls_tsx": walls, "things_tsj": json.dumps(things)}
    assert str(read(folder, text, **files)) == "##SG"
    with pytest.raises(LevelError, match=r"1 of 'things\.tsj:1'"):
        read(folder, text, **files | {"things_tsj": json.dumps({**things, "tiles": things["tiles"][:1]})})
    words = TileWords({"things.tsj:1": "door 1", "w:0": "floor"})
    assert str(read(folder, text, words=words, **files)) == "..SD"
    with pytest.raises(LevelError, match=r"its tileset .*none\.tsx.*no level file"):
        read(folder, text.replace("walls.tsx", "none.tsx"))
    with pytest.raises(LevelError, match="does not lie in"):
        read(folder, text.replace("walls.tsx", "../walls.tsx"))


def test_json_of_every_version(folder):
    old = {
        "tilesets": [
            {
                "firstgid": 1,
                "name": "o",
                "tiles": {"0": {}},
                "tileproperties": {"0": {"gamemeta.class": "wall"}, "1": {"gamemeta.class": "floor"}},
            }
        ],
        "layers": [{"type": "tilelayer", "name": "x", "width": 2, "height": 1, "data": [1, 2]}],
        **{"type": "map", "width": 2, "height": 1, "tilewidth": 8, "tileheight": 8},
    }
    assert str(read(folder, json.dumps(old), ".tmj")) == "#."
    assert str(read(folder, json.dumps({**old, "tiledversion": "1.1"}), ".json")) == "#."
    packed = base64.b64encode(zlib.compress(RAW[:8])).decode()
    new = {**old["layers"][0], "data": packed, "encoding": "base64", "compression": "zlib"}
    assert str(read(folder, json.dumps({**old, "layers": [new]}), ".tmj")) == "##"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "no XML|line 1"),
        ("<map", "line 1, column"),
        ("<tileset/>", "<tileset> where <map>"),
        ('<!DOCTYPE m [<!ENTITY a "b">]><map/>', "defines the entity 'a'"),
        (tmx(more='orientation="hexagonal"').replace('orientation="orthogonal" ', ""), "hexagonal"),
        (tmx(layer("1,2")), "layer 'L': data holds 2 tiles; width x height are 12"),
        (tmx(layer("1,x")), "'x', which is no number"),
        (tmx(layer("AAAA", 'encoding="base64"')), "data holds 3 bytes; 12 tiles take 48"),
        (tmx(layer("%", 'encoding="base64"')), "base64, and is not"),
        (tmx(layer("AAAA", 'encoding="base64" compression="zlib"')), "cannot be unpacked"),
        (tmx(layer("AAAA", 'encoding="base64" compression="lzma"')), "compression is 'lzma'"),
        (tmx(layer(",".join(["99"] * 12))), "12 of 'ours:98'"),
        (tmx(layer(width=9999)), "width is 9999; it must be a whole number from 0 to 4,096"),
        (tmx(width=300), "3 x 300 tiles"),
        (tmx(width=0), "width is 0"),
        (
            tmx(f'<properties><property name="gamemeta.hidden.a" value="{"1 " * 100_001}"/></properties>'),
            "hidden rules have over 100,000 numbers",
        ),
        (tmx(width="many"), "width of <map> is 'many'"),
        (
            tmx(objects('<object id="3" type="wall" x="0" y="0"><polygon/></object>')),
            "object 3: 'wall' is a polygon",
        ),
        (tmx(objects('<object id="3" type="wall" x="0" y="0" width="1e9" height="1e9"/>')), "at most 65,025"),
        (tmx(objects('<object id="3" gid="5" x="nan" y="0"/>')), "x is nan"),
        (tmx(objects('<object id="3" template="t.tx"/>')), "its template .*no level file"),
        ("<map>" + "<group>" * 40 + "</group>" * 40 + "</map>", "nested more than 32"),
        ("<map>" + "<group>" * 99 + "</group>" * 99 + "</map>", "nested more than 64"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(folder, text, wrong):
    with pytest.raises(LevelError, match=wrong):
        read(folder, text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (
            tmx(layer('<tile gid="1"/>' * 450, "")),
            "over 900 elements and attributes. Where each tile is one, choose CSV",
        ),
        (tmx(*["<group/>"] * 4), "layers has 4 entries; at most 3 are read"),
        (tmx(*[TILESET] * 3), "tilesets has 4 entries"),
        (tmx(layer("<chunk/>" * 4)), "layer 'L': chunks has 4 entries"),
        (tmx(objects(*["<object/>"] * 4)), "layer 'Things': objects has 4 entries"),
        (
            tmx(objects('<object id="5"><polygon points="0,0 0,0 0,0 0,0"/></object>')),
            "object 5: polygon has 4",
        ),
        (tmx(f"<properties>{'<property/>' * 4}</properties>"), "properties has 4 entries"),
        (tmx().replace("</tileset>", '<tile id="1"/></tileset>'), r"tilesets\[0\].tiles has 34"),
        (tmx(*[objects(*["<object/>"] * 3)] * 2), "over 5 layers, chunks and objects together"),
        (
            tmx(*[objects('<object x="0" y="0" width="4080" height="4080"/>')] * 3),
            "layers and objects cover over 100,000 tiles together",
        ),
        (tmx(layer("1,2,3,4", width=4, height=1), layer("5,6", width=2, height=1)), "over 5 kinds of things"),
    ],
)
def test_there_are_bounds_to_everything(folder, monkeypatch, text, wrong):
    for name in LISTS:
        monkeypatch.setitem(LISTS, name, 33 if name == "tiles" else 3)
    monkeypatch.setattr(sys.modules["gamemeta_levels.formats.tiled.xml_tree"], "MOST_ELEMENTS", 900)
    for name, most in {"read.MOST_SHEETS": 5, "read.MOST_CELLS": 100_000, "tilesets.MOST_KINDS": 5}.items():
        module, constant = name.split(".")
        monkeypatch.setattr(sys.modules[f"gamemeta_levels.formats.tiled.{module}"], constant, most)
    with pytest.raises(LevelError, match=wrong):
        read(folder, text)


def test_files_that_a_map_names_are_read_once_and_bounded_together(folder, monkeypatch):
    monkeypatch.setattr("gamemeta_levels.formats.source.MOST_BYTES", 1000)
    template = f'<template><object type="key_2" width="16" height="16"/></template>{" " * 400}'
    thing = '<object template="k.tx" x="16" y="16"/>'
    assert str(read(folder, tmx(layer(), objects(*[thing] * 9)), k_tx=template)) == "####\n#lG#\n####"
    others = {f"k{number}_tx": template for number in range(3)}
    things = [thing.replace("k.tx", name.replace("_", ".")) for name in others]
    with pytest.raises(LevelError, match="the files that it names hold over"):
        read(folder, tmx(layer(), objects(*things)), **others)


def test_bombs_are_not_unpacked(folder):
    bomb = base64.b64encode(zlib.compress(bytes(10**8), 9)).decode()
    with pytest.raises(LevelError, match="data holds 49 bytes"):
        read(folder, tmx(layer(bomb, 'encoding="base64" compression="zlib"')))
    entities = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(20))
    with pytest.raises(LevelError, match="entity"):
        parse_xml(f'<!DOCTYPE m [<!ENTITY a0 "aaaaaaaaaa">{entities}]><map>&a20;</map>')


def test_a_map_says_where_our_tiles_are():
    assert f'source="{NAME}" width="{SIDE * len(WORDS)}"' in dumps(LEVEL, ".tmx")


DESIGNED = tmx(
    '<properties><property name="gamemeta.seed" value="3"/>'
    '<property name="mood" value="dark &amp; cold"/></properties>',
    "<!-- by hand -->",
    layer(",".join(["1", "2", "2", "2"] * 3)),
    f'<group offsetx="16">{layer(base64.b64encode(zlib.compress(bytes(48))).decode(), BASE64)}</group>',
    objects(
        '<object id="1" name="Hero" type="spawn" x="40.5" y="8"><point/></object>',
        '<object id="2" type="goal" x="64" y="32" width="16" height="16"/>',
    ),
    more='backgroundcolor="#112233"',
    width=6,
)


@pytest.mark.parametrize("suffix", TILED)
def test_a_changed_level_is_written_back_and_all_else_stays(folder, suffix):
    path = folder / f"designed{suffix}"
    path.write_text(DESIGNED)
    if suffix == ".tmj":
        path.write_text(json.dumps(plain(of_xml(parse_xml(DESIGNED), "map"))))
    before = read_level(path)
    assert str(before).split("\n") == ["#.S.##", "#...##", "#...G#"]
    tiles = before.tiles.copy()
    tiles[0, 1], tiles[1, 3], tiles[0, 2], tiles[2, 1] = 0, 4, 1, 2
    write_level(Level("maze", tiles), path, source_at(path))
    after = read_level(path)
    assert str(after).split("\n") == ["##..##", "#..^##", "#S..G#"]
    assert after.seed is None
    text = path.read_text()
    for kept in ("#112233", "Hero", "mood"):
        assert kept in text
    if suffix == ".tmx":
        assert "<!-- by hand -->" in text
        assert 'x="24.5" y="40"' in text
    with pytest.raises(LevelError, match="another size"):
        write_level(LEVEL, path, source_at(path))
    (folder / "other").mkdir(exist_ok=True)
    write_level(after, folder / "other" / path.name, source_at(path))
    assert read_level(folder / "other" / path.name) == after


@pytest.mark.parametrize("properties", [None, [], [{"name": "mood"}]])
def test_a_document_of_json_is_written_back_whatever_names_it_has(tmp_path, properties):
    path = tmp_path / "level.tmj"
    more = {"<>": 1, "<data>": 2, "properties": properties}
    path.write_text(json.dumps({**json.loads(dumps(LEVEL, ".tmj")), **more}))
    changed = Level("maze", [[0, 0, 0, 0], [0, 3, 2, 0], [0, 0, 0, 0]])
    write_level(changed, path, source_at(path))
    assert read_level(path) == changed
    assert json.loads(path.read_text())["<>"] == 1


def test_a_change_is_not_written_where_its_tilesets_are_missing(folder, tmp_path):
    (folder / "ours.tsx").write_text(TILESET.replace(' firstgid="1"', ""))
    path = folder / "level.tmx"
    path.write_text(tmx(layer()).replace(TILESET, '<tileset firstgid="1" source="ours.tsx"/>'))
    changed = Level("maze", [[0, 0, 0, 0], [0, 3, 2, 0], [0, 0, 0, 0]])
    with pytest.raises(LevelError, match="files that lie beside"):
        write_level(changed, tmp_path / "level.tmx", source_at(path))
    assert not (tmp_path / "level.tmx").exists()
    write_level(changed, folder / "changed.tmx", source_at(path))
    assert read_level(folder / "changed.tmx") == changed


def plain(values):
    """What was read of XML as it stands in JSON."""
    if isinstance(values, list):
        return [plain(one) for one in values]
    if isinstance(values, dict):
        return {name: plain(one) for name, one in values.items() if not name.startswith("<")}
    return values
