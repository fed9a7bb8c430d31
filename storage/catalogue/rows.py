"""Finding one row, alone or for a change that nobody else may make at the same time."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from pipeline.errors import NotFound
from storage.catalogue.engine import HELD, QUIET, Transaction
from storage.catalogue.tables.base import Base, Named

Row = TypeVar("Row", bound=Named)


def row(tx: Transaction, kind: type[Row], row_id: UUID, *, lock: bool = False) -> Row:
    """The row of that id; with `lock`, held until the transaction ends, and as it now is.

    Raises:
        NotFound: there is none.
    """
    if lock:
        tx.flush()  # what this transaction changed already is not read over
    found = tx.get(kind, row_id, with_for_update=HELD if lock else None, populate_existing=lock)
    if found is None:
        name = kind.__name__.removesuffix("Row").lower()
        raise NotFound(f"the catalogue has no {name} {row_id}", todo="look it up again; it may be of another catalogue")
    return found


def kept_first(tx: Transaction, added: Base) -> bool:
    """True when the row was added; False when another transaction added its like first (nothing else is undone)."""
    before = tx.changed
    try:
        with tx.begin_nested():
            tx.add(added)
    except IntegrityError:
        tx.changed = before
        return False
    return True


def put(tx: Transaction, kind: type[Base], named: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """The row with these names has these values from now on, whether it was there or not. Nothing of it is told."""
    insert = (postgresql if tx.postgres else sqlite).insert
    added = insert(kind).values(**named, **values)
    tx.execute(added.on_conflict_do_update(index_elements=[*named], set_=dict(values)), execution_options=QUIET)


def next_number(tx: Transaction, number: InstrumentedAttribute[int], *where: ColumnElement[bool]) -> int:
    """One more than the highest number there is, from 1. The caller holds the row that the numbers belong to."""
    return (tx.execute(select(func.max(number)).where(*where)).scalar() or 0) + 1
