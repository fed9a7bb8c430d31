"""Which phrases, and which joints between them, lie under a graphic, before it is decided where the picture is cut.

How long the film is between two words depends on which pauses are cut: what is said here holds whatever is decided.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.overlays import Show
from pipeline.phrases import Phrase, Stand


def reach(film: Sequence[Phrase | Stand], show: Show, *, shortened: bool) -> Iterator[tuple[int, int | None]]:
    """The phrases a graphic is seen with, by index, and the frame at which each begins, counted from the graphic.

    The first it hangs on has None. `shortened`: the pauses under it are. A title ends it, and so does its own end: for
    one that ends with a word, the cut before that word still lies under it.
    """
    first = _anchor(film, show)
    if first is None:
        # what comes after the last word is seen with the phrase before, for which no time is left to be cut
        spoken = [index for index, piece in enumerate(film) if isinstance(piece, Phrase)]
        if show.after and spoken and not shortened:
            yield spoken[-1], None
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
            # the pauses before it may be cut: what might still lie under it does
            age += gap.out + gap.into + gap.hold + piece.span.frames
        age += piece.tail + piece.hold


def before_the_next(show: Show, planned: Sequence[Show]) -> Show:
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


def offset(piece: Phrase | Stand, show: Show) -> int:
    """Frames from the cut before a phrase to the word a graphic hangs on."""
    if not isinstance(piece, Phrase):
        return 0
    return piece.span.frames + piece.gap.into - _left_of(piece, show)


@dataclass(frozen=True, slots=True)
class Joint:
    """A place under a graphic where the picture may be cut, before phrase `index`.

    `least`, `most`: frames from where the graphic comes to the cut, with every pause before it cut, and with none.
    `removed`: frames that go if it is cut here.
    """

    index: int
    least: int
    most: int
    removed: int


def near_ends(film: Sequence[Phrase | Stand], show: Show, calm: int) -> Iterator[int]:
    """The phrases before which a cut might fall in the first or last `calm` frames of a graphic, not at its edges."""
    joints, ends = _under(film, show)
    for joint in joints:
        left = _left(joint, ends, show)
        if (joint.least < calm and joint.most > 0) or (left[0] < calm and left[1] > 0):
            yield joint.index


def covered(film: Sequence[Phrase | Stand], show: Show, enter: int, leave: int) -> Iterator[int]:
    """The phrases before which a cut is hidden by a graphic that fills the frame, `enter` frames on, `leave` before."""
    joints, ends = _under(film, show)
    drift = 0
    """Frames of pauses that may stand under it; the pauses that it covers are cut."""
    for joint in joints:
        least, most = _left(joint, ends, show)
        left = least if show.frames is None else min(most, ends[0] - joint.least, show.frames - joint.least - drift)
        if joint.least >= enter and left >= leave:
            yield joint.index
        else:
            drift += joint.removed


def _left(joint: Joint, ends: tuple[int, int], show: Show) -> tuple[int, int]:
    """The least and the most frames from a cut to where the graphic goes."""
    least, most = ends[0] - joint.least, ends[1] - joint.most - joint.removed
    if show.frames is None:
        return least, most
    return min(least, show.frames - joint.most), min(most, show.frames - joint.least)


def _under(film: Sequence[Phrase | Stand], show: Show) -> tuple[list[Joint], tuple[int, int]]:
    """Every joint under a graphic, the one at its end with it; where its words end, with every pause cut and with none.

    It is also over after `show.frames`, where that is set.
    """
    joints: list[Joint] = []
    first = _anchor(film, show)
    if first is None:
        return joints, (0, 0)
    short = long = _before(film, first, show)
    for index in range(first, len(film)):
        piece, begins = film[index], 0
        if index == first and not show.after:
            begins = _length(piece) - _left_of(piece, show)
        elif isinstance(piece, Phrase):
            gap = piece.gap
            if gap.kind != "opens":
                out = gap.out + gap.hold
                joints.append(Joint(index, short + out, long + out, gap.removed))
                short, long = short + out, long + out + gap.removed
            if _reached(piece.order, show):
                return joints, (short, long)
            short, long = short + gap.into, long + gap.into
        elif piece.kind != "slate" or _reached(piece.order, show):
            return joints, (short, long)
        at = next((at for at, word in enumerate(piece.words) if _reached(word.order, show)), None)
        if at is not None:  # it goes in the silence before that word
            origin = begins + (piece.span.start if isinstance(piece, Phrase) else 0)
            quiet = piece.words[at - 1].span.stop if at else origin
            return joints, (short + quiet - origin, long + piece.words[at].span.start - origin)
        shown = _length(piece) - begins + (piece.tail + piece.hold if isinstance(piece, Phrase) else 0)
        short, long = short + shown, long + shown
        if show.frames is not None and short >= show.frames:
            break
    return joints, (short, long)


def _length(piece: Phrase | Stand) -> int:
    return piece.span.frames if isinstance(piece, Phrase) else piece.frames


def _reached(order: int, show: Show) -> bool:
    """True when the graphic goes before the word of that order."""
    return show.until is not None and order >= show.until


def _before(film: Sequence[Phrase | Stand], first: int, show: Show) -> int:
    """Where a graphic that follows a word comes, counted from the end of what is shown before, backwards.

    Beside the speaker it waits for the cut; elsewhere it comes once the word has been said.
    """
    piece, before = film[first], film[first - 1] if first else None
    if not show.after or not isinstance(piece, Phrase):
        return 0
    if show.place == "beside":
        return -(piece.gap.out + piece.gap.hold)
    return before.span.stop - before.words[-1].span.stop if isinstance(before, Phrase) else 0
