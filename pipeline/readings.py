"""Readings: each time a sentence of the script is heard in a rush, whole or in part, and how well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.following import Page, followed
from pipeline.matching import SAME, Token, is_filler, similarity, tokens
from pipeline.script import LineId, Script
from pipeline.spans import Span
from pipeline.speech import Heard, Speech
from pipeline.takes import Said, Shot


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the script. `words` are indexes in its line, `tokens` indexes in the page of the script."""

    shot: int
    line: LineId
    words: range
    tokens: range
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """One time a sentence is heard. `sentence` is its number in the script, `heard` the words of the rush it takes up.

    `score` in thousandths: 1000 when every word of the sentence, and no other, is heard.
    """

    sentence: int
    rush: str
    heard: range
    span: Span
    said: tuple[Said, ...]
    score: int


def sentences(script: Script, shots: Sequence[Shot]) -> tuple[tuple[Sentence, ...], Page]:
    """Every sentence of the script that can be heard, in order, and the page on which their tokens stand."""
    shot_of: Mapping[str, int] = {line: number for number, shot in enumerate(shots) for line in shot.lines}
    out: list[Sentence] = []
    page: list[Token] = []
    starts: set[int] = set()
    for line in script.lines:
        for words in line.sentences():
            found = tokens([line.words[index].text for index in words], script.language)
            if not found:
                continue
            begin = len(page)
            starts.add(begin)
            for token in found:
                word = words[token.word]
                page.append(Token(token.text, word, line.words[word].optional))
            optional = all(line.words[index].optional for index in words)
            out.append(Sentence(shot_of[line.id], line.id, words, range(begin, len(page)), optional))
    return tuple(out), Page(tuple(page), frozenset(starts), language=script.language)


def readings(speech: Speech, listed: Sequence[Sentence], page: Page) -> tuple[Reading, ...]:
    """All readings of the script's sentences in one rush, in the order in which they are heard; weak ones too."""
    heard = tokens([word.text for word in speech.words], speech.language)
    path = followed([token.text for token in heard], page)
    number_of = {place: number for number, sentence in enumerate(listed) for place in sentence.tokens}
    out: list[Reading] = []
    pairs: list[tuple[int, int]] = []  # (heard token, page token) of the reading that is open
    for index, places in enumerate(path):
        for place in places:
            if pairs and (number_of[place] != number_of[pairs[-1][1]] or place < pairs[-1][1]):
                out += _reading(speech, heard, listed, page, number_of[pairs[-1][1]], pairs)
                pairs = []
            pairs.append((index, place))
    if pairs:
        out += _reading(speech, heard, listed, page, number_of[pairs[-1][1]], pairs)
    return tuple(out)


def _reading(
    speech: Speech,
    heard: Sequence[Token],
    listed: Sequence[Sentence],
    page: Page,
    number: int,
    pairs: Sequence[tuple[int, int]],
) -> list[Reading]:
    """The reading made of these pairs, or none when not one word is the same."""
    alike = _alikeness(heard, page, pairs)
    sure = [pair for pair in pairs if alike[pair] >= SAME]
    if not sure:
        return []
    sentence = listed[number]
    first, last = sure[0][0], sure[-1][0]
    words = range(heard[first].word, heard[last].word + 1)
    within = [token for token in heard[first : last + 1] if not is_filler(token.text, speech.language)]
    shared = sum(
        alike[index, place]
        * (
            len(heard[index].text) / sum(other == index for other, _ in pairs)
            + len(page.tokens[place].text) / sum(other == place for _, other in pairs)
        )
        for index, place in sure
    )
    matched = {place for _, place in sure}
    wanted = [page.tokens[place] for place in sentence.tokens if place in matched or not page.tokens[place].optional]
    letters = sum(len(token.text) for token in (*wanted, *within))
    score = min(1000, int(1000 * shared / letters + 0.5))
    said = _said(speech.words, heard, page, sure)
    span = Span(speech.words[words.start].span.start, speech.words[words[-1]].span.stop)
    return [Reading(number, speech.rush, words, span, said, score)]


def _alikeness(heard: Sequence[Token], page: Page, pairs: Sequence[tuple[int, int]]) -> dict[tuple[int, int], float]:
    """How alike each pair is; pieces of one word are compared together, each counting for its share of letters."""
    out: dict[tuple[int, int], float] = {}
    for pair in pairs:
        one = "".join(heard[index].text for index, place in pairs if place == pair[1])
        other = "".join(page.tokens[place].text for index, place in pairs if index == pair[0])
        out[pair] = similarity(one, other, page.language)
    return out


def _said(
    words: Sequence[Heard], heard: Sequence[Token], page: Page, pairs: Sequence[tuple[int, int]]
) -> tuple[Said, ...]:
    """Each script word that is heard, once, in order, none before the one before it has ended where frames allow."""
    groups: dict[int, list[int]] = {}
    for index, place in pairs:
        groups.setdefault(page.tokens[place].word, []).append(heard[index].word)
    out: list[Said] = []
    for word, places in groups.items():
        span = Span(words[places[0]].span.start, words[places[-1]].span.stop)
        confidence = min(words[place].confidence for place in places)
        if out and span.start < out[-1].span.stop:
            before, span = parted(out[-1].span, span)
            out[-1] = Said(out[-1].word, before, out[-1].confidence)
        out.append(Said(word, span, confidence))
    return tuple(out)


def parted(one: Span, other: Span) -> tuple[Span, Span]:
    """Two spans that overlap (two script words heard as one), parted in the middle; one span twice if too short."""
    low, high = one.start, other.stop
    if high - low < 2:
        return one, one
    middle = min(max((max(low, other.start) + min(one.stop, high) + 1) // 2, low + 1), high - 1)
    return Span(low, middle), Span(middle, high)
