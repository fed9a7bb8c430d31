"""Every format that motion designers send: its colours over known grounds in a real segment, its frames one by one."""

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.footage import Normal
from pipeline.media import overlays
from pipeline.media.ffmpeg import Ffmpeg
from pipeline.media.render import render
from pipeline.presets import Style
from pipeline.segments import Ground, Laid, Segment
from pipeline.spans import Span
from pipeline.values import Key
from tests.media.test_normal import (
    BACKGROUNDS,
    CYAN,
    FRAMES,
    HALF,
    ORANGE,
    OUT,
    SIZE,
    SOLID,
    TO_709,
    WANTED,
    drawing,
    encoded,
    marks,
    stored,
    stored_plain,
)

Made = Callable[[Path, Ffmpeg], Path]
FILM = replace(WANTED, frame=SIZE)
PALETTE = "split[a][b];[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse=alpha_threshold=60"


def film(name: str, *options: str) -> Made:
    return lambda folder, ffmpeg: encoded(folder, ffmpeg, name, *options)


def still(name: str, **options: object) -> Made:
    def made(folder: Path, ffmpeg: Ffmpeg) -> Path:
        picture = Image.fromarray(drawing(0))
        (picture.convert("RGB") if name.endswith("jpg") else picture).save(folder / name, **options)
        return folder / name

    return made


def pillow(name: str, **options: object) -> Made:
    def made(folder: Path, ffmpeg: Ffmpeg) -> Path:
        first, *rest = [Image.fromarray(drawing(frame)) for frame in range(FRAMES)]
        first.save(folder / name, save_all=True, append_images=rest, duration=40, **options)
        return folder / name

    return made


def numbered(folder: Path, ffmpeg: Ffmpeg) -> Path:
    (folder / "frames").mkdir()
    for frame in range(FRAMES):
        Image.fromarray(drawing(frame)).save(folder / "frames" / f"a_{frame:04d}.png")
    return folder / "frames"


def zipped(folder: Path, ffmpeg: Ffmpeg) -> Path:
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for path in sorted(numbered(folder, ffmpeg).iterdir()):
            archive.write(path, path.name)
    return folder / "a.zip"


def lottie() -> dict:
    """The drawing as a Lottie: its mark jumps from frame to frame."""

    def square(x: float, y: float, width: int, height: int, colour: tuple[int, int, int], opacity: float) -> dict:
        parts = [
            {"ty": "rc", "p": {"a": 0, "k": [x + width / 2, y + height / 2]}, "s": {"a": 0, "k": [width, height]},
             "r": {"a": 0, "k": 0}},
            {"ty": "fl", "c": {"a": 0, "k": [part / 255 for part in colour] + [1]}, "o": {"a": 0, "k": opacity}},
            {"ty": "tr", **still_at(0)},
        ]  # fmt: skip
        return {"ty": "gr", "it": parts}

    def still_at(x: int) -> dict:
        zero = {"a": 0, "k": [0, 0]}
        return {"p": {"a": 0, "k": [x, 0]}, "a": zero, "s": {"a": 0, "k": [100, 100]}, "r": {"a": 0, "k": 0},
                "o": {"a": 0, "k": 100}}  # fmt: skip

    def layer(shapes: list[dict], **moved: object) -> dict:
        return {"ty": 4, "ip": 0, "op": FRAMES, "st": 0, "ks": {**still_at(0), **moved}, "shapes": shapes}

    steps = [{"t": frame, "s": [4 * frame, 0], "h": 1} for frame in range(FRAMES)]
    mark = layer([square(60, 112, 12, 20, CYAN, 100)], p={"a": 1, "k": steps})
    squares = layer([square(60, 40, 60, 60, ORANGE, 100), square(140, 40, 60, 60, ORANGE, 12800 / 255)])
    return {"v": "5.7.0", "fr": 25, "ip": 0, "op": FRAMES, "w": SIZE.width, "h": SIZE.height, "assets": [],
            "layers": [mark, squares]}  # fmt: skip


def lottie_file(folder: Path, ffmpeg: Ffmpeg) -> Path:
    (folder / "a.json").write_text(json.dumps(lottie()))
    return folder / "a.json"


def dot_lottie(folder: Path, ffmpeg: Ffmpeg) -> Path:
    with zipfile.ZipFile(folder / "a.lottie", "w") as archive:
        archive.writestr("manifest.json", json.dumps({"animations": [{"id": "one"}]}))
        archive.writestr("animations/one.json", json.dumps(lottie()))
    return folder / "a.lottie"


def svg(inside: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE.width} {SIZE.height}">'
        f'<rect x="60" y="40" width="60" height="60" fill="rgb{ORANGE}"/>'
        f'<rect x="140" y="40" width="60" height="60" fill="rgb{ORANGE}" fill-opacity="{128 / 255}"/>'
        f'<rect x="60" y="112" width="12" height="20" fill="rgb{CYAN}">{inside}</rect></svg>'
    )


def still_svg(folder: Path, ffmpeg: Ffmpeg) -> Path:
    (folder / "a.svg").write_text(svg(""))
    return folder / "a.svg"


