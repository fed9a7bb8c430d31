"""What a media file is: exact rate, upright size, colour, alpha, sound, and what people should know about it."""

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from pipeline.commands.formats import STILLS
from pipeline.errors import UnreadableMedia
from pipeline.footage import Colour, Media
from pipeline.geometry import Size
from pipeline.media.digests import Source, digest_of
from pipeline.media.isobmff import Turn, alpha_layer, index_first, turn
from pipeline.media.opening import opened
from pipeline.media.streams import Passed, first_pictures, passed, picture_stream, sound_stream
from pipeline.saying import probe_sentence
from pipeline.spans import STANDARD_RATES, rounded, standard_rate
from pipeline.values import Key
from pipeline.words import Words

VARIES = Fraction(1, 5)
"""A distance between pictures that differs from the usual one by more than this share, and by more than a tick, makes
the rate variable. The millisecond time base of WebM and Matroska gives 33 and 34 for 30 a second, which is not."""

RATE_MOST = 1000
"""Pictures a second that a header may claim; more is a time base given as a rate."""

TINY = 360
"""Lines under which hardly any framing can be cut from a picture: half of the web proxy's 720."""

STRANGE_PIXELS = Fraction(4)
"""A pixel more than this times wider than tall, or taller than wide, is a mistake of the header and taken as square
(anamorphic lenses reach 2)."""

_STILL_BRANDS = frozenset({"heic", "heix", "mif1", "avif"})
_WHOLE = "play it to see whether it is whole; copy it again, or export it as MP4 (H.264)"


def probe(path: Source, known: Key | None = None) -> Media:
    """What the file is. It is read once for its times and once for its digest, where that is not `known`.

    A few pictures are decoded.

    Raises:
        UnreadableMedia: it cannot be used: why, in one sentence, and what to do about it.
    """
    with opened(path) as container:
        picture, sound = picture_stream(container), sound_stream(container)
        streams = [stream for stream in (picture, sound) if stream is not None]
        if not streams:
            todo = "export it as MP4 with H.264 or H.265 and AAC"
            raise UnreadableMedia(path.name, "holds no picture and no sound that can be decoded", todo=todo)
        packets, whole = passed(container, streams)
        seen = first_pictures(path, picture.index) if picture is not None else ()
        if sound is not None and not packets[sound.index].packets:
            sound = None
        if not seen and sound is None:
            raise UnreadableMedia(path.name, "holds a track, but nothing in it can be decoded", todo=_WHOLE)
        media = Media(path.name, known or digest_of(path), "sound", container.format.name)
        if sound is not None:
            media = _with_sound(media, sound, packets[sound.index])
        if picture is not None and seen:
            media = _with_picture(media, container, picture, packets[picture.index], seen)
    mov = "mov" in media.container.split(",")
    seekable = mov and index_first(path)
    return replace(media, seekable=seekable, remarks=_remarks(media, whole=whole, late_index=mov and not seekable))


def _with_sound(media: Media, stream: AudioStream, packets: Passed) -> Media:
    rate = stream.codec_context.sample_rate
    lasts = (packets.stop - packets.start) * packets.tick
    # times that pass much slower than the sound itself: a broken header; then its own length counts
    broken = lasts * 2 < packets.lasts * packets.tick
    lasts = packets.lasts * packets.tick if broken else lasts
    return replace(
        media,
        remarks=("sound-clock",) if broken else (),
        audio_codec=stream.codec_context.codec.canonical_name,
        sample_rate=rate,
        channels=max(1, stream.codec_context.channels),
        samples=max(1, rounded(lasts * rate)),
        sound_start=packets.start * packets.tick,
        sound_track=stream.index,
        duration=lasts,
    )


def _with_picture(
    media: Media, container: InputContainer, stream: VideoStream, packets: Passed, seen: Sequence[VideoFrame]
) -> Media:
    first = seen[0]
    turned = _turned(first)
    size = Size(first.width, first.height)
    media = replace(
        media,
        kind="still",
        size=size,
        upright=_upright(size, stream.sample_aspect_ratio, turned),
        frames=1,
        duration=Fraction(0),
        video_codec=stream.codec_context.codec.canonical_name,
        pixel_format=first.format.name,
        colour=_colour(first),
        alpha=_alpha(stream, first),
        rotation=turned.rotation,
        mirrored=turned.mirrored,
        picture_track=stream.index,
    )
    if _still(container, packets):
        return media
    rate, variable = _rate(stream, packets)
    stop, last = packets.stop, max(packets.times, default=0)
    if stop <= last:  # many muxers leave the last picture without a length: it lasts as long as the others
        stop = last + rounded(1 / (rate * packets.tick))
    return replace(
        media,
        kind="video",
        rate=rate,
        frames=packets.packets,
        variable=variable,
        start=packets.start * packets.tick,
        duration=(stop - packets.start) * packets.tick,
        interlaced=any(frame.interlaced_frame for frame in seen),
        timecode=_timecode(container),
        time_base=packets.tick,
    )


def _turned(frame: VideoFrame) -> Turn:
    try:
        matrix = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:
        # side data of a kind that PyAV has no name for (Exif of a photograph): then it still tells the angle, turned
        # against the clock, though not the mirror
        return Turn(round(-frame.rotation / 90) % 4 * 90)
    return turn(bytes(matrix)) if matrix is not None else Turn()


