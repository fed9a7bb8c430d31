"""Pictures made for tests: written by numpy, kept without loss, read back as planes."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from pipeline.footage import Normal
from pipeline.geometry import Box, Size
from pipeline.media.ffmpeg import Ffmpeg, run

TAGS = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"]


def written(
    path: Path, ffmpeg: Ffmpeg, size: Size, rate: Fraction, frames: int, luma: Callable[[int], np.ndarray | int]
) -> Path:
    """A mezzanine whose frame n has the luma that `luma(n)` gives, grey; a key frame a second, no loss."""
    raw = path.with_suffix(".raw")
    with raw.open("wb") as file:
        for frame in range(frames):
            picture = np.broadcast_to(np.asarray(luma(frame), np.uint8), (size.height, size.width))
            file.write(picture.tobytes() + bytes([128]) * (size.width * size.height // 2))
    source = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", str(size), "-framerate", str(rate), "-i", str(raw)]
    # untagged, ffmpeg would convert it to the tags, and be one level off
    tagged = ["-vf", "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"]
    encoded = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "0", "-bf", "0", "-g", str(int(rate)), *TAGS]
    run(
        ffmpeg,
        [*source, *tagged, *encoded, "-video_track_timescale", str(rate.numerator), str(path)],
        what="a test picture",
    )
    raw.unlink()
    return path


def counted(frame: int) -> int:
    """The luma of a frame that says its own number, up to 50."""
    return 20 + 4 * (frame % 50)


def numbers(path: Path) -> list[int]:
    """The frame numbers that `counted` wrote."""
    return [round((float(luma.mean()) - 20) / 4) for luma, _, _ in planes(path)]


def planes(path: Path) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Every frame as stored: luma and the two chroma planes."""
    out: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            whole = frame.to_ndarray(format="yuv420p")
            high, wide = frame.height, frame.width
            chroma = whole[high:].reshape(2, high // 2, wide // 2)
            out.append((whole[:high].astype(float), chroma[0].astype(float), chroma[1].astype(float)))
    return out


def colour(frame: tuple[np.ndarray, np.ndarray, np.ndarray], x: int, y: int) -> tuple[int, int, int]:
    """The RGB of a pixel, by BT.709 studio range (ITU-R BT.709-6 §3)."""
    luma = (frame[0][y, x] - 16) / 219
    blue, red = (frame[1][y // 2, x // 2] - 128) / 224, (frame[2][y // 2, x // 2] - 128) / 224
    r, b = luma + 1.5748 * red, luma + 1.8556 * blue
    g = (luma - 0.2126 * r - 0.0722 * b) / 0.7152
    return round(r * 255), round(g * 255), round(b * 255)


def near(found: tuple[int, int, int], wanted: tuple[int, int, int], by: int = 2) -> bool:
    """True when no component is more than `by` levels off."""
    return all(abs(one - other) <= by for one, other in zip(found, wanted, strict=True))


def still(folder: Path, size: Size, box: Box, rgba: tuple[int, int, int, int]) -> Normal:
    """A normalised still of one colour: `picture.png` in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGBA", (box.width, box.height), rgba).save(folder / "picture.png")
    return Normal(size, box, 1, alpha=True, still=True)


def moving(
    folder: Path, ffmpeg: Ffmpeg, box: Box, rate: Fraction, rgba: list[tuple[int, int, int, int]], *, alpha: bool = True
) -> Normal:
    """A normalised animation, frame n of colour `rgba[n]`: `picture.mp4`, with `alpha` colour above its alpha."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = folder / "picture.raw"
    with raw.open("wb") as file:
        for red, green, blue, opacity in rgba:
            part = bytes([red, green, blue]) * (box.width * box.height)
            file.write(part + (bytes([opacity] * 3) * (box.width * box.height) if alpha else b""))
    size = Size(box.width, box.height * (2 if alpha else 1))
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", str(size), "-framerate", str(rate), "-i", str(raw)]
    convert = ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"]
    encoded = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "11", "-bf", "0", "-g", str(int(rate)), *TAGS]
    run(ffmpeg, [*source, *convert, *encoded, str(folder / "picture.mp4")], what="a test animation")
    raw.unlink()
    return Normal(Size(box.right, box.bottom), box, len(rgba), alpha=alpha, still=False)
