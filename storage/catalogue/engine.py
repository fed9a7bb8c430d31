"""Opening the catalogue, and the transactions in which it is read and changed."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Callable, Generator
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from pipeline.errors import Clash, Contended, NotKept, PipelineError, StorageUnavailable
from storage.catalogue.migrations.standing import newest, standing
from storage.catalogue.tables import everything
from storage.catalogue.tables.base import moment
from storage.catalogue.tables.farm import EventRow
from storage.catalogue.terms import AssetId, CourseId, PersonId, VideoId
from storage.objects import REASONS, storage_error

BUSY = 30_000
"""Milliseconds that a writer waits for another on SQLite (services survey §3)."""

MAPPED = 2**31 - 65536
"""Bytes of the database that SQLite reads where they lie, the most it takes (sqlite.org/mmap.html); in a catalogue of
900 MB the question of what waits for a director took a fifth less CPU so."""

LOG_LOCK = 7_801_213_001
"""Our advisory lock on PostgreSQL: events are kept one transaction after the other, so that their ids are in the order
in which readers come to see them."""


QUIET = {"quiet": True}
"""For the few changes that nobody needs to be told: heartbeats, progress, how far the log was read."""

UNDONE_FOR_ANOTHER = ("40001", "40P01")
"""What PostgreSQL says of a transaction that it undid for another's sake (its manual, appendix A: class 40)."""

HELD = {"key_share": True}
"""How a row is held for a change (PostgreSQL: FOR NO KEY UPDATE): nobody else changes it, and rows that point at it are
still added. Held harder, whoever adds an event of a video waits for its holder, who waits for the log: a deadlock."""


class Transaction(Session):
    """A transaction of the catalogue: everything asked in it sees one state; everything changed is kept, or nothing.

    Changes are told (`tell`), and what is told is kept with them. `by` is who makes them.
    """

    by: PersonId | None = None
    writes = False
    changed = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._told: list[EventRow] = []

    @property
    def postgres(self) -> bool:
        """True on PostgreSQL, False on SQLite."""
        return self.get_bind().dialect.name == "postgresql"

    def now(self) -> datetime:
        """The database's own clock: several machines agree on it."""
        if not self.postgres:
            return moment()
        return self.execute(sqlalchemy.select(sqlalchemy.func.clock_timestamp())).scalar_one()

    def tell(
        self,
        kind: str,
        subject: UUID,
        /,
        *,
        course: CourseId | None = None,
        video: VideoId | None = None,
        asset: AssetId | None = None,
        **details: object,
    ) -> None:
        """Adds to the log what this transaction changes: `kind` is `thing.fact` (`asset_version.ready`)."""
        self._told.append(
            EventRow(
                at=moment(),
                by_id=self.by,
                kind=kind,
                course_id=course,
                video_id=video,
                asset_id=asset,
                subject_id=subject,
                details=details,
            )
        )

    def keep(self) -> None:
        """Commits, the log last. A change that nobody told is a fault of the program, and is not kept."""
        self.flush()
        if self.changed and not self._told:
            message = "a change of the catalogue was not told: call tell() in the same transaction"
            raise AssertionError(message)
        if self._told:
            if self.postgres:
                self.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(LOG_LOCK)))
            for told in self._told:
                self.add(told)
                self.flush()  # one by one: ids in the order of telling
        self.commit()


@event.listens_for(Transaction, "do_orm_execute")
def _statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        _changes(state.session, quiet=bool(state.execution_options.get("quiet")))


@event.listens_for(Transaction, "before_flush")
def _flushing(session: Session, *_: object) -> None:
    if session.new or session.deleted or any(session.is_modified(row) for row in session.dirty):
        _changes(session)


def _changes(session: Session, *, quiet: bool = False) -> None:
    assert isinstance(session, Transaction)  # noqa: S101 (the listener is on this class alone)
    if not session.writes:
        message = "a transaction that reads cannot change anything: open writing()"
        raise AssertionError(message)
    session.changed = session.changed or not quiet


TABLES = everything.METADATA
"""Every table: they point at each other by name, so that using one needs them all loaded."""


