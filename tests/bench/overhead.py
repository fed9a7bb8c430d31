"""What a segment waits for besides its ffmpeg: being handed out, checked, published."""

from dataclasses import replace
from statistics import median

from pipeline.segments import Segment, Source
from pipeline.spans import Span
from tests.bench import drafting
from tests.bench.cold import Lesson, Timed
from tests.bench.figures import Figure
from tests.bench.spent import clocked, command
from workers.pool import Pool, Times, Work
from workers.progress import silent

FRAMES = 25
TIMES = 15
"""Short segments, alternating: each made by a worker of the pool, then by ffmpeg alone."""


def measures(lesson: Lesson) -> list[Figure]:
    """The row of overhead: medians of wall and of our own CPU."""
    base = next(piece for piece in lesson.plan.segments if isinstance(piece.base, Source) and not piece.overlays)
    waits: list[float] = []
    own: list[float] = []
    with Pool(1, silent, Times()) as pool:
        for number in range(TIMES + 1):
            making = drafting.rendering(lesson.store, _short(base, number))
            with clocked() as ours:
                [there] = pool.done("render", "frames", [Work(Timed(making), FRAMES)])
            arguments = making.command(str(lesson.place / "alone.mp4"))
            alone = command(
                [
                    drafting.ffmpeg().path,
                    "-nostdin",
                    "-hide_banner",
                    "-y",
                    "-progress",
                    "pipe:1",
                    "-v",
                    "error",
                    *arguments,
                ]
            )
            waits.append(ours.wall - alone.wall)
            own.append(ours.own + there.own)
    # the first starts the worker
    wait, mine = median(waits[1:]), median(own[1:])
    said = (
        f"median of {TIMES}; starting a worker takes {waits[0]:.1f} s once; our own CPU {mine * 1000:.0f} ms a segment"
    )
    return [Figure("wall of a segment besides its ffmpeg", wait * 1000, 150, "ms", said)]


def _short(piece: Segment, number: int) -> Segment:
    """A second of the segment's rush, from another frame each time."""
    assert isinstance(piece.base, Source)
    start = piece.base.span.start + number
    return replace(piece, base=replace(piece.base, span=Span(start, start + FRAMES)), frames=FRAMES)
