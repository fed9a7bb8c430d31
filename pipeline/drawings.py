"""What somebody draws on a picture: strokes in the picture's own coordinates, checked before they are kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeGuard, cast, get_args

from pipeline.errors import BadDrawing

StrokeKind = Literal["pen", "arrow", "box", "ellipse"]
Colour = Literal["amber", "red", "blue", "white"]
KINDS: Final[tuple[StrokeKind, ...]] = get_args(StrokeKind)
COLOURS: Final[tuple[Colour, ...]] = get_args(Colour)
STROKES_MOST: Final = 200
"""Of one drawing: a page of handwriting has about 150."""
POINTS_MOST: Final = 5_000
"""Of one drawing, all strokes together: a minute and a half of a pen that tells 60 places a second."""
ALTERNATIVE_MOST: Final = 500
"""Letters of what a drawing says to those who do not see it."""
DIGITS: Final = 4
"""Decimals of a coordinate: less than half a pixel of a picture 3840 wide."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One stroke. `points` are pairs from 0 (left, top) to 1 (right, bottom).

    A pen goes through its points; an arrow goes from the first of two to the second; box and ellipse have two opposite
    corners.
    """

    kind: StrokeKind
    colour: Colour
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """Strokes, later ones on top. `alternative`: what they show, for those who do not see them."""

    strokes: tuple[Stroke, ...]
    alternative: str = ""


def drawing(data: object) -> Drawing | None:
    """The drawing that JSON data holds; None when nothing is drawn.

    Raises:
        BadDrawing: it is no drawing, or has more strokes or points than one may have.
    """
    given = _fields(data)
    strokes, alternative = given.get("strokes"), given.get("alternative", "")
    if not _is_list(strokes):
        raise _wrong("wanted a list of strokes", strokes)
    if not isinstance(alternative, str) or len(alternative) > ALTERNATIVE_MOST:
        raise _wrong(f"wanted at most {ALTERNATIVE_MOST} letters that say what it shows", alternative)
    if len(strokes) > STROKES_MOST:
        raise BadDrawing(
            f"a drawing has at most {STROKES_MOST} strokes, found {len(strokes)}", todo="draw less on one picture"
        )
    made = tuple(_stroke(number, one) for number, one in enumerate(strokes, 1))
    points = sum(len(one.points) for one in made)
    if points > POINTS_MOST:
        raise BadDrawing(f"a drawing has at most {POINTS_MOST} points, found {points}", todo="draw less on one picture")
    return Drawing(made, alternative.strip()) if made else None


def drawn(of: Drawing) -> dict[str, Any]:
    """The drawing as JSON data, which `drawing` reads again."""
    strokes = [
        {"kind": one.kind, "colour": one.colour, "points": [list(point) for point in one.points]} for one in of.strokes
    ]
    return {"strokes": strokes, "alternative": of.alternative}


def _stroke(number: int, data: object) -> Stroke:
    given = _fields(data)
    kind, colour, points = given.get("kind"), given.get("colour"), given.get("points")
    if kind not in KINDS:
        raise _wrong(f"stroke {number}: wanted one of {', '.join(KINDS)}", kind)
    if colour not in COLOURS:
        raise _wrong(f"stroke {number}: wanted one of the colours {', '.join(COLOURS)}", colour)
    if not _is_list(points) or not points or (kind != "pen" and len(points) != 2):
        wanted = "a point or more" if kind == "pen" else "two points"
        raise _wrong(f"stroke {number}: wanted {wanted}", points)
    return Stroke(kind, colour, tuple(_points(number, points)))


def _points(number: int, points: Sequence[object]) -> Iterable[tuple[float, float]]:
    for point in points:
        pair = point if _is_list(point) else []
        numbers = [one for one in pair if isinstance(one, (int, float)) and not isinstance(one, bool) and 0 <= one <= 1]
        if len(pair) != 2 or len(numbers) != 2:
            raise _wrong(f"stroke {number}: wanted points as two numbers from 0 to 1", point)
        yield round(float(numbers[0]), DIGITS), round(float(numbers[1]), DIGITS)


def _fields(data: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", data) if isinstance(data, Mapping) else {}


def _is_list(data: object) -> TypeGuard[list[object]]:
    return isinstance(data, list)


def _wrong(wanted: str, found: object) -> BadDrawing:
    return BadDrawing(f"{wanted}, found {str(found)[:60]!r}", todo="draw it again")
