"""Draw the project's own 16 x 16 tiles into assets/tiles: `python scripts/make_tiles.py`.

Every tile is code: walls and floors are computed, the rest is drawn below as a grid of letters, one
letter a pixel. The same code gives the same pixels.
"""

from pathlib import Path

import numpy as np
from PIL import Image

SIDE = 16
OUT = Path(__file__).resolve().parent.parent / "assets" / "tiles"

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
}

SPRITES = {
    "agent": """
        ................
        .....kkkkkk.....
        ...kkTTTTTTkk...
        ..kTTwTTTTTTtk..
        ..kTwTTTTTTTtk..
        .kTTTTTTTTTTttk.
        .kTTkkTTTTkkttk.
        .kTTkwTTTTkwttk.
        .kTTkkTTTTkkttk.
        .kTTTTTTTTTtttk.
        .kTTTTkkkkTtttk.
        .kdTTTTTTttttdk.
        .kddttttttttddk.
        ..kkddkkkkddkk..
        ..skkks..skkks..
        ...ssss..ssss...
    """,
    "goal": """
        ................
        .......kk.......
        ......kYYk......
        ......kYyk......
        .....kYYyyk.....
        .kkkkkYYyykkkkk.
        kYYYYYYYyyyyyyok
        .kYYYYYYyyyyyok.
        ..kkYYYYyyyyok..
        ...kYYYYyyyyk...
        ...kYYYYyyyok...
        ..kYYYYyyyyook..
        ..kYYyokkoyyok..
        .kYyokk..kkoook.
        .kokk.ssss.kkok.
        ..k..........k..
    """,
    "spawn": """
        ................
        ....uuuuuuuu....
        ..uuU......Uuu..
        ..u..........u..
        .uU....UU....Uu.
        .u....U..U....u.
        .u...U....U...u.
        .u..U..uu..U..u.
        .u..U..uu..U..u.
        .u...U....U...u.
        .u....U..U....u.
        .uU....UU....Uu.
        ..u..........u..
        ..uuU......Uuu..
        ....uuuuuuuu....
        ................
    """,
    "hazard": """
        ................
        ...k........k...
        ...Rk......kRk..
        ..kRk......kRk..
        ..kGk..k...kGk..
        ..kGgk.Rk..kGgk.
        .kGGgkkRk.kGGgk.
        .kGGgkkGkkkGGgk.
        .kGGggkGgkkGGggk
        kGGGggkGgkGGGggk
        kGGgggGGggkGGggk
        kkkkkkGGggkkkkkk
        .sssskGGggkssss.
        ....kGGGgggk....
        ....kkkkkkkk....
        .....ssssss.....
    """,
    "key": """
        ................
        ................
        ...kkkk.........
        ..kYYYyk........
        .kYykkYyk.......
        .kYk..kyk.......
        .kYk..kykkkkkkk.
        .kYykkYyYYYYYYyk
        .kYYYYyyyyyyyyok
        ..kyyyokkkkyoyok
        ...kkkks..kokok.
        ...ssss...kokok.
        ...........k.k..
        ..........s.s...
        ................
        ................
    """,
    "door": """
        kkkkkkkkkkkkkkkk
        kbBBBbBBBBbBBBbk
        kbBBBnBBBBnBBBnk
        kkgGGGGGGGGGGgkk
        kbBBBnBBBBnBBBnk
        kbBBBnBBBBnBBBnk
        kbBBBnBBBBnBBBnk
        kbBBBnBBBBnkkBnk
        kbBBBnBBBBkYyknk
        kbBBBnBBBBkykknk
        kbBBBnBBBBnkkBnk
        kbBBBnBBBBnBBBnk
        kkgGGGGGGGGGGgkk
        kbBBBnBBBBnBBBnk
        knnnnnnnnnnnnnnk
        kkkkkkkkkkkkkkkk
    """,
    "path": """
        ................
        ................
        ................
        ................
        ................
        ................
        ......mmm.......
        .....mmmmm......
        .....mmmmM......
        .....mmmMM......
        ......MMM.......
        ................
        ................
        ................
        ................
        ................
    """,
}

FLOOR = np.array((222, 203, 167))
FLOOR_LIGHT = np.array((233, 217, 185))
FLOOR_DARK = np.array((204, 181, 143))
STONE = np.array((84, 91, 132))
STONE_LIGHT = np.array((113, 122, 165))
STONE_DARK = np.array((60, 63, 98))
MORTAR = np.array((38, 37, 62))


def sprite(drawing: str) -> Image.Image:
    """A drawing of letters as an image."""
    rows = [line.strip() for line in drawing.strip().splitlines()]
    pixels = np.array([[PALETTE[letter] for letter in row] for row in rows], np.uint8)
    return Image.fromarray(pixels, "RGBA")


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
    return Image.fromarray(pixels.astype(np.uint8), "RGB").convert("RGBA")


def tiles() -> dict[str, Image.Image]:
    """Every tile by the name of its file."""
    drawn = {name: sprite(drawing) for name, drawing in SPRITES.items()}
    return {"wall": wall(), "floor": floor(), **drawn}


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    for name, image in tiles().items():
        image.save(OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
