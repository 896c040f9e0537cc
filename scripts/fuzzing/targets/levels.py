"""Level files of every family and format: read, checked, drawn, changed and played in each game that can."""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from random import Random

import numpy as np

from gamemeta.errors import LevelError
from gamemeta.games.game import Game, StepBuffers
from gamemeta.games.registry import make_game
from gamemeta.playing.level_picture import draw_level
from gamemeta.playing.picture import draw_board
from gamemeta_levels.family import LevelArrays, generate, plan_words
from gamemeta_levels.formats import SUFFIXES, dumps, read_level, resolve, write_level
from gamemeta_levels.formats.ascii import parse
from gamemeta_levels.formats.source import Source
from gamemeta_levels.inspection.file_check import check_file
from gamemeta_levels.level import Level
from gamemeta_levels.registry import family_class
from gamemeta_levels.split import parse_address
from gamemeta_levels.tiles import GLYPHS
from scripts.fuzzing import mutations as m
from scripts.fuzzing.maps import maps_like
from scripts.fuzzing.projects import projects_like
from scripts.fuzzing.target import Target

GAMES = {
    "maze": ("maze",),
    "dungeon": ("dungeon",),
    "arena": ("tag", "duel", "forage"),
    "bandit": ("bandit",),
    "mdp": ("mdp",),
    "grid": ("grid",),
    "darkroom": ("darkroom",),
    "keydoor": ("keydoor",),
    "navigation": ("navigation",),
    "corridor": ("corridor",),
    "popgym": ("popgym/repeat_previous",),
    "alchemy": ("alchemy",),
    "xland": ("xland",),
}
"""Family -> games that play its levels."""
PARAMETERS = {"arena": {"walls": (0, 4), "cover": (0, 2), "ammunition": (0, 2), "loads": (2, 2)}}
HOSTILE = {
    "arena.txt": ("#24####\n3SSGSS#\n###1###\n", "#2#4#\nSS#SS\n##G##\n##.##\n#1#3#\n"),
    "dungeon.txt": ("..FG\n..##\n.l..\n....\n..S.\n.m.k\n....\n", "GFS\n##.\nklm\n"),
    "maze.txt": ("SG\n", "S\nG\n", "..G\n.#.\nS..\n"),
}
"""Small levels at the edge of what is a level, to begin from besides the generated ones."""
SEEDS = 6
"""Good levels of each family and format."""
OF_TILED = (".tmx", ".tmj")
STEPS = 8
"""Steps of a game on each level."""
ONE_IN = 8
"""Levels of which one is also shown as a picture, and changed by the family."""


def targets() -> Iterator[Target]:
    """A target for each family and format, and one for words that name a level."""
    for family in GAMES:
        for suffix in SUFFIXES:
            yield Target(
                name=f"levels/{family}{suffix}",
                seeds=partial(_seeds, family, suffix),
                play=partial(_play, family, suffix),
                mutate=m.mutated_by(*_CHANGES[suffix]),
            )
    yield Target(name="levels/words", seeds=_words, play=_play_word)


def _seeds(name: str, suffix: str) -> list[bytes]:
    """Level files that all games of the family can play."""
    cls = family_class(name)
    family = cls(_parameters(name)) if name in PARAMETERS else cls()
    hostile = [text.encode() for text in HOSTILE.get(f"{name}{suffix}", ())]
    levels = [generate(family, seed) for seed in range(SEEDS)]
    if suffix == ".txt":
        levels = [Level(family=name, tiles=one.tiles, seed=one.seed) for one in levels]
    texts = [dumps(level, suffix) for level in levels]
    if suffix == ".json":  # whoever changes a level leaves out the digest
        texts += [
            text.replace(f',\n "digest": "{one.digest}"', "") for text, one in zip(texts, levels, strict=True)
        ]
    if suffix in OF_TILED:
        texts += [text for one in texts[:2] for text in maps_like(one)]
    if suffix == ".ldtk":  # what we write is long, and most of it is not read
        texts = [texts[0], *(text for one in texts for text in projects_like(one))]
    good = [text.encode() for text in texts if suffix != ".txt" or _is_playable(name, text)]
    return [*good, *hostile] or [b"SG\n"]


def _parameters(name: str) -> object:
    from gamemeta_levels.families.arena.parameters import ArenaParameters

    return ArenaParameters(**PARAMETERS[name])


def _is_playable(name: str, text: str) -> bool:
    """Whether a drawing holds all that a level of the family has."""
    try:
        family_class(name)().pack([parse(text, name)])
    except LevelError:
        return False
    return True


def _play(name: str, suffix: str, data: bytes, folder: Path) -> None:
    """What commands do with a level file."""
    path = folder / f"level{suffix}"
    path.write_bytes(data)
    family = family_class(name)()
    luck = Random(zlib.crc32(data))
    checked = check_file(path, name)
    try:
        level = resolve(str(path), family)
    except LevelError:
        if checked.error is None and checked.level is not None and checked.level.family == name:
            raise AssertionError("`levels check` calls good what `play` refuses") from None
        raise
    if checked.error is not None:
        raise AssertionError(f"`levels check` refuses what `play` takes: {checked.error}")
    plan = family.solve(level)
    assert len(plan_words(family, plan)) == len(plan)
    family.rules(level)
    again = folder / f"again{suffix}"
    if suffix != ".txt" or not level.hidden:
        write_level(level, again)
        assert read_level(again, name) == level, "written and read, it is another level"
    if luck.randrange(ONE_IN) == 0:
        draw_level(level)
        changed = family.mutate(level, luck.randrange(2**63))
        family.pack([changed])
        if suffix == ".ldtk":
            _write_back(changed, path, again)
    arrays = family.pack([level])
    for game in GAMES[name]:
        _play_game(_game(game), arrays, luck, drawn=luck.randrange(ONE_IN) == 0)


