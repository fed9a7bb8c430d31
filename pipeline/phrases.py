"""The film as phrases: script words where they were said, parted where one may cut, and what lies between them.

Two phrases with nothing removed between them stay continuous in the rush: their `Gap` only `runs`. Where something goes
(another take, speech that was rejected) it `jumps`. Slates and titles stand between phrases as `Stand`s.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline.chapters import asks_for_end
from pipeline.footage import Footage
from pipeline.lengths import placed, spoken_frames
from pipeline.presets import Style
from pipeline.script import Cue, Line, LineId, Scene, Script, Word
from pipeline.spans import Span, frames_in
from pipeline.takes import Chosen
from pipeline.utterances import Uttered, orders, quiet, said

NOTHING_SHOWN: Mapping[int, int] = {}
"""No graphic is to be seen after the last word."""

Parting = Literal["scene", "sentence-end", "pause", "phrase"]


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between a phrase and what stands before it, in frames.

    `opens`: nothing, a slate or a title stands before; `into` frames are shown before the first word.
    `runs`: the rush goes on; `filmed` frames lie between the words. Cut here, `out` of them stay with the phrase before
    and `into` with this one; the rest (`removed`) goes.
    `jumps`: time jumps; `out` and `into` are shown. `hold`: frames for which the last picture before stands still.
    """

    kind: Literal["opens", "runs", "jumps"]
    parting: Parting
    out: int = 0
    into: int = 0
    filmed: int = 0
    hold: int = 0
    retaken: bool = False
    wanted: bool = False

    @property
    def removed(self) -> int:
        """Frames of silence that go if the picture is cut here."""
        return self.filmed - self.out - self.into if self.kind == "runs" else 0


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that are shown without a cut between them, from one take.

    `tail` frames are shown after its last word, and `hold` more stand still, where nothing filmed follows it (else 0).
    """

    scene: int
    take: int
    words: tuple[Uttered, ...]
    gap: Gap
    tail: int = 0
    hold: int = 0

    @property
    def line(self) -> LineId:
        """The line of its first word."""
        return self.words[0].line

    @property
    def span(self) -> Span:
        """From its first word to its last, in frames of the rush."""
        return Span(self.words[0].body.start, self.words[-1].body.stop)

    @property
    def order(self) -> int:
        """The order of its first word."""
        return self.words[0].order

    @property
    def emphasis(self) -> bool:
        """True when one of its words is emphasised in the script."""
        return any(word.emphasis for word in self.words)


@dataclass(frozen=True, slots=True)
class Stand:
    """Something that holds the film over a plain ground: a slate for words no take says, a title, an asset alone.

    `order` is that of the word it stands before (for a slate, of its first word). `text`: the words of a title, of a
    chapter's card, of the end card.
    `aside`: the side on which a slate's words stand, where a graphic stands beside them.
    """

    kind: Literal["slate", "title", "chapter", "end", "graphic"]
    scene: int
    line: LineId
    order: int
    frames: int
    words: tuple[Uttered, ...] = ()
    cue: Cue | None = None
    text: str = ""
    aside: Literal["", "left", "right"] = ""


@dataclass(frozen=True, slots=True)
class _Told:
    scene: int
    take: int
    word: Uttered
    ends: bool


def stands_alone(cue: Cue, line: Line, script: Script) -> bool:
    """True when a cue holds the film: a title, an end card; an asset shown `full` with no speech left to lie under.

    That is in a paragraph of its own, or at the end of the last paragraph of the script.
    """
    if cue.name in {"title", "end"}:
        return True
    alone = not line.words or (line.id == script.lines[-1].id and cue.at == len(line.words))
    return cue.name == "show" and cue.place == "full" and alone


def phrases(
    script: Script,
    chosen: Chosen,
    footage: Footage,
    style: Style,
    bounds: frozenset[int] = frozenset(),
    titled: frozenset[int] = frozenset(),
    closing: Mapping[int, int] = NOTHING_SHOWN,
) -> tuple[Phrase | Stand, ...]:
    """The film in the order of the script.

    `bounds`: orders of further words before which a phrase begins. `titled`: scenes, by index, that begin with their
    title. `closing`: for how many frames from a word on something is to be seen, by the word's order; after the last
    word the picture goes on for it, as far as it was filmed.
    """
    return _Reading(script, chosen, footage, style, bounds, titled, closing).pieces()


class _Reading:
    """One script being laid out as phrases; holds what every step asks for."""

    def __init__(
        self,
        script: Script,
        chosen: Chosen,
        footage: Footage,
        style: Style,
        bounds: frozenset[int],
        titled: frozenset[int],
        closing: Mapping[int, int],
    ) -> None:
        self.closing = closing
        self.script, self.chosen, self.footage, self.style, self.titled = script, chosen, footage, style, titled
        self.rate = footage.rate
        self.orders = orders(script)
        self.pauses: dict[int, int] = {}
        self.kept: set[int] = set()
        self.cuts: set[int] = set()
        bound = set(bounds)
        for line in script.lines:
            for cue in line.cues:
                order = self.orders.at(line.id, cue.at)
                if cue.name in {"frame", "cut", "pause"}:
                    bound.add(order)
                if cue.name == "cut":
                    self.cuts.add(order)
                if cue.name == "pause" and cue.duration:
                    self.pauses[order] = cue.duration.at(self.rate)
                if cue.name == "keep":
                    end = self.orders.at(*cue.until) if cue.until else self.orders.words
                    self.kept.update(range(order + 1, end))
        self.bounds = bound
        rhythm = style.rhythm
        self.lead, self.trail = self.frames(rhythm.lead), self.frames(rhythm.trail)
        self.lengths = {rush.name: rush.frames for rush in footage.rushes}
        self.quiet = quiet(chosen)

    def frames(self, seconds: Fraction) -> int:
        return frames_in(seconds, self.rate)

    def rush(self, take: int) -> str:
        return self.chosen.takes[take].rush

    def pieces(self) -> tuple[Phrase | Stand, ...]:
        entries = _apart(list(self.entries()), self.rush)
        out: list[Phrase | Stand] = []
        for index, entry in enumerate(entries):
            before = entries[index - 1] if index else None
            if isinstance(entry, Stand):
                self.end(out, entries, index)
                extra = self.pauses.get(entry.order, 0) if not isinstance(before, _Told) and index else 0
                extra = max(extra, self.shown_after(entry.words, entry.frames))
                out.append(replace(entry, frames=entry.frames + extra) if entry.kind == "slate" else entry)
                continue
            if not isinstance(before, _Told):
                opening = self.opening(entries, index)
                out.append(Phrase(entry.scene, entry.take, (entry.word,), opening))
                continue
            gap = self.gap(before, entry)
            last = out[-1]
            if self.parts(before, entry, gap) or not isinstance(last, Phrase):
                out.append(Phrase(entry.scene, entry.take, (entry.word,), gap))
            else:
                out[-1] = replace(last, words=(*last.words, entry.word))
        self.end(out, entries, len(entries))
        return tuple(out)

    def entries(self) -> Iterator[_Told | Stand]:
        """Every word that is said, every slate, title and asset that holds the film, in the order of the script."""
        starts = self.orders.starts
        told = {line.id: said(line, starts[line.id], self.chosen, self.lengths) for line in self.script.lines}
        for scene, part in enumerate(self.script.scenes):
            if scene in self.titled:
                yield self.opened(scene, part)
            for line in part.lines:
                yield from self.line_entries(scene, line, told[line.id])
        if self.style.cards.end and self.script.lines and not asks_for_end(self.script):
            last, frames = self.script.lines[-1].id, self.frames(self.style.cards.end_seconds)
            yield Stand("end", len(self.script.scenes) - 1, last, self.orders.words, frames, text=self.script.title)

    def opened(self, scene: int, part: Scene) -> Stand:
        """What a scene begins with that shows its title: the style's chapter card, or a title that hides a jump."""
        first, cards = part.lines[0].id, self.style.cards
        by_style = cards.chapter == "full"
        seconds = cards.chapter_seconds if by_style else self.style.brand.title_seconds
        kind = "chapter" if by_style else "title"
        return Stand(kind, scene, first, self.orders.starts[first], self.frames(seconds), text=part.title)

    def line_entries(
        self, scene: int, line: Line, told: dict[int, tuple[int, Uttered | None]]
    ) -> Iterator[_Told | Stand]:
        missing: list[int] = []
        for index in range(len(line.words) + 1):
            holding = [cue for cue in line.cues if cue.at == index and stands_alone(cue, line, self.script)]
            if missing and (holding or index == len(line.words) or index in told):
                yield from self.slate(scene, line, missing, partly=bool(told))
                missing = []
            for cue in holding:
                yield self.held(scene, line, cue)
            if index == len(line.words):
                return
            if index not in told:
                missing.append(index)
                continue
            take, word = told[index]
            if word is not None:
                ends = index + 1 == len(line.words) or line.words[index].ends
                yield _Told(scene, take, word, ends)

    def slate(self, scene: int, line: Line, missing: list[int], *, partly: bool) -> Iterator[Stand]:
        """A slate for words that no take says; none for optional ones where the line is `partly` told."""
        words: list[Word] = [line.words[index] for index in missing]
        if partly and all(word.optional for word in words):
            return
        language, hearing = self.script.language, self.style.hearing
        order = self.orders.starts[line.id]
        uttered = tuple(
            Uttered(line.id, index, word.text, order + index, span, span, word.emphasis > 0)
            for index, word, span in zip(missing, words, placed(words, language, hearing, self.rate), strict=True)
        )
        frames = spoken_frames(words, language, hearing, self.rate)
        yield Stand("slate", scene, line.id, order + missing[0], frames, uttered)

    def held(self, scene: int, line: Line, cue: Cue) -> Stand:
        order = self.orders.at(line.id, cue.at)
        if cue.name == "title":
            frames = cue.duration.at(self.rate) if cue.duration else self.frames(self.style.brand.title_seconds)
            return Stand("title", scene, line.id, order, frames, cue=cue, text=cue.text)
        if cue.name == "end":
            frames = cue.duration.at(self.rate) if cue.duration else self.frames(self.style.cards.end_seconds)
            return Stand("end", scene, line.id, order, frames, cue=cue, text=cue.text or self.script.title)
        asset = self.footage.asset(cue.asset, line.id)
        own = asset.frames if asset and asset.kind == "moving" else self.frames(self.style.brand.asset_seconds)
        return Stand("graphic", scene, line.id, order, cue.duration.at(self.rate) if cue.duration else own, cue=cue)

    def parts(self, before: _Told, entry: _Told, gap: Gap) -> bool:
        """True when one may cut between two words."""
        wide = gap.filmed >= self.frames(self.style.rhythm.pause_phrase)
        bound = any(order in self.bounds for order in range(before.word.order + 1, entry.word.order + 1))
        return gap.kind == "jumps" or before.take != entry.take or gap.parting != "phrase" or wide or bound

    def pause(self, before: _Told, entry: _Told) -> int:
        """The length of a `[pause]` between two words, else 0."""
        asked = [self.pauses.get(order, 0) for order in range(before.word.order + 1, entry.word.order + 1)]
        return max(asked, default=0)

    def gap(self, before: _Told, entry: _Told) -> Gap:
        """What lies between two words that follow each other in the film."""
        rhythm, last, first = self.style.rhythm, before.word.body, entry.word.body
        rush = self.rush(entry.take)
        filmed = first.start - last.stop
        asked = self.pause(before, entry)
        keep = entry.word.order in self.kept
        together = self.rush(before.take) == rush and filmed >= 0 and self.quiet.after(rush, last.stop) >= filmed
        stopped = filmed > self.frames(rhythm.pause_longest) and not keep and filmed > asked
        wide = filmed >= self.frames(rhythm.pause_phrase)
        parting = _parting(before, entry, wide=together and wide)
        usual = {"scene": rhythm.pause_scene, "sentence-end": rhythm.pause_sentence}.get(parting, rhythm.pause_inside)
        # words keep their air first: a pause is never made shorter than lead and trail
        target = asked or max(self.frames(usual), self.lead + self.trail)
        wanted = any(order in self.cuts for order in range(before.word.order + 1, entry.word.order + 1))
        if together and not stopped:
            into = min(self.lead, filmed)
            worth = filmed - target >= self.frames(rhythm.pause_removed_least)
            kept = target if worth and not keep else filmed
            return Gap("runs", parting, kept - into, into, filmed, max(0, asked - filmed), wanted=wanted)
        after = min(self.quiet.after(self.rush(before.take), last.stop), self.left(before.take, last.stop))
        ahead = self.quiet.before(rush, first.start)
        into = min(self.lead, ahead)
        out = min(max(0, target - into), after)
        into = min(max(into, target - out), ahead)
        hold = max(0, asked - out - into)
        same = self.chosen.takes[before.take] == self.chosen.takes[entry.take]
        return Gap("jumps", parting, out, into, hold=hold, retaken=same and not together, wanted=wanted)

    def left(self, take: int, frame: int) -> int:
        return self.lengths[self.rush(take)] - frame

    def opening(self, entries: list[_Told | Stand], index: int) -> Gap:
        """The air before a phrase that begins the film or follows a slate or title."""
        entry = entries[index]
        assert isinstance(entry, _Told)  # noqa: S101 (asked for told words only)
        wanted = self.lead if index else self.frames(self.style.rhythm.head)
        asked = self.pauses.get(entry.word.order, 0) if index == 0 else 0
        ahead = self.quiet.before(self.rush(entry.take), entry.word.body.start)
        return Gap("opens", "scene", into=min(max(wanted, asked), ahead))

    def end(self, out: list[Phrase | Stand], entries: list[_Told | Stand], index: int) -> None:
        """Gives the phrase before a slate, a title or the end of the film its air."""
        before = entries[index - 1] if index else None
        last = out[-1] if out else None
        if not isinstance(before, _Told) or not isinstance(last, Phrase):
            return
        rhythm, stop = self.style.rhythm, before.word.body.stop
        final = index == len(entries)
        usual = self.frames(rhythm.tail) if final else max(self.trail, self.frames(rhythm.pause_sentence) - self.lead)
        following = self.orders.words if final else _order(entries[index])
        asked = max((self.pauses.get(order, 0) for order in range(before.word.order + 1, following + 1)), default=0)
        after = min(self.quiet.after(self.rush(before.take), stop), self.left(before.take, stop))
        follows = next((entry for entry in entries[index:] if isinstance(entry, _Told)), None)
        if follows and self.rush(follows.take) == self.rush(before.take) and follows.word.body.start >= stop:
            # a title stands in a silence of the rush: no frame of it is shown twice
            after = min(after, max(0, follows.word.body.start - stop - self.lead))
        shown = self.shown_after(last.words, stop)
        tail = min(max(asked or usual, shown), after)
        out[-1] = replace(last, tail=tail, hold=max(0, asked - tail))

    def shown_after(self, words: Sequence[Uttered], stop: int) -> int:
        """For how many frames after the last word of the script, which ends at `stop`, something is to be seen."""
        if not words or words[-1].order + 1 != self.orders.words:
            return 0
        starts = {word.order: word.span.start for word in words} | {self.orders.words: stop}
        return max(
            (starts[order] + frames - stop for order, frames in self.closing.items() if order in starts), default=0
        )


