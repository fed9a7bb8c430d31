"""What animations cost a draft once made ready: eight of them against none, one against its own ProRes 4444."""

from dataclasses import replace
from pathlib import Path

from pipeline.commands.segment import segment_arguments
from pipeline.footage import Normal
from pipeline.media import overlays
from pipeline.media.ffmpeg import run
from pipeline.segments import Laid, Segment, Source
from pipeline.spans import Span
from pipeline.values import Key
from tests.bench import drafting
from tests.bench.cold import Lesson
from tests.bench.figures import Figure
from tests.bench.spent import command

OVERLAYS, SECONDS = 8, 2
"""Animations in half a minute, and how long each lasts: a lesson of the studio has one each four seconds."""

PLACE = "pad=1920:1080:120:700:color=black@0"
"""A band of 1,200 by 300 low in a clear frame of 1080p, as a lower third is delivered."""

ASSET = Key("a" * 64)


def measures(lesson: Lesson) -> list[Figure]:
    """The rows of motion design."""
    place = lesson.place / "motion"
    place.mkdir(exist_ok=True)
    prores = _prores(place / "band.mov", str(lesson.plan.timeline.rate))
    wanted = overlays.Wanted(lesson.plan.timeline.rate, lesson.plan.style.size)
    normal = overlays.normalised(prores, overlays.probed(prores), wanted, place, drafting.ffmpeg())
    picture = place / overlays.PICTURE_MOVING
    bare = [replace(piece, overlays=()) for piece in lesson.plan.segments if isinstance(piece.base, Source)]
    without = sum(_rendered(lesson, piece, picture, normal) for piece in bare)
    full = sum(_rendered(lesson, piece, picture, normal) for piece in _laid(bare, normal))
    decode, hot = (min(_decoded(path) for _ in range(3)) for path in (prores, picture))
    frames = sum(piece.frames for piece in bare)
    return [
        Figure(
            f"draft with {OVERLAYS} animations / without: rendering",
            full / without,
            1.15,
            basis=f"{frames} frames, {without:.1f} CPU s without; {normal.box.size} of each frame ever seen",
        ),
        Figure("animation made ready, decoded / its ProRes 4444", hot / decode, 0.15, basis=f"{decode:.2f} CPU s"),
    ]


def _prores(out: Path, rate: str) -> Path:
    band = f"testsrc2=size=1200x300:rate={rate}:duration={SECONDS},format=yuva444p10le,colorchannelmixer=aa=0.8,{PLACE}"
    encode = ["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"]
    run(drafting.ffmpeg(), ["-v", "error", "-f", "lavfi", "-i", band, *encode, str(out)], what="an animation")
    return out


def _laid(pieces: list[Segment], normal: Normal) -> list[Segment]:
    """The segments with the animations spread over them, as far apart as they can be."""
    every = sum(piece.frames for piece in pieces) // OVERLAYS
    starts = [number * every for number in range(OVERLAYS)]
    out, at = list[Segment](), 0
    for piece in pieces:
        laid = [
            Laid(ASSET, Span(max(0, start - at), min(piece.frames, start + normal.frames - at)), piece.size.box,
                 normal.frames, max(0, at - start), "hold")
            for start in starts
            if start < at + piece.frames and start + normal.frames > at
        ]  # fmt: skip
        out.append(replace(piece, overlays=tuple(laid)))
        at += piece.frames
    return out


def _rendered(lesson: Lesson, piece: Segment, picture: Path, normal: Normal) -> float:
    """CPU seconds of rendering a segment."""
    paths, normals = drafting.rendering(lesson.shop, replace(piece, overlays=())).inputs()
    paths, normals = {**paths, ASSET: str(picture)}, {**normals, ASSET: normal}
    arguments = segment_arguments(piece, paths, normals, str(lesson.place / "motion.mp4"))
    return command([drafting.ffmpeg().path, "-v", "error", "-nostdin", "-y", *arguments]).cpu


def _decoded(path: Path) -> float:
    """CPU seconds of decoding it ten times over: a program's start is not what is compared."""
    read = ["-threads", "1", "-stream_loop", "9", "-i", str(path)]
    return command([drafting.ffmpeg().path, "-v", "error", "-nostdin", *read, "-f", "null", "-"]).cpu
