"""What a style says of chapters over the film: their titles as they begin, and a corner that tells how far one is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.footage import Remark
from pipeline.overlays import composed
from pipeline.presets import Style
from pipeline.spans import Span, frames_in
from pipeline.timeline import Card, Chapter, Clip, Filmed, Overlay, Plain


@dataclass(frozen=True, slots=True)
class Marked:
    """Overlays in order of stacking, with the marks among them; the cards these take; what to know."""

    overlays: tuple[Overlay, ...]
    cards: tuple[Card, ...] = ()
    remarks: tuple[Remark, ...] = ()


def openings(chapters: Sequence[Chapter], clips: Sequence[Clip], style: Style, rate: Fraction) -> dict[int, Span]:
    """Where each chapter's title would stand over the film, by the chapter's index.

    None over a title or a slate, nor beyond the chapter's end.
    """
    if style.cards.chapter != "over":
        return {}
    wanted = frames_in(style.cards.chapter_seconds, rate)
    filmed = _runs(clips, Filmed)
    out: dict[int, Span] = {}
    for index, place in enumerate(_places(chapters, clips)):
        run = next((run for run in filmed if run.start <= place.start < run.stop), None)
        if run:
            out[index] = Span(place.start, min(place.start + wanted, run.stop, place.stop))
    return out


def marked(
    chapters: Sequence[Chapter],
    clips: Sequence[Clip],
    laid: Sequence[Overlay],
    language: str,
    style: Style,
    rate: Fraction,
) -> Marked:
    """What the script lays over the film, with the style's chapter titles and progress corner.

    A name band waits until the chapter's title has gone. Anything else that stands in the same place, or fills the
    frame, ends the title; one that is left less than half its time is not shown, and a remark says so. The corner lies
    under all else.
    """
    corner, cards = _corner(chapters, clips, language, style, rate)
    out, remarks = list(laid), list[Remark]()
    titles: list[Overlay] = []
    half = frames_in(style.cards.chapter_seconds, rate) // 2
    for index, span in openings(chapters, clips, style, rate).items():
        room, moved = _made_room(span, out, _end(span, clips))
        if room is None or room.frames < half:
            remarks.append(Remark("chapter-hidden", chapters[index].title))
            continue
        out = moved
        fields = (("text", chapters[index].title), ("place", "over"))
        card = composed("chapter", fields, room.frames, style.size, language, style, rate)
        cards.append(card)
        titles.append(Overlay(card.key, "chapter", "card", room, style.size.box, card.frames))
    return Marked((*corner, *out, *titles), tuple(cards), tuple(remarks))


def _count(index: int, chapters: Sequence[Chapter]) -> tuple[tuple[str, str], ...]:
    return (("number", str(index + 1)), ("of", str(len(chapters))))


def _places(chapters: Sequence[Chapter], clips: Sequence[Clip]) -> list[Span]:
    """Where each chapter stands in the film."""
    ends = [*(chapter.frame for chapter in chapters[1:]), sum(clip.frames for clip in clips)]
    return [Span(chapter.frame, end) for chapter, end in zip(chapters, ends, strict=False)]


def _runs(clips: Sequence[Clip], *kinds: type) -> list[Span]:
    """The stretches of the film that show these kinds of picture, as long as they can be; titles are none of them."""
    out: list[Span] = []
    at = 0
    for clip in clips:
        title = isinstance(clip.picture, Plain) and clip.picture.kind == "title"
        if isinstance(clip.picture, kinds) and not title:
            before = out.pop() if out and out[-1].stop == at else Span(at, at + clip.frames)
            out.append(Span(before.start, at + clip.frames))
        at += clip.frames
    return out


def _end(span: Span, clips: Sequence[Clip]) -> int:
    """Where the stretch of film ends in which it begins."""
    return next(run.stop for run in _runs(clips, Filmed) if run.start <= span.start < run.stop)


def _low(overlay: Overlay) -> bool:
    """True for words that stand where a chapter's title would."""
    return overlay.kind == "card" and overlay.place == "over" and overlay.name in {"lower-third", "text"}


def _made_room(span: Span, laid: Sequence[Overlay], end: int) -> tuple[Span | None, list[Overlay]]:
    """What is left of a title's span (None: nothing), and the overlays with the name bands that wait for it."""
    bands = [one for one in laid if _low(one) and one.name == "lower-third" and one.at.meets(span)]
    others = [one for one in laid if one not in bands and (_low(one) or one.place == "full") and one.at.meets(span)]
    stop = min((one.at.start for one in others), default=span.stop)
    if stop <= span.start:
        return None, list(laid)
    room, after, moved = Span(span.start, stop), stop, list(laid)
    for band in bands:
        waits = Span(after, after + band.at.frames)
        free = min(
            (one.at.start for one in laid if _low(one) and one not in bands and one.at.stop > after), default=end
        )
        if waits.stop > min(free, end):
            before = min(one.at.start for one in bands)
            return (Span(room.start, before) if before > room.start else None), list(laid)
        moved[moved.index(band)] = replace(band, at=waits)
        after = waits.stop
    return room, moved


def _corner(
    chapters: Sequence[Chapter], clips: Sequence[Clip], language: str, style: Style, rate: Fraction
) -> tuple[list[Overlay], list[Card]]:
    """The progress corner over all that is no title; none for a film of one chapter."""
    overlays, cards = list[Overlay](), list[Card]()
    if not style.cards.progress or len(chapters) < 2:
        return overlays, cards
    shown = _runs(clips, Filmed, Plain)
    for index, place in enumerate(_places(chapters, clips)):
        spans = [at for run in shown if (at := run.common(place))]
        if spans:
            card = composed("progress", _count(index, chapters), 1, style.size, language, style, rate)
            cards.append(card)
            box = style.size.box
            overlays += [Overlay(card.key, "progress", "card", at, box, 1, place="corner") for at in spans]
    return overlays, cards
