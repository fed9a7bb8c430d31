# ruff: noqa: RUF001 (typographic signs are what this is about)
"""Numbers and symbols as they are spoken: `25 %` is "vingt-cinq pour cent".

French and English are spelled out; in another language digits and symbols stay as they are.
"""

import re
from collections.abc import Callable

_FR_UNITS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_FR_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt")
_EN_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip

_SYMBOLS = {
    "fr": {
        "%": "pour cent", "‰": "pour mille", "€": "euros", "$": "dollars", "£": "livres", "&": "et", "+": "plus",
        "=": "égale", "×": "fois", "÷": "divisé par", "°": "degrés", "@": "arobase", "²": "au carré", "³": "au cube",
        "<": "inférieur à", ">": "supérieur à", "≤": "inférieur ou égal à", "≥": "supérieur ou égal à",
        "√": "racine de", "π": "pi", "−": "moins",
    },
    "en": {
        "%": "percent", "‰": "per thousand", "€": "euros", "$": "dollars", "£": "pounds", "&": "and", "+": "plus",
        "=": "equals", "×": "times", "÷": "divided by", "°": "degrees", "@": "at", "²": "squared", "³": "cubed",
        "<": "less than", ">": "greater than", "≤": "less than or equal to", "≥": "greater than or equal to",
        "√": "square root of", "π": "pi", "−": "minus",
    },
}  # fmt: skip

_LARGEST = 10**12
"""From here on digits are read one by one: a card number, not a quantity."""

_MONEY_FIRST = re.compile(r"([$€£])\s?(\d[\d.,\u00a0\u202f]*)")
_HOURS = re.compile(r"\b(\d{1,2})\s?h(?:\s?(\d{2}))?\b")
_FR_ORDINAL = re.compile(r"\b(\d+)(ers?|re|res|e|es|ème|èmes|eme|nde?)\b")
_EN_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_NUMBER = {
    "fr": re.compile(r"\d{1,3}(?:[\u00a0\u202f.]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?"),
    "en": re.compile(r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"),
}


def spelled(text: str, language: str) -> str:
    """The text with its numbers and symbols in words.

    >>> spelled("80 % des 21 pages", "fr")
    'quatre-vingt pour cent des vingt et un pages'
    """
    short = language.split("-", maxsplit=1)[0].casefold()
    if short not in _SYMBOLS or not any(letter.isdigit() or letter in _SYMBOLS[short] for letter in text):
        return text
    text = _MONEY_FIRST.sub(r"\2 \1", text)
    number: Callable[[int], str] = _french if short == "fr" else _english
    if short == "fr":
        text = _HOURS.sub(lambda found: _hours(found[1], found[2]), text)
        text = _FR_ORDINAL.sub(_french_ordinal, text)
    else:
        text = _EN_ORDINAL.sub(lambda found: _english_ordinal(int(found[1])), text)
    text = _NUMBER[short].sub(lambda found: f" {_quantity(found[0], short, number)} ", text)
    for symbol, word in _SYMBOLS[short].items():
        text = text.replace(symbol, f" {word} ")
    return re.sub(r"\s+(?=[.,;:!?…)])", "", " ".join(text.split()))


def _quantity(text: str, language: str, number: Callable[[int], str]) -> str:
    point = "," if language == "fr" else "."
    if language == "fr" and re.fullmatch(r"\d+\.\d{1,2}|\d+\.\d{4,}", text):
        text = text.replace(".", ",")  # people write 3.5 in French too; only groups of three are thousands
    whole, _, decimals = text.partition(point)
    digits = re.sub(r"\D", "", whole)
    said = _whole(digits, grouped=digits != whole, language=language, number=number)
    if not decimals:
        return said
    # French reads decimals as a number (3,14: trois virgule quatorze), English digit by digit
    tail = (
        _whole(decimals, grouped=True, language=language, number=number)
        if language == "fr"
        else _digits(decimals, number)
    )
    return f"{said} {'virgule' if language == 'fr' else 'point'} {tail}"


def _whole(digits: str, *, grouped: bool, language: str, number: Callable[[int], str]) -> str:
    if digits == "000":  # the second word of "10 000"
        return "mille" if language == "fr" else "thousand"
    if len(digits) > 1 and digits.startswith("0"):
        return _digits(digits, number)
    value = int(digits)
    if value >= _LARGEST:
        return _digits(digits, number)
    year = language == "en" and not grouped and (1100 <= value < 2000 or 2010 <= value < 2100) and value % 100 != 0
    if year:
        low = value % 100
        return f"{number(value // 100)} {number(low) if low > 9 else 'oh ' + number(low)}"
    return number(value)


def _digits(digits: str, number: Callable[[int], str]) -> str:
    return " ".join(number(int(digit)) for digit in digits)


def _french(value: int) -> str:
    for size, name in ((10**9, "milliard"), (10**6, "million"), (10**3, "mille")):
        if value >= size:
            count, rest = divmod(value, size)
            plural = "s" if count > 1 and size > 10**3 else ""
            head = name if count == 1 and size == 10**3 else f"{_french(count)} {name}{plural}"
            return f"{head} {_french(rest)}" if rest else head
    if value >= 100:
        count, rest = divmod(value, 100)
        head = "cent" if count == 1 else f"{_FR_UNITS[count]} cent"
        return f"{head} {_french(rest)}" if rest else head
    if value < 20:
        return _FR_UNITS[value]
    tens, unit = divmod(value, 10)
    if tens in {7, 9}:
        unit += 10
    if unit == 0:
        return _FR_TENS[tens]
    joint = " et " if unit in {1, 11} and tens < 8 else "-"
    return f"{_FR_TENS[tens]}{joint}{_FR_UNITS[unit]}"


def _french_ordinal(found: re.Match[str]) -> str:
    value = int(found[1])
    if value == 1:
        return "premier" if found[2].startswith("er") else "première"
    if found[2].startswith("n"):
        return "second" if found[2] == "nd" else "seconde"
    said = _french(value)
    stem = {"cinq": "cinqu", "neuf": "neuv"}.get(said.split("-")[-1])
    last = said.split("-")[-1]
    return said.removesuffix(last) + (stem or last.removesuffix("e")) + "ième"


def _hours(hours: str, minutes: str | None) -> str:
    unit = "heure" if int(hours) < 2 else "heures"
    said = "une" if int(hours) == 1 else _french(int(hours))
    return f"{said} {unit} {_french(int(minutes))}" if minutes and int(minutes) else f"{said} {unit}"


def _english(value: int) -> str:
    for size, name in ((10**9, "billion"), (10**6, "million"), (10**3, "thousand"), (100, "hundred")):
        if value >= size:
            count, rest = divmod(value, size)
            head = f"{_english(count)} {name}"
            return f"{head} {_english(rest)}" if rest else head
    if value < 20:
        return _EN_UNITS[value]
    tens, unit = divmod(value, 10)
    return f"{_EN_TENS[tens]}-{_EN_UNITS[unit]}" if unit else _EN_TENS[tens]


def _english_ordinal(value: int) -> str:
    said = _english(value)
    head, joint, last = said.rpartition("-") if "-" in said else said.rpartition(" ")
    if last in _EN_ORDINALS:
        return f"{head}{joint}{_EN_ORDINALS[last]}"
    return f"{head}{joint}{last.removesuffix('y') + 'ie' if last.endswith('y') else last}th"
