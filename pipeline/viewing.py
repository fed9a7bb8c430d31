"""What is seen of the speaker while a graphic is up: head and hands, in output pixels, over every clip under it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median_low

from pipeline.camera import place_at
from pipeline.geometry import Box
from pipeline.placing import View, landing
from pipeline.presets import Style
from pipeline.spans import Span, rounded
from pipeline.timeline import Moving, Path
from pipeline.tracks import Track

HANDS = Fraction(1, 4)
"""Of a head's height: arms that reach so much further than at rest are in use. At rest, and for a microphone that the
outline takes in, the edge of a person wanders by less than a tenth (measured on two takes of 8 s)."""

SELDOM = 20
"""A hand that is there in one sampled frame of so many, or fewer, is passing."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A clip as it is looked at: frames `at` of the film show the rush from frame `start` on, through `path`.

    `path` None: a slate or a title. `track` None: nobody is seen. `side`: of its framing.
    """

    at: Span
    start: int = 0
    path: Path | None = None
    track: Track | None = None
    side: str = ""


def view(stretches: Sequence[Stretch], at: Span, style: Style) -> View:
    """What is seen during `at`: the side is that of the first shot, head and hands are wherever they come to be."""
    under = [one for one in stretches if one.at.meets(at)]
    filmed = [one for one in under if one.path is not None]
    if not filmed:
        return View(card=True)
    heads = [box for one in under for box in _heads(one, at, style)]
    hands = [edges for one in under if (edges := _hands(one, at, style)) is not None]
    face = heads[0] if heads else None
    for box in heads[1:]:
        face = box.cover(face) if face else box
    left = min((first for first, _ in hands if first is not None), default=None)
    right = max((last for _, last in hands if last is not None), default=None)
    return View(face, filmed[0].side, (left, right), card=under[0].path is None)


def _shown(one: Stretch, at: Span) -> Span:
    """The frames of the rush that it shows during `at`."""
    common = one.at.common(at) or one.at
    return common.shifted(one.start - one.at.start)


def _heads(one: Stretch, at: Span, style: Style) -> Iterator[Box]:
    """The head with all its places in the take, as the camera shows it first, last and where it turns."""
    if one.path is None or one.track is None:
        return
    shown = _shown(one, at)
    turns = [knot.frame for knot in one.path.knots] if isinstance(one.path, Moving) else []
    for frame in {shown.start, shown.stop - 1, *(turn for turn in turns if shown.holds(turn))}:
        yield head_seen(one.track, one.path, frame, style)


def head_seen(track: Track, path: Path, frame: int, style: Style) -> Box:
    """Where the head is in the output, in pixels, through that camera at a frame of the rush; it may reach outside."""
    head = track.head.cover(track.face.grown(style.framings.face_grown))
    return landing(head, place_at(path, frame).box(), style.size)


def _hands(one: Stretch, at: Span, style: Style) -> tuple[int | None, int | None] | None:
    """Where hands and arms in use reach, left and right; None on a side where they stay at rest.

    All that is known is how far the person reaches: in use are arms that reach further than half of the time in the
    take, by `HANDS` of a head. Once in twenty does not count.
    """
    if one.path is None or one.track is None or not one.track.bodies:
        return None
    shown, track = _shown(one, at), one.track
    bodies = [(frame, body) for frame, body in track.bodies if shown.holds(frame)]
    rest = median_low([body.x for _, body in track.bodies]), median_low([body.right for _, body in track.bodies])
    beyond = rounded(HANDS * track.head_height)
    out: list[int | None] = []
    for left in (True, False):
        used = [
            landing(body, place_at(one.path, frame).box(), style.size)
            for frame, body in bodies
            if (body.x < rest[0] - beyond if left else body.right > rest[1] + beyond)
        ]
        edges = [body.x if left else body.right for body in used]
        out.append((min(edges) if left else max(edges)) if len(edges) * SELDOM > len(bodies) else None)
    return out[0], out[1]
