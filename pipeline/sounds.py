"""What is heard: the voice of each continuous stretch of rush, music under it, effects at their words."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from pipeline.footage import Asset, Footage, Remark
from pipeline.overlays import Clock
from pipeline.presets import Style
from pipeline.script import Cue, LineId, Script
from pipeline.spans import SAMPLE_RATE, Span, rounded, sample_at
from pipeline.timeline import Clip, Filmed, SoundClip


def voices(clips: Sequence[Clip], rate: Fraction) -> tuple[SoundClip, ...]:
    """The voice under the clips: one stretch wherever the rush goes on, abutting to the sample.

    A stretch starts at the sample of its first frame and lasts to the sample at which the next clip begins. Slates,
    titles and held pictures are silent.
    """
    out: list[SoundClip] = []
    stretch: tuple[Filmed, Span, int] | None = None  # picture, its frames of the rush, its place
    at = 0
    for clip in clips:
        picture = clip.picture
        if isinstance(picture, Filmed):
            goes_on = (
                stretch is not None
                and stretch[0].key == picture.key
                and stretch[1].stop == picture.span.start
                and stretch[2] + stretch[1].frames == at
            )
            if stretch and goes_on:
                stretch = (picture, Span(stretch[1].start, picture.span.stop), stretch[2])
            else:
                out += [_voice(*stretch, rate)] if stretch else []
                stretch = (picture, picture.span, at)
        at += clip.frames
    return (*out, _voice(*stretch, rate)) if stretch else tuple(out)


def _voice(picture: Filmed, span: Span, at: int, rate: Fraction) -> SoundClip:
    begins = sample_at(at, rate)
    length = sample_at(at + span.frames, rate) - begins
    # the last sample of the rush is not overrun where the two roundings differ by one
    start = min(sample_at(span.start, rate), sample_at(span.stop, rate) - length)
    start = max(0, start)
    return SoundClip("voice", picture.key, Span(start, start + length), begins)


def beds(
    script: Script, footage: Footage, clock: Clock, style: Style, at: Callable[[LineId, int], int]
) -> tuple[tuple[SoundClip, ...], tuple[Remark, ...]]:
    """Music from its word to `[/music]` or the end, looped where it is too short; effects at their words."""
    out: list[SoundClip] = []
    remarks: list[Remark] = []
    for line in script.lines:
        for cue in line.cues:
            if cue.name not in {"music", "sound"}:
                continue
            asset = footage.asset(cue.asset, line.id)
            if asset is None or asset.samples < 1:
                remarks.append(Remark("sound-missing" if asset is None else "sound-none", cue.source, line.id))
                continue
            order = at(line.id, cue.at)
            ends = cue.at == len(line.words) and bool(line.words)
            start = clock.stop(order) if ends else clock.start(order)[0]
            begins = sample_at(min(start, clock.frames - 1), footage.rate)
            stop = sample_at(clock.edge(at(*cue.until)) if cue.until else clock.frames, footage.rate)
            room = max(1, (stop if cue.name == "music" else sample_at(clock.frames, footage.rate)) - begins)
            if cue.name == "music":
                out.append(_music(cue, asset, begins, room, style))
            else:
                out.append(SoundClip("effect", asset.key, Span(0, min(asset.samples, room)), begins))
    return tuple(out), tuple(remarks)


def _music(cue: Cue, asset: Asset, begins: int, room: int, style: Style) -> SoundClip:
    """Music where it is wanted; what is too short goes round, its turns blended unless it was made as a loop."""
    blend = 0 if asset.about.loops else rounded(style.loudness.loop_crossfade * SAMPLE_RATE)
    loop = asset.samples < room
    gain = cue.gain if cue.gain is not None else style.loudness.music
    fade = min(rounded(style.loudness.music_fade * SAMPLE_RATE), room // 2)
    level = rounded(gain * 100)
    return SoundClip("music", asset.key, Span(0, room), begins, level, fade, fade, loop, blend if loop else 0)
