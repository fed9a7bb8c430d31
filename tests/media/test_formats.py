"""Every format that motion designers send: its colours over known grounds in a real segment, its frames one by one."""

import json
import subprocess
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
    GREEN,
    OUT,
    PATCHES,
    SIZE,
    TO_709,
    WANTED,
    drawing,
    encoded,
    marks,
    stored,
)

Made = Callable[[Path, Ffmpeg], Path]
FILM = replace(WANTED, frame=SIZE)
PALETTE = "split[a][b];[a]palettegen=reserve_transparent=1[p];[b][p]paletteuse=alpha_threshold=60"
GROUND = (60, 70, 90)
"""What lies behind the drawing in files without alpha."""

KR_KB = {"bt709": (0.2126, 0.0722), "bt601": (0.299, 0.114)}
"""Shares of red and blue in luma (ITU-R BT.709-6 §3.2, BT.601-7 §2.5.1)."""


def film(name: str, *options: str) -> Made:
    return lambda folder, ffmpeg: encoded(folder, ffmpeg, name, *options)


def flat(frame: int) -> np.ndarray:
    """The drawing over its ground: RGB."""
    picture = drawing(frame)
    alpha = picture[..., 3:] / 255
    return np.rint(picture[..., :3] * alpha + np.array(GROUND) * (1 - alpha)).astype(np.uint8)


