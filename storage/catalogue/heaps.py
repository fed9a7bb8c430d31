"""What waits for a person, in heaps: how many facts are late, blocked, missing, and the soonest of each."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final, Literal, get_args

from sqlalchemy import Date, Integer, Row, Select, Text, bindparam, case, func, literal_column, select

from storage.catalogue.engine import Transaction
from storage.catalogue.facts import Code
from storage.catalogue.rows import row
from storage.catalogue.tables.people import PersonRow
from storage.catalogue.terms import PersonId
from storage.catalogue.waiting import Waits, as_waits, everything, named

Kind = Literal["late", "blocked", "missing", "waiting"]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The heaps, most pressing first; a fact is in the first one that it fits."""

BLOCKED: Final[tuple[Code, ...]] = ("asset-failed", "rush-failed", "job-failed", "draft-failed", "note-open")
MISSING: Final[tuple[Code, ...]] = (
    "no-script",
    "no-rush",
    "line-untold",
    "asset-unknown",
    "asset-unsent",
    "version-lacking",
    "no-draft",
)


@dataclass(frozen=True, slots=True)
class Heap:
    """Facts that are alike in what to do about them: how many there are, and the soonest due."""

    kind: Kind
    many: int
    facts: tuple[Waits, ...]


def heaps(tx: Transaction, person: PersonId, today: date, most: int) -> tuple[Heap, ...]:
    """What waits for a person, every heap that has something, with at most so many facts each. One query.

    Only the facts that are given get their names and numbers: that is what takes long where a thousand wait.

    Raises:
        NotFound: there is no such person.
    """
    row(tx, PersonRow, person)
    found = tx.execute(_statement(), {"person": person, "today": today, "most": most}).all()
    by_kind: list[tuple[Kind, list[Row[Any]]]] = [(kind, [one for one in found if one.kind == kind]) for kind in KINDS]
    return tuple(Heap(kind, some[0].heap, tuple(as_waits(one) for one in some)) for kind, some in by_kind if some)


@cache
def _statement() -> Select[*tuple[Any, ...]]:
    fact = everything("person")
    late, blocked, missing, others = (literal_column(f"'{kind}'", Text()) for kind in KINDS)
    kind = case(
        (fact.c.due < bindparam("today", type_=Date()), late),
        (fact.c.code.in_(BLOCKED), blocked),
        (fact.c.code.in_(MISSING), missing),
        else_=others,
    )
    soonest = (fact.c.due.is_(None), fact.c.due, fact.c.video_id, fact.c.code, fact.c.subject_id)
    placed = select(
        *fact.c,
        kind.label("kind"),
        func.row_number().over(partition_by=kind, order_by=soonest).label("place"),
        func.count().over(partition_by=kind).label("heap"),
    ).subquery("placed")
    return named(placed).where(placed.c.place <= bindparam("most", type_=Integer()))
