"""Where a line of text may be broken, French and English.

After punctuation, before a conjunction or a preposition; never between an article and its noun, a pronoun and its
verb, a number and its unit (Netflix Timed Text Style Guide, line treatment; BBC Subtitle Guidelines §3.4).
"""

from fractions import Fraction

_CLAUSE = (",", ";", ":", "—", "\u2013", ")", "»", "”")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HOLDING = {
    "fr": _words(
        """le la les un une des du de au aux en et ou mais donc car ni que qui dont où dans sur sous pour par avec sans
        chez vers ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs je tu il elle on nous
        vous ils elles se me te ne y si très plus moins quand comme est sont a ont"""
    ),
    "en": _words(
        """the a an of to in on at by for with from into over under and or but nor so that which who whose where when as
        if than this these those my your his her its our their i you he she it we they is are was were be been has have
        had do does did will would can could may might must not very"""
    ),
}
"""Words that hold on to the next one."""

_OPENING = {
    "fr": _words(
        "et ou mais donc car ni que qui dont où dans sur sous pour par avec sans chez vers à en quand si comme"
    ),
    "en": _words("and or but nor so that which who where when as if to in on at by for with from into because"),
}
"""Words that open a group, so that a line may well begin with them."""


def break_cost(word: str, following: str, language: str) -> Fraction:
    """What a break between two words costs, 1 good to 8 bad; only their ratios matter.

    >>> break_cost("données,", "puis", "fr") < break_cost("données", "dans", "fr") < break_cost("les", "données", "fr")
    True
    """
    short = language.split("-", maxsplit=1)[0].casefold()
    if word.endswith(_CLAUSE):
        return Fraction(1)
    if word.casefold() in _HOLDING.get(short, ()) or word.isdigit():
        return Fraction(8)
    opener = following.casefold().replace("\u2019", "'").split("'")[0]
    opens = opener in _OPENING.get(short, ()) or (short == "fr" and opener == "qu")
    return Fraction(2) if opens else Fraction(4)
