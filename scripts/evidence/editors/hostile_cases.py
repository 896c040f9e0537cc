"""Files that mean harm, and such that only look like it, for `hostile_files.py`."""

import base64
import gzip
import json
import os
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from gamemeta_levels.families.maze.family import Maze
from gamemeta_levels.family import generate
from gamemeta_levels.formats import dumps

MAZE = generate(Maze(), 3, "test")
WIDE, TALL = MAZE.width, MAZE.height
TMX, TMJ, LDTK, TEXT, OURS = (dumps(MAZE, suffix) for suffix in (".tmx", ".tmj", ".ldtk", ".txt", ".json"))
LINE = 20 * 1024 * 1024
FAR = 2_000_000_000
WORDS = "gamemeta-tiles.toml"
PATHS = {
    "above": "../outside.{0}",
    "absolute": "/etc/hostname",
    "windows": r"C:\Windows\win.{0}",
    "share": r"\\server\share\x.{0}",
    "address": "https://example.org/x.{0}",
    "process": "/proc/self/environ",
    "zero": "/dev/zero",
    "long": "x" * 70_000,
    "itself": ".",
}
"""Neighbours that a file may name, and must not get."""

Write = Callable[[Path], Path]
"""Writes the files of one case into an empty folder; the file to give to the command."""


def cases() -> Iterator[tuple[str, Write]]:
    """Names and what writes the files."""
    yield from _kinds_of_file()
    yield from _texts()
    yield from _documents_of_json()
    yield from _documents_of_xml()
    yield from _packed()
    yield from _maps()
    yield from _neighbours()
    yield from _projects()
    yield from _words()


def _file(name: str, data: str | bytes) -> Write:
    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
        return path

    return write


def _beside(name: str, data: str | bytes, other: str, of_other: str | bytes | Write) -> Write:
    """A file with another beside it."""

    def write(folder: Path) -> Path:
        (of_other if callable(of_other) else _file(other, of_other))(folder)
        return _file(name, data)(folder)

    return write


def _special(name: str) -> dict[str, Write]:
    """No regular files, under this name."""

    def made(make: Callable[[Path], Any]) -> Write:
        def write(folder: Path) -> Path:
            make(folder / name)
            return folder / name

        return write

    return {
        "link to /dev/zero": made(lambda path: path.symlink_to("/dev/zero")),
        "link to a folder": made(lambda path: path.symlink_to("/etc")),
        "link to itself": made(lambda path: path.symlink_to(path)),
        "link to nothing": made(lambda path: path.symlink_to("/none")),
        "pipe": made(os.mkfifo),
        "socket": made(_socket),
        "folder": made(Path.mkdir),
        "nothing": made(lambda path: None),
        "33 MiB": made(lambda path: path.write_bytes(b" " * (33 << 20))),
    }


def _socket(path: Path) -> None:
    with suppress(OSError), socket.socket(socket.AF_UNIX) as one:  # a path of over 107 letters
        one.bind(str(path))


def _kinds_of_file() -> Iterator[tuple[str, Write]]:
    for suffix in ("txt", "json", "tmx", "tmj", "ldtk"):
        for kind, write in _special(f"level.{suffix}").items():
            yield f"{suffix}: {kind}", write
    yield "ldtkl: alone", _file("level.ldtkl", LDTK)
    yield "tsx: alone", _file("level.tsx", "<tileset/>")


