"""What a segment waits for besides its ffmpeg: being handed out, checked, published."""

from dataclasses import replace
from statistics import median

from pipeline.media.ffmpeg import run
from pipeline.segments import Segment, Source
from pipeline.spans import Span
from tests.bench import drafting
from tests.bench.cold import Lesson, Timed
from tests.bench.figures import Figure
from tests.bench.spent import clocked
from workers.pool import Pool, Times, Work
from workers.progress import silent

FRAMES = 25
TIMES = 15
"""Short segments, alternating: each made by a worker of the pool, then by ffmpeg alone."""


def measures(lesson: Lesson) -> list[Figure]:
    """The rows of overhead. Of wall the least: what other programs take of the machine is not ours."""
    base = next(piece for piece in lesson.plan.segments if isinstance(piece.base, Source) and not piece.overlays)
    ours: list[float] = []
    alone: list[float] = []
    own: list[float] = []
    with Pool(1, silent, Times()) as pool:
        for number in range(TIMES + 1):
            making = drafting.rendering(lesson.shop, _short(base, number))
            with clocked() as whole:
                [there] = pool.done("render", "frames", [Work(Timed(making), FRAMES)])
            arguments = making.command(str(lesson.place / "alone.mp4"))
            with clocked() as bare:
                run(drafting.ffmpeg(), arguments, what="a segment alone")
            ours.append(whole.wall)
            alone.append(bare.wall)
            own.append(whole.own + there.own)
    first, *ours = ours
    wait, mine = min(ours) - min(alone), median(own[1:])
    said = f"quickest of {TIMES} each; the first, which starts the worker, {first - ours[0]:.1f} s more"
    return [
        Figure("wall of a segment besides its ffmpeg", wait * 1000, 150, "ms", said),
        Figure("  our own CPU a segment", mine * 1000, None, "ms", "median"),
    ]


def _short(piece: Segment, number: int) -> Segment:
    """A second of the segment's rush, from another frame each time."""
    assert isinstance(piece.base, Source)
    start = piece.base.span.start + number
    return replace(piece, base=replace(piece.base, span=Span(start, start + FRAMES)), frames=FRAMES)
