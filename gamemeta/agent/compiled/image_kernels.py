# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
"""Compiled convolutions for acting: what `gamemeta.agent.reference.encoders.images` computes, one
picture after the other.

A picture is [H, W, C]. A convolution lays the 3x3 surroundings of so many pixels side by side and multiplies
them with its weights, so that everything in between stays in the cache.
"""

import numpy as np

from gamemeta.arithmetic.products import product
from gamemeta_levels.kernel import fast_kernel

_WHITE, _ZERO = np.float32(1 / 255), np.float32(0)
_LEAST = np.finfo(np.float32).min  # fast kernels know no infinity


@fast_kernel
def features(pictures, weights, biases, blocks, room, out):
    """Write out [n, F]: stages over pictures / 255, and ReLU; see `gamemeta.networks.encoders.images`.

    Args:
        pictures: uint8 [n, H, W, C].
        weights: of each convolution, [P, 9 C, PANEL] of `arithmetic.products.panels`.
        biases: of each convolution, [outputs].
        blocks: residual blocks of each stage.
        room: float32 arrays that this call writes to: pictures before and after pooling and within a block,
            one with its border, surroundings [pixels, numbers], and products [pixels, numbers].
        out: float32.
    """
    large, x, within, bordered, around, sums = room
    stages = len(weights) // (1 + 2 * blocks)
    for i in range(pictures.shape[0]):
        height, width, depth = pictures.shape[1:]
        picture = pictures[i].reshape(-1)
        for t in range(picture.size):
            x[t] = np.float32(picture[t]) * _WHITE
        k = 0
        for _ in range(stages):
            before, depth = _view(x, height, width, depth), biases[k].size
            whole = _view(large, height, width, depth)
            _convolve(before, _LEAST, weights[k], biases[k], bordered, around, sums, whole, _ZERO)
            height, width, k = (height + 1) // 2, (width + 1) // 2, k + 1
            small, inner = _view(x, height, width, depth), _view(within, height, width, depth)
            _pool(whole, small, bordered)
            for _ in range(blocks):
                _convolve(small, _ZERO, weights[k], biases[k], bordered, around, sums, inner, _ZERO)
                _convolve(
                    inner, _ZERO, weights[k + 1], biases[k + 1], bordered, around, sums, small, np.float32(1)
                )
                k += 2
        for t in range(out.shape[1]):
            out[i, t] = max(x[t], _ZERO)


@fast_kernel
def _view(room, height, width, depth):
    """The first numbers of a room as a picture."""
    return room[: height * width * depth].reshape(height, width, depth)


@fast_kernel
def _convolve(x, least, weight, bias, bordered, around, sums, out, kept):
    """out = kept * out + the convolution of max(x, least), 3x3 with zeros beyond the border."""
    height, width, depth = x.shape
    wide = _with_border(x, least, bordered)
    made_each = weight.shape[0] * weight.shape[2]
    rows = min(height, around.size // (width * 9 * depth), sums.size // (width * made_each))
    for top in range(0, height, rows):
        count = min(rows, height - top) * width
        patches = around[: count * 9 * depth].reshape(count, 9 * depth)
        _lay_side_by_side(wide, top, width, depth, patches)
        made = sums[: count * made_each].reshape(count, made_each)
        product(patches, weight, made)
        for p in range(count):
            pixel, products = out[top + p // width, p % width], made[p]
            for o in range(pixel.size):
                pixel[o] = kept * pixel[o] + (products[o] + bias[o])


@fast_kernel
def _with_border(x, least, bordered):
    """max(x, least) with one row and column of zeros around it, as rows [H + 2, (W + 2) C]."""
    height, width, depth = x.shape
    across = (width + 2) * depth
    wide = bordered[: (height + 2) * across].reshape(height + 2, across)
    wide[0], wide[height + 1] = _ZERO, _ZERO
    rows = x.reshape(height, width * depth)
    for i in range(height):
        to, row = wide[i + 1], rows[i]
        to[:depth], to[across - depth :] = _ZERO, _ZERO
        inner = to[depth : across - depth]
        for t in range(row.size):
            inner[t] = max(row[t], least)
    return wide


@fast_kernel
def _lay_side_by_side(wide, top, width, depth, patches):
    """Write the 3x3 surroundings of pixels, from row `top` on, into patches [pixels, 9 C]."""
    three = 3 * depth
    p = 0
    for i in range(top, top + patches.shape[0] // width):
        for j in range(width):
            to = patches[p]
            for k in range(3):
                part, row = to[k * three : (k + 1) * three], wide[i + k, j * depth : j * depth + three]
                for t in range(three):
                    part[t] = row[t]
            p += 1


@fast_kernel
def _pool(x, out, line):
    """out: the largest of 3x3 around every second pixel of x. `line` is room for a row of x."""
    height, width, depth = x.shape
    rows, step = x.reshape(height, width * depth), np.uint64(depth)
    for i in range(out.shape[0]):
        above, here = rows[max(2 * i - 1, 0)], rows[2 * i]
        below = rows[min(2 * i + 1, height - 1)]
        for t in range(width * depth):
            line[t] = max(above[t], here[t], below[t])
        for j in range(out.shape[1]):
            left, middle = np.uint64(max(2 * j - 1, 0)) * step, np.uint64(2 * j) * step
            right, to = np.uint64(min(2 * j + 1, width - 1)) * step, out[i, j]
            for c in range(step):
                to[c] = max(line[left + c], line[middle + c], line[right + c])
