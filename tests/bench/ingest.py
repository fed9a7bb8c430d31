"""One decode that gives everything, against a command for each thing that is given."""

from pathlib import Path

from pipeline.commands.conform import Mezzanine
from pipeline.media import conform, shelf
from pipeline.media.overlays import probed
from tests.bench.cold import Lesson
from tests.bench.drafting import ffmpeg
from tests.bench.figures import Figure
from tests.bench.spent import clocked, command

SECONDS = 10


def measures(lesson: Lesson) -> list[Figure]:
    """The row of ingest: the first ten seconds of the rush."""
    program = ffmpeg()
    part = lesson.place / "part.mp4"
    command([program.path, "-v", "error", "-y", "-i", str(lesson.rush), "-t", str(SECONDS), "-c", "copy", str(part)])
    media = probed(part)
    assert media.rate is not None
    folder = lesson.place / "conformed"
    folder.mkdir()
    with clocked() as one:
        conform.conform(part, media, media.rate, folder, program)
    apart = {
        name: command([program.path, "-v", "error", "-y", "-i", str(part), *arguments]).cpu
        for name, arguments in separate(lesson.place, shelf.mezzanine()).items()
    }
    said = f"{one.cpu:.1f} s / " + " + ".join(f"{name} {cpu:.1f}" for name, cpu in apart.items())
    return [Figure("ingest in one pass / separate passes", one.cpu / sum(apart.values()), 0.45, "", said)]


def separate(place: Path, numbers: Mezzanine) -> dict[str, list[str]]:
    """The arguments of each separate pass, after its input, as people write them."""
    h264 = f"-c:v libx264 -preset {numbers.preset} -bf 0 -g 25 -threads {numbers.threads} -pix_fmt yuv420p".split()
    jpeg = ["-c:v", "mjpeg", "-q:v", str(numbers.analysis_quality)]
    sampled = f"fps={numbers.analysis_rate},scale={numbers.analysis_width}:-2"
    tiled = f"fps=1,scale=-2:{numbers.strip_height},tile={numbers.strip_columns}x1"
    small = ["-vf", f"scale=-2:{numbers.proxy_lines}", *h264, "-crf", str(numbers.proxy_crf), "-c:a", "aac"]
    return {
        "mezzanine": ["-an", *h264, "-crf", str(numbers.crf), str(place / "mezzanine.mp4")],
        "proxy": [*small, str(place / "proxy.mp4")],
        "analysis": ["-an", "-vf", sampled, *jpeg, str(place / "analysis.mkv")],
        "filmstrip": ["-an", "-vf", tiled, "-frames:v", "1", *jpeg, str(place / "strip.jpg")],
        "sound": ["-vn", "-ar", "48000", str(place / "sound.wav")],
        "voice": ["-vn", "-ar", str(numbers.voice_rate), "-ac", "1", str(place / "voice.wav")],
    }