def _write_back(level: Level, path: Path, again: Path) -> None:
    """Write a level into a damaged file that another was read from: whole, or not at all."""
    try:
        write_level(level, again, like=Source(path, family=level.family))
    except LevelError:
        return
    assert read_level(again, level.family) == level, "written back and read, it is another level"


@cache
def _game(name: str) -> Game:
    return make_game(name, 1)


def _play_game(game: Game, arrays: LevelArrays, luck: Random, *, drawn: bool) -> None:
    """Some steps of a game on the one level, and a save that is loaded."""
    out = StepBuffers.empty(game, labels=True)
    arrays.chance[:] = luck.randrange(2**63)
    try:
        game.family().validate(game.family().unpack(arrays, 0))
        game.reset(arrays, np.ones(1, np.bool_), out)
    except LevelError:
        return  # a level may suit some games of its family alone
    play_steps(game, out, luck)
    game.load(0, game.save(0))
    if drawn:
        game.par(arrays)
        scene = game.scene(0)
        draw_board(scene, np.array([scene.agent]))


def play_steps(game: Game, out: StepBuffers, luck: Random) -> None:
    """Some steps of random actions, and what a game then says and shows."""
    heads = game.spec.action.heads
    for _ in range(STEPS):
        action = [[[luck.randrange(codes) for codes in heads]] * game.seats]
        game.step(np.array(action), out)
        assert np.isfinite(out.reward).all()
        game.events(0)
    game.scene(0)


def _words() -> Sequence[bytes]:
    return [b"17", b"test:17", b"far:3", b"validation:0", b"level.txt", b"train:9223372036854775807"]


def _play_word(data: bytes, folder: Path) -> None:
    """A word of the command line."""
    word = data.decode("utf-8", "surrogateescape")
    parse_address(word)
    for name in ("maze", "arena"):
        resolve(word, family_class(name)())


def change_tile(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """Another glyph in place of one: mostly those that the level has."""
    places = [k for k, byte in enumerate(data) if chr(byte) in GLYPHS]
    if not places:
        return data
    place = random.choice(places)
    glyph = (
        random.choice(GLYPHS).encode()
        if random.random() < 0.5
        else data[(k := random.choice(places)) : k + 1]
    )
    return data[:place] + glyph + data[place + 1 :]


def change_shape(random: Random, data: bytes, seeds: Sequence[bytes]) -> bytes:
    """A row or a column of a drawing left out, or twice; of a document, its rows of tiles."""
    text = data.decode("utf-8", "replace")
    if text.startswith("{"):
        return _in_document(random, data)
    lines = text.split("\n")
    rows = [k for k, line in enumerate(lines) if line and not line.startswith(";")]
    if not rows:
        return data
    block = _reshaped(random, [lines[k] for k in rows])
    notes = [line for line in lines if line.startswith(";")]
    return "\n".join([*notes, *block, ""]).encode("utf-8", "replace")


def _in_document(random: Random, data: bytes) -> bytes:
    try:
        document = json.loads(data)
        rows = document["tiles"]
        if isinstance(rows, list) and rows and all(isinstance(row, str) for row in rows):
            document["tiles"] = _reshaped(random, rows)
        return json.dumps(document).encode("utf-8", "surrogatepass")
    except (ValueError, KeyError, TypeError, RecursionError):
        return data


def _reshaped(random: Random, rows: list[str]) -> list[str]:
    row, column = random.randrange(len(rows)), random.randrange(max(map(len, rows)) + 1)
    most = random.choice((1, 1, 1, 2, 30, 300))
    choice = random.randrange(6)
    if choice == 0:
        return rows[:row] + rows[row + most :]
    if choice == 1:
        return rows[:row] + [rows[row]] * most + rows[row:]
    if choice == 2:
        return [line[:column] + line[column + most :] for line in rows]
    if choice == 3:
        return [line[:column] + line[column : column + 1] * most + line[column:] for line in rows]
    if choice == 4:
        return [line[::-1] for line in rows]
    return ["".join(column) for column in zip(*rows, strict=False)]


_CHANGES: dict[str, tuple[Callable[[Random, bytes, Sequence[bytes]], bytes], ...]] = {
    ".txt": (*[change_tile] * 8, *[change_shape] * 6, *m.TEXT_CHANGES, *m.BYTE_CHANGES),
    ".tmx": (*[change_tile] * 2, *m.TEXT_CHANGES * 2, *m.BYTE_CHANGES),
    ".ldtk": (*m.JSON_CHANGES * 3, *m.TEXT_CHANGES, *m.BYTE_CHANGES),
    ".tmj": (*m.JSON_CHANGES * 3, *m.TEXT_CHANGES, *m.BYTE_CHANGES),
    ".json": (*[change_tile] * 3, *[change_shape] * 4, *m.JSON_CHANGES * 2, *m.TEXT_CHANGES, *m.BYTE_CHANGES),
}
