"""What every table shares: names of constraints, types of columns, the id and the moment of making."""

from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Date, DateTime, Enum, Integer, MetaData, String, Text, TypeDecorator, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.catalogue.terms import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Every constraint has a name, so that a migration can change it on both databases."""

DIGEST = String(64)
"""sha256 in hex."""

DATA = JSON().with_variant(JSONB(), "postgresql")


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. A naive one is refused; SQLite forgets the zone, so it is given back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy passes it)
        """The moment in UTC."""
        if value is not None and value.tzinfo is None:
            message = f"wanted a moment with its zone, found {value}"
            raise ValueError(message)
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy passes it)
        """The moment in UTC."""
        return value and (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC))


def moment() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def one_word(choices: Any, name: str) -> Enum:
    """A column that holds one of the words of a `Literal`, kept by the database as well."""
    return Enum(*get_args(choices), name=name, native_enum=False, create_constraint=True, length=24)


class Base(DeclarativeBase):
    """All tables of the catalogue."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy reads it from the class)
        UUID: Uuid(),
        str: Text(),
        int: Integer(),
        datetime: Moment(),
        date: Date(),
        dict[str, Any]: DATA,
    }


class Named:
    """A row with an id of its own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    created_at: Mapped[datetime] = mapped_column(default=moment)


BIG = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both: SQLite counts ids by itself only in a column that is called INTEGER, which holds 64 bits there."""