def moving_svg(folder: Path, ffmpeg: Ffmpeg) -> Path:
    values = ";".join(str(60 + 4 * frame) for frame in range(FRAMES))
    moved = f'<animate attributeName="x" calcMode="discrete" values="{values}" dur="{FRAMES * 40}ms" fill="freeze"/>'
    (folder / "a.svg").write_text(svg(moved))
    return folder / "a.svg"


H265 = ("-c:v", "libx265", "-pix_fmt", "yuva420p", "-tag:v", "hvc1", "-x265-params", "lossless=1:log-level=none")
VP8 = ("-c:v", "libvpx", "-pix_fmt", "yuva420p", "-b:v", "8M", "-crf", "4", "-auto-alt-ref", "0")
MOVING: dict[str, Made] = {
    "prores 4444": film("a.mov", *TO_709, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"),
    "quicktime animation": film("a.mov", "-c:v", "qtrle"),
    "png in quicktime": film("a.mov", "-c:v", "png"),
    "png sequence": numbered,
    "zip of pngs": zipped,
    "apng": film("a.png", "-f", "apng"),
    "apng of pillow": pillow("a.png"),
    "gif": film("a.gif", "-filter_complex", PALETTE),
    "animated webp": pillow("a.webp", lossless=True),
    "animated avif": pillow("a.avif", quality=100, subsampling="4:4:4"),
    "vp9": film("a.webm", *TO_709, "-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-lossless", "1"),
    "vp8": film("a.webm", *VP8),
    "hevc with alpha": film("a.mov", *TO_709, *H265),
    "h264": film("a.mp4", *TO_709, "-c:v", "libx264", "-crf", "1", "-pix_fmt", "yuv420p"),
    "lottie": lottie_file,
    "dotlottie": dot_lottie,
    "svg": moving_svg,
}
STILL: dict[str, Made] = {
    "png": still("a.png"),
    "jpeg": still("a.jpg", quality=100, subsampling=0),
    "webp": still("a.webp", lossless=True),
    "avif": still("a.avif", quality=100, subsampling="4:4:4"),
    "gif still": still("a.gif"),
    "svg still": still_svg,
}
OPAQUE = {"h264", "jpeg"}
ONE_BIT = {"gif", "gif still"}


ROUNDED = {"vp9": 3, "vp8": 3, "hevc with alpha": 3, "avif": 4, "animated avif": 4}
"""Levels that kinds may be off which rounded their colours to 8 bits of luma and chroma once before; others: 2."""


def wanted(kind: str, path: Path, place: tuple[int, int]) -> tuple[np.ndarray, float]:
    """Colour and opacity of the drawing at that place; of AVIF, which is not lossless, those that the file holds."""
    if "avif" in kind:  # libavif is the reference decoder
        *colour, alpha = np.asarray(Image.open(path).convert("RGBA"))[place].astype(float)
        return np.array(colour), alpha / 255
    half = 1.0 if kind in ONE_BIT else 128 / 255
    return np.array(ORANGE, float), {SOLID: 1.0, HALF: half, OUT: 0.0}[place]


def made(kind: str, tmp_path: Path, ffmpeg: Ffmpeg) -> tuple[Path, Normal]:
    path = (MOVING | STILL)[kind](tmp_path, ffmpeg)
    folder = tmp_path / "normal"
    folder.mkdir()
    return folder, overlays.normalised(path, overlays.probed(path), FILM, folder, ffmpeg)


@pytest.mark.parametrize("kind", [*MOVING, *STILL])
def test_colours_over_three_grounds(kind: str, tmp_path: Path, ffmpeg: Ffmpeg, course: Style) -> None:
    folder, normal = made(kind, tmp_path, ffmpeg)
    path = next((path for path in tmp_path.iterdir() if path.stem == "a"), tmp_path)
    assert (normal.size, normal.still, normal.alpha) == (SIZE, kind in STILL, kind not in OPAQUE)
    key, picture = Key("1" * 64), str(folder / ("picture.png" if normal.still else "picture.mp4"))
    laid = Laid(key, Span(0, FRAMES), SIZE.box, normal.frames, 0, "hold")
    for background in BACKGROUNDS:
        segment = Segment(
            Ground(background), FRAMES, (laid,), WANTED.rate, SIZE, replace(course.encode, crf=4), ffmpeg.build
        )
        render(segment, {key: picture}, {key: normal}, tmp_path / "out.mp4", ffmpeg)
        shown = stored_plain(tmp_path / "out.mp4", ffmpeg)
        ground = np.array([int(background[at : at + 2], 16) for at in (1, 3, 5)])
        for place in (SOLID, HALF, OUT):
            if kind in OPAQUE and place != SOLID:
                continue
            colour, opacity = wanted(kind, path, place)
            true = np.rint(colour * opacity + ground * (1 - opacity))
            for frame in (shown[0], shown[-1]):
                off = np.abs(frame[place] - true).max()
                assert off <= ROUNDED.get(kind, 2), (background, place, frame[place], true)


@pytest.mark.parametrize("kind", [one for one in MOVING if one != "h264"])
def test_every_frame_is_where_it_should_be(kind: str, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    folder, normal = made(kind, tmp_path, ffmpeg)
    assert normal.frames == FRAMES
    assert marks(stored(folder, ffmpeg, normal), normal.box) == list(range(FRAMES))
    assert normal.guess == ""  # bright colours prove it straight
