"""How long the home page and a video's page take a studio of 600 courses of 20 videos; with query counts.

A page is asked for over HTTP by who works there, and by an admin who sees everything.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from pipeline.spans import Span
from storage.catalogue.engine import Catalogue
from storage.catalogue.filming import Filed, add_rush, add_take
from storage.catalogue.people import give_role
from storage.catalogue.terms import PersonId, Role
from tests.bench.studio import Scale, studios
from tests.stack.counting import counted
from tests.web.serving import Served, served

PAGES = {"/": 300, "/?blocked=1": 300, "/videos/SERVED/V1": 200}
"""The most milliseconds that each may take."""

LINES, CUES = 40, 12
"""Of the video whose page is asked for: five minutes, with an animation every twenty-five seconds."""

ROLES: tuple[Role, ...] = ("director", "motion", "writer", "reviewer")
TIMES = 10
TEXT = "Nous allons suivre un chiffre, de sa source au tableau de bord, puis nous verrons qui le lit et pourquoi."


@dataclass(frozen=True)
class Row:
    """A page for somebody on one database: its times in ms after the first, its statements, its bytes."""

    database: str
    who: str
    page: str
    median: float
    slowest: float
    statements: int
    size: int
    most: float


def rows(scale: Scale) -> Iterator[Row]:
    """Every page for everyone on both databases."""
    for kind, catalogue, made, _, folder in studios(scale):
        yield from _asked(kind, catalogue, folder, {who: PersonId(UUID(made.people[who])) for who in ROLES})


def _asked(kind: str, catalogue: Catalogue, folder: Path, people: dict[Role, PersonId]) -> Iterator[Row]:
    with served(catalogue, folder, code="SERVED") as site:
        site.studio.people.update(people)
        _long_video(site)
        for who in (*ROLES, "studio"):
            with site.client(who) as client:
                for page, most in PAGES.items():
                    took: list[float] = []
                    size = 0
                    with counted(catalogue) as sent:
                        for _ in range(TIMES):
                            begun = time.perf_counter()
                            size = len(client.get(page).raise_for_status().content)
                            took.append((time.perf_counter() - begun) * 1000)
                    times = took[1:]  # the first one also builds statements and templates, once for each process
                    yield Row(kind, who, page, statistics.median(times), max(times), len(sent) // TIMES, size, most)


def _long_video(site: Served) -> None:
    """A video of the served course with many lines, cues and takes, two drafts, and work for everyone."""
    every = LINES // CUES
    site.studio.write(*(f"[show clip{n}] {TEXT}" if n % every == 0 else TEXT for n in range(LINES)))
    for n in range(0, LINES - every, every):
        site.studio.send(site.studio.asset(f"clip{n}"))
    media = site.studio.ready_file()
    with site.catalogue.writing() as tx:
        for role in ROLES:
            give_role(tx, site.studio.people[role], site.studio.course, role)
        rush = add_rush(tx, site.studio.video, media, Filed("a.mov"))
        for number in range(1, 4):
            add_take(tx, rush, "01", number, Span(0, 50))
    site.studio.draft()
    site.studio.draft()


def main(arguments: list[str]) -> None:
    """Prints a row for each, and whether it is as quick as it should be. An argument divides the studio."""
    parts = int(arguments[0]) if arguments else 1
    heads = f"{'median ms':>10}{'slowest':>10}  queries  kbytes  at most"
    print(f"{'catalogue':<12}{'who':<10}{'page':<20}{heads}")
    for row in rows(Scale(courses=max(1, Scale().courses // parts))):
        met = "met" if row.median <= row.most else "MISSED"
        print(
            f"{row.database:<12}{row.who:<10}{row.page:<20}{row.median:>10.1f}{row.slowest:>10.1f}"
            f"{row.statements:>9}{row.size // 1000:>8}  {row.most:>4.0f}  {met}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
