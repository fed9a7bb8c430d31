"""One overlay of a segment in ffmpeg: its frames, how it comes and goes, and laid over the picture under it."""

from dataclasses import replace
from fractions import Fraction

import ffmpeg

from pipeline.commands.camera import SCALER
from pipeline.commands.frames import as_yuv, counted, held, plain, repeated, resized, seconds, sought, text
from pipeline.commands.inputs import opened
from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.segments import Laid, Segment
from pipeline.spans import rounded
from pipeline.timeline import THERE, Travel


def laid_over(under: ffmpeg.Stream, segment: Segment, index: int, normal: Normal, path: str) -> ffmpeg.Stream:
    """The picture with overlay number `index` of its segment on it. `path`: the stored picture of the overlay."""
    laid = segment.overlays[index]
    place = landed(laid.box, normal)
    moves = _Moves(laid, segment.rate)
    over = _pictures(segment, laid, normal, path, index, place.size)
    over = counted(over, segment.rate, laid.at.start) if laid.ground else _timed(over, segment, laid)
    if moves.scales:
        over = over.filter("scale", w=moves.even(place.width), h=moves.even(place.height), eval="frame", flags=SCALER)
    column, row = moves.column(place), moves.row(place)
    if not laid.ground:
        return _on(under, over, column, row)
    ground = plain(laid.ground, segment.size, segment.rate, laid.at.frames, index + 1)
    # the two fade as one: each by itself would let the ground through the picture
    whole = _on(counted(ground, segment.rate, laid.at.start), over, column, row)
    whole = _timed(whole.filter("format", "yuva420p"), segment, laid) if _fades(laid) else whole
    return _on(under, whole, "0", "0")


def landed(box: Box, normal: Normal) -> Box:
    """Where the stored part of an overlay lands, even in origin and size, when its whole picture lands in `box`."""
    wide, high = Fraction(box.width, normal.size.width), Fraction(box.height, normal.size.height)
    x, y = _nearest_even(box.x + normal.box.x * wide), _nearest_even(box.y + normal.box.y * high)
    right, bottom = _nearest_even(box.x + normal.box.right * wide), _nearest_even(box.y + normal.box.bottom * high)
    return Box(x, y, max(2, right - x), max(2, bottom - y))


def _nearest_even(value: Fraction) -> int:
    return rounded(value / 2) * 2


def _on(under: ffmpeg.Stream, over: ffmpeg.Stream, x: str, y: str) -> ffmpeg.Stream:
    # never `enable`: on an input that starts later it shows nothing, in silence
    return under.overlay(over, x=x, y=y, eof_action="pass", format="yuv420")


def _timed(over: ffmpeg.Stream, segment: Segment, laid: Laid) -> ffmpeg.Stream:
    """Faded, and at its place in the segment."""
    over = _faded(over, segment.rate, laid) if _fades(laid) else over
    return counted(over, segment.rate, laid.at.start)


def _fades(laid: Laid) -> bool:
    return laid.fade_in[0] > 0 or laid.fade_out[0] > 0


def _numbered(picture: ffmpeg.Stream, index: int) -> ffmpeg.Stream:
    """ffmpeg-python takes two equal chains for one stream: the same laid twice differs by its number, nothing else."""
    return picture.filter("setpts", f"PTS+{index}*0")


def _pictures(segment: Segment, laid: Laid, normal: Normal, path: str, index: int, size: Size) -> ffmpeg.Stream:
    """The overlay at the size at which it rests, for exactly the frames it shows."""
    if normal.still:
        picture = as_yuv(_numbered(opened(path).video, index), normal.box.size, size, "yuva420p")
        return repeated(picture, laid.at.frames)
    film = _film(segment, laid, path, index)
    stands = laid.at.frames - (laid.frames - laid.offset) if laid.after == "hold" and laid.speed == 1 else 0
    if not normal.alpha:
        film = resized(film, normal.box.size, size).filter("format", "yuva420p" if _fades(laid) else "yuv420p")
        return held(film, stands)
    part = f"{normal.box.width}:{normal.box.height}:0"
    halves = film.split()
    colour = resized(halves[0].filter("crop", *part.split(":"), 0), normal.box.size, size)
    alpha = halves[1].filter("crop", *part.split(":"), normal.box.height).filter("extractplanes", "y")
    # alpha was stored as studio-range grey, 16 to 235; it is now 0 to 255 and says it is not: ffmpeg brings all
    # that meets to one range, and would make the whole picture full range for its sake
    alpha = alpha.filter("lut", c0="clip((val-16)*255/219,0,255)").filter("setparams", range="tv")
    return held(ffmpeg.filter([colour, resized(alpha, normal.box.size, size)], "alphamerge"), stands)


