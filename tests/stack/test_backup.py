"""Backups made while the catalogue is written to, restored as docs/catalogue.md says; the drawing there is current."""

import shutil
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from scripts.schema import PAGE, redrawn
from storage.catalogue.engine import Catalogue
from storage.catalogue.log import since
from storage.catalogue.migrations import steps
from storage.catalogue.tables.everything import METADATA
from tests.stack.databases import Databases
from tests.stack.postgres import BIN
from tests.stack.studio import Studio
from tests.unit.test_lines import ONE

BACKUP = "import sqlite3; sqlite3.connect('catalogue.db').execute('VACUUM INTO ?', ['backup.db'])"


def contents(url: str) -> dict[str, int]:
    """How many rows each table has, in a database that has every table."""
    catalogue = Catalogue(url)
    with catalogue.engine.connect() as connection:
        assert steps.differences(connection, METADATA) == []
        rows = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in METADATA.sorted_tables
        }
    with catalogue.reading() as tx:
        assert len(since(tx, 0)) == rows["event"]
    catalogue.close()
    return rows


def test_sqlite_is_backed_up_while_it_runs(databases: Databases, tmp_path: Path) -> None:
    with databases.migrated("sqlite") as url:
        shutil.copy(url.removeprefix("sqlite:///"), tmp_path / "catalogue.db")
    catalogue = Catalogue(f"sqlite:///{tmp_path}/catalogue.db")
    studio = Studio(catalogue)
    studio.write(ONE)
    with catalogue.reading() as tx:  # someone reads all the while
        assert since(tx, 0)
        assert BACKUP in PAGE.read_text("utf-8")
        subprocess.run([sys.executable, "-c", BACKUP], cwd=tmp_path, check=True)
    before = contents(f"sqlite:///{tmp_path}/catalogue.db")
    studio.another_video()
    catalogue.close()
    (tmp_path / "backup.db").replace(tmp_path / "catalogue.db")
    for left in ("catalogue.db-wal", "catalogue.db-shm"):
        (tmp_path / left).unlink(missing_ok=True)
    assert contents(f"sqlite:///{tmp_path}/catalogue.db") == before
    assert before["video"] == 1


def test_postgresql_is_backed_up_while_it_runs(databases: Databases, tmp_path: Path) -> None:
    dump = tmp_path / "backup.dump"
    with databases.migrated("postgresql") as url:
        catalogue = Catalogue(url)
        studio = Studio(catalogue)
        studio.write(ONE)
        with catalogue.reading() as tx:
            assert since(tx, 0)
            subprocess.run([BIN / "pg_dump", "--format=custom", f"--file={dump}", url], check=True)
        before = contents(url)
        studio.another_video()
        catalogue.close()
        restore = ["--clean", "--if-exists", "--exit-on-error", f"--dbname={url}", dump]
        subprocess.run([BIN / "pg_restore", *restore], check=True)
        assert contents(url) == before
        assert before["video"] == 1


def test_the_drawing_of_the_tables_is_current() -> None:
    page = PAGE.read_text("utf-8")
    assert redrawn(page) == page, "run: python -m scripts.schema"
    assert all(f"    {table.name} {{" in page for table in METADATA.sorted_tables)
