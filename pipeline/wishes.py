"""What the script binds each phrase to: framing cues, graphics beside the speaker or over the whole frame."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.energy import Side, Wish
from pipeline.footage import Remark
from pipeline.framing import Composed
from pipeline.overlays import Show
from pipeline.phrases import Phrase, Stand
from pipeline.placing import OTHER
from pipeline.presets import Style
from pipeline.script import Cue, Script
from pipeline.spans import frames_in
from pipeline.utterances import orders


@dataclass(frozen=True, slots=True)
class Wishes:
    """What binds each phrase, by its index in the film; and what to know."""

    by_phrase: dict[int, Wish]
    remarks: tuple[Remark, ...] = ()


def bounds(planned: Sequence[Show]) -> frozenset[int]:
    """The orders of words before which the framing may have to change for a graphic."""
    beside = [show for show in planned if show.place == "beside"]
    return frozenset(order for show in beside for order in (show.order, show.until) if order is not None)


def wishes(
    film: Sequence[Phrase | Stand],
    planned: Sequence[Show],
    script: Script,
    composed: Sequence[Composed],
    style: Style,
    rate: Fraction,
) -> Wishes:
    """What binds each phrase of the film."""
    apart = frames_in(style.rhythm.zoom_apart, rate)
    usual = style.rhythm.side
    found = {index: Wish(opens=opens, side=usual) for index, opens in _opening(film, style, rate)}
    for index, cue, heads in _framed(film, script):
        side: Side = (cue.side if cue.reference == "auto" else "") or usual
        found[index] = replace(found[index], cue=cue, heads=heads, side=side)
    remarks: list[Remark] = []
    for show in planned:
        if show.place == "beside":
            walk = list(_reach(film, show, shortened=False))
            filmed = [composed[piece.take] for index, _ in walk if isinstance(piece := film[index], Phrase)]
            head = _head_side(show, filmed)
            if filmed and (not head or (show.side and head != OTHER[show.side])):
                remarks.append(Remark("no-side", show.cue.source, show.line))
            for number, (index, _) in enumerate(walk):
                found[index] = replace(found[index], side=head, locked=number > 0 or found[index].locked)
        if show.fills:
            for index, cut in _reach(film, _before_the_next(show, planned), shortened=True):
                if cut is None:
                    found[index] = replace(found[index], near=_offset(film[index], show) < apart)
                else:
                    found[index] = replace(found[index], covered=True)
    return Wishes(found, tuple(remarks))


def _opening(film: Sequence[Phrase | Stand], style: Style, rate: Fraction) -> Iterator[tuple[int, bool]]:
    """Each phrase, and whether it belongs to the opening of its scene: the first shot's least length."""
    scene, age = -1, 0
    for index, piece in enumerate(film):
        if not isinstance(piece, Phrase):
            continue
        if piece.scene != scene:
            scene, age = piece.scene, 0
        least = style.rhythm.shot_least if scene else style.rhythm.first_shot_least
        yield index, age < frames_in(least, rate)
        age += piece.gap.filmed + piece.span.frames


def _framed(film: Sequence[Phrase | Stand], script: Script) -> Iterator[tuple[int, Cue, bool]]:
    """Each phrase with the framing cue in force, which lasts to the next one or to the end of its scene."""
    at = orders(script)
    cues: list[tuple[int, int, Cue]] = []
    for scene, part in enumerate(script.scenes):
        for line in part.lines:
            cues += [(scene, at.at(line.id, cue.at), cue) for cue in line.cues if cue.name == "frame"]
    last: Cue | None = None
    for index, piece in enumerate(film):
        if isinstance(piece, Phrase):
            here = [cue for scene, order, cue in cues if scene == piece.scene and order <= piece.order]
            if here:
                yield index, here[-1], here[-1] is not last
                last = here[-1]


def _reach(film: Sequence[Phrase | Stand], show: Show, *, shortened: bool) -> Iterator[tuple[int, int | None]]:
    """The phrases a graphic is seen with, by index, and the frame at which each begins, counted from the graphic.

    The first it hangs on has None. `shortened`: the pauses under it are. A title ends it, and so does its own end: for
    one that ends with a word, the cut before that word still lies under it.
    """
    first = _anchor(film, show)
    if first is None:
        return
    age = 0
    for index in range(first, len(film)):
        piece = film[index]
        if isinstance(piece, Stand):
            if piece.kind != "slate" or (show.until is not None and piece.order >= show.until):
                return
            age += _left_of(piece, show) if index == first else piece.frames
            continue
        if index == first and not (show.after and shortened):
            yield index, None
            age = _left_of(piece, show)
        else:
            gap = piece.gap
            cut = age + (gap.out if gap.kind != "opens" else 0)
            over = show.until is not None and (piece.order > show.until if shortened else piece.order >= show.until)
            if over or (show.frames is not None and (cut > show.frames if shortened else cut >= show.frames)):
                return
            if gap.kind != "opens" or not shortened:
                yield index, cut
            run = gap.filmed if gap.kind == "runs" and not shortened else gap.out + gap.into
            age += run + gap.hold + piece.span.frames
        age += piece.tail + piece.hold


def _before_the_next(show: Show, planned: Sequence[Show]) -> Show:
    """The graphic until the next one that takes its place."""
    later = [other.order for other in planned if other.place == show.place and other.order > show.order]
    return replace(show, until=min((order for order in (show.until, *later) if order is not None), default=None))


def _anchor(film: Sequence[Phrase | Stand], show: Show) -> int | None:
    """The piece with the first word that the graphic can hang on."""
    for index, piece in enumerate(film):
        if any(word.order >= show.order for word in piece.words):
            return index
    return None


def _left_of(piece: Phrase | Stand, show: Show) -> int:
    """Frames from the word a graphic hangs on to the end of what its piece shows of words."""
    start = next(word.span.start for word in piece.words if word.order >= show.order)
    return (piece.span.stop if isinstance(piece, Phrase) else piece.frames) - start


def _offset(piece: Phrase | Stand, show: Show) -> int:
    """Frames from the cut before a phrase to the word a graphic hangs on."""
    if not isinstance(piece, Phrase):
        return 0
    return piece.span.frames + piece.gap.into - _left_of(piece, show)


def _head_side(show: Show, tables: Sequence[Composed]) -> Side:
    """Where the head goes for a graphic beside: opposite to it, else on its side; empty where no take gives either."""
    wanted = OTHER[show.side] or "left"
    for side in (wanted, OTHER[wanted]):
        if tables and all(any(one.side == side for one in table.framings) for table in tables):
            return side
    return ""
