"""What is seen of the speaker while a graphic is up: head and hands, in output pixels, over every clip under it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.camera import place_at
from pipeline.geometry import Box
from pipeline.placing import View, landing
from pipeline.presets import Style
from pipeline.spans import Span
from pipeline.timeline import Moving, Path
from pipeline.tracks import Track, reach


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
    """What is seen during `at`: the side is that of its first frame, head and hands are wherever they come to be."""
    under = [one for one in stretches if one.at.meets(at)]
    if not under or under[0].path is None:
        return View(card=True)
    heads = [box for one in under for box in _heads(one, at, style)]
    bodies = [box for one in under for box in _bodies(one, at, style)]
    face = heads[0] if heads else None
    for box in heads[1:]:
        face = box.cover(face) if face else box
    return View(face, under[0].side, reach(bodies))


def _shown(one: Stretch, at: Span) -> Span:
    """The frames of the rush that it shows during `at`."""
    common = one.at.common(at) or one.at
    return common.shifted(one.start - one.at.start)


def _heads(one: Stretch, at: Span, style: Style) -> Iterator[Box]:
    """The head with all its places in the take, as the camera shows it first, last and where it turns."""
    if one.path is None or one.track is None:
        return
    head = one.track.head.cover(one.track.face.grown(style.framings.face_grown))
    shown = _shown(one, at)
    turns = [knot.frame for knot in one.path.knots] if isinstance(one.path, Moving) else []
    for frame in {shown.start, shown.stop - 1, *(turn for turn in turns if shown.holds(turn))}:
        yield landing(head, place_at(one.path, frame).box(), style.size)


def _bodies(one: Stretch, at: Span, style: Style) -> Iterator[Box]:
    if one.path is None or one.track is None:
        return
    shown = _shown(one, at)
    for frame, body in one.track.bodies:
        if shown.holds(frame):
            yield landing(body, place_at(one.path, frame).box(), style.size)
