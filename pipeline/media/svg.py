"""SVG drawings: read safely, cleaned of what could run or reach elsewhere, with what will not be drawn said."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree as ET
from xml.etree.ElementTree import Element

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.errors import UnreadableMedia
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.media.smil import HREF, SVG, Film, film
from pipeline.spans import rounded

BYTES_MOST = 16 << 20
"""Bytes of an SVG or a Lottie: the largest of the footage that was collected has 0.1 MB; more is slow to draw."""

SIZE_MOST = 32_768
"""Pixels that a drawing may claim across: what image formats that are made of pixels can hold (WebP twice over)."""

DEPTH_MOST = 200
"""How deep elements may lie in each other: drawings have 30; Python writes no tree that is deeper than 1,000."""

ELEMENTS_MOST = 50_000
"""Elements of an SVG: each frame of an animation is read and drawn anew."""

GENERIC = {"sans-serif", "serif", "monospace", "cursive", "fantasy", "system-ui", "inherit", "initial"}
"""Families that name no font."""

REMOVED = {"script", "foreignObject", "iframe", "video", "audio", "canvas"}
"""Elements that run, or that hold what is no drawing."""

EMBEDDED = re.compile(r"^(#|data:image/(png|jpe?g|gif|webp)[;,])", re.IGNORECASE)
"""What a drawing may refer to: a part of itself, a picture within it."""

_LENGTH = re.compile(r"^\s*((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(px|pt|pc|mm|cm|in|q)?\s*$", re.IGNORECASE)
_UNITS = {"": 1, "px": 1, "pt": 4 / 3, "pc": 16, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96, "q": 96 / 101.6}
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#|data:)|@import", re.IGNORECASE)
_MOVED_BY_CSS = re.compile(r"@keyframes|animation(-name)?\s*:|transition\s*:|offset-path\s*:", re.IGNORECASE)
_FAMILY = re.compile(r"font-family\s*:\s*([^;}]+)|font\s*:[^;}]*?\d[^\s;}]*\s+([^;}]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG ready to be drawn: its tree without animations, what moves in it, its size as made, ids of remarks."""

    root: Element
    film: Film
    size: Size
    remarks: tuple[str, ...]

    def at(self, seconds: Fraction) -> str:
        """Its text as it stands at that time."""
        with self.film.at(seconds):
            return ET.tostring(self.root, encoding="unicode")


def drawing(name: str, content: bytes) -> Drawing:
    """The SVG of these bytes.

    Raises:
        UnreadableMedia: it is no SVG, is too large, defines entities, or tells no size.
    """
    if len(content) > BYTES_MOST:
        raise UnreadableMedia(name, "is too large a drawing", todo="simplify it, or export it as video with alpha")
    try:
        root = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        todo = "save it as plain SVG, without a DTD of its own"
        raise UnreadableMedia(name, "defines entities, which may reach other files", todo=todo) from error
    except (ET.ParseError, ValueError, LookupError) as error:
        raise UnreadableMedia(name, f"is not whole XML ({error})", todo="export it again as SVG") from error
    if root.tag not in {f"{SVG}svg", "svg"}:
        raise UnreadableMedia(name, "is XML, but not SVG", todo="export it as SVG")
    if sum(1 for _ in root.iter()) > ELEMENTS_MOST:
        raise UnreadableMedia(name, "has too many parts to draw", todo="simplify it, or export it as video with alpha")
    if _deep(root):
        raise UnreadableMedia(name, "has parts within parts too deep to draw", todo="ungroup it, and export it again")
    _named(root)
    remarks = tuple(dict.fromkeys(_cleaned(root)))
    moving, lacking = film(root)
    size = _size(root)
    if size is None:
        todo = "give its svg element a viewBox, or a width and a height"
        raise UnreadableMedia(name, "does not say how large it is", todo=todo)
    if max(size.width, size.height) > SIZE_MOST:
        raise UnreadableMedia(name, f"claims {size} pixels", todo="give its svg element the size of the film")
    endless = ("svg-endless",) if moving.endless else ()
    return Drawing(root, moving, size, (*remarks, *lacking, *endless))


