"""What files are, and which are refused before anything opens them."""

import contextlib
import hashlib
import os
import socket
import struct
import tempfile
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from pipeline.errors import UnreadableMedia
from pipeline.footage import Colour, Media
from pipeline.geometry import Size
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.isobmff import Turn, turn
from pipeline.media.probe import described, probe
from pipeline.media.shelf import said_in
from pipeline.values import as_json, from_json
from tests.media.making import constant, counted, made, pattern, tone

NOBODY = 65534

TEXTS = {
    "list.m3u8": "#EXTM3U\n#EXTINF:10,\nhttp://localhost/a.ts\n",
    "film.mp4": "#EXTM3U\n#EXTINF:10,\n/etc/passwd\n",
    "spaced.mov": "\ufeff\n #EXTM3U\n",
    "cut.mkv": "ffconcat version 1.0\nfile /etc/passwd\n",
    "call.mp4": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n",
    "dash.mp4": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
    "old.avi": "[playlist]\nFile1=http://localhost/a.mp4\n",
}


@pytest.mark.parametrize("name", TEXTS)
def test_playlists_are_refused_whatever_their_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(TEXTS[name], "utf-8")
    with pytest.raises(UnreadableMedia, match="points to other files"):
        probe(path)


@pytest.mark.parametrize(
    "address", ["http://localhost/a.mp4", "rtsp://localhost/a", "concat:a.mp4|b.mp4", "file:/etc/passwd"]
)
def test_addresses_are_refused(address: str) -> None:
    with pytest.raises(UnreadableMedia, match="only reads files") as refused:
        probe(Path(address))
    assert "localhost" not in address or "localhost" in refused.value.name


def test_a_colon_in_the_name_of_a_file_is_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    constant(tmp_path / "plain.mp4", Fraction(25), 3)
    (tmp_path / "plain.mp4").rename(tmp_path / "concat:plain.mp4")
    assert probe(Path("concat:plain.mp4")).frames == 3


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "device.mp4").symlink_to("/dev/zero")
    (tmp_path / "loop.mp4").symlink_to("loop.mp4")
    (tmp_path / "text.mp4").write_text("Bonjour, ceci n'est pas un film.")
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 64)
    plug = socket.socket(socket.AF_UNIX)
    plug.bind(str(tmp_path / "socket.mp4"))
    plug.close()
    whys = {
        "pipe.mp4": "is a pipe",
        "empty.mp4": "is empty",
        "device.mp4": "is a device",
        "loop.mp4": "cannot be reached",
        "socket.mp4": "is a socket",
        "text.mp4": "holds text",
        "noise.mp4": "is not media",
        "missing.mp4": "is not there",
    }
    for name, why in whys.items():
        with pytest.raises(UnreadableMedia, match=why) as refused:
            probe(tmp_path / name)
        assert refused.value.todo
        assert refused.value.name == name
    with pytest.raises(UnreadableMedia, match="is a folder"):
        probe(tmp_path)


