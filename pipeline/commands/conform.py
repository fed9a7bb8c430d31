"""The commands of ingest: one decode of the picture gives everything that is later worked with."""

import bisect
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import ffmpeg

from pipeline.commands.formats import FORMAT_WHITELIST
from pipeline.commands.inputs import arguments, lavfi, opened
from pipeline.commands.upright import EXACT, upright_sdr
from pipeline.footage import Media
from pipeline.geometry import Size
from pipeline.spans import SAMPLE_RATE, rounded, sample_at

RECIPE = 2
"""Raised whenever the same rush would be conformed otherwise than before; part of its key."""

MEZZANINE, PROXY, ANALYSIS, STRIP = "mezzanine.mp4", "proxy.mp4", "analysis.mkv", "filmstrip.jpg"
SOUND, VOICE = "sound.wav", "voice.wav"

SHOWN, SILENT_PROXY, RAW_SOUND = "shown.txt", "proxy-silent.mp4", "sound.pcm"
"""Between the two commands, and deleted after the second: times of the decoded pictures, proxy without sound, PCM."""

FINER = 64
"""Parts of a tick in which pictures are placed. A frame of a 1001 rate and the middle between two milliseconds are at
least 1/60 of a millisecond apart or the same: so the nearest is exact, and a tie can go to the earlier picture."""

GAP = "0.04"
"""Seconds that sound may be off its own timestamps before it is moved: a picture at 25 a second; less is never heard
as out of step (ITU-R BT.1359: +45 ms), and the rounded times of Matroska stay well under it."""

BITEXACT: dict[str, object] = {"fflags": "+bitexact", "map_metadata": -1, "map_chapters": -1}


@dataclass(frozen=True, slots=True)
class Mezzanine:
    """The numbers of ingest (`presets/encodes/mezzanine.toml`). Rates a second, sizes in pixels."""

    name: str
    preset: str
    crf: int
    gop_seconds: Fraction
    threads: int
    decode_threads: int
    deep_threads: int
    proxy_lines: int
    proxy_crf: int
    proxy_audio: int
    analysis_rate: int
    analysis_width: int
    analysis_quality: int
    strip_most: int
    strip_columns: int
    strip_height: int
    voice_rate: int
    peaks_rate: int


@dataclass(frozen=True, slots=True)
class Strip:
    """The filmstrip: picture i stands in column i % columns, row i // columns, and shows frame i x step."""

    columns: int
    rows: int
    step: int
    tile: Size


def expected_frames(media: Media, rate: Fraction) -> int:
    """How many frames the conformed rush will have, to within one; fewer when its end is broken."""
    return max(1, rounded(media.duration * rate))


def even_size(media: Media) -> Size:
    """The size of the conformed picture: upright; an odd size loses its last column or row.

    Raises:
        ValueError: the media has no picture.
    """
    if media.upright is None:
        raise ValueError(f"{media.name} has no picture")
    return Size(max(2, media.upright.width & ~1), max(2, media.upright.height & ~1))


def sampling_step(rate: Fraction, hz: int) -> int:
    """Every how many frames a picture is taken so that they come nearest to `hz` a second; at least 1."""
    return max(1, rounded(rate / hz))


def sampled_frames(frames: int, rate: Fraction, hz: int) -> tuple[int, ...]:
    """The frames of a conformed rush that stand in its analysis pictures: picture i shows the i-th of these.

    `hz` is `analysis_rate` of the mezzanine preset.

    >>> sampled_frames(20, Fraction(30000, 1001), 5)
    (0, 6, 12, 18)
    """
    return tuple(range(0, frames, sampling_step(rate, hz)))


def first_frames(times: Sequence[int], tick: Fraction, rate: Fraction) -> tuple[int, ...]:
    """For each picture (at least one), the first conformed frame to which it is the nearest in time; in order.

    Of two pictures as near the earlier is taken, and none that begins more than half a frame later (a still screen
    stays until it changes). `times` in ticks of `tick` seconds, in the order of decoding. It is the arithmetic of
    `_placed`, in integers.
    """
    parts = _parts(tick)
    half = Fraction(parts) / (2 * rate * tick)
    frames = [0]
    for before, time in itertools.pairwise(times):
        at = math.floor(max(Fraction((time + before) * parts, 2), time * parts - half)) + 1 - times[0] * parts
        frames.append(max(frames[-1], math.ceil(at * rate * tick / parts)))
    return tuple(frames)