def _order(entry: _Told | Stand) -> int:
    return entry.order if isinstance(entry, Stand) else entry.word.order


def _parting(before: _Told, entry: _Told, *, wide: bool) -> Parting:
    if before.scene != entry.scene:
        return "scene"
    if before.ends:
        return "sentence-end"
    return "pause" if wide else "phrase"


def _apart(entries: list[_Told | Stand], rush: Callable[[int], str]) -> list[_Told | Stand]:
    """Words that overlap in their rush by a slip of the alignment, parted where the second begins."""
    out = list(entries)
    for index in range(1, len(out)):
        before, entry = out[index - 1], out[index]
        if not isinstance(before, _Told) or not isinstance(entry, _Told) or rush(before.take) != rush(entry.take):
            continue
        last, first = before.word, entry.word
        if last.body.start < first.body.start < last.body.stop:
            stop = max(first.body.start, last.span.start + 1)
            if stop >= first.span.stop:
                continue
            span, body = Span(last.span.start, min(last.span.stop, stop)), Span(last.body.start, stop)
            out[index - 1] = replace(before, word=replace(last, span=span, body=body))
            span, body = Span(max(first.span.start, stop), first.span.stop), Span(stop, first.body.stop)
            out[index] = replace(entry, word=replace(first, span=span, body=body))
    return out
