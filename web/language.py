"""What pages say, in the reader's language. One catalogue for templates and JavaScript; message ids are English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Any

from babel.core import negotiate_locale
from babel.dates import format_timedelta
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from starlette.requests import Request

from pipeline.words import french_spaces
from web.desk import LANGUAGES, Language

COOKIE = "language"


def N_(message: str) -> str:  # noqa: N802 (gettext's own name, which extraction knows)
    """The message itself: marks what is said later, in the reader's language."""
    return message


@dataclass(frozen=True, slots=True)
class Sentences:
    """The messages of one language. `script` are those that JavaScript says; a plural is a list of its forms."""

    language: Language
    known: Mapping[str, str | tuple[str, ...]] = field(repr=False)
    script: Mapping[str, str | list[str]] = field(repr=False)

    def gettext(self, message: str) -> str:
        """The sentence, in this language."""
        found = self.known.get(message, message)
        return found if isinstance(found, str) else found[0]

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The sentence for that many. French counts 0 and 1 alike (CLDR), English only 1."""
        single = n in {0, 1} if self.language == "fr" else n == 1
        found = self.known.get(one, (one, many))
        forms = (found, found) if isinstance(found, str) else found
        return forms[0] if single else forms[-1]


def po_file(language: Language) -> Catalog:
    """The catalogue of a language as it ships."""
    text = (resources.files("web") / "locale" / f"{language}.po").read_bytes()
    return read_po(BytesIO(text), locale=language)


@cache
def sentences(language: Language) -> Sentences:
    """The messages of a language. English is what the code says, so that its catalogue holds no translation."""
    known: dict[str, str | tuple[str, ...]] = {}
    script: dict[str, str | list[str]] = {}
    for message in po_file("fr"):
        if not message.id:
            continue
        name = message.id if isinstance(message.id, str) else message.id[0]
        said = _spaced(message.string or message.id if language == "fr" else message.id, language)
        known[name] = said
        if any(place.endswith(".js") for place, _ in message.locations):
            script[name] = said if isinstance(said, str) else list(said)
    return Sentences(language, known, script)


def _spaced(given: Any, language: Language) -> str | tuple[str, ...]:
    """One sentence or the forms of one, as Babel reads them, with the spaces of the language."""
    if isinstance(given, str):
        return french_spaces(given) if language == "fr" else given
    return tuple(french_spaces(one) if language == "fr" else one for one in given)


def language_of(request: Request) -> Language:
    """The language of whoever asks: that of their profile, else of their cookie, else what their browser wants."""
    visitor = getattr(request.state, "visitor", None)
    person = visitor.person if visitor is not None else None
    chosen = (person.language if person is not None else "", request.cookies.get(COOKIE, ""))
    accepted = [one.partition(";")[0].strip() for one in request.headers.get("accept-language", "").split(",")]
    wanted = (*chosen, negotiate_locale(accepted, LANGUAGES, sep="-") or "")
    for one in wanted:
        if one[:2] == "en":
            return "en"
        if one[:2] == "fr":
            return "fr"
    return "fr"


def ago(at: datetime, now: datetime, language: Language) -> str:
    """How long ago something was, in words: "3 hours ago". What is about to be counts as just now."""
    seconds = min((at - now).total_seconds(), -1)
    return format_timedelta(timedelta(seconds=seconds), add_direction=True, threshold=1, locale=language)


def bulk(size: int, language: Language) -> str:
    """A size in bytes, as people read it: thousands, one digit where it tells something ("12.4 MB", « 12,4 Mo »)."""
    letter = "o" if language == "fr" else "B"
    for power, prefix in ((3, "G"), (2, "M"), (1, "k")):
        if size >= 1000**power:
            value = size / 1000**power
            digits = format_decimal(value, format="0.#" if value < 100 else "0", locale=language)
            return f"{digits}\N{NO-BREAK SPACE}{prefix}{letter}"
    return f"{size}\N{NO-BREAK SPACE}{letter}"


def lasting(seconds: float, language: Language) -> str:
    """A length as people read it: "4.2 s", « 1 min 05 s »."""
    if seconds < 60:
        return f"{format_decimal(seconds, format='0.##', locale=language)}\N{NO-BREAK SPACE}s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}\N{NO-BREAK SPACE}min {rest:02d}\N{NO-BREAK SPACE}s"