def shown_pictures(times: Sequence[int], tick: Fraction, rate: Fraction, frames: int) -> tuple[int, ...]:
    """For each of `frames` conformed frames, the index of the picture it shows (see `first_frames`).

    >>> shown_pictures((0, 1, 2, 3), Fraction(1, 50), Fraction(25), 2)
    (0, 2)
    """
    firsts = first_frames(times, tick, rate)
    return tuple(bisect.bisect_right(firsts, frame) - 1 for frame in range(frames))


def strip(media: Media, rate: Fraction, numbers: Mezzanine) -> Strip:
    """The layout of the filmstrip: a picture a second, fewer when that would be too many."""
    frames = expected_frames(media, rate) + 1
    step = max(1, rounded(rate), math.ceil(frames / numbers.strip_most))
    tiles = math.ceil(frames / step)
    size = even_size(media)
    width = max(2, rounded(numbers.strip_height * size.aspect))
    columns = min(tiles, numbers.strip_columns)
    return Strip(columns, math.ceil(tiles / columns), step, Size(width, numbers.strip_height))


def channels(media: Media) -> int:
    """Channels of the conformed sound: mono stays mono, all else becomes stereo."""
    return 1 if media.channels <= 1 else 2


def conforming(path: str, media: Media, rate: Fraction, numbers: Mezzanine) -> list[str]:
    """The one decode of `path`: mezzanine, silent proxy, analysis pictures, filmstrip, raw sound and times of pictures.

    Outputs are names in the folder where it is run. Their index stands at the end: to have it first, ffmpeg writes all
    of a file again, and nobody plays these two from their beginning (the proxy that is played has its index first).
    """
    deep = _deep(media)
    source = opened(
        path,
        format_whitelist=FORMAT_WHITELIST,
        noautorotate=None,
        reinit_filter=int(deep),
        copyts=None,
        max_error_rate=1,
        threads=numbers.deep_threads if deep else numbers.decode_threads,
        filter_complex_threads=2,
    )
    size = even_size(media)
    picture = upright_sdr(_placed(source[str(media.picture_track)], media, rate), media, size)
    whole, small, sampled, tiles = (picture.split()[index] for index in range(4))
    video: dict[str, object] = {"vcodec": "libx264", "preset": numbers.preset, "bf": 0, "threads": numbers.threads}
    video |= {"g": max(1, rounded(rate * numbers.gop_seconds)), "x264-params": "scenecut=0:open-gop=0"}
    video |= {"color_primaries": "bt709", "color_trc": "bt709", "colorspace": "bt709", "color_range": "tv"}
    video |= {"fps_mode": "passthrough", "flags:v": "+bitexact", **BITEXACT}
    proxy = proxy_size(size, numbers)
    layout = strip(media, rate, numbers)
    outputs = [
        ffmpeg.output(whole, MEZZANINE, crf=numbers.crf, **video),
        ffmpeg.output(
            small.filter("scale", proxy.width, proxy.height, flags="bilinear"),
            SILENT_PROXY,
            crf=numbers.proxy_crf,
            **video,
        ),
        ffmpeg.output(
            _jpeg(
                sampled.filter("select", f"not(mod(n,{sampling_step(rate, numbers.analysis_rate)}))"),
                analysis_size(size, numbers),
            ),
            ANALYSIS,
            vcodec="mjpeg",
            threads=1,
            fps_mode="passthrough",
            **{"q:v": numbers.analysis_quality, **BITEXACT},
        ),
        ffmpeg.output(
            _jpeg(tiles.filter("select", f"not(mod(n,{layout.step}))"), layout.tile).filter(
                "tile", f"{layout.columns}x{layout.rows}"
            ),
            STRIP,
            vcodec="mjpeg",
            threads=1,
            update=1,
            **{"frames:v": 1, "q:v": numbers.analysis_quality, **BITEXACT},
        ),
    ]
    if media.has_sound:
        sound = _sound(source[str(media.sound_track)], media)
        outputs.append(ffmpeg.output(sound, RAW_SOUND, format="s16le", acodec="pcm_s16le", **BITEXACT))
    return arguments(ffmpeg.merge_outputs(*outputs))


def _placed(picture: ffmpeg.Stream, media: Media, rate: Fraction) -> ffmpeg.Stream:
    """Pictures at a constant rate from zero, each the nearest; whole ones where fields were recorded.

    A picture is moved to half-way between the one before and itself, so that `fps`, which takes the last one that has
    begun, takes the nearest.
    """
    tick = media.time_base
    part = tick / _parts(tick)
    half = 1 / (2 * rate * part)
    picture = picture.filter("settb", expr=_ratio(tick))
    picture = picture.filter("metadata", mode="add", key="shown", value="1")
    picture = picture.filter("metadata", mode="print", file=SHOWN)
    if media.size is not None and not _deep(media):
        # recordings of calls change their size as they go: the graph stays (`reinit_filter`) and this brings them back.
        # They are never deep; there it would hold one more 4K picture
        picture = picture.filter("scale", media.size.width, media.size.height, flags=EXACT)
    if media.interlaced:
        picture = picture.filter("bwdif", mode="send_frame", deint="interlaced")
    picture = picture.filter("settb", expr=_ratio(part))
    nearest = f"if(eq(N,0),0,max((PTS+PREV_INPTS)/2,PTS-{_ratio(half)})+1-STARTPTS)"
    return picture.filter("setpts", nearest).filter("fps", fps=_ratio(rate), round="up")