def _texts() -> Iterator[tuple[str, Write]]:
    """What may be wrong with any text."""
    for suffix, text in (("txt", TEXT), ("json", OURS), ("tmx", TMX), ("tmj", TMJ), ("ldtk", LDTK)):
        name, data = f"level.{suffix}", text.encode()
        for what, wrong in {
            "empty": b"",
            "a byte-order mark alone": b"\xef\xbb\xbf",
            "with a byte-order mark": b"\xef\xbb\xbf" + data,
            "UTF-16": text.encode("utf-16"),
            "UTF-32": text.encode("utf-32"),
            "cut in the middle": data[: len(data) // 2],
            "cut by one byte": data.rstrip()[:-1],
            "zero bytes": data[:40] + b"\0" * 9 + data[40:],
            "no UTF-8": data[:40] + b"\xff\xfe" + data[40:],
            "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
            "a line of 20 MiB": b"#" * LINE,
            "20 MiB of blanks": data[:-1] + b" " * LINE,
            "twice": data * 2,
        }.items():
            yield f"{suffix}: {what}", _file(name, wrong)
    yield "txt: 300 columns", _file("level.txt", "#" * 300)
    yield "txt: 100,000 rows", _file("level.txt", "#\n" * 100_000)
    yield "txt: 4 MB of comments", _file("level.txt", "; a\n" * 10**6 + TEXT)
    yield "txt: escapes for terminals", _file("level.txt", "\x1b]0;title\x07\x1b[2J" + TEXT)
    yield "txt: a seed of a million digits", _file("level.txt", f"; seed: {'9' * 10**6}\n" + TEXT)


def _documents_of_json() -> Iterator[tuple[str, Write]]:
    ours = json.loads(OURS)
    for suffix, document in (("json", ours), ("tmj", json.loads(TMJ)), ("ldtk", json.loads(LDTK))):
        first = next(iter(document))
        for what, text in {
            "lists in lists": "[" * 10**6,
            "objects in objects": '{"a":' * 10**6,
            "ten million lists": "[" + "[]," * 10**7 + "[]]",
            "a number of 5,000 digits": '{"a": %s}' % ("9" * 5000),
            "a text of 20 MiB": json.dumps({**document, "a": "x" * LINE}),
            "half a letter": json.dumps({**document, first: "\ud800"}),
            "a name twice": json.dumps(document)[:-1] + f', "{first}": 1' + "}",
            "a list": "[]",
            "null": "null",
        }.items():
            yield f"{suffix}: {what}", _file(f"level.{suffix}", text)
        for value in ("NaN", "-Infinity", "1e400", "1e308", "-1", "true", "null", '"x"', "[]", str(10**30)):
            places = [name for name in document if name not in ("format", "type")]
            for name in places[:: 1 if suffix == "json" else 4]:
                text = json.dumps({**document, name: "@"}).replace('"@"', value)
                yield f"{suffix}: {name} is {value}", _file(f"level.{suffix}", text)
    for what, more in {
        "a million entities": {"entities": [{"kind": "a", "row": 0, "column": 0}] * 400_000},
        "a million hidden rules": {"hidden": {f"a{number}": [1] for number in range(10**6)}},
        "a million hidden numbers": {"hidden": {"a": [1] * 5_000_000}},
        "a million rows": {"tiles": ["#"] * 10**6},
    }.items():
        yield f"json: {what}", _file("level.json", json.dumps({**ours, **more, "digest": None}))


def _documents_of_xml() -> Iterator[tuple[str, Write]]:
    entities = "".join(f'<!ENTITY a{k + 1} "{f"&a{k};" * 10}">' for k in range(20))
    head = '<?xml version="1.0"?>'
    texts = {
        "entities in entities": f'<!DOCTYPE m [<!ENTITY a0 "a">{entities}]><map>&a20;</map>',
        "one large entity often": f'<!DOCTYPE m [<!ENTITY a "{"a" * 10**6}">]><map>{"&a;" * 10**6}</map>',
        "an external entity": '<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]><map>&a;</map>',
        "an entity of /dev/zero": '<!DOCTYPE m [<!ENTITY % a SYSTEM "file:///dev/zero"> %a;]><map/>',
        "an external document type": f'<!DOCTYPE map SYSTEM "file:///dev/zero">{TMX.split("?>", 1)[1]}',
        "elements in elements": "<map>" + "<group>" * 10**6,
        "six million elements": "<map>" + "<a/>" * 6_000_000 + "</map>",
        "a million tiles": "<map>" + '<tile gid="1"/>' * 1_900_000 + "</map>",
        "a million attributes": "<map " + " ".join(f"a{k}=''" for k in range(10**6)) + "/>",
        "an attribute of 20 MiB": f'<map a="{"x" * LINE}"/>',
        "a name of 20 MiB": f"<{'x' * LINE}/>",
        "an attribute twice": '<map width="1" width="2"/>',
        "said to be UTF-16": head.replace("?>", ' encoding="utf-16"?>') + "<map/>",
        "an encoding that is not there": head.replace("?>", ' encoding="x"?>') + "<map/>",
        "another root": head + "<svg/>",
        "a comment of 20 MiB": f"<map><!-- {'x' * LINE} --></map>",
    }
    for what, text in texts.items():
        yield f"tmx: {what}", _file("level.tmx", text)
        tileset = text.replace("map>", "tileset>").replace("<map", "<tileset")
        yield f"tsx: {what}", _beside("level.tmx", _named("a.tsx"), "a.tsx", tileset)


def _named(tileset: str) -> str:
    """A map that names a tileset."""
    return f'<map width="1" height="1"><tileset firstgid="1" source="{tileset}"/>{_layer("1", 1, 1)}</map>'


def _layer(data: str, width: Any, height: Any, encoding: str = 'encoding="csv"', name: str = "L") -> str:
    return f'<layer name="{name}" width="{width}" height="{height}"><data {encoding}>{data}</data></layer>'


def _map(*parts: str, more: str = "", width: Any = WIDE, height: Any = TALL) -> str:
    tiles = "".join(f'<tile id="{k}" type="{word}"/>' for k, word in enumerate(("wall", "floor", "spawn")))
    sides = f'width="{width}" height="{height}" tilewidth="16" tileheight="16"'
    return f'<map {sides} {more}><tileset firstgid="1" name="t">{tiles}</tileset>{"".join(parts)}</map>'


def _things(objects: str) -> str:
    return f"<objectgroup>{objects}</objectgroup>"


def _property(name: str, value: str) -> str:
    return f'<properties><property name="gamemeta.{name}" value="{value}"/></properties>'


def _packed() -> Iterator[tuple[str, Write]]:
    zeros = bytes(512 << 20)
    packers: dict[str, Callable[[bytes], bytes]] = {
        "zlib": lambda raw: zlib.compress(raw, 9),
        "gzip": lambda raw: gzip.compress(raw, 9) * 8,
    }
    with suppress(ModuleNotFoundError):
        import zstandard

        packers["zstd"] = zstandard.ZstdCompressor(level=19).compress
        packers["zstd of a window of 2 GiB"] = lambda raw: b"\x28\xb5\x2f\xfd\x00\xa8\x23\x03\x00\x00"
    for way, pack in packers.items():
        text = base64.b64encode(pack(zeros)).decode()
        short = way.split()[0]
        for what, side in (("", 10), (" of 4,000,000 tiles", 2000)):
            document = _map(_layer(text, side, side, f'encoding="base64" compression="{short}"'))
            yield f"tmx: bomb of {way}{what}", _file("level.tmx", document)
        layer = {"type": "tilelayer", "name": "L", "width": 10, "height": 10, "encoding": "base64"}
        layers = [{**layer, "compression": short, "data": text}]
        yield f"tmj: bomb of {way}", _file("level.tmj", json.dumps({**json.loads(TMJ), "layers": layers}))
        yield (
            f"tmx: cut {way}",
            _file(
                "level.tmx", _map(_layer(text[:400], 2000, 2000, f'encoding="base64" compression="{short}"'))
            ),
        )
    yield "tmx: 20 MiB of base64", _file("level.tmx", _map(_layer("A" * LINE, 2, 2, 'encoding="base64"')))
    yield (
        "tmx: numbers in one line of 20 MiB",
        _file("level.tmx", _map(_layer("1," * (LINE // 2), 2000, 2000))),
    )


def _maps() -> Iterator[tuple[str, Write]]:
    """Maps of Tiled that are well-formed."""
    endless = 'infinite="1"'

    def chunks(*places: Any) -> str:
        parts = [f'<chunk x="{x}" y="{x}" width="1" height="1">1</chunk>' for x in places]
        return _map(_layer("".join(parts), 16, 16), more=endless)

    one = '<object id="1" type="wall" x="0" y="0" width="{0}" height="{0}"/>'
    wide = one.format(4080)
    many = [_things('<object id="1" type="wall" x="0" y="0"/>' * 9_900)] * 20
    numbers = ",".join(map(str, range(1, 9_901)))
    for what, text in {
        "10^9 x 10^9 tiles": _map(width=10**9, height=10**9),
        "a layer of 10^9 x 10^9": _map(_layer("1", 10**9, 10**9)),
        "sides of 10^400": _map(width="1" + "0" * 400),
        "sides that are NaN": _map(width="nan"),
        "sides of infinity": _map(width="inf"),
        "sides of -1": _map(width=-1),
        "layers of 4096 x 4096": _map(_layer("1", 4096, 4096)),
        "chunks at -2e9 and 2e9": chunks(-FAR, FAR),
        "chunks at -1e9 and 1e9": chunks(-(10**9), 10**9),
        "a chunk at NaN": chunks("nan"),
        "chunks of 10,001": chunks(*range(10_001)),
        "an endless map without tiles": _map(more=endless),
        "an offset of 1e300": _map(_layer("1", 1, 1).replace("<layer", '<layer offsetx="1e300"')),
        "tiles of 0 pixels": _map().replace('tilewidth="16"', 'tilewidth="0"'),
        "an object of 10^9 pixels": _map(_things(one.format(10**9))),
        "an object at 1e300": _map(_things(one.format(1).replace('x="0"', 'x="1e300"'))),
        "9,900 objects of 255 x 255": _map(_things(wide * 9_900)),
        "198,000 objects": _map(*many),
        "a polygon of a million points": _map(
            _things(f'<object><polygon points="{"0,0 " * 10**6}"/></object>')
        ),
        "a million properties": _map("<properties>" + '<property name="a"/>' * 10**6 + "</properties>"),
        "1,000 layers": _map(*[_layer("1", 1, 1)] * 1001),
        "990 layers with names, 9,900 kinds": _map(
            _layer(numbers, 100, 99), *[_layer("1", 1, 1, name=f"l{k}") for k in range(990)]
        ),
        "groups in groups": _map("<group>" * 60 + "</group>" * 60),
        "ids that come twice": TMX.replace("</map>", TMX[TMX.index("<layer") :]),
        "a number of no tile": _map(_layer("4294967295", 1, 1)),
        "a negative number": _map(_layer("-1", 1, 1)),
        "a seed of 10^30": _map(_property("seed", "1" + "0" * 30)),
        "a family of 20 MiB": _map(_property("family", "a" * LINE)),
        "ten million hidden numbers": _map(_property("hidden.a", "1 " * 10**7)),
    }.items():
        yield f"tmx: {what}", _file("level.tmx", text)
    yield "tmj: names of XML", _file("level.tmj", json.dumps({**json.loads(TMJ), "<>": 1, "<data>": 2}))


def _neighbours() -> Iterator[tuple[str, Write]]:
    """Files that a map names."""
    for what, path in PATHS.items():
        yield f"tsx: path {what}", _file("level.tmx", _named(path.format("tsx")))
        document = {**json.loads(TMJ), "tilesets": [{"firstgid": 1, "source": path.format("tsj")}]}
        yield f"tsj: path {what}", _file("level.tmj", json.dumps(document))
    for kind, write in _special("a.tsx").items():
        yield f"tsx: {kind}", _beside("level.tmx", _named("a.tsx"), "a.tsx", write)
    yield "tsx: a map", _beside("level.tmx", _named("a.tsx"), "a.tsx", TMX)
    yield "tsx: the map itself", _file("level.tmx", _named("level.tmx"))
    tile = '<tile id="1" type="wall"/>'
    tiles = f"<tileset>{tile * 10**6}</tileset>"
    yield "tsx: a million tiles of it", _beside("level.tmx", _named("a.tsx"), "a.tsx", tiles)
    large = f"<tileset>{' ' * (30 << 20)}</tileset>"
    twice = _map('<tileset firstgid="1" source="a.tsx"/>' * 900, _layer("1", 1, 1))
    yield "tsx: 30 MiB, named 900 times", _beside("level.tmx", twice, "a.tsx", large)
    for suffix in ("tsj", "tmj"):
        for what, text in (("deep", "[" * 10**6), ("null", "null"), ("UTF-16", "{}".encode("utf-16"))):
            document = {**json.loads(TMJ), "tilesets": [{"firstgid": 1, "source": f"a.{suffix}"}]}
            yield f"{suffix}: tileset {what}", _beside("level.tmj", json.dumps(document), f"a.{suffix}", text)
    thing = '<objectgroup><object id="1" template="a.tx" x="0" y="0"/></objectgroup>'
    for what, template in {
        "that names itself": '<template><tileset source="a.tx"/><object template="a.tx" gid="1"/></template>',
        "without an object": "<template/>",
        "whose object is a template of itself": '<template><object template="a.tx" type="wall"/></template>',
    }.items():
        yield f"tx: template {what}", _beside("level.tmx", _map(thing), "a.tx", template)
    things = '<object template="a.tx" x="0" y="0"/>' * 9_900
    template = f'<template><object type="wall"/>{" " * (30 << 20)}</template>'
    yield (
        "tx: template of 30 MiB, named 9,900 times",
        _beside("level.tmx", _map(_things(things)), "a.tx", template),
    )


def _projects() -> Iterator[tuple[str, Write]]:
    """Projects of LDtk."""

    def changed(layer: dict[str, Any] | None = None, **level: Any) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(LDTK)
        document["levels"][0] |= level
        if layer:
            document["levels"][0]["layerInstances"][0] |= layer
        return document

    layers = changed()["levels"][0]["layerInstances"]
    several = changed()
    several["levels"] = several["levels"] * 10_001
    thing = {"__identifier": "wall", "px": [0, 0], "__pivot": [0, 0], "__tags": [], "fieldInstances": []}
    far = [{**thing, "px": [x, x]} for x in (-FAR, FAR)]
    for what, document in {
        "10^9 x 10^9 pixels": changed(pxWid=10**9, pxHei=10**9),
        "10^9 x 10^9 cells": changed({"__cWid": 10**9, "__cHei": 10**9}),
        "cells of 10^18 pixels": changed({"__gridSize": 10**18}),
        "an offset of 10^15": changed({"__pxTotalOffsetX": 10**15}),
        "a value of 2^40": changed({"intGridCsv": [2**40] * (WIDE * TALL)}),
        "a million values": changed({"intGridCsv": list(range(10**6)), "__cWid": 1000, "__cHei": 1000}),
        "101 layers": changed(layerInstances=layers * 101),
        "10,001 levels": several,
        "a level twice": {**changed(), "levels": changed()["levels"] * 2},
        "things at -2e9 and 2e9": changed({"__type": "Entities", "entityInstances": far}),
        "a million things": changed({"__type": "Entities", "entityInstances": [thing] * 100_000}),
        "a million fields": changed(fieldInstances=[{"__identifier": "gamemeta_x", "__value": 1}] * 10**6),
        "definitions that come twice": {**changed(), "defs": _doubled(changed()["defs"])},
    }.items():
        yield f"ldtk: {what}", _file("level.ldtk", json.dumps(document))
    for what, path in PATHS.items():
        outside = changed(layerInstances=None, externalRelPath=path.format("ldtkl"))
        yield f"ldtkl: path {what}", _file("level.ldtk", json.dumps(outside))
    outside = changed(layerInstances=None, externalRelPath="a.ldtkl")
    for kind, write in _special("a.ldtkl").items():
        yield f"ldtkl: {kind}", _beside("level.ldtk", json.dumps(outside), "a.ldtkl", write)
    for what, text in (("deep", "[" * 10**6), ("the project", LDTK), ("ten million lists", "[]," * 10**7)):
        yield f"ldtkl: {what}", _beside("level.ldtk", json.dumps(outside), "a.ldtkl", text)


def _doubled(defs: dict[str, Any]) -> dict[str, Any]:
    return {name: value * 2 if isinstance(value, list) else value for name, value in defs.items()}


def _words() -> Iterator[tuple[str, Write]]:
    """Files of words beside a map."""
    for kind, write in _special(WORDS).items():
        yield f"words: {kind}", _beside("level.tmx", TMX, WORDS, write)
    for what, text in {
        "a key of a million parts": "a." * 10**5 + "b = 1",
        "lists in lists": "tiles = " + "[" * 10**5,
        "100,000 tiles": "[tiles]\n" + "".join(f'a{k} = "wall"\n' for k in range(10**4)),
        "a number": "tiles = nan",
        "a word that is none": '[tiles]\n"*" = "lava"',
        "a root at the top": 'root = "/"',
        "a root that is not there": 'root = "/none/there"',
        "a table twice": "[tiles]\n[tiles]",
        "UTF-16": '[tiles]\n"*" = "wall"'.encode("utf-16"),
        "zero bytes": "\0",
        "with a byte-order mark": "\ufeff[tiles]\n",
        "a line of 20 MiB": "#" * LINE,
        "a date": "empty = 1979-05-27",
    }.items():
        yield f"words: {what}", _beside("level.tmx", TMX, WORDS, text)
