"""What a motion designer needs to know of each animation a script asks for, as values; nothing is drawn here.

The frames are those of the edit as it stands now: the framing is the one that the film will have, since the edit makes
way for a graphic whether or not it has arrived.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline import edges
from pipeline.draft import Plan
from pipeline.geometry import Box
from pipeline.overlays import own_frames, pictured
from pipeline.placing import View, region
from pipeline.presets import Style
from pipeline.script import Cue, Line
from pipeline.segments import part_of
from pipeline.spans import Span, frames_in
from pipeline.takes import Telling
from pipeline.timeline import Card, Clip, Filmed, Overlay, Plain, Timeline
from pipeline.viewing import head_seen

HANDLES = Fraction(1)
"""Seconds of the film before and after the animation in its reference clip: the handle that editors ask of effects
houses is 8 to 24 frames; a whole second also gives a word to count in from."""

CONTEXT = Fraction(5)
"""Seconds before and after whose words, framings and graphics are told: a sentence (the style's shot is 5 to 7 s)."""

Place = Literal["over", "beside", "full", "corner"]
Length = Literal["made", "written", "range", "style"]


@dataclass(frozen=True, slots=True)
class Timed:
    """A word and its frames, counted from the animation's first. `measured`: it was heard; else placed by its length.

    `under`: it is said while the animation is seen.
    """

    text: str
    span: Span
    measured: bool
    under: bool


@dataclass(frozen=True, slots=True)
class Under:
    """What is seen under the animation between two cuts, `at` in frames from its first.

    `framing` is the framing's id with its side, `slate` or `title`. `still` is the frame of the film that shows it.
    `face` and `free` in output pixels: the head is never covered; the graphic has `free`, less the face.
    """

    at: Span
    still: int
    framing: str
    filmed: bool
    face: Box | None
    free: Box


@dataclass(frozen=True, slots=True)
class Graphic:
    """Another graphic that is seen nearby: how people call it, its place, its frames from the animation's first."""

    name: str
    place: Place
    at: Span


@dataclass(frozen=True, slots=True)
class Brief:
    """One animation that the script asks for. `number` counts them in the film, from 1.

    `at` are its frames in the film. `length`: what says how long it lasts: the asset as `made`, the cue (`written`),
    the words up to where it ends (`range`), or the `style` because nothing else does. `placed`: the script says where
    it stands. `before` and `after`: framings around it, empty where the film begins or ends.
    """

    number: int
    cue: Cue
    line: str
    line_number: int
    scene: str
    missing: bool
    at: Span
    length: Length
    asked: int
    place: Place
    placed: bool
    words: tuple[Timed, ...]
    under: tuple[Under, ...]
    before: str
    after: str
    graphics: tuple[Graphic, ...]

    @property
    def reference(self) -> str:
        """As the script writes it, without its version."""
        return self.cue.reference

    @property
    def estimated(self) -> bool:
        """True when the time of a word under it is not measured: it moves when the line is filmed."""
        return any(word.under and not word.measured for word in self.words)


def briefs(plan: Plan, wanted: Callable[[Cue, bool], bool]) -> tuple[Brief, ...]:
    """The brief of each animation for which `wanted` (the cue, whether its asset is missing) is true, in order."""
    out: list[Brief] = []
    for number, (cue, line, overlay) in enumerate(_shown(plan), 1):
        missing = pictured(plan.footage.asset(cue.asset, line.id)) is None
        if wanted(cue, missing):
            out.append(_brief(number, cue, line, overlay, plan))
    return tuple(out)


def reference(timeline: Timeline, brief: Brief) -> tuple[Timeline, int]:
    """The film around the animation and without it, handles on both sides; and how many frames stand before it."""
    handle = frames_in(HANDLES, timeline.rate)
    within = Span(max(0, brief.at.start - handle), min(timeline.frames, brief.at.stop + handle))
    return excerpt(timeline, within, brief), brief.at.start - within.start


def excerpt(timeline: Timeline, within: Span, brief: Brief) -> Timeline:
    """Those frames of the film without the animation, silent. What began before keeps the frame it has there."""
    clips: list[Clip] = []
    for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
        part = span.common(within)
        if part is not None:
            clips.append(part_of(clip, part.shifted(-span.start)))
    laid = tuple(
        replace(overlay, at=overlay.at.shifted(-within.start))
        for overlay in timeline.overlays
        if overlay.at.meets(within) and not _is_it(overlay, brief)
    )
    keys = {overlay.key for overlay in laid}
    cards = tuple(card for card in timeline.cards if card.key in keys)
    return replace(timeline, clips=tuple(clips), overlays=laid, sounds=(), cards=cards, chapters=(), slates=())


@dataclass(frozen=True, slots=True)
class Areas:
    """What a guide layer shows, in output pixels: the safe edge, the captions, where to draw, what not to cover."""

    safe: Box
    captions: Box
    free: tuple[Box, ...]
    faces: tuple[Box, ...]


def areas(under: Sequence[Under], style: Style) -> Areas:
    """The areas that hold for all that is seen under an animation, or a part of it."""
    faces = [one.face for one in under if one.face is not None]
    return Areas(
        safe=edges.safe_edge(style.brand, style.size),
        captions=edges.captions(style.brand, style.size),
        free=tuple(dict.fromkeys(one.free for one in under)),
        faces=tuple(dict.fromkeys(faces)),
    )


def _is_it(overlay: Overlay, brief: Brief) -> bool:
    return overlay.at == brief.at and overlay.name == brief.cue.asset and overlay.line == brief.line


def _shown(plan: Plan) -> Iterator[tuple[Cue, Line, Overlay]]:
    """Every animation in the order in which the script asks for them, with where the edit laid it."""
    left = sorted(plan.timeline.overlays, key=lambda overlay: overlay.at.start)
    for line in plan.script.lines:
        for cue in line.cues:
            its = [one for one in left if cue.name == "show" and (one.name, one.line) == (cue.asset, line.id)]
            if its:
                left.remove(its[0])
                yield cue, line, its[0]


def _brief(number: int, cue: Cue, line: Line, overlay: Overlay, plan: Plan) -> Brief:
    timeline, at = plan.timeline, overlay.at
    asset = pictured(plan.footage.asset(cue.asset, line.id))
    clips = list(zip(timeline.clips, timeline.spans(), strict=True))
    before = [clip for clip, span in clips if span.start < at.start]
    after = [clip for clip, span in clips if span.stop > at.stop]
    scene = next(scene.title for scene in plan.script.scenes if line in scene.lines)
    length: Length = "written" if cue.duration else "range" if cue.until else "style"
    if length == "style" and asset is not None and asset.kind == "moving":
        length = "made"
    lasts = None if cue.until else own_frames(cue, asset, timeline.rate, plan.style)
    asked = cue.duration.at(timeline.rate) if cue.duration else lasts or at.frames
    return Brief(
        number=number,
        cue=cue,
        line=line.id,
        line_number=plan.script.number(line.id),
        scene=scene,
        missing=asset is None,
        at=at,
        length=length,
        asked=asked,
        place=overlay.place,
        placed=cue.place != "",
        words=_words(at, plan),
        under=tuple(_under(cue, overlay, plan)),
        before=_framing(before[-1]) if before else "",
        after=_framing(after[0]) if after else "",
        graphics=tuple(_graphics(overlay, plan)),
    )


def _framing(clip: Clip) -> str:
    return clip.picture.framing if isinstance(clip.picture, Filmed) else clip.picture.kind


def _words(at: Span, plan: Plan) -> tuple[Timed, ...]:
    """The words said under the animation, and `CONTEXT` seconds of those before and after."""
    near = frames_in(CONTEXT, plan.timeline.rate)
    around = Span(at.start - near, at.stop + near)
    heard = _heard(plan)
    out: list[Timed] = []
    for clip, place in zip(plan.timeline.clips, plan.timeline.spans(), strict=True):
        filmed = isinstance(clip.picture, Filmed)
        for word in clip.words:
            span = word.span.shifted(place.start)
            if span.meets(around):
                measured = filmed and (word.line, word.word) in heard
                out.append(Timed(word.text, span.shifted(-at.start), measured, span.meets(at)))
    return tuple(out)


def _heard(plan: Plan) -> frozenset[tuple[str, int]]:
    """The script words whose time was heard, not reckoned."""
    tellings = [told for told in plan.chosen.told if isinstance(told, Telling)]
    return frozenset((str(told.line), said.word) for told in tellings for said in told.said if said.confidence > 0)


def _under(cue: Cue, overlay: Overlay, plan: Plan) -> Iterator[Under]:
    """What is seen under it, between two cuts each."""
    timeline, at, style = plan.timeline, overlay.at, plan.style
    band = any(other.at.meets(at) and _stands_low(other, timeline.cards) for other in timeline.overlays)
    for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
        part = span.common(at)
        if part is None:
            continue
        view = replace(_view(clip, part.start - span.start, plan), band=band)
        still = (part.start + part.stop) // 2
        yield Under(
            at=part.shifted(-at.start),
            still=still,
            framing=_framing(clip),
            filmed=isinstance(clip.picture, Filmed),
            face=_head(clip, part.shifted(-span.start), plan),
            free=free_area(overlay.place, cue.side, view, style),
        )


def free_area(place: Place, side: str, view: View, style: Style) -> Box:
    """Where a graphic of that place may draw, in output pixels, the face apart.

    Full frame it has the whole frame; over the picture what lies inside the safe edge and above the captions.
    """
    return region(place, side, view, style) if place != "over" else edges.free(style.brand, style.size).even()


def _view(clip: Clip, frame: int, plan: Plan) -> View:
    """What a clip shows at a frame of its own: as the edit saw it when it laid the graphic."""
    if isinstance(clip.picture, Plain):
        return View(card=True)
    _, _, side = clip.picture.framing.partition("-")
    return View(_head(clip, Span(frame, frame + 1), plan), side)


def _head(clip: Clip, part: Span, plan: Plan) -> Box | None:
    """Where the head is seen over those frames of a clip, in whole pixels of the output; None where it is not seen."""
    picture = clip.picture
    if isinstance(picture, Plain):
        return None
    track = next(
        (
            composed.track
            for composed in plan.composed
            if composed.take.rush == picture.rush and composed.take.span.meets(picture.span)
        ),
        None,
    )
    if track is None:
        return None
    first, last = picture.span.start + part.start, picture.span.start + part.stop - 1
    places = [head_seen(track, picture.path, frame, plan.style) for frame in (first, (first + last) // 2, last)]
    seen: Box | None = None
    for place in places:
        inside = place.common(plan.style.size.box)
        seen = inside if seen is None or inside is None else seen.cover(inside)
    return seen


def _stands_low(overlay: Overlay, cards: tuple[Card, ...]) -> bool:
    """True for words that stand over the foot of the picture."""
    card = next((card for card in cards if card.key == overlay.key), None)
    if card is None:
        return False
    aside = card.field("side") or overlay.place in {"beside", "full"}
    return card.template == "lower-third" or (card.template == "text" and not aside)


def _graphics(overlay: Overlay, plan: Plan) -> Iterator[Graphic]:
    """The other graphics that are seen while it is, or within `CONTEXT` seconds of it."""
    near = frames_in(CONTEXT, plan.timeline.rate)
    around = Span(overlay.at.start - near, overlay.at.stop + near)
    cards = {card.key: card for card in plan.timeline.cards}
    for other in sorted(plan.timeline.overlays, key=lambda one: one.at.start):
        if other == overlay or other.name in {"slate-take", "progress"} or not other.at.meets(around):
            continue
        card = cards.get(other.key)
        name = (card.field("text") or card.field("name") if card else "") or other.name
        yield Graphic(name, other.place, other.at.shifted(-overlay.at.start))
