"""Values of SVG attributes between two others: numbers, lists, paths and colours."""

import itertools
import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from PIL import ImageColor

Numbers = tuple[float, ...]

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")

COLOURS = {"fill", "stroke", "stop-color", "flood-color", "lighting-color", "color"}

STYLED = COLOURS | {
    "opacity", "fill-opacity", "stroke-opacity", "stop-opacity", "flood-opacity", "stroke-width", "stroke-dasharray",
    "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "visibility", "display", "font-size", "letter-spacing",
    "clip-path", "mask", "filter",
}  # fmt: skip
"""Attributes that a style sheet may set as well: written as style, for an animation goes before (SVG 1.1 §19.2.2)."""

DEFAULTS = {
    "opacity": "1", "fill-opacity": "1", "stroke-opacity": "1", "stop-opacity": "1", "stroke-width": "1",
    "fill": "#000000", "stop-color": "#000000", "color": "#000000", "visibility": "visible", "display": "inline",
    "transform": "", "gradientTransform": "", "patternTransform": "",
}  # fmt: skip


def values_of(element: Element, kind: str) -> tuple[tuple[str, ...], bool]:
    """The values an animation goes through, and whether it adds to what is there. `""` is what is there itself."""
    listed = [one.strip() for one in element.get("values", "").split(";") if one.strip()]
    first, last, more = (element.get(name) for name in ("from", "to", "by"))
    if kind == "set":
        return ((last,) if last is not None else ()), False
    if listed:
        return tuple(map(_plain, listed)), False
    if last is not None:
        return (_plain(first) if first is not None else "", _plain(last)), False
    if more is not None and first is not None:
        return (_plain(first), summed(_plain(first), _plain(more), 1)), False
    if more is not None:
        return (_NUMBER.sub("0", _plain(more)), _plain(more)), True
    return (), False


def times_of(text: str, values: Sequence[str], mode: str) -> Numbers:
    """`keyTimes`, empty where there are none that fit the values (`paced` has its own)."""
    try:
        times = tuple(float(one) for one in text.split(";") if one.strip())
    except ValueError:
        times = ()
    if mode == "paced":
        return _paced(values)
    return times if len(times) == len(values) else ()


def _paced(values: Sequence[str]) -> Numbers:
    """Times at which the value changes at one speed throughout (SVG 1.1 §19.2.8)."""
    points = [_numbers(value) for value in values]
    steps = [
        sum((b - a) ** 2 for a, b in zip(one, other, strict=False)) ** 0.5 for one, other in itertools.pairwise(points)
    ]
    whole = sum(steps)
    return tuple(sum(steps[:index]) / whole for index in range(len(values))) if whole else ()


def base_of(element: Element, attribute: str) -> str:
    """What an attribute is without animation."""
    styled = _style(element).get(attribute) if attribute in STYLED else None
    return _plain(styled or element.get(attribute) or DEFAULTS.get(attribute, "0"))


def put(element: Element, attribute: str, value: str) -> None:
    """Sets an attribute so that no style goes before it."""
    if attribute not in STYLED:
        element.set(attribute, value)
        return
    style = _style(element) | {attribute: value}
    element.set("style", ";".join(f"{name}:{one}" for name, one in style.items()))


def blended(one: str, other: str, share: float) -> str:
    """The value a share of the way from one to the other; where they have not the same form, the nearer of them."""
    parts, more = _NUMBER.split(one), _NUMBER.split(other)
    first, second = _numbers(one), _numbers(other)
    if [part.strip() for part in parts] != [part.strip() for part in more]:
        units = "".join(parts).strip() or "".join(more).strip()
        if len(first) != len(second) or "".join(parts).strip(" ,") not in {"", units.strip(" ,")}:
            return one if share < 0.5 else other
        parts = more
    mixed = [a + (b - a) * share for a, b in zip(first, second, strict=True)]
    if parts[0] == "rgb(":
        mixed = [float(round(number)) for number in mixed]
    return _joined(parts, mixed)


def summed(base: str, more: str, times: int) -> str:
    """`base` with `more` added so many times, number by number; where they have not the same count, `more`."""
    first, second = _numbers(base), _numbers(more)
    if len(first) != len(second):
        return more
    return _joined(_NUMBER.split(more), [a + b * times for a, b in zip(first, second, strict=True)])


def eased(spline: Numbers, share: float) -> float:
    """The progress a cubic Bézier gives to a share of time: its x and y run from 0 to 1."""
    x1, y1, x2, y2 = spline

    def bezier(one: float, two: float, t: float) -> float:
        return 3 * one * t * (1 - t) ** 2 + 3 * two * t * t * (1 - t) + t**3

    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if bezier(x1, x2, middle) < share else (low, middle)
    return bezier(y1, y2, (low + high) / 2)


def _numbers(text: str) -> list[float]:
    return [float(one) for one in _NUMBER.findall(text)]


def _joined(parts: Sequence[str], numbers: Sequence[float]) -> str:
    out = [parts[0]]
    for index, number in enumerate(numbers):
        if index and not parts[index] and number >= 0:
            out.append(" ")
        out.append(f"{number:.6f}".rstrip("0").rstrip("."))
        out.append(parts[index + 1])
    return "".join(out)


def _style(element: Element) -> dict[str, str]:
    pairs = (one.partition(":") for one in element.get("style", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if value}


def _plain(value: str) -> str:
    """A colour as `rgb(r,g,b)`, so that it can be mixed; anything else as it is."""
    text = value.strip()
    if not text or not (text.startswith(("#", "rgb(", "hsl(")) or text.isalpha()):
        return text
    try:
        red, green, blue = ImageColor.getrgb(text)[:3]
    except ValueError:
        return text
    return f"rgb({red},{green},{blue})"
