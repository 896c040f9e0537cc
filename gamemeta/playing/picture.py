"""One frame of a session as an image, drawn with the tiles of assets/."""

from collections.abc import Sequence
from functools import cache
from math import ceil

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from gamemeta.assets import asset
from gamemeta.games.scene import Scene, camera
from gamemeta.playing.beliefs import ShownBelief, heat_of
from gamemeta.playing.lettering import Colour, length, write
from gamemeta.playing.session import EpisodeResult, Frame, Shown
from gamemeta_levels.text import in_one_line
from gamemeta_levels.tiles import FLOOR, GOAL, NAMES, SPAWN

TILE = 16
"""Side of a tile of assets/tiles, pixels."""
MAX_TILES = 31
"""A larger level scrolls: the picture then shows this many tiles a side, around the agent."""
MIN_WIDTH = 288
"""Least width of a picture, pixels, so that its caption fits. A board smaller than this is enlarged
by a whole factor."""
EVENT_LINES = 3
"""Lines for the newest events, where a game has words for them."""
MAX_BARS = 6
"""Episodes that the caption lists; with more, the newest."""

INK, CREAM, FAINT = (27, 24, 43), (250, 246, 233), (129, 140, 163)
TRACK, PLAYED, REACHED, LIGHT = (52, 50, 78), (206, 138, 40), (77, 198, 190), (255, 234, 150)
OUTCOMES = {"won": REACHED, "lost": PLAYED, "draw": FAINT}
"""Colours of matches, by who won."""
WON_BY = "won:"
NIGHT, NIGHT_SHARE = np.array((24, 22, 48), np.float32), 0.58
"""What lies outside the agent's view is blended with this colour, by this share."""

HEAT, HEAT_SHARE = np.array((226, 60, 168), np.float32), 0.85
"""A tile that is believed to be the place of something is blended with this colour, the likeliest one by this
share and others by the square root of how likely they are beside it."""
LEAST_HEAT = 1e-3
"""Less likely tiles stay as they are."""
VALUES = ((77, 198, 190), (206, 138, 40), (226, 60, 168), (126, 150, 214))
"""Colours of the values of a fact, in their order."""
THOUGHT_NAME, THOUGHT_WORD = 84, 90
"""Room for the name of a fact, and for its likeliest value, pixels."""

PADDING, TITLE, BAR, LABEL, NUMBER, EVENT = 10, 26, 16, 16, 34, 14
"""Parts of the caption, pixels: margin, first line, a bar's line, room left and right of bars, a line of an
event."""


