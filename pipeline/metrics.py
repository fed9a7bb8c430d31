"""The figures that every draft reports: how the cut came out, measured on the timeline alone."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median

from pipeline.camera import Place, place_at
from pipeline.framing import Composed
from pipeline.geometry import Box, Size, overlap
from pipeline.presets import Style
from pipeline.spans import Span
from pipeline.takes import Chosen, Telling
from pipeline.timeline import Clip, Filmed, Locked, Overlay, Timeline
from pipeline.tracks import Sighting, Watched

Metrics = dict[str, int | float]


def metrics(
    timeline: Timeline, composed: tuple[Composed, ...], watched: tuple[Watched, ...], chosen: Chosen, style: Style
) -> Metrics:
    """The figures of a draft by the names of `report.json`; what nothing was filmed for is perfect.

    - `subject_inclusion`: per cent of sampled frames in which the subject's face lies wholly in the frame
    - `headroom_error`, `eye_line_error`: mean distance from what the rung wants, a share of the frame's height
    - `static_jitter`, `moving_jitter`: mean |D²x| of the camera over the crop's width, per frame², still and moving
    - `density_min`: least source px per output px
    - `jump_cuts`: uncovered cuts between pictures too alike; `cuts_inside_words`: edges of clips within a word said
    - `shots`, and the `shot_least`, `shot_median`, `shot_most` seconds that they last; `moves`: shots that move
    - `words_written`, `words_spoken`, `words_missing`, `words_added`
    """
    filmed = [clip for clip in timeline.clips if isinstance(clip.picture, Filmed)]
    pictures = [clip.picture for clip in filmed if isinstance(clip.picture, Filmed)]
    shots = [float(clip.frames / timeline.rate) for clip in timeline.clips]
    return {
        **_framed(pictures, composed, watched, style),
        **_jitter(pictures),
        "density_min": min((picture.density for picture in pictures), default=0) / 1000,
        "jump_cuts": len(jump_cuts(timeline, composed, style)),
        "cuts_inside_words": len(cuts_inside_words(timeline, chosen)),
        "shots": len(shots),
        "shot_least": round(min(shots, default=0.0), 2),
        "shot_median": round(median(shots), 2) if shots else 0.0,
        "shot_most": round(max(shots, default=0.0), 2),
        "moves": sum(_moves(picture) for picture in pictures),
        "words_written": chosen.written,
        "words_spoken": chosen.spoken,
        "words_missing": chosen.missing,
        "words_added": chosen.added,
    }


def jump_cuts(timeline: Timeline, composed: Sequence[Composed], style: Style) -> tuple[int, ...]:
    """The frames at which the picture jumps, and no graphic fills the frame.

    Where time jumps too, the subject's size has to change by `join_ratio`; where it runs on, two boxes must not
    overlap by more than `overlap_most` (a 1.2x punch-in is a jump cut).
    """
    out: list[int] = []
    for (one, other), at in zip(pairwise(timeline.clips), timeline.spans()[1:], strict=False):
        if not (isinstance(one.picture, Filmed) and isinstance(other.picture, Filmed)):
            continue
        if not _covered(at.start, timeline) and _jumps(one.picture, other.picture, composed, style, other):
            out.append(at.start)
    return tuple(out)


def _jumps(one: Filmed, other: Filmed, composed: Sequence[Composed], style: Style, clip: Clip) -> bool:
    before, after = place_at(one.path, one.span.stop - 1), place_at(other.path, other.span.start)
    if clip.joins:
        return _ratio(before, after, _head(one, composed), _head(other, composed)) < style.rhythm.join_ratio
    if one.rush != other.rush or before.box() == after.box():
        return False
    return overlap(before.box(), after.box()) > style.rhythm.overlap_most


def _ratio(one: Place, other: Place, head: int, other_head: int) -> Fraction:
    """By how much the subject's size changes, at least 1."""
    if not (head and other_head):
        head = other_head = 1
    sizes = one.height / head, other.height / other_head
    return max(sizes) / min(sizes)


def _head(picture: Filmed, composed: Sequence[Composed]) -> int:
    table = _table(picture, composed)
    return table.track.head_height if table and table.track else 0


def _table(picture: Filmed, composed: Sequence[Composed]) -> Composed | None:
    """The table of the take that the picture is of."""
    of_rush = [table for table in composed if table.take.rush == picture.rush]
    if not of_rush:
        return None

    def shared(table: Composed) -> int:
        common = table.take.span.common(picture.span)
        return common.frames if common else 0

    return max(of_rush, key=shared)


