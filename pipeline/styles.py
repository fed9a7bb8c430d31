"""A style read from its files: what it says itself, what it takes from the style it is like, the presets it names."""

import difflib
from collections.abc import Mapping
from typing import Any

from pipeline.errors import PresetError
from pipeline.presets import Style, table
from pipeline.values import BadValue, Key, from_json


def style(name: str, texts: Mapping[str, str], files: Key) -> Style:
    """The style of that name from the TOML texts of `presets/`, by path (`styles/course.toml`, `framings.toml` …).

    A style that is `like` another says only what it does otherwise. `files` names what the fonts and logos hold.

    Raises:
        PresetError: no such style, or a field that is missing, unknown or of the wrong kind.
    """
    data = _whole(name, texts, ())
    brand = f"brand/{data.get('brand')}.toml"
    if brand not in texts:
        known = sorted(key.removeprefix("brand/").removesuffix(".toml") for key in texts if key.startswith("brand/"))
        message = f"presets/styles/{name}.toml: it names no brand that there is: {data.get('brand')!r}"
        raise PresetError(message, todo=f"brands are {', '.join(known)}")
    parts = {
        "framings": table("framings.toml", texts["framings.toml"]) | data.pop("framings", {}),
        "encode": table("encode", texts.get(f"encodes/{data.get('encode')}.toml", "")),
        "brand": table(brand, texts[brand]) | {"tone": data.pop("tone", "dark")},
    }
    try:
        return from_json(Style, {**data, **parts, "name": name, "files": files})
    except BadValue as error:
        message = f"presets/styles/{name}.toml: {error}"
        raise PresetError(message) from error


def style_names(texts: Mapping[str, str]) -> tuple[str, ...]:
    """The styles there are, in the order of their names."""
    return tuple(
        sorted(key.removeprefix("styles/").removesuffix(".toml") for key in texts if key.startswith("styles/"))
    )


def _whole(name: str, texts: Mapping[str, str], after: tuple[str, ...]) -> dict[str, Any]:
    """The tables of a style, over those of the style that it is like."""
    path = f"styles/{name}.toml"
    if path not in texts:
        known = style_names(texts)
        near = difflib.get_close_matches(name, known, 1)
        message = f"unknown style {name!r}; styles are {', '.join(known)}"
        raise PresetError(message, todo=f"did you mean {near[0]!r}?" if near else "")
    if name in after:
        message = f"presets/{path}: it is like {' like '.join((*after[after.index(name) + 1 :], name))}"
        raise PresetError(message, todo="let one of them say everything itself")
    data = table(path, texts[path])
    like = data.pop("like", "")
    if not like:
        return data
    base = _whole(str(like), texts, (*after, name))
    nested = {key: base[key] | value for key, value in data.items() if isinstance(value, dict) and key in base}
    return {**base, **data, **nested}
