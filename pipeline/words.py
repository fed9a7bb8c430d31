"""What Rushes says to people, by code, in their language. The sentences stand in `presets/words/<language>.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import PresetError


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


def words(language: str, text: str) -> Words:
    """The sentences of a TOML text; tables nest into dotted codes. French signs get the spaces that do not break."""
    sentences = dict(_flat("", tomllib.loads(text)))
    if language == "fr":
        sentences = {code: _spaced(sentence) for code, sentence in sentences.items()}
    return Words(language, sentences)


def _spaced(sentence: str) -> str:
    """Imprimerie nationale: a narrow space before ; ! and ?, a full one before : and within « »; none may break."""
    for sign in ";!?":
        sentence = sentence.replace(f" {sign}", f"\u202f{sign}")
    return sentence.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def _flat(prefix: str, table: Mapping[str, object]) -> list[tuple[str, str]]:
    out: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            out += _flat(f"{prefix}{name}.", value)  # type: ignore[reportUnknownArgumentType]
        else:
            out.append((f"{prefix}{name}", str(value)))
    return out