def _covered(at: int, timeline: Timeline) -> bool:
    return any(_covers(overlay, at) for overlay in timeline.overlays)


def _covers(overlay: Overlay, at: int) -> bool:
    """True when the overlay fills the frame on both sides of the cut at `at`."""
    there = overlay.covers
    return overlay.fills and there is not None and there.start < at < there.stop


def cuts_inside_words(timeline: Timeline, chosen: Chosen) -> tuple[tuple[str, int], ...]:
    """The (rush, frame) of each edge of a clip strictly inside a word said there; an edge that two clips share once."""
    said: dict[str, list[Span]] = {}
    for telling in chosen.told:
        if isinstance(telling, Telling):
            spans = said.setdefault(chosen.takes[telling.take].rush, [])
            spans += [word.span for word in telling.said]
    edges = {
        (clip.picture.rush, frame)
        for clip in timeline.clips
        if isinstance(clip.picture, Filmed)
        for frame in (clip.picture.span.start, clip.picture.span.stop)
    }
    return tuple(
        sorted(
            (rush, frame) for rush, frame in edges if any(span.start < frame < span.stop for span in said.get(rush, ()))
        )
    )


def _framed(
    pictures: Sequence[Filmed], composed: Sequence[Composed], watched: Sequence[Watched], style: Style
) -> Metrics:
    seen = {one.rush: one for one in watched}
    inside: list[bool] = []
    headroom: list[float] = []
    eyes: list[float] = []
    for picture in pictures:
        table = _table(picture, composed)
        if table is None or table.track is None:
            continue
        faces = dict(table.track.faces)
        for sighting in seen[picture.rush].sightings if picture.rush in seen else ():
            if not picture.span.holds(sighting.frame) or faces.get(sighting.frame) != sighting.face:
                continue
            box = place_at(picture.path, sighting.frame).box()
            inside.append(_shown(sighting.face, picture.size).within(box))
            if wanted := _wanted(picture, table, style):
                air, line = _measured(sighting, table, box)
                headroom.append(abs(air - wanted[0]))
                eyes.append(abs(line - wanted[1]))
    return {
        "subject_inclusion": round(100 * _mean([float(one) for one in inside], 1.0), 2),
        "headroom_error": round(_mean(headroom, 0.0), 4),
        "eye_line_error": round(_mean(eyes, 0.0), 4),
    }


def _shown(face: Box, size: Size) -> Box:
    """The part of a face that the rush itself shows: no framing can do better."""
    return face.common(size.box) or face


def _measured(sighting: Sighting, table: Composed, box: Box) -> tuple[float, float]:
    """Air above the head and row of the eyes in that box, shares of its height."""
    track = table.track
    lift = track.eye_line - track.crown if track else 0
    top = sighting.crown if sighting.crown is not None else sighting.eyes[1] - lift
    return (top - box.y) / box.height, (sighting.eyes[1] - box.y) / box.height


def _wanted(picture: Filmed, table: Composed, style: Style) -> tuple[float, float] | None:
    """Headroom and eye line that its rung wants; None for the whole picture, which the camera chose."""
    name = picture.framing.partition("-")[0]
    rule = next(rule for rule in style.framings.framing if rule.id == name)
    if rule.lower == 0 or table.track is None:
        return None
    height = place_at(picture.path, picture.span.start).height
    crown = (table.track.eye_line - table.track.crown) / height
    air = min(max(style.framings.eye_line - crown, rule.headroom[0]), rule.headroom[1])
    return float(air), float(air + crown)


def _moves(picture: Filmed) -> bool:
    """True when its camera is not at one place all along."""
    path, span = picture.path, picture.span
    if isinstance(path, Locked):
        return False
    frames = {span.start, span.stop - 1, *(knot.frame for knot in path.knots if span.holds(knot.frame))}
    return len({place_at(path, frame) for frame in frames}) > 1


def _jitter(pictures: Sequence[Filmed]) -> Metrics:
    still: list[float] = []
    moving: list[float] = []
    for picture in pictures:
        if not _moves(picture):
            still += [0.0] * max(0, picture.span.frames - 2)
            continue
        places = [place_at(picture.path, frame) for frame in range(picture.span.start, picture.span.stop)]
        centres = [float(place.x + place.width / 2) for place in places]
        width = float(places[0].width)
        moving += [abs(a - 2 * b + c) / width for a, b, c in zip(centres, centres[1:], centres[2:], strict=False)]
    return {"static_jitter": round(_mean(still, 0.0), 8), "moving_jitter": round(_mean(moving, 0.0), 8)}


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
