"""The streams of an opened file: which is the picture, which the sound, when their packets are, the first pictures."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from pipeline.media.opening import Source, opened

LOOKED_AT = 4
"""Pictures decoded: rotation and colour stand on the first; some streams flag their fields only from the second on."""

TRIED = 300
"""Packets tried before a stream is given up: ten seconds of a broken start at 30 a second."""

_THUMBNAILS = frozenset({"mjpeg", "png"})


@dataclass(slots=True)
class Passed:
    """The packets of one stream: how many, when, and how long in all, in ticks of `tick` seconds."""

    tick: Fraction
    packets: int = 0
    times: list[int] = field(default_factory=list)
    stop: int = 0
    lasts: int = 0

    @property
    def start(self) -> int:
        """When the first picture or sample is to be shown or heard."""
        return min(self.times, default=0)


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The moving picture: no cover art, no thumbnail track beside a film; of several the largest, then the first."""
    found = [
        stream
        for stream in container.streams.video
        if _decodes(stream) and not stream.disposition & Disposition.attached_pic
    ]
    films = [stream for stream in found if stream.codec_context.name not in _THUMBNAILS] or found
    areas = {stream.index: stream.codec_context.width * stream.codec_context.height for stream in films}
    return max(films, key=lambda stream: (areas[stream.index], -stream.index), default=None)


def sound_stream(container: InputContainer) -> AudioStream | None:
    """The sound: a track that players play; of several such the one with most samples a second, then the first."""
    found = [stream for stream in container.streams.audio if _decodes(stream) and stream.codec_context.sample_rate]
    return max(
        found,
        key=lambda one: (bool(one.disposition & Disposition.default), one.codec_context.sample_rate, -one.index),
        default=None,
    )


def _decodes(stream: VideoStream | AudioStream) -> bool:
    # PyAV gives no context to a stream whose codec this libavcodec does not know
    context = getattr(stream, "codec_context", None)
    return context is not None and context.is_decoder


def passed(container: InputContainer, streams: Sequence[VideoStream | AudioStream]) -> tuple[dict[int, Passed], bool]:
    """All packets by stream index, and whether the file could be read to its end; without what an edit list hides."""
    out = {stream.index: Passed(Fraction(stream.time_base or 1)) for stream in streams}
    try:
        for packet in container.demux(*streams):
            if not packet.size or packet.is_discard:
                continue
            one = out[packet.stream.index]
            one.packets += 1
            one.lasts += packet.duration or 0
            time = packet.dts if packet.pts is None else packet.pts
            if time is not None:
                stop = time + (packet.duration or 0)
                one.stop = stop if not one.times else max(one.stop, stop)
                one.times.append(time)
    except FFmpegError:
        return out, False
    return out, True


def first_pictures(source: Source, index: int) -> tuple[VideoFrame, ...]:
    """Up to `LOOKED_AT` pictures of the stream, decoded; none when all of its first packets are broken."""
    frames: list[VideoFrame] = []
    with opened(source) as container:
        for packet in itertools.islice(_packets(container, index), TRIED):
            try:
                frames += [frame for frame in packet.decode() if isinstance(frame, VideoFrame)]
            except (FFmpegError, EOFError):
                continue
            if len(frames) >= LOOKED_AT:
                break
    return tuple(frames[:LOOKED_AT])


def _packets(container: InputContainer, index: int) -> Iterator[Packet]:
    try:
        yield from container.demux(container.streams[index])
    except FFmpegError:
        return
