"""Everything that was made, by its name in the store: once, with its size and hash."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from pipeline.errors import Clash
from pipeline.values import Key
from storage.catalogue.engine import QUIET, Transaction
from storage.catalogue.rows import kept_first
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.draft import OutputRow, SegmentRow
from storage.catalogue.terms import OutputKind
from storage.objects import Whole


@dataclass(frozen=True, slots=True)
class Output:
    """An object that was made. `key` is the digest of what made it; `part` names one of several files."""

    object_name: str
    kind: OutputKind
    key: Key
    size: int
    sha256: str
    part: str = ""


def keep_output(tx: Transaction, made: Output) -> bool:
    """Records what was made; True for whoever was first. Others find it there, and nothing changes.

    Raises:
        Clash: another size or hash is recorded under that name.
    """
    added = OutputRow(
        object_name=made.object_name, kind=made.kind, key=made.key, part=made.part, size=made.size, sha256=made.sha256
    )
    there = tx.scalar(select(OutputRow).filter_by(object_name=made.object_name))
    if there is None and not kept_first(tx, added):
        there = tx.scalars(select(OutputRow).filter_by(object_name=made.object_name)).one()
    if there is not None:
        if (there.size, there.sha256) != (made.size, made.sha256):
            raise Clash(
                f"{made.object_name}: other bytes are recorded under this name",
                todo="raise the recipe number of what makes it, or remove the old object first",
            )
        return False
    tx.tell("output.kept", added.id, name=made.object_name, size=made.size)
    return True


def keep_whole(tx: Transaction, kind: OutputKind, key: Key, whole: Whole) -> None:
    """Records every file of a published folder; what is known stays.

    Raises:
        Clash: another size or hash is recorded under the name of one.
    """
    for one in whole.files:
        keep_output(tx, Output(one.key, kind, key, one.size, one.sha256, one.name))


def outputs(tx: Transaction, kind: OutputKind, keys: Collection[Key]) -> dict[Key, tuple[Output, ...]]:
    """What is there of these keys. One query."""
    found: dict[Key, tuple[Output, ...]] = {}
    for one in tx.scalars(
        select(OutputRow).where(OutputRow.kind == kind, OutputRow.key.in_(keys)).order_by(OutputRow.part)
    ):
        found[Key(one.key)] = (*found.get(Key(one.key), ()), _output(one))
    return found


def used(tx: Transaction, object_names: Collection[str]) -> None:
    """Marks objects as used now, so that they are among the last to go."""
    tx.execute(
        update(OutputRow).where(OutputRow.object_name.in_(object_names)).values(used_at=moment()),
        execution_options=QUIET,
    )


def unneeded(tx: Transaction, before: datetime, most: int = 1000) -> tuple[Output, ...]:
    """Segments that no draft shows, unused since then; longest unused first."""
    needed = select(SegmentRow.key).where(SegmentRow.key == OutputRow.key)
    found = tx.scalars(
        select(OutputRow)
        .where(OutputRow.kind == "segment", OutputRow.used_at < before, ~needed.exists())
        .order_by(OutputRow.used_at)
        .limit(most)
    )
    return tuple(_output(one) for one in found)


def forget_folder(tx: Transaction, name: str) -> None:
    """Forgets every file of a published folder that the store no longer keeps; nothing happens when none is known."""
    of_it = OutputRow.object_name.startswith(f"{name}/", autoescape=True)
    for found in tx.scalars(select(OutputRow).where(of_it).order_by(OutputRow.object_name)).all():
        tx.delete(found)
        tx.tell("output.forgotten", found.id, name=found.object_name)


def used_since(tx: Transaction, then: datetime) -> frozenset[str]:
    """The names of objects that were made or used since then."""
    return frozenset(tx.scalars(select(OutputRow.object_name).where(OutputRow.used_at >= then)))


def every_output(tx: Transaction, after: str = "", most: int = 1000) -> tuple[Output, ...]:
    """All objects that were made, by name, in pages: those after a name."""
    wanted = select(OutputRow).where(OutputRow.object_name > after).order_by(OutputRow.object_name).limit(most)
    return tuple(_output(one) for one in tx.scalars(wanted))


def _output(found: OutputRow) -> Output:
    return Output(found.object_name, found.kind, Key(found.key), found.size, found.sha256, found.part)
