"""Letters, cues and comments of a paragraph as spoken words, each cue bound to the word that follows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pipeline.reading_arguments import plain
from pipeline.reading_atoms import Aside, Atom, Letter, Mark
from pipeline.reading_source import Source
from pipeline.script import Word

NO_BREAK = "\u00a0"
"""U+00A0, which stands before `?!:;»` in French: what belongs together is not torn apart at a line's end."""

_NO_BREAKS = frozenset("\u00a0\u202f\u2007\u2009")
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
_OPENERS = frozenset("«“\u2018([{¿¡„\u2039")
_SPOKEN = frozenset("+=&\u00d7÷±<>")
_CLOSERS = "»”\"'\u2019)]}\u203a*_ \u00a0\u202f"
_ENDS = frozenset(".!?…")
_TITLES = ("m", "mm", "mme", "mmes", "mlle", "mlles", "dr", "drs", "pr", "prs", "st", "ste", "mr", "mrs", "ms", "prof")
_ABBREVIATED = frozenset((*_TITLES, "p", "pp", "cf", "ex", "p.ex", "vs", "i.e", "e.g", "env"))
"""Words whose full stop ends no sentence, French and English."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a paragraph says: its words, its cues with the index of the word they bind to, its comments."""

    words: tuple[Word, ...]
    marks: tuple[tuple[Mark, int], ...]
    asides: tuple[str, ...]


@dataclass(slots=True)
class _Token:
    """Letters between two gaps. `gap` is the space before them, empty when none (a cue between them counts as none)."""

    letters: list[Letter]
    optional: bool
    gap: str

    @property
    def text(self) -> str:
        return "".join(letter.text for letter in self.letters)

    @property
    def sounds(self) -> bool:
        text = self.text
        return any(char.isalnum() for char in text) or (text != "" and set(text) <= _SPOKEN)


def spoken(atoms: Sequence[Atom], source: Source) -> Spoken:
    """The words of a paragraph in order. Dropped letters are left out; punctuation standing alone joins a word."""
    tokens, marks = _tokens(atoms)
    words: list[_Token] = []
    waiting: list[_Token] = []
    indexes: list[int] = []  # of each token: how many words begin before it
    for token in tokens:
        indexes.append(len(words))
        if token.sounds:
            words.append(_joined([*waiting, token]))
            waiting = []
        elif words and not waiting and not set(token.text) <= _OPENERS:
            words[-1] = _joined([words[-1], token])
        else:
            waiting.append(token)
    if waiting and words:
        words[-1] = _joined([words[-1], *waiting])
    indexes.append(len(words))
    bound = tuple((mark, indexes[before]) for mark, before in marks)
    return Spoken(_ended(words, source), bound, tuple(atom.text for atom in atoms if isinstance(atom, Aside)))


def _tokens(atoms: Sequence[Atom]) -> tuple[list[_Token], list[tuple[Mark, int]]]:
    """The tokens, and each cue with the number of tokens that begin before it."""
    heard = [atom for atom in atoms if isinstance(atom, Mark) or (isinstance(atom, Letter) and not atom.dropped)]
    optional = _in_parentheses(heard)
    tokens: list[_Token] = []
    marks: list[tuple[Mark, int]] = []
    gap: str | None = ""
    known = False
    for number, atom in enumerate(heard):
        if isinstance(atom, Mark):
            marks.append((atom, len(tokens)))
            gap = ""
        elif atom.text.isspace() and not _holds(heard, number):
            gap = atom.text if atom.text in _NO_BREAKS else NO_BREAK
        elif atom.text not in _INVISIBLE:
            if gap is None:
                tokens[-1].letters.append(atom)
            else:
                tokens.append(_Token([atom], optional=False, gap=gap))
                known = False
            gap = None
            if atom.text.isalnum() and not known:  # what a word is, its first letter says
                tokens[-1].optional = optional[number]
                known = True
    return tokens, marks


def _holds(heard: Sequence[Letter | Mark], number: int) -> bool:
    """True for the no-break space inside a number: `10 000` is one word."""
    if heard[number].__class__ is Mark or not 0 < number < len(heard) - 1:
        return False
    before, here, after = heard[number - 1 : number + 2]
    if isinstance(before, Mark) or isinstance(here, Mark) or isinstance(after, Mark):
        return False
    return here.text in _NO_BREAKS and before.text.isdigit() and after.text.isdigit()


def _in_parentheses(heard: Sequence[Letter | Mark]) -> list[bool]:
    """For each letter, True when it stands in parentheses that close. A word's `(s)` makes no difference to it."""
    steps = [0] * (len(heard) + 1)
    opened: list[int] = []
    for number, atom in enumerate(heard):
        if isinstance(atom, Mark) or atom.literal:
            continue
        if atom.text == "(":
            opened.append(number)
        elif atom.text == ")" and opened:
            steps[opened.pop()] += 1
            steps[number] -= 1
    return [depth > 0 for depth in accumulate(steps)]


def _joined(tokens: list[_Token]) -> _Token:
    """Tokens as one word, a no-break space where there was a space between them."""
    letters: list[Letter] = []
    for number, token in enumerate(tokens):
        if number and token.gap:
            letters.append(Letter(token.gap, token.letters[0].at))
        letters += token.letters
    sounding = next((token for token in tokens if token.sounds), tokens[0])
    return _Token(letters, sounding.optional, tokens[0].gap)


def _ended(words: list[_Token], source: Source) -> tuple[Word, ...]:
    out: list[Word] = []
    for number, word in enumerate(words):
        text = word.text
        following = words[number + 1].text if number + 1 < len(words) else ""
        emphasis = max((letter.emphasis for letter in word.letters if letter.text.isalnum()), default=0)
        place = source.place(word.letters[0].at)
        out.append(Word(text, place, word.optional, emphasis, not following or ends_sentence(text, following)))
    return tuple(out)


def ends_sentence(text: str, following: str) -> bool:
    """True when the word ends a sentence: `.!?…`, no abbreviation, and what follows does not begin small.

    >>> ends_sentence("bord.", "Retenez"), ends_sentence("M.", "Martin"), ends_sentence("Ah !", "dit-il")
    (True, False, False)
    """
    bare = text.rstrip(_CLOSERS)
    if bare[-1:] not in _ENDS:
        return False
    first = next((char for char in following if char.isalnum()), "")
    if first.islower():
        return False
    return not (bare.endswith(".") and plain(bare.rstrip(".").lstrip("«“\"'([ \u00a0")) in _ABBREVIATED)
