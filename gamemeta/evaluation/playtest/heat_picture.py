"""Where tries went, on the picture of the level, as SVG inside a page."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from gamemeta.evaluation.page.level_picture import TILE, runs_of
from gamemeta.playing.picture import draw_tiles
from gamemeta_levels.inspection.finding import Place
from gamemeta_levels.level import Level

SHADES = 6
"""Shades of heat; each stands for as many times more steps as the one before."""


def level_image(level: Level) -> str:
    """The level's own picture as a data address, 16 pixels a tile."""
    data = io.BytesIO()
    draw_tiles(level.tiles).save(data, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()


def heat_picture(
    level: Level,
    name: str,
    image: str | None,
    heat: NDArray[np.int64],
    *,
    most: int,
    deaths: Sequence[Place] = (),
    unseen: NDArray[np.bool_] | None = None,
    flaws: Sequence[Place] = (),
    title: str,
) -> Markup:
    """Heat on a level.

    Args:
        level: what was played.
        name: of the picture on the page; several show it.
        image: its data address, or None where an earlier picture of this name has it.
        heat: steps [H, W].
        most: steps of the hottest shade.
        deaths: tiles with a cross.
        unseen: tiles [H, W] that are hatched.
        flaws: tiles with a frame.
        title: for those who cannot see it.
    """
    wide, tall = level.width * TILE, level.height * TILE
    parts = [f'<svg class="heat" viewBox="0 0 {wide} {tall}" role="img" aria-label="{escape(title)}">']
    if image is None:
        parts.append(f'<use href="#{name}"/>')
    else:
        parts.append(f'<image id="{name}" width="{wide}" height="{tall}" href="{image}"/>')
    for shade, tiles in enumerate(shades(heat, most), start=1):
        if tiles.any():
            parts.append(f'<path class="h{shade}" d="{runs_of(tiles)}"/>')
    if unseen is not None and unseen.any():
        parts.append(f'<path class="unseen" d="{runs_of(unseen)}"/>')
    for row, column in flaws:
        x, y = column * TILE, row * TILE
        parts.append(f'<rect class="flaw" x="{x}" y="{y}" width="{TILE}" height="{TILE}"/>')
    for row, column in deaths:
        x, y = column * TILE, row * TILE
        parts.append(f'<path class="death" d="M{x + 2} {y + 2}l6 6m0 -6l-6 6"/>')
    return Markup("".join([*parts, "</svg>"]))


def shades(heat: NDArray[np.int64], most: int) -> list[NDArray[np.bool_]]:
    """The tiles [H, W] of each shade, the faintest first; tiles without a step are in none."""
    scale = np.log1p(heat) / np.log1p(max(most, 1))
    number = np.where(heat > 0, np.clip(np.ceil(scale * SHADES), 1, SHADES), 0)
    return [number == shade for shade in range(1, SHADES + 1)]
