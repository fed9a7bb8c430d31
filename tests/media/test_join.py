import hashlib
import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from pipeline.errors import WrongPicture
from pipeline.filmstrip import COLUMNS, cell_of, sheet_of
from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg, run
from pipeline.media.join import join, poster, stills, strip
from pipeline.media.render import render
from pipeline.media.sound import mixed
from pipeline.presets import Style
from pipeline.segments import Base, Ground, Segment, Source
from pipeline.spans import SAMPLE_RATE, Span, sample_at
from pipeline.timeline import Chapter, Clip, Filmed, Locked, Plain, SoundClip, Timeline
from pipeline.values import Key
from tests.media.pictures import counted, numbers, written
from tests.media.test_sound import speech
from tests.media.test_sound import written as written_sound

RATES = [Fraction(24_000, 1001), Fraction(25), Fraction(30_000, 1001), Fraction(50), Fraction(60_000, 1001)]
SIZE = Size(64, 36)
COLOURS = ("#e8a400", "#161616", "#fafaf9", "#336699")


class Desk:
    """Makes segments and sound to join; small pictures, any length."""

    def __init__(self, folder: Path, ffmpeg: Ffmpeg, style: Style) -> None:
        self.folder, self.ffmpeg, self.style = folder, ffmpeg, style
        self.paths: dict[Key, str] = {}

    def piece(self, frames: int, rate: Fraction, base: Base | None = None, **more: object) -> Path:
        base = base or Ground(COLOURS[frames % len(COLOURS)])
        encode = replace(self.style.encode, **more)  # type: ignore[arg-type]
        segment = Segment(base, frames, (), rate, SIZE, encode, "build")
        out = self.folder / f"{segment.key[:12]}.mp4"
        if not out.exists():
            render(segment, self.paths, {}, out, self.ffmpeg)
        return out

    def sound(self, frames: int, rate: Fraction) -> Path:
        out, samples = self.folder / "sound.m4a", sample_at(frames, rate)
        source = ["-f", "lavfi", "-i", f"anullsrc=r={SAMPLE_RATE}:cl=stereo,atrim=end_sample={samples}"]
        run(self.ffmpeg, [*source, "-c:a", "aac", str(out)], what="silence")
        return out

    def film(self, pictures: Sequence[Path], frames: Sequence[int], rate: Fraction, *chapters: Chapter) -> Path:
        out = self.folder / "film.mp4"
        join(pictures, frames, rate, self.sound(sum(frames), rate), out, chapters, "Une leçon", "fr-CA")
        return out


@pytest.fixture
def desk(tmp_path: Path, ffmpeg: Ffmpeg, course: Style) -> Desk:
    return Desk(tmp_path, ffmpeg, course)


