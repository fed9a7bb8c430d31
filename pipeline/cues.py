"""Cues: what stands in square brackets, read into values. English and French words are the same cue."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, get_args

from pipeline.errors import Problem
from pipeline.presets import Framings
from pipeline.reading_arguments import Arguments, Written, nearest, plain, unquoted
from pipeline.script import Cue, CueName, Place

NAMES: tuple[CueName, ...] = get_args(CueName)

ALIASES: Mapping[str, CueName] = {
    **dict(zip(NAMES, NAMES, strict=True)),
    "plan": "shot",
    "cadre": "frame",
    "montrer": "show",
    "motion": "show",
    "anim": "show",
    "image": "show",
    "titre": "title",
    "fin": "end",
    "synthé": "lower-third",
    "texte": "text",
    "musique": "music",
    "son": "sound",
    "silence": "pause",
    "coupe": "cut",
    "garder": "keep",
}
"""Every word a cue may begin with, and the cue it is. Compared without accents or capitals."""

RANGED: frozenset[CueName] = frozenset({"show", "text", "lower-third", "music", "keep"})
"""The cues that `[/word]` can end."""

GAIN = (-60, 12)
"""Decibels that music may be set to: below is silence, above distorts any mix."""

_CUES: Mapping[str, CueName] = {plain(word): name for word, name in ALIASES.items()}
_PLACES: Mapping[str, str] = {
    "over": "over",
    "sur": "over",
    "beside": "beside",
    "a cote": "beside",
    "full": "full",
    "plein ecran": "full",
    "corner": "corner",
    "coin": "corner",
}
_SIDES: Mapping[str, str] = {
    "left": "left",
    "gauche": "left",
    "a gauche": "left",
    "right": "right",
    "droite": "right",
    "a droite": "right",
}
_TAKE = frozenset({"take", "prise"})
_TAKE_NUMBER = re.compile(r"0*[1-9][0-9]{0,3}")
_PUSH = frozenset({"push", "avancer"})
_DECIBELS = re.compile(r"([+-]?)([0-9]{1,3}(?:[.,][0-9]{1,3})?)db", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Closing:
    """`[/word]`: ends the range that the cue of that name opened. `word` is the name as written."""

    name: CueName
    word: str
    place: Place


def cue(written: Written, framings: Framings, problems: list[Problem]) -> Cue | Closing | None:
    """The cue that is written, bound to word 0 of its line. What is wrong is added to `problems`.

    A wrong cue is given as far as it is understood, so that the end of its range is not told as another mistake; None
    when not even its name is.
    """
    arguments = Arguments(written, problems)
    if not arguments.pieces:
        return arguments.wrong(0, "an empty cue", "for brackets that are spoken, write \\[ \\]")
    first = arguments.pieces.pop(0)
    word = first.text.removeprefix("/").removesuffix(":")
    name = None if first.quoted else _CUES.get(plain(word))
    if name is None:
        hint = nearest(word, ALIASES)
        otherwise = f"cues are {', '.join(NAMES)}; for a note write a line that begins with >"
        arguments.wrong(first.index, f'unknown cue "{first.text}"', hint or otherwise)
        near: list[CueName] = [known for alias, known in ALIASES.items() if f'"{alias}"' in hint]
        return Cue(near[0], 0, written.place, written.source) if near and not first.text.startswith("/") else None
    if first.text.startswith("/"):
        return _closing(name, first.text, arguments)
    fields = _FIELDS[name](arguments, framings)
    for piece in arguments.pieces[:1]:
        hint = nearest(piece.text, _WORDS.get(name, ())) or _HINTS.get(name, f"{name} takes nothing more")
        what = "place" if name in {"show", "text"} else "word"
        arguments.wrong(piece.index, f'unknown {what} "{piece.text}" in a {name} cue', hint)
    return Cue(name, 0, written.place, written.source, **fields)


def _closing(name: CueName, word: str, arguments: Arguments) -> Closing | None:
    if name not in RANGED:
        with_range = ", ".join(f"/{ranged}" for ranged in sorted(RANGED))
        return arguments.wrong(0, f'"{word}" ends nothing: {name} has no range', f"ranges are ended by {with_range}")
    if arguments.pieces:
        return arguments.wrong(arguments.pieces[0].index, f'"{word}" takes nothing after it', f"write [{word}]")
    return Closing(name, word, arguments.written.place)


Fields = dict[str, Any]


def _shot(arguments: Arguments, _: Framings) -> Fields:
    if not arguments.pieces:
        arguments.wrong(0, "which shot? Its id is missing", "for example [shot 02]")
        return {}
    shot = arguments.pieces.pop(0).text
    number = arguments.after(_TAKE)
    if number is None:
        return {"reference": shot}
    said = arguments.pieces.pop(number).text if number < len(arguments.pieces) else ""
    if not _TAKE_NUMBER.fullmatch(said):
        arguments.wrong(0, f'wanted the number of a take, found "{said}"', "for example [shot 02 take 3]")
        return {}
    return {"reference": shot, "take": int(said)}


def _frame(arguments: Arguments, framings: Framings) -> Fields:
    push = arguments.length_after(_PUSH)
    side = arguments.one_of(_SIDES)
    auto = arguments.one_of({"auto": "auto"})
    index = arguments.pieces[0].index if arguments.pieces else 0
    said = " ".join(piece.text for piece in arguments.pieces)
    arguments.pieces.clear()
    known = _framing(said, framings)
    if said and auto:
        arguments.wrong(index, f'"auto" gives back the choice that "{said}" takes', "keep one of the two")
    elif said and not known:
        arguments.wrong(index, f'unknown framing "{said}"', nearest(said, framings.names(), "framings are"))
    elif not (said or auto or side or push):
        ids = ", ".join(rule.id for rule in framings.framing)
        arguments.wrong(0, "which framing? Its name is missing", f"framings are {ids}")
    return {"reference": known or "auto", "side": side, "push": push}


def _framing(said: str, framings: Framings) -> str | None:
    for rule in framings.framing:
        aliases = (rule.id, *rule.fr, *rule.en, rule.short_fr, rule.short_en)
        if plain(said) in {plain(alias) for alias in aliases}:
            return rule.id
    return None


def _show(arguments: Arguments, _: Framings) -> Fields:
    reference, version = arguments.reference("show")
    length = arguments.shown_for()
    return {"reference": reference, "version": version, "duration": length, **_placed(arguments)}


def _placed(arguments: Arguments) -> Fields:
    """`beside` and its side; a side alone is beside."""
    place, side = arguments.one_of(_PLACES), arguments.one_of(_SIDES)
    if side and place not in {"", "beside"}:
        arguments.wrong(0, f"{place} has no side", f"write beside {side}")
    return {"place": "beside" if side else place, "side": side}


def _title(arguments: Arguments, _: Framings) -> Fields:
    length = arguments.ends_for()
    text = unquoted(arguments.raw())
    if not text:
        arguments.wrong(0, "a title without text", "for example [title Les trois étapes]")
    return {"text": text, "duration": length}


def _end(arguments: Arguments, _: Framings) -> Fields:
    length = arguments.ends_for()
    return {"text": unquoted(arguments.raw()), "duration": length}


def _band(arguments: Arguments, _: Framings) -> Fields:
    length = arguments.ends_for()
    name, bar, role = arguments.raw().replace("\\|", "|").partition("|")
    if (bar and not name.strip()) or "|" in role:
        arguments.wrong(0, "a name band holds one name and one role", "for example [lower-third Prénom Nom | Métier]")
    return {"text": unquoted(name), "role": unquoted(role), "duration": length}


def _text(arguments: Arguments, _: Framings) -> Fields:
    quoted = [piece for piece in arguments.pieces if piece.quoted and piece.text]
    if len(quoted) != 1:
        arguments.pieces.clear()
        arguments.wrong(0, "which words? They are wanted in quotes, once", 'for example [text "Trois étapes"]')
        return {}
    arguments.pieces.remove(quoted[0])
    length = arguments.shown_for()
    return {"text": quoted[0].text, "duration": length, **_placed(arguments)}


def _music(arguments: Arguments, _: Framings) -> Fields:
    reference, version = arguments.reference("music")
    if not arguments.pieces:
        return {"reference": reference, "version": version}
    index = arguments.pieces[0].index
    said = arguments.raw()
    # writers' keyboards and word processors make a minus (U+2212) or a dash (U+2013) of a hyphen
    found = _DECIBELS.fullmatch("".join(said.replace("\u2212", "-").replace("\u2013", "-").split()))
    gain = Fraction((found[1] + found[2]).replace(",", ".")) if found else None
    if gain is None or not GAIN[0] <= gain <= GAIN[1]:
        arguments.wrong(index, f'wanted a level, found "{said}"', f"from {GAIN[0]}dB to {GAIN[1]}dB, such as -18dB")
    return {"reference": reference, "version": version, "gain": gain}


def _sound(arguments: Arguments, _: Framings) -> Fields:
    reference, version = arguments.reference("sound")
    return {"reference": reference, "version": version}


def _pause(arguments: Arguments, _: Framings) -> Fields:
    return {"duration": arguments.length(0)}


def _nothing(_: Arguments, __: Framings) -> Fields:
    return {}


_FIELDS: Mapping[CueName, Callable[[Arguments, Framings], Fields]] = {
    "shot": _shot,
    "frame": _frame,
    "show": _show,
    "title": _title,
    "end": _end,
    "lower-third": _band,
    "text": _text,
    "music": _music,
    "sound": _sound,
    "pause": _pause,
    "cut": _nothing,
    "keep": _nothing,
}

_PLACE_WORDS = ("over", "beside", "left", "right", "full", "corner", "for")
_PLACE_WORDS_FR = ("sur", "à côté", "gauche", "droite", "plein écran", "coin", "pendant")
_WORDS: Mapping[CueName, tuple[str, ...]] = {
    "shot": ("take", "prise"),
    "show": _PLACE_WORDS + _PLACE_WORDS_FR,
    "text": _PLACE_WORDS + _PLACE_WORDS_FR,
}
_HINTS: Mapping[CueName, str] = {
    "shot": "a shot has an id of one word, and may have a take: [shot 02 take 3]",
    "show": f"places are {', '.join(_PLACE_WORDS[:-1])}; a name that holds spaces stands in quotes",
    "text": f"places are {', '.join(_PLACE_WORDS[:-1])}",
    "sound": "a name that holds spaces stands in quotes",
}
