"""A rush conformed: one decode of the picture, and everything that is later worked with is there.

After this a frame number is a time: variable rate, rotation, odd starts and edit lists end here.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path

import av
import numpy as np

from pipeline.commands import conform as commands
from pipeline.commands.conform import RECIPE, Mezzanine, expected_frames, sampled_frames
from pipeline.errors import FfmpegFailed, StorageUnavailable, UnreadableMedia, WrongPicture
from pipeline.footage import Media, Rush
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.opening import refuse_unsafe
from pipeline.spans import SAMPLE_RATE, STANDARD_RATES, rounded, sample_at, standard_rate
from pipeline.values import Key, as_json, digest

__all__ = ["FILES", "common_rate", "conform", "conform_key", "expected_frames", "sampled_frames"]

log = logging.getLogger(__name__)

RUSH, PEAKS, FRAMES, LAYOUT = "rush.json", "peaks.json", "frames.json", "filmstrip.json"

FILES = (
    commands.MEZZANINE,
    commands.PROXY,
    commands.ANALYSIS,
    commands.STRIP,
    LAYOUT,
    commands.SOUND,
    commands.VOICE,
    PEAKS,
    FRAMES,
    RUSH,
)
"""What `conform` leaves in its folder."""

LOST = Fraction(1, 50)
"""More than this share of pictures that could not be decoded is told to people."""

CHUNK = 1000
"""Peaks reckoned at once: two megabytes of sound."""


def conform_key(media: Media, rate: Fraction, build: str) -> Key:
    """Names the conformed objects of a rush: all that makes them, and not what the file is called."""
    made_of = {
        "media": as_json(replace(media, name="")),
        "rate": as_json(rate),
        "build": build,
        "numbers": as_json(shelf.mezzanine()),
        "recipe": RECIPE,
    }
    return digest(made_of)


def conform(
    path: Path | str,
    media: Media,
    rate: Fraction,
    folder: Path,
    ffmpeg: Ffmpeg,
    progress: Callable[[int], None] | None = None,
) -> Rush:
    """The rush at `path`, already probed, conformed to `rate` in `folder` (empty, thrown away by the caller on error).

    `path` as text is a link of our own store. A link that breaks looks like a file that is cut short: over a link, a
    picture lost is an error.

    `progress` is told how many of about `expected_frames` are done. `FILES` are then there, `rush.json` last.

    Raises:
        UnreadableMedia: it has no moving picture, or no picture can be decoded.
        WrongPicture: what was written is not what was decoded.
        StorageUnavailable: pictures are missing that a link should have given.
        FfmpegFailed, StorageUnavailable: as `run`.
    """
    if media.kind != "video" or rate <= 0:
        kind = "a still picture" if media.kind == "still" else "sound alone"
        todo = "put it into motion/" if media.kind == "still" else "put it into audio/"
        raise UnreadableMedia(media.name, f"is {kind}; a rush needs a moving picture", todo=todo)
    if isinstance(path, Path):
        refuse_unsafe(path)
        path = path.resolve()
    numbers = shelf.mezzanine()
    what = f"conforming {media.name}"
    command = commands.conforming(str(path), media, rate, numbers)
    try:
        run(ffmpeg, command, what=what, progress=progress, folder=folder)
    except FfmpegFailed as error:
        if not _times(folder):
            raise _undecodable(media.name) from error
        raise
    times = _times(folder)
    if not times:
        raise _undecodable(media.name)
    if isinstance(path, str) and len(times) < media.frames:
        message = f"{media.name}: {media.frames - len(times)} of {media.frames} pictures did not come over the link"
        raise StorageUnavailable(message, todo="look after the object server, and try again")
    frames = _frames(folder / commands.MEZZANINE)
    key = conform_key(media, rate, ffmpeg.build)  # of the file as probed: what decoding adds changes no name
    media = _with_losses(media, times)
    _check(folder, media, rate, times, frames)
    offset = rounded((times[0] * media.time_base - media.start) * SAMPLE_RATE)
    run(ffmpeg, commands.sounding(media, rate, frames, offset, numbers), what=what, folder=folder)
    silent = _peaks(folder, commands.channels(media), sample_at(frames, rate), numbers)
    _write(folder / LAYOUT, _layout(media, rate, frames, numbers))
    shown = commands.shown_pictures(times, media.time_base, rate, frames)
    _write(folder / FRAMES, {"time_base": as_json(media.time_base), "source": [times[index] for index in shown]})
    for scratch in (commands.SHOWN, commands.SILENT_PROXY, commands.RAW_SOUND):
        (folder / scratch).unlink(missing_ok=True)
    rush = Rush(media.name, media.digest, key, rate, frames, commands.even_size(media), silent, media)
    _write(folder / RUSH, as_json(rush))
    return rush


def common_rate(medias: Sequence[Media]) -> Fraction | None:
    """The rate that most rushes have, made a standard one when within 0.1 % of it; None when there is no rush.

    Of two as common the higher: fewer pictures are thrown away. A variable rate counts only when there is no other, as
    the standard one nearest to its mean; above 60 a second (slow motion) it is halved until it is not. Below 24 (a
    screen, a surveillance camera) it is the lowest standard one that shows each picture equally long, else 25.
    """
    films = [media for media in medias if media.kind == "video" and media.rate is not None]
    rates = [_calm(standard_rate(media.rate)) for media in films if media.rate and not media.variable]
    if not rates:
        means = [media.rate for media in films if media.rate]
        rates = [min(STANDARD_RATES, key=lambda standard, mean=mean: abs(standard - mean)) for mean in means]
    counts = Counter(rates)
    return max(counts, key=lambda rate: (counts[rate], rate), default=None)


def _calm(rate: Fraction) -> Fraction:
    while rate > max(STANDARD_RATES):
        rate /= 2
    rate = standard_rate(rate)
    if rate < min(STANDARD_RATES):
        whole = [standard for standard in STANDARD_RATES if (standard / rate).denominator == 1]
        return min(whole, default=Fraction(25))
    return rate


def _undecodable(name: str) -> UnreadableMedia:
    todo = "play it to see whether it is whole; copy it again, or export it as MP4 (H.264)"
    return UnreadableMedia(name, "no picture of it can be decoded", todo=todo)


def _times(folder: Path) -> tuple[int, ...]:
    """When each decoded picture is to be shown, in ticks of the source, in order."""
    shown = folder / commands.SHOWN
    if not shown.exists():
        return ()
    with shown.open(encoding="ascii") as lines:
        return tuple(int(line.split("pts:")[1].split()[0]) for line in lines if line.startswith("frame:"))


def _frames(picture: Path) -> int:
    with av.open(str(picture)) as container:
        return sum(packet.size > 0 for packet in container.demux(container.streams.video[0]))


def _with_losses(media: Media, times: Sequence[int]) -> Media:
    lost = media.frames - len(times)
    if lost <= media.frames * LOST or "frames-lost" in media.remarks:
        return media
    return replace(media, remarks=(*media.remarks, "frames-lost"))


def _check(folder: Path, media: Media, rate: Fraction, times: Sequence[int], frames: int) -> None:
    """Refuses what does not show every picture up to the last that was decoded, and ends with it.

    Raises:
        WrongPicture: too few or too many frames, or a proxy of another length.
    """
    gaps = [after - before for before, after in pairwise(times)]
    usual = max(Counter(gaps).most_common(1)[0][0] if gaps else 1, 1) * media.time_base
    least = commands.first_frames(times, media.time_base, rate)[-1] + (usual * rate >= 1 and not media.variable)
    # the last picture may last as long as the file says, or, when the end is lost, as any other
    ends = (times[-1] - times[0]) * media.time_base + max(usual, max(gaps, default=0) * media.time_base)
    if len(times) >= media.frames:
        ends = max(ends, media.duration)
    most = ceil(ends * rate) + 1
    beside = _frames(folder / commands.SILENT_PROXY)
    if not least <= frames <= most or beside != frames:
        found = f"{frames}, and {beside} in the proxy"
        message = f"{media.name}: wanted {least} to {most} frames of {len(times)} pictures at {rate}, found {found}"
        raise WrongPicture(message)


def _peaks(folder: Path, channels: int, samples: int, numbers: Mezzanine) -> bool:
    """Writes the waveform: the loudest sample of each 1/100 s, 0 to 255. Gives True when there is no sound at all."""
    path = folder / commands.SOUND
    # samples stand at the end of a WAV or RF64 file; only its header has more than one form
    offset = path.stat().st_size - samples * channels * 2
    step = SAMPLE_RATE // numbers.peaks_rate
    peaks: list[int] = []
    silent = True
    with path.open("rb") as file:
        file.seek(offset)
        while data := file.read(CHUNK * step * channels * 2):
            loud = np.abs(np.frombuffer(data, "<i2").astype(np.int32)).reshape(-1, channels).max(axis=1)
            padded = np.pad(loud, (0, -len(loud) % step)).reshape(-1, step)
            peaks += (padded.max(axis=1) * 255 // 32768).tolist()
            silent = silent and not loud.any()
    _write(folder / PEAKS, {"rate": numbers.peaks_rate, "peaks": peaks})
    return silent


def _layout(media: Media, rate: Fraction, frames: int, numbers: Mezzanine) -> dict[str, int]:
    strip = commands.strip(media, rate, numbers)
    pictures = min(ceil(frames / strip.step), strip.columns * strip.rows)
    return {
        "columns": strip.columns,
        "rows": strip.rows,
        "pictures": pictures,
        "step": strip.step,
        "width": strip.tile.width,
        "height": strip.tile.height,
    }


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