def draw(frame: Frame, shown: Shown) -> Image.Image:
    """One frame with its caption, RGB."""
    board = _enlarged(draw_board(frame.scene, frame.path, heat_of(frame.beliefs)))
    bars = min(shown.episodes, MAX_BARS)
    width = max(board.width, MIN_WIDTH)
    story = EVENT * (1 + EVENT_LINES) if shown.has_events else 0
    beliefs = [belief for belief in frame.beliefs if belief.on_map is None]
    thoughts = EVENT * len(beliefs)
    height = board.height + TITLE + story + thoughts + BAR * (bars + 1) + PADDING
    image = Image.new("RGB", (width, height), INK)
    image.paste(board, ((width - board.width) // 2, 0))
    pen = ImageDraw.Draw(image)
    _title(pen, frame, shown, top=board.height, width=width)
    if shown.has_events:
        _story(pen, frame, top=board.height + TITLE, width=width)
    _thoughts(pen, beliefs, top=board.height + TITLE + story, width=width)
    _bars(pen, frame, shown, top=board.height + TITLE + story + thoughts, width=width)
    return image


def draw_board(scene: Scene, path: NDArray[np.int32], heat: NDArray[np.float32] | None = None) -> Image.Image:
    """The level, agent and path at 16 pixels a tile, RGB; darker where the agent does not see. Or the
    picture that the game shows.

    Args:
        scene: the game.
        path: where the agent went.
        heat: [H, W], how likely each tile is believed to be the place of something.
    """
    if scene.image is not None:
        return Image.fromarray(scene.image)
    rows, columns = camera(scene, MAX_TILES, MAX_TILES)
    pixels = _sheet()[scene.tiles[rows, columns]]  # [h, w, 16, 16, 3]
    corner = (rows.start, columns.start)
    for place in {(int(r), int(c)) for r, c in path[:-1]} - {scene.agent}:
        if scene.tiles[place] in (FLOOR, SPAWN, GOAL):
            _stamp(pixels, _overlay("path"), place, corner)
    dark = ~scene.lit[rows, columns]
    pixels[dark] = _at_night(pixels[dark])
    if heat is not None:
        _glow(pixels, heat[rows, columns])
    _stamp(pixels, _overlay("agent"), scene.agent, corner)
    h, w = dark.shape
    flat = pixels.swapaxes(1, 2).reshape(h * TILE, w * TILE, 3)
    image = Image.fromarray(flat.astype(np.uint8))
    _outline(image, scene.seen, corner)
    return image


def draw_tiles(tiles: NDArray[np.uint8], path: Sequence[tuple[int, int]] = ()) -> Image.Image:
    """Tiles [H, W] without a game, at 16 pixels each, RGB; places of a path, row and column, are marked."""
    pixels = _sheet()[tiles]  # [H, W, 16, 16, 3]
    for place in set(path):
        _stamp(pixels, _overlay("path"), place, (0, 0))
    height, width = tiles.shape
    flat = pixels.swapaxes(1, 2).reshape(height * TILE, width * TILE, 3)
    return Image.fromarray(flat.astype(np.uint8))


def reference() -> Image.Image:
    """Every tile, lit and dark, in one image: the colours that any board is made of."""
    lit = _sheet().reshape(-1, TILE, 3)
    both = np.concatenate([lit, _at_night(lit)], axis=1)
    return Image.fromarray(both.astype(np.uint8))


def _title(pen: ImageDraw.ImageDraw, frame: Frame, shown: Shown, *, top: int, width: int) -> None:
    """Episode, step and return."""
    right = width - PADDING
    numbers = f"step {frame.scene.step}   return {frame.returns:.2f}"
    unit = "Match" if shown.outcomes else "Episode"
    write(pen, (PADDING, top + 7), f"{unit} {frame.episode} of {shown.episodes}", CREAM, 14)
    write(pen, (right - length(numbers, 14), top + 7), numbers, CREAM, 14)


def _story(pen: ImageDraw.ImageDraw, frame: Frame, *, top: int, width: int) -> None:
    """What the agent has, then the newest events of the episode; those of the last step shine."""
    write(pen, (PADDING, top), _cut(frame.scene.status, width), FAINT, 11)
    for k, event in enumerate(frame.events[-EVENT_LINES:], start=1):
        words = _cut(f"{event.step}: {event.words}", width)
        colour = LIGHT if event.step == frame.scene.step else CREAM
        write(pen, (PADDING, top + EVENT * k), words, colour, 11)


def _cut(words: str, width: int) -> str:
    """As much of the words as fits into a line."""
    fits = in_one_line(words)
    while length(fits, 11) > width - 2 * PADDING:
        fits = fits.removesuffix("...")[:-1] + "..."
    return fits


def _thoughts(pen: ImageDraw.ImageDraw, beliefs: Sequence[ShownBelief], *, top: int, width: int) -> None:
    """A line for each belief: its name, a bar divided among the values, and the likeliest of them."""
    left, right = PADDING + THOUGHT_NAME, width - PADDING - THOUGHT_WORD
    for k, belief in enumerate(beliefs):
        y, x = top + EVENT * k, float(left)
        write(pen, (PADDING, y), belief.name, FAINT, 10)
        for j, p in enumerate(belief.stated.values()):
            end = x + p * (right - left)
            pen.rectangle((round(x), y + 3, round(end), y + EVENT - 4), VALUES[j % len(VALUES)])
            x = end
        word, most = max(belief.stated.items(), key=lambda pair: pair[1])
        write(pen, (right + 6, y), f"{word} {most:.0%}", CREAM, 10)


def _bars(pen: ImageDraw.ImageDraw, frame: Frame, shown: Shown, *, top: int, width: int) -> None:
    """A bar of steps for every episode, with a line at par."""
    y, right = top, width - PADDING
    first = max(1, frame.episode - MAX_BARS + 1)
    for episode in range(first, min(first + MAX_BARS - 1, shown.episodes) + 1):
        _bar(pen, frame, episode, y, width)
        y += BAR
    if shown.outcomes:
        _outcomes(pen, shown, y)
    if shown.par_steps is None:
        return
    par = _along(shown.par_steps, frame.scene.limit, width)
    pen.line((par, top + 1, par, y), LIGHT)
    words = f"par: {shown.par_steps} step{'s' * (shown.par_steps != 1)}"
    half = length(words, 10) / 2
    middle = min(max(par, PADDING + half), right - half)
    write(pen, (middle - half, y + 1), words, LIGHT, 10)


def _bar(pen: ImageDraw.ImageDraw, frame: Frame, episode: int, y: int, width: int) -> None:
    """One episode: its number, its steps as a part of the step limit, and in figures."""
    limit = frame.scene.limit
    left, right = _along(0, limit, width), _along(limit, limit, width)
    write(pen, (PADDING, y + 2), str(episode), FAINT, 10)
    pen.rectangle((left, y + 4, right, y + BAR - 6), TRACK)
    steps, colour = _played(frame, episode)
    if steps:
        pen.rectangle((left, y + 4, _along(steps, limit, width), y + BAR - 6), colour)
        write(pen, (width - PADDING - length(str(steps), 10), y + 2), str(steps), CREAM, 10)


def _outcomes(pen: ImageDraw.ImageDraw, shown: Shown, y: int) -> None:
    """Who won in bars of which colour."""
    write(pen, (PADDING, y + 1), WON_BY, FAINT, 10)
    x = PADDING + length(WON_BY, 10) + 8
    for name, words in shown.outcomes.items():
        pen.rectangle((x, y + 4, x + 7, y + 11), OUTCOMES[name])
        write(pen, (x + 11, y + 1), words, CREAM, 10)
        x += 11 + length(words, 10) + 12


def _along(steps: int, limit: int, width: int) -> float:
    """Where this many steps lie on a bar, pixels from the left."""
    left, right = PADDING + LABEL, width - PADDING - NUMBER
    return left + (right - left) * min(1.0, steps / limit)


def _played(frame: Frame, episode: int) -> tuple[int, Colour]:
    """Steps of this episode so far, and the colour of its bar."""
    if episode <= len(frame.finished):
        result = frame.finished[episode - 1]
        return result.steps, colour_of(result)
    return (frame.scene.step if episode == frame.episode else 0), PLAYED


def colour_of(result: EpisodeResult) -> Colour:
    """By who won, or whether the episode succeeded; grey where that is not known."""
    if result.outcome:
        return OUTCOMES[result.outcome]
    return {True: REACHED, False: PLAYED, None: FAINT}[result.success]


def _enlarged(board: Image.Image) -> Image.Image:
    factor = ceil(MIN_WIDTH / max(board.size))
    return board.resize((board.width * factor, board.height * factor), Image.Resampling.NEAREST)


def _outline(image: Image.Image, seen: tuple[int, int, int, int], corner: tuple[int, int]) -> None:
    """A thin frame around the part that the agent sees."""
    top, left, bottom, right = seen
    y, x = max(top - corner[0], 0) * TILE, max(left - corner[1], 0) * TILE
    below = min((bottom - corner[0]) * TILE, image.height) - 1
    beside = min((right - corner[1]) * TILE, image.width) - 1
    ImageDraw.Draw(image).rectangle((x, y, beside, below), outline=LIGHT)


def _stamp(
    pixels: NDArray[np.float32],
    overlay: NDArray[np.float32],
    place: tuple[int, int],
    corner: tuple[int, int],
) -> None:
    """Lay an RGBA tile over one tile of the board, if it lies inside."""
    row, column = place[0] - corner[0], place[1] - corner[1]
    if 0 <= row < len(pixels) and 0 <= column < pixels.shape[1]:
        share = overlay[..., 3:] / 255
        pixels[row, column] += (overlay[..., :3] - pixels[row, column]) * share


def _glow(pixels: NDArray[np.float32], heat: NDArray[np.float32]) -> None:
    """Blend tiles [h, w] with the colour of beliefs, by how likely they are."""
    most = max(float(heat.max(initial=0.0)), LEAST_HEAT)
    share = np.where(heat >= LEAST_HEAT, HEAT_SHARE * np.sqrt(heat / most), 0.0)[..., None, None, None]
    pixels += (HEAT - pixels) * share.astype(np.float32)


def _at_night(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    dark: NDArray[np.float32] = pixels * (1 - NIGHT_SHARE) + NIGHT * NIGHT_SHARE
    return dark


@cache
def _overlay(name: str) -> NDArray[np.float32]:
    """A tile of assets/tiles, float32 [16, 16, 4]."""
    with Image.open(asset(f"tiles/{name.replace(' ', '-')}.png")) as image:
        return np.asarray(image.convert("RGBA"), np.float32)


@cache
def _sheet() -> NDArray[np.float32]:
    """Every kind of tile on the floor, float32 [codes, 16, 16, 3]."""
    sheet = np.empty((len(NAMES), 1, 1, TILE, TILE, 3), np.float32)
    sheet[:, 0, 0] = _overlay("floor")[..., :3]
    for tile, name in zip(sheet, NAMES, strict=True):
        _stamp(tile, _overlay(name), (0, 0), (0, 0))
    return sheet[:, 0, 0]
