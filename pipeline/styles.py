"""A style read from its files: what it says itself, what it takes from the style it is like, the presets it names."""

import difflib
from collections.abc import Mapping
from typing import Any, get_args

from pipeline.errors import PresetError
from pipeline.graphics import Graphics, Place
from pipeline.preset_files import Texts, value
from pipeline.presets import Brand, Encode, Framings, Style
from pipeline.values import Key


def style(name: str, texts: Texts, files: Key) -> Style:
    """The style of that name.

    A style that is `like` another says only what it does otherwise. `files` names what the fonts and logos hold.

    Raises:
        PresetError: no such style, or a field that is missing, unknown or of the wrong kind.
    """
    data = _whole(name, texts, ())
    own = f"styles/{name}.toml"
    brand, encode = (_named(texts, own, folder, data) for folder in ("brand", "encodes"))
    framings, graphics = data.pop("framings", {}), data.pop("graphics", {})
    tone = {"tone": data.pop("tone")} if "tone" in data else {}
    by_file = {
        "framings": _part(Framings, texts, own, "framings.toml", texts.table("framings.toml") | framings, framings),
        "graphics": _part(
            Graphics, texts, own, "graphics.toml", _overruled(texts.table("graphics.toml"), graphics), graphics
        ),
        "encode": _part(Encode, texts, own, encode, texts.table(encode), {}),
        "brand": _part(Brand, texts, own, brand, {"tone": "dark"} | texts.table(brand) | tone, tone),
    }
    return value(Style, {**data, **by_file, "name": name, "files": files}, texts.where(own))


def style_names(texts: Texts) -> tuple[str, ...]:
    """The styles there are, in the order of their names."""
    return texts.names("styles")


def _part(
    kind: type[Any], texts: Texts, own: str, path: str, data: dict[str, Any], said: dict[str, Any]
) -> dict[str, Any]:
    """The tables of a part of a style, tried by themselves: what is wrong is told with the file that it stands in.

    `said`: what the style itself says of it.
    """
    value(kind, data, f"{texts.where(own)} over {texts.where(path)}" if said else texts.where(path))
    return data


def _named(texts: Texts, own: str, folder: str, data: Mapping[str, Any]) -> str:
    """The path of the brand or of the encode profile that a style names."""
    key = {"brand": "brand", "encodes": "encode"}[folder]
    path = f"{folder}/{data.get(key)}.toml"
    if path not in texts.by_path:
        message = f"{texts.where(own)}: it names no {key} that there is: {data.get(key)!r}"
        raise PresetError(message, todo=f"there are {', '.join(texts.names(folder))}")
    return path


def _overruled(usual: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """How graphics are shown, with what a style says instead, place by place."""
    places: tuple[Place, ...] = get_args(Place)
    return usual | own | {place: usual[place] | own.get(place, {}) for place in places}


def _whole(name: str, texts: Texts, after: tuple[str, ...]) -> dict[str, Any]:
    """The tables of a style, over those of the style that it is like."""
    path = f"styles/{name}.toml"
    if path not in texts.by_path:
        known = style_names(texts)
        near = difflib.get_close_matches(name, known, 1)
        message = f"unknown style {name!r}; styles are {', '.join(known)}"
        raise PresetError(message, todo=f"did you mean {near[0]!r}?" if near else "")
    if name in after:
        message = f"{texts.where(path)}: it is like {' like '.join((*after[after.index(name) + 1 :], name))}"
        raise PresetError(message, todo="let one of them say everything itself")
    data = texts.table(path)
    like = data.pop("like", "")
    if not like:
        return data
    if like == name and path in texts.beneath:  # the shipped style of that name, a little otherwise
        base = _whole(name, texts.without(path), after)
    else:
        base = _whole(str(like), texts, (*after, name))
    nested = {key: base[key] | value for key, value in data.items() if isinstance(value, dict) and key in base}
    return {**base, **data, **nested}
