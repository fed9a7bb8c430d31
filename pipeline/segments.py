"""The timeline in pieces: each self-contained, independent of its place, named by all that changes its pixels."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline.errors import BadTimeline
from pipeline.footage import Footage, Rush
from pipeline.geometry import Box, Size
from pipeline.graphics import After
from pipeline.presets import Encode, Style
from pipeline.spans import Span, rounded, sample_at
from pipeline.timeline import (
    THERE,
    Clip,
    Filmed,
    Knot,
    Locked,
    Moving,
    Overlay,
    Path,
    Picture,
    SoundClip,
    Timeline,
    Travel,
)
from pipeline.values import Key, digest, one_of

RECIPE = 7
"""Raised whenever the same segment would give other pixels than before."""

PIECE = Fraction(10)
"""Seconds between the places at which a long clip is cut. Ten minutes with 42 overlays in one command took 7.7 GB."""

PIECE_LEAST = Fraction(2)
"""Seconds that the first and last piece of a clip last at least: starting a process costs a tenth of one."""

WHOLE_MOST = Fraction(15)
"""Seconds up to which a clip is one segment: most are, and any changed cue in it costs no more."""

STRETCH_MOST = Fraction(1, 100)
"""How far a box's shape may lie from the output's: rounding to even pixels, never a visible stretch."""


@dataclass(frozen=True, slots=True)
class Source:
    """Frames of a conformed rush. Knots of a moving path count from the segment's first frame here.

    Where a segment lasts longer than its span, the last picture stands still to its end.
    """

    key: Key
    span: Span
    size: Size
    path: Path


@dataclass(frozen=True, slots=True)
class Ground:
    """A plain colour, `#rrggbb`."""

    colour: str


Base = Source | Ground
one_of(Base)


@dataclass(frozen=True, slots=True)
class Laid:
    """A normalised asset or card over a segment. `at` in frames of the segment; `offset` is its frame shown first.

    `box`: where the whole picture as made lands in output pixels. `fade_in`, `fade_out`: (frames, the frame of the
    segment at which they began, negative when before it); (0, 0) for none. While they last it travels as `enter` and
    `leave` say. `speed`: its frames to one of the segment; the nth shown is the nearest to `offset + late + n * speed`.
    `ground`: the colour of the whole frame under it; empty: none.
    """

    key: Key
    at: Span
    box: Box
    frames: int
    offset: int
    after: After
    fade_in: tuple[int, int] = (0, 0)
    fade_out: tuple[int, int] = (0, 0)
    enter: Travel = THERE
    leave: Travel = THERE
    speed: Fraction = Fraction(1)
    late: Fraction = Fraction(0)
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """Everything that changes its pixels and nothing else."""

    base: Base
    frames: int
    overlays: tuple[Laid, ...]
    rate: Fraction
    size: Size
    encode: Encode
    build: str
    tier: Literal["mezzanine", "rush"] = "mezzanine"
    recipe: int = RECIPE

    @property
    def key(self) -> Key:
        """sha256 of its canonical JSON."""
        return digest(self)


def segments(timeline: Timeline, style: Style, build: str) -> tuple[Segment, ...]:
    """The timeline cut where its picture changes, in order: one segment a clip, several where a clip is long.

    A segment holds only the overlays that show in it, counted from its own first frame, so that a clip moved in time
    keeps its key. Long clips are cut at frames of the rush, so that one trimmed keeps all keys but that of its end.
    `build` names the ffmpeg that will render it.
    """
    whole = pieces(timeline)
    return tuple(
        Segment(
            base=_base(clip.picture),
            frames=clip.frames,
            overlays=tuple(laid for overlay in whole.overlays if (laid := _laid(overlay, span)) is not None),
            rate=whole.rate,
            size=whole.size,
            encode=style.encode,
            build=build,
        )
        for clip, span in zip(whole.clips, whole.spans(), strict=True)
    )


def pieces(timeline: Timeline) -> Timeline:
    """The same film with every long clip cut into its pieces: as many clips as there are segments, in order.

    A word belongs to the piece in which it begins. Why a clip was cut stands with its first piece.
    """
    cut = (part_of(clip, part) for clip in timeline.clips for part in _parts(clip, timeline.rate))
    return replace(timeline, clips=tuple(cut))


def part_of(clip: Clip, part: Span) -> Clip:
    """Frames `part` of a clip, counted from its first; why it was cut stands with the part that begins it."""
    picture, first = clip.picture, part.start == 0
    if isinstance(picture, Filmed):
        span = part.shifted(picture.span.start).common(picture.span) or picture.span
        picture = replace(picture, span=span, hold=part.frames - span.frames)
    begin = [(word, word.span.common(part)) for word in clip.words if part.start <= word.span.start < part.stop]
    words = tuple(replace(word, span=span.shifted(-part.start)) for word, span in begin if span is not None)
    return Clip(picture, part.frames, clip.line, words, clip.why if first else (), joins=clip.joins and first)


def _parts(clip: Clip, rate: Fraction) -> list[Span]:
    """The clip's own frames in pieces; a last picture that stands still goes with the last."""
    every, least = rounded(rate * PIECE), rounded(rate * PIECE_LEAST)
    first, filmed = 0, clip.frames
    if isinstance(clip.picture, Filmed):
        first, filmed = clip.picture.span.start, clip.picture.span.frames
    cuts: list[int] = []
    if clip.frames > rate * WHOLE_MOST:
        cuts = [frame - first for frame in range(first // every * every, first + filmed, every)]
    edges = [0, *(cut for cut in cuts if least <= cut <= clip.frames - least), clip.frames]
    return [Span(start, stop) for start, stop in itertools.pairwise(edges)]


def _base(picture: Picture) -> Base:
    if isinstance(picture, Filmed):
        return Source(picture.key, picture.span, picture.size, _rebased(picture.path, picture.span))
    return Ground(picture.colour)


def _rebased(path: Path, span: Span) -> Path:
    """The path over `span` alone: the knots it runs between, counted from the span's first frame."""
    if isinstance(path, Locked):
        return path
    before = [knot for knot in path.knots if knot.frame <= span.start]
    inside = [knot for knot in path.knots if span.start < knot.frame < span.stop - 1]
    after = [knot for knot in path.knots if knot.frame >= max(span.stop - 1, span.start + 1)]
    kept = [Knot(knot.frame - span.start, knot.box) for knot in (*before[-1:], *inside, *after[:1])]
    box = kept[0].box
    if any(knot.box != box for knot in kept):
        return Moving(tuple(kept), path.ease)
    # at rest: no resampling, unless the box is odd, which 4:2:0 cannot crop exactly
    return Locked(box) if box == box.even() else Moving((Knot(0, box), Knot(1, box)), "linear")


def _laid(overlay: Overlay, span: Span) -> Laid | None:
    """What of the overlay shows within `span` of the timeline, or None."""
    shown = overlay.at.common(span)
    if shown is None:
        return None
    first, speed = overlay.offset + (shown.start - overlay.at.start) * overlay.speed, overlay.speed
    if overlay.after == "loop":
        first %= overlay.frames
    elif rounded(first) >= overlay.frames:
        if overlay.after == "gone":
            return None
        first, speed = Fraction(overlay.frames - 1), Fraction(1)
    at = shown.shifted(-span.start)
    begins = overlay.at.start - span.start
    coming, going = overlay.enter.frames or overlay.fade, overlay.leave.frames or overlay.fade
    ends = overlay.at.stop - going - span.start
    comes, goes = coming > 0 and begins + coming > at.start, going > 0 and ends < at.stop
    return Laid(
        key=overlay.key,
        at=at,
        box=overlay.box,
        frames=overlay.frames,
        offset=rounded(first),
        after=overlay.after,
        fade_in=(coming, begins) if comes else (0, 0),
        fade_out=(going, ends) if goes else (0, 0),
        enter=overlay.enter.travel if comes else THERE,
        leave=overlay.leave.travel if goes else THERE,
        speed=speed,
        late=first - rounded(first),
        ground=overlay.ground,
    )


def check(timeline: Timeline, footage: Footage) -> None:
    """Passes when the timeline keeps its own rules.

    Raises:
        BadTimeline: it breaks some; the message names every one.
    """
    broken = [*_wrong_whole(timeline, footage)]
    for number, (clip, span) in enumerate(zip(timeline.clips, timeline.spans(), strict=True), 1):
        where = f"clip {number} at frame {span.start}"
        broken += [f"{where}: {rule}" for rule in _wrong_clip(clip, timeline, footage)]
    for overlay in timeline.overlays:
        where = f"overlay {overlay.name!r} at frame {overlay.at.start}"
        broken += [f"{where}: {rule}" for rule in _wrong_overlay(overlay, timeline, footage)]
    for sound in timeline.sounds:
        where = f"{sound.kind} at sample {sound.at}"
        broken += [f"{where}: {rule}" for rule in _wrong_sound(sound, timeline, footage)]
    if broken:
        raise BadTimeline("the timeline breaks its own rules:\n" + "\n".join(f"  {rule}" for rule in broken))


def _wrong_whole(timeline: Timeline, footage: Footage) -> Iterator[str]:
    size = timeline.size
    if not timeline.clips:
        yield "it has no clip"
    if timeline.rate <= 0:
        yield f"its rate is {timeline.rate}"
    if timeline.rate != footage.rate:
        yield f"its rate is {timeline.rate}, that of the conformed footage {footage.rate}"
    if size.width % 2 or size.height % 2:
        yield f"its size is {size}; 4:2:0 pictures are even"
    yield from _wrong_places("chapter", [chapter.frame for chapter in timeline.chapters], timeline.frames)
    for slate in timeline.slates:
        if slate.frame + slate.frames > timeline.frames or slate.frame < 0 or slate.frames < 1:
            yield f"the slate for {slate.what!r} runs over [{slate.frame}, {slate.frame + slate.frames})"
    voices = sorted((sound.at, sound.stop) for sound in timeline.sounds if sound.kind == "voice")
    for (_, stop), (start, _) in itertools.pairwise(voices):
        if start < stop:
            yield f"two voices sound at once from sample {start} to {stop}"


def _wrong_places(what: str, frames: list[int], length: int) -> Iterator[str]:
    if any(frame < 0 or frame >= length for frame in frames):
        yield f"a {what} lies outside its {length} frames: {frames}"
    if any(later <= earlier for earlier, later in itertools.pairwise(frames)):
        yield f"{what}s do not stand one after the other: {frames}"


def _wrong_clip(clip: Clip, timeline: Timeline, footage: Footage) -> Iterator[str]:
    for word in clip.words:
        if not word.span.within(Span(0, clip.frames)):
            yield f"the word {word.text!r} runs over {word.span} of {clip.frames} frames"
    if isinstance(clip.picture, Filmed):
        yield from _wrong_film(clip.picture, timeline, footage)


def _wrong_film(picture: Filmed, timeline: Timeline, footage: Footage) -> Iterator[str]:
    rush = next((rush for rush in footage.rushes if rush.key == picture.key), None)
    if rush is None:
        yield f"no rush is called {picture.rush!r} with key {picture.key[:12]}"
        return
    if picture.span.start < 0 or picture.span.stop > rush.frames:
        yield f"it shows {picture.span} of {rush.name}, which has {rush.frames} frames"
    if picture.hold < 0:
        yield f"it holds its last picture for {picture.hold} frames"
    if picture.size != rush.size:
        yield f"it takes {rush.name} for {picture.size}, which is {rush.size}"
    yield from _wrong_path(picture.path, rush, timeline.size)


def _wrong_path(path: Path, rush: Rush, size: Size) -> Iterator[str]:
    if isinstance(path, Locked) and path.box != path.box.even():
        yield f"its box is not even: {path.box}"
    if isinstance(path, Moving):
        frames = [knot.frame for knot in path.knots]
        if len(frames) < 2 or any(later <= earlier for earlier, later in itertools.pairwise(frames)):
            yield f"a camera moves through two or more knots in order, found {frames}"
    for box in (path.box,) if isinstance(path, Locked) else tuple(knot.box for knot in path.knots):
        if not box.within(rush.size.box):
            yield f"{box} reaches outside {rush.name} ({rush.size})"
        if abs(box.size.aspect / size.aspect - 1) > STRETCH_MOST:
            yield f"{box} is of another shape than {size}"


def _wrong_overlay(overlay: Overlay, timeline: Timeline, footage: Footage) -> Iterator[str]:
    if overlay.kind == "card":
        cards = [card for card in timeline.cards if card.key == overlay.key]
        if not cards:
            yield "its card is not among the timeline's"
        for card in cards:
            if card.rate != timeline.rate:
                yield f"its card is for {card.rate} frames a second, not {timeline.rate}"
    elif not any(asset.key == overlay.key for _, asset in footage.assets):
        yield "its asset is not in the footage"
    if timeline.clips and not overlay.at.within(Span(0, timeline.frames)):
        yield f"it runs over {overlay.at} of {timeline.frames} frames"
    yield from _wrong_run(overlay)
    if overlay.box.common(timeline.size.box) is None:
        yield f"{overlay.box} is outside the picture"


def _wrong_run(overlay: Overlay) -> Iterator[str]:
    if not 0 <= overlay.offset < overlay.frames:
        yield f"it starts at frame {overlay.offset} of {overlay.frames}"
    for moved in (overlay.fade, overlay.enter.frames, overlay.leave.frames):
        if not 0 <= moved <= overlay.at.frames:
            yield f"it fades for {moved} frames in {overlay.at.frames}"
    if overlay.speed <= 0 or (overlay.after == "loop" and overlay.speed != 1):
        yield f"it is played at {overlay.speed} times its speed, and then: {overlay.after}"


def _wrong_sound(sound: SoundClip, timeline: Timeline, footage: Footage) -> Iterator[str]:
    lengths = {rush.key: sample_at(rush.frames, rush.rate) for rush in footage.rushes}
    lengths |= {asset.key: asset.samples for _, asset in (*footage.assets, *footage.recorders)}
    length = lengths.get(sound.key)
    if length is None:
        yield f"no rush or asset has the key {sound.key[:12]}"
    elif sound.source.start < 0 or (sound.source.stop > length and not sound.loop):
        yield f"it sounds {sound.source} of {length} samples"
    elif length == 0:
        yield "its asset has no sound"
    if sound.at < 0 or sound.stop > timeline.samples:
        yield f"it runs over [{sound.at}, {sound.stop}) of {timeline.samples} samples"
    if sound.fade_in < 0 or sound.fade_out < 0 or sound.fade_in + sound.fade_out > sound.source.frames:
        yield f"it fades for {sound.fade_in} and {sound.fade_out} samples in {sound.source.frames}"