class Catalogue:
    """The catalogue at a URL: `sqlite:///path` or `postgresql://user:password@host/name`.

    One for each process: after a fork, the child opens its own.
    """

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writing = sessionmaker(self.engine, class_=Transaction, expire_on_commit=False)
        reader = self.engine.execution_options(rushes_reads=True)
        if self.engine.dialect.name == "postgresql":
            reader = reader.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._reading = sessionmaker(reader, class_=Transaction, expire_on_commit=False)

    def close(self) -> None:
        """Gives every connection back."""
        self.engine.dispose()

    def upgrade(self, revision: str = "head") -> None:
        """Brings the schema up to date, keeping what is in it. Of several who do so at once, one does the work.

        Raises:
            StorageUnavailable: the database cannot be reached or written.
            Clash: it was made by a newer version.
        """
        with translated(self.engine.url), self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sqlalchemy.select(sqlalchemy.func.pg_advisory_xact_lock(LOG_LOCK)))
            if revision != "head" or standing(connection) != newest():
                upgrade: Callable[[Connection, str], None]
                upgrade = import_module("storage.catalogue.migrations.steps").upgrade
                upgrade(connection, revision)
        if self.engine.dialect.name == "sqlite":
            with translated(self.engine.url), self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA optimize")

    def standing(self) -> tuple[str, str]:
        """The step that its schema stands at (empty for none), and the one that this version of Rushes wants.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        with translated(self.engine.url), self.engine.connect() as connection:
            return standing(connection), newest()

    @contextlib.contextmanager
    def reading(self) -> Generator[Transaction]:
        """A transaction that changes nothing; it waits for nobody, and nobody for it.

        Raises:
            StorageUnavailable: the database cannot be reached.
        """
        with translated(self.engine.url), self._reading() as transaction:
            yield transaction

    @contextlib.contextmanager
    def writing(self, by: PersonId | None = None) -> Generator[Transaction]:
        """A transaction that is kept when the block ends, and undone when it raises. `by`: who asks, None for Rushes.

        Raises:
            StorageUnavailable: the database cannot be reached or written.
            Clash: another transaction was there first.
        """
        with translated(self.engine.url), self._writing() as transaction:
            transaction.by, transaction.writes = by, True
            yield transaction
            transaction.keep()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
            raise _wrong_address(url)
        if parsed.get_backend_name() == "postgresql":
            return sqlalchemy.create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise _wrong_address(url) from error
    with contextlib.suppress(OSError):  # what is wrong is told when it is opened
        Path(parsed.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(parsed)
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begun)
    return engine


def _wrong_address(url: str) -> PipelineError:
    kind = url.partition(":")[0]
    return StorageUnavailable(
        f"the catalogue's address is of a kind that Rushes does not know: {kind!r}",
        todo="write sqlite:///folder/catalogue.db or postgresql://user:password@host/name",
    )


def _sqlite_connected(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    wanted = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY}", f"mmap_size={MAPPED}")
    for pragma in wanted:
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begun(connection: Connection) -> None:
    # a reader that turns writer is refused at once when another writes; a writer from the start waits
    reads = connection.get_execution_options().get("rushes_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


_TODO = (
    ("password authentication failed", "the password or user is wrong", "correct the catalogue's address"),
    ("no password supplied", "it wants a password", "put it into the catalogue's address"),
    ("does not exist", "there is no such database or user", "create it, or correct the catalogue's address"),
    ("Connection refused", "nobody answers there", "start PostgreSQL, or correct the catalogue's address"),
    ("No such file or directory", "nobody answers there", "start PostgreSQL, or correct the catalogue's address"),
    ("resolve", "there is no such host", "correct the catalogue's address"),
    ("unable to open database file", "the file cannot be opened", "check that its folder exists and can be written"),
    ("readonly", "the file cannot be written", "give yourself the right to write there"),
    ("not a database", "the file is not a catalogue, or is damaged", "restore it from its backup"),
    ("malformed", "the file is damaged", "restore it from its backup"),
    ("database is locked", "another program holds it", "wait until it is done, or end it"),
    ("full", "the disk is full", "free some space and try again; what was kept is safe"),
    ("No space left", "the disk is full", "free some space and try again; what was kept is safe"),
)


ASKED = 1 << 16
"""Bytes: SQLite's shared memory beside a write-ahead log is 32 KiB; with less free it says only "disk I/O error"."""


def _asked_of_disk(folder: Path) -> None:
    """Raises what the disk says for itself: SQLite does not tell a full or closed one from any other fault.

    Raises:
        StorageUnavailable: it is full, read-only, or not to be written by this person.
    """
    try:
        place = next(one for one in (folder, *folder.parents) if one.exists())
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(bytes(ASKED))
    except OSError as error:
        if error.errno in REASONS:
            raise storage_error(error, folder) from error


@contextlib.contextmanager
def translated(url: URL) -> Generator[None]:
    """Errors of the database in words people can act on; no password is ever among them."""
    where = url.render_as_string(hide_password=True)
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig).splitlines()[0]
        raise Clash(f"{where}: someone else was there first: {said}", todo="look again, and try once more") from error
    except (DataError, OverflowError) as error:
        raise NotKept("a text or a number in it cannot be kept", todo="write it otherwise") from error
    except NoConnection as error:
        raise StorageUnavailable(f"{where}: too many at once", todo="try again in a moment") from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in UNDONE_FOR_ANOTHER:
            raise Contended(f"{where}: another change was made at the same time", todo="try once more") from error
        if url.get_backend_name() == "sqlite" and url.database:
            _asked_of_disk(Path(url.database).absolute().parent)
        said = " ".join(str(error.orig).split())
        what, todo = next(
            ((what, todo) for mark, what, todo in _TODO if mark in said), (said, "check that the database is well")
        )
        raise StorageUnavailable(f"{where}: {what}", todo=todo) from error
