"""Films of drafts that only the catalogue knows."""

from pathlib import Path

from pipeline.media.ffmpeg import Ffmpeg
from pipeline.timeline import Timeline
from tests.media.making import made


def filmed(film: Path, timeline: Timeline, ffmpeg: Ffmpeg) -> Path:
    """A film as long and as large as a draft, made once."""
    rate, size = timeline.rate, timeline.size
    picture = f"testsrc2=s={size.width}x{size.height}:r={rate}:d={float(timeline.frames / rate) + 1}"
    if not film.exists():
        made(
            ffmpeg, film, "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=r=48000", "-pix_fmt", "yuv420p",
            "-frames:v", str(timeline.frames), "-bf", "0", "-g", "25", "-crf", "30", "-preset", "ultrafast",
            "-c:a", "aac", "-shortest", "-video_track_timescale", str(rate.numerator), "-movflags", "+faststart",
        )  # fmt: skip
    return film
