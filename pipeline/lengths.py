# ruff: noqa: RUF001 (typographic apostrophes and other alphabets are what this is about)
"""How long words last when spoken: syllables over a rate, plus pauses by punctuation. Used where nothing was heard."""

import re
import unicodedata
from collections.abc import Sequence
from fractions import Fraction

from pipeline.numerals import spelled
from pipeline.presets import Hearing
from pipeline.script import Word
from pipeline.spans import Span, rounded

_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*['’]?")
_VOWELS = "aeiouyœæαειηουω"
_CYRILLIC = "аеёиоуыэюяієї"
"""Cyrillic vowels: each is a syllable."""
_GROUP = re.compile(f"[{_VOWELS}]+")
_ENDS = re.compile(r"[.!?…]['’\"»”)\]]*$")
_BREATHES = re.compile(r"[,;:–—]['’\"»”)\]]*$")


def syllables(text: str, language: str) -> int:
    """Syllables of the text when spoken: numbers and symbols in words, acronyms letter by letter.

    Vowel groups with the rules of French and English mute letters; other languages count vowel groups, and one
    syllable for each ideogram.

    >>> syllables("La donnée, étape par étape : 25 %", "fr")
    12
    """
    short = language.split("-", maxsplit=1)[0].casefold()
    return sum(_of_word(word, short) for word in _LETTERS.findall(spelled(text, language)))


def _of_word(word: str, language: str) -> int:
    before, mark, last = word.rpartition("’" if "’" in word else "'")
    if mark and language != "en" and last:  # l'API: what is elided, and an acronym
        return _of_word(before + mark, language) + _of_word(last, language)
    if word.isupper() and 1 < len(word) <= 5 and (len(word) <= 3 or not _GROUP.search(_folded(word))):
        return sum(3 if letter == "W" and language == "en" else 1 for letter in word)
    lower = word.casefold()
    if signs := sum(_ideogram(letter) or letter in _CYRILLIC for letter in lower):
        return signs
    if language == "fr":
        return _french(lower)
    if language == "en":
        return _english(_folded(lower))
    return len(_GROUP.findall(_folded(lower))) or int(not mark)


def _ideogram(letter: str) -> bool:
    return "\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7af"


def _folded(word: str) -> str:
    """Without accents: `élève` is `eleve`."""
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


def _french(word: str) -> int:
    elided = word.rstrip("'’")
    return _french_groups(elided, mute=elided == word)


def _french_groups(piece: str, *, mute: bool) -> int:
    piece = unicodedata.normalize("NFC", piece)
    if mute:  # la donné(e), les table(s), but not "le"
        piece = (
            re.sub(r"(?<=[^aeiouyéèêëàâîïôûùü])es?$|(?<=[éiu])es?$", "", piece)
            if len(piece) > 3 or piece == "une"
            else piece
        )
    piece = re.sub("qu", "q", piece)
    piece = re.sub(r"gu(?=[eéèêiy])", "g", piece)
    # two vowels that are two syllables: ré-a-li-té, na-ïf, vo-ya-ge
    piece = re.sub(r"é(?=[aeiouyéèêâîôû])", "é-", piece)
    piece = re.sub(r"(?<=[aeiouéèê])(?=[ïëü])", "-", piece)
    piece = re.sub(r"(?<=[aeiouéèê])y(?=[aeiouéèêâ])", "-", piece)
    groups = len(_GROUP.findall(_folded(piece)))
    return max(1, groups) if mute and len(piece) > 1 else groups or int(mute)


def _english(word: str) -> int:
    beat = int(bool(re.search(r"[^aeiouynr]n['’]t$", word)))  # is-n't, but not don't
    word = re.sub(r"(?:['’](?:s|re|ve|ll|d|m)?|n['’]t)$", "", word)
    # silent at the end: us(e), us(ed), tim(es); spoken: tab-le, want-ed, bus-es
    word = re.sub(r"(?<=[^aeiouyl])e$|(?<=[aeiouy]l)e$|(?<=[aeiou])e$", "", word)
    word = re.sub(r"(?<=[^aeiouytdl])ed$|(?<=[aeiouy]l)ed$|(?<=[^aeiouyszxcghl])es$|(?<=[aeiouy]l)es$", "", word)
    word = re.sub(r"(?<=[aeiouy][^aeiouyl])e(?=(?:teen|ty|thing|ly|ment|fore|ful|less)$)", "", word)  # nin(e)-teen
    word = re.sub(r"(?<=[tscg])i(?=[aou])", "", word)  # na-tion, spe-cial, gra-cious, re-gion
    # two vowels that are two syllables: vi-de-o, pre-vi-ous, ap-ply-ing, us-u-al, la-yer
    word = re.sub(r"(?:i(?=[aou])|e(?=o(?!p))|[yeo](?=ing)|u(?=al|a[rt]))", r"\g<0>-", word.replace("qu", "q"))
    word = re.sub(r"(?<=[aeou])y(?=[aeiou])", "-", word)
    return max(1, len(_GROUP.findall(word)) + beat)


def spoken_frames(words: Sequence[Word] | str, language: str, hearing: Hearing, rate: Fraction) -> int:
    """How many frames at `rate` the words last when spoken, pauses between them included; at least 1, and 1 a word."""
    timed = _timed(words, language, hearing)
    seconds = timed[-1][1] if timed else Fraction(0)
    return max(1, len(timed), rounded(seconds * rate))


def placed(words: Sequence[Word] | str, language: str, hearing: Hearing, rate: Fraction) -> tuple[Span, ...]:
    """A span for each word, in order, apart from each other, within `[0, spoken_frames)`; the last ends with it."""
    timed = _timed(words, language, hearing)
    stop = spoken_frames(words, language, hearing, rate)
    return fitted(tuple((rounded(start * rate), rounded(end * rate)) for start, end in timed), stop)


def fitted(times: Sequence[tuple[int, int]], stop: int) -> tuple[Span, ...]:
    """The times as spans of at least one frame, in order and apart, none beyond `stop`, each moved by the least.

    Raises:
        ValueError: there are more times than frames.
    """
    if len(times) > stop:
        message = f"{len(times)} words do not fit in {stop} frames"
        raise ValueError(message)
    forward: list[tuple[int, int]] = []
    free = 0
    for start, end in times:
        begun = max(start, free)
        free = max(end, begun + 1)
        forward.append((begun, free))
    out: list[Span] = []
    limit = stop
    for start, end in reversed(forward):
        last = min(end, limit)
        limit = min(start, last - 1)
        out.append(Span(limit, last))
    return tuple(reversed(out))


def syllables_a_second(language: str, hearing: Hearing) -> Fraction:
    """How fast people speak that language when they teach."""
    short = language.split("-", maxsplit=1)[0].casefold()
    known = {"fr": hearing.syllables_a_second_fr, "en": hearing.syllables_a_second_en}
    return known.get(short, hearing.syllables_a_second)


def _timed(words: Sequence[Word] | str, language: str, hearing: Hearing) -> list[tuple[Fraction, Fraction]]:
    """Start and end of each word in seconds."""
    texts = words.split() if isinstance(words, str) else [word.text for word in words]
    ends = [bool(_ENDS.search(text)) for text in texts] if isinstance(words, str) else [word.ends for word in words]
    speed = syllables_a_second(language, hearing)
    now = Fraction(0)
    out: list[tuple[Fraction, Fraction]] = []
    for text, end in zip(texts, ends, strict=True):
        start, now = now, now + syllables(text, language) / speed
        out.append((start, now))
        if end or _ENDS.search(text):
            now += hearing.pause_sentence
        elif _BREATHES.search(text):
            now += hearing.pause_comma
    return out
