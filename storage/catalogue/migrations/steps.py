"""Taking a database from whatever step it stands at to another."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import MetaData
from sqlalchemy.engine import Connection

from pipeline.errors import Clash
from storage.catalogue.migrations.standing import standing


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def steps() -> tuple[str, ...]:
    """The names of all steps, first to last."""
    script = ScriptDirectory.from_config(_config())
    return tuple(reversed([step.revision for step in script.walk_revisions()]))


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Takes the database to that step, within the connection's own transaction.

    Raises:
        Clash: it stands at a step that this version of Rushes does not know.
    """
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise Clash(
            f"the catalogue was made by a newer version of Rushes (it stands at {standing(connection)})",
            todo="install that version, or restore the backup from before it",
        ) from error


def differences(connection: Connection, metadata: MetaData) -> list[object]:
    """What the tables in the code have and the database has not, or the other way round; empty when they agree."""
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": True, "target_metadata": metadata}
    )
    return list(compare_metadata(context, metadata))
