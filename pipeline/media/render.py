"""One segment rendered by one ffmpeg process, and checked before anyone keeps it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import av
from av.container import InputContainer
from av.packet import Packet

from pipeline.commands.segment import segment_arguments
from pipeline.errors import WrongPicture
from pipeline.footage import Normal
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.segments import Segment
from pipeline.values import Key


def render(
    segment: Segment,
    paths: Mapping[Key, str],
    normals: Mapping[Key, Normal],
    out: Path,
    ffmpeg: Ffmpeg,
    progress: Callable[[int], None] | None = None,
) -> str:
    """Renders the segment to `out` (MP4, picture only) and gives the digest of its parameter sets.

    Segments of one profile, size and rate have the same parameter sets: only then can they be joined by copy.
    `paths` and `normals` as for `segment_arguments`.

    Raises:
        WrongPicture: what came out is not what was asked for; `out` is removed.
        FfmpegFailed: ffmpeg could not render it.
    """
    arguments = segment_arguments(segment, paths, normals, str(out))
    run(ffmpeg, arguments, what=f"rendering segment {segment.key[:12]}", progress=progress)
    try:
        with opened(out) as container:
            for _ in packets(container, segment.frames, out.name):
                pass
            return parameter_sets(container)
    except WrongPicture:
        out.unlink(missing_ok=True)
        raise


def opened(path: Path) -> InputContainer:
    """The file, for its packets.

    Raises:
        WrongPicture: it cannot be read, or is more than one H.264 picture track.
    """
    try:
        container = av.open(str(path), options={"protocol_whitelist": "file"})
    except (OSError, ValueError) as error:
        raise WrongPicture(f"{path.name}: wanted a rendered segment, found none that can be read ({error})") from error
    kinds = [f"{stream.type} {stream.codec_context.name}" for stream in container.streams]
    if kinds != ["video h264"]:
        container.close()
        raise WrongPicture(f"{path.name}: wanted one silent H.264 picture track, found {', '.join(kinds) or 'none'}")
    return container


def packets(container: InputContainer, frames: int, name: str) -> Iterator[Packet]:
    """The packets of a segment in order, each checked: `frames` of them, evenly spaced, a key frame first.

    Raises:
        WrongPicture: one is not so, found before it is given; a wrong count is found at the end.
    """
    count, step = 0, 0
    for packet in container.demux(video=0):
        if packet.size == 0:
            continue
        if count == 0:
            step = packet.duration or 0
            if not packet.is_keyframe or packet.pts != 0:
                key = "a key frame" if packet.is_keyframe else "no key frame"
                raise WrongPicture(f"{name}: wanted a key frame at 0 first, found {key} at {packet.pts}")
        if packet.pts != count * step or packet.dts != packet.pts:
            message = f"{name}: frame {count} stands at {packet.pts} (decoded at {packet.dts}), wanted {count * step}"
            raise WrongPicture(message, todo="segments have no B-frames and a constant rate")
        count += 1
        yield packet
    if count != frames:
        raise WrongPicture(f"{name}: wanted {frames} frames, found {count}")


def parameter_sets(container: InputContainer) -> str:
    """The digest of the H.264 sequence and picture parameter sets of a segment."""
    return hashlib.sha256(container.streams.video[0].codec_context.extradata or b"").hexdigest()
