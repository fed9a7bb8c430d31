"""What is kept of the rushes, line by line, and what is left out, with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.footage import Remark
from pipeline.matching import is_filler, tokens
from pipeline.performances import Performance
from pipeline.presets import Hearing
from pipeline.readings import Reading, Sentence
from pipeline.script import Line, Script
from pipeline.spans import Span, merged
from pipeline.speech import Speech
from pipeline.takes import Rejected, Said, Telling, Untold


@dataclass(frozen=True, slots=True)
class Kept:
    """A sentence as kept. `heard` are the words of the rush it takes up, those attached to it included.

    `goes_on`: nothing heard lies between it and the sentence that the same performance tells before it.
    """

    performance: int
    reading: Reading
    heard: range
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """What is told, and the words counted: those of the script, said, not said; and voice kept beside them."""

    told: tuple[Telling | Untold, ...]
    written: int
    spoken: int
    added: int
    missing: int
    remarks: tuple[Remark, ...]


def kept(
    performed: Sequence[Performance],
    picks: Mapping[int, tuple[int, Reading]],
    heard: Mapping[str, Speech],
    hearing: Hearing,
) -> dict[int, Kept]:
    """Each chosen sentence with the words beside the script that no pause parts from it."""
    out: dict[int, Kept] = {}
    for number, (at, reading) in sorted(picks.items()):
        out[number] = Kept(at, reading, reading.heard)
        around = performed[at].readings
        place = around.index(reading)
        before = around[place - 1] if place else None
        if before is None or picks.get(before.sentence) != (at, before):
            continue
        last = out[before.sentence].heard
        speech = heard[reading.rush]
        trailing, leading = _attached(speech, range(last.stop, reading.heard.start), hearing)
        first = reading.heard.start - leading
        out[before.sentence] = Kept(at, before, range(last.start, last.stop + trailing), out[before.sentence].goes_on)
        goes_on = not reading.heard or last.stop + trailing == first
        out[number] = Kept(at, reading, range(first, reading.heard.stop), goes_on)
    return out


def _attached(speech: Speech, between: range, hearing: Hearing) -> tuple[int, int]:
    """How many of the words between two sentences belong to the first, and how many to the second."""
    words = [speech.words[index] for index in between]
    if all(is_filler(token.text, speech.language) for token in tokens([word.text for word in words], speech.language)):
        return len(words), 0
    run_before, run_after = _run(speech, between.start - 1), _run(speech, between.stop)
    trailing = sum(_run(speech, index) == run_before for index in between)
    leading = sum(_run(speech, index) == run_after for index in between)
    if run_before == run_after:
        trailing = 0
    return (
        trailing if trailing <= hearing.attached_most else 0,
        leading if leading <= hearing.attached_most else 0,
    )


def _run(speech: Speech, word: int) -> int:
    """The number of the run of voice in which a word is heard, -1 for none."""
    span = speech.words[word].span
    return next((number for number, run in enumerate(speech.voiced) if run.meets(span)), -1)


def lines(
    script: Script,
    listed: Sequence[Sentence],
    sentences: Mapping[int, Kept],
    takes: Mapping[int, int],
    heard: Mapping[str, Speech],
    hearing: Hearing,
) -> Lines:
    """Every word of every line in one telling or gap, in script order. `takes`: by performance, its index."""
    told: list[Telling | Untold] = []
    remarks: list[Remark] = []
    number_of = {(sentence.line, sentence.words.start): number for number, sentence in enumerate(listed)}
    for line in script.lines:
        numbers = [number_of.get((line.id, words.start)) for words in line.sentences()]
        parts = _parts(line, numbers, sentences, hearing)
        told += [_part(line, part, sentences, takes, heard) for part in parts]
        remarks += _remarks(line, [number for number in numbers if number is not None], listed, sentences, hearing)
    voices = [telling for telling in told if isinstance(telling, Telling)]
    said = {(telling.line, said.word) for telling in voices for said in telling.said}
    words = [
        (line.id, index, word.optional)
        for line in script.lines
        for index, word in enumerate(line.words)
        if tokens([word.text], script.language)
    ]
    missing = sum(not optional and (line, index) not in said for line, index, optional in words)
    added = sum(len(telling.beside) for telling in voices)
    return Lines(tuple(told), len(words), len(said), added, missing, tuple(remarks))


@dataclass(frozen=True, slots=True)
class _Part:
    """Words of a line and the sentences that tell them; no sentence: a gap."""

    words: range
    numbers: tuple[int, ...]


def _parts(
    line: Line,
    numbers: Sequence[int | None],
    sentences: Mapping[int, Kept],
    hearing: Hearing,
) -> list[_Part]:
    """The line's sentences, those that go on from each other made one; small gaps join what is told beside them."""
    out: list[_Part] = []
    some = any(number in sentences for number in numbers)
    for number, words in zip(numbers, line.sentences(), strict=True):
        if number is not None and number in sentences:
            last = out[-1] if out else None
            if last and last.numbers and sentences[number].goes_on:
                out[-1] = _Part(range(last.words.start, words.stop), (*last.numbers, number))
            elif last and not last.numbers and _slight(last.words, line, hearing):
                out[-1] = _Part(range(last.words.start, words.stop), (number,))
            else:
                out.append(_Part(words, (number,)))
        elif out and ((some and out[-1].numbers and _slight(words, line, hearing)) or not out[-1].numbers):
            out[-1] = _Part(range(out[-1].words.start, words.stop), out[-1].numbers)
        else:
            out.append(_Part(words, ()))
    return out


