"""Values to JSON and back, and the digest that names everything made.

Every value of the pipeline is a frozen dataclass of integers, strings, fractions, tuples and other values.
`as_json` and `from_json` are inverse. A member of a `one_of` union carries the name of its class in `"is"`.
A field that came `later` is left out of the JSON while it holds what was meant before there was one: what older
versions wrote is read, and has the digest that it had.
"""

import hashlib
import json
from dataclasses import field, fields, is_dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cache, partial
from typing import Any, NewType, TypeVar
from uuid import UUID

from cattrs import Converter, transform_error
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_unstructure_fn, override
from cattrs.strategies import configure_tagged_union
from cattrs.v import format_exception

from pipeline.errors import PipelineError

Key = NewType("Key", str)
"""The name of something made: sha256 in lower-case hex of the canonical JSON of what made it."""

FORMAT = 1
"""Version of the JSON that holds values; raised when a field changes its meaning."""

T = TypeVar("T")


_LATER = "later"


def later(meant: T) -> T:
    """The default of a field that a value did not have at first: what its absence `meant`. It never changes."""
    return field(default=meant, metadata={_LATER: True})


class BadValue(PipelineError):
    """JSON that is not the value it should be. `causes`: each thing wrong and where in it: `$.rhythm.shot_least`."""

    code = "value"

    def __init__(self, message: str, causes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.causes = causes or (message,)


@cache
def _converter() -> Converter:
    converter = Converter(forbid_extra_keys=True)
    converter.register_unstructure_hook(Fraction, _fraction_text)
    converter.register_structure_hook(Fraction, _fraction)
    for kind in (date, datetime):
        converter.register_unstructure_hook(kind, kind.isoformat)
        converter.register_structure_hook(kind, _moment)
    converter.register_unstructure_hook(UUID, str)
    converter.register_structure_hook(UUID, _id)
    converter.register_unstructure_hook_factory(_grew, partial(_without_later, converter))
    return converter


def _later_fields(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.metadata.get(_LATER))


def _grew(kind: Any) -> bool:
    return isinstance(kind, type) and is_dataclass(kind) and bool(_later_fields(kind))


def _without_later(converter: Converter, kind: Any) -> Any:
    left_out: dict[str, Any] = {name: override(omit_if_default=True) for name in _later_fields(kind)}
    return make_dict_unstructure_fn(kind, converter, **left_out)


def _fraction_text(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"


def _fraction(value: Any, _: type[Fraction]) -> Fraction:
    return Fraction(str(value))


def _moment(value: Any, kind: type[date]) -> date:
    return kind.fromisoformat(str(value))


def _id(value: Any, _: type[UUID]) -> UUID:
    return UUID(str(value))


def one_of(union: Any) -> None:
    """Declares a union of dataclasses: each member is written with its class name in `"is"`.

    Called once, beside the union's definition.
    """
    configure_tagged_union(union, _converter(), tag_name="is")


def as_json(value: object) -> Any:
    """The value as JSON objects, arrays, strings, integers; a fraction is `"25/1"`, a moment as in ISO 8601."""
    return _converter().unstructure(value)


def from_json(kind: type[T], data: Any) -> T:
    """The value of `kind` that `as_json` wrote.

    Raises:
        BadValue: `data` lacks a field, has one too many, or holds another type.
    """
    try:
        return _converter().structure(data, kind)
    except (BaseValidationError, ValueError, TypeError, KeyError, ZeroDivisionError) as error:
        message = f"wanted {kind.__name__} in JSON, found something else: {_causes(error)}"
        told = transform_error(error, "$", _said) if isinstance(error, BaseValidationError) else []
        raise BadValue(message, tuple(told)) from error


def _said(error: BaseException, kind: type[Any] | None) -> str:
    """What a value itself says of what it was given; else what the converter does."""
    return str(error) if isinstance(error, ValueError) and str(error) else format_exception(error, kind)


def _causes(error: BaseException) -> str:
    if isinstance(error, BaseValidationError):
        return "; ".join(_causes(inner) for inner in error.exceptions)
    notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
    return f"{error}{notes}"


def canonical(data: Any) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the same bytes for the same value in every process."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(value: object) -> Key:
    """sha256 of the canonical JSON of a value, or of plain JSON data."""
    return Key(hashlib.sha256(canonical(as_json(value))).hexdigest())
