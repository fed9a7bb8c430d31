"""How near a film is to what was filmed: VMAF against the same edit without loss."""

import json
from pathlib import Path

from pipeline.media.ffmpeg import Ffmpeg, run

EVERY = 5
"""One frame in so many is judged."""

LOSSLESS = ("-preset", "ultrafast", "-qp", "0")


def vmaf(ffmpeg: Ffmpeg, film: Path, lossless: Path) -> float:
    """The mean VMAF (model v0.6.1, 0 to 100) of a film against a lossless one of as many frames.

    Raises:
        AssertionError: they have not the same frames.
    """
    log = film.with_suffix(".vmaf.json")
    judged = f"libvmaf=n_subsample={EVERY}:log_fmt=json:log_path={log}"
    graph = f"[0:v]settb=1/25,setpts=N[a];[1:v]settb=1/25,setpts=N[b];[a][b]{judged}"
    said = run(ffmpeg, ["-i", str(film), "-i", str(lossless), "-lavfi", graph, "-f", "null", "-"], what="judging")
    frames = counted(ffmpeg, film), counted(ffmpeg, lossless)
    assert frames[0] == frames[1], f"{film.name}: {frames[0]} frames, wanted {frames[1]}\n{said[-500:]}"
    return float(json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"])


def counted(ffmpeg: Ffmpeg, film: Path) -> int:
    """How many pictures a film holds."""
    counts: list[int] = [0]
    run(
        ffmpeg,
        ["-i", str(film), "-map", "0:v", "-c", "copy", "-f", "null", "-"],
        what="counting",
        progress=counts.append,
    )
    return counts[-1]
