"""The last draft as a strip: its shots with their pictures, what is new in it, and where a line is seen."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipeline.filmstrip import cell_of, sheet_of
from pipeline.geometry import Box, Size
from pipeline.page import Cell, cells
from pipeline.spans import Span


@dataclass(frozen=True, slots=True)
class Shot:
    """A shot on the strip. `box`: of its picture on the sheet, in pixels; None where there is none.

    `changed`: something of it was not in the draft before. `href`: the film, from there. `notes`: pairs of address and
    words.
    """

    cell: Cell
    box: Box | None
    changed: bool
    href: str
    notes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Film:
    """A draft as a strip. `sheet` is the address of its pictures, `size` the sheet's in pixels.

    By the id of a line: `by_line` the shot it begins in, `kept` the number of the take that says it.
    """

    sheet: str
    size: Size
    rate: Fraction
    shots: tuple[Shot, ...]
    by_line: Mapping[str, Shot]
    kept: Mapping[str, int]

    def seconds(self, frames: int) -> float:
        """How long so many frames last."""
        return float(frames / self.rate)


def film(report: Mapping[str, Any], at: str, fresh: Iterable[Span]) -> Film | None:
    """The strip of a draft from its report; None while there is no draft.

    `at`: the address of the draft. `fresh`: the frames that were not in the draft before it.
    """
    if "clips" not in report:
        return None
    rate, new = Fraction(report["rate"]), tuple(fresh)
    frame = Size(*report["size"]) if "size" in report else None  # drafts of before the strip have no sheet
    shots = tuple(
        Shot(
            cell,
            cell_of(index, frame) if frame is not None else None,
            any(span.meets(Span(cell.frame, cell.frame + cell.frames)) for span in new),
            f"{at}?t={float((cell.frame + Fraction(1, 2)) / rate):.3f}",
        )
        for index, cell in enumerate(cells(report, {}))
    )
    by_line: dict[str, Shot] = {}
    for shot in shots:
        by_line.setdefault(shot.cell.line, shot)
    sheet = sheet_of(len(shots), frame) if frame is not None else Size(1, 1)
    kept = {take["line"]: take["take"] for take in report["takes"] if take["take"] is not None}
    return Film(f"{at}/strip.jpg" if frame is not None else "", sheet, rate, shots, by_line, kept)