def _film(segment: Segment, laid: Laid, path: str, index: int) -> ffmpeg.Stream:
    """The frames of a moving overlay that the segment shows, as stored, up to its own last one: no other is decoded."""
    rate, shown, left = segment.rate, laid.at.frames, laid.frames - laid.offset
    threads = segment.encode.threads
    if laid.after == "loop" and shown > left:
        again = _numbered(opened(path, threads=threads, stream_loop=-1).video, index)
        again = counted(again.filter("trim", end_frame=shown - (left if laid.offset else 0)), rate)
        if not laid.offset:
            return again
        first = _numbered(sought(path, laid.offset, rate, threads), index).filter("trim", end_frame=left)
        return ffmpeg.concat(counted(first, rate), again)
    last = rounded(laid.late + (shown - 1) * laid.speed)
    film = _numbered(sought(path, laid.offset, rate, threads), index)
    film = counted(film.filter("trim", end_frame=min(left, last + 1)), rate)
    if laid.speed == 1:
        return film
    film = _paced(film, laid).filter("fps", text(rate))
    return held(film, shown).filter("trim", end_frame=shown)


def _paced(film: ffmpeg.Stream, laid: Laid) -> ffmpeg.Stream:
    """Frame i stands at the first n for which `late + n * speed` rounds to i or more; `fps` repeats and drops by that.

    Whole numbers alone, divided once: exact in ffmpeg's own arithmetic.
    """
    speed, late = laid.speed, laid.late
    times = 2 * late.denominator * speed.denominator
    less = (late.denominator + 2 * late.numerator) * speed.denominator
    over = 2 * late.denominator * speed.numerator
    return film.filter("setpts", f"max(0,ceil(({times}*N-{less})/{over}))")


def _faded(over: ffmpeg.Stream, rate: Fraction, laid: Laid) -> ffmpeg.Stream:
    """Its alpha faded in and out, by time, so that a fade may have begun before the segment.

    Over n frames it takes n + 1 steps: the first frame already shows a little, the last still does.
    """
    fades = [(kind, *fade) for kind, fade in (("in", laid.fade_in), ("out", laid.fade_out)) if fade[0]]
    origin = min(laid.at.start, *(begin - 1 for _, _, begin in fades))
    over = counted(over, rate, laid.at.start - origin)
    for kind, frames, begin in fades:
        start, length = seconds((begin - 1 - origin) / rate), seconds((frames + 1) / rate)
        over = over.filter("fade", type=kind, start_time=start, duration=length, alpha=1)
    return over


class _Moves:
    """Where an overlay is, and how large, as it comes and goes: expressions over `t`, the segment's own time.

    Over n frames it takes n + 1 steps, as a fade does. A share is reckoned from whole frames alone, so that a segment
    that begins in the middle of it draws the same pixels.
    """

    def __init__(self, laid: Laid, rate: Fraction) -> None:
        self._frame = f"floor(t*{rate.numerator}/{rate.denominator}+0.5)"
        self._parts = [
            (travel, self._away(fade, travel, going=going))
            for travel, fade, going in ((laid.enter, laid.fade_in, False), (laid.leave, laid.fade_out, True))
            if fade[0] and replace(travel, ease=THERE.ease) != THERE
        ]
        self.scales = any(travel.scale != 1 for travel, _ in self._parts)

    def even(self, length: int) -> str:
        """A length in pixels, as it is at that time; even."""
        return f"max(2,2*floor(({self._scaled(length)})/2+0.5))"

    def column(self, place: Box) -> str:
        """The first column, for what rests in `place`; even."""
        return self._edge(place.x, place.width, [travel.x for travel, _ in self._parts])

    def row(self, place: Box) -> str:
        """The first row, for what rests in `place`; even."""
        return self._edge(place.y, place.height, [travel.y for travel, _ in self._parts])

    def _edge(self, rest: int, length: int, away: list[int]) -> str:
        terms = [f"{by}*{share}" for by, (_, share) in zip(away, self._parts, strict=True) if by]
        if self.scales:
            terms.append(f"({length}-{self.even(length)})/2")
        return f"2*floor(({'+'.join((str(rest), *terms))})/2+0.5)" if terms else str(rest)

    def _scaled(self, length: int) -> str:
        terms = [f"{length}*{float(1 - one.scale):.9g}*{share}" for one, share in self._parts if one.scale != 1]
        return "-".join((str(length), *terms))

    def _away(self, fade: tuple[int, int], travel: Travel, *, going: bool) -> str:
        """1 where it comes from (or goes to), 0 where it rests; leaving is coming, backwards."""
        frames, begin = fade
        share = f"clip(({self._frame}-{begin - 1})/{frames + 1},0,1)"
        left = share if going else f"(1-{share})"
        return {"linear": left, "out": f"pow({left},3)", "smooth": f"({left}*{left}*(3-2*{left}))"}[travel.ease]
