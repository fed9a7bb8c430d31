"""Boxes: integer rectangles in pixels, half-open, origin at the top left."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """Width and height in pixels, both at least 1."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            message = f"a size is at least 1 x 1, found {self.width} x {self.height}"
            raise ValueError(message)

    @property
    def aspect(self) -> Fraction:
        """Width over height, exact."""
        return Fraction(self.width, self.height)

    @property
    def box(self) -> "Box":
        """The box that covers a picture of this size."""
        return Box(0, 0, self.width, self.height)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """Columns `[x, x + width)` and rows `[y, y + height)` in pixels. May reach outside a picture; see `clamp`."""

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            message = f"a box is at least 1 x 1, found {self.width} x {self.height}"
            raise ValueError(message)

    @property
    def right(self) -> int:
        """The first column right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The first row below it."""
        return self.y + self.height

    @property
    def area(self) -> int:
        """Pixels it covers."""
        return self.width * self.height

    @property
    def size(self) -> Size:
        """Its width and height."""
        return Size(self.width, self.height)

    def cover(self, other: "Box") -> Self:
        """The smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return type(self)(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def common(self, other: "Box") -> "Box | None":
        """What both cover, or None."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(x, y, right - x, bottom - y) if x < right and y < bottom else None

    def within(self, other: "Box") -> bool:
        """True when no pixel of it lies outside `other`."""
        return other.x <= self.x and other.y <= self.y and self.right <= other.right and self.bottom <= other.bottom

    def clamp(self, size: Size) -> Self:
        """The same size, moved by the least so that it lies inside a picture of `size`.

        Raises:
            ValueError: it is larger than the picture.
        """
        if self.width > size.width or self.height > size.height:
            message = f"a box of {self.width} x {self.height} does not fit in {size}"
            raise ValueError(message)
        x = min(max(self.x, 0), size.width - self.width)
        y = min(max(self.y, 0), size.height - self.height)
        return type(self)(x, y, self.width, self.height)

    def even(self) -> Self:
        """Origin and size rounded down to even numbers, at least 2 x 2: what 4:2:0 chroma can crop exactly."""
        return type(self)(self.x & ~1, self.y & ~1, max(2, self.width & ~1), max(2, self.height & ~1))

    def shifted(self, x: int, y: int) -> Self:
        """The same size, moved by (`x`, `y`) pixels."""
        return type(self)(self.x + x, self.y + y, self.width, self.height)

    def scaled(self, factor: Fraction) -> Self:
        """Every edge multiplied by `factor` and rounded to the nearest pixel; at least 1 x 1."""
        x, y = round(self.x * factor), round(self.y * factor)
        right, bottom = round(self.right * factor), round(self.bottom * factor)
        return type(self)(x, y, max(1, right - x), max(1, bottom - y))

    def grown(self, share: Fraction) -> Self:
        """Grown about its centre by `share` of its size in all (1/5: twenty per cent larger)."""
        dx, dy = round(self.width * share / 2), round(self.height * share / 2)
        return type(self)(self.x - dx, self.y - dy, self.width + 2 * dx, self.height + 2 * dy)


def overlap(one: Box, other: Box) -> Fraction:
    """Intersection over union, 0 to 1, exact. For nested boxes of ratio r it is 1/r².

    >>> overlap(Box(0, 0, 20, 10), Box(10, 0, 20, 10))
    Fraction(1, 3)
    """
    common = one.common(other)
    shared = common.area if common else 0
    return Fraction(shared, one.area + other.area - shared)
