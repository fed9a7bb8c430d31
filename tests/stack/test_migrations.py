"""The schema comes up from every earlier step with what is in it, on both databases."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from pipeline.errors import Clash
from storage.catalogue.engine import Catalogue
from storage.catalogue.migrations import steps
from storage.catalogue.migrations.standing import newest, standing
from storage.catalogue.tables.base import Base
from storage.catalogue.tables.everything import METADATA
from tests.stack.databases import KINDS, Databases
from tests.stack.rows import fill, there

STEPS = steps.steps()


def test_the_newest_step_is_known_without_alembic() -> None:
    assert newest() == STEPS[-1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", STEPS)
def test_every_row_of_every_step_is_still_there(databases: Databases, kind: str, step: str) -> None:
    with databases.empty(kind) as url:
        catalogue = Catalogue(url)
        catalogue.upgrade(step)
        with catalogue.engine.begin() as connection:
            assert standing(connection) == step
            rows = fill(connection)
        catalogue.upgrade()
        with catalogue.engine.connect() as connection:
            assert standing(connection) == STEPS[-1]
            assert there(connection, rows) == rows
            if kind == "sqlite":
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        with Session(catalogue.engine) as session:
            for mapper in Base.registry.mappers:  # the code reads what is there
                assert len(session.scalars(select(mapper)).all()) == (1 if mapper.local_table.name in rows else 0)
        catalogue.close()


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_is_that_of_the_tables_in_the_code(databases: Databases, kind: str) -> None:
    with databases.migrated(kind) as url:
        catalogue = Catalogue(url)
        with catalogue.engine.connect() as connection:
            assert steps.differences(connection, METADATA) == []
        catalogue.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_difference_would_be_seen(databases: Databases, kind: str) -> None:
    with databases.migrated(kind) as url:
        catalogue = Catalogue(url)
        with catalogue.engine.begin() as connection:
            connection.execute(text("DROP INDEX ix_job_queued"))
            connection.execute(text("ALTER TABLE video ADD COLUMN colour TEXT"))
            assert len(steps.differences(connection, METADATA)) == 2
        catalogue.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_note_of_before_quotes_the_words_of_its_draft(databases: Databases, kind: str) -> None:
    with databases.empty(kind) as url:
        catalogue = Catalogue(url)
        catalogue.upgrade("0003")
        with catalogue.engine.begin() as connection:
            fill(connection)
        catalogue.upgrade()
        with catalogue.engine.connect() as connection:
            assert connection.execute(text("SELECT quote FROM note")).scalars().all() == ["text é"]
        catalogue.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_catalogue_of_a_newer_version_is_left_alone(databases: Databases, kind: str) -> None:
    with databases.migrated(kind) as url:
        catalogue = Catalogue(url)
        with catalogue.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(Clash, match="newer version of Rushes \\(it stands at 9999\\)"):
            catalogue.upgrade()
        catalogue.close()