@pytest.mark.parametrize("rate", RATES)
def test_every_frame_of_minutes_stands_at_its_exact_time(desk: Desk, rate: Fraction) -> None:
    lengths = [137, 5, 61, 250] * 6
    film = desk.film([desk.piece(length, rate) for length in lengths], lengths, rate)
    with av.open(str(film)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.time_base is not None
        times = [packet.pts * video.time_base for packet in container.demux(video) if packet.pts is not None]
        assert times == [frame / rate for frame in range(sum(lengths))]
        assert video.average_rate == rate
        assert video.frames == sum(lengths)
        assert video.start_time == 0
        assert audio.time_base is not None
        assert audio.start_time == 0
        assert audio.duration is not None
        off = audio.duration * audio.time_base * SAMPLE_RATE - sum(lengths) / rate * SAMPLE_RATE
        assert abs(off) <= 1024


def sums(path: Path, ffmpeg: Ffmpeg) -> list[str]:
    """A checksum of each decoded picture."""
    out = path.with_suffix(".md5")
    run(ffmpeg, ["-i", str(path), "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", str(out)], what="sums")
    return [line.split(",")[-1].strip() for line in out.read_text().splitlines() if not line.startswith("#")]


def test_the_frames_of_the_film_are_those_of_its_pieces(desk: Desk) -> None:
    rate = Fraction(30_000, 1001)
    key = Key("film")
    desk.paths[key] = str(written(desk.folder / "rush.mp4", desk.ffmpeg, Size(128, 72), rate, 50, counted))
    spans = [Span(0, 20), Span(30, 31), Span(12, 47), Span(12, 47)]
    pictures = [
        desk.piece(span.frames, rate, Source(key, span, Size(128, 72), Locked(Size(128, 72).box))) for span in spans
    ]
    film = desk.film(pictures, [span.frames for span in spans], rate)
    assert sums(film, desk.ffmpeg) == [found for picture in pictures for found in sums(picture, desk.ffmpeg)]
    assert numbers(film) == [frame for span in spans for frame in range(span.start, span.stop)]


def test_a_film_is_one_picture_one_sound_and_its_chapters(desk: Desk) -> None:
    rate = Fraction(25)
    film = desk.film(
        [desk.piece(40, rate), desk.piece(35, rate)], [40, 35], rate, Chapter("Début", 0), Chapter("Fin", 40)
    )
    with av.open(str(film)) as container:
        [video], [audio] = container.streams.video, container.streams.audio
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        codec = video.codec_context
        assert (codec.color_primaries, codec.color_trc, codec.colorspace, codec.color_range) == (1, 1, 1, 1)
        assert (audio.metadata["language"], container.metadata["title"]) == ("fra", "Une leçon")
        found = [
            (one["metadata"]["title"], one["start"] * one["time_base"], one["end"] * one["time_base"])
            for one in container.chapters()
        ]
        assert found == [("Début", 0, Fraction(8, 5)), ("Fin", Fraction(8, 5), 3)]
        assert codec.has_b_frames is False
    content = film.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "a browser can begin at once"


def test_the_sound_of_a_film_is_that_which_was_mixed(desk: Desk) -> None:
    rate = Fraction(25)
    clip = SoundClip("voice", Key("v"), Span(0, SAMPLE_RATE), 0)
    timeline = Timeline(rate, SIZE, "fr", (Clip(Plain("#000000"), 75),), sounds=(clip,))
    sound, out = desk.folder / "sound.m4a", desk.folder / "film.mp4"
    sources = {Key("v"): written_sound(desk.folder / "v.wav", speech(1))}
    mixed(timeline, desk.style.loudness, sources, sound, desk.ffmpeg, 96_000)
    join([desk.piece(75, rate)], [75], rate, sound, out, (), "", "fr")
    found = []
    for path in (sound, out):
        with av.open(str(path)) as container:
            found.append(np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1))
    assert np.array_equal(*found)


def test_the_same_pieces_give_the_same_film(desk: Desk) -> None:
    rate = Fraction(25)
    digests = set()
    for _ in range(2):
        film = desk.film([desk.piece(9, rate)], [9], rate, Chapter("a", 0))
        digests.add(hashlib.sha256(film.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_sound_and_picture_lie_beside_one_another(desk: Desk) -> None:
    rate = Fraction(25)
    film = desk.film([desk.piece(250, rate)] * 4, [250] * 4, rate)
    with av.open(str(film)) as container:
        order = [
            (packet.stream.type, packet.dts * packet.time_base)
            for packet in container.demux(video=0, audio=0)
            if packet.dts is not None
        ]
    behind = [abs(float(one[1] - other[1])) for one, other in itertools.pairwise(order)]
    assert max(behind) < 1.1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("count", "wanted 11 frames, found 9"),
        ("profile", "parameter sets"),
        ("size", "parameter sets"),
        ("rate", "parameter sets"),
        ("sound", "found video h264, audio aac"),
        ("missing", "found none that can be read"),
        ("b-frames", "decoded at"),
    ],
)
def test_a_segment_that_does_not_fit_is_refused(desk: Desk, wrong: str, said: str) -> None:
    rate = Fraction(25)
    good = desk.piece(30, rate)
    bad, count = desk.folder / "bad.mp4", 9
    if wrong == "count":
        bad, count = desk.piece(9, rate), 11
    elif wrong == "profile":
        bad = desk.piece(9, rate, x264=desk.style.encode.x264 + ":cabac=0")
    elif wrong == "size":
        run(desk.ffmpeg, ["-i", str(desk.piece(9, rate)), "-vf", "scale=32:18", "-bf", "0", str(bad)], what="smaller")
    elif wrong == "rate":
        bad = desk.piece(9, Fraction(24))
    elif wrong == "sound":
        sound = ["-f", "lavfi", "-t", "1", "-i", "anullsrc"]
        run(desk.ffmpeg, ["-i", str(desk.piece(9, rate)), *sound, "-c:v", "copy", str(bad)], what="with sound")
    elif wrong == "b-frames":
        bad, good = b_frames(desk, 9, "bad"), b_frames(desk, 30, "good")
    with pytest.raises(WrongPicture, match=said):
        desk.film([good, bad], [30, count], rate)