def _still(container: InputContainer, packets: Passed) -> bool:
    if packets.packets > 1 or container.streams.audio:
        return False
    single = {*STILLS, "gif", "apng"}.intersection(container.format.name.split(","))
    return bool(single) or container.metadata.get("major_brand", "").strip() in _STILL_BRANDS


def _rate(stream: VideoStream, packets: Passed) -> tuple[Fraction, bool]:
    """Pictures a second, and whether the distance between them varies (then it is the mean)."""
    told = [Fraction(rate) for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate) if rate]
    times = sorted(set(packets.times))
    if len(times) < 2:
        return next((rate for rate in told if rate <= RATE_MOST), Fraction(25)), False
    lasts = times[-1] - times[0]
    mean = (len(times) - 1) / (lasts * packets.tick)
    distances = Counter(after - before for before, after in itertools.pairwise(times))
    usual = distances.most_common(1)[0][0]
    if any(abs(distance - usual) > max(1, usual * VARIES) for distance in distances):
        return mean, True
    # rounding to ticks moves the first and the last picture by up to one each: the mean may be off by as much
    off = mean * max(Fraction(1, 1000), Fraction(2, lasts))
    near = [rate for rate in (*told, *STANDARD_RATES) if abs(rate - mean) <= off]
    # Matroska keeps nanoseconds a picture: 19001/317 is meant as 60000/1001
    return standard_rate(near[0] if near else mean, Fraction(1, 10_000)), False


def _upright(size: Size, pixel: Fraction | None, turned: Turn) -> Size:
    """The picture as people see it. Pixels are made square by enlarging the side that is too short: nothing is lost."""
    shape = Fraction(pixel) if pixel else Fraction(1)
    if not 1 / STRANGE_PIXELS <= shape <= STRANGE_PIXELS:
        shape = Fraction(1)
    width, height = rounded(size.width * max(shape, Fraction(1))), rounded(size.height / min(shape, Fraction(1)))
    return Size(height, width) if turned.rotation in {90, 270} else Size(width, height)


def _colour(frame: VideoFrame) -> Colour:
    name = frame.format.name
    return Colour(
        primaries=int(frame.color_primaries),
        transfer=int(frame.color_trc),
        matrix=int(frame.colorspace),
        full_range=int(frame.color_range) == 2 or frame.format.is_rgb or name.startswith("yuvj"),
        depth=max((component.bits for component in frame.format.components), default=8),
    )


def _alpha(stream: VideoStream, frame: VideoFrame) -> bool:
    if frame.format.has_palette or any(component.is_alpha for component in frame.format.components):
        return True
    # VP8 and VP9 in WebM hold it beside the picture, and their pixel format says nothing of it
    if stream.metadata.get("alpha_mode") == "1":
        return True
    context = stream.codec_context
    return context.name == "hevc" and alpha_layer(context.extradata or b"")


def _timecode(container: InputContainer) -> str | None:
    told = (container.metadata.get("timecode"), *(stream.metadata.get("timecode") for stream in container.streams))
    return next((code for code in told if code), None)


def _remarks(media: Media, *, whole: bool, late_index: bool) -> tuple[str, ...]:
    """Codes of `probe.remark` in `presets/words`, in the order in which people should hear them."""
    video = media.kind == "video" and media.upright is not None and media.rate is not None
    facts = {
        "broken-tail": not whole,
        "sound-clock": "sound-clock" in media.remarks,
        "no-sound": video and not media.has_sound,
        "variable-rate": video and media.variable,
        "rate-unusual": video and not media.variable and standard_rate(media.rate or Fraction(1)) not in STANDARD_RATES,
        "hdr": media.colour.hdr,
        "interlaced": media.interlaced,
        "mirrored": media.mirrored,
        "tiny": video and min(media.upright.width, media.upright.height) < TINY if media.upright else False,
        "moov-at-end": late_index and media.kind != "still",
    }
    return tuple(code for code, true in facts.items() if true)


def described(media: Media, words: Words) -> str:
    """One line for people: what it is, and what they should know. As JSON: `pipeline.values.as_json(media)`."""
    parts = [words.say(f"probe.{media.kind}")]
    if media.upright is not None:
        parts.append(str(media.upright))
    if media.rate is not None:
        parts.append(words.say("probe.rate", rate=_number(media.rate, words)))
    if media.kind != "still":
        parts.append(_clock(media.duration))
    parts += [code.upper() for code in (media.video_codec, media.audio_codec) if code]
    if media.has_sound:
        kilohertz = _number(Fraction(media.sample_rate, 1000), words)
        parts.append(words.say("probe.sound_track", rate=kilohertz, n=media.channels))
    if media.alpha:
        parts.append(words.say("probe.alpha"))
    if media.timecode:
        parts.append(words.say("probe.timecode", timecode=media.timecode))
    told = [probe_sentence(code, words) for code in media.remarks]
    return words.say("probe.line", name=media.name, what=", ".join(parts)) + "".join(f"; {remark}" for remark in told)


def _number(value: Fraction, words: Words) -> str:
    short = f"{float(value):.3f}".rstrip("0").rstrip(".")
    return short.replace(".", words.say("probe.decimal"))


def _clock(seconds: Fraction) -> str:
    tenths = rounded(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest // 10:02}" if hours else f"{minutes}:{rest // 10:02}.{rest % 10}"
