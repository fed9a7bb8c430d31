"""Drafts of what was drafted before: nothing changed, one cue changed, the order changed."""

import json
from dataclasses import replace
from pathlib import Path

from pipeline.draft import Plan
from pipeline.media import sound
from pipeline.media.join import join
from pipeline.segments import segments
from pipeline.spans import Span
from pipeline.timeline import Clip, Overlay, Timeline
from storage.keys import derived
from tests.bench import drafting
from tests.bench.cold import Lesson
from tests.bench.figures import Figure
from tests.bench.spent import clocked


def measures(lesson: Lesson) -> list[Figure]:
    """The rows of the short lesson."""
    assert lesson.again
    return [*unchanged(lesson.folder, "half a minute"), *reordered(lesson.folder, lesson.plan, "half a minute")]


def unchanged(folder: Path, long: str) -> list[Figure]:
    """The command run again on a folder where nothing changed."""
    start = drafting.started()
    spent = drafting.drafted(folder)
    told = report(folder)
    assert told["segments"]["rendered"] == 0, "nothing changed, and something was rendered"
    assert told["segments"]["total"] == told["segments"]["reused"]
    said = f"0 of {told['segments']['total']} segments rendered, CPU {spent.cpu - start.cpu:.1f} s; "
    said += f"start-up {start.wall:.1f} s more"
    return [Figure(f"nothing changed, {long}: wall after start-up", spent.wall - start.wall, 1, "s", said)]


def reordered(folder: Path, plan: Plan, long: str) -> list[Figure]:
    """The same clips in another order, joined: what is over a clip goes with it."""
    turned = other_order(plan.timeline)
    pieces = segments(turned, plan.style, drafting.ffmpeg().build)
    with drafting.crew(folder) as crew:
        new = [piece for piece in pieces if not crew.rendered(piece)]
        assert not new, f"{len(new)} of {len(pieces)} segments have another key in another place"
        with clocked() as whole:
            keys = crew.render(pieces)
            with clocked() as mixing:
                sources = {
                    clip.key: crew.shop.work.path(derived("conformed", clip.key)) / "sound.wav"
                    for clip in turned.sounds
                }
                out = folder / "turned.m4a"
                sound.mixed(
                    turned, plan.style.loudness, sources, out, crew.tools.ffmpeg, plan.style.encode.audio_bitrate
                )
            files = [crew.shop.work.path(derived("segment", key)) / "picture.mp4" for key in keys]
            film = folder / "turned.mp4"
            join(files, [piece.frames for piece in pieces], turned.rate, out, film, (), "turned", "fr")
    out.unlink()
    film.unlink()
    said = f"0 of {len(pieces)} segments rendered, CPU {whole.cpu - mixing.cpu:.1f} s; "
    said += f"the sound, another, is mixed in {mixing.wall:.1f} s more"
    return [Figure(f"order changed, {long}: wall of finding and joining", whole.wall - mixing.wall, 1, "s", said)]


def other_order(timeline: Timeline) -> Timeline:
    """The clips from last to first, each with what lies over it; clips that share an overlay stay side by side."""
    groups: list[tuple[Span, tuple[Clip, ...]]] = []
    for clip, span in zip(timeline.clips, timeline.spans(), strict=True):
        shared = any(one.at.start < span.start < one.at.stop for one in timeline.overlays)
        if groups and shared:
            before, clips = groups.pop()
            groups.append((Span(before.start, span.stop), (*clips, clip)))
        else:
            groups.append((span, (clip,)))
    overlays: list[Overlay] = []
    now = 0
    for span, _ in reversed(groups):
        over = (one for one in timeline.overlays if one.at.within(span))
        overlays += [replace(one, at=one.at.shifted(now - span.start)) for one in over]
        now += span.frames
    voices = (one for one in timeline.sounds if one.kind == "voice")
    return replace(
        timeline,
        clips=tuple(clip for _, clips in reversed(groups) for clip in clips),
        overlays=tuple(overlays),
        sounds=tuple(replace(one, at=timeline.samples - one.stop) for one in voices),
        chapters=(),
        slates=(),
    )


def report(folder: Path) -> dict:
    """The report of the last draft."""
    last = max(path for path in (folder / "drafts").iterdir() if path.name.isdecimal())
    return json.loads((last / "report.json").read_text("utf-8"))
