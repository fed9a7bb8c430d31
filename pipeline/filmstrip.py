"""The strip of a draft as one picture, `strip.jpg`: a cell a clip, row after row, so that a page asks for one file."""

from typing import Final

from pipeline.geometry import Box, Size

COLUMNS: Final = 16
"""Cells of a row: JPEG ends at 65,535 pixels, and a square-ish sheet is decoded in one go by every browser."""

WIDTH: Final = 192
"""Of a cell, in pixels: pages draw frames 84 px high, 149 px wide for 16:9; dense screens want more."""


def cell_of(index: int, film: Size) -> Box:
    """Where the cell of a clip stands on the sheet, in pixels. `index`: from 0; `film`: the draft's frame."""
    height = round(WIDTH * film.height / film.width)
    row, column = divmod(index, COLUMNS)
    return Box(column * WIDTH, row * height, WIDTH, height)


def sheet_of(cells: int, film: Size) -> Size:
    """The size of the sheet that holds so many cells (one at least), in pixels."""
    last = cell_of(max(cells, 1) - 1, film)
    return Size(WIDTH * min(max(cells, 1), COLUMNS), last.y + last.height)
