"""Lottie and dotLottie: what a file says of itself, cleaned for the renderer, with what that will not draw.

ThorVG draws them (rlottie, tried first, put time-remapped compositions in the wrong place and left out dashes of no
length, both in silence). It knows shapes, masks, mattes, time remapping, embedded pictures, most expressions and a few
effects; what it does not know it leaves out, so it is said here.
"""

import base64
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from pipeline.errors import UnreadableMedia
from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.media.svg import BYTES_MOST, SIZE_MOST
from pipeline.spans import rounded, standard_rate

LAYERS = {6: "audio", 9: "video", 13: "camera"}
"""Kinds of layers that are not drawn, text (5) apart."""

SHAPES = {"mm": "merge paths", "pb": "pucker and bloat", "zz": "zig zag", "tw": "twist"}
"""Shape modifiers that are not drawn, by their names in After Effects."""

EFFECTS = {20, 21, 22, 23, 25, 29}
"""Effects that are drawn: tint, fill, stroke, tritone, drop shadow, gaussian blur. Those under 20 only control."""

TEXT = 5
IMAGE = "data:image/"
EMPTY = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)
"""A picture of one clear pixel, in place of one that is not in the file: nothing is ever read from elsewhere."""

RATE_MOST, SECONDS_MOST = 240, 600
"""Pictures a second and seconds that a file may claim."""

DEPTH_MOST = 100
"""How deep compositions may lie in each other; more is a trap."""


@dataclass(frozen=True, slots=True)
class Animation:
    """A Lottie animation: its text for the renderer, size, own rate and pictures, ids of remarks."""

    text: str
    size: Size
    rate: Fraction
    frames: int
    remarks: tuple[str, ...]


def is_lottie(content: bytes) -> bool:
    """True for JSON that holds an animation."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and isinstance(data.get("layers"), list) and "op" in data and "fr" in data


def animation(name: str, content: bytes) -> Animation:
    """The animation of a Lottie's bytes.

    Raises:
        UnreadableMedia: it is too large, no Lottie, or lacks what every animation has.
    """
    todo = "export it again with Bodymovin or LottieFiles, or as ProRes 4444"
    if len(content) > BYTES_MOST:
        raise UnreadableMedia(name, "is too large an animation", todo="simplify it, or export it as ProRes 4444")
    try:
        data: dict[str, Any] = json.loads(content)
        size = Size(rounded(Fraction(data["w"])), rounded(Fraction(data["h"])))
        rate = standard_rate(Fraction(str(data["fr"])))
        frames = rounded(Fraction(str(data["op"])) - Fraction(str(data.get("ip", 0))))
        remarks = tuple(dict.fromkeys(_lacking(data)))
        _embedded(data)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise UnreadableMedia(name, "is JSON, but no Lottie animation that is whole", todo=todo) from error
    if max(size.width, size.height) > SIZE_MOST:
        raise UnreadableMedia(name, f"claims {size} pixels", todo=todo)
    if not 0 < rate <= RATE_MOST or not 0 < frames <= SECONDS_MOST * rate:
        why = f"claims {frames} frames at {float(rate):g} a second"
        raise UnreadableMedia(name, why, todo=todo)
    return Animation(json.dumps(data), size, rate, frames, remarks)


def unpacked(path: Path) -> bytes:
    """The first animation of a dotLottie, its pictures put into it.

    Raises:
        UnreadableMedia: it is damaged, too large, or holds no animation.
    """
    todo = "export it again from LottieFiles, or send the JSON"
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(one.file_size for one in archive.infolist()) > 4 * BYTES_MOST:
                raise UnreadableMedia(path.name, "is too large unpacked", todo="make its pictures smaller")
            names = archive.namelist()
            told = json.loads(archive.read("manifest.json"))
            first = told["animations"][0]["id"]
            place = next(name for name in (f"animations/{first}.json", f"a/{first}.json") if name in names)
            data: dict[str, Any] = json.loads(archive.read(place))
            for asset in data.get("assets", []):
                asked = str(asset.get("p", ""))
                found = next((one for one in (f"images/{asked}", f"i/{asked}") if one in names), None)
                if asked and found:
                    asset["u"], asset["e"], asset["p"] = "", 1, _as_data(asked, archive.read(found))
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise UnreadableMedia(path.name, f"the dotLottie cannot be read ({error})", todo=todo) from error
    except (ValueError, KeyError, IndexError, TypeError, StopIteration, AttributeError) as error:
        raise UnreadableMedia(path.name, "holds no animation where its manifest says", todo=todo) from error
    return json.dumps(data).encode()


def _as_data(name: str, content: bytes) -> str:
    kind = "jpeg" if name.casefold().endswith((".jpg", ".jpeg")) else "png"
    return f"{IMAGE}{kind};base64,{base64.b64encode(content).decode()}"


def _embedded(data: dict[str, Any]) -> None:
    """Takes out every reference to a picture that is not in the file."""
    for asset in data.get("assets", []):
        if isinstance(asset, dict) and "p" in asset and "layers" not in asset:
            asset["u"] = ""
            if not str(asset["p"]).startswith(IMAGE):
                asset["p"], asset["e"] = EMPTY, 1


def _lacking(data: dict[str, Any]) -> Iterator[str]:
    """Ids of remarks, each with what it is about after a colon."""
    layers = list(_layers(data))
    if any(layer.get("ty") == TEXT for layer in layers) and not data.get("chars"):
        fonts = dict.fromkeys(str(font.get("fFamily", "?")) for font in data.get("fonts", {}).get("list", []))
        missing = [font for font in fonts if font.casefold() not in shelf.families()]
        if missing or not fonts:
            yield f"fonts-missing:{', '.join(missing) or '?'}"
    for asset in data.get("assets", []):
        if "p" in asset and "layers" not in asset and not str(asset["p"]).startswith(IMAGE):
            yield f"external:{asset.get('u', '')}{asset['p']}"
    expressions = [layer.get("nm", "?") for layer in layers if _computed({**layer, "layers": []})]
    if expressions:
        yield f"lottie-expressions:{_listed(expressions)}"
    unknown = [what for layer in layers for what in _unknown(layer)]
    if unknown:
        yield f"lottie-unknown:{_listed(unknown)}"


def _layers(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every layer that may be seen, those of its compositions too."""
    lists = [data["layers"], *(one["layers"] for one in data.get("assets", []) if "layers" in one)]
    for one in lists:
        yield from (layer for layer in one if not layer.get("hd"))


