"""How soon the review room shows a picture, and how long a step of one frame takes: a draft of ten minutes at 1080p.

In the machine's own Chromium, which decodes without a graphics card. Goals are wall time, longer on a busy machine;
beside it stands the CPU that all of Chromium took, which is not.
"""

import contextlib
import itertools
import os
import statistics
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from pipeline.geometry import Size
from pipeline.media import shelf
from pipeline.media.ffmpeg import Ffmpeg, found, run
from pipeline.media.join import join, stills
from pipeline.media.peaks import peaks
from pipeline.media.render import render
from pipeline.segments import Segment, Source
from pipeline.spans import SAMPLE_RATE, Span, sample_at
from pipeline.timeline import Locked
from pipeline.values import Key
from storage.catalogue.engine import Catalogue
from tests.bench.figures import Figure, table
from tests.web.browsing import CHROMIUM, browsing
from tests.web.patterns import as_draft
from tests.web.serving import Served, served

RATE, SIZE, PIECE, PIECES = Fraction(25), Size(1920, 1080), 250, 60
FIRST, STEP = 1000, 80
"""Milliseconds at most: until the film has a picture, and a confirmed one; for a step of one frame, the median."""
PAINTED = """() => new Promise(done => new PerformanceObserver(told => { for (const one of told.getEntries())
    if (one.element?.tagName === "VIDEO") done(one.startTime); })
    .observe({ type: "largest-contentful-paint", buffered: true }))"""
"""Milliseconds from the request of the page until its film has a picture, the poster (Largest Contentful Paint)."""
OPENINGS, STEPS = 5, 60
AT = "/videos/C1/V1/drafts/1"
SHOWN = """() => new Promise(done => { const player = document.querySelector("r-player"), look = () =>
    player.seeker?.standing === "shown" ? done(performance.now()) : setTimeout(look, 5); look(); })"""
"""Milliseconds since the page was asked for, as soon as its picture is confirmed."""
STEPPED = """async ([from, by, times]) => { const player = document.querySelector("r-player"), took = [];
    player.seek(from); await player.settled();
    for (let n = 0; n < times; n += 1) { const begun = performance.now();
        player.step(by); if (!await player.settled()) throw new Error("a frame is not confirmed");
        took.push(performance.now() - begun); }
    return took; }"""


def spent(under: int) -> float:
    """The CPU that Chromium's processes below a process have taken, in milliseconds."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            name, _, rest = path.read_text("utf-8").partition("(")[2].rpartition(")")
            fields = rest.split()
            parents[int(path.parent.name)] = int(fields[1])
            if name.startswith("chrom"):
                ticks[int(path.parent.name)] = int(fields[11]) + int(fields[12])

    def ours(process: int) -> bool:
        return process == under or (process in parents and ours(parents[process]))

    return sum(taken for process, taken in ticks.items() if ours(process)) * 1000 / os.sysconf("SC_CLK_TCK")


def film(folder: Path, ffmpeg: Ffmpeg) -> None:
    """A draft of ten minutes: a segment of 10 s, with movement and a sensor's noise, sixty times."""
    style, rush = shelf.style("course"), folder / "rush.mp4"
    moving = f"testsrc2=s={SIZE}:r={RATE}:d={PIECE / RATE},noise=alls=2:allf=t"
    made = [
        "-f",
        "lavfi",
        "-i",
        moving,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-crf",
        "12",
        "-g",
        "25",
        "-bf",
        "0",
    ]
    run(ffmpeg, [*made, "-pix_fmt", "yuv420p", str(rush)], what="a rush")
    base = Source(Key("rush"), Span(0, PIECE), SIZE, Locked(SIZE.box))
    piece, sound = folder / "piece.mp4", folder / "sound.m4a"
    render(Segment(base, PIECE, (), RATE, SIZE, style.encode, "build"), {Key("rush"): str(rush)}, {}, piece, ffmpeg)
    tone = f"sine=f=220:r={SAMPLE_RATE},atrim=end_sample={sample_at(PIECE * PIECES, RATE)}"
    run(ffmpeg, ["-f", "lavfi", "-i", tone, "-ac", "2", "-c:a", "aac", str(sound)], what="a sound")
    draft = folder / "draft"
    draft.mkdir()
    join([piece] * PIECES, [PIECE] * PIECES, RATE, sound, draft / "draft.mp4", (), "", "und")
    (draft / "peaks.bin").write_bytes(peaks(sound, PIECE * PIECES, RATE))
    for _, picture in stills(draft / "draft.mp4", RATE, [100], width=SIZE.width):
        (draft / "poster.jpg").write_bytes(picture)


def figures(site: Served, chromium: Browser) -> Iterator[Figure]:
    """The room opened again and again, and gone through step by step."""
    painted: list[float] = []
    first: list[float] = []
    taken: list[float] = []
    for _ in range(OPENINGS):
        with browsing(chromium, site, "reviewer") as page:
            before = spent(os.getpid())
            page.goto(AT, wait_until="commit")
            page.wait_for_load_state("domcontentloaded")
            first.append(page.evaluate(SHOWN))
            painted.append(page.evaluate(PAINTED))
            taken.append(spent(os.getpid()) - before)
    name = "room: first picture of the film, ten minutes of 1080p"
    yield Figure(name, statistics.median(painted), FIRST, "ms", f"its poster; most {max(painted):.0f} ms")
    name = "room: its first frame confirmed"
    yield Figure(name, statistics.median(first), FIRST, "ms", f"{statistics.median(taken):.0f} ms of CPU")
    with browsing(chromium, site, "reviewer") as page:
        page.goto(AT)
        for name, by in (("on", 1), ("back", -1)):
            before = spent(os.getpid())
            took = page.evaluate(STEPPED, [PIECE * PIECES // 2, by, STEPS])
            basis = f"most {max(took):.0f} ms; {(spent(os.getpid()) - before) / STEPS:.0f} ms of CPU each"
            yield Figure(f"room: a frame {name}, median", statistics.median(took), STEP, "ms", basis)


def main() -> None:
    """Prints them."""
    begun = time.perf_counter()
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        film(folder, found(None))
        catalogue = Catalogue(f"sqlite:///{folder / 'catalogue.db'}")
        catalogue.upgrade()
        with served(catalogue, folder) as site:
            as_draft(site.studio, site.desk.store, folder / "draft", RATE, SIZE, list(itertools.repeat(PIECE, PIECES)))
            chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            print(table(figures(site, chromium)))
            chromium.close()
        catalogue.close()
    print(f"in {time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