def _slight(words: range, line: Line, hearing: Hearing) -> bool:
    """True for words that may go unsaid: optional, or too few for a slate."""
    return sum(not line.words[index].optional for index in words) < hearing.untold_least


def _part(
    line: Line, part: _Part, sentences: Mapping[int, Kept], takes: Mapping[int, int], heard: Mapping[str, Speech]
) -> Telling | Untold:
    if not part.numbers:
        return Untold(line.id, part.words)
    told = [sentences[number] for number in part.numbers]
    said = tuple(one for sentence in told for one in sentence.reading.said)
    span = told[0].reading.span.hull(told[-1].reading.span)
    speech = heard[told[0].reading.rush]
    words = [speech.words[index].span for sentence in told for index in sentence.heard]
    for word in words:
        span = span.hull(word)
    letters = [sum(len(line.words[one.word].text) for one in sentence.reading.said) for sentence in told]
    score = sum(sentence.reading.score * size for sentence, size in zip(told, letters, strict=True)) // sum(letters)
    return Telling(
        line.id, part.words, takes[told[0].performance], span, said, score, _beside(span, said, words, speech)
    )


def _beside(span: Span, said: Sequence[Said], words: Sequence[Span], speech: Speech) -> tuple[Span, ...]:
    """Voice within `span` that is no script word: other words, and runs in which no word was understood."""
    known = [one.span for one in said]
    other = [word for word in words if not any(word.meets(one) for one in known)]
    if speech.method == "whisper":
        other += [
            run for run in speech.voiced if run.within(span) and not any(run.meets(word) for word in (*known, *words))
        ]
    return tuple(sorted(set(other)))


def _remarks(
    line: Line,
    numbers: Sequence[int],
    listed: Sequence[Sentence],
    sentences: Mapping[int, Kept],
    hearing: Hearing,
) -> list[Remark]:
    """What people should know of how one line is told."""
    told = [sentences[number].reading for number in numbers if number in sentences]
    out: list[Remark] = []
    if not told:
        return out
    loose = [reading for reading in told if reading.score < 1000 * hearing.full and reading.heard]
    if loose:
        worst = min(reading.score for reading in loose)
        out.append(Remark("hearing.improvised", str(worst // 10), line.id))
    unsaid = [number for number in numbers if number not in sentences and not listed[number].optional]
    if unsaid:
        words = " ".join(line.words[index].text for number in unsaid for index in listed[number].words)
        out.append(Remark("hearing.left-out", words, line.id))
    return out


def rejected(
    performed: Sequence[Performance],
    picks: Mapping[int, tuple[int, Reading]],
    sentences: Mapping[int, Kept],
    listed: Sequence[Sentence],
    heard: Mapping[str, Speech],
    hearing: Hearing,
) -> tuple[Rejected, ...]:
    """What was heard and not kept, by rush and time."""
    out: list[Rejected] = []
    known: dict[str, set[int]] = {rush: set() for rush in heard}
    for one in sentences.values():
        known[one.reading.rush] |= set(one.heard)
    for at, performance in enumerate(performed):
        for reading in performance.readings:
            known[performance.rush] |= set(reading.heard)
            if picks[reading.sentence] != (at, reading):
                why = _why(performed, at, reading, picks[reading.sentence], hearing)
                line = listed[reading.sentence].line
                out.append(Rejected(line, performance.rush, reading.span, why, reading.score))
    for rush, speech in heard.items():
        for group in _groups(index for index in range(len(speech.words)) if index not in known[rush]):
            spoken = tokens([speech.words[index].text for index in group], speech.language)
            if all(is_filler(token.text, speech.language) for token in spoken):
                continue
            span = speech.words[group.start].span.hull(speech.words[group[-1]].span)
            out.append(Rejected("", rush, span, "off-script", 0))
    order = {rush: number for number, rush in enumerate(heard)}
    return tuple(sorted(out, key=lambda one: (order[one.rush], one.span)))


def _why(
    performed: Sequence[Performance], at: int, reading: Reading, pick: tuple[int, Reading], hearing: Hearing
) -> str:
    """`false-start`, `not-circled`, `later-take` or `partial`."""
    performance = performed[at]
    if performed[pick[0]].circled and not performance.circled:
        return "not-circled"
    if reading.score >= 1000 * hearing.full:
        return "later-take"
    after = performed[at + 1] if at + 1 < len(performed) else None
    ended = reading is performance.readings[-1]
    again = after is not None and after.rush == performance.rush and after.shot == performance.shot
    if ended and again and after is not None and after.readings[0].sentence <= reading.sentence:
        return "false-start"
    return "partial"


def _groups(indexes: Iterable[int]) -> list[range]:
    """Runs of consecutive numbers."""
    return [range(span.start, span.stop) for span in merged(Span(index, index + 1) for index in indexes)]