def b_frames(desk: Desk, frames: int, name: str) -> Path:
    out = desk.folder / f"{name}.mp4"
    source = ["-f", "lavfi", "-i", f"testsrc=s=64x36:r=25:d={frames / 25}"]
    run(desk.ffmpeg, [*source, "-c:v", "libx264", "-x264-params", "bframes=2:b-adapt=0", str(out)], what="B-frames")
    return out


def test_stills_show_the_frames_they_are_named_for(desk: Desk) -> None:
    rate = Fraction(30_000, 1001)
    key = Key("film")
    desk.paths[key] = str(written(desk.folder / "rush.mp4", desk.ffmpeg, Size(128, 72), rate, 50, counted))
    base = Source(key, Span(0, 50), Size(128, 72), Locked(Size(128, 72).box))
    film = desk.film([desk.piece(50, rate, base, crf=4)], [50], rate)
    found = dict(stills(film, rate, [49, 0, 30, 28], width=32))
    assert list(found) == [0, 28, 30, 49]
    for frame, picture in found.items():
        image = Image.open(BytesIO(picture))
        assert image.size == (32, 18)
        grey = float(np.asarray(image.convert("L"), float).mean())
        assert grey == pytest.approx((counted(frame) - 16) * 255 / 219, abs=3)


def test_the_strip_has_each_picture_in_its_cell(desk: Desk) -> None:
    film, shades = Size(1080, 1920), [counted(index) for index in range(COLUMNS + 2)]
    pictures: list[bytes] = []
    for shade in shades:
        out = BytesIO()
        Image.new("RGB", (270, 480), (shade, shade, shade)).save(out, "JPEG", quality=95)
        pictures.append(out.getvalue())
    strip(pictures, desk.folder / "strip.jpg", film)
    with Image.open(desk.folder / "strip.jpg") as sheet:
        assert sheet.size == (sheet_of(len(shades), film).width, sheet_of(len(shades), film).height)
        for index, shade in enumerate(shades):
            cell = cell_of(index, film)
            middle = sheet.getpixel((cell.x + cell.width // 2, cell.y + cell.height // 2))
            assert middle == pytest.approx((shade, shade, shade), abs=3)


def test_the_poster_shows_the_first_thing_filmed(desk: Desk) -> None:
    rate = Fraction(25)
    film = desk.film([desk.piece(8, rate), desk.piece(6, rate)], [8, 6], rate)
    filmed = Filmed("a", Key("k"), Span(0, 6), SIZE, "wide", Locked(SIZE.box), 1000)
    timeline = Timeline(rate, SIZE, "fr", (Clip(Plain(COLOURS[0]), 8), Clip(filmed, 6)))
    for clips, colour in ((timeline.clips, COLOURS[2]), (timeline.clips[:1], COLOURS[0])):
        poster(film, desk.folder / "poster.jpg", replace(timeline, clips=clips))
        image = Image.open(desk.folder / "poster.jpg")
        assert image.size == (SIZE.width, SIZE.height)
        wanted = tuple(bytes.fromhex(colour[1:]))
        assert image.getpixel((20, 20)) == pytest.approx(wanted, abs=4)
