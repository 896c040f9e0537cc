import numpy as np
import pytest
from rich.color import ColorTriplet

from gamemeta_cli.terminal.half_blocks import half_blocks


def pixels(lines):
    """Colours [2 * lines, columns, 3] of half blocks."""
    rows = []
    for line in lines:
        styles = [span.style for span in line.spans]
        rows += [[s.color.triplet for s in styles], [s.bgcolor.triplet for s in styles]]
    return np.array(rows, np.uint8)


def picture(height, width):
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def test_a_picture_that_fits_is_shown_pixel_by_pixel():
    image = picture(8, 6)
    assert (pixels(half_blocks(image, 10, 20)) == image).all()


def test_a_larger_picture_shrinks_to_means():
    image = picture(8, 8)
    means = np.rint(image.reshape(4, 2, 4, 2, 3).mean((1, 3)))
    assert (pixels(half_blocks(image, 2, 100)) == means).all()


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("room", [(1, 1), (5, 7), (20, 9), (40, 200)])
def test_a_picture_never_leaves_its_room(room, plain):
    lines = half_blocks(picture(64, 64), *room, plain)
    assert len(lines) <= room[0]
    assert all(line.cell_len <= max(room[1], 2 * plain) for line in lines)


def test_without_half_blocks_a_pixel_is_two_coloured_spaces():
    image = np.array([[[255, 0, 0], [0, 0, 255]]], np.uint8)
    (line,) = half_blocks(image, 5, 10, plain=True)
    assert line.plain == "    "
    assert [span.style.bgcolor.triplet for span in line.spans] == [
        ColorTriplet(255, 0, 0),
        ColorTriplet(0, 0, 255),
    ]
