"""Other tools given the same work, where they are installed. Each does the first seconds of the lesson only."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from moviepy import CompositeVideoClip, ImageClip, VideoFileClip, concatenate_videoclips
from moviepy.video.VideoClip import VideoClip

from pipeline.commands.laid import landed
from pipeline.footage import Normal
from pipeline.geometry import Size
from pipeline.segments import Laid, Segment, Source
from pipeline.timeline import Locked
from pipeline.values import Key
from tests.bench.cold import Lesson
from tests.bench.drafting import ffmpeg
from tests.bench.figures import Figure, Skipped
from tests.bench.quality import counted
from tests.bench.spent import clocked, command

UNLIKE = (
    Skipped("editly", "It cannot cut a box out of a film, so it cannot make this edit."),
    Skipped("auto-editor", "It cuts out silence and does nothing else of this edit."),
)

SEGMENTS = 2
"""How many segments the peers are given: moviepy takes three times the CPU of one pass."""


def measures(lesson: Lesson) -> list[Figure | Skipped]:
    """A row for each peer."""
    pieces = lesson.plan.segments[:SEGMENTS]
    frames = sum(piece.frames for piece in pieces)
    clocks, _ = lesson.rendered
    ours = sum(clock.cpu for clock in clocks[:SEGMENTS])
    one = lesson.single(lesson.place / "peers.mp4", pieces).cpu
    rows: list[Figure | Skipped] = []
    out = lesson.place / "moviepy.mp4"
    paths, normals = lesson.overlays(pieces)
    with clocked() as theirs:
        with_moviepy(pieces, lesson.rush, paths, normals, out)
    said = f"{frames} frames; moviepy takes {theirs.cpu / one:.1f} times one ffmpeg pass"
    rows.append(Figure("cold draft, mezzanine there / moviepy", ours / theirs.cpu, 0.22, "", said))
    return [*rows, melt(lesson, pieces, ours, one), *UNLIKE]


def with_moviepy(
    pieces: tuple[Segment, ...], rush: Path, paths: Mapping[Key, str], normals: Mapping[Key, Normal], out: Path
) -> None:
    """The same edit as moviepy's own documentation tells to make it."""
    film = VideoFileClip(str(rush), audio=False)
    clips: list[VideoClip] = []
    for piece in pieces:
        base, rate = piece.base, float(piece.rate)
        assert isinstance(base, Source)
        assert isinstance(base.path, Locked)
        box = base.path.box
        clip = film.subclipped(base.span.start / rate, base.span.stop / rate)
        clip = clip.cropped(x1=box.x, y1=box.y, width=box.width, height=box.height).resized(_pair(piece.size))
        over = [_over(laid, paths[laid.key], normals[laid.key], rate) for laid in piece.overlays]
        clips.append(CompositeVideoClip([clip, *over], size=_pair(piece.size)) if over else clip)
    concatenate_videoclips(clips).write_videofile(
        str(out), fps=float(pieces[0].rate), codec="libx264", preset="veryfast", audio=False,
        ffmpeg_params=["-crf", "23"], threads=2, logger=None,
    )  # fmt: skip
    film.close()


def _pair(size: Size) -> tuple[int, int]:
    return size.width, size.height


def _over(laid: Laid, path: str, normal: Normal, rate: float) -> VideoClip:
    place = landed(laid.box, normal)
    if normal.still:
        clip: VideoClip = ImageClip(path, duration=laid.at.frames / rate)
    else:
        stop = min(laid.offset + laid.at.frames, laid.frames)
        film = VideoFileClip(path, audio=False).subclipped(laid.offset / rate, stop / rate)
        box = normal.box
        clip = film.cropped(0, 0, box.width, box.height)
        if normal.alpha:
            clip = clip.with_mask(film.cropped(0, box.height, box.width, 2 * box.height).to_mask())
    resized = clip.resized((place.width, place.height))
    return resized.with_start(laid.at.start / rate).with_position((place.x, place.y))


def melt(lesson: Lesson, pieces: tuple[Segment, ...], ours: float, one: float) -> Figure | Skipped:
    """melt given an easier job: the same spans scaled whole, no crop and nothing laid over."""
    name = "cold draft, mezzanine there / melt (no crop, no overlay)"
    program = shutil.which("melt")
    if program is None:
        return Skipped(name, "melt is not installed")
    spans: list[str] = []
    for piece in pieces:
        if isinstance(piece.base, Source):
            spans += [str(lesson.rush), f"in={piece.base.span.start}", f"out={piece.base.span.stop - 1}"]
    out = f"avformat:{lesson.place / 'melt.mp4'}"
    how = ("vcodec=libx264", "preset=veryfast", "crf=23", "an=1", "threads=2")
    theirs = command([program, "-silent", "-profile", "atsc_1080p_25", *spans, "-consumer", out, *how]).cpu
    frames = counted(ffmpeg(), lesson.place / "melt.mp4")
    assert frames == sum(piece.frames for piece in pieces), f"melt made {frames} frames"
    return Figure(name, ours / theirs, 0.35, "", f"melt takes {theirs / one:.1f} times one ffmpeg pass")
