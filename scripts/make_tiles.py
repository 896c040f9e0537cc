"""Draw the project's own 16 x 16 tiles into assets/tiles, and as one picture for editors of levels:
`python scripts/make_tiles.py`.

Every tile is code: walls and floors are computed, the rest is drawn in `tile_sprites`, as a grid of
letters, one letter a pixel. What exists in several colours is drawn once, in the digits 1 (light) to
3 (dark), and tinted. The same code gives the same pixels.
"""

from pathlib import Path

import numpy as np
from PIL import Image
from tile_sprites import SPRITES, TINTED_SPRITES

from gamemeta_levels.tiles import NAMES

SIDE = 16
ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "assets" / "tiles"
SHEET = ROOT / "levels" / "gamemeta_levels" / "formats" / "tiles.png"

PALETTE = {
    ".": (0, 0, 0, 0),
    "k": (27, 24, 43, 255),  # ink: outlines
    "s": (27, 24, 43, 70),  # shade that falls on the floor
    "w": (250, 246, 233, 255),  # white of eyes, glints
    "t": (38, 148, 153, 255),  # teal: the agent
    "T": (77, 198, 190, 255),
    "d": (24, 98, 118, 255),
    "y": (247, 201, 72, 255),  # gold: goal and key
    "Y": (255, 234, 150, 255),
    "o": (206, 138, 40, 255),
    "r": (206, 66, 72, 255),  # red: danger
    "R": (240, 110, 98, 255),
    "g": (129, 140, 163, 255),  # steel
    "G": (193, 203, 218, 255),
    "b": (112, 70, 48, 255),  # wood
    "B": (150, 98, 62, 255),
    "n": (80, 47, 38, 255),
    "u": (104, 122, 178, 255),  # rune of the spawn
    "U": (148, 166, 214, 255),
    "m": (190, 98, 66, 255),  # mark of the path
    "M": (168, 80, 56, 255),
    "p": (112, 78, 150, 255),  # purple: the bat
    "P": (152, 112, 190, 255),
    "e": (88, 158, 72, 255),  # green: the slime
    "E": (142, 206, 106, 255),
    "f": (58, 112, 62, 255),
    "h": (70, 58, 74, 255),  # dust: the spider
    "H": (104, 88, 106, 255),
}

Tint = tuple[tuple[int, int, int], ...]
"""The colours of the digits 1, 2, 3: light, middle, dark."""

# The colours of each kind of thing, by the ending of the tile's name.
METALS: dict[str, Tint] = {
    "-1": ((232, 160, 108), (190, 108, 62), (126, 66, 42)),  # bronze
    "-2": ((226, 233, 242), (162, 174, 194), (106, 117, 142)),  # silver
    "-3": ((255, 234, 150), (247, 201, 72), (206, 138, 40)),  # gold
}
LIQUIDS: dict[str, Tint] = {
    "-1": ((242, 112, 100), (214, 62, 70), (150, 36, 56)),  # red
    "-2": ((112, 170, 246), (58, 110, 214), (38, 68, 150)),  # blue
    "-3": ((132, 214, 116), (66, 160, 74), (40, 106, 60)),  # green
    "-4": ((202, 148, 240), (148, 84, 204), (96, 50, 146)),  # violet
}
SHIRTS: dict[str, Tint] = {
    "-1": LIQUIDS["-1"],  # red
    "-2": LIQUIDS["-2"],  # blue
    "-3": LIQUIDS["-4"],  # violet
}
PAPERS: dict[str, Tint] = {
    "-1": ((255, 253, 246), (226, 222, 214), (178, 172, 170)),  # white
    "-2": ((252, 224, 112), (228, 186, 64), (172, 124, 36)),  # yellow
    "-3": ((170, 174, 186), (134, 138, 154), (92, 95, 114)),  # grey
}

TINTS = {
    "exit": LIQUIDS,
    "player": SHIRTS,
    "key": METALS,
    "door": METALS,
    "potion": LIQUIDS,
    "scroll": PAPERS,
}

FLOOR = np.array((222, 203, 167))
FLOOR_LIGHT = np.array((233, 217, 185))
FLOOR_DARK = np.array((204, 181, 143))
STONE = np.array((84, 91, 132))
STONE_LIGHT = np.array((113, 122, 165))
STONE_DARK = np.array((60, 63, 98))
MORTAR = np.array((38, 37, 62))


def sprite(drawing: str, tint: Tint = ()) -> Image.Image:
    """A drawing of letters as an image; the digits in the colours of the tint."""
    palette = PALETTE | {str(k): (*colour, 255) for k, colour in enumerate(tint, start=1)}
    rows = [line.strip() for line in drawing.strip().splitlines()]
    pixels = np.array([[palette[letter] for letter in row] for row in rows], np.uint8)
    return Image.fromarray(pixels)


def floor() -> Image.Image:
    """A slab of sandstone with a lit upper left edge and a few grains."""
    pixels = np.empty((SIDE, SIDE, 3), int)
    pixels[:] = FLOOR
    pixels[0, :], pixels[:, 0] = FLOOR_LIGHT, FLOOR_LIGHT
    pixels[-1, :], pixels[:, -1] = FLOOR_DARK, FLOOR_DARK
    for row, column in ((3, 11), (5, 4), (10, 12), (12, 6), (13, 3)):
        pixels[row, column] = FLOOR_DARK
    for row, column in ((4, 11), (6, 4), (11, 12)):
        pixels[row, column] = FLOOR_LIGHT
    return opaque(pixels)


def wall() -> Image.Image:
    """Four courses of bricks, each brick lit from above; every second one is a shade darker."""
    pixels = np.empty((SIDE, SIDE, 3), int)
    for row in range(SIDE):
        course, height = divmod(row, 4)
        for column in range(SIDE):
            along = (column + 4 * (course % 2)) % 8
            brick = (column + 4 * (course % 2)) // 8 % 2
            tone = STONE - 7 * ((course + brick) % 2)
            if height == 3 or along == 7:
                tone = MORTAR
            elif height == 0:
                tone = STONE_LIGHT - 7 * ((course + brick) % 2)
            elif along == 6 or height == 2:
                tone = (tone + STONE_DARK) // 2
            pixels[row, column] = tone
    return opaque(pixels)


def opaque(pixels: np.ndarray) -> Image.Image:
    return Image.fromarray(pixels.astype(np.uint8)).convert("RGBA")


def tiles() -> dict[str, Image.Image]:
    """Every tile by the name of its file."""
    drawn = {name: sprite(drawing) for name, drawing in SPRITES.items()}
    for name, drawing in TINTED_SPRITES.items():
        drawn |= {name + ending: sprite(drawing, tint) for ending, tint in TINTS[name].items()}
    return {"wall": wall(), "floor": floor(), **drawn}


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    images = tiles()
    for name, image in images.items():
        image.save(OUT / f"{name}.png", optimize=True)
    sheet(images).save(SHEET, optimize=True)


def sheet(images: dict[str, Image.Image]) -> Image.Image:
    """All tiles that levels have in a row, in the order of their codes, as maps for editors need them."""
    whole = Image.new("RGBA", (SIDE * len(NAMES), SIDE))
    for code, name in enumerate(NAMES):
        image = images[name.replace(" ", "-")].convert("RGBA")
        floor = images["floor"].convert("RGBA")
        whole.paste(Image.alpha_composite(floor, image), (code * SIDE, 0))
    return whole


if __name__ == "__main__":
    main()
