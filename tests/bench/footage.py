"""Footage for the bench: what a camera would have recorded, made from the sample lesson, and the folders it lies in."""

import os
import shutil
import tempfile
from pathlib import Path

from pipeline.media.ffmpeg import Ffmpeg, run

ROOT = Path(__file__).parent.parent.parent
LESSON = ROOT / "scripts" / "collecte"
SAMPLE = LESSON / "rushes" / "P1C2_camera-A.mp4"
RUSH = "camera.mp4"

SPOKEN = ((20, 230), (375, 500), (985, 1205), (1205, 1365))
"""Frames of the sample's rush in which the lines of `SCRIPT` are said well: nothing is filmed for nothing here."""

CAMERA = (
    "-c:v libx264 -preset superfast -b:v 46M -maxrate 60M -bufsize 46M -g 50 -bf 2 -sc_threshold 0 -c:a aac -b:a 256k"
)
"""46 Mbit/s, IBBP, two seconds a group: 4K H.264 at 25 as cameras write it. The sample holds 1 Mbit/s, which costs
a quarter to decode."""

NOISE = "noise=c0s=4:c0f=t"
"""A sensor's noise, another in each picture."""

SCRIPT = (Path(__file__).parent / "lesson.md").read_text("utf-8")
"""What is said in it: the first lines of the sample's second take."""


def camera(ffmpeg: Ffmpeg, out: Path) -> None:
    """Writes the lines of `SCRIPT` as a camera records them: 4K, 25 a second, 28.6 s."""
    run(
        ffmpeg,
        [
            "-i",
            str(SAMPLE),
            *_spoken(NOISE),
            *CAMERA.split(),
            *["-pix_fmt", "yuv420p", "-movflags", "+faststart"],
            str(out),
        ],
        what="making a camera's rush",
    )


def _spoken(then: str) -> list[str]:
    """Options that keep what is spoken of the sample, its picture filtered."""
    picture = "+".join(f"between(n,{start},{stop - 1})" for start, stop in SPOKEN)
    sound = "+".join(f"between(t,{start / 25},{stop / 25 - 1e-6})" for start, stop in SPOKEN)
    graph = f"[0:v]select='{picture}',setpts=N/25/TB,{then}[v];[0:a]aselect='{sound}',asetpts=N/SR/TB[a]"
    return ["-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-r", "25"]


def lesson(folder: Path, rush: Path, script: str = SCRIPT) -> Path:
    """A video's folder with that rush and script, and the motion files of the sample."""
    (folder / "rushes").mkdir(parents=True)
    os.link(rush, folder / "rushes" / RUSH)
    shutil.copytree(LESSON / "motion", folder / "motion")
    (folder / "script.md").write_text(script, "utf-8")
    return folder


TIMES = 21
"""28.6 s so many times: ten minutes."""


def long(ffmpeg: Ffmpeg, out: Path, times: int) -> None:
    """Writes the spoken lines of the sample in 1080p, `times` over."""
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        once = Path(scratch) / "once.mp4"
        graph = _spoken("scale=1920:1080")
        h264 = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-g", "50", "-c:a", "aac", "-b:a", "256k"]
        run(ffmpeg, ["-i", str(SAMPLE), *graph, *h264, str(once)], what="making a rush")
        looped = ["-stream_loop", str(times - 1), "-i", str(once), "-c", "copy", "-movflags", "+faststart", str(out)]
        run(ffmpeg, looped, what="making a long rush")


def repeated(times: int) -> str:
    """The script, its one scene `times` over."""
    head, scene = SCRIPT.split("\n\n# ")
    return head + "".join(
        f"\n\n# {scene.replace('Bienvenue', f'Partie {number}').strip()}" for number in range(1, times + 1)
    )
