"""A lesson of ten minutes in 1080p: what it takes whole, and what a draft takes when next to nothing changed."""

from pathlib import Path

from tests.bench import again, drafting, footage
from tests.bench.cold import Lesson, peak
from tests.bench.figures import Figure

SHOWN = "[montrer trois-questions sur pendant 5s] "
"""The cue that is taken out of one line: five seconds that change."""


def measures(lesson: Lesson) -> list[Figure]:
    """The rows of ten minutes."""
    folder = made(lesson.place)
    cold = drafting.drafted(folder)
    told = again.report(folder)
    phases = {phase: spent["cpu_s"] for phase, spent in told["timing"].items()}
    whole = phases["render"] + phases["sound"]
    rows = again.unchanged(folder, "ten minutes")
    seconds = told["frames"] / 25
    change(folder)
    start = drafting.started()
    changed = drafting.drafted(folder)
    now = again.report(folder)
    spent = {phase: spent["cpu_s"] for phase, spent in now["timing"].items()}
    redone = now["segments"]["rendered"]
    assert 1 <= redone <= 3, f"one cue is gone and {redone} segments were rendered"
    of = f"{redone} of {now['segments']['total']} segments in {spent['render']:.1f} s against {whole:.0f} s"
    command = f"{changed.cpu:.1f} s of CPU, start-up {start.cpu:.1f} s of it"
    phased = ", ".join(f"{phase} {cpu:.0f}" for phase, cpu in phases.items())
    return [
        Figure("five seconds changed in ten minutes: segments / full render", spent["render"] / whole, 0.01, basis=of),
        Figure("  the whole command but its start-up / full render", (changed.cpu - start.cpu) / whole, basis=command),
        *rows,
        *again.reordered(folder, drafting.planned(folder), "ten minutes"),
        peak("peak memory of any process, ten minutes", cold),
        Figure("cold draft of ten minutes: CPU for a second of film", cold.cpu / seconds, unit="s", basis=phased),
    ]


def made(place: Path) -> Path:
    """The folder of a lesson that says the lines of the short one over and over."""
    rush = place / "long.mp4"
    footage.long(drafting.ffmpeg(), rush, footage.TIMES)
    return footage.lesson(place / "ten-minutes", rush, footage.repeated(footage.TIMES))


def change(folder: Path) -> None:
    """Takes the cue out of one line in the middle."""
    script = folder / "script.md"
    parts = script.read_text("utf-8").split(SHOWN)
    middle = len(parts) // 2
    script.write_text(SHOWN.join(parts[:middle]) + SHOWN.join(parts[middle:]), "utf-8")
