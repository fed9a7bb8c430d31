"""How long the catalogue's questions take in a studio of 600 courses of 20 videos of 30 lines; with query counts."""

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from storage.catalogue.engine import Catalogue, Transaction
from storage.catalogue.grid import Shown, grid
from storage.catalogue.terms import PersonId, VideoId
from storage.catalogue.waiting import blockers, waiting
from tests.bench.studio import Made, Scale, studios
from tests.stack.counting import counted

BLOCKERS, WAITING, GRID = 50, 300, 300
"""The most milliseconds that `blockers`, `waiting` and a page of the `grid` may take."""

TIMES = 15


@dataclass(frozen=True)
class Row:
    """One question on one database: its times in ms, its statements, what came back.

    The quickest is what it takes on a machine that does nothing else.
    """

    database: str
    question: str
    quickest: float
    median: float
    slowest: float
    statements: int
    found: int
    most: float | None


def rows(scale: Scale) -> Iterator[Row]:
    """Every question on both databases."""
    for kind, catalogue, made, spent, _ in studios(scale):
        yield Row(kind, "fill", spent, spent, spent, 0, made.rows, None)
        yield from _asked(kind, catalogue, made)


def _asked(kind: str, catalogue: Catalogue, made: Made) -> Iterator[Row]:
    video = VideoId(UUID(made.video))
    yield _timed(kind, catalogue, "blockers", lambda tx: len(blockers(tx, video)), BLOCKERS)
    director = PersonId(UUID(made.people["director"]))
    for name, shown in {
        "grid": Shown(),
        "grid, last page": Shown(page=119),
        "grid, mine": Shown(mine=director),
        "grid, blocked": Shown(blocked=True),
    }.items():
        yield _timed(kind, catalogue, name, lambda tx, shown=shown: len(grid(tx, shown)[0]), GRID)
    for role, person in made.people.items():
        of = PersonId(UUID(person))
        yield _timed(kind, catalogue, f"waiting, {role}", lambda tx, of=of: len(waiting(tx, of)), WAITING)


def _timed(
    kind: str, catalogue: Catalogue, question: str, ask: Callable[[Transaction], int], most: float | None
) -> Row:
    took: list[float] = []
    found = 0
    with counted(catalogue) as sent:
        for _ in range(TIMES):
            begun = time.perf_counter()
            with catalogue.reading() as tx:
                found = ask(tx)
            took.append((time.perf_counter() - begun) * 1000)
    # the first one also builds the statement, once for each process
    times = took[1:]
    return Row(kind, question, min(times), statistics.median(times), max(times), len(sent) // TIMES, found, most)


def main(arguments: list[str]) -> None:
    """Prints a row for each question, and whether it is as quick as it should be. An argument divides the studio."""
    parts = int(arguments[0]) if arguments else 1
    heads = ("quickest", "median ms", "slowest")
    print(f"{'catalogue':<12}{'question':<20}{''.join(f'{head:>10}' for head in heads)}  queries    found  at most")
    for row in rows(Scale(courses=max(1, Scale().courses // parts))):
        most = "" if row.most is None else f"{row.most:.0f}  {'met' if row.median <= row.most else 'MISSED'}"
        print(
            f"{row.database:<12}{row.question:<20}{row.quickest:>10.1f}{row.median:>10.1f}{row.slowest:>10.1f}"
            f"{row.statements:>9}{row.found:>9}  {most:>6}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
