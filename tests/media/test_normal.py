"""Assets of every kind, normalised and laid over pictures by the very graph that renders drafts."""

import json
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.errors import UnreadableMedia
from pipeline.footage import Colour, Media, Normal
from pipeline.geometry import Box, Size
from pipeline.media import overlays
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.probe import probe
from pipeline.values import Key, as_json

SIZE = Size(320, 180)
FRAMES = 12
ORANGE, CYAN, GREEN, LILAC = (255, 64, 0), (0, 200, 255), (30, 130, 60), (180, 160, 210)
PATCHES = (
    (60, 40, 60, ORANGE, 255),
    (140, 40, 60, ORANGE, 128),
    (124, 104, 24, GREEN, 255),
    (152, 104, 24, GREEN, 128),
    (176, 104, 24, LILAC, 128),
)
"""Squares: left, top, side, colour, alpha."""

SOLID, HALF, OUT = (70, 90), (70, 170), (20, 300)
"""Rows and columns: orange at 100 %, orange at 50 % (128), nothing."""

WANTED = overlays.Wanted(Fraction(25), Size(1920, 1080))

BACKGROUNDS = ("#0000ff", "#ffffff", "#161616")


def drawing(frame: int) -> np.ndarray:
    """The patches, and a cyan mark that goes 4 px to the right each frame."""
    picture = np.zeros((SIZE.height, SIZE.width, 4), np.uint8)
    for x, y, side, colour, alpha in PATCHES:
        picture[y : y + side, x : x + side] = (*colour, alpha)
    picture[112:132, 60 + 4 * frame : 72 + 4 * frame] = (*CYAN, 255)
    return picture


def encoded(folder: Path, ffmpeg: Ffmpeg, name: str, *options: str, rate: str = "25") -> Path:
    raw = folder / "drawing.raw"
    raw.write_bytes(b"".join(drawing(frame).tobytes() for frame in range(FRAMES)))
    source = ["-f", "rawvideo", "-pix_fmt", "rgba", "-s", str(SIZE), "-r", rate, "-i", str(raw)]
    subprocess.run([ffmpeg.path, "-v", "error", "-y", *source, *options, str(folder / name)], check=True)
    return folder / name


