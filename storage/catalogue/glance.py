"""What the store holds, by what it is for. Sums are made by the database."""

from dataclasses import dataclass

from sqlalchemy import case, func, select

from storage.catalogue.engine import Transaction
from storage.catalogue.tables.draft import OutputRow
from storage.catalogue.tables.media import MediaRow


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes and numbers of objects: as they were sent, made of those, and drafts."""

    originals: int
    original_files: int
    derived: int
    derived_files: int
    drafts: int
    draft_files: int


def kept(tx: Transaction) -> Kept:
    """What is kept, as the catalogue has it. Two queries."""
    size = func.coalesce(func.sum(MediaRow.size), 0)
    originals, files = tx.execute(select(size, func.count()).where(MediaRow.state == "ready")).one()
    of = case((OutputRow.object_name.like("drafts/%"), "drafts"), else_="derived")
    rows = tx.execute(select(of, func.sum(OutputRow.size), func.count()).group_by(of))
    made = {name: (int(bytes_ or 0), count) for name, bytes_, count in rows}
    derived, drafts = made.get("derived", (0, 0)), made.get("drafts", (0, 0))
    return Kept(int(originals or 0), files, *derived, *drafts)