def _deep(root: Element) -> bool:
    level = [root]
    for _ in range(DEPTH_MOST):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True


def _named(root: Element) -> None:
    """Elements that name no namespace are taken for SVG: browsers draw them where they stand in a page."""
    ET.register_namespace("", SVG.strip("{}"))
    ET.register_namespace("xlink", HREF[1].partition("}")[0].strip("{"))
    for element in root.iter():
        if isinstance(element.tag, str) and not element.tag.startswith("{"):
            element.tag = f"{SVG}{element.tag}"


def _cleaned(root: Element) -> Iterator[str]:
    """Takes out what could run or reach elsewhere, and says what that was and what will not be seen."""
    for parent in list(root.iter()):
        for element in list(parent):
            tag = str(element.tag).removeprefix(SVG)
            if tag in REMOVED:
                parent.remove(element)
                yield "svg-script" if tag == "script" else f"svg-unknown:{tag}"
    for element in root.iter():
        yield from _attributes(element)
        if element.tag == f"{SVG}style":
            yield from _rules(element)
    if any(element.tag == f"{SVG}text" and "".join(element.itertext()).strip() for element in root.iter()):
        families = dict.fromkeys(family for element in root.iter() for family in _families(element))
        missing = [family for family in families if family.casefold() not in shelf.families() | GENERIC]
        if missing:
            yield f"fonts-missing:{', '.join(missing)}"


def _rules(style: Element) -> Iterator[str]:
    text = style.text or ""
    if _OUTSIDE.search(text) or "@font-face" in text:
        kept = re.sub(r"@import[^;]*;|@font-face\s*\{[^}]*\}", "", text)
        style.text = re.sub(r"url\(\s*['\"]?(?!#|data:)[^)]*\)", "none", kept)
        yield "external:@font-face" if "@font-face" in text else "external:@import"
    if _MOVED_BY_CSS.search(text):
        yield "svg-css-motion"


def _attributes(element: Element) -> Iterator[str]:
    for name, value in list(element.attrib.items()):
        bare = name.rpartition("}")[2]
        if bare.lower().startswith("on"):
            del element.attrib[name]
            yield "svg-script"
        elif bare == "href" and element.tag != f"{SVG}a" and not EMBEDDED.match(value.strip()):
            del element.attrib[name]
            yield f"external:{_short(value)}"
        elif _OUTSIDE.search(value):
            element.set(name, re.sub(r"url\([^)]*\)", "none", value))
            yield f"external:{_short(value)}"
        elif bare == "style" and _MOVED_BY_CSS.search(value):
            yield "svg-css-motion"


def _short(value: str) -> str:
    return value.strip() if len(value) <= 60 else f"{value.strip()[:57]}…"


def _families(element: Element) -> Iterator[str]:
    told = [element.get("font-family", "")]
    for text in (element.get("style", ""), element.text or "" if element.tag == f"{SVG}style" else ""):
        told += [one or other for one, other in _FAMILY.findall(text)]
    for one in told:
        # the first that is there counts: those after it are the author's own way out
        first = one.split(",")[0].strip().strip("'\"")
        if first:
            yield first


def _size(root: Element) -> Size | None:
    """The picture as made, in pixels, at least 1 x 1; of a percentage, the box of its `viewBox`."""
    box = [float(one) for one in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", root.get("viewBox", ""))]
    width, height = _length(root.get("width", "")), _length(root.get("height", ""))
    if len(box) == 4 and box[2] > 0 and box[3] > 0:
        if width is None:
            width = height * box[2] / box[3] if height else box[2]
        if height is None:
            height = width * box[3] / box[2]
    if not width or not height:
        return None
    return Size(max(1, rounded(Fraction(width))), max(1, rounded(Fraction(height))))


def _length(text: str) -> float | None:
    found = _LENGTH.match(text)
    return float(found[1]) * _UNITS[(found[2] or "").lower()] if found else None