TO_709 = ("-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-color_range", "tv")
KINDS = {
    "prores": ("mov", True, (*TO_709, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le")),
    "qtrle": ("mov", True, ("-c:v", "qtrle")),
    "png": ("mov", True, ("-c:v", "png")),
    "vp9": ("webm", True, (*TO_709, "-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-lossless", "1")),
    "vp8": ("webm", True, ("-c:v", "libvpx", "-pix_fmt", "yuva420p", "-b:v", "4M", "-crf", "4", "-auto-alt-ref", "0")),
}


def probed(codec: str, **changes: object) -> Media:
    # VP8 knows only BT.601; RGB codecs have no matrix
    matrix = 1 if codec in {"prores", "vp9"} else 2
    media = Media(
        codec, Key(codec * 8), "video", "mov", size=SIZE, upright=SIZE, rate=Fraction(25), frames=FRAMES,
        video_codec=codec, alpha=True, colour=Colour(matrix=matrix),
    )  # fmt: skip
    return replace(media, **changes)


def stored(folder: Path, ffmpeg: Ffmpeg, normal: Normal) -> np.ndarray:
    """The stored pictures: RGBA (frames, height, width, 4)."""
    if normal.still:
        return np.asarray(Image.open(folder / "picture.png").convert("RGBA"))[None]
    said = subprocess.run(
        [ffmpeg.path, "-v", "error", "-i", str(folder / "picture.mp4"), "-vf", "scale=in_color_matrix=bt709",
         "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    rows = normal.box.height * (2 if normal.alpha else 1)
    pictures = np.frombuffer(said, np.uint8).reshape(-1, rows, normal.box.width, 3)
    if not normal.alpha:
        return np.concatenate((pictures, np.full((*pictures.shape[:3], 1), 255, np.uint8)), axis=3)
    return np.concatenate((pictures[:, : normal.box.height], pictures[:, normal.box.height :, :, :1]), axis=3)


def marks(pictures: np.ndarray, box: Box) -> list[int]:
    """Which drawing each picture shows, read from where the cyan mark stands."""
    row = pictures[:, 122 - box.y].astype(int)
    row = (np.abs(row[..., :3] - CYAN).max(axis=-1) < 64) & (row[..., 3] > 128)
    return [round((int(np.flatnonzero(one)[0]) + box.x - 60) / 4) for one in row]


@pytest.fixture(params=KINDS)
def normal(request: pytest.FixtureRequest, tmp_path: Path, ffmpeg: Ffmpeg) -> tuple[Path, Normal, str]:
    kind, _, options = KINDS[request.param]
    path = encoded(tmp_path, ffmpeg, f"a.{kind}", *options)
    folder = tmp_path / "normal"
    folder.mkdir()
    return folder, overlays.normalised(path, probed(request.param), WANTED, folder, ffmpeg), request.param


def test_every_codec_keeps_alpha_place_and_frames(normal: tuple[Path, Normal, str], ffmpeg: Ffmpeg) -> None:
    folder, made, codec = normal
    pictures = stored(folder, ffmpeg, made)
    assert made == Normal(SIZE, made.box, FRAMES, alpha=True, still=False)
    assert json.loads((folder / "normal.json").read_text()) == as_json(made)
    assert sorted(path.name for path in folder.iterdir()) == ["normal.json", "picture.mp4"]
    # lossy codecs ring a little around edges, never far
    assert Box(60, 40, 140, 92).within(made.box)
    assert made.box.width <= 140 + 32
    assert made.box == made.box.even()
    assert marks(pictures, made.box) == list(range(FRAMES))
    slack = 6 if codec in {"vp8", "vp9"} else 2
    for picture in (pictures[0], pictures[-1]):
        for (row, column), wanted in ((SOLID, (*ORANGE, 255)), (HALF, (*ORANGE, 128))):
            found = picture[row - made.box.y, column - made.box.x]
            assert np.abs(found.astype(int) - wanted).max() <= slack


@pytest.mark.parametrize(
    ("rate", "wanted"),
    [
        (Fraction(25), list(range(12))),
        (Fraction(50), [0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 11]),
        (Fraction(30000, 1001), [0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11]),
        (Fraction(10), [0, 3, 5, 8, 10]),
    ],
)
def test_at_another_rate_the_nearest_frame_shows(
    rate: Fraction, wanted: list[int], tmp_path: Path, ffmpeg: Ffmpeg
) -> None:
    path = encoded(tmp_path, ffmpeg, "a.mov", "-c:v", "qtrle")
    folder = tmp_path / "normal"
    folder.mkdir()
    told: list[int] = []
    made = overlays.normalised(path, probed("qtrle"), replace(WANTED, rate=rate), folder, ffmpeg, told.append)
    assert made.frames == len(wanted)
    assert marks(stored(folder, ffmpeg, made), made.box) == wanted
    assert told
    assert told[-1] == made.frames


def test_colour_goes_on_past_the_edge_of_what_is_seen(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = encoded(tmp_path, ffmpeg, "a.mov", "-c:v", "qtrle")
    folder = tmp_path / "normal"
    folder.mkdir()
    made = overlays.normalised(path, probed("qtrle"), WANTED, folder, ffmpeg)
    first = stored(folder, ffmpeg, made)[0]
    beside = first[70 - made.box.y, 122 - made.box.x]  # two pixels right of the solid square
    assert beside[3] <= 1
    assert np.abs(beside[:3].astype(int) - ORANGE).max() <= 12


def test_scaling_does_not_mix_edges_with_what_lies_hidden(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = encoded(tmp_path, ffmpeg, "a.mov", "-c:v", "qtrle")  # black lies hidden around the squares
    folder = tmp_path / "normal"
    folder.mkdir()
    media = probed("qtrle", upright=Size(214, 180))
    made = overlays.normalised(path, media, WANTED, folder, ffmpeg)
    first = stored(folder, ffmpeg, made)[0]
    rows, columns = slice(42 - made.box.y, 98 - made.box.y), slice(0, 86 - made.box.x)
    square = first[rows, columns]
    edge = square[(square[..., 3] > 30) & (square[..., 3] < 225)]
    assert len(edge) > 20
    assert np.abs(edge[:, :3].astype(int) - ORANGE).max() <= 12


def test_untagged_high_definition_is_taken_for_bt709(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = tmp_path / "untagged.mp4"
    source = ["-f", "lavfi", "-i", "color=0xff4000:s=1280x720:d=0.08:r=25,format=gbrp"]
    matrix = ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "libx264", "-crf", "4"]
    bare = ["-bsf:v", "h264_metadata=colour_primaries=2:transfer_characteristics=2:matrix_coefficients=2", str(path)]
    subprocess.run([ffmpeg.path, "-v", "error", *source, *matrix, *bare], check=True)
    media = probe(path)
    assert media.colour.matrix == 2
    (tmp_path / "normal").mkdir()
    made = overlays.normalised(path, media, WANTED, tmp_path / "normal", ffmpeg)
    assert np.abs(stored(tmp_path / "normal", ffmpeg, made)[0][300, 300, :3].astype(int) - ORANGE).max() <= 2


def test_video_without_alpha_is_stored_plain(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = encoded(tmp_path, ffmpeg, "a.mp4", *TO_709, "-c:v", "libx264", "-crf", "1", "-pix_fmt", "yuv420p")
    folder = tmp_path / "normal"
    folder.mkdir()
    made = overlays.normalised(path, probed("h264", alpha=False, colour=Colour(matrix=1)), WANTED, folder, ffmpeg)
    assert made == Normal(SIZE, SIZE.box, FRAMES, alpha=False, still=False)
    pictures = stored(folder, ffmpeg, made)
    assert len(pictures) == FRAMES
    assert np.abs(pictures[0][SOLID][:3].astype(int) - ORANGE).max() <= 3


def test_pixels_are_made_square_and_the_picture_upright(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    wide = encoded(tmp_path, ffmpeg, "sar.mov", "-vf", "setsar=2", "-c:v", "qtrle")
    (tmp_path / "sar").mkdir()
    made = overlays.normalised(wide, probed("qtrle", upright=Size(640, 180)), WANTED, tmp_path / "sar", ffmpeg)
    assert made.size == Size(640, 180)
    assert Box(120, 40, 280, 92).within(made.box)
    assert made.box.within(Box(112, 40, 296, 92))  # widening rings a little
    plain = encoded(tmp_path, ffmpeg, "plain.mov", "-c:v", "qtrle")
    turned = tmp_path / "turned.mov"
    said = ["-v", "error", "-display_rotation", "90", "-i", str(plain), "-c", "copy", str(turned)]
    subprocess.run([ffmpeg.path, *said], check=True)
    (tmp_path / "up").mkdir()
    media = probed("qtrle", upright=Size(180, 320), rotation=90)
    made = overlays.normalised(turned, media, WANTED, tmp_path / "up", ffmpeg)
    assert (made.size, made.box) == (Size(180, 320), Box(40, 120, 92, 140))


def still(path: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> tuple[Normal, np.ndarray]:
    folder = tmp_path / f"{path.name}.normal"
    folder.mkdir()
    media = Media(path.name, Key("0" * 64), "still", path.suffix, frames=1)
    made = overlays.normalised(path, media, WANTED, folder, ffmpeg)
    return made, stored(folder, ffmpeg, made)[0]


@pytest.mark.parametrize("kind", ["png", "webp", "tiff"])
def test_still_with_alpha_keeps_only_what_is_seen(kind: str, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    path = tmp_path / f"a.{kind}"
    Image.fromarray(drawing(0)).save(path, **({"lossless": True} if kind == "webp" else {}))
    made, picture = still(path, tmp_path, ffmpeg)
    assert made == Normal(SIZE, Box(60, 40, 140, 92), 1, alpha=True, still=True)
    assert tuple(picture[30, 30]) == (*ORANGE, 255)
    assert tuple(picture[30, 110]) == (*ORANGE, 128)
    assert tuple(picture[30, 62]) == (*ORANGE, 0)  # beside the square: unseen, of its colour


def test_still_of_odd_size_and_photograph_turned(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    odd = np.zeros((7, 9, 4), np.uint8)
    odd[6, 8] = (255, 0, 0, 255)
    Image.fromarray(odd).save(tmp_path / "odd.png")
    made, picture = still(tmp_path / "odd.png", tmp_path, ffmpeg)
    assert (made.size, made.box) == (Size(9, 7), Box(8, 6, 2, 2))
    assert picture[..., 3].tolist() == [[255, 0], [0, 0]]
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    Image.new("RGB", (64, 32), "red").save(tmp_path / "a.jpg", exif=exif)
    made, _ = still(tmp_path / "a.jpg", tmp_path, ffmpeg)
    assert made == Normal(Size(32, 64), Size(32, 64).box, 1, alpha=False, still=True)


def test_deep_grey_and_very_large_stills(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    Image.fromarray(np.full((16, 16), 32896, np.uint16)).save(tmp_path / "deep.png")
    _, picture = still(tmp_path / "deep.png", tmp_path, ffmpeg)
    assert tuple(picture[0, 0]) == (128, 128, 128, 255)
    Image.new("L", (5000, 2000), 200).save(tmp_path / "large.png")
    made, _ = still(tmp_path / "large.png", tmp_path, ffmpeg)
    assert made.size == Size(3840, 1536)
    Image.new("1", (12000, 12000)).save(tmp_path / "huge.png")
    with pytest.raises(UnreadableMedia, match="too large"):
        still(tmp_path / "huge.png", tmp_path, ffmpeg)


def test_what_cannot_be_used_is_said(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(tmp_path / "clear.png")
    with pytest.raises(UnreadableMedia, match="no pixel of it is ever visible") as found:
        still(tmp_path / "clear.png", tmp_path, ffmpeg)
    assert found.value.todo
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n\x1a\nand no more")
    with pytest.raises(UnreadableMedia, match="cannot be decoded"):
        still(tmp_path / "torn.png", tmp_path, ffmpeg)
    (tmp_path / "torn.mov").write_bytes(b"nothing of a film")
    (tmp_path / "normal").mkdir()
    with pytest.raises(UnreadableMedia, match=r"torn|prores"):
        overlays.normalised(tmp_path / "torn.mov", probed("prores"), WANTED, tmp_path / "normal", ffmpeg)
    assert not (tmp_path / "normal" / "normal.json").exists()


def test_transparent_film_is_said(tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    clear = ["-f", "lavfi", "-i", "color=black@0:s=64x64:d=0.2:r=25,format=rgba", "-c:v", "qtrle"]
    subprocess.run([ffmpeg.path, "-v", "error", *clear, str(tmp_path / "clear.mov")], check=True)
    (tmp_path / "normal").mkdir()
    media = probed("qtrle", size=Size(64, 64), upright=Size(64, 64), frames=5)
    with pytest.raises(UnreadableMedia, match="no pixel of it is ever visible"):
        overlays.normalised(tmp_path / "clear.mov", media, WANTED, tmp_path / "normal", ffmpeg)


def test_keys() -> None:
    media, picture = probed("prores"), replace(probed("png"), kind="still")
    one = overlays.normal_key(media, WANTED, "build")
    assert one == overlays.normal_key(replace(media, name="other.mov"), WANTED, "build")
    assert one != overlays.normal_key(media, replace(WANTED, rate=Fraction(30)), "build")
    assert one != overlays.normal_key(media, WANTED, "another")
    assert one != overlays.normal_key(replace(media, digest=Key("f" * 64)), WANTED, "build")
    assert overlays.normal_key(picture, WANTED, "a") == overlays.normal_key(
        picture, replace(WANTED, rate=Fraction(30)), "b"
    )


@pytest.mark.footage
def test_real_web_animation_with_alpha(footage: Path, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    clip = footage / "motion" / "dancer1.webm"
    media = replace(probe(clip), frames=24)  # of a minute
    assert media.alpha
    (tmp_path / "normal").mkdir()
    made = overlays.normalised(clip, media, WANTED, tmp_path / "normal", ffmpeg)
    pictures = stored(tmp_path / "normal", ffmpeg, made)
    assert len(pictures) == made.frames == 20
    assert (pictures[0][..., 3] < 8).mean() > 0.3  # her ground is not there
    assert (pictures[0][..., 3] > 250).mean() > 0.05  # she is