def in_planes(picture: np.ndarray, matrix: str) -> bytes:
    """An RGB or RGBA picture in studio range, 4:2:0, 8 bits, rounded once; its alpha as it is."""
    kr, kb = KR_KB[matrix]
    colour = picture[..., :3] / 255.0
    luma = colour @ np.array((kr, 1 - kr - kb, kb))
    chroma = [(colour[..., part] - luma) / (2 * (1 - k)) for part, k in ((2, kb), (0, kr))]
    halved = [one.reshape(SIZE.height // 2, 2, SIZE.width // 2, 2).mean(axis=(1, 3)) for one in chroma]
    planes = [16 + 219 * luma, *(128 + 224 * one for one in halved), *picture[..., 3:].transpose(2, 0, 1)]
    return b"".join(np.rint(plane).astype(np.uint8).tobytes() for plane in planes)


def in_colours(raw: bytes, pixels: str, matrix: str) -> np.ndarray:
    """RGBA (frames, height, width, 4), 0 to 255 but not rounded, of studio-range planes as decoders give them."""
    deep, alpha = pixels.endswith("12le"), pixels.startswith("yuva")
    sub = 1 if "444" in pixels else 2
    full, small = SIZE.box.area, SIZE.box.area // sub**2
    codes = np.frombuffer(raw, "<u2" if deep else "u1").reshape(-1, full + 2 * small + full * alpha).astype(float)
    luma = (codes[:, :full] / (16 if deep else 1) - 16) / 219
    halves = codes[:, full : full + 2 * small].reshape(-1, 2, SIZE.height // sub, SIZE.width // sub)
    blue, red = np.moveaxis((halves / (16 if deep else 1) - 128) / 224, 1, 0).repeat(sub, axis=2).repeat(sub, axis=3)
    luma = luma.reshape(-1, SIZE.height, SIZE.width)
    kr, kb = KR_KB[matrix]
    red, blue = luma + 2 * (1 - kr) * red, luma + 2 * (1 - kb) * blue
    colour = np.stack((red, (luma - kr * red - kb * blue) / (1 - kr - kb), blue), axis=-1)
    opacity = codes[:, full + 2 * small :] / (4095 if deep else 255) if alpha else np.ones((len(codes), full))
    return np.clip(np.concatenate((colour, opacity.reshape(*luma.shape, 1)), axis=-1), 0, 1) * 255


def planes(name: str, matrix: str, *options: str) -> Made:
    """An encoder given planes that nobody rounded before; files without alpha show the drawing over its ground."""

    def made(folder: Path, ffmpeg: Ffmpeg) -> Path:
        pixels = options[options.index("-pix_fmt") + 1]
        show = drawing if pixels.startswith("yuva") else flat
        (folder / "planes.raw").write_bytes(b"".join(in_planes(show(frame), matrix) for frame in range(FRAMES)))
        source = ["-f", "rawvideo", "-pix_fmt", pixels, "-s", str(SIZE), "-r", "25", "-i", str(folder / "planes.raw")]
        subprocess.run([ffmpeg.path, "-v", "error", "-y", *source, *options, str(folder / name)], check=True)
        return folder / name

    return made


def still(name: str, **options: object) -> Made:
    def made(folder: Path, ffmpeg: Ffmpeg) -> Path:
        Image.fromarray(flat(0) if name.endswith("jpg") else drawing(0)).save(folder / name, **options)
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


def deep_numbered(folder: Path, ffmpeg: Ffmpeg) -> Path:
    (folder / "frames").mkdir()
    encoded(folder, ffmpeg, "frames/a_%04d.png", "-pix_fmt", "rgba64be")
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
    squares = layer([square(x, y, side, side, colour, alpha / 2.55) for x, y, side, colour, alpha in PATCHES])
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
        + "".join(
            f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="rgb{colour}" fill-opacity="{alpha / 255}"/>'
            for x, y, side, colour, alpha in PATCHES
        )
        + f'<rect x="60" y="112" width="12" height="20" fill="rgb{CYAN}">{inside}</rect></svg>'
    )


def still_svg(folder: Path, ffmpeg: Ffmpeg) -> Path:
    (folder / "a.svg").write_text(svg(""))
    return folder / "a.svg"


def moving_svg(folder: Path, ffmpeg: Ffmpeg) -> Path:
    values = ";".join(str(60 + 4 * frame) for frame in range(FRAMES))
    moved = f'<animate attributeName="x" calcMode="discrete" values="{values}" dur="{FRAMES * 40}ms" fill="freeze"/>'
    (folder / "a.svg").write_text(svg(moved))
    return folder / "a.svg"


TAGGED = ("-vf", "setparams=colorspace=bt709:range=tv")
H265 = ("-c:v", "libx265", "-pix_fmt", "yuva420p", "-tag:v", "hvc1", "-x265-params", "lossless=1:log-level=none")
VP8 = ("-c:v", "libvpx", "-pix_fmt", "yuva420p", "-b:v", "8M", "-crf", "4", "-auto-alt-ref", "0")
MOVING: dict[str, Made] = {
    "prores 4444": film("a.mov", *TO_709, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"),
    "quicktime animation": film("a.mov", "-c:v", "qtrle"),
    "png in quicktime": film("a.mov", "-c:v", "png"),
    "png of 16 bits in quicktime": film("a.mov", "-c:v", "png", "-pix_fmt", "rgba64be"),
    "png sequence": numbered,
    "sequence of pngs of 16 bits": deep_numbered,
    "zip of pngs": zipped,
    "apng": film("a.png", "-f", "apng"),
    "apng of pillow": pillow("a.png"),
    "gif": film("a.gif", "-filter_complex", PALETTE),
    "animated webp": pillow("a.webp", lossless=True),
    "animated avif": pillow("a.avif", quality=100, subsampling="4:4:4"),
    "vp9": planes("a.webm", "bt709", *TAGGED, "-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-lossless", "1"),
    "vp8": planes("a.webm", "bt601", *VP8),
    "hevc with alpha": planes("a.mov", "bt709", *TAGGED, *H265),
    "h264": planes("a.mp4", "bt709", *TAGGED, "-c:v", "libx264", "-crf", "0", "-pix_fmt", "yuv420p"),
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
BY_PILLOW = ("avif", "animated avif", "jpeg")
ONE_BIT = {"gif", "gif still"}
HELD = {
    "prores 4444": ("", "yuva444p12le", "bt709"),
    "vp9": ("libvpx-vp9", "yuva420p", "bt709"),
    "vp8": ("libvpx", "yuva420p", "bt601"),
    "hevc with alpha": ("", "yuva420p", "bt709"),
    "h264": ("", "yuv420p", "bt709"),
}
"""Kinds that hold planes: their reference decoder (ffmpeg's own, if none is named), its pixels, the matrix."""

PLACES = {(y + side // 2, x + side // 2): (colour, alpha) for x, y, side, colour, alpha in PATCHES} | {OUT: ((), 0)}
"""Where colours are read, and what was drawn there."""

MOST = 2
"""Levels that a colour may be off."""


def truth(kind: str, path: Path, ffmpeg: Ffmpeg) -> np.ndarray:
    """What the file holds, RGBA (frames, height, width, 4): computed from its planes where it has any.

    Of AVIF and JPEG what libavif and libjpeg give, their reference decoders; all others hold what was drawn.
    """
    if kind in HELD:
        decoder, pixels, matrix = HELD[kind]
        chosen = ["-c:v", decoder] if decoder else []
        said = subprocess.run(
            [ffmpeg.path, "-v", "error", *chosen, "-i", str(path), "-f", "rawvideo", "-pix_fmt", pixels, "-"],
            check=True, capture_output=True,
        ).stdout  # fmt: skip
        return in_colours(said, pixels, matrix)
    if kind in BY_PILLOW:
        return np.asarray(Image.open(path).convert("RGBA"), float)[None]
    pictures = np.stack([drawing(frame) for frame in range(FRAMES)]).astype(float)
    pictures[..., 3] = np.where(pictures[..., 3] > 0, 255, 0) if kind in ONE_BIT else pictures[..., 3]
    return pictures


def made(kind: str, tmp_path: Path, ffmpeg: Ffmpeg) -> tuple[Path, Path, Normal]:
    """The file, the folder of what is made of it, and what that is."""
    path = (MOVING | STILL)[kind](tmp_path, ffmpeg)
    folder = tmp_path / "normal"
    folder.mkdir()
    return path, folder, overlays.normalised(path, overlays.probed(path), FILM, folder, ffmpeg)


def shown(normal: Normal, folder: Path, background: str, ffmpeg: Ffmpeg, style: Style) -> np.ndarray:
    """The frames of a segment that shows it over a plain ground: RGBA, computed from their planes."""
    key, picture = Key("1" * 64), str(folder / ("picture.png" if normal.still else "picture.mp4"))
    laid = Laid(key, Span(0, FRAMES), SIZE.box, normal.frames, 0, "hold")
    encode = replace(style.encode, crf=4)
    segment = Segment(Ground(background), FRAMES, (laid,), WANTED.rate, SIZE, encode, ffmpeg.build)
    out = folder.parent / "out.mp4"
    render(segment, {key: picture}, {key: normal}, out, ffmpeg)
    said = subprocess.run(
        [ffmpeg.path, "-v", "error", "-i", str(out), "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"],
        check=True, capture_output=True,
    ).stdout  # fmt: skip
    return in_colours(said, "yuv420p", "bt709")


def over(picture: np.ndarray, background: str) -> np.ndarray:
    """An RGBA picture over a plain ground, not rounded: RGB."""
    ground = np.array([int(background[at : at + 2], 16) for at in (1, 3, 5)])
    opacity = picture[..., 3:] / 255
    return picture[..., :3] * opacity + ground * (1 - opacity)


@pytest.mark.parametrize("kind", [*MOVING, *STILL])
def test_colours_over_three_grounds(kind: str, tmp_path: Path, ffmpeg: Ffmpeg, course: Style) -> None:
    path, folder, normal = made(kind, tmp_path, ffmpeg)
    assert (normal.size, normal.still, normal.alpha) == (SIZE, kind in STILL, kind not in OPAQUE)
    held = truth(kind, path, ffmpeg)
    for background in BACKGROUNDS:
        film = shown(normal, folder, background, ffmpeg, course)
        assert len(film) == FRAMES
        assert marks(film, SIZE.box) == (list(range(FRAMES)) if kind in MOVING else [0] * FRAMES)
        for frame in (0, FRAMES - 1):
            wanted = over(held[min(frame, len(held) - 1)], background)
            for place in PLACES:
                off = np.abs(film[frame][place][:3] - wanted[place]).max()
                assert off <= MOST, (background, place, film[frame][place], wanted[place])


@pytest.mark.parametrize("kind", [*HELD, *BY_PILLOW])
def test_the_truth_is_what_was_drawn(kind: str, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    """Such files round a colour once; what drafts are held against must still be the colour that was drawn."""
    held = truth(kind, (MOVING | STILL)[kind](tmp_path, ffmpeg), ffmpeg)
    for place, (colour, alpha) in PLACES.items():
        drawn = flat(0)[place] if kind in OPAQUE else np.array((*colour, alpha) if alpha else (0, 0, 0, 0))
        assert np.abs(held[0][place][: len(drawn)] - drawn).max() <= MOST, (place, held[0][place], drawn)


@pytest.mark.parametrize("kind", ["h264", "jpeg"])
def test_a_plain_picture_without_alpha_is_right_everywhere(
    kind: str, tmp_path: Path, ffmpeg: Ffmpeg, course: Style, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = np.full((SIZE.height, SIZE.width, 3), GREEN, np.uint8)
    monkeypatch.setattr("tests.media.test_formats.flat", lambda _: plain)
    path, folder, normal = made(kind, tmp_path, ffmpeg)
    held = truth(kind, path, ffmpeg)
    for background in BACKGROUNDS:
        film = shown(normal, folder, background, ffmpeg, course)
        assert np.abs(film[..., :3] - held[..., :3]).max() <= MOST


@pytest.mark.parametrize("kind", MOVING)
def test_every_frame_is_where_it_should_be(kind: str, tmp_path: Path, ffmpeg: Ffmpeg) -> None:
    _, folder, normal = made(kind, tmp_path, ffmpeg)
    assert normal.frames == FRAMES
    assert marks(stored(folder, ffmpeg, normal), normal.box) == list(range(FRAMES))
    assert normal.guess == ""  # bright colours prove it straight