def _parts(tick: Fraction) -> int:
    """How many parts of a tick are told apart: one where more would not fit the 31 bits of a time base."""
    return FINER if (tick / FINER).denominator < 2**31 else 1


def _deep(media: Media) -> bool:
    return media.colour.depth > 8


def _jpeg(picture: ffmpeg.Stream, size: Size) -> ffmpeg.Stream:
    """At that size, in the colours that every reader of JPEG supposes: BT.601, full range (JFIF)."""
    scaled = picture.filter("scale", size.width, size.height, flags="area", out_color_matrix="bt601", out_range="pc")
    return scaled.filter("format", "yuvj420p")


def _sound(sound: ffmpeg.Stream, media: Media) -> ffmpeg.Stream:
    """16-bit samples at 48 kHz from the first picture on, gaps filled with silence, as the sound's own times say."""
    moved = f"PTS-({_ratio(media.start)})/TB" if "sound-clock" not in media.remarks else "N/SR/TB"
    sound = sound.filter("asetpts", moved)
    sound = sound.filter("aresample", SAMPLE_RATE, **{"async": 1, "first_pts": 0, "min_hard_comp": GAP})
    sound = sound.filter("atrim", end=float(media.duration + 1))
    return sound.filter("aformat", sample_fmts="s16", channel_layouts="mono" if channels(media) == 1 else "stereo")


def proxy_size(size: Size, numbers: Mezzanine) -> Size:
    """The proxy's size: its shorter side at most `proxy_lines`, even, never enlarged."""
    short = min(size.width, size.height)
    if short <= numbers.proxy_lines:
        return size
    factor = Fraction(numbers.proxy_lines, short)
    return Size(rounded(size.width * factor / 2) * 2, rounded(size.height * factor / 2) * 2)


def analysis_size(size: Size, numbers: Mezzanine) -> Size:
    """The size of analysis pictures: at most `analysis_width` wide, even, never enlarged."""
    width = min(size.width, numbers.analysis_width)
    return Size(width, max(2, rounded(Fraction(width * size.height, size.width * 2)) * 2))


def sounding(media: Media, rate: Fraction, frames: int, offset: int, numbers: Mezzanine) -> list[str]:
    """Sound made exactly as long as `frames`: `sound.wav`, `voice.wav`, the proxy with its sound. Decodes no picture.

    `offset` samples of the raw sound come before the first frame (negative: so many are missing).
    """
    samples = sample_at(frames, rate)
    if media.has_sound:
        raw = ffmpeg.input(RAW_SOUND, format="s16le", ar=SAMPLE_RATE, ac=channels(media))
        sound = raw.filter("atrim", start_sample=max(0, offset)).filter("asetpts", "PTS-STARTPTS")
        if offset < 0:
            sound = sound.filter("adelay", delays=f"{-offset}S", all=1)
    else:
        sound = lavfi(f"anullsrc=sample_rate={SAMPLE_RATE}:channel_layout=mono")
    sound = sound.filter("apad", whole_len=samples).filter("atrim", end_sample=samples)
    kept, heard, carried = (sound.asplit()[index] for index in range(3))
    spoken = sample_at(frames, rate, numbers.voice_rate)
    voice = heard.filter("aresample", numbers.voice_rate).filter("aformat", sample_fmts="s16", channel_layouts="mono")
    voice = voice.filter("apad", whole_len=spoken).filter("atrim", end_sample=spoken)
    proxy = opened(SILENT_PROXY)
    outputs = (
        ffmpeg.output(kept, SOUND, acodec="pcm_s16le", rf64="auto", **BITEXACT),
        ffmpeg.output(voice, VOICE, acodec="pcm_s16le", rf64="auto", **BITEXACT),
        ffmpeg.output(
            proxy["v"],
            carried,
            PROXY,
            vcodec="copy",
            acodec="aac",
            movflags="+faststart",
            **{"b:a": numbers.proxy_audio, "flags:a": "+bitexact", **BITEXACT},
        ),
    )
    return arguments(ffmpeg.merge_outputs(*outputs))


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