def _unknown(layer: dict[str, Any]) -> Iterator[str]:
    kind = layer.get("ty")
    if kind in LAYERS:
        yield LAYERS[kind]
    for effect in layer.get("ef") or []:
        # controls (sliders, colours…) only feed expressions
        if effect.get("en", 1) and effect.get("ty", 0) >= min(EFFECTS) and effect["ty"] not in EFFECTS:
            yield str(effect.get("nm", "effect"))
    if layer.get("sy"):
        yield "layer styles"
    if layer.get("mb"):
        yield "motion blur"
    if layer.get("ddd"):
        yield "3D"
    for mask in layer.get("masksProperties") or []:
        if any(_flat((mask.get("f") or {}).get("k", 0))):
            yield "mask feather"
    yield from (SHAPES[one["ty"]] for one in _parts(layer.get("shapes") or []) if one.get("ty") in SHAPES)


def _flat(value: Any) -> list[float]:
    return [float(one) for one in value if isinstance(one, int | float)] if isinstance(value, list) else [float(value)]


def _parts(shapes: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for shape in shapes:
        if not shape.get("hd"):
            yield shape
            yield from _parts(shape.get("it") or [])


def _computed(value: Any, depth: int = 0) -> bool:
    """True when an expression stands anywhere in it."""
    if depth > DEPTH_MOST:
        raise ValueError("too deep")
    if isinstance(value, dict):
        if isinstance(value.get("x"), str) and "k" in value:
            return True
        return any(_computed(one, depth + 1) for one in value.values())
    return isinstance(value, list) and any(_computed(one, depth + 1) for one in value)


def _listed(names: list[str]) -> str:
    known = list(dict.fromkeys(names))
    return ", ".join(known[:6]) + (f" + {len(known) - 6}" if len(known) > 6 else "")
