"""`python -m tests.sample FOLDER`: makes the rush and the motion files of the sample lesson again, in `FOLDER`.

The script is written by hand and stays as it is. Needs espeak-ng, npm, and the extra `sample` of the project. The same
versions on the same kind of machine give the same picture and sound; the bytes depend on the ffmpeg build.
"""

import sys
import tempfile
from pathlib import Path

from tests.sample import motion, performance, picture
from tests.sample.voice import Voice


def made(folder: Path) -> None:
    """Writes `rushes/` and `motion/` into the folder."""
    for name in ("rushes", "motion"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    motion.drawn(folder / "motion")
    with tempfile.TemporaryDirectory() as scratch:
        sound = performance.sound(Voice(Path(scratch)))
    picture.filmed(folder / "rushes" / "P1C2_camera-A.mp4", sound)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.sample FOLDER")
    made(Path(sys.argv[1]))
