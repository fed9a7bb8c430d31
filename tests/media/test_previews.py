"""What people see of an asset: its colours over a checkerboard, where it is transparent the board."""

import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from pipeline.media import overlays, previews
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.previews import MOVING, SOUND, STILL
from tests.media.making import made, tone


def previewed(path: Path, folder: Path, ffmpeg: Ffmpeg) -> Path:
    out = folder / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    previews.previewed(path, overlays.probed(path), "", out, ffmpeg, lambda _: None)
    return out


def board(picture: np.ndarray) -> set[int]:
    """The greys of the two kinds of squares in a corner that nothing covers."""
    return {int(picture[4, 4].mean()), int(picture[4, 16].mean())}


def test_what_moves_is_a_film_over_the_board(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    half = "color=red@0:s=192x108:r=30000/1001:d=1,format=rgba,drawbox=x=96:w=96:h=108:color=blue@1:t=fill:replace=1"
    path = made(ffmpeg, tmp_path / "a.mov", "-f", "lavfi", "-i", half, "-frames:v", "30", "-c:v", "qtrle")
    out = previewed(path, tmp_path, ffmpeg)
    assert {one.name for one in out.iterdir()} == {MOVING, STILL}
    with av.open(str(out / MOVING)) as film:
        [stream] = film.streams
        assert (stream.codec_context.name, stream.average_rate) == ("h264", Fraction(30000, 1001))
        frames = [frame.to_ndarray(format="rgb24") for frame in film.decode(stream)]
    assert len(frames) == 30
    assert all(min(abs(grey - one) for one in previews.BOARD) <= 4 for grey in board(frames[10]))
    assert np.abs(frames[10][54, 150].astype(int) - (0, 0, 255)).max() < 12


def test_what_stands_is_a_picture_over_the_board(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    picture = Image.new("RGBA", (1600, 900), (0, 0, 0, 0))
    picture.paste((0, 160, 0, 255), (800, 0, 1600, 900))
    picture.save(tmp_path / "a.png")
    out = previewed(tmp_path / "a.png", tmp_path, ffmpeg)
    assert {one.name for one in out.iterdir()} == {STILL}
    seen = np.asarray(Image.open(out / STILL))
    assert seen.shape == (540, 960, 3)
    assert all(min(abs(grey - one) for one in previews.BOARD) <= 4 for grey in board(seen))
    assert np.abs(seen[200, 800].astype(int) - (0, 160, 0)).max() < 12


def test_what_sounds_is_heard(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    out = previewed(made(ffmpeg, tmp_path / "a.wav", *tone(2)), tmp_path, ffmpeg)
    assert {one.name for one in out.iterdir()} == {SOUND}
    with av.open(str(out / SOUND)) as heard:
        assert heard.streams.audio[0].codec_context.name == "aac"
        assert abs((heard.duration or 0) / 1e6 - 2) < 0.1
