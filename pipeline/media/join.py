"""The film: pictures joined by copy, frame counted by frame, with its one sound track. Nothing is encoded again."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from pipeline.errors import WrongPicture
from pipeline.filmstrip import cell_of, sheet_of
from pipeline.geometry import Size
from pipeline.media.render import opened, packets, parameter_sets
from pipeline.spans import SAMPLE_RATE
from pipeline.timeline import Chapter, Filmed, Timeline

LANGUAGES = {"fr": "fra", "en": "eng", "de": "deu", "es": "spa", "it": "ita", "nl": "nld", "pt": "por"}
"""MP4 names languages by ISO 639-2/T codes."""

STILL_WIDTH = 480
"""Width of a small picture for reports, in pixels."""

QUALITY = 88
"""JPEG quality of stills: no blocks seen at 1:1 (Pillow's scale, 0 to 95)."""

STRIP_QUALITY = 80
"""JPEG quality of the strip, whose cells are looked at small: about 6 kB each (measured on the sample lesson)."""


def join(  # noqa: PLR0913, PLR0917
    pictures: Sequence[Path],
    frames: Sequence[int],
    rate: Fraction,
    sound: Path,
    out: Path,
    chapters: Sequence[Chapter],
    title: str,
    language: str,
) -> None:
    """Writes the film to `out`: faststart MP4, one H.264 and one AAC track, chapters.

    `pictures` are rendered segments in order, of `frames` frames each. Frame n of the film stands at exactly n frames:
    packets are counted, not added up from rounded times (ffmpeg's own concat drifts 100 ms in ten minutes at 23.976).

    Raises:
        WrongPicture: a segment is not what it should be, or its parameter sets are not those of the first.
    """
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with (
        opened(pictures[0]) as first,
        av.open(str(sound)) as heard,
        av.open(str(out), "w", format="mp4", options=options) as film,
    ):
        if [stream.type for stream in heard.streams] != ["audio"]:
            raise WrongPicture(f"{sound.name}: wanted one sound track")
        wanted = parameter_sets(first)
        video = film.add_stream_from_template(first.streams.video[0], opaque=True)
        audio = film.add_stream_from_template(heard.streams.audio[0], opaque=True)
        video.time_base = Fraction(1, rate.numerator)
        audio.time_base = Fraction(1, SAMPLE_RATE)
        for stream in (video, audio):
            stream.metadata["language"] = LANGUAGES.get(language.split("-", maxsplit=1)[0].casefold(), "und")
        film.metadata["title"] = title
        film.set_chapters(_chapters(chapters, sum(frames), rate))
        seen = _pictures(pictures, frames, rate, video, wanted)
        for packet in _interleaved(seen, _sounds(heard.demux(audio=0), audio), rate):
            film.mux(packet)


def silent(pictures: Sequence[Path], frames: Sequence[int], rate: Fraction, out: Path, title: str) -> None:
    """Writes rendered segments joined to `out`: faststart MP4, one H.264 track, no sound. Otherwise as `join`.

    Raises:
        WrongPicture: a segment is not what it should be, or its parameter sets are not those of the first.
    """
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    with opened(pictures[0]) as first, av.open(str(out), "w", format="mp4", options=options) as film:
        video = film.add_stream_from_template(first.streams.video[0], opaque=True)
        video.time_base = Fraction(1, rate.numerator)
        film.metadata["title"] = title
        for packet in _pictures(pictures, frames, rate, video, parameter_sets(first)):
            film.mux(packet)


def _pictures(
    paths: Sequence[Path], frames: Sequence[int], rate: Fraction, stream: VideoStream, wanted: str
) -> Iterator[Packet]:
    """Every picture packet of the film, at its frame."""
    place = 0
    for path, count in zip(paths, frames, strict=True):
        with opened(path) as container:
            found = parameter_sets(container)
            if found != wanted:
                message = f"{path.name}: parameter sets {found[:12]}, wanted {wanted[:12]} as in the first segment"
                raise WrongPicture(message, todo="render it again with the same profile, size and rate")
            for packet in packets(container, count, path.name):
                packet.stream = stream
                packet.time_base = Fraction(1, rate.numerator)
                packet.pts = packet.dts = place * rate.denominator
                packet.duration = rate.denominator
                place += 1
                yield packet


def _sounds(found: Iterable[Packet], stream: AudioStream) -> Iterator[Packet]:
    """Every sound packet; those before 0 are the encoder's priming, which players skip."""
    for packet in found:
        if packet.size:
            packet.stream = stream
            yield packet


def _interleaved(pictures: Iterator[Packet], sounds: Iterator[Packet], rate: Fraction) -> Iterator[Packet]:
    """Both in the order of time: a player finds sound beside its picture, and the muxer keeps nothing back."""
    sound = next(sounds, None)
    for picture in pictures:
        limit = (picture.dts or 0) * SAMPLE_RATE // rate.numerator
        while sound is not None and (sound.dts or 0) <= limit:
            yield sound
            sound = next(sounds, None)
        yield picture
    if sound is not None:
        yield sound
    yield from sounds


def _chapters(chapters: Sequence[Chapter], frames: int, rate: Fraction) -> list[Any]:
    """Chapters as PyAV takes them, each until the next."""
    stops = [*(chapter.frame for chapter in chapters), frames][1:]
    return [
        {
            "id": number,
            "start": chapter.frame * rate.denominator,
            "end": stop * rate.denominator,
            "time_base": Fraction(1, rate.numerator),
            "metadata": {"title": chapter.title},
        }
        for number, (chapter, stop) in enumerate(zip(chapters, stops, strict=True))
    ]


def poster(film: Path, out: Path, timeline: Timeline) -> None:
    """Writes the picture that stands for the film: JPEG, whole size, the middle of its first filmed clip."""
    spans = list(zip(timeline.clips, timeline.spans(), strict=True))
    filmed = [span for clip, span in spans if isinstance(clip.picture, Filmed)]
    span = (filmed or [span for _, span in spans])[0]
    frame = (span.start + span.stop) // 2
    for _, picture in stills(film, timeline.rate, [frame], width=timeline.size.width):
        out.write_bytes(picture)


def strip(pictures: Sequence[bytes], out: Path, film: Size) -> None:
    """Writes the strip of a draft (`pipeline.filmstrip`): those pictures, one of each clip, as one JPEG.

    Raises:
        OSError: it cannot be written.
    """
    size = sheet_of(len(pictures), film)
    sheet = Image.new("RGB", (size.width, size.height))
    for index, picture in enumerate(pictures):
        cell = cell_of(index, film)
        with Image.open(BytesIO(picture)) as still:
            still.draft("RGB", (cell.width, cell.height))
            sheet.paste(still.resize((cell.width, cell.height), Image.Resampling.BOX), (cell.x, cell.y))
    sheet.save(out, "JPEG", quality=STRIP_QUALITY, optimize=True)


def stills(
    film: Path, rate: Fraction, frames: Iterable[int], *, width: int = STILL_WIDTH
) -> Iterator[tuple[int, bytes]]:
    """Those frames of a film as JPEGs `width` pixels wide, each with its number, in order. One is decoded at a time."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        unit = stream.time_base or Fraction(1, rate.numerator)
        for frame in sorted(frames):
            wanted = round(frame / rate / unit)
            container.seek(wanted, stream=stream)
            picture = next((one for one in container.decode(stream) if one.pts is not None and one.pts >= wanted), None)
            if picture is not None:
                yield frame, _jpeg(picture, width)


def _jpeg(picture: VideoFrame, width: int) -> bytes:
    height = round(picture.height * width / picture.width)
    image = picture.to_image(width=width, height=height, src_colorspace="ITU709", interpolation="AREA")
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
