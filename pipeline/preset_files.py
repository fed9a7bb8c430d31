"""Preset files as values: TOML texts by path, and what is wrong in one told with its file and its key."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, TypeVar, get_args, get_type_hints

from pipeline.errors import PresetError
from pipeline.values import BadValue, from_json

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Texts:
    """The TOML texts of presets by path (`styles/course.toml`, `framings.toml` …).

    `places`: where those lie that do not ship with Rushes; `beneath`: the shipped texts that they go before.
    """

    by_path: Mapping[str, str]
    places: Mapping[str, str] = field(default_factory=dict[str, str])
    beneath: Mapping[str, str] = field(default_factory=dict[str, str])

    def without(self, path: str) -> "Texts":
        """The same with the shipped file of that path."""
        places = {one: place for one, place in self.places.items() if one != path}
        beneath = {one: text for one, text in self.beneath.items() if one != path}
        return Texts({**self.by_path, path: self.beneath[path]}, places, beneath)

    def where(self, path: str) -> str:
        """What people call the file."""
        return self.places.get(path, f"presets/{path}")

    def table(self, path: str) -> dict[str, Any]:
        """The file as tables.

        Raises:
            PresetError: it is not TOML.
        """
        return table(self.where(path), self.by_path[path])

    def names(self, folder: str) -> tuple[str, ...]:
        """The names of the presets of a folder, in order."""
        paths = (path.removeprefix(f"{folder}/") for path in self.by_path if path.startswith(f"{folder}/"))
        return tuple(sorted(path.removesuffix(".toml") for path in paths if "/" not in path))


def table(where: str, text: str) -> dict[str, Any]:
    """A preset file as tables; `where` it lies is for the error.

    Raises:
        PresetError: it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{where}: {error}"
        raise PresetError(message) from error


def value(kind: type[T], data: Mapping[str, Any], where: str) -> T:
    """The value that the tables of a preset file hold; `where` it lies is for the error.

    Raises:
        PresetError: a key is missing, unknown or of the wrong kind: it names them all.
    """
    try:
        return from_json(kind, data)
    except BadValue as error:
        causes = "; ".join(cause.replace(" @ $.", " in ").removesuffix(" @ $") for cause in error.causes)
        raise PresetError(f"{where}: {causes}", todo=_near(kind, error.causes)) from error


def _near(kind: type[Any], causes: tuple[str, ...]) -> str:
    """The name that was meant by one that is unknown, where one is like it."""
    known = [one.name for part in _parts(kind) for one in fields(part)]
    for cause in causes:
        unknown = re.search(r"extra fields found \(([^,)]+)", cause)
        near = difflib.get_close_matches(unknown[1], known, 1) if unknown else []
        if near:
            return f"did you mean {near[0]!r}?"
    return ""


def _parts(kind: type[Any]) -> Iterator[type[Any]]:
    """The class of a value, and those of the tables in it."""
    if is_dataclass(kind):
        yield kind
        for one in get_type_hints(kind).values():
            for part in (one, *get_args(one)):
                yield from _parts(part)
