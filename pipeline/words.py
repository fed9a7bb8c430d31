"""What Rushes says to people, by code, in their language. The sentences stand in `presets/words/<language>.toml`."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from pipeline.errors import PresetError

NARROW, HARD = "\u202f", "\u00a0"
"""Narrow no-break space and no-break space."""

APOSTROPHE = "\u2019"


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences by code (`why.first`, `slate.take`), with `{fields}` to fill in."""

    language: str
    sentences: Mapping[str, str]

    def say(self, code: str, /, **fields: object) -> str:
        """The sentence of that code, filled in; a count takes the `one` form (`code.one`) when `n` is 1.

        Raises:
            PresetError: no such sentence, or a field is not given.
        """
        chosen = f"{code}.one" if fields.get("n") == 1 and f"{code}.one" in self.sentences else code
        try:
            return self.sentences[chosen].format(**fields)
        except KeyError as error:
            raise PresetError(
                f"presets/words/{self.language}.toml: no sentence or field {error} for {code!r}"
            ) from error


def words(language: str, tables: Mapping[str, object]) -> Words:
    """The sentences of a preset; tables nest into dotted codes."""
    said = _flat("", tables)
    return Words(language, {code: french_spaces(one) if language == "fr" else one for code, one in said})


def said_otherwise(usual: Words, own: Words, where: str) -> Words:
    """The sentences, some of them said otherwise by the file that lies at `where`.

    Raises:
        PresetError: one is unknown, or has other fields.
    """
    for code, sentence in own.sentences.items():
        if code not in usual.sentences:
            near = difflib.get_close_matches(code, usual.sentences, 1)
            todo = f"did you mean {near[0]!r}?" if near else ""
            raise PresetError(f"{where}: Rushes says nothing that is called {code!r}", todo=todo)
        unknown = _fields(sentence) - _fields(usual.sentences[code])
        if unknown:
            message = f"{where}: {code}: there is nothing to fill in {', '.join(sorted(unknown))}"
            raise PresetError(
                message, todo=f"it may have {', '.join(sorted(_fields(usual.sentences[code]))) or 'none'}"
            )
    return Words(usual.language, {**usual.sentences, **own.sentences})


def _fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def french_spaces(text: str) -> str:
    """The Imprimerie nationale's spaces: narrow before `; ! ?`, whole before `:` and inside « »; a true apostrophe."""
    space = f"[ {HARD}{NARROW}]*"
    text = re.sub(r"(?<=\w)'(?=\w)", APOSTROPHE, text)
    text = re.sub(rf"(?<=[^\s?!]){space}([?!;]+)(?=[\s»)”]|$)", rf"{NARROW}\1", text)
    text = re.sub(rf"(?<=[^\s:]){space}:(?=\s|$)", f"{HARD}:", text)
    text = re.sub(rf"«{space}", f"«{HARD}", text)
    text = re.sub(rf"{space}»", f"{HARD}»", text)
    return re.sub(r"(?<=\d) (?=(\d{3}\b|[%€$°]))", NARROW, text)


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            out += _flat(f"{prefix}{name}.", value)  # type: ignore[reportUnknownArgumentType]
        else:
            out.append((f"{prefix}{name}", str(value)))
    return out
