"""`gamemeta levels words`."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from gamemeta_cli.levels.options import OverwriteOption, number_of
from gamemeta_cli.options import Tiles, words_in
from gamemeta_cli.terminal.console import echo
from gamemeta_levels.errors import LevelError
from gamemeta_levels.files.atomic import write_atomically
from gamemeta_levels.files.toml import toml_text
from gamemeta_levels.formats import drawing_at, source_at
from gamemeta_levels.formats.drawing import unknown_kinds
from gamemeta_levels.formats.files import is_there
from gamemeta_levels.formats.gather import level_files
from gamemeta_levels.formats.tile_words import IGNORE, WORDS, WORDS_FILE

HEAD = f"""# What the tiles of a level file mean. Give it with --tiles, or call it {WORDS_FILE}
# and put it beside the level.
# Words: {", ".join(WORDS)};
# or {IGNORE}, for what is only decoration. "*" stands for everything that is not named.

# empty = "wall"  # what nothing is drawn on, where that is not as the file says

[tiles]
"""


def words(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A level file of an editor.", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="FILE.toml", help="Write to a file instead of printing.", show_default=False
        ),
    ] = None,
    tiles: Tiles = None,
    overwrite: OverwriteOption = False,
) -> None:
    """List the tiles of an editor's file that have no meaning yet, as a file of words to fill in."""
    unknown = Counter[str]()
    for one in level_files(file):
        source = source_at(one, words=words_in(tiles))
        unknown.update(unknown_kinds(drawing_at(source), source.words))
    if not unknown:
        echo(f"{file}: every tile has a meaning", err=True)
        return
    lines = [
        f"{toml_text({name: IGNORE}).strip()}  # drawn {number_of(count, 'time')}"
        for name, count in unknown.most_common()
    ]
    text = HEAD + "\n".join(lines) + "\n"
    if out is None:
        echo(text.removesuffix("\n"))
        return
    if is_there(out) and not overwrite:
        raise LevelError(f"{out} exists. Give another place, or --overwrite to replace.")
    try:
        write_atomically(out, text.encode())
    except OSError as error:
        raise LevelError(f"{out}: cannot be written: {error.strerror}.") from None
    echo(f"wrote {out}: fill in what each of {len(unknown)} kinds of tiles means", err=True)
