"""`gamemeta levels show`."""

from pathlib import Path
from typing import Annotated

import typer

from gamemeta_cli.levels.options import (
    WORDS_FOR_LEVEL,
    FamilyOption,
    console,
    number_of,
    open_level,
)
from gamemeta_cli.options import Tiles
from gamemeta_cli.terminal.console import echo
from gamemeta_cli.terminal.drawing import draw_level, legend, path_of
from gamemeta_levels.errors import LevelError
from gamemeta_levels.family import LevelFamily, plan_words
from gamemeta_levels.formats import DEFAULT_FAMILY
from gamemeta_levels.inspection.words import drawn_rules_in_words, rules_in_words
from gamemeta_levels.level import Level
from gamemeta_levels.split import parse_address, split_of


def show(
    levels: Annotated[list[str], typer.Argument(metavar="LEVEL...", help=WORDS_FOR_LEVEL)],
    family: FamilyOption = DEFAULT_FAMILY,
    plan: Annotated[bool, typer.Option("--plan", help="Show the solver's solution.")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="Show the hidden rules in words.")] = False,
    png: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Write one level as a picture instead.", show_default=False),
    ] = None,
    tiles: Tiles = None,
) -> None:
    """Draw levels, with size, length of the solution, split, seed, digest and a legend."""
    if png is not None and len(levels) > 1:
        raise LevelError(f"{png} is one picture for {len(levels)} levels. Name one level.")
    for word in levels:
        source, level = open_level(word, family, tiles)
        words = plan_words(source, source.solve(level))
        path = path_of(level, words) if plan else []
        rule_lines = rules_in_words(source, level) if rules else []
        if png is not None:
            _write_picture(png, level, path, [_headline(word, level, len(words), source), *rule_lines])
            continue
        screen = console()
        screen.print(_headline(word, level, len(words), source))
        drawn = "" if parse_address(word) else drawn_rules_in_words(source, level, word)
        if drawn:
            screen.print(drawn if rules else f"{drawn} (--rules shows them)")
        screen.print(draw_level(level, path), end="")
        screen.print(legend(level))
        if plan:
            screen.print(f"plan: {(', ' if ' ' in words[0] else ' ').join(words)}")
        if rules:
            screen.print("\n".join(["hidden rules:", *(f"  {line}" for line in rule_lines or ["none"])]))
        screen.print()


def _headline(word: str, level: Level, par_steps: int, family: LevelFamily) -> str:
    seed = "none" if level.seed is None else level.seed
    return (
        f"{level.family} {word}: {level.height} x {level.width} tiles, par {number_of(par_steps, 'step')}, "
        f"{_split(word, level, family)}seed {seed}, digest {level.digest}"
    )


def _split(word: str, level: Level, family: LevelFamily) -> str:
    """The split of a generated level; nothing of a file, whose split each set of levels decides anew."""
    address = parse_address(word)
    if address is None:
        return ""
    if not family.about.held_out:
        return "split all (none is held out), "
    return f"split {'far' if address.split == 'far' else split_of(level.content_hash)}, "


def _write_picture(file: Path, level: Level, path: list[tuple[int, int]], lines: list[str]) -> None:
    from gamemeta.playing.level_picture import write_level_picture

    write_level_picture(file, level, path, lines)
    echo(f"wrote {file}", err=True)