@contextlib.contextmanager
def as_anyone() -> Generator[None]:
    """Without the rights of root, who may read everything."""
    user = os.geteuid()
    os.seteuid(user or NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_no_permission_is_said() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        path = constant(Path(folder) / "rush.mp4", Fraction(25), 3)
        path.chmod(0)
        with as_anyone(), pytest.raises(UnreadableMedia, match="cannot be read"):
            probe(path)


def test_a_film_whole(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = made(
        ffmpeg,
        tmp_path / "rush.mp4",
        *pattern("640x480", "30000/1001", 2),
        *tone(2, 44100),
        *("-pix_fmt", "yuv420p", "-timecode", "10:11:12;13", "-movflags", "+faststart"),
    )
    media = probe(path)
    assert media.kind == "video"
    assert media.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert media.rate == Fraction(30000, 1001)
    assert media.frames == 60
    assert media.duration == 60 / media.rate
    assert (media.size, media.upright) == (Size(640, 480), Size(640, 480))
    assert media.timecode == "10:11:12;13"
    assert (media.sample_rate, media.channels, media.audio_codec) == (44100, 1, "aac")
    assert abs(media.samples - 2 * 44100) <= 1024
    assert media.seekable
    assert media.remarks == ()
    assert from_json(Media, as_json(media)) == media
    late = probe(made(ffmpeg, tmp_path / "late.mp4", "-i", str(path), "-c", "copy"))
    assert not late.seekable
    assert late.remarks == ("moov-at-end",)


@pytest.mark.parametrize(
    ("name", "arguments", "alpha"),
    [
        ("prores.mov", ("-pix_fmt", "yuva444p10le", "-c:v", "prores_ks", "-profile:v", "4444"), True),
        ("prores422.mov", ("-pix_fmt", "yuv422p10le", "-c:v", "prores_ks"), False),
        ("vp9.webm", ("-pix_fmt", "yuva420p", "-c:v", "libvpx-vp9", "-cpu-used", "8"), True),
        (
            "hevc.mov",
            ("-pix_fmt", "yuva420p", "-c:v", "libx265", "-x265-params", "log-level=error", "-tag:v", "hvc1"),
            True,
        ),
        ("hevc.mp4", ("-pix_fmt", "yuv420p", "-c:v", "libx265", "-x265-params", "log-level=error"), False),
        ("qtrle.mov", ("-pix_fmt", "argb", "-c:v", "qtrle"), True),
    ],
)
def test_alpha(name: str, arguments: tuple[str, ...], alpha: bool, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    media = probe(made(ffmpeg, tmp_path / name, *pattern("128x96", seconds=0.2), *arguments))
    assert media.alpha == alpha
    assert media.frames == 5


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tiff", "bmp", "gif"])
def test_stills(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"still %03d.{suffix}"
    Image.new("RGB", (60, 40), (10, 200, 30)).save(path)
    media = probe(path)
    assert (media.kind, media.size, media.frames, media.rate) == ("still", Size(60, 40), 1, None)
    assert media.alpha == (suffix == "gif")
    png = tmp_path / "alpha.png"
    Image.new("RGBA", (60, 40), (10, 200, 30, 128)).save(png)
    assert probe(png).alpha


@pytest.mark.parametrize(("orientation", "rotation"), [(1, 0), (3, 180), (6, 90), (8, 270)])
def test_a_photograph_held_upright(orientation: int, rotation: int, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (60, 40)).save(tmp_path / "photo.jpg", exif=exif)
    media = probe(tmp_path / "photo.jpg")
    assert media.rotation == rotation
    assert media.upright == (Size(40, 60) if rotation in {90, 270} else Size(60, 40))


def test_sound_alone_with_a_cover(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    cover = tmp_path / "cover.png"
    Image.new("RGB", (60, 40)).save(cover)
    cover_of = ("-i", str(cover), "-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
    for name in ("song.mp3", "song.m4a", "song.flac"):
        media = probe(made(ffmpeg, tmp_path / name, *tone(), *cover_of))
        assert media.kind == "sound"
        assert media.size is None
        assert abs(media.duration - 1) < Fraction(1, 10)
        assert "no-sound" not in media.remarks


def test_colour_and_depth(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    tags = "setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc:range=tv"
    coded = ("-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-x265-params", "log-level=error")
    media = probe(made(ffmpeg, tmp_path / "hlg.mp4", *pattern("128x96", seconds=0.2), "-vf", tags, *coded))
    assert media.colour == Colour(9, 18, 9, full_range=False, depth=10)
    assert "hdr" in media.remarks


@pytest.mark.parametrize(
    ("shape", "upright"),
    [("4/3", Size(427, 240)), ("2/3", Size(320, 360)), ("1/1", Size(320, 240)), ("100/1", Size(320, 240))],
)
def test_pixels_made_square(shape: str, upright: Size, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = made(ffmpeg, tmp_path / "rush.mp4", *pattern("320x240", seconds=0.2), "-vf", f"setsar={shape}")
    assert probe(path).upright == upright


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "50", "60000/1001", "15"])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm", "ts", "avi"])
def test_the_rate_is_exact(rate: str, suffix: str, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    coded = ("-c:v", "libvpx", "-cpu-used", "8") if suffix == "webm" else ("-c:v", "mpeg4")
    path = made(ffmpeg, tmp_path / f"rush.{suffix}", *pattern("64x48", rate, 1), *coded)
    media = probe(path)
    assert media.rate == Fraction(rate)
    assert not media.variable
    assert ("rate-unusual" in media.remarks) == (rate == "15")


def test_a_variable_rate_is_told(tmp_path: Path) -> None:
    times = [0, 33, 67, 100, 167, 200, 233, 267]
    media = probe(counted(tmp_path / "rush.mkv", times, Fraction(1, 1000)))
    assert media.variable
    assert media.rate == Fraction(7000, 267)
    assert media.remarks[:2] == ("no-sound", "variable-rate")


def quarter(degrees: int, *, mirrored: bool) -> bytes:
    """ISO/IEC 14496-12: (x, y) becomes (ax + cy, bx + dy), y downwards."""
    a, b = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    c, d = -b, a
    if mirrored:
        a, b = -a, -b
    return struct.pack("<9i", *(65536 * number for number in (a, b, 0, c, d, 0, 0, 0, 16384)))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_turns(degrees: int, mirrored: bool) -> None:
    assert turn(quarter(degrees, mirrored=mirrored)) == Turn(degrees, mirrored)


def test_a_file_cut_short_is_told_from_a_whole_one(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    whole = made(ffmpeg, tmp_path / "whole.mp4", *pattern(seconds=1))
    (tmp_path / "cut.mp4").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(UnreadableMedia, match="its header is broken"):
        probe(tmp_path / "cut.mp4")


def test_described_for_people(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = made(ffmpeg, tmp_path / "prise 1.mkv", *pattern("1280x720", "30000/1001", 1), *tone(), "-c:v", "mpeg4")
    media = probe(path)
    line = "prise 1.mkv\u00a0: vidéo, 1280x720, 29,97 i/s, 0:01.0, MPEG4, VORBIS, 48 kHz mono"
    assert described(media, said_in("fr")) == line
    assert described(probe(constant(tmp_path / "a.mp4", Fraction(10), 3)), said_in("en")) == (
        "a.mp4: video, 192x64, 10 fps, 0:00.3, H264; no sound; an unusual rate; a small picture: few framings are "
        "possible; its index stands at its end: slow to open over a network"
    )


def test_every_remark_has_words() -> None:
    english, french = (said_in(language).sentences for language in ("en", "fr"))
    codes = {code for code in english if code.startswith("probe.")}
    assert codes == {code for code in french if code.startswith("probe.")}
    assert len([code for code in codes if code.startswith("probe.remark.")]) == 22


def test_nothing_is_left_open(tmp_path: Path) -> None:
    path = constant(tmp_path / "rush.mp4", Fraction(25), 3)
    before = len(list(Path("/proc/self/fd").iterdir()))
    probe(path)
    (tmp_path / "noise.mp4").write_bytes(bytes(range(256)) * 64)
    with pytest.raises(UnreadableMedia):
        probe(tmp_path / "noise.mp4")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
